"""A rule's judgment of a reading, clause by clause, each with its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Reading, Signal, Verdict
from sentinel.rulebook.judgments import Spike

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.rulebook.types import Rule

_UNITS = (
    ("year", timedelta(days=365)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
_MOST_TIMES = 999

BLIND_BELOW = 0.5
"""A window of which less than this share was seen cannot be called calm. What was seen may still be a spike by itself."""


def judge(rule: Rule, reading: Reading) -> Signal:
    """Whether the rule's spike is there, and why or why not. `reading.authors` None counts as not enough of them."""
    spike = rule.judged_by(Spike)
    asked = tuple(_verdicts(spike, reading))
    raised = all(verdict.holds for verdict in asked)
    blind = reading.covered < BLIND_BELOW and not raised
    return Signal(
        rule=rule.id,
        reading=reading,
        raised=raised,
        severity=rule.then.severity,
        verdicts=(_seen(spike, reading, blind=blind), *asked),
        lingers=not blind and _lingers(spike, reading),
        blind=blind,
    )


def _seen(spike: Spike, reading: Reading, *, blind: bool) -> Verdict:
    read = f"{int(reading.covered * 100)}% of the last {say_duration(spike.window)} was read"
    more = "" if reading.covered >= BLIND_BELOW else ": there may be more"
    return Verdict(Clause.SEEN, not blind, read + more)


def _lingers(spike: Spike, reading: Reading) -> bool:
    """Half the volume and clearly above usual: a storm that was raised is not over yet."""
    return reading.negatives >= max(spike.at_least / 2, 1.5 * reading.usual, 1)


def _verdicts(spike: Spike, reading: Reading) -> Iterator[Verdict]:
    yield Verdict(
        Clause.AT_LEAST,
        reading.negatives >= spike.at_least,
        f"needed {_count(spike.at_least, 'post')}, had {reading.negatives}",
    )
    yield Verdict(
        Clause.FROM,
        (reading.authors or 0) >= spike.from_authors,
        f"needed {_count(spike.from_authors, 'author')}, {_had_authors(reading.authors)}",
    )
    yield Verdict(
        Clause.RARER_THAN,
        reading.rarity is None or reading.rarity > spike.rarer_than.every,
        f"asked for rarer than {say_rarity(spike.rarer_than.every)}, by chance this happens {say_rarity(reading.rarity)}"
        f" (usual {reading.usual:.1f}, {say_history(reading.history)}{_sharpest(reading)})",
    )
    if spike.above_usual is not None:
        times = reading.negatives / max(reading.usual, 1e-9)
        yield Verdict(
            Clause.ABOVE_USUAL,
            times >= spike.above_usual,
            f"asked for {spike.above_usual:g} times what is usual, was {_times(times)}",
        )


def _sharpest(reading: Reading) -> str:
    """By which shorter window it is so rare."""
    if (burst := reading.sharpest) is None:
        return ""
    return f"; rarest: {burst.negatives} in {say_duration(burst.window)}, usual {burst.usual:.1f}"


def say_rarity(every: timedelta | None) -> str:
    """`once in 9 days`."""
    return "less than once in a thousand years" if every is None else f"once in {_amount(every)}"


def say_history(history: timedelta) -> str:
    """How much past a judgment rests on, in words."""
    if history < timedelta(hours=1):
        return "no history yet: taken as one in four hours, loosely"
    return f"from {_amount(history)} of history"


def _amount(span: timedelta) -> str:
    """A span in the largest unit of which it holds two (or one, of the smaller units): `2.5 years`, `30 days`."""
    for unit, length in _UNITS:
        if (n := span / length) >= (2 if unit == "year" else 1):
            words = f"{n:.0f}" if n >= 100 else f"{n:.3g}"  # noqa: PLR2004  # three digits are enough
            return f"{words} {unit}{'' if words == '1' else 's'}"
    return "less than a minute"


def _times(times: float) -> str:
    return f"{times:.1f} times" if times <= _MOST_TIMES else f"more than {_MOST_TIMES} times"


def _had_authors(authors: int | None) -> str:
    return f"had {authors}" if authors is not None else "not counted: too few posts"


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"

"""A rule's judgment of a reading, clause by clause, each with its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Reading, Signal, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.rulebook.types import Rule, Spike

BLIND_BELOW = 0.5
"""A window of which less than this share was seen is not judged."""


def judge(rule: Rule, reading: Reading) -> Signal:
    """Whether the rule's spike is there, and why or why not. `reading.authors` None counts as not enough of them."""
    verdicts = tuple(_verdicts(rule.spike, reading))
    blind = reading.covered < BLIND_BELOW
    return Signal(
        rule=rule.id,
        reading=reading,
        raised=all(verdict.holds for verdict in verdicts),
        severity=rule.then.severity,
        verdicts=verdicts,
        lingers=not blind and _lingers(rule.spike, reading),
        blind=blind,
    )


def _lingers(spike: Spike, reading: Reading) -> bool:
    """Half the volume and clearly above usual: a storm that was raised is not over yet."""
    return reading.negatives >= max(spike.at_least / 2, 1.5 * reading.usual, 1)


def _verdicts(spike: Spike, reading: Reading) -> Iterator[Verdict]:
    yield Verdict(
        Clause.SEEN,
        reading.covered >= BLIND_BELOW,
        f"{reading.covered:.0%} of the last {say_duration(spike.window)} was read",
    )
    yield Verdict(
        Clause.AT_LEAST,
        reading.negatives >= spike.at_least,
        f"needed {_posts(spike.at_least)}, had {reading.negatives}",
    )
    yield Verdict(
        Clause.FROM,
        (reading.authors or 0) >= spike.from_authors,
        f"needed {_authors(spike.from_authors)}, had {'too few posts to count them' if reading.authors is None else reading.authors}",
    )
    yield Verdict(
        Clause.RARER_THAN,
        reading.rarity is None or reading.rarity > spike.rarer_than.every,
        f"asked for rarer than {say_span(spike.rarer_than.every)}, by chance this happens {say_rarity(reading.rarity)}"
        f" (usual {reading.usual:.1f}, {say_history(reading.history)})",
    )
    if spike.above_usual is not None:
        times = reading.negatives / max(reading.usual, 1e-9)
        yield Verdict(
            Clause.ABOVE_USUAL,
            times >= spike.above_usual,
            f"asked for {spike.above_usual:g} times what is usual, was {min(times, 999):.1f} times",
        )


def say_rarity(every: timedelta | None) -> str:
    """`once in 9 days`."""
    return "less than once in a thousand years" if every is None else f"once in {_amount(every)}"


def say_span(every: timedelta) -> str:
    """`once in 30 days`."""
    return f"once in {_amount(every)}"


def say_history(history: timedelta) -> str:
    """How much past a judgment rests on, in words."""
    if history < timedelta(hours=1):
        return "no history yet: a prior of one an hour, loosely held"
    return f"from {_amount(history)} of history"


def _amount(span: timedelta) -> str:
    for unit, length in (("years", 365.0), ("days", 1.0), ("hours", 1 / 24), ("minutes", 1 / 1440)):
        if (n := span / timedelta(days=length)) >= (2 if unit == "years" else 1):
            return f"{n:.3g} {unit}" if n >= 1.05 else f"1 {unit[:-1]}"  # noqa: PLR2004  # rounds to one
    return "seconds"


def _posts(n: int) -> str:
    return f"{n} post{'' if n == 1 else 's'}"


def _authors(n: int) -> str:
    return f"{n} author{'' if n == 1 else 's'}"

"""Clauses that several judgments share, each judged and put into its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Signal, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.model.phrase import Rarity
    from sentinel.model.reading import Reading
    from sentinel.rulebook.types import Rule

_UNITS = (
    ("year", timedelta(days=365)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
_AN_HOUR = timedelta(hours=1)

BLIND_BELOW = 0.5
"""A window of which less than this share was seen cannot be called calm. What was seen may still be a spike by itself."""


def signal(rule: Rule, reading: Reading, asked: Sequence[Verdict], *, lingers: bool) -> Signal:
    """The judgment when these clauses are all that is asked. Too little seen: not raised is then no answer."""
    raised = all(verdict.holds for verdict in asked)
    blind = reading.covered < BLIND_BELOW and not raised
    return Signal(
        rule=rule.id,
        reading=reading,
        raised=raised,
        severity=rule.then.severity,
        verdicts=(_seen(reading, blind=blind), *asked),
        lingers=lingers and not blind,
        blind=blind,
    )


def _seen(reading: Reading, *, blind: bool) -> Verdict:
    read = f"{int(reading.covered * 100)}% of the last {say_duration(reading.window)} was read"
    more = "" if reading.covered >= BLIND_BELOW else ": there may be more"
    return Verdict(Clause.SEEN, not blind, read + more)


def enough(asked: int, had: int, what: str) -> Verdict:
    """`needed 6 posts, had 4`."""
    return Verdict(Clause.AT_LEAST, had >= asked, f"needed {many(asked, what)}, had {had}")


def voices(asked: int, had: int | None, otherwise: str = "not needed") -> Verdict:
    """`needed 5 authors, had 3`; None: not counted, and `otherwise` why: what else is asked does not hold."""
    says = f"had {had}" if had is not None else f"not counted: {otherwise}"
    return Verdict(Clause.FROM, had is not None and had >= asked, f"needed {many(asked, 'author')}, {says}")


def rarer(asked: Rarity, rarity: timedelta | None, rests_on: str) -> Verdict:
    """`asked for rarer than once in 30.4 days, by chance this happens once in 12 days (…)`."""
    says = f"asked for rarer than {say_rarity(asked.every)}, by chance this happens {say_rarity(rarity)} ({rests_on})"
    return Verdict(Clause.RARER_THAN, rarity is None or rarity > asked.every, says)


def history(span: timedelta, otherwise: str) -> str:
    """How much past a judgment rests on, in words; `otherwise` is what is assumed without any."""
    return f"from {_amount(span)} of history" if span >= _AN_HOUR else f"no history yet: {otherwise}"


def say_rarity(every: timedelta | None) -> str:
    """`once in 9 days`."""
    return "less than once in a thousand years" if every is None else f"once in {_amount(every)}"


def _amount(span: timedelta) -> str:
    """A span in the largest unit of which it holds two (or one, of the smaller units): `2.5 years`, `30 days`."""
    for unit, length in _UNITS:
        if (n := span / length) >= (2 if unit == "year" else 1):
            words = f"{n:.0f}" if n >= 100 else f"{n:.3g}"  # noqa: PLR2004  # three digits are enough
            return f"{words} {unit}{'' if words == '1' else 's'}"
    return "less than a minute"


def many(n: int, what: str) -> str:
    """`1 post`, `6 posts`."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def many_stars(n: float) -> str:
    """`1 star`, `0.5 stars`."""
    return f"{n:g} star{'' if n == 1 else 's'}"


def percent(share: float) -> str:
    """`17%`, `0.4%`."""
    return f"{100 * share:.0f}%" if share >= 0.095 or share == 0 else f"{100 * share:.1f}%"  # noqa: PLR2004  # below ten: one decimal


def in_a_row(verdicts: Sequence[Verdict]) -> bool:
    """Whether all of these hold: then what costs a question to the store is worth asking."""
    return all(verdict.holds for verdict in verdicts)

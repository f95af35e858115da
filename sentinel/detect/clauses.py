"""Clauses that several judgments share, each judged and put into its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.detect.judge import BLIND_BELOW, say_history, say_rarity
from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Signal, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.model.phrase import Rarity
    from sentinel.model.reading import Reading
    from sentinel.rulebook.types import Rule

_AN_HOUR = timedelta(hours=1)


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


def voices(asked: int, had: int | None) -> Verdict:
    """`needed 5 authors, had 3`; None: not counted, because what else is asked does not hold."""
    says = f"had {had}" if had is not None else "not counted: not needed"
    return Verdict(Clause.FROM, had is not None and had >= asked, f"needed {many(asked, 'author')}, {says}")


def rarer(asked: Rarity, rarity: timedelta | None, rests_on: str) -> Verdict:
    """`asked for rarer than once in 30.4 days, by chance this happens once in 12 days (…)`."""
    says = f"asked for rarer than {say_rarity(asked.every)}, by chance this happens {say_rarity(rarity)} ({rests_on})"
    return Verdict(Clause.RARER_THAN, rarity is None or rarity > asked.every, says)


def history(span: timedelta, otherwise: str) -> str:
    """How much past a judgment rests on, in words; `otherwise` is what is assumed without any."""
    return say_history(span) if span >= _AN_HOUR else f"no history yet: {otherwise}"


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

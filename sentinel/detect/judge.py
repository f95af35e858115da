"""A rule's judgment of a reading, clause by clause, each with its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.detect import clauses
from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Reading, Signal, Verdict
from sentinel.rulebook.judgments import Spike

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from sentinel.rulebook.types import Rule

_MOST_TIMES = 999


def judge(rule: Rule, reading: Reading) -> Signal:
    """Whether the rule's spike is there, and why or why not. `reading.authors` None counts as not enough of them."""
    spike = rule.judged_by(Spike)
    return clauses.signal(rule, reading, tuple(_verdicts(spike, reading)), lingers=_lingers(spike, reading))


def _lingers(spike: Spike, reading: Reading) -> bool:
    """Half the volume and clearly above usual: a storm that was raised is not over yet."""
    return reading.negatives >= max(spike.at_least / 2, 1.5 * reading.usual, 1)


def _verdicts(spike: Spike, reading: Reading) -> Iterator[Verdict]:
    yield clauses.enough(spike.at_least, reading.negatives, "post")
    yield clauses.voices(spike.from_authors, reading.authors, "too few posts")
    rests_on = f"usual {reading.usual:.1f}, {say_history(reading.history)}{_sharpest(reading)}"
    yield clauses.rarer(spike.rarer_than, reading.rarity, rests_on)
    if spike.above_usual is not None:
        times = reading.negatives / max(reading.usual, 1e-9)
        yield Verdict(
            Clause.ABOVE_USUAL,
            times >= spike.above_usual,
            f"asked for {spike.above_usual:g} times what is usual, was {_times(times)}",
        )


def say_history(history: timedelta) -> str:
    """How much past a judgment rests on, in words."""
    return clauses.history(history, "taken as one in four hours, loosely")


def _sharpest(reading: Reading) -> str:
    """By which shorter window it is so rare."""
    if (burst := reading.sharpest) is None:
        return ""
    return f"; rarest: {burst.negatives} in {say_duration(burst.window)}, usual {burst.usual:.1f}"


def _times(times: float) -> str:
    return f"{times:.1f} times" if times <= _MOST_TIMES else f"more than {_MOST_TIMES} times"

"""What every judgment of a rule promises, whatever it looks for: a spike of negatives, or another change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sentinel.model.mention import SeriesKey
from sentinel.model.post import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime, timedelta

    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.model.mention import Tally
    from sentinel.model.reading import Signal
    from sentinel.rulebook.types import Rule

Voices: TypeAlias = Callable[[SeriesKey, Span], int]
"""Distinct authors of the negatives of a series that were published in a span."""


class Watcher(Protocol):
    """One rule's eyes on its series. What it knows of the past are tallies; it can be built from them anew.

    A judgment is a function of its moment and of all counts known by now: when counts of the past have moved, the same
    moment asked about again is judged by them. Moments are whole minutes, up to a day back, in any order.
    """

    counting: Counting
    rule: Rule
    window: timedelta

    @property
    def reach(self) -> int:
        """The oldest minute (since 1970) of which it can use a tally."""
        ...

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts, in any order: late ones land where they belong."""
        ...

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series it knows of."""
        ...

    def signals(
        self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey], voices: Voices
    ) -> Iterator[Signal]:
        """The rule's judgment at `at` of every series that may hold, and of those in `always` (with live incidents)."""
        ...

    def only(self, series: AbstractSet[SeriesKey]) -> Watcher:
        """Eyes on these series alone, with all counts known of them now, at a cost that knows nothing of the others.

        For judging their past again: what it remembers it does not share with the one it came from.
        """
        ...

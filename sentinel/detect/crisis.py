"""Crisis words: a post that says one is enough, whatever is usual. No baseline, no rarity."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.detect.clauses import enough, signal
from sentinel.detect.clauses import voices as from_voices
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.ledger import Ledger
from sentinel.detect.moments import LONGEST, LONGEST_MINUTES, ending
from sentinel.model.post import Span
from sentinel.model.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.detect.watcher import Voices
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.reading import Signal
    from sentinel.rulebook.judgments import Crisis


class CrisisWatcher:
    """Watches for the posts that a rule's `crisis` names; only series that have one are ever looked at."""

    def __init__(self, counting: Counting, asked: Crisis, at: datetime) -> None:
        """Start with no post known, at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self.window = asked.window
        self._asked = asked
        self._length = max(int(asked.window.total_seconds() // 60), 1)
        self._ledger = Ledger(1, epoch_minute(at - asked.window - LONGEST))

    @property
    def reach(self) -> int:
        """The oldest minute of which it can use a tally."""
        return self._ledger.reach

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts, in any order."""
        for tally in tallies:
            if tally.negatives:
                self._ledger.add(tally.series, tally.minute, (tally.negatives,))

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series that ever had such a post."""
        return self._ledger.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> CrisisWatcher:
        """Eyes on these series alone."""
        alone = copy(self)
        alone._ledger = self._ledger.only(series)  # noqa: SLF001  # one of its own class
        return alone

    def signals(
        self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey], voices: Voices
    ) -> Iterator[Signal]:
        """The judgment at `at` of every series with such a post in its window, and of those in `always`."""
        end = ending(at)
        start = end - self._length
        self._ledger.reach = max(self._ledger.reach, start - LONGEST_MINUTES)
        watched = {self._ledger.row(key) for key in always}
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        for row in sorted(watched.union(self._ledger.active(start).tolist())):
            self._ledger.forget(row, self._ledger.reach)
            minutes, numbers = self._ledger.events(row, start, end)
            if not len(minutes) and row not in watched:
                continue
            key, posts = self._ledger.keys[row], int(numbers.sum())
            authors = voices(key, Span(at - self.window, at)) if posts >= self._asked.at_least else None
            onset = minute_time(int(minutes[0])) if len(minutes) else None
            reading = Reading(
                key, at, self.window, posts, authors, 0.0, 1.0, None, covered, timedelta(0), onset
            )
            asked = (
                enough(self._asked.at_least, posts, "post with such words"),
                from_voices(self._asked.from_authors, authors),
            )
            yield signal(self.rule, reading, asked, lingers=posts > 0)

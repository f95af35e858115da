"""One rule's eyes: its panel of counts, what is usual in it, and the readings made of both."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import scan
from sentinel.detect.clauses import BLIND_BELOW
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.habit import rarest
from sentinel.detect.habits import Habits, weights
from sentinel.detect.judge import judge
from sentinel.detect.moments import LONGEST_MINUTES, ending
from sentinel.detect.onset import onset
from sentinel.detect.panel import Panel
from sentinel.model.post import Span
from sentinel.model.reading import Burst, Reading
from sentinel.rulebook.judgments import Spike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.detect.ring import Counts
    from sentinel.detect.scan import Floats
    from sentinel.detect.watcher import Voices
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.reading import Signal

_NOTHING = 1e-9


class Lookout:
    """Judges a rule's series, all at once; `counting` says what they count."""

    def __init__(self, counting: Counting, at: datetime) -> None:
        """Start with an empty panel that ends at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self._asked = counting.rule.judged_by(Spike)
        self.window = self._asked.window
        self._length = max(int(self.window.total_seconds() // 60), 1)
        self._lengths = scan.windows(self._length)
        self._rare = scan.asked(self._asked.rarer_than.every)
        ring = self._length + LONGEST_MINUTES
        self.panel = Panel(epoch_minute(at), ring, self._asked.usual.weeks)
        self._habits = Habits(self.panel, self._asked.usual.weeks, self._lengths)

    @property
    def reach(self) -> int:
        """The oldest minute that the panel can use."""
        return self.panel.first_hour * 60

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts; late ones land where they belong, and what is usual of their series is learned again."""
        come = list(tallies)
        self.panel.add((tally.series, tally.minute, tally.negatives) for tally in come)
        self._habits.forget((tally.series, tally.minute) for tally in come)

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series it knows of."""
        return self.panel.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> Lookout:
        """Eyes on these series alone, for judging their past again."""
        alone = copy(self)
        alone.panel = self.panel.only(series)
        alone._habits = self._habits.alone(alone.panel)  # noqa: SLF001  # one of its own class
        return alone

    def signals(
        self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey], voices: Voices
    ) -> Iterator[Signal]:
        """The rule's judgment at `at` of every series that may be a spike, and of those in `always`."""
        for reading in self.readings(at, seen, always):
            enough = reading.negatives >= self._asked.at_least
            authors = voices(reading.series, Span(at - reading.window, at)) if enough else None
            yield judge(self.rule, replace(reading, authors=authors))

    def readings(self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey]) -> Iterator[Reading]:
        """Readings worth a judgment: series with enough negatives, and those in `always` (with live incidents)."""
        end = ending(at)
        self.panel.move_to(end)
        watched = [
            self.panel.row(key) for key in always
        ]  # first: a live incident's series may be new to the panel
        counts = self.panel.window(end, self._length)
        rows = np.union1d(np.flatnonzero(counts >= self._asked.at_least), np.array(watched, np.int64))
        if not len(rows):
            return
        moment = self._moment(rows, end, seen)
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        told = (moment.score >= self._rare) | np.isin(
            rows, watched
        )  # since when is asked only of what may be told
        for place, row in enumerate(rows.tolist()):
            yield Reading(
                series=self.panel.keys[row],
                at=at,
                window=self.window,
                negatives=int(counts[row]),
                authors=None,
                usual=float(moment.usual[place]),
                tail=float(moment.tail[place]),
                rarity=scan.rarity(float(moment.score[place])),
                covered=covered,
                history=timedelta(hours=float(moment.history[place])),
                onset=self._onset(row, end, float(moment.usual[place])) if told[place] else None,
                sharpest=moment.sharpest(place),
            )

    def _moment(self, rows: Counts, end: int, seen: Seen) -> _Moment:
        """All windows that end with minute `end`, of these rows."""
        counts = self.panel.windows(rows, end, self._lengths)
        habit, usual, hours = self._habits.usual(rows, end, self._length, seen)
        expected = [usual @ self._weights(hours, end, length, seen) for length in self._lengths]
        windows = [
            (length, there[:, None].astype(float), mean[:, None])
            for length, there, mean in zip(self._lengths, counts, expected, strict=True)
        ]
        score, which = rarest(habit, windows, 1)
        whole = np.maximum(expected[-1], _NOTHING)
        tail = scan.tails(counts[-1].astype(float), whole, habit.dispersion(len(self._lengths) - 1))
        return _Moment(self._lengths, counts, expected, tail, score[:, 0], which[:, 0], habit.history)

    def _weights(self, hours: Counts, end: int, length: int, seen: Seen) -> Floats:
        """How much of each hour a window holds; NaN where a shorter window was mostly not seen.

        What was seen of a whole window that is mostly unread is held against what is usual for all of it.
        """
        if seen.share((end - length) * 60.0, end * 60.0) >= BLIND_BELOW:
            return weights(hours, end, length, seen)
        return weights(hours, end, length, None) if length == self._length else np.full(len(hours), np.nan)

    def _onset(self, row: int, end: int, usual: float) -> datetime:
        start = end - self._length
        minutes = self.panel.minutes(row, start, end)
        return minute_time(start + onset(minutes, usual / self._length))


@dataclass(frozen=True, slots=True)
class _Moment:
    """What several windows that end together hold, of several rows: the shortest first, the whole last."""

    lengths: tuple[int, ...]
    counts: list[Counts]
    expected: list[Floats]
    tail: Floats
    score: Floats
    which: Counts
    history: Floats

    @property
    def usual(self) -> Floats:
        """What is usual in the whole."""
        return self.expected[-1]

    def sharpest(self, place: int) -> Burst | None:
        """The window in which the row at `place` is rarest, where that is not the whole."""
        window = int(self.which[place])
        if window == len(self.lengths) - 1:
            return None
        there, usual = int(self.counts[window][place]), float(self.expected[window][place])
        return Burst(timedelta(minutes=self.lengths[window]), there, usual) if there else None

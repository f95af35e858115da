"""The habits of a panel's series: learned when first asked for, and once a day since.

Each series has an hour of the day of its own at which its day turns, so that thousands of them do not learn at once. Where
little was seen yet they are learned every hour: the first days teach most.
What was learned is a cache of the panel's counts and of what was seen: when either has moved in the past, it is learned
again, and is then what it would be after a restart.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import habit
from sentinel.detect.habit import Grid, Habit
from sentinel.detect.panel import HOURS_A_WEEK, QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.detect.coverage import Seen
    from sentinel.detect.panel import Panel
    from sentinel.detect.ring import Counts
    from sentinel.detect.scan import Floats
    from sentinel.model.mention import SeriesKey

_A_DAY = 24
_YOUNG = 72
"""Hours seen, below which a habit is learned every hour."""
_AT_ONCE = 128
_UNKNOWN = -1


class Habits:
    """What is usual of every series of a panel, for windows of the `lengths` (minutes)."""

    def __init__(self, panel: Panel, weeks: int, lengths: Sequence[int]) -> None:
        self.panel = panel
        self._weeks = weeks
        self._lengths = tuple(lengths)
        self._table = np.zeros(0, habit.layout(len(self._lengths)))
        self._turns = np.zeros(0, np.int64)
        self._seen: Seen | None = None
        self._exposure: dict[int, Floats] = {}
        self._said: tuple[tuple[int, int, bytes], tuple[Habit, Floats, Counts]] | None = None

    def alone(self, panel: Panel) -> Habits:
        """The same for a panel of some of these series, with what was learned of them."""
        alone = Habits(panel, self._weeks, self._lengths)
        alone._room()
        known = [(place, self.panel.rows[key]) for place, key in enumerate(panel.keys)]
        ours = [(place, row) for place, row in known if row < len(self._turns)]
        if ours:
            places, rows = np.array(ours).T
            alone._table[places] = self._table[rows]
        alone._seen, alone._exposure = self._seen, dict(self._exposure)
        return alone

    def forget(self, keys: Iterable[tuple[SeriesKey, int]]) -> None:
        """Counts of these series have moved in these minutes: what rests on them is learned again when asked for."""
        self._said = None
        for key, minute in keys:
            row = self.panel.rows.get(key)
            if row is not None and row < len(self._table) and minute < self._table["until"][row] * 60:
                self._table["until"][row] = _UNKNOWN

    def of(self, rows: Counts, hour: int, seen: Seen) -> Habit:
        """The habits of `rows` as they were known in `hour`, hours since 1970."""
        self._room()
        if seen is not self._seen:
            self._look_again(seen)
        young = self._read(hour, seen).sum() < _YOUNG
        turned = np.full(len(rows), hour) if young else hour - (hour - self._turns[rows]) % _A_DAY
        missing = self._table["until"][rows] != turned
        for until in np.unique(turned[missing]).tolist():
            chosen = rows[missing & (turned == until)]
            for begin in range(0, len(chosen), _AT_ONCE):
                self._learn(chosen[begin : begin + _AT_ONCE], until, seen)
        return Habit(self._table[rows])

    def _read(self, until: int, seen: Seen) -> Floats:
        """What was seen of the weeks before hour `until`, hour by hour."""
        exposure = self._exposure.get(until)
        if exposure is None:
            exposure = self._exposure[until] = seen.hourly(until - self._weeks * HOURS_A_WEEK, until)
        return exposure

    def usual(self, rows: Counts, end: int, length: int, seen: Seen) -> tuple[Habit, Floats, Counts]:
        """The habits of `rows` before minute `end`; what is usual in each hour of the `length` minutes before it, all seen.

        (rows, hours), and which hours these are.
        """
        begin, hour = (end - length) // 60, (end - 1) // 60
        if seen is not self._seen:
            self._look_again(seen)
        asked = (begin, hour, rows.tobytes())
        if self._said is None or self._said[0] != asked:  # the minutes of an hour ask for the same
            self._said = (asked, self._usual(rows, begin, hour, seen))
        return self._said[1]

    def _usual(self, rows: Counts, begin: int, hour: int, seen: Seen) -> tuple[Habit, Floats, Counts]:
        habit = self.of(rows, begin, seen)  # nothing of the window: a storm is not its own habit
        first = begin - _A_DAY
        counts = self.panel.hours(first, hour + 1, rows).astype(float)
        usual = habit.usual(counts, seen.hourly(first, hour + 1), first)
        return habit, usual[:, _A_DAY:], np.arange(begin, hour + 1)

    def _learn(self, rows: Counts, until: int, seen: Seen) -> None:
        start = until - self._weeks * HOURS_A_WEEK
        exposure = self._read(until, seen)
        quarters = self.panel.quarters(start, until, rows).astype(float)
        hourly = quarters.reshape(len(rows), -1, 60 // QUARTER).sum(2)
        grid = Grid(quarters, QUARTER, self._weeks * 7)
        learned = habit.learn(hourly, exposure, until, grid, self._lengths)
        self._table[rows] = learned.table

    def _room(self) -> None:
        """Rows for the series that are new to the panel."""
        done = len(self._turns)
        if done == len(self.panel):
            return
        turns = [_turn(key) for key in self.panel.keys[done:]]
        self._turns = np.concatenate([self._turns, np.array(turns, np.int64)])
        more = np.zeros(len(turns) + len(self._table) // 8, self._table.dtype)
        more["until"] = _UNKNOWN
        if len(self._table) < len(self._turns):
            self._table = np.concatenate([self._table, more])

    def _look_again(self, seen: Seen) -> None:
        """What was seen of the past may have moved: unlearn what rests on it."""
        self._seen, self._said = seen, None
        learned = self._table["until"]
        in_use = set(np.unique(learned).tolist())
        for until in list(self._exposure):  # also those of hours gone by are let go
            exposure = seen.hourly(until - self._weeks * HOURS_A_WEEK, until)
            if until not in in_use or not np.array_equal(exposure, self._exposure[until]):
                del self._exposure[until]
                learned[learned == until] = _UNKNOWN


def _turn(key: SeriesKey) -> int:
    """The hour of the day at which a series' day turns: any, but always the same one."""
    return zlib.crc32(repr(key.group).encode()) % _A_DAY


def weights(hours: Counts, end: int, length: int, seen: Seen | None) -> Floats:
    """How much of each of these hours lies in the `length` minutes before `end`, and was seen (all of it, if None)."""
    start, out = end - length, np.zeros(len(hours))
    for place, hour in enumerate(hours.tolist()):
        first, last = max(start, hour * 60), min(end, (hour + 1) * 60)
        if last > first:
            out[place] = (last - first) / 60 * (seen.share(first * 60.0, last * 60.0) if seen else 1.0)
    return out

"""Counts of many series side by side: the last day or so by minute, the last weeks by quarter of an hour.

A panel is a cache of the store's tallies, never their home: it is built from them at start and moved by the deltas of
every kept page, so memory depends on the number of series and not on how long sentinel has been running. Late posts
land in the minute they were published in, as far back as the panel reaches. Deltas are plain sums: whatever the order
they arrive in, the counts are the same.

Minutes, quarters and hours count from 1970-01-01T00:00Z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sentinel.detect.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentinel.detect.ring import Counts
    from sentinel.model.mention import SeriesKey

Delta: TypeAlias = "tuple[SeriesKey, int, int]"
"""A series, a minute, a change of the number of negatives."""

HOURS_A_WEEK = 168
QUARTER = 15
"""Minutes."""
_AT_ONCE = 4096
_LONG = 240
"""Windows longer than so many minutes are summed by quarters."""
_LEARNED_AGO = 26
"""A habit may have been learned a day before the oldest minute of the ring: so many hours more are kept."""


class Panel:
    """Two rings for every series. `head` is the first minute that has not begun to be written.

    Time passes by `move_to` alone. Deltas of minutes still to come wait for their time, so that one post with a date
    far ahead cannot push the present out of the rings.
    """

    def __init__(self, head: int, ring: int, weeks: int) -> None:
        """Reach back `ring` minutes by minute and `weeks` weeks by quarter from minute `head`."""
        self.head = head
        self.ring = ring
        self.hours_kept = weeks * HOURS_A_WEEK + ring // 60 + _LEARNED_AGO
        self.rows: dict[SeriesKey, int] = {}
        self.keys: list[SeriesKey] = []
        self._minutes = Ring(ring)
        self._quarters = Ring(self.hours_kept * 60 // QUARTER)
        self._ahead: list[Delta] = []

    @property
    def nbytes(self) -> int:
        """Memory held by the counts."""
        return self._minutes.nbytes + self._quarters.nbytes

    def __len__(self) -> int:
        return len(self.keys)

    def row(self, key: SeriesKey) -> int:
        """The row of a series, made when it is new."""
        if (row := self.rows.get(key)) is None:
            row = self.rows[key] = len(self.keys)
            self.keys.append(key)
            if row >= self._minutes.rows:
                self._grow()
        return row

    def only(self, keys: Iterable[SeriesKey]) -> Panel:
        """A panel of these series alone, with a copy of their counts."""
        alone = Panel(self.head, 1, 0)
        alone.ring, alone.hours_kept = self.ring, self.hours_kept
        alone.keys = list(keys)
        alone.rows = {key: row for row, key in enumerate(alone.keys)}
        ours = np.array([self.row(key) for key in alone.keys], np.int64)
        alone._minutes, alone._quarters = self._minutes.only(ours), self._quarters.only(ours)
        return alone

    def _grow(self) -> None:
        more = max(16, self._minutes.rows // 16)  # a little at a time: the cells are most of the memory
        self._minutes.grow(more)
        self._quarters.grow(more)

    def move_to(self, head: int) -> None:
        """Let time pass up to minute `head`: what falls out of the rings is forgotten. It never goes back."""
        if head <= self.head:
            return
        self._minutes.clear(np.arange(max(self.head, head - self.ring), head))
        last = _hours_begun(head)
        first = max(_hours_begun(self.head), last - self.hours_kept)
        self._quarters.clear(np.arange(first * 60 // QUARTER, last * 60 // QUARTER))
        self.head = head
        come, self._ahead = self._ahead, []
        self.add(come)

    def add(self, deltas: Iterable[Delta]) -> None:
        """Move counts; minutes older than the panel reaches are none of its business."""
        oldest = self.first_hour * 60
        come: list[tuple[int, int, int]] = []
        for delta in deltas:
            key, minute, change = delta
            if minute >= self.head:
                self._ahead.append(delta)
            elif minute >= oldest:
                come.append((self.row(key), minute, change))
            if len(come) == _AT_ONCE:
                self._move(come)
                come.clear()
        if come:
            self._move(come)

    def _move(self, come: list[tuple[int, int, int]]) -> None:
        rows, minutes, changes = np.array(come, np.int64).T
        self._quarters.add(rows, minutes // QUARTER, changes)
        recent = minutes >= self.head - self.ring
        self._minutes.add(rows[recent], minutes[recent], changes[recent])

    @property
    def first_hour(self) -> int:
        """The oldest whole hour in reach."""
        return _hours_begun(self.head) - self.hours_kept

    def window(self, end: int, length: int) -> Counts:
        """Negatives of every series in the minutes [end − length, end)."""
        first, last = max(end - length, self.head - self.ring), min(end, self.head)
        inside = -(-first // QUARTER), last // QUARTER
        if last - first <= _LONG or inside[0] >= inside[1]:
            return np.maximum(self._minutes.sums(len(self), np.arange(first, last)), 0)
        edges = np.arange(first, inside[0] * QUARTER), np.arange(inside[1] * QUARTER, last)
        total = self._quarters.sums(len(self), np.arange(*inside))
        for edge in edges:
            total += self._minutes.sums(len(self), edge)
        return np.maximum(total, 0)

    def windows(self, rows: Counts, end: int, lengths: Iterable[int]) -> list[Counts]:
        """The same for `rows` alone, for windows of several lengths that end together, none longer than the ring."""
        spans = list(lengths)
        start = max(end - max(spans), self.head - self.ring)
        minutes = np.arange(start, min(end, self.head))
        total = np.cumsum(self._minutes.take(rows, minutes)[:, ::-1], axis=1)
        total = np.pad(total, ((0, 0), (1, 0)))
        late = end - min(end, self.head)
        return [total[:, np.clip(span - late, 0, len(minutes))] for span in spans]

    def minutes(self, row: int, start: int, end: int) -> Counts:
        """One series minute by minute in [start, end); minutes out of reach are zero."""
        out = np.zeros(max(end - start, 0), np.int64)
        inside = np.arange(max(start, self.head - self.ring), min(end, self.head))
        out[inside - start] = self._minutes.take(np.array([row]), inside)[0]
        return out

    def quarters(self, start: int, end: int, rows: slice | Counts = slice(None)) -> Counts:
        """Negatives of every series (or of `rows`) in the quarters of the hours [start, end); out of reach is zero."""
        begin, stop = max(start, self.first_hour), min(end, _hours_begun(self.head))
        inside = np.arange(begin * 60 // QUARTER, max(stop, begin) * 60 // QUARTER)
        part = slice(*rows.indices(len(self))) if isinstance(rows, slice) else rows
        counts = self._quarters.take(part, inside)
        out = np.zeros((len(counts), max(end - start, 0) * 60 // QUARTER), np.int64)
        out[:, inside - start * 60 // QUARTER] = counts
        return out

    def hours(self, start: int, end: int, rows: slice | Counts = slice(None)) -> Counts:
        """The same by hour."""
        quarters = self.quarters(start, end, rows)
        total: Counts = quarters.reshape(len(quarters), -1, 60 // QUARTER).sum(axis=2)
        return total


def _hours_begun(minute: int) -> int:
    """The first hour that has not begun before `minute`."""
    return -(-minute // 60)

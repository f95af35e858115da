"""Counts of many series side by side: the last day or so by minute, the last weeks by hour.

A panel is a cache of the store's tallies, never their home: it is built from them at start and moved by the deltas of
every kept page, so memory depends on the number of series and not on how long sentinel has been running. Late posts
land in the minute they were published in, as far back as the panel reaches. Deltas are plain sums: whatever the order
they arrive in, the counts are the same.

Minutes and hours count from 1970-01-01T00:00Z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import DTypeLike, NDArray

    from sentinel.model.mention import SeriesKey

Counts: TypeAlias = "NDArray[np.int64]"
Delta: TypeAlias = "tuple[SeriesKey, int, int]"
"""A series, a minute, a change of the number of negatives."""

HOURS_A_WEEK = 168
_AT_ONCE = 4096


class Panel:
    """Two rings for every series. `head` is the first minute that has not begun to be written.

    Time passes by `move_to` alone. Deltas of minutes still to come wait for their time, so that one post with a date
    far ahead cannot push the present out of the rings.
    """

    def __init__(self, head: int, ring: int, weeks: int, cell: DTypeLike = np.int32) -> None:
        """Reach back `ring` minutes by minute and `weeks` weeks by hour from minute `head`."""
        self.head = head
        self.ring = ring
        self.hours_kept = weeks * HOURS_A_WEEK + ring // 60 + 2
        self.rows: dict[SeriesKey, int] = {}
        self.keys: list[SeriesKey] = []
        self._minutes = np.zeros((0, ring), cell)
        self._hours = np.zeros((0, self.hours_kept), cell)
        self._ahead: list[Delta] = []

    def __len__(self) -> int:
        return len(self.keys)

    def row(self, key: SeriesKey) -> int:
        """The row of a series, made when it is new."""
        if (row := self.rows.get(key)) is None:
            row = self.rows[key] = len(self.keys)
            self.keys.append(key)
            if row >= len(self._minutes):
                self._grow()
        return row

    def only(self, keys: Iterable[SeriesKey]) -> Panel:
        """A panel of these series alone, with a copy of their counts."""
        alone = Panel(self.head, self.ring, 0, self._minutes.dtype)
        alone.hours_kept = self.hours_kept
        alone.keys = list(keys)
        alone.rows = {key: row for row, key in enumerate(alone.keys)}
        ours = np.array([self.row(key) for key in alone.keys], np.int64)
        alone._minutes, alone._hours = self._minutes[ours], self._hours[ours]
        return alone

    def _grow(self) -> None:
        more = max(16, len(self._minutes) // 2)
        self._minutes = np.pad(self._minutes, ((0, more), (0, 0)))
        self._hours = np.pad(self._hours, ((0, more), (0, 0)))

    def move_to(self, head: int) -> None:
        """Let time pass up to minute `head`: what falls out of the rings is forgotten. It never goes back."""
        if head <= self.head:
            return
        minutes = np.arange(max(self.head, head - self.ring), head)
        self._minutes[:, minutes % self.ring] = 0
        last = _hours_begun(head)
        hours = np.arange(max(_hours_begun(self.head), last - self.hours_kept), last)
        self._hours[:, hours % self.hours_kept] = 0
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
        np.add.at(self._hours, (rows, minutes // 60 % self.hours_kept), changes)
        recent = minutes >= self.head - self.ring
        np.add.at(self._minutes, (rows[recent], minutes[recent] % self.ring), changes[recent])

    @property
    def first_hour(self) -> int:
        """The oldest whole hour in reach."""
        return _hours_begun(self.head) - self.hours_kept

    def window(self, end: int, length: int) -> Counts:
        """Negatives of every series in the minutes [end − length, end)."""
        columns = np.arange(max(end - length, self.head - self.ring), min(end, self.head)) % self.ring
        total: Counts = self._minutes[: len(self), columns].sum(axis=1, dtype=np.int64)
        return np.maximum(total, 0)

    def minutes(self, row: int, start: int, end: int) -> Counts:
        """One series minute by minute in [start, end); minutes out of reach are zero."""
        out = np.zeros(max(end - start, 0), np.int64)
        inside = np.arange(max(start, self.head - self.ring), min(end, self.head))
        out[inside - start] = self._minutes[row, inside % self.ring]
        return np.maximum(out, 0)

    def hours(self, start: int, end: int, rows: slice | Counts = slice(None)) -> Counts:
        """Negatives of every series (or of `rows`) hour by hour in the hours [start, end); out of reach is zero."""
        inside = np.arange(max(start, self.first_hour), min(end, _hours_begun(self.head)))
        counts = self._hours[: len(self)][rows][:, inside % self.hours_kept]
        out = np.zeros((len(counts), max(end - start, 0)), np.int64)
        out[:, inside - start] = np.maximum(counts, 0)
        return out


def _hours_begun(minute: int) -> int:
    """The first hour that has not begun before `minute`."""
    return -(-minute // 60)

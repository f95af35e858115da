"""Counts of many series side by side: the last day or so by minute, the last weeks by hour.

A panel is a cache of the store's tallies, never their home: it is built from them at start and moved by the deltas of
every kept page, so memory depends on the number of series and not on how long sentinel has been running. Late posts
land in the minute they were published in, as far back as the panel reaches.

Minutes and hours count from 1970-01-01T00:00Z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sentinel.model.mention import SeriesKey

Counts: TypeAlias = "NDArray[np.int64]"
Delta: TypeAlias = "tuple[SeriesKey, int, int]"
"""A series, a minute, a change of the number of negatives."""

HOURS_A_WEEK = 168
_MINUTE_CAP = np.iinfo(np.uint16).max
"""More negatives than this in one minute of one series are counted as this many."""


class Panel:
    """Two rings for every series. `head` is the first minute that has not begun to be written."""

    def __init__(self, head: int, ring: int, weeks: int) -> None:
        """Reach back `ring` minutes by minute and `weeks` weeks by hour from minute `head`."""
        self.head = head
        self.ring = ring
        self.hours_kept = weeks * HOURS_A_WEEK + ring // 60 + 2
        self.rows: dict[SeriesKey, int] = {}
        self.keys: list[SeriesKey] = []
        self._minutes = np.zeros((0, ring), np.uint16)
        self._hours = np.zeros((0, self.hours_kept), np.uint32)

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

    def _grow(self) -> None:
        more = max(16, len(self._minutes) // 2)
        self._minutes = np.vstack([self._minutes, np.zeros((more, self.ring), np.uint16)])
        self._hours = np.vstack([self._hours, np.zeros((more, self.hours_kept), np.uint32)])

    def move_to(self, head: int) -> None:
        """Let time pass up to minute `head`: what falls out of the rings is forgotten."""
        if head <= self.head:
            return
        first = max(self.head, head - self.ring)
        self._minutes[:, np.arange(first, head) % self.ring] = 0
        hour, last = -(-self.head // 60), -(-head // 60)
        self._hours[:, np.arange(max(hour, last - self.hours_kept), last) % self.hours_kept] = 0
        self.head = head

    def add(self, deltas: Iterable[Delta]) -> None:
        """Move counts; minutes older than the panel reaches are none of its business."""
        for key, minute, change in deltas:
            if minute >= self.head:
                self.move_to(minute + 1)
            row, hour = self.row(key), minute // 60
            if minute >= self.head - self.ring:
                slot = minute % self.ring
                self._minutes[row, slot] = min(max(int(self._minutes[row, slot]) + change, 0), _MINUTE_CAP)
            if hour >= self.first_hour:
                slot = hour % self.hours_kept
                self._hours[row, slot] = max(int(self._hours[row, slot]) + change, 0)

    @property
    def first_hour(self) -> int:
        """The oldest whole hour in reach."""
        return -(-self.head // 60) - self.hours_kept

    def window(self, end: int, length: int) -> Counts:
        """Negatives of every series in the minutes [end − length, end)."""
        columns = np.arange(max(end - length, self.head - self.ring), min(end, self.head)) % self.ring
        total: Counts = self._minutes[: len(self), columns].sum(axis=1, dtype=np.int64)
        return total

    def minutes(self, row: int, start: int, end: int) -> Counts:
        """One series minute by minute in [start, end); minutes out of reach are zero."""
        out = np.zeros(max(end - start, 0), np.int64)
        inside = np.arange(max(start, self.head - self.ring), min(end, self.head))
        out[inside - start] = self._minutes[row, inside % self.ring]
        return out

    def hours(self, start: int, end: int) -> Counts:
        """Negatives of every series hour by hour in the hours [start, end); out of reach is zero."""
        out = np.zeros((len(self), max(end - start, 0)), np.int64)
        inside = np.arange(max(start, self.first_hour), min(end, -(-self.head // 60)))
        out[:, inside - start] = self._hours[: len(self), inside % self.hours_kept]
        return out

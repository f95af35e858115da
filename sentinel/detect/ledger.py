"""Events of many series of which each has few: reviews, crisis words. Nothing is paid for minutes without one.

Like a panel it is a cache of the store's tallies: deltas are sums in any order, and what is older than it reaches is
forgotten when a series is next written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sentinel.detect.ring import Counts
    from sentinel.model.mention import SeriesKey


class Ledger:
    """For every series a page of minutes at which something happened, with `width` numbers each."""

    def __init__(self, width: int, reach: int) -> None:
        """Minutes (since 1970) before `reach` are none of its business."""
        self.reach = reach
        self.rows: dict[SeriesKey, int] = {}
        self.keys: list[SeriesKey] = []
        self._width = width
        self._pages: list[dict[int, list[int]]] = []
        self._newest = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self.keys)

    def row(self, key: SeriesKey) -> int:
        """The row of a series, made when it is new."""
        if (row := self.rows.get(key)) is None:
            row = self.rows[key] = len(self.keys)
            self.keys.append(key)
            self._pages.append({})
            if row >= len(self._newest):
                self._newest = np.pad(self._newest, (0, max(16, row // 2)))
        return row

    def add(self, key: SeriesKey, minute: int, changes: Iterable[int]) -> int:
        """Move the numbers of a minute; answers with the row."""
        row = self.row(key)
        if minute >= self.reach:
            page = self._pages[row]
            page[minute] = [a + b for a, b in zip(page.get(minute, [0] * self._width), changes, strict=True)]
            self._newest[row] = max(self._newest[row], minute)
        return row

    def forget(self, row: int, before: int) -> None:
        """Drop what a series did before minute `before`."""
        page = self._pages[row]
        for minute in [minute for minute in page if minute < before]:
            del page[minute]

    def active(self, since: int) -> NDArray[np.int64]:
        """The rows of all series to which something may have happened from minute `since` on."""
        return np.flatnonzero(self._newest[: len(self)] >= since)

    def events(self, row: int, start: int, end: int) -> tuple[Counts, Counts]:
        """Minutes of [start, end) at which something happened, in order, and the numbers of each: (n,), (n, width)."""
        page = self._pages[row]
        minutes = sorted(minute for minute, numbers in page.items() if start <= minute < end and any(numbers))
        numbers = np.array([page[minute] for minute in minutes], np.int64).reshape(-1, self._width)
        return np.array(minutes, np.int64), np.maximum(numbers, 0)

    def only(self, keys: Iterable[SeriesKey]) -> Ledger:
        """A ledger of these series alone, with a copy of their pages."""
        alone = Ledger(self._width, self.reach)
        for key in keys:
            page, row = self._pages[self.row(key)], alone.row(key)
            alone._pages[row] = {minute: list(numbers) for minute, numbers in page.items()}
            alone._newest[row] = self._newest[self.rows[key]]
        return alone

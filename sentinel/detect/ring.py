"""A ring of small counts for many series: as many cells as time reaches back, a byte each while that is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Counts: TypeAlias = "NDArray[np.int64]"

_WIDTHS: tuple[type[np.signedinteger[Any]], ...] = (np.int8, np.int16, np.int32, np.int64)


class Ring:
    """Counts of slots (minutes, quarters of an hour) for rows of series; a slot lives in cell slot mod `length`."""

    def __init__(self, length: int) -> None:
        self.length = length
        self._cells = np.zeros((0, length), np.int8)

    @property
    def rows(self) -> int:
        """For how many rows there is room."""
        return len(self._cells)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._cells.nbytes

    def grow(self, rows: int) -> None:
        """Make room for so many rows more."""
        self._cells = np.pad(self._cells, ((0, rows), (0, 0)))

    def only(self, rows: Counts) -> Ring:
        """A copy of these rows."""
        alone = Ring(self.length)
        alone._cells = self._cells[rows]
        return alone

    def clear(self, slots: Counts) -> None:
        """Forget what stood in the cells of these slots."""
        self._cells[:, slots % self.length] = 0

    def add(self, rows: Counts, slots: Counts, changes: Counts) -> None:
        """Move counts; a cell that would not hold its sum makes all cells wider."""
        cells, place = np.unique(rows * self.length + slots % self.length, return_inverse=True)
        old = self._cells.reshape(-1)
        sums = old[cells].astype(np.int64) + np.bincount(place, changes).astype(np.int64)
        self._cells = self._cells.astype(_wide_enough(sums, self._cells.itemsize), copy=False)
        old = self._cells.reshape(-1)
        old[cells] = sums

    def take(self, rows: slice | Counts, slots: Counts) -> Counts:
        """(rows, slots) counts, never below zero: deltas of one post may be seen in any order."""
        cells = slots % self.length
        counts = self._cells[rows][:, cells] if isinstance(rows, slice) else self._cells[rows[:, None], cells]
        return np.asarray(np.maximum(counts, 0), np.int64)

    def sums(self, rows: int, slots: Counts) -> Counts:
        """The sum over `slots` of each of the first `rows` rows."""
        place = slots % self.length
        if not len(place):
            return np.zeros(rows, np.int64)
        turn = int(np.argmin(place))  # a run of slots is one run of cells, or two
        total = np.zeros(rows, np.int64)
        for run in (place[:turn], place[turn:]):
            if len(run):
                part = self._cells[:rows, int(run[0]) : int(run[-1]) + 1]
                total += part.sum(axis=1, dtype=np.int64)
        return total


def _wide_enough(sums: Counts, itemsize: int) -> type[np.signedinteger[Any]]:
    most = int(np.abs(sums).max(initial=0))
    return next(
        width for width in _WIDTHS if np.iinfo(width).max >= most and np.dtype(width).itemsize >= itemsize
    )

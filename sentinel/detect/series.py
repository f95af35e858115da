"""The same judgment for a plain series of counts at even steps: `sentinel detect`.

Strictly online: the answer for a row rests on that row and the ones before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import baseline, spike
from sentinel.detect.coverage import hourly
from sentinel.detect.panel import HOURS_A_WEEK, Panel
from sentinel.model.mention import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.detect.baseline import Baseline
    from sentinel.detect.panel import Delta

_KEY = SeriesKey("series", "series", (("brand", "series"),))
_WEEKS = 4
_WARM_UP = 24 * 60
_LEAST = 5
_MOST = 10**12
"""A count past this is taken for this, so that sums stay whole numbers."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One row's answer: what is usual in the window that ends with it, −log10 of the tail, whether an alert starts."""

    usual: float
    score: float
    alert: bool


class SeriesDetector:
    """Feed it the counts in order. Times are minutes since 1970 (or since anything: only differences matter).

    No alert starts before it has seen a day, and a window, and what comes after: nothing can be unusual yet.
    """

    def __init__(self, step: int, rarer_than: timedelta, window: timedelta = timedelta(hours=2)) -> None:
        """`step` is the length of a row in minutes; `rarer_than` the mean time between false alarms asked for."""
        self._step = step
        self._length = max(int(window.total_seconds() // 60), step)
        self._tail = spike.tail_for(rarer_than, timedelta(minutes=self._length))
        self._block = max(round(self._length / 60), 1)
        self._panel: Panel | None = None
        self._first = 0
        self._fitted: Baseline | None = None
        self._open = False

    def judge(self, minute: int, count: int) -> Judged:
        """The row that begins at `minute`; rows must not go back in time."""
        panel = self._at(minute)
        end = minute + self._step
        panel.move_to(end)
        panel.add(self._spread(minute, min(count, _MOST)))
        seen = min((end - self._first) / self._length, 1.0)
        fitted = self._fit(panel, end)
        usual = float(fitted.expected(end, self._length)[0]) * seen
        total = panel.window(end, self._length)
        tail = float(fitted.tails(total, np.array([usual]))[0])
        known = fitted.history * 60 >= max(self._length, _WARM_UP)
        alert = known and self._alert(int(total[0]), usual, tail)
        return Judged(usual, -math.log10(max(tail, 1e-300)), alert)

    def _spread(self, minute: int, count: int) -> Iterator[Delta]:
        """A row longer than an hour, evenly over its hours: what is usual is learned by the hour."""
        parts = max(self._step // 60, 1)
        for k in range(parts):
            yield _KEY, minute + 60 * k, count * (k + 1) // parts - count * k // parts

    def _alert(self, count: int, usual: float, tail: float) -> bool:
        """True where a new alert starts; it lasts until the window is near usual again."""
        if self._open:
            self._open = count >= max(_LEAST / 2, 1.5 * usual, 1)
            return False
        self._open = count >= _LEAST and tail < self._tail
        return self._open

    def _at(self, minute: int) -> Panel:
        if self._panel is None:
            self._first = minute
            self._panel = Panel(minute, self._length + 60, _WEEKS, np.int64)
            self._panel.row(_KEY)
        return self._panel

    def _fit(self, panel: Panel, end: int) -> Baseline:
        until = (end - self._length) // 60
        if self._fitted is None or self._fitted.until != until:
            covered = [(self._first * 60.0, max(until * 3600.0, self._first * 60.0))]
            exposure = hourly(covered, until - _WEEKS * HOURS_A_WEEK, until)
            self._fitted = baseline.fit(panel, exposure, until, self._block)
        return self._fitted

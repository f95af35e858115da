"""One rule's eyes: its panel of counts, what is usual in it, and the readings made of both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import baseline, spike
from sentinel.detect.coverage import epoch_minute, hourly, minute_time, share
from sentinel.detect.panel import HOURS_A_WEEK, Panel
from sentinel.model.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.baseline import Baseline
    from sentinel.detect.counting import Counting
    from sentinel.detect.panel import Delta
    from sentinel.model.mention import SeriesKey

_CATCH_UP = timedelta(days=1)
"""So far back windows can be judged minute by minute after an outage."""


class Lookout:
    """Judges a rule's series, all at once; `counting` says what they count."""

    def __init__(self, counting: Counting, at: datetime) -> None:
        """Start with an empty panel that ends at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self.window = counting.rule.spike.window
        self._length = max(int(self.window.total_seconds() // 60), 1)
        self._block = max(round(self._length / 60), 1)
        self._weeks = counting.rule.spike.usual.weeks
        ring = self._length + int(_CATCH_UP.total_seconds() // 60)
        self.panel = Panel(epoch_minute(at), ring, self._weeks)
        self._baseline: Baseline | None = None
        self._fitted_rows = 0

    @property
    def reach(self) -> int:
        """The oldest minute that the panel can use."""
        return self.panel.first_hour * 60

    def add(self, deltas: Iterable[Delta]) -> None:
        """Move counts; late ones land where they belong."""
        self.panel.add(deltas)

    def readings(
        self, at: datetime, covered: Sequence[tuple[float, float]], always: AbstractSet[SeriesKey]
    ) -> Iterator[Reading]:
        """Readings worth a judgment: series with enough negatives, and those in `always` (with live incidents)."""
        end = -int(-at.timestamp() // 60)
        self.panel.move_to(end)
        counts = self.panel.window(end, self._length)
        wanted = counts >= self.rule.spike.at_least
        for key in always:
            wanted[self.panel.row(key)] = True
        rows = np.flatnonzero(wanted)
        if not len(rows):
            return
        usual_of_all = self._usual(end, covered)
        seen = share(covered, at.timestamp() - self.window.total_seconds(), at.timestamp())
        usual, scatter = usual_of_all[rows] * max(seen, 1e-3), self._dispersion()[rows]
        chances = spike.tails(counts[rows], usual, scatter)
        history = timedelta(hours=self._baseline.history if self._baseline else 0.0)
        for row, expected, tail in zip(rows.tolist(), usual.tolist(), chances.tolist(), strict=True):
            yield Reading(
                series=self.panel.keys[row],
                at=at,
                window=self.window,
                negatives=int(counts[row]),
                mentions=int(counts[row]),
                authors=None,
                usual=expected,
                tail=tail,
                rarity=spike.rarity(tail, self.window),
                covered=seen,
                history=history,
                onset=self._onset(row, end, expected),
            )

    def _onset(self, row: int, end: int, usual: float) -> datetime:
        start = end - self._length
        minutes = self.panel.minutes(row, start, end)
        return minute_time(start + spike.onset(minutes, usual / self._length))

    def _usual(self, end: int, covered: Sequence[tuple[float, float]]) -> baseline.Floats:
        """What is usual in the window, refitted when a new hour has begun or a series was added.

        The fit ends one window before the present, so that a storm does not become its own baseline.
        """
        until = (end - self._length) // 60
        fitted = self._baseline
        if fitted is None or fitted.until != until or self._fitted_rows != len(self.panel):
            exposure = hourly(covered, until - self._weeks * HOURS_A_WEEK, until)
            fitted = baseline.fit(self.panel, exposure, until, self._weeks, self._block)
            self._baseline, self._fitted_rows = fitted, len(self.panel)
        return fitted.expected(end, self._length)

    def _dispersion(self) -> baseline.Floats:
        return self._baseline.dispersion if self._baseline is not None else np.zeros(len(self.panel))

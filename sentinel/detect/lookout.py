"""One rule's eyes: its panel of counts, what is usual in it, and the readings made of both."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import baseline, spike
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.judge import BLIND_BELOW, judge
from sentinel.detect.panel import HOURS_A_WEEK, Panel
from sentinel.model.post import Span
from sentinel.model.reading import Reading
from sentinel.rulebook.judgments import Spike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.baseline import Baseline, Floats
    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.detect.watcher import Voices
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.reading import Signal

_CATCH_UP = timedelta(days=1)
"""So far back windows can be judged minute by minute after an outage."""


class Lookout:
    """Judges a rule's series, all at once; `counting` says what they count."""

    def __init__(self, counting: Counting, at: datetime) -> None:
        """Start with an empty panel that ends at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self._asked = counting.rule.judged_by(Spike)
        self.window = self._asked.window
        self._length = max(int(self.window.total_seconds() // 60), 1)
        self._block = max(round(self._length / 60), 1)
        self._weeks = self._asked.usual.weeks
        ring = self._length + int(_CATCH_UP.total_seconds() // 60)
        self.panel = Panel(epoch_minute(at), ring, self._weeks)
        self._fitted: Baseline | None = None
        self._stale: set[SeriesKey] = set()

    @property
    def reach(self) -> int:
        """The oldest minute that the panel can use."""
        return self.panel.first_hour * 60

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts; late ones land where they belong, and what is usual of their series is fitted again."""
        come = list(tallies)
        self.panel.add((tally.series, tally.minute, tally.negatives) for tally in come)
        if self._fitted is not None:
            until = self._fitted.until * 60
            self._stale.update(tally.series for tally in come if tally.minute < until)

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series it knows of."""
        return self.panel.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> Lookout:
        """Eyes on these series alone, for judging their past again."""
        alone = copy(self)
        alone.panel = self.panel.only(series)
        alone._fitted, alone._stale = None, set()  # noqa: SLF001  # one of its own class
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
        end = -int(-at.timestamp() // 60)
        self.panel.move_to(end)
        watched = [
            self.panel.row(key) for key in always
        ]  # first: a live incident's series may be new to the panel
        counts = self.panel.window(end, self._length)
        rows = np.union1d(np.flatnonzero(counts >= self._asked.at_least), np.array(watched, np.int64))
        if not len(rows):
            return
        # What was seen of a window that is mostly unread is held against what is usual for all of it.
        fitted = self._fit((end - self._length) // 60, seen)
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        usual = fitted.expected(end, self._length)[rows] * (covered if covered >= BLIND_BELOW else 1.0)
        chances = fitted.tails(counts[rows], usual, rows)
        for row, expected, tail in zip(rows.tolist(), usual.tolist(), chances.tolist(), strict=True):
            yield Reading(
                series=self.panel.keys[row],
                at=at,
                window=self.window,
                negatives=int(counts[row]),
                authors=None,
                usual=expected,
                tail=tail,
                rarity=spike.rarity(tail, self.window),
                covered=covered,
                history=timedelta(hours=fitted.history),
                onset=self._onset(row, end, expected),
            )

    def _onset(self, row: int, end: int, usual: float) -> datetime:
        start = end - self._length
        minutes = self.panel.minutes(row, start, end)
        return minute_time(start + spike.onset(minutes, usual / self._length))

    def _fit(self, until: int, seen: Seen) -> Baseline:
        """What is usual, fitted when a new hour has begun; series added since then are fitted alone.

        The fit ends one window before the present, so that a storm does not become its own baseline.
        """
        fitted = self._fitted if self._fitted is not None and self._fitted.until == until else None
        done = len(fitted.dispersion) if fitted else 0
        if fitted is not None and done == len(self.panel) and not self._stale:
            return fitted
        exposure = seen.hourly(until - self._weeks * HOURS_A_WEEK, until)
        if fitted is not None:
            self._refit(fitted, exposure)
        if fitted is None or done < len(self.panel):
            new = baseline.fit(self.panel, exposure, until, self._block, done)
            self._fitted = fitted = fitted.joined(new) if fitted else new
        self._stale.clear()
        return fitted

    def _refit(self, fitted: Baseline, exposure: Floats) -> None:
        """Fit those series again, alone, whose past has moved since."""
        rows_of = self.panel.rows
        mine = {
            key: rows_of[key] for key in self._stale if rows_of.get(key, len(self.panel)) < len(fitted.rates)
        }
        if mine:
            rows = list(mine.values())
            new = baseline.fit(self.panel.only(mine), exposure, fitted.until, self._block)
            fitted.rates[rows], fitted.dispersion[rows] = new.rates, new.dispersion
            fitted.stretch[rows] = new.stretch

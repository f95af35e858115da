"""Silence: a brand that is always talked of is not, or a source that always has something to say has nothing.

A brand's silence is the lower tail of the count that a spike is the upper tail of: P(X ≤ n) of the negative binomial
with the mean and the dispersion of `baseline`, fitted on all mentions. The mean is that of the hours which were read:
an unread source is blindness, not silence, and a window of which less than `_LEAST_READ` was read is no silence at all.
Past storms are capped there, so that they do not make an ordinary day look silent; past silences lower what is usual,
for as long as they lie in the weeks that are looked at.

Until `_WARM_UP` has been read nothing is judged: what Sundays are like is not known before the first one. A brand of
which silence is ordinary (nobody speaks of it for hours now and then) is never silent: its tail says so.
"""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import baseline, clauses, promise
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.moments import LONGEST, ending
from sentinel.detect.panel import HOURS_A_WEEK, Panel
from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Reading, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.baseline import Baseline, Floats
    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.detect.panel import Counts
    from sentinel.detect.watcher import Voices
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.reading import Signal
    from sentinel.rulebook.judgments import Silence

_WARM_UP = timedelta(weeks=1)
_LEAST_READ = 0.8
_HALF = 0.5
_REFIT_HOURS = 6
"""What is usual of a week hardly changes from hour to hour."""
_WORTH_TELLING = 0.05
_LEAST_USUAL = 2.0
"""Where fewer posts are usual, even none is ordinary: e⁻² is one chance in seven."""


def lower_tails(counts: Counts, usual: Floats, dispersion: Floats) -> Floats:
    """P(X ≤ count) of negative binomials with these means and dispersions (variance = μ + φ μ²)."""
    from scipy.special import betainc  # noqa: PLC0415  # 24 MB: only when a brand may be silent

    size = 1 / np.maximum(dispersion, 1e-9)
    hit = size / (size + np.maximum(usual, 1e-9))
    return np.asarray(betainc(size, counts + 1.0, hit), np.float64)


def quiet_since(
    newest: datetime | None, read_since: datetime | None, last_ok: datetime | None, asked: timedelta
) -> datetime | None:
    """Since when a source has said nothing, if by its last good reading that was `asked` long or longer; else None.

    `newest` is when its newest post was published, whatever of; `read_since` since when it is read at all, for one that
    never said anything. The time since `last_ok` counts for nothing: nobody has read it.
    """
    since = newest or read_since
    return since if since is not None and last_ok is not None and last_ok - since >= asked else None


class SilenceWatcher:
    """Judges a rule's series by how little is said, all at once."""

    def __init__(self, counting: Counting, asked: Silence, at: datetime) -> None:
        """Start with an empty panel that ends at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self.window = asked.window
        self._asked = asked
        self._length = max(int(asked.window.total_seconds() // 60), 1)
        self._block = max(round(self._length / 60), 1)
        ring = self._length + int(LONGEST.total_seconds() // 60)
        self._panel = Panel(epoch_minute(at), ring, asked.usual.weeks)
        self._fitted: Baseline | None = None
        self._stale: set[SeriesKey] = set()

    @property
    def reach(self) -> int:
        """The oldest minute of which it can use a tally."""
        return self._panel.first_hour * 60

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts, of all mentions; what is usual of series whose past has moved is fitted again."""
        come = list(tallies)
        self._panel.add((tally.series, tally.minute, tally.mentions) for tally in come)
        until = self._fitted.until * 60 if self._fitted is not None else 0
        self._stale.update(tally.series for tally in come if tally.minute < until)

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series it knows of."""
        return self._panel.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> SilenceWatcher:
        """Eyes on these series alone."""
        alone = copy(self)
        alone._panel = self._panel.only(series)  # noqa: SLF001  # one of its own class
        alone._fitted, alone._stale = None, set()  # noqa: SLF001  # the same
        return alone

    def signals(
        self,
        at: datetime,
        seen: Seen,
        always: AbstractSet[SeriesKey],
        voices: Voices,  # noqa: ARG002  # nobody speaks
    ) -> Iterator[Signal]:
        """The judgment at `at` of every series that may be silent, and of those in `always`."""
        end = ending(at)
        self._panel.move_to(end)
        watched = np.array([self._panel.row(key) for key in always], np.int64)
        if not len(self._panel):
            return
        fitted = self._fit((end - self._length) // 60 // _REFIT_HOURS * _REFIT_HOURS, seen)
        read = self._read(at, seen)
        usual = np.asarray(fitted.rates[:, list(read)] @ np.array(list(read.values())), np.float64)
        counts = self._panel.window(end, self._length)
        few = (counts <= _HALF * usual) & (usual >= _LEAST_USUAL)
        rows = np.union1d(np.flatnonzero(few), watched)
        if not len(rows):
            return
        chances = lower_tails(counts[rows], usual[rows], fitted.dispersion[rows])
        worth = (chances < _WORTH_TELLING) | np.isin(rows, watched)
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        for row, chance in zip(rows[worth].tolist(), chances[worth].tolist(), strict=True):
            reading = self._reading(
                row, at, int(counts[row]), float(usual[row]), chance, covered, fitted.history
            )
            asked = tuple(self._verdicts(reading, int(counts[row])))
            yield clauses.signal(self.rule, reading, asked, lingers=bool(few[row]))

    def _read(self, at: datetime, seen: Seen) -> dict[int, float]:
        """How many hours of each hour of the week in the window were read, by that hour's number."""
        end, start = at.timestamp(), at.timestamp() - self.window.total_seconds()
        hours: dict[int, float] = {}
        for hour in range(int(start // 3600), -int(-end // 3600)):
            first, last = max(start, hour * 3600), min(end, (hour + 1) * 3600)
            slot = hour % HOURS_A_WEEK
            hours[slot] = hours.get(slot, 0.0) + seen.share(first, last) * (last - first) / 3600
        return hours

    def _reading(  # noqa: PLR0913, PLR0917  # what a reading is made of
        self,
        row: int,
        at: datetime,
        count: int,
        usual: float,
        chance: float,
        covered: float,
        history: float,
    ) -> Reading:
        return Reading(
            series=self._panel.keys[row],
            at=at,
            window=self.window,
            negatives=max(round(usual) - count, 0),
            authors=None,
            usual=usual,
            tail=chance,
            rarity=promise.rarity(chance, self.window),
            covered=covered,
            history=timedelta(hours=history),
            onset=self._onset(row, ending(at)),
        )

    def _onset(self, row: int, end: int) -> datetime:
        """The minute after the last post, where there was one within the window; else the window's beginning."""
        minutes = np.flatnonzero(self._panel.minutes(row, end - self._length, end))
        return minute_time(end - self._length + (int(minutes[-1]) + 1 if len(minutes) else 0))

    def _verdicts(self, reading: Reading, count: int) -> Iterator[Verdict]:
        known = f"needed {say_duration(_WARM_UP)} of reading to know what is usual, had {_length(reading.history)}"
        yield Verdict(Clause.HISTORY, reading.history >= _WARM_UP, known)
        read = f"needed {clauses.percent(_LEAST_READ)} of the window read, had {clauses.percent(reading.covered)}"
        yield Verdict(Clause.READ, reading.covered >= _LEAST_READ, read)
        rests_on = f"{clauses.many(count, 'post')}, usual {reading.usual:.1f}, {clauses.history(reading.history, 'nothing is usual')}"
        yield clauses.rarer(self._asked.rarer_than, reading.rarity, rests_on)

    def _fit(self, until: int, seen: Seen) -> Baseline:
        """What is usual, fitted four times a day; series added since then are fitted alone.

        The fit ends one window before the present, so that a silence does not become usual while it lasts.
        """
        fitted = self._fitted if self._fitted is not None and self._fitted.until == until else None
        done = len(fitted.dispersion) if fitted else 0
        if fitted is not None and done == len(self._panel) and not self._stale:
            return fitted
        exposure = seen.hourly(until - self._asked.usual.weeks * HOURS_A_WEEK, until)
        if fitted is not None:
            self._refit(fitted, exposure)
        if fitted is None or done < len(self._panel):
            new = baseline.fit(self._panel, exposure, until, self._block, done)
            self._fitted = fitted = fitted.joined(new) if fitted else new
        self._stale.clear()
        return fitted

    def _refit(self, fitted: Baseline, exposure: Floats) -> None:
        """Fit those series again, alone, whose past has moved since."""
        rows_of = self._panel.rows
        mine = [key for key in self._stale if rows_of.get(key, len(self._panel)) < len(fitted.rates)]
        if mine:
            rows = [rows_of[key] for key in mine]
            new = baseline.fit(self._panel.only(mine), exposure, fitted.until, self._block)
            fitted.rates[rows], fitted.dispersion[rows] = new.rates, new.dispersion


def _length(span: timedelta) -> str:
    """`5 days`, `7 hours`."""
    hours = int(span.total_seconds() // 3600)
    return clauses.many(hours // 24, "day") if hours >= 24 else clauses.many(hours, "hour")  # noqa: PLR2004  # a day

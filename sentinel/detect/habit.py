"""What a series usually does, learned once a day from its last weeks; and what that makes usual hour by hour since.

A habit is a pure function of the counts of whole hours before the hour it was learned at, and of what was seen of
them: it can be learned again at any time, and is when the past has moved. For hourly counts x with seen shares e:

- a weekly profile: the mean rate, times hour-of-day factors, times hour-of-week factors, each shrunk to 1 by
  pseudo-counts (gamma-Poisson; Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6) that weigh more where counts
  scatter, so that a quiet brand keeps a flat profile and a wild one does not take its scatter for a habit;
- a level: what the last days were beside the profile, exponentially weighted with a half-life of `_HALF_LIFE` hours and
  shrunk to 1. It is causal (it never knows its own hour nor the one before), and follows drift and shifts within days;
- dispersion φ (variance μ + φ μ²) for windows of each length, by the method of moments, and the own tail of each
  (`calibration`): both from the past judged as it would have been, by a profile that leaves the judged hour out
  (leave-one-out) and a level that has not seen it yet.

Past storms neither raise what is usual nor hide the next one: counts are capped at `_CAP` standard deviations above a
first, robust profile (for each hour of the day the mean without its worst days), and fitted again in rounds; what
returns week after week grows back to its size. Hours that nobody saw count neither way.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sentinel.detect import calibration, scan
from sentinel.detect.calibration import Past, Tail
from sentinel.detect.panel import HOURS_A_WEEK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sentinel.detect.ring import Counts
    from sentinel.detect.scan import Floats

Table: TypeAlias = "NDArray[Any]"

_PRIOR = 0.5
_PRIOR_HOURS = 2.0
_BY_DAY = 10.0
_BY_WEEK = 40.0
_HALF_LIFE = 48.0
_LEVEL = 30.0
_PRIOR_DISPERSION = 0.25
_PRIOR_WEIGHT = 20.0
_LEAST_DISPERSION = 0.01
_CAP = 4.0
_TRIM = 1 / 8
_ROUNDS = 3
_NOTHING = 1e-9
FADE = 0.5 ** (1 / _HALF_LIFE)
"""What an hour leaves of the weight of those before it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts of the past in bins finer (or coarser) than an hour, for windows of all lengths.

    `counts` is (series, bins) over the same hours as the hourly counts, `minutes` the length of a bin, a divisor of a
    day, `days` how many of the last days are looked at.
    """

    counts: Floats
    minutes: int
    days: int


def layout(windows: int, kept: int = 0) -> np.dtype[np.void]:
    """What is kept of a series for so many windows, and so many hours before it was learned: the columns of a table."""
    return np.dtype(
        [
            ("until", np.int64),
            ("profile", np.float32, (HOURS_A_WEEK,)),
            ("now", np.float32, (2,)),
            ("base", np.float32, (2,)),
            ("weight", np.float32),
            ("hourly", np.float32),
            ("before", np.float32, (kept,)),
            ("dispersion", np.float32, (windows,)),
            ("tail", np.float32, (windows, len(fields(Tail)))),
            ("history", np.float32),
        ]
    )


class Habit:
    """What was learned of each series, a row of `table` (see `layout`) each, at its hour `until` (hours since 1970).

    `profile` is the expected count of a fully seen hour of the week at level 1; `now` and `base` are the faded sums of
    counts and of the profile that make the level, one hour before `until` and at it; `weight` its pseudo-counts; `hourly`
    φ of an hour; `before` what was usual in the hours before `until`; `dispersion` φ and `tail` the own tail of each window; `history` how many hours were seen.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.history = table["history"].astype(np.float64)

    def dispersion(self, window: int) -> Floats:
        """φ of each series in the window of that number."""
        return np.asarray(self.table["dispersion"][:, window], np.float64)

    def tail(self, window: int) -> Tail:
        """The own tail of each series in the window of that number."""
        return Tail(*self.table["tail"][:, window].astype(np.float64).T)

    def usual(self, counts: Floats, seen: Floats, first: int) -> Floats:
        """Expected counts (series, hours) of the fully seen hours from `first` on; NaN where that was not kept.

        `counts` (series, hours) and `seen` (hours) are of the same hours, the first of them not after any `until`. The level
        of an hour knows those up to the one before last, so that neither the present hour nor what is still coming in is
        looked at.
        """
        until = self.table["until"][:, None]
        weight, hourly = (self.table[name].astype(np.float64)[:, None] for name in ("weight", "hourly"))
        now, base = self.table["now"].astype(np.float64), self.table["base"].astype(np.float64)
        hours = first + np.arange(counts.shape[1])
        live = hours >= until
        shape = self.table["profile"][:, hours % HOURS_A_WEEK].astype(np.float64)
        read = shape * seen
        fresh = (now[:, 1:] + weight) / (base[:, 1:] + weight)
        capped = np.minimum(counts, _ceiling(read * fresh, hourly)) * (seen > 0)
        since = until[:, 0] - first
        level = (_late(capped * live, now, since) + weight) / (_late(read * live, base, since) + weight)
        before = np.pad(self.table["before"], ((0, 0), (1, 0)), constant_values=np.nan)
        places = np.clip(before.shape[1] + hours - until, 0, before.shape[1] - 1)
        return np.where(live, shape * level, np.take_along_axis(before, places, axis=1))


def _late(come: Floats, known: Floats, since: Counts) -> Floats:
    """Faded sums up to the hour before last, (series, hours); `known` at the hours before place `since`, then with what came."""
    every = np.arange(len(come))
    steps = np.concatenate([np.zeros((len(come), 2)), come], axis=1)
    steps[every, since] += known[:, 0]
    steps[every, since + 1] += known[:, 1] - FADE * known[:, 0]
    return _faded(steps)[:, :-2]


def _faded(amounts: Floats) -> Floats:
    """Running sums along the hours that fade: each is its amount and `FADE` of the one before.

    A plain running sum of amounts blown up as those after them will have faded: 2²⁸ in eight weeks, far from any limit.
    """
    rise = _rise(amounts.shape[1])
    out = amounts * rise
    np.cumsum(out, axis=1, out=out)
    out /= rise
    return out


@cache
def _rise(hours: int) -> Floats:
    return np.asarray(FADE ** -np.arange(hours), np.float64)


def learn(  # noqa: PLR0913, PLR0917  # the past, and for which windows it is learned
    hourly: Floats, seen: Floats, until: int, grid: Grid, lengths: Sequence[int], kept: int = 0
) -> Habit:
    """Learn from hourly counts (series, hours), whole weeks of them, of which the shares `seen` (hours) were read.

    `lengths` are the windows' lengths in minutes, each taken for the nearest whole number of the grid's bins; `kept` is
    for how many hours before `until` it must still be known what was usual.
    """
    start = until - len(seen)
    course = _Course(hourly * (seen > 0), seen)
    doubt = 1 / (course.capped.sum(1) + _PRIOR)
    past = _past(course, seen, grid)
    table = np.zeros(len(hourly), layout(len(lengths), kept))
    for place, length in enumerate(lengths):
        bins = max(round(length / grid.minutes), 1)
        spread = _dispersion_of(past, bins) + doubt
        own = calibration.tail(past, spread, length, bins)
        table["dispersion"][:, place] = spread
        table["tail"][:, place] = np.array([getattr(own, one.name) for one in fields(Tail)]).T
    table["until"], table["history"] = until, seen.sum()
    table["profile"] = np.roll(course.profile, start % HOURS_A_WEEK, axis=1)
    table["now"], table["base"] = course.ending()
    table["weight"], table["hourly"] = course.weight, course.dispersion
    if kept:
        table["before"] = course.usual[:, -kept:]
    return Habit(table)


class _Course:
    """The fit: profile (the first hour first), level and hourly dispersion, in rounds, each capping the last one's storms.

    `usual` is what was usual in each past hour (series, hours) without knowing it, had it been fully seen.
    """

    def __init__(self, counts: Floats, seen: Floats) -> None:
        self._seen = seen
        self._weeks = len(seen) // HOURS_A_WEEK
        self.dispersion = np.full(len(counts), _PRIOR_DISPERSION)
        usual = _robust(counts, seen)
        for _ in range(_ROUNDS):
            self.capped = np.minimum(counts, _ceiling(usual, self.dispersion[:, None]))
            self.usual = self._fit()
            usual = self.usual * seen
            excess = ((self.capped - usual) ** 2 - self.capped) * (seen > 0)
            self.dispersion = _moments(excess, usual)

    def _fit(self) -> Floats:
        """One round: what was usual in each hour."""
        flat, shrink, by_week, seen = self._flat()
        self.profile = flat * (by_week + shrink) / (flat * seen + shrink)
        self._sums()
        return self._left_out(flat, shrink, by_week, seen) * self.level

    def _flat(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The daily profile over the week, the weekly pseudo-counts, and counts and seen hours by hour of the week."""
        by_week = self._by_week(self.capped).sum(1)
        seen = self._seen.reshape(self._weeks, HOURS_A_WEEK).sum(0)
        rate = ((self.capped.sum(1) + _PRIOR) / (self._seen.sum() + _PRIOR_HOURS))[:, None]
        spread = self.dispersion[:, None]
        shrink = _BY_DAY * (1 + spread * rate)
        daily = by_week.reshape(-1, 7, 24).sum(1) + shrink
        flat = rate * np.tile(daily / (rate * seen.reshape(7, 24).sum(0) + shrink), 7)
        self.weight = (_LEVEL * (1 + spread * rate))[:, 0]
        return flat, _BY_WEEK * (1 + spread * flat), by_week, seen

    def _left_out(self, flat: Floats, shrink: Floats, by_week: Floats, seen: Floats) -> Floats:
        """The profile for each past hour as it would be without that hour."""
        flat, shrink, by_week = (part[:, None] for part in (flat, shrink, by_week))
        others = by_week + shrink - self._by_week(self.capped)
        exposure = flat * seen + shrink - flat * self._by_week(self._seen[None])
        left_out = np.maximum(flat * others / np.maximum(exposure, _NOTHING), _NOTHING)
        return np.asarray(left_out.reshape(self.capped.shape), np.float64)

    def _by_week(self, hours: Floats) -> Floats:
        """(series, weeks, hours of the week)."""
        return hours.reshape(len(hours), self._weeks, HOURS_A_WEEK)

    def _sums(self) -> None:
        """Faded sums of counts and profile before each hour, and the level one hour late."""
        shape = (self.profile[:, None] * self._by_week(self._seen[None])).reshape(self.capped.shape)
        self._after = [_faded(part) for part in (self.capped, shape)]
        weight = self.weight[:, None]
        none = np.zeros((len(shape), 2))
        late = [np.concatenate([none, part[:, :-2]], axis=1) for part in self._after]
        self.level: Floats = (late[0] + weight) / (late[1] + weight)

    def ending(self) -> tuple[Floats, Floats]:
        """The faded sums before the last hour and after it: of counts, of the profile."""
        return self._after[0][:, -2:], self._after[1][:, -2:]


def _robust(counts: Floats, seen: Floats) -> Floats:
    """Expected count of each hour, (series, hours): its hour of the day without the worst of the days that were seen."""
    by_day, read = counts.reshape(len(counts), -1, 24), seen.reshape(1, -1, 24)
    days = by_day.shape[1]
    worst_first = np.argsort(np.where(read > 0, -by_day, 1.0), axis=1)
    kept = np.arange(days)[:, None] >= np.round(_TRIM * (read > 0).sum(1))
    ranked = np.take_along_axis(by_day, worst_first, axis=1)
    exposure = np.take_along_axis(np.broadcast_to(read, by_day.shape), worst_first, axis=1)
    usual = (ranked * kept).sum(1) / np.maximum((exposure * kept).sum(1), _PRIOR_HOURS)
    return np.tile(usual, days) * seen


def _ceiling(usual: Floats, dispersion: Floats) -> Floats:
    """Counts above this are taken for this."""
    return np.asarray(np.ceil(usual + _CAP * np.sqrt(usual + dispersion * usual**2) + 1), np.float64)


def _moments(excess: Floats, usual: Floats) -> Floats:
    """φ from Σ((x − μ)² − x) = φ Σ μ², shrunk to the prior."""
    prior = _PRIOR_DISPERSION * _PRIOR_WEIGHT
    found = (excess.sum(1) + prior) / ((usual**2).sum(1) + _PRIOR_WEIGHT)
    return np.asarray(np.maximum(found, _LEAST_DISPERSION), np.float64)


def _past(course: _Course, seen: Floats, grid: Grid) -> Past:
    """The last days in the grid's bins, as they were judged."""
    hours = grid.days * 24
    usual = regrid(course.usual[:, -hours:], grid.minutes)
    exposure = regrid(seen[None, -hours:], grid.minutes)[0] * (60 / grid.minutes)
    bins = usual.shape[1]
    return Past(grid.counts[:, -bins:] * (exposure > 0), usual * exposure, exposure, 24 * 60 // grid.minutes)


def regrid(hourly: Floats, minutes: int) -> Floats:
    """Hourly amounts spread evenly over bins of so many minutes, (series, bins); whole days of them."""
    if 60 % minutes == 0:
        per_hour = 60 // minutes
        return np.repeat(hourly / per_hour, per_hour, axis=1)
    if minutes % 60 == 0:
        return np.asarray(hourly.reshape(len(hourly), -1, minutes // 60).sum(2), np.float64)
    edges = np.arange(0, hourly.shape[1] * 60 + 1, minutes) / 60
    total = np.pad(np.cumsum(hourly, axis=1), ((0, 0), (1, 0)))
    return np.asarray(
        np.diff([np.interp(edges, np.arange(total.shape[1]), row) for row in total]), np.float64
    )


def _dispersion_of(past: Past, bins: int) -> Floats:
    """φ over blocks of so many bins, the newest whole, capping storms."""
    blocks = past.usual.shape[1] // bins
    if not blocks:
        return np.full(len(past.usual), _PRIOR_DISPERSION)
    counts, usual = (
        part[:, -blocks * bins :].reshape(len(part), blocks, bins).sum(2)
        for part in (past.counts, past.usual)
    )
    whole = past.seen[-blocks * bins :].reshape(blocks, bins).min(1) > 0
    dispersion = np.full(len(counts), _PRIOR_DISPERSION)
    for _ in range(2):
        kept = np.minimum(counts, _ceiling(usual, dispersion[:, None]))
        dispersion = _moments(((kept - usual) ** 2 - kept) * whole, usual * whole)
    return dispersion


def rarest(
    habit: Habit, windows: Sequence[tuple[int, Floats, Floats]], least: float
) -> tuple[Floats, Counts]:
    """How rare the rarest of several windows is, and which: each (series, moments), scores as in `scan`.

    A window is its length in minutes and its counts and expected counts, (series, moments); fewer than `least` in it, or
    an expected count of NaN (too little of it was seen), say nothing.
    """
    scores = []
    for place, (length, counts, usual) in enumerate(windows):
        known = (counts >= least) & ~np.isnan(usual)
        dispersion = habit.dispersion(place)[:, None]
        score = scan.scores(counts, np.where(known, np.maximum(usual, _NOTHING), 1.0), dispersion, length)
        scores.append(np.where(known, habit.tail(place).bound(score), scan.NEVER))
    every = np.stack(scores)
    which = every.argmax(axis=0)
    return np.asarray(every.max(axis=0), np.float64), np.asarray(which, np.int64)

"""What is usual: the expected count of a window, and how widely counts scatter round it.

The model is a negative binomial with a weekly profile. For a series with hourly counts x over the last weeks and the
covered share e of each hour:

- rate r = (Σ x + a) / (Σ e + b), a gamma posterior mean with the weak prior a = 0.5 in b = 2 hours: with no history
  at all it says "one in four hours, and I hardly know", against which a handful is not rare and a dozen is;
- hour-of-day and then hour-of-week factors, each shrunk to 1 by `_SHRINK` (1 + φ μ) pseudo-counts
  (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6), so that a quiet brand keeps a flat profile, and a
  wildly scattering one does not take its scatter for a habit;
- a level, the same kind of ratio over the last three days, which follows drift;
- dispersion φ (variance = μ + φ μ²) by the method of moments over blocks as long as the window, for a count that the
  fit has not seen (residuals are scaled up by how much an hour pulled its own expectation), shrunk to
  `_PRIOR_DISPERSION`, plus 1/(Σ x + a) for not knowing r.

Past storms neither raise what is usual nor hide the next one: hours are capped at `_CAP_SIGMAS` standard deviations
above a first, robust profile (for each hour of the day the mean without its `_TRIM` worst days), and fitted again in
`_ROUNDS` rounds. From there what returns week after week grows back to its size, and a single storm stays capped.
Hours that no source covered count neither way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sentinel.detect import spike
from sentinel.detect.calibration import stretch
from sentinel.detect.panel import HOURS_A_WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sentinel.detect.panel import Counts, Panel

Floats: TypeAlias = "NDArray[np.float64]"
Rows: TypeAlias = "slice | NDArray[np.int64]"

_PRIOR = 0.5
_PRIOR_HOURS = 2.0
_SHRINK = 10.0
_LEVEL_HOURS = 72
_PRIOR_DISPERSION = 0.25
_PRIOR_WEIGHT = 20.0
_CAP_SIGMAS = 4.0
_TRIM = 1 / 8
_ROUNDS = 4
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for every series of a panel, fitted on whole hours up to `until` (exclusive).

    `rates` is (series, 168): expected negatives in a fully covered hour of the week, level included. `dispersion` is
    φ for one window. `history` is how many covered hours it rests on.
    """

    rates: Floats
    dispersion: Floats
    history: float
    until: int
    stretch: Floats

    def joined(self, more: Baseline) -> Baseline:
        """This one with the series that were fitted later, on the same hours."""
        rates = np.vstack([self.rates, more.rates])
        return replace(
            self,
            rates=rates,
            dispersion=np.concatenate([self.dispersion, more.dispersion]),
            stretch=np.concatenate([self.stretch, more.stretch]),
        )

    def tails(self, counts: Counts, usual: Floats, rows: Rows = slice(None)) -> Floats:
        """The chance of so many or more in a window where `usual` are expected, by the series' own tail."""
        return spike.tails(counts, usual, self.dispersion[rows]) ** (1 / self.stretch[rows])

    def expected(self, end: int, length: int) -> Floats:
        """Expected negatives of every series in the minutes [end − length, end), if all of it is covered."""
        first, last = (end - length) // 60, -(-end // 60)
        hours = np.arange(first, last)
        overlap = np.minimum(end, (hours + 1) * 60) - np.maximum(end - length, hours * 60)
        weights = np.bincount(hours % HOURS_A_WEEK, overlap / 60, HOURS_A_WEEK)
        used = np.flatnonzero(weights)
        return np.asarray(self.rates[:, used] @ weights[used], np.float64)


def fit(panel: Panel, exposure: Floats, until: int, block: int, first: int = 0) -> Baseline:
    """Fit the panel's rows from `first` on, on the hours before hour `until`.

    `exposure` is the covered share (0…1) of each of these hours, whole weeks of them; `block` the window's length in
    whole hours.
    """
    start = until - len(exposure)
    rates = np.empty((len(panel) - first, HOURS_A_WEEK))
    dispersion, own = np.empty(len(rates)), np.ones(len(rates))
    for begin in range(0, len(rates), _ROWS_AT_ONCE):
        part = slice(begin, begin + _ROWS_AT_ONCE)
        counts = panel.hours(start, until, slice(first + begin, first + begin + _ROWS_AT_ONCE))
        hours = counts.astype(float)
        rates[part], dispersion[part], usual = _fit_rows(hours, exposure, start, block)
        own[part] = stretch(hours, usual, exposure, dispersion[part], block)
    return Baseline(rates, dispersion, float(exposure.sum()), until, own)


def _fit_rows(x: Floats, e: Floats, start: int, block: int) -> tuple[Floats, Floats, Floats]:
    x = x * (e > 0)
    usual = _robust(x, e)
    dispersion = np.full(len(x), _PRIOR_DISPERSION)
    for _ in range(_ROUNDS):
        spread = np.sqrt(usual + dispersion[:, None] * usual**2)
        capped = np.minimum(x, np.ceil(usual + _CAP_SIGMAS * spread + 1))
        shape, weight = _profile(capped, e, start, dispersion)
        usual = _unroll(shape, start, len(e)) * e
        grip = _unroll(weight, start, len(e))
        dispersion = _dispersion(capped, usual, grip, 1)
    recent = slice(-_LEVEL_HOURS, None)
    level = (capped[:, recent].sum(1) + 2 * _SHRINK) / (usual[:, recent].sum(1) + 2 * _SHRINK)
    doubt = 1 / (capped.sum(1) + _PRIOR)
    return shape * level[:, None], _dispersion(capped, usual, grip, block) + doubt, usual


def _robust(x: Floats, e: Floats) -> Floats:
    """Expected count of each hour, (series, hours): its hour of the day without the worst of the days that were seen."""
    by_day, seen = x.reshape(len(x), -1, 24), e.reshape(1, -1, 24)
    days = by_day.shape[1]
    worst_first = np.argsort(-by_day, axis=1)
    kept = np.arange(days)[:, None] >= np.round(_TRIM * (seen > 0).sum(1))
    counts = np.take_along_axis(by_day, worst_first, axis=1)
    exposure = np.take_along_axis(np.broadcast_to(seen, by_day.shape), worst_first, axis=1)
    usual = (counts * kept).sum(1) / np.maximum((exposure * kept).sum(1), _PRIOR_HOURS)
    return np.tile(usual, days) * e


def _profile(x: Floats, e: Floats, start: int, dispersion: Floats) -> tuple[Floats, Floats]:
    """Expected count of each hour of the week, (series, 168), the epoch's first hour first; and its own hours' weight.

    Counts that scatter φ-fold tell as much as 1/(1 + φ μ) as many that do not, so that the pseudo-counts weigh more.
    """
    weeks = len(e) // HOURS_A_WEEK
    by_week = np.roll(x.reshape(len(x), weeks, HOURS_A_WEEK).sum(1), start % HOURS_A_WEEK, axis=1)
    seen = np.roll(e.reshape(weeks, HOURS_A_WEEK).sum(0), start % HOURS_A_WEEK)
    rate = ((x.sum(1) + _PRIOR) / (e.sum() + _PRIOR_HOURS))[:, None]
    shrink = _SHRINK * (1 + dispersion[:, None] * rate)
    by_day, seen_day = by_week.reshape(-1, 7, 24).sum(1), seen.reshape(7, 24).sum(0)
    daily = (by_day + shrink) / (rate * seen_day + shrink)
    flat = rate * np.tile(daily, 7)
    shrink = _SHRINK * (1 + dispersion[:, None] * flat)
    weight = flat * seen / (flat * seen + shrink)
    return flat * (by_week + shrink) / (flat * seen + shrink), weight / np.maximum(seen, 1)


def _unroll(shape: Floats, start: int, hours: int) -> Floats:
    return shape[:, (start + np.arange(hours)) % HOURS_A_WEEK]


def _dispersion(x: Floats, usual: Floats, grip: Floats, block: int) -> Floats:
    """φ over blocks of hours. `grip` is the share of an hour in its own expectation: residuals are that much too small."""
    block = min(block, x.shape[1])
    whole = x.shape[1] // block * block
    x = x[:, -whole:].reshape(len(x), -1, block).sum(2)
    usual = usual[:, -whole:].reshape(len(usual), -1, block).sum(2)
    grip = grip[:, -whole:].reshape(len(grip), -1, block).mean(2)
    excess = ((x - usual) ** 2 * (1 + grip) / (1 - grip) - x).sum(1)
    prior = _PRIOR_DISPERSION * _PRIOR_WEIGHT
    return np.asarray(np.maximum((excess + prior) / ((usual**2).sum(1) + _PRIOR_WEIGHT), 0.01), np.float64)

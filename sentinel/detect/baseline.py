"""What is usual: the expected count of a window, and how widely counts scatter round it.

The model is a negative binomial with a weekly profile. For a series with hourly counts x over the last weeks and the
covered share e of each hour:

- rate r = (Σ x + a) / (Σ e + b), a gamma posterior mean with the weak prior a = b = 0.5: with no history at all it
  says "one an hour, and I hardly know", which no small cluster can be rare against;
- hour-of-day and then hour-of-week factors, each shrunk to 1 by `_SHRINK` pseudo-counts
  (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6), so that a quiet brand keeps a flat profile;
- a level, the same kind of ratio over the last three days, which follows drift;
- dispersion φ (variance = μ + φ μ²) by the method of moments over blocks as long as the window, shrunk to
  `_PRIOR_DISPERSION`, plus 1/(Σ x + a) for not knowing r.

Past storms are capped at `_CAP_SIGMAS` standard deviations before the second fit, so that they neither raise what is
usual nor hide the next one. Hours that no source covered count neither way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sentinel.detect.panel import HOURS_A_WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sentinel.detect.panel import Panel

Floats: TypeAlias = "NDArray[np.float64]"

_PRIOR = 0.5
_SHRINK = 10.0
_LEVEL_HOURS = 72
_PRIOR_DISPERSION = 0.25
_PRIOR_WEIGHT = 20.0
_CAP_SIGMAS = 4.0
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

    def expected(self, end: int, length: int) -> Floats:
        """Expected negatives of every series in the minutes [end − length, end), if all of it is covered."""
        first, last = (end - length) // 60, -(-end // 60)
        hours = np.arange(first, last)
        overlap = np.minimum(end, (hours + 1) * 60) - np.maximum(end - length, hours * 60)
        weights = np.bincount(hours % HOURS_A_WEEK, overlap / 60, HOURS_A_WEEK)
        used = np.flatnonzero(weights)
        return np.asarray(self.rates[:, used] @ weights[used], np.float64)


def fit(panel: Panel, exposure: Floats, until: int, weeks: int, block: int) -> Baseline:
    """Fit on the `weeks` weeks of hours before hour `until`.

    `exposure` is the covered share (0…1) of each of these hours; `block` the window's length in whole hours.
    """
    start = until - weeks * HOURS_A_WEEK
    rates = np.empty((len(panel), HOURS_A_WEEK))
    dispersion = np.empty(len(panel))
    counts = panel.hours(start, until)
    for first in range(0, len(panel), _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        rates[part], dispersion[part] = _fit_rows(counts[part].astype(float), exposure, start, block)
    return Baseline(rates, dispersion, float(exposure.sum()), until)


def _fit_rows(x: Floats, e: Floats, start: int, block: int) -> tuple[Floats, Floats]:
    x = x * (e > 0)
    shape = _profile(x, e, start)
    usual = _unroll(shape, start, len(e)) * e
    spread = np.sqrt(usual + _dispersion(x, usual, 1)[:, None] * usual**2)
    capped = np.minimum(x, np.ceil(usual + _CAP_SIGMAS * spread + 1))
    shape = _profile(capped, e, start)
    usual = _unroll(shape, start, len(e)) * e
    recent = slice(-_LEVEL_HOURS, None)
    level = (capped[:, recent].sum(1) + 2 * _SHRINK) / (usual[:, recent].sum(1) + 2 * _SHRINK)
    doubt = 1 / (capped.sum(1) + _PRIOR)
    return shape * level[:, None], _dispersion(capped, usual, block) + doubt


def _profile(x: Floats, e: Floats, start: int) -> Floats:
    """Expected count of each hour of the week, (series, 168), the epoch's first hour first."""
    weeks = len(e) // HOURS_A_WEEK
    by_week = np.roll(x.reshape(len(x), weeks, HOURS_A_WEEK).sum(1), start % HOURS_A_WEEK, axis=1)
    seen = np.roll(e.reshape(weeks, HOURS_A_WEEK).sum(0), start % HOURS_A_WEEK)
    rate = (x.sum(1) + _PRIOR) / (e.sum() + _PRIOR)
    by_day, seen_day = by_week.reshape(-1, 7, 24).sum(1), seen.reshape(7, 24).sum(0)
    daily = (by_day + _SHRINK) / (rate[:, None] * seen_day + _SHRINK)
    flat = rate[:, None] * np.tile(daily, 7)
    return np.asarray(flat * (by_week + _SHRINK) / (flat * seen + _SHRINK), np.float64)


def _unroll(shape: Floats, start: int, hours: int) -> Floats:
    return shape[:, (start + np.arange(hours)) % HOURS_A_WEEK]


def _dispersion(x: Floats, usual: Floats, block: int) -> Floats:
    whole = x.shape[1] // block * block
    x = x[:, -whole:].reshape(len(x), -1, block).sum(2)
    usual = usual[:, -whole:].reshape(len(usual), -1, block).sum(2)
    excess = ((x - usual) ** 2 - x).sum(1)
    prior = _PRIOR_DISPERSION * _PRIOR_WEIGHT
    return np.asarray(np.maximum((excess + prior) / ((usual**2).sum(1) + _PRIOR_WEIGHT), 0.01), np.float64)

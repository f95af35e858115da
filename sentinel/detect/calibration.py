"""How much heavier a series' own tail is than the model's: the past judged as the present is.

A negative binomial with a fitted dispersion is right for many brands. Others burst (a joke goes round, a bot repeats
itself), and on those its tails promise too much. So each past day's most surprising window is scored with the fit of
today (score = −log10 of its tail). If the model were right, these daily maxima would exceed their median by 0.434 =
1/ln 10 on average (the tail of a minimum of uniform numbers is exponential); what they really exceed it by, shrunk
towards that by `_WEIGHT` days, is the stretch. A tail p then counts as p^(1/stretch): rarer only as far as this
series' own past allows. A stretch below 1 is taken for 1, so that no brand is promised less than the model does.

One past storm must not make a brand deaf: an excess counts up to `_CAP`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import spike

if TYPE_CHECKING:
    from sentinel.detect.baseline import Floats

_ANALYTIC = 1 / np.log(10)
_WEIGHT = 10.0
_CAP = 6.0
_SEEN_HOURS = 12
_FEW_DAYS = 5


def stretch(x: Floats, usual: Floats, exposure: Floats, dispersion: Floats, block: int) -> Floats:
    """The stretch (≥ 1) of each series, from hourly counts (series, hours), what is usual there, and φ for a window.

    `exposure` is the covered share of each hour; `block` the window's length in hours. Days of which less than half
    was seen are left out; fewer than `_FEW_DAYS` leave every series at 1.
    """
    days = exposure.reshape(-1, 24)
    seen = (days > 0).sum(1) >= _SEEN_HOURS
    if seen.sum() < _FEW_DAYS:
        return np.ones(len(x))
    counts, expected = _windows(x, block), _windows(usual, block)
    excess = (counts - expected) / np.sqrt(expected + dispersion[:, None] * expected**2 + 1e-9)
    worst = excess.reshape(len(x), -1, 24)[:, seen].argmax(2)[:, :, None]
    top = np.take_along_axis(counts.reshape(len(x), -1, 24)[:, seen], worst, 2)[:, :, 0]
    base = np.take_along_axis(expected.reshape(len(x), -1, 24)[:, seen], worst, 2)[:, :, 0]
    tails = spike.tails(np.rint(top).astype(np.int64), np.maximum(base, 1e-9), dispersion[:, None])
    scores = np.sort(-np.log10(np.maximum(tails, 1e-300)), axis=1)
    half = scores.shape[1] // 2
    above = np.minimum(scores[:, half:] - scores[:, [half - 1]], _CAP)
    mean = (above.sum(1) + _WEIGHT * _ANALYTIC) / (above.shape[1] + _WEIGHT)
    return np.asarray(np.maximum(mean / _ANALYTIC, 1.0), np.float64)


def _windows(hourly: Floats, block: int) -> Floats:
    """Sums over the `block` hours that end with each hour (fewer at the very start)."""
    total = np.cumsum(hourly, axis=1)
    before = np.zeros_like(total)
    before[:, block:] = total[:, :-block]
    return total - before

"""How much heavier a series' own tail is than the model's: the past judged as the present is.

A negative binomial with a fitted dispersion is right for many brands. Others burst (a joke goes round, a bot repeats
itself), and on those its tail promises too much. So the rarest moment of each past day is scored like the present
(`scan.scores`, log10 of a return period in days), and two things are learned from these daily maxima:

- Their middle: if the model were right, a day's maximum s would have P(max > s) = 1 − exp(−10⁻ˢ), hence the median
  −log10(ln 2) = 0.159 and a mean excess over the median of 0.512. What they really are is brought to that scale:
  own = 0.159 + (s − median) · 0.512 / excess.
- Their top: beyond the k highest of n days an exponential tail with their own mean excess b (peaks over threshold;
  Davison and Smith 1990): P(a day's maximum > u + x) = k/n (1 + x / (m b))⁻ᵐ. A brand with three bursts in eight weeks
  has an ordinary middle and a heavy top.

Both are predictive tails: with m observations behind a mean excess the tail falls like (1 + x/m)⁻ᵐ and not like e⁻ˣ
(Geisser 1993, exponential sampling), so a short past promises less by itself. Each mean is shrunk towards the model's
by a few days' weight. The rarity of a moment is the least of the three: the model's, the middle's, the top's.

One past storm must not make a brand deaf: the top's threshold is the k-th day, not the first, and an excess counts up
to `_CAP`. Days of which less than half was seen are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import scan

if TYPE_CHECKING:
    from sentinel.detect.scan import Floats

MEDIAN = -np.log10(np.log(2))
EXCESS = 0.512
_DECADE = 1 / np.log(10)
_MIDDLE_WEIGHT = 3.0
_BELIEF = 1.0
"""As how many observed excesses the model counts before anything was observed: the first day promises little, and a
storm must be plain to be raised then."""
_LEAST_EXCESS = 0.6
_TOP_SHARE = 0.1
_TOP_LEAST = 8
_TOP_WEIGHT = 3.0
_CAP = 20.0
_SEEN = 0.5
_FEW_DAYS = 2


@dataclass(frozen=True, slots=True)
class Tail:
    """The own tail of each series in one window: arrays over series.

    `days` is how many past days were seen; with too few of them `threshold` is infinite.
    """

    median: Floats
    excess: Floats
    threshold: Floats
    top: Floats
    days: Floats

    def bound(self, scores: Floats) -> Floats:
        """The scores, (series, moments), as far as the own past allows."""
        median, excess, threshold, top, days = (
            part[:, None] for part in (self.median, self.excess, self.threshold, self.top, self.days)
        )
        beyond = np.maximum((scores - median) * (EXCESS / excess), 0.0)
        own = MEDIAN + _predicted(beyond / _DECADE, days / 2 + _BELIEF)
        own = np.where(beyond > 0, own, MEDIAN + (scores - median) * (EXCESS / excess))
        kept = _kept(days)
        above = np.where(np.isfinite(threshold), np.maximum(scores - threshold, 0.0), np.inf) / top
        most = np.log10(np.maximum(days, 1) / kept) + _predicted(above, kept + _TOP_WEIGHT)
        return np.asarray(np.minimum(np.minimum(scores, own), most), np.float64)


def _predicted(excesses: Floats, observations: Floats) -> Floats:
    """−log10 P(more than so many mean excesses), predicted from so many observations."""
    return np.asarray(observations * np.log10(1 + excesses / observations), np.float64)


def _kept(days: Floats) -> Floats:
    return np.asarray(np.maximum(np.ceil(days * _TOP_SHARE), _TOP_LEAST), np.float64)


@dataclass(frozen=True, slots=True)
class Past:
    """Whole days of bins: `counts` and `usual` are (series, bins), `seen` the share of each bin that was read."""

    counts: Floats
    usual: Floats
    seen: Floats
    a_day: int
    """How many bins a day has."""


def tail(past: Past, dispersion: Floats, length: int, bins: int) -> Tail:
    """Learn a window of `length` minutes (`bins` bins) from past days; `dispersion` is φ of each series in it."""
    return of_maxima(_daily_maxima(past, dispersion, length, bins))


def of_maxima(worst: Floats) -> Tail:
    """The tail of (series, days) daily maxima."""
    series, days = worst.shape
    median, excess = np.full(series, MEDIAN), np.full(series, EXCESS)
    threshold, top = np.full(series, np.inf), np.ones(series)
    ranked = np.sort(worst, axis=1)
    if days >= _FEW_DAYS:
        half = days // 2
        median = ranked[:, half] if days % 2 else (ranked[:, half - 1] + ranked[:, half]) / 2
        above = np.clip(ranked[:, half:] - median[:, None], 0, _CAP)
        excess = (above.sum(1) + _MIDDLE_WEIGHT * EXCESS) / (above.shape[1] + _MIDDLE_WEIGHT)
    if days > (kept := int(_kept(np.array(days)))) + 1:
        threshold = ranked[:, -kept - 1]
        beyond = np.minimum(ranked[:, -kept:] - threshold[:, None], _CAP)
        top = (beyond.sum(1) + _TOP_WEIGHT * _DECADE) / (kept + _TOP_WEIGHT)
    least = np.maximum(excess, _LEAST_EXCESS * EXCESS)
    return Tail(median, least, threshold, top, np.full(series, float(days)))


def _daily_maxima(past: Past, dispersion: Floats, length: int, bins: int) -> Floats:
    """(series, days) scores of each day's rarest window; chosen by standard deviations, which is cheap, then scored."""
    counts, usual = sliding(past.counts, bins), np.maximum(sliding(past.usual, bins), 1e-9)
    spread = np.sqrt(usual + dispersion[:, None] * usual**2)
    whole = sliding(past.seen[None, :], bins)[0] >= bins - _SEEN
    excess = np.where(whole, (counts - usual) / spread, scan.NEVER)
    by_day = (len(counts), -1, past.a_day)
    days = past.seen.reshape(-1, past.a_day).mean(1) >= _SEEN
    worst = excess.reshape(by_day)[:, days].argmax(2)[:, :, None]
    top, base = (
        np.take_along_axis(part.reshape(by_day)[:, days], worst, 2)[:, :, 0] for part in (counts, usual)
    )
    return np.maximum(scan.scores(top, base, dispersion[:, None], length), -1.0)


def sliding(bins: Floats, width: int) -> Floats:
    """Sums over the `width` bins that end with each bin (fewer at the very start), along the last axis."""
    total = np.cumsum(bins, axis=-1)
    total[..., width:] -= total[..., :-width].copy()
    return np.asarray(total, np.float64)

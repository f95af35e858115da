"""From a chance to a rarity that people can read: how often chance alone would bring such a window.

Windows of length W that are looked at every minute overlap, so they give more than one chance in each W. For sums over
a sliding window the Poisson clumping heuristic (Aldous 1989, section B: covariance 1 − |τ|/W) puts the rate of separate
excursions above a level of tail p at z² p / W, with z the normal quantile of p: the rarer the level, the more looks W
is worth. Counts are discrete, which leaves `_PART` of them; at low levels, where excursions are no longer far apart,
there is `_AT_ONCE` more (measured, see tests/detect/test_promises.py).
"""

from __future__ import annotations

import math
from datetime import timedelta

_COUNTLESS = timedelta(days=365 * 1000)
_PART = 0.75
_AT_ONCE = 1.0


def rarity(tail: float, window: timedelta) -> timedelta | None:
    """The mean time between such windows by chance alone; None when it is past counting (a thousand years)."""
    if tail <= 0:
        return None
    share = (window / _COUNTLESS) / (
        _looks(tail) * tail
    )  # in numbers: a timedelta of a tiny tail rounds to zero
    return share * _COUNTLESS if share <= 1 else None


def _looks(tail: float) -> float:
    """How many independent looks a window is worth at this tail; z² by its asymptotic series."""
    depth = max(math.log(1 / tail), 1.0)
    return _AT_ONCE + _PART * max(2 * depth - math.log(4 * math.pi * depth), 0.0)

"""How unusual a window is: tail probability, the rarity that people can read, and since when.

The tail is P(X ≥ n) for a negative binomial with mean μ and dispersion φ. Looking every minute at overlapping windows
of length W gives about `_LOOKS` independent chances in each W, so chance alone passes a tail of p about once in
W / (_LOOKS · p): that is the rarity, and `rarer_than` is a bound on it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sentinel.detect.baseline import Floats
    from sentinel.detect.panel import Counts

_LOOKS = 3.0
_COUNTLESS = timedelta(days=365 * 1000)
_LEAST_RISE = 2.0


def tails(counts: Counts, usual: Floats, dispersion: Floats) -> Floats:
    """P(X ≥ count) for each series; 1 where the count is zero."""
    from scipy.special import betainc  # noqa: PLC0415  # 24 MB, 0.4 s: only when something may be a spike

    size = 1 / np.maximum(dispersion, 1e-9)
    miss = usual / (usual + size)
    out = betainc(np.maximum(counts, 1), size, np.clip(miss, 0, 1))
    return np.where(counts > 0, out, 1.0)


def rarity(tail: float, window: timedelta) -> timedelta | None:
    """The mean time between such windows by chance alone; None when it is past counting (a thousand years)."""
    if tail <= 0:
        return None
    share = (window / _COUNTLESS) / (_LOOKS * tail)  # in numbers: a timedelta of a tiny tail rounds to zero
    return share * _COUNTLESS if share <= 1 else None


def tail_for(every: timedelta, window: timedelta) -> float:
    """The tail that chance alone passes once in `every`."""
    return window / (_LOOKS * every)


def onset(minutes: Counts, usual_a_minute: float) -> int:
    """Index of the minute in which the rise most likely began: the first post after a Poisson CUSUM's last zero.

    The CUSUM (Lucas 1985) is S ← max(0, S + x − k) with k = μ (R − 1) / ln R, here multiplied by ln R, tuned to a rise
    to R times what is usual: as much as these minutes show on the whole, and at least twice. Its last zero before it
    stands highest is where the rise began, also when the rise is over by now. Where nothing is usual that is the first
    post.
    """
    base = max(usual_a_minute, 1e-6)
    ratio = max(_LEAST_RISE, float(minutes.mean()) / base)
    steps = minutes * np.log(ratio) - (ratio - 1) * base
    total = np.concatenate([[0.0], np.cumsum(steps)])
    height = total - np.minimum.accumulate(total)
    highest = int(np.argmax(height))
    last_zero = int(np.flatnonzero(height[: highest + 1] == 0)[-1])
    after = np.flatnonzero(minutes[last_zero:])
    return last_zero + int(after[0]) if len(after) else last_zero

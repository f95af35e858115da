"""Since when: the minute in which a rise began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sentinel.detect.ring import Counts

_LEAST_RISE = 2.0


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

"""How rare a count in a sliding window is: from a negative binomial's tail to a return period.

Several windows slide over the same posts at once. Each is scored by itself, as the base-10 logarithm of its return
period in days: 0 is once a day, 1.48 once a month. So windows of all lengths, busy series and quiet ones, speak one
language, and the rarest window speaks for the series.

For a window of length W with expected count μ and dispersion φ (variance μ + φ μ²), counts of n or more begin anew at

    rate = P(X ≥ n) · looks / W,     looks = max(n (1 − r)², 1),     r = P(X = n) / P(X = n − 1)

because the count enters n at rate n P(X = n) / W (the arrivals of a Poisson process see the window as it is at any time),
such entries come in clumps of 1 / (1 − r), and P(X = n) ≈ P(X ≥ n) (1 − r): the scan statistic's tail of Alm (1983) and
Naus (1982), by the clumping heuristic of Aldous (1989), with the ratio r of the negative binomial in place of μ / n.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"

LADDER = (45, 120, 360)
"""The windows that are looked through, in minutes: each about three times the one before, so that none sees much of
what another has seen (fewer looks to account for) and a rise of any speed fits one of them."""

_KNOWN = float(np.log10(7))
_DOUBT = 0.23
"""What chance alone does every week, a past of some weeks has shown many times; of what is rarer only the tail's slope is
known, and that the less the farther: of each tenfold beyond a week `_DOUBT` of another tenfold is asked for."""
A_DAY = 1440
NEVER = -9.0
"""The score of a window in which nothing, or too little, was seen."""
_LEAST = 1e-300
_COUNTLESS = timedelta(days=365 * 1000)


def windows(longest: int) -> tuple[int, ...]:
    """The lengths, in minutes, that are looked through where `longest` is the longest asked for."""
    return (*(length for length in LADDER if length < longest), longest)


def tails(counts: Floats, usual: Floats, dispersion: Floats) -> Floats:
    """P(X ≥ count), elementwise; 1 where the count is zero."""
    from scipy.special import betainc  # noqa: PLC0415  # 24 MB, 0.4 s: only when something may be a spike

    size = 1 / np.maximum(dispersion, 1e-9)
    miss = np.minimum(usual / (usual + size), 1 - 1e-15)
    out = betainc(np.maximum(counts, 1), size, miss)
    return np.where(counts > 0, out, 1.0)


def looks(counts: Floats, usual: Floats, dispersion: Floats) -> Floats:
    """How many independent chances a window's length holds of reaching `counts`, at least one."""
    ratio = usual * (1 + dispersion * (counts - 1)) / (np.maximum(counts, 1) * (1 + dispersion * usual))
    return np.asarray(np.maximum(counts * np.maximum(1 - ratio, 0) ** 2, 1.0), np.float64)


def scores(counts: Floats, usual: Floats, dispersion: Floats, length: int) -> Floats:
    """log10 of the return period in days of so many in a window of `length` minutes; −1 where there is nothing."""
    chance = np.maximum(tails(counts, usual, dispersion), _LEAST) * looks(counts, usual, dispersion)
    return np.where(counts > 0, -np.log10(chance * (A_DAY / length)), -1.0)


def asked(every: timedelta) -> float:
    """The score that a mean time between false alarms of `every` asks for."""
    days = float(np.log10(every / timedelta(days=1)))
    return days + _DOUBT * max(days - _KNOWN, 0.0)


def rarity(score: float) -> timedelta | None:
    """The mean time between such moments by chance alone, the inverse of `asked`; None: past counting (a thousand years)."""
    known = min(score, _KNOWN)
    days = 10 ** min(known + (score - known) / (1 + _DOUBT), 300.0)
    return timedelta(days=days) if days < _COUNTLESS.days else None

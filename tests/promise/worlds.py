"""Made-up brands on which nothing happens: counts of posts in steps of five minutes, by what makes each of them hard.

All have the rhythm of a day (evenings seven times the small hours) and of a week (weekends are quieter). A world adds to
that what its name says. `a_day` is the mean number of posts a day; the counts are (steps,).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Counts: TypeAlias = NDArray[np.int64]
    World: TypeAlias = Callable[[float, int, Generator], Floats]

STEP = 5
"""Minutes."""
A_DAY = 24 * 60 // STEP
AN_HOUR = 60 // STEP
_TIMES = 4.0
_REPEATED, _COPIES = 0.04, 6.0
_WITHIN = 15 // STEP


def rhythm(a_day: float, days: int) -> Floats:
    """Expected counts: the day's wave, weekends two thirds of it."""
    step = np.arange(days * A_DAY)
    daily = 1 + 0.75 * np.sin(2 * np.pi * (step % A_DAY) / A_DAY - 2.0)
    weekly = np.where((step // A_DAY) % 7 >= 5, 0.65, 1.14)
    return np.asarray(a_day / A_DAY * daily * weekly, np.float64)


def plain(a_day: float, days: int, dice: Generator) -> Floats:
    """Independent posts."""
    return dice.poisson(rhythm(a_day, days)).astype(float)


def trend(a_day: float, days: int, dice: Generator) -> Floats:
    """Four times as many posts at the end as at the beginning, or a fourth."""
    return dice.poisson(rhythm(a_day, days) * _trend(days, dice)).astype(float)


def moody(a_day: float, days: int, dice: Generator) -> Floats:
    """Each hour has a mood of its own (a gamma of shape 4: half as much, twice as much), and the brand drifts."""
    return dice.poisson(rhythm(a_day, days) * _mood(days, dice)).astype(float)


def bursts(a_day: float, days: int, dice: Generator) -> Floats:
    """One post in twenty-five is repeated within a quarter of an hour, six times on average (geometric)."""
    return _repeated(rhythm(a_day, days), _WITHIN, dice)


def duplicates(a_day: float, days: int, dice: Generator) -> Floats:
    """The same within one step."""
    return _repeated(rhythm(a_day, days), 1, dice)


def everything(a_day: float, days: int, dice: Generator) -> Floats:
    """Trend, moods and drift, and bursts, at once."""
    return _repeated(rhythm(a_day, days) * _trend(days, dice) * _mood(days, dice), _WITHIN, dice)


WORLDS: dict[str, World] = {
    one.__name__: one for one in (plain, trend, moody, bursts, duplicates, everything)
}


def storm(posts: float, doubling: int, dice: Generator) -> Counts:
    """A day from a storm's first post: five doublings of so many steps, then a power-law decay of exponent 1.4."""
    step, rise = np.arange(A_DAY), doubling * 5
    decay = (1 + np.maximum(step - rise, 0) / AN_HOUR) ** -1.4
    shape = np.where(step <= rise, 2.0 ** ((step - rise) / doubling), decay)
    return np.asarray(dice.poisson(posts * shape / shape.sum()), np.int64)


def _trend(days: int, dice: Generator) -> Floats:
    half = np.log(_TIMES) / 2
    return np.asarray(np.exp(np.linspace(-half, half, days * A_DAY) * dice.choice([-1, 1])), np.float64)


def _mood(days: int, dice: Generator) -> Floats:
    steps = days * A_DAY
    drift = np.exp(np.cumsum(dice.normal(0, 0.25 / np.sqrt(7 * A_DAY), steps)))
    return np.asarray(drift * np.repeat(dice.gamma(4.0, 1 / 4.0, days * 24), AN_HOUR), np.float64)


def _repeated(expected: Floats, within: int, dice: Generator) -> Floats:
    """Posts of which some come again; as many as `expected` all in all."""
    own = dice.poisson(expected / (1 + _REPEATED * _COPIES))
    first = np.repeat(np.arange(len(own)), dice.binomial(own, _REPEATED))
    again = np.repeat(first, dice.geometric(1 / _COPIES, len(first)))
    places = again + dice.integers(0, within, len(again))
    return np.asarray(own + np.bincount(places, minlength=len(own))[: len(own)], np.float64)

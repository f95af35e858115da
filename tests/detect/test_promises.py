"""`rarer_than` is a promise: on worlds in which nothing happens, alarms are no more than asked for; and what happens is caught.

Each world is simulated with fixed seeds: brands side by side, weeks of warm-up, then as many brand-days as make the
expected number of false alarms large enough to count. Counting error is two standard deviations of a Poisson count.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sentinel.model.mention import Tally
from tests.detect.worlds import DAYS, NEGATIVE, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Come = Callable[[int, int], Iterator[Tally]]

EVERY = {"once a week": 7.0, "once a month": 30.4, "once a quarter": 91.2}


def kept(opened: int, brands: int, days: float, asked: str) -> bool:
    expected = brands * days / EVERY[asked]
    return opened <= expected + 2 * math.sqrt(expected)


def moody(world: World, a_day: float, share: float, mood: float, burst: float = 0.0) -> Come:
    """Posts with the rhythm of a day, in bursts; the share of negatives drifts from hour to hour (a first-order process)."""
    now = {"hour": -1}
    logit = np.log(share / (1 - share)) + np.zeros(len(world.keys))
    drift = np.zeros(len(world.keys))

    def come(first: int, end: int) -> Iterator[Tally]:
        nonlocal drift
        if first // 60 != now["hour"]:
            now["hour"] = first // 60
            drift = 0.9 * drift + mood * np.sqrt(1 - 0.81) * world.rng.normal(size=len(drift))
        rate = a_day * (end - first) / 1440 * (1 + 0.7 * np.sin(first / 1440 * 2 * np.pi))
        heat = world.rng.gamma(1 / burst, burst, len(drift)) if burst else 1.0
        posts = world.rng.poisson(rate * heat * np.ones(len(drift)))
        bad = world.rng.binomial(posts, 1 / (1 + np.exp(-(logit + drift))))
        minute = int(world.rng.integers(first, end))
        for n in np.flatnonzero(posts):
            yield Tally(world.keys[n], "x", minute, int(posts[n]), int(bad[n]))

    return come


SHARES = [
    pytest.param("once a week", 120, 0.2, 0.0, id="a quiet brand, once a week"),
    pytest.param("once a week", 1000, 0.1, 0.5, id="a busy and moody brand, once a week"),
    pytest.param("once a month", 300, 0.2, 0.3, id="a moody brand, once a month"),
]


@pytest.mark.parametrize(("asked", "a_day", "share", "mood"), SHARES)
def test_a_share_that_only_scatters_raises_no_more_than_was_asked(
    asked: str, a_day: float, share: float, mood: float
) -> None:
    judgment = f"{NEGATIVE}share:\n  window: 6 hours\n  at_least: 20 posts\n  rarer_than: {asked}\n"
    world = World(judgment, brands=16)
    come = moody(world, a_day, share, mood, burst=0.5)
    world.warm_up(DAYS, come)
    assert kept(len(world.openings(40, 60, come)), 16, 40, asked)


def test_a_share_that_doubles_is_caught_within_the_day() -> None:
    world = World(
        f"{NEGATIVE}share:\n  window: 6 hours\n  at_least: 20 posts\n  rarer_than: once a month\n", 20
    )
    world.warm_up(DAYS, moody(world, 200, 0.15, 0.2))
    since = world.now
    caught = dict(reversed(world.openings(1, 15, moody(world, 200, 0.4, 0.2))))
    assert len(caught) >= 18
    assert np.median([(at - since).total_seconds() / 3600 for at in caught.values()]) <= 8


def reviews(world: World, a_day: float, chances: tuple[float, ...], bad_weeks: float = 0.0) -> Come:
    """Reviews by Poisson; with `bad_weeks` the mood of a brand drifts from day to day."""
    drift, steps = np.zeros(len(world.keys)), np.arange(-2, 3)

    def come(first: int, end: int) -> Iterator[Tally]:
        nonlocal drift
        keep = 0.9 ** ((end - first) / 1440)
        drift = keep * drift + bad_weeks * np.sqrt(1 - keep**2) * world.rng.normal(size=len(drift))
        for n, many in enumerate(world.rng.poisson(a_day * (end - first) / 1440, len(drift)).tolist()):
            weights = np.array(chances) * np.exp(-drift[n] * steps)
            for stars in world.rng.choice(5, many, p=weights / weights.sum()).tolist():
                yield world.rated(int(world.rng.integers(first, end)), stars + 1, n)

    return come


USUAL = (0.05, 0.05, 0.1, 0.3, 0.5)


@pytest.mark.parametrize(
    ("asked", "a_day", "bad_weeks"),
    [
        pytest.param("once a month", 1, 0.0, id="a review a day, once a month"),
        pytest.param("once a quarter", 4, 0.0, id="four a day, once a quarter"),
        pytest.param("once a quarter", 2, 0.15, id="two a day with bad weeks, once a quarter"),
    ],
)
def test_reviews_that_only_scatter_raise_no_more_than_was_asked(
    asked: str, a_day: float, bad_weeks: float
) -> None:
    judgment = f"stars:\n  window: 7 days\n  at_least: 5 reviews\n  rarer_than: {asked}\n"
    world = World(judgment, brands=12)
    come = reviews(world, a_day, USUAL, bad_weeks)
    world.warm_up(91, come)
    assert kept(len(world.openings(100, 24 * 60, come)), 12, 100, asked)


def test_reviews_that_lose_a_star_and_a_half_are_caught_within_the_week() -> None:
    world = World("stars:\n  window: 7 days\n  at_least: 5 reviews\n  rarer_than: once a quarter\n", 20)
    world.warm_up(91, reviews(world, 2, USUAL))
    since = world.now
    caught = dict(reversed(world.openings(7, 6 * 60, reviews(world, 2, (0.35, 0.25, 0.15, 0.15, 0.1)))))
    assert len(caught) >= 18
    assert np.median([(at - since).total_seconds() / 86400 for at in caught.values()]) <= 5


@pytest.mark.parametrize(
    ("asked", "a_day", "burst"),
    [
        pytest.param("once a week", 100, 0.0, id="a steady brand, once a week"),
        pytest.param("once a week", 300, 0.5, id="a brand in bursts, once a week"),
        pytest.param("once a month", 500, 0.3, id="a busy brand, once a month"),
    ],
)
def test_a_brand_that_goes_on_being_talked_of_is_silent_no_more_than_was_asked(
    asked: str, a_day: float, burst: float
) -> None:
    world = World(f"silence:\n  window: 6 hours\n  rarer_than: {asked}\n", brands=16)
    come = moody(world, a_day, 0.1, 0.0, burst)
    world.warm_up(DAYS, come)
    assert kept(len(world.openings(40, 60, come)), 16, 40, asked)


def test_a_silence_is_caught_within_its_window() -> None:
    world = World("silence:\n  window: 6 hours\n  rarer_than: once a month\n", 20)
    world.warm_up(DAYS, moody(world, 100, 0.1, 0.0))
    since = world.now
    caught = dict(reversed(world.openings(1 / 3, 15, lambda *_: iter(()))))
    assert len(caught) == 20
    assert np.median([(at - since).total_seconds() / 3600 for at in caught.values()]) <= 6

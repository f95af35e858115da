"""Reviews that drop: an exact test, on few, with ties."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.coverage import epoch_minute
from sentinel.detect.stars import habit, tail
from tests.detect.worlds import STARS, World

if TYPE_CHECKING:
    from collections.abc import Sequence

GOOD = [5, 4, 5, 5, 3, 4, 5, 4, 2, 5]


def by_stars(reviews: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.bincount(reviews, minlength=6)[1:].astype(np.int64)


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4), st.lists(st.integers(1, 5), min_size=1, max_size=7)
)
def test_the_tail_is_the_share_of_all_draws_with_as_few_stars(now: list[int], past: list[int]) -> None:
    draws = [sum(draw) for draw in combinations(now + past, len(now))]
    exact = sum(draw <= sum(now) for draw in draws) / len(draws)
    found = tail(by_stars(now), by_stars(past))
    assert found == pytest.approx(exact) or min(found, exact) > 0.1  # beyond it, the normal limit will do


def test_three_bad_reviews_are_no_drop_and_eight_are() -> None:
    usual = by_stars(GOOD * 4)
    assert tail(by_stars([1, 2, 3]), usual) > 1e-3
    assert tail(by_stars([1, 2, 3, 1, 2, 1, 2, 1]), usual) < 1e-6


def test_a_large_sample_meets_its_normal_limit() -> None:
    usual = by_stars(GOOD * 100)
    some, more = by_stars([4] * 90 + [3] * 10), by_stars([4] * 91 + [3] * 10)
    assert tail(some, usual) == pytest.approx(tail(more, usual), rel=0.7)


def test_one_past_storm_is_left_out_and_many_are_what_is_usual() -> None:
    calm, storm = by_stars(GOOD), by_stars([1] * 10)
    once, stretch = habit(np.array([calm] * 11 + [storm]))
    assert once.tolist() == (11 * calm).tolist()
    assert stretch == 1.0
    often, wide = habit(np.array([calm, storm] * 6))
    assert often.sum() >= 110
    assert wide > 3


def test_a_week_of_bad_reviews_is_a_drop_and_says_by_how_much() -> None:
    world = World(STARS + "  below_usual: 0.5 stars\n").review(GOOD * 9, over=90)
    world.review([5, 2, 1, 1, 3, 1, 2], over=5)
    (found,) = world.signals()
    assert found.raised
    assert (found.reading.negatives, round(found.reading.usual, 1)) == (6, 0.9)
    assert [each.says for each in found.verdicts[1:4]] == [
        "needed 5 reviews, had 9",
        "needed 10 earlier reviews to compare with, had 84",
        "asked for 0.5 stars below the usual average, was 1.7 below",
    ]


def test_as_good_as_ever_is_none() -> None:
    world = World(STARS).review(GOOD * 10, over=100)
    assert world.signals() == []


def test_what_falls_less_than_was_asked_for_is_none_however_rare() -> None:
    world = World(STARS + "  below_usual: 2 stars\n").review(GOOD * 90, over=90).review([4, 3] * 20, over=6)
    (found,) = world.signals(always=True)
    assert [each.holds for each in found.verdicts] == [True, True, True, False, True]


def test_without_a_past_nothing_has_dropped() -> None:
    world = World(STARS).review([1] * 6, over=3)
    (found,) = world.signals(always=True)
    assert not found.raised
    assert "needed 10 earlier reviews to compare with, had 0" in [each.says for each in found.verdicts]


def test_a_review_that_comes_late_or_is_taken_back_is_judged_again() -> None:
    world = World(STARS).review(GOOD * 9, over=90).review([1] * 7, over=5)
    assert [found.raised for found in world.signals()] == [True]
    last = epoch_minute(world.now)
    bad = range(last - 5 * 1440, last)
    gone = [
        world.rated(minute, 1)
        for minute in bad
        if world.watcher._ledger.events(0, minute, minute + 1)[0].size  # type: ignore[attr-defined]  # to know where they lie
    ]
    world.tell(
        type(one)(one.series, one.source, one.minute, -1, -1, tuple(-n for n in one.stars)) for one in gone
    )
    assert world.signals() == []


def test_moments_may_be_asked_for_in_any_order() -> None:
    world = World(STARS).review(GOOD * 9, over=90).review([1] * 7, over=5)
    first = epoch_minute(world.now)
    moments = [
        world.now.fromtimestamp((first - back) * 60, world.now.tzinfo) for back in (0, 900, 300, 1400, 0)
    ]
    fresh = [
        next(iter(world.watcher.only(set(world.keys)).signals(at, world.seen, set(world.keys), lambda *_: 9)))
        for at in moments
    ]
    world.voices = 9
    assert [world.signals(at=at, always=True)[0] for at in moments] == fresh

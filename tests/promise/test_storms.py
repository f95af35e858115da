"""What a kept promise leaves: storms of known size are seen, the greater the sooner, and while most of them is to come."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.promise import firestorms
from tests.promise.firestorms import SIZES, caught, raise_storms, soon
from tests.promise.measure import RATES
from tests.promise.says import say

if TYPE_CHECKING:
    from tests.promise.firestorms import Storm

pytestmark = pytest.mark.promise

QUIET = tuple(rate for rate in RATES if rate <= 5)
BUSY = tuple(rate for rate in RATES if rate >= 50)
"""On these, thirty times a mean hour is more than the twenty-five posts that any storm has."""


@pytest.fixture(scope="module")
def storms(request: pytest.FixtureRequest) -> list[Storm]:
    found = raise_storms()
    say(request, firestorms.table(found))
    return found


@pytest.mark.parametrize("rate", QUIET)
def test_on_a_quiet_brand_nearly_every_storm_is_seen(storms: list[Storm], rate: float) -> None:
    assert caught([one for one in storms if one.rate == rate]) >= 0.9


@pytest.mark.parametrize("rate", BUSY)
def test_thirty_times_a_mean_hour_is_seen_on_a_busy_brand(storms: list[Storm], rate: float) -> None:
    assert caught([one for one in storms if (one.rate, one.size) == (rate, 30)]) >= 0.9


def test_the_greater_the_storm_the_more_are_seen(storms: list[Storm]) -> None:
    shares = [caught([one for one in storms if one.size == size]) for size in SIZES]
    assert all(less < more for less, more in pairwise(shares))


def test_three_of_four_are_seen_and_most_while_three_quarters_are_to_come(storms: list[Storm]) -> None:
    hours, posted = soon(storms)
    assert caught(storms) >= 0.75
    assert hours <= 1.75
    assert posted <= 0.25

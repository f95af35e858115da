"""`rarer_than` is a promise: what alarms come on brands on which nothing happens, beside what was asked for.

It is not kept everywhere (docs/how-detection-works.md says where and why). `LOOSER` says by how much it is missed at each
rate, all worlds together, and `WORST` in any of them: what holds today, so that it cannot become worse unnoticed. Where
it becomes better these figures are to be lowered.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sentinel.detect import series
from tests.promise.measure import EVERY, PROMISES, RATES, Measured, measure, starts
from tests.promise.says import say
from tests.promise.worlds import A_DAY, STEP, WORLDS

pytestmark = pytest.mark.promise

LOOSER: dict[str, dict[float, float]] = {
    "1 a week": {5: 1.1, 20: 1.3, 50: 1.5, 200: 1.6, 500: 1.9},
    "1 a month": {5: 1.3, 20: 1.2, 50: 1.4, 200: 1.4, 500: 1.6},
    "1 a quarter": {2: 1.7, 5: 1.9, 20: 1.3, 50: 1.4, 200: 1.3, 500: 1.5},
}
"""Times what was asked for, by posts a day; 1 where nothing is said."""
WORST = {"1 a week": 2.3, "1 a month": 2.6, "1 a quarter": 3.6}
NOT_WASTED = 1 / 3


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> Measured:
    found = measure()
    say(request, found.table())
    return found


@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("rate", RATES)
def test_over_all_worlds_no_more_alarms_than_asked_for_or_stated(
    measured: Measured, rate: float, promise: str
) -> None:
    assert measured.of(promise, rates=[rate]).within(LOOSER[promise].get(rate, 1.0))


@pytest.mark.parametrize("promise", ["1 a month", "1 a quarter"])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("world", ["plain", "trend"])
def test_a_rhythm_and_a_trend_keep_a_month_and_a_quarter_at_every_rate(
    measured: Measured, world: str, rate: float, promise: str
) -> None:
    assert measured.of(promise, [world], [rate]).within(1.0)


@pytest.mark.parametrize("promise", PROMISES)
def test_no_kind_of_brand_is_worse_than_stated(measured: Measured, promise: str) -> None:
    ratios = {
        kind: measured.of(promise, kind[:1], kind[1:]).ratio for kind in itertools.product(WORLDS, RATES)
    }
    assert {kind: ratio for kind, ratio in ratios.items() if ratio > WORST[promise]} == {}


@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("rate", RATES)
def test_not_under_a_third_of_what_was_asked_is_used(measured: Measured, rate: float, promise: str) -> None:
    assert measured.of(promise, rates=[rate]).ratio >= NOT_WASTED


@pytest.mark.parametrize("promise", PROMISES)
def test_what_is_counted_here_is_what_judge_raises(promise: str) -> None:
    counts = WORLDS["bursts"](20.0, 60, np.random.default_rng(5))
    judged = series.judge(counts, STEP, EVERY[promise])
    assert judged.alert[14 * A_DAY :].sum() > 0
    assert np.array_equal(judged.alert, starts(judged.score, promise))

"""What a series usually does, recovered from simulated weeks; and what that makes usual and rare since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sentinel.detect import scan
from sentinel.detect.habit import Grid, Habit, learn, rarest
from sentinel.detect.panel import HOURS_A_WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKS = 4
HOURS = WEEKS * HOURS_A_WEEK
START = 1000 * HOURS_A_WEEK + 50
"""In the middle of a week, so that a wrong turn of the profile shows."""
UNTIL = START + HOURS
OF_DAY = 1 + 0.9 * np.sin(np.arange(HOURS_A_WEEK) * 2 * np.pi / 24)


KEPT = 34
LENGTHS = (60, 120)


def fit(counts: NDArray[np.int64], exposure: NDArray[np.float64] | None = None) -> Habit:
    seen = np.ones(HOURS) if exposure is None else exposure
    quarters = np.repeat(counts / 4, 4, axis=1)
    return learn(counts.astype(float), seen, UNTIL, Grid(quarters, 15, WEEKS * 7), LENGTHS, KEPT)


def rates(habit: Habit, hours: int = HOURS_A_WEEK) -> NDArray[np.float64]:
    """What would be usual in the hours after it was learned, if what is usual came."""
    profile = habit.table["profile"][:, (UNTIL + np.arange(hours)) % HOURS_A_WEEK].astype(float)
    level = (habit.table["now"][:, 1] + habit.table["weight"]) / (
        habit.table["base"][:, 1] + habit.table["weight"]
    )
    return np.asarray(profile * level[:, None], np.float64)


def weekly(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    return profile[(START + np.arange(HOURS)) % HOURS_A_WEEK]


def test_a_weekly_profile_is_recovered() -> None:
    profile = 20 * OF_DAY
    profile[100:110] *= 3
    counts = np.random.default_rng(1).poisson(weekly(profile), (20, HOURS))
    found = np.roll(rates(fit(counts)).mean(axis=0), UNTIL % HOURS_A_WEEK)
    assert np.corrcoef(found, profile)[0, 1] > 0.93
    assert found.mean() == pytest.approx(profile.mean(), rel=0.05)


def test_with_little_history_it_stays_near_flat() -> None:
    exposure = np.zeros(HOURS)
    exposure[-24:] = 1
    counts = np.zeros((1, HOURS), np.int64)
    counts[0, -3] = 4
    found = rates(fit(counts, exposure))[0]
    assert found.mean() == pytest.approx(4.5 / 24.5, rel=0.25)
    assert found.max() < 2 * found.mean()


@pytest.mark.parametrize("days", [1, 2, 4, 8])
def test_a_busy_brand_is_known_within_days(days: int) -> None:
    exposure = np.zeros(HOURS)
    exposure[-24 * days :] = 1
    counts = np.random.default_rng(9).poisson(200 * exposure, (10, HOURS))
    assert rates(fit(counts, exposure)).mean() == pytest.approx(200, rel=0.1)


def test_without_history_it_is_the_stated_prior() -> None:
    habit = fit(np.zeros((1, HOURS), np.int64), np.zeros(HOURS))
    assert rates(habit)[0] == pytest.approx(0.25)
    assert habit.dispersion(1)[0] > 2
    assert habit.history[0] == 0
    handful, score_of = 6, {}
    for count in (handful, 60):
        window = (120, np.array([[float(count)]]), np.array([[0.5]]))
        nothing = (60, np.array([[0.0]]), np.array([[np.nan]]))
        score_of[count] = rarest(habit, [nothing, window], 1)[0][0, 0]
    assert score_of[handful] < scan.asked(timedelta(days=30.4)) < score_of[60]


def test_hours_that_nobody_saw_count_neither_way() -> None:
    counts = np.random.default_rng(2).poisson(5, (10, HOURS))
    exposure = np.ones(HOURS)
    exposure[200:400] = 0
    counts[:, 200:400] = 0
    assert rates(fit(counts, exposure)).mean() == pytest.approx(5, rel=0.05)


@pytest.mark.parametrize("rate", [0.5, 1.0, 5.0, 50.0])
def test_a_past_storm_neither_raises_what_is_usual_nor_hides_the_next(rate: float) -> None:
    counts = np.random.default_rng(3).poisson(rate, (20, HOURS))
    stormy = counts.copy()
    stormy[:, 300:304] += 500
    calm, after = fit(counts), fit(stormy)
    assert rates(after).mean() == pytest.approx(rates(calm).mean(), rel=0.05)
    ratio = rates(after)[:, 300 % HOURS_A_WEEK : 304 % HOURS_A_WEEK].mean() / rates(calm).mean()
    assert ratio < 2 + 0.5 / rate
    assert np.median(after.dispersion(1)) < np.median(calm.dispersion(1)) + 1


def test_what_returns_every_week_is_not_rare() -> None:
    profile = np.ones(HOURS_A_WEEK)
    profile[20] = 60
    counts = np.random.default_rng(4).poisson(weekly(profile), (20, HOURS))
    habit = fit(counts)
    [usual] = {round(float(rate), 6) for rate in np.roll(rates(habit), UNTIL % HOURS_A_WEEK, axis=1)[:1, 20]}
    again = (60, np.full((20, 1), 60.0), np.full((20, 1), usual))
    nothing = (120, np.zeros((20, 1)), np.full((20, 1), np.nan))
    assert usual > 2
    assert np.median(rarest(habit, [again, nothing], 1)[0]) < scan.asked(timedelta(days=30.4))


def test_the_level_follows_the_last_days() -> None:
    counts = np.random.default_rng(5).poisson(10, (10, HOURS))
    counts[:, -72:] *= 2
    assert rates(fit(counts)).mean() > 15


@pytest.mark.parametrize(("rate", "dispersion"), [(1, 1.0), (5, 0.5), (5, 2.0), (50, 1.0)])
def test_dispersion_is_recovered(rate: float, dispersion: float) -> None:
    size = 1 / dispersion
    counts = np.random.default_rng(6).negative_binomial(size, size / (size + rate), (40, HOURS))
    assert np.median(fit(counts).dispersion(0)) == pytest.approx(dispersion, rel=0.25)


def test_the_hours_since_move_the_level_but_not_their_own() -> None:
    habit = fit(np.random.default_rng(7).poisson(10, (1, HOURS)))
    hours = 12
    first = UNTIL - 6
    ordinary = np.full((1, 6 + hours), 10.0)
    doubled = ordinary.copy()
    doubled[:, 8:] = 20
    seen = np.ones(6 + hours)
    before, after = habit.usual(ordinary, seen, first)[0], habit.usual(doubled, seen, first)[0]
    assert after[:10].tolist() == before[:10].tolist()
    assert (after[10:] > before[10:]).all()


def test_a_storm_since_moves_the_level_little() -> None:
    habit = fit(np.random.default_rng(7).poisson(10, (1, HOURS)))
    counts = np.full((1, 24), 10.0)
    counts[:, 2:6] = 5000
    usual = habit.usual(counts, np.ones(24), UNTIL)
    assert usual.max() < 1.6 * usual[0, 0]


def test_an_hour_that_nobody_saw_moves_no_level() -> None:
    habit = fit(np.random.default_rng(7).poisson(10, (1, HOURS)))
    counts, seen = np.full((1, 24), 10.0), np.ones(24)
    counts[:, 5:15], seen[5:15] = 0, 0
    usual = habit.usual(counts, seen, UNTIL)
    assert usual[0, 20] == pytest.approx(usual[0, 4], rel=0.15)


def test_what_is_usual_is_the_same_asked_for_in_one_piece_or_in_two() -> None:
    habit = fit(np.random.default_rng(7).poisson(3, (2, HOURS)))
    counts = np.random.default_rng(8).poisson(3, (2, 30)).astype(float)
    whole = habit.usual(counts, np.ones(30), UNTIL - 6)
    part = habit.usual(counts[:, 3:20], np.ones(17), UNTIL - 3)
    assert part == pytest.approx(whole[:, 3:20])


def test_the_rarest_window_speaks() -> None:
    habit = fit(np.random.default_rng(7).poisson(4, (1, HOURS)))
    ordinary, sharp = np.array([[4.0, 25.0]]), np.array([[9.0, 27.0]])
    windows = [(60, ordinary, np.full((1, 2), 4.0)), (120, sharp, np.full((1, 2), 8.0))]
    score, which = rarest(habit, windows, 2)
    assert score[0, 0] < 0.5
    assert score[0, 1] > scan.asked(timedelta(days=30.4))
    assert which[0, 1] == 0


def test_a_window_with_too_few_or_too_little_seen_says_nothing() -> None:
    habit = fit(np.random.default_rng(7).poisson(4, (1, HOURS)))
    lone, blind = (60, np.array([[1.0]]), np.array([[1e-6]])), (120, np.array([[90.0]]), np.array([[np.nan]]))
    score, _ = rarest(habit, [lone, blind], 2)
    assert score[0, 0] == scan.NEVER

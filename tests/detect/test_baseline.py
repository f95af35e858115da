"""What is usual, recovered from simulated weeks; and the false-alarm promise that rests on it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sentinel.detect import baseline, spike
from sentinel.detect.baseline import Baseline
from sentinel.detect.panel import HOURS_A_WEEK, Panel
from tests.stand.storms import series

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKS = 4
HOURS = WEEKS * HOURS_A_WEEK
START = 1000 * HOURS_A_WEEK + 50
"""In the middle of a week, so that a wrong turn of the profile shows."""
UNTIL = START + HOURS
OF_DAY = 1 + 0.9 * np.sin(np.arange(HOURS_A_WEEK) * 2 * np.pi / 24)


def fit(counts: NDArray[np.int64], exposure: NDArray[np.float64] | None = None, block: int = 2) -> Baseline:
    panel = Panel(UNTIL * 60, 1560, WEEKS, np.int64)
    for number, hours in enumerate(counts):
        panel.row(series(f"s{number}"))
        panel.add((series(f"s{number}"), (START + h) * 60 + 7, int(n)) for h, n in enumerate(hours) if n)
    return baseline.fit(panel, np.ones(HOURS) if exposure is None else exposure, UNTIL, block)


def weekly(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    return profile[(START + np.arange(HOURS)) % HOURS_A_WEEK]


def test_a_weekly_profile_is_recovered() -> None:
    profile = 20 * OF_DAY
    profile[100:110] *= 3
    counts = np.random.default_rng(1).poisson(weekly(profile), (20, HOURS))
    rates = fit(counts).rates.mean(axis=0)
    assert np.corrcoef(rates, profile)[0, 1] > 0.98
    assert rates.mean() == pytest.approx(profile.mean(), rel=0.05)


def test_with_little_history_it_stays_near_flat() -> None:
    exposure = np.zeros(HOURS)
    exposure[-24:] = 1
    counts = np.zeros((1, HOURS), np.int64)
    counts[0, -3] = 4
    rates = fit(counts, exposure).rates[0]
    assert rates.mean() == pytest.approx(4.5 / 24.5, rel=0.25)
    assert rates.max() < 2 * rates.mean()


@pytest.mark.parametrize("days", [1, 2, 4, 8])
def test_a_busy_brand_is_known_within_days(days: int) -> None:
    exposure = np.zeros(HOURS)
    exposure[-24 * days :] = 1
    counts = np.random.default_rng(9).poisson(200 * exposure, (10, HOURS))
    assert fit(counts, exposure).rates.mean() == pytest.approx(200, rel=0.1)


def test_without_history_it_is_the_stated_prior() -> None:
    fitted = fit(np.zeros((1, HOURS), np.int64), np.zeros(HOURS))
    assert fitted.rates[0] == pytest.approx(0.25)
    assert fitted.dispersion[0] > 2
    assert fitted.history == 0
    month = spike.tail_for(timedelta(days=30.4), timedelta(hours=2))
    usual = fitted.expected(UNTIL * 60, 120)
    handful, dozen = (spike.tails(np.array([n]), usual, fitted.dispersion)[0] for n in (6, 12))
    assert dozen < month < handful


def test_hours_that_nobody_saw_count_neither_way() -> None:
    counts = np.random.default_rng(2).poisson(5, (10, HOURS))
    exposure = np.ones(HOURS)
    exposure[200:400] = 0
    counts[:, 200:400] = 0
    assert fit(counts, exposure).rates.mean() == pytest.approx(5, rel=0.05)


@pytest.mark.parametrize("rate", [0.5, 1.0, 5.0, 50.0])
def test_a_past_storm_neither_raises_what_is_usual_nor_hides_the_next(rate: float) -> None:
    counts = np.random.default_rng(3).poisson(rate, (20, HOURS))
    stormy = counts.copy()
    stormy[:, 300:304] += 500
    calm, after = fit(counts), fit(stormy)
    assert after.rates.mean() == pytest.approx(calm.rates.mean(), rel=0.05)
    hour = (START + 302) % HOURS_A_WEEK
    assert after.rates[:, hour].mean() < 2 * calm.rates[:, hour].mean() + 0.5
    assert np.median(after.dispersion) < np.median(calm.dispersion) + 1


def test_what_returns_every_week_is_usual() -> None:
    profile = np.ones(HOURS_A_WEEK)
    profile[20] = 60
    counts = np.random.default_rng(4).poisson(weekly(profile), (20, HOURS))
    assert fit(counts).rates[:, 20].mean() > 20


def test_the_level_follows_the_last_days() -> None:
    counts = np.random.default_rng(5).poisson(10, (10, HOURS))
    counts[:, -72:] *= 2
    assert fit(counts).rates.mean() > 15


@pytest.mark.parametrize(("rate", "dispersion"), [(1, 1.0), (5, 0.5), (5, 2.0), (50, 1.0)])
def test_dispersion_is_recovered(rate: float, dispersion: float) -> None:
    size = 1 / dispersion
    counts = np.random.default_rng(6).negative_binomial(size, size / (size + rate), (40, HOURS))
    assert np.median(fit(counts, block=1).dispersion) == pytest.approx(dispersion, rel=0.25)


@pytest.mark.parametrize(("rate", "dispersion"), [(1, 0.01), (1, 0.3), (5, 1.0), (30, 0.2)])
def test_the_false_alarm_promise_holds_about(rate: float, dispersion: float) -> None:
    size, random, month = 1 / dispersion, np.random.default_rng(7), timedelta(days=30.4)
    usual = rate * np.tile(OF_DAY, WEEKS + 1)[: HOURS + HOURS_A_WEEK]
    counts = random.negative_binomial(size, size / (size + usual), (100, HOURS + HOURS_A_WEEK))
    alarms = 0
    for day in range(0, HOURS_A_WEEK, 24):
        past = counts[:, day : day + HOURS].astype(float)
        rates, scatter, _ = baseline._fit_rows(past, np.ones(HOURS), day, 2)
        for hour in range(day + HOURS, day + HOURS + 24):
            expected = rates[:, (hour - 1) % HOURS_A_WEEK] + rates[:, hour % HOURS_A_WEEK]
            tails = spike.tails(counts[:, hour - 1 : hour + 1].sum(1), expected, scatter)
            alarms += int((tails < spike.tail_for(month, timedelta(hours=2))).sum())
    assert alarms / (100 * timedelta(days=7) / month) < 2.5


def test_a_window_is_expected_by_its_share_of_each_hour() -> None:
    rates = np.arange(HOURS_A_WEEK, dtype=float)[None, :]
    fitted = Baseline(rates, np.ones(1), 0.0, 0, np.ones(1))
    assert fitted.expected(61, 2)[0] == pytest.approx(0 / 60 + 1 / 60)
    assert fitted.expected(HOURS_A_WEEK * 60 + 30, 60)[0] == pytest.approx(167 / 2 + 0)
    assert fitted.expected(9 * HOURS_A_WEEK * 60, HOURS_A_WEEK * 60)[0] == rates.sum()


@pytest.mark.parametrize("count", [0, 1, 10**9, 10**12])
def test_numbers_stay_finite(count: int) -> None:
    for block in (1, 2, 168, 5000):
        fitted = fit(np.full((1, HOURS), count), block=block)
        assert np.isfinite(fitted.rates).all()
        assert (fitted.rates > 0).all()
        assert (fitted.dispersion > 0).all()

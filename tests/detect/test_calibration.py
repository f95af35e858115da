"""A series' own tail: the past judged as the present is."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from sentinel.detect import calibration, scan
from sentinel.detect.calibration import EXCESS, MEDIAN, Past

DAYS = 56
BINS = 96
DISPERSION = 0.25
LENGTH, WIDTH = 120, 8
MONTH = scan.asked(timedelta(days=30.4))


def modelled(rows: int, usual: float, days: int = DAYS) -> np.ndarray:
    """Counts as the model has them: a gamma of dispersion φ for two hours, Poisson round it."""
    rng = np.random.default_rng(1)
    mood = np.repeat(rng.gamma(1 / DISPERSION, DISPERSION, (rows, days * BINS // WIDTH)), WIDTH, axis=1)
    return rng.poisson(usual / WIDTH * mood).astype(float)


def tail(counts: np.ndarray, usual: float, seen: np.ndarray | None = None) -> calibration.Tail:
    read = np.ones(counts.shape[1]) if seen is None else seen
    past = Past(counts * read, np.full(counts.shape, usual / WIDTH) * read, read, BINS)
    return calibration.tail(past, np.full(len(counts), DISPERSION), LENGTH, WIDTH)


def bound(own: calibration.Tail, score: float) -> np.ndarray:
    return own.bound(np.full((len(own.median), 1), score))[:, 0]


def test_the_model_s_daily_maxima_have_the_stated_median_and_excess() -> None:
    maxima = -np.log10(-np.log(np.random.default_rng(2).uniform(size=1_000_000)))
    assert np.median(maxima) == pytest.approx(MEDIAN, abs=0.01)
    above = maxima[maxima > MEDIAN] - MEDIAN
    assert above.mean() == pytest.approx(EXCESS, rel=0.02)


@pytest.mark.parametrize("usual", [2.0, 40.0])
def test_where_the_model_is_right_little_is_taken_away(usual: float) -> None:
    assert np.median(bound(tail(modelled(200, usual), usual), 2.0)) > 1.3


def test_no_series_is_called_rarer_than_the_model_says() -> None:
    for score in (0.0, 1.0, 5.0, 40.0):
        assert (bound(tail(modelled(50, 2.0), 2.0), score) <= score).all()


def test_what_happens_every_few_days_is_not_rare() -> None:
    counts = modelled(50, 5.0)
    calm = tail(counts, 5.0)
    bursts = counts.copy()
    bursts[:, 40 :: 3 * BINS] += 60
    burst = float(scan.scores(np.array([65.0]), np.array([5.0]), np.array([DISPERSION]), LENGTH)[0])
    assert bound(calm, burst).min() > MONTH
    assert bound(tail(bursts, 5.0), burst).max() < MONTH


def test_one_past_storm_makes_no_brand_deaf() -> None:
    counts = modelled(50, 5.0)
    counts[:, 3000:3016] += 500
    storm = float(scan.scores(np.array([75.0]), np.array([5.0]), np.array([DISPERSION]), LENGTH)[0])
    assert bound(tail(counts, 5.0), storm).min() > MONTH


def test_the_rarer_the_score_the_rarer_the_bound() -> None:
    own = tail(modelled(20, 5.0), 5.0)
    bounds = own.bound(np.tile(np.linspace(-1, 60, 200), (20, 1)))
    assert (np.diff(bounds, axis=1) >= -1e-12).all()


def test_the_shorter_the_past_the_less_is_promised() -> None:
    maxima = -np.log10(-np.log(np.random.default_rng(2).uniform(size=(2000, DAYS))))
    bounds = [np.median(bound(calibration.of_maxima(maxima[:, :days]), 3.0)) for days in (0, 4, 14, DAYS)]
    assert bounds == sorted(bounds)
    assert bounds[0] < 2 < bounds[-1] < 3


def test_days_mostly_unseen_are_left_out() -> None:
    seen = np.ones(DAYS * BINS)
    seen[10 * BINS : 20 * BINS] = 0
    own = tail(modelled(20, 5.0), 5.0, seen)
    assert own.days.tolist() == [46.0] * 20
    assert np.isfinite(bound(own, 3.0)).all()


def test_nothing_seen_leaves_the_model_s_own_scale() -> None:
    own = tail(modelled(3, 5.0), 5.0, np.zeros(DAYS * BINS))
    assert own.median.tolist() == pytest.approx([MEDIAN] * 3)
    assert own.excess.tolist() == pytest.approx([EXCESS] * 3)
    assert own.days.tolist() == [0.0] * 3

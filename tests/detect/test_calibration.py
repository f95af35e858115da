"""How much heavier a series' own tail is than the model's."""

from __future__ import annotations

import numpy as np
import pytest

from sentinel.detect.calibration import stretch

HOURS = 28 * 24
DISPERSION = 0.25


def stretched(counts: np.ndarray, usual: float, exposure: np.ndarray | None = None) -> np.ndarray:
    seen = np.ones(HOURS) if exposure is None else exposure
    return stretch(
        counts.astype(float), np.full(counts.shape, usual) * seen, seen, np.full(len(counts), DISPERSION), 2
    )


def modelled(rows: int, usual: float, seed: int = 1) -> np.ndarray:
    """Counts as the model has them: a gamma of dispersion φ a window, Poisson round it."""
    rng = np.random.default_rng(seed)
    mood = np.repeat(rng.gamma(1 / DISPERSION, DISPERSION, (rows, HOURS // 2)), 2, axis=1)
    return rng.poisson(usual * mood)


@pytest.mark.parametrize("usual", [0.2, 2.0, 40.0])
def test_where_the_model_is_right_nothing_is_stretched_much(usual: float) -> None:
    assert np.median(stretched(modelled(200, usual), usual)) < 1.25


def test_a_series_that_bursts_every_few_days_is_stretched() -> None:
    counts = modelled(50, 5.0)
    counts[:, 24 * 3 + 5 :: 24 * 3] += 60
    assert stretched(counts, 5.0).min() > 1.5


def test_one_past_storm_makes_no_brand_deaf() -> None:
    counts = modelled(50, 5.0)
    before = stretched(counts, 5.0)
    counts[:, 300:304] += 5000
    assert np.max(stretched(counts, 5.0) / before) < 1.8


def test_too_little_history_leaves_the_model_as_it_is() -> None:
    exposure = np.zeros(HOURS)
    exposure[-4 * 24 :] = 1
    counts = modelled(3, 5.0) * exposure
    counts[:, -30] = 500
    assert stretched(counts, 5.0, exposure).tolist() == [1, 1, 1]


def test_days_mostly_unseen_are_left_out() -> None:
    exposure = np.ones(HOURS)
    exposure[10 * 24 : 20 * 24] = 0
    counts = modelled(20, 5.0) * exposure
    assert np.isfinite(stretched(counts, 5.0, exposure)).all()


@pytest.mark.parametrize("count", [0, 10**9])
def test_counts_of_every_size_are_taken(count: int) -> None:
    assert np.isfinite(stretched(np.full((2, HOURS), count), 1.0)).all()

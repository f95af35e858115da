"""The minute in which a rise began."""

from __future__ import annotations

import numpy as np
import pytest

from sentinel.detect.onset import onset


@pytest.mark.parametrize("usual", [0.5, 2.0, 6.0])
def test_the_onset_of_a_simulated_rise_is_found_within_minutes(usual: float) -> None:
    random, errors = np.random.default_rng(7), []
    for _ in range(200):
        minutes = random.poisson(usual / 60, 120)
        minutes[80:] += random.poisson(0.5, 40)
        errors.append(onset(minutes, usual / 60) - 80)
    assert abs(np.median(errors)) <= 5
    assert np.quantile(np.abs(errors), 0.8) <= 25


@pytest.mark.parametrize(
    ("minutes", "usual", "began"),
    [
        pytest.param([0, 0, 1, 0, 1], 0.0, 2, id="where nothing is usual: the first post"),
        pytest.param([1] + [0] * 99 + [3, 3], 0.1, 100, id="a stray post before does not count"),
        pytest.param([0] * 10 + [5, 5, 5] + [0] * 300, 0.1, 10, id="a rise that is over by now"),
        pytest.param([0, 0, 0], 1.0, 0, id="nothing at all: the beginning"),
    ],
)
def test_the_onset_is_the_first_post_after_the_last_zero(
    minutes: list[int], usual: float, began: int
) -> None:
    assert onset(np.array(minutes), usual) == began

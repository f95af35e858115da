"""Tails against scipy's own negative binomial, rarities that invert, and the beginning of a rise."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from sentinel.detect import spike

WINDOW = timedelta(hours=2)


@given(st.integers(1, 400), st.floats(0.01, 200), st.floats(0.01, 20))
def test_the_tail_is_that_of_a_negative_binomial(count: int, usual: float, dispersion: float) -> None:
    size = 1 / dispersion
    expected = nbinom.sf(count - 1, size, size / (size + usual))
    [tail] = spike.tails(np.array([count]), np.array([usual]), np.array([dispersion]))
    assert tail == pytest.approx(expected, rel=1e-6, abs=1e-250)


def test_without_dispersion_it_is_a_poisson_tail() -> None:
    [tail] = spike.tails(np.array([9]), np.array([2.0]), np.array([0.0]))
    assert tail == pytest.approx(poisson.sf(8, 2.0), rel=1e-4)


@pytest.mark.parametrize(
    ("count", "usual", "tail"),
    [
        pytest.param(0, 3.0, 1.0, id="nothing happened"),
        pytest.param(0, 0.0, 1.0, id="nothing happened where nothing does"),
        pytest.param(1, 0.0, 0.0, id="something happened where nothing can"),
        pytest.param(10**12, 1.0, 0.0, id="a count past all counting"),
    ],
)
def test_tails_at_the_edges(count: int, usual: float, tail: float) -> None:
    assert spike.tails(np.array([count]), np.array([usual]), np.array([0.3])).tolist() == [tail]


@given(st.floats(60, 86_400 * 365 * 900))
def test_rarity_and_its_tail_are_each_others_inverse(seconds: float) -> None:
    every = timedelta(seconds=seconds)
    again = spike.rarity(spike.tail_for(every, WINDOW), WINDOW)
    assert again is not None
    assert again.total_seconds() == pytest.approx(seconds, rel=1e-6)


@pytest.mark.parametrize("tail", [0.0, 5e-324, 1e-300, 1e-30, 1e-19])
def test_what_chance_alone_would_hardly_ever_do_is_past_counting(tail: float) -> None:
    assert spike.rarity(tail, WINDOW) is None


def test_a_certain_thing_happens_three_times_a_window() -> None:
    assert spike.rarity(1.0, WINDOW) == timedelta(minutes=40)


@pytest.mark.parametrize("usual", [0.5, 2.0, 6.0])
def test_the_onset_of_a_simulated_rise_is_found_within_minutes(usual: float) -> None:
    random, errors = np.random.default_rng(7), []
    for _ in range(200):
        minutes = random.poisson(usual / 60, 120)
        minutes[80:] += random.poisson(0.5, 40)
        errors.append(spike.onset(minutes, usual / 60) - 80)
    assert abs(np.median(errors)) <= 5
    assert np.quantile(np.abs(errors), 0.8) <= 25


@pytest.mark.parametrize(
    ("minutes", "usual", "onset"),
    [
        pytest.param([0, 0, 1, 0, 1], 0.0, 2, id="where nothing is usual: the first post"),
        pytest.param([1] + [0] * 99 + [3, 3], 0.1, 100, id="a stray post before does not count"),
        pytest.param([0] * 10 + [5, 5, 5] + [0] * 300, 0.1, 10, id="a rise that is over by now"),
        pytest.param([0, 0, 0], 1.0, 0, id="nothing at all: the beginning"),
    ],
)
def test_the_onset_is_the_first_post_after_the_last_zero(
    minutes: list[int], usual: float, onset: int
) -> None:
    assert spike.onset(np.array(minutes), usual) == onset

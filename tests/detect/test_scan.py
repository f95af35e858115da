"""Tails against scipy's own negative binomial, return periods against simulation, rarities that invert."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from sentinel.detect import scan


def one(count: float, usual: float, dispersion: float) -> float:
    return float(scan.tails(np.array([count]), np.array([usual]), np.array([dispersion]))[0])


@given(st.integers(1, 400), st.floats(0.01, 200), st.floats(0.01, 20))
def test_the_tail_is_that_of_a_negative_binomial(count: int, usual: float, dispersion: float) -> None:
    size = 1 / dispersion
    expected = nbinom.sf(count - 1, size, size / (size + usual))
    assert one(count, usual, dispersion) == pytest.approx(expected, rel=1e-6, abs=1e-250)


def test_without_dispersion_it_is_a_poisson_tail() -> None:
    assert one(9, 2.0, 0.0) == pytest.approx(poisson.sf(8, 2.0), rel=1e-4)


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
    assert one(count, usual, 0.3) == tail


@pytest.mark.parametrize(
    ("usual", "count"),
    [
        pytest.param(0.05, 2, id="a quiet brand"),
        pytest.param(1.0, 6, id="a few posts"),
        pytest.param(20.0, 38, id="a busy brand"),
    ],
)
def test_the_return_period_is_how_often_a_sliding_window_really_gets_there(usual: float, count: int) -> None:
    length, days = 120, 8000
    minutes = np.random.default_rng(1).poisson(usual / length, days * scan.A_DAY)
    total = np.concatenate([[0], np.cumsum(minutes)])
    high = np.flatnonzero(total[length:] - total[:-length] >= count)
    visits = 1 + int((np.diff(high) > length).sum()) if len(high) else 0
    score = scan.scores(np.array([float(count)]), np.array([usual]), np.array([1e-9]), length)[0]
    assert visits > 20
    assert days / visits == pytest.approx(10**score, rel=0.45)


def test_nothing_has_no_return_period() -> None:
    assert scan.scores(np.array([0.0]), np.array([3.0]), np.array([0.3]), 120)[0] == -1


@given(st.floats(60, 86_400 * 365 * 900))
def test_a_rarity_and_what_it_asks_for_are_each_others_inverse(seconds: float) -> None:
    again = scan.rarity(scan.asked(timedelta(seconds=seconds)))
    assert again is not None
    assert again.total_seconds() == pytest.approx(seconds, rel=1e-6)


@pytest.mark.parametrize("score", [7.0, 40.0, 299.0, 1e9, float("inf")])
def test_what_chance_alone_would_hardly_ever_do_is_past_counting(score: float) -> None:
    assert scan.rarity(score) is None


def test_the_rarer_the_more_is_asked_for_than_the_days_alone() -> None:
    week, month, year = (scan.asked(timedelta(days=days)) for days in (7, 30.4, 365))
    assert week == pytest.approx(np.log10(7))
    assert month - np.log10(30.4) > week - np.log10(7)
    assert year - np.log10(365) > month - np.log10(30.4)


@pytest.mark.parametrize(
    ("longest", "lengths"),
    [
        pytest.param(10, (10,), id="shorter than the ladder"),
        pytest.param(45, (45,), id="its first rung"),
        pytest.param(120, (45, 120), id="two hours"),
        pytest.param(1440, (45, 120, 360, 1440), id="a day"),
    ],
)
def test_the_longest_window_is_always_one_of_them(longest: int, lengths: tuple[int, ...]) -> None:
    assert scan.windows(longest) == lengths

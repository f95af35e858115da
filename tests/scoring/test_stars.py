"""Stars and words together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scoring.stars import usable, with_stars

STARS = st.floats(1, 5)
CHANCE = st.none() | st.floats(0, 1)


@pytest.mark.parametrize(
    ("stars", "negative"), [(1, 0.95), (2, 0.88), (2.5, 0.73), (3, 0.5), (4, 0.12), (5, 0.05)]
)
def test_stars_alone_have_their_probability(stars: float, negative: float) -> None:
    assert with_stars(stars, None) == pytest.approx(negative, abs=0.005)


@given(CHANCE)
def test_no_words_overturn_one_two_four_or_five_stars(words: float | None) -> None:
    assert min(with_stars(1, words), with_stars(2, words)) > 0.7
    assert max(with_stars(4, words), with_stars(5, words)) < 0.3


@given(STARS, STARS, CHANCE)
def test_more_stars_are_never_more_negative(one: float, other: float, words: float | None) -> None:
    assert with_stars(max(one, other), words) <= with_stars(min(one, other), words) + 1e-12


@given(STARS, st.floats(0, 1), st.floats(0, 1))
def test_worse_words_are_never_less_negative(stars: float, one: float, other: float) -> None:
    assert with_stars(stars, min(one, other)) <= with_stars(stars, max(one, other)) + 1e-12


@pytest.mark.parametrize(
    ("given_", "used"),
    [(None, None), (float("nan"), None), (float("inf"), None), (0, 1), (-3, 1), (7, 5), (3.5, 3.5)],
)
def test_stars_out_of_range_are_taken_to_its_end(given_: float | None, used: float | None) -> None:
    assert usable(given_) == used

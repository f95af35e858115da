"""The judgment of plain counts, strictly online: what is told, what is not, and of what nobody saw."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect import scan
from sentinel.detect.series import LONGEST_WINDOW, Judged, judge, judge_looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.detect.scan import Floats

MONTH = timedelta(days=30.4)
A_DAY = 48
STORM = (15.0, 20.0, 25.0, 18.0)
BIG = (30.0, 60.0, 50.0, 40.0)


def judged(
    counts: Sequence[float] | Floats, step: int = 30, longest: timedelta = timedelta(hours=2)
) -> Judged:
    return judge(np.array(counts, np.float64), step, MONTH, longest)


def calm(days: int, mean: float = 2.0, step: int = 30, seed: int = 8) -> Floats:
    return np.random.default_rng(seed).poisson(mean, days * 1440 // step).astype(np.float64)


def holed(counts: Floats, start: int, length: int) -> Floats:
    out = counts.copy()
    out[start : start + length] = np.nan
    return out


def alerts(answer: Judged) -> list[int]:
    return [int(row) for row in np.flatnonzero(answer.alert)]


def same(one: Judged, other: Judged, rows: int) -> bool:
    pairs = ((one.usual, other.usual), (one.score, other.score), (one.alert, other.alert))
    return all(np.array_equal(left[:rows], right[:rows]) for left, right in pairs)


def test_a_rise_is_told_once_where_it_starts_and_again_when_it_returns() -> None:
    found = alerts(judged([*calm(21), *STORM, *calm(2), 30, 30]))
    first, again = 21 * A_DAY, 23 * A_DAY + len(STORM)
    assert len(found) == 2
    assert first <= found[0] <= first + 1
    assert again <= found[1] <= again + 1


def test_an_ordinary_month_is_quiet() -> None:
    assert len(alerts(judged(calm(35)))) <= 1


@settings(max_examples=25, deadline=None)
@given(
    step=st.sampled_from([7, 20, 60, 97, 180, 1000, 1440]),
    cut=st.floats(0, 1),
    seed=st.integers(0, 99),
    hole=st.floats(0, 0.9),
)
def test_it_never_looks_ahead(step: int, cut: float, seed: int, hole: float) -> None:
    dice = np.random.default_rng(seed)
    counts = dice.negative_binomial(2, 0.3, max(6 * 1440 // step, 40)).astype(np.float64)
    counts[dice.random(len(counts)) < hole] = np.nan
    rows = int(cut * len(counts))
    assert same(judged(counts[:rows], step), judged(counts, step), rows)


@pytest.mark.parametrize("days", [71, 90, 118])
def test_it_never_looks_ahead_over_months(days: int) -> None:
    counts = holed(calm(120, step=60), 95 * 24 + 7, 30)
    assert same(judged(counts[: days * 24 + 5], 60), judged(counts, 60), days * 24 + 5)


def test_usual_is_near_the_mean_of_a_window() -> None:
    assert judged(calm(28, 5.0)).usual[-1] == pytest.approx(20, rel=0.25)


@pytest.mark.parametrize("step", [1, 5, 45, 60, 180, 1000, 1440])
def test_steps_of_every_length_are_judged(step: int) -> None:
    answer = judged([7.0] * max(300, 4000 // step) + [70, 700], step)
    assert np.isfinite([answer.usual, answer.score]).all()
    assert answer.alert[-2:].any()


@pytest.mark.parametrize("step", [0, -5, 1441])
def test_a_step_that_cannot_be_judged_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match=str(step)):
        judged([1.0], step)


@pytest.mark.parametrize("count", [0, 0.4, 10**9, 10**30])
def test_numbers_of_every_size_are_judged(count: float) -> None:
    answer = judged([count] * 200)
    assert np.isfinite([answer.usual, answer.score]).all()
    assert not answer.alert.any()


def test_a_step_does_not_raise_what_is_usual_in_it() -> None:
    days = calm(30, 50.0, 1440)
    usual = [judged([*days, last], 1440, timedelta(days=1)).usual[-1] for last in (50, 5000)]
    assert usual[0] == usual[1]


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_series_of_hardly_a_row_is_answered(rows: int) -> None:
    answer = judged([5000.0] * rows)
    assert (len(answer.usual), alerts(answer)) == (rows, [])


def test_nothing_is_unusual_before_anything_is_known() -> None:
    assert not alerts(judged([1000.0] * 24 * 60, 1))


def test_a_window_longer_than_what_was_there_says_nothing() -> None:
    short, long = (judged(calm(27, step=1440), 1440, longest) for longest in (timedelta(1), LONGEST_WINDOW))
    assert short.score == pytest.approx(long.score)
    with pytest.raises(ValueError, match="days=29"):
        judged([1.0], 1440, timedelta(days=29))


def test_one_post_a_year_is_no_spike() -> None:
    counts = np.zeros(3 * 365 * 4)
    counts[:: 365 * 4] = 1
    assert not alerts(judged(counts, 360))


@pytest.mark.parametrize("least", [1, 6, 7])
def test_fewer_than_asked_for_are_no_spike(least: int) -> None:
    counts = np.array([*np.zeros(30 * A_DAY), 6, *np.zeros(8)])
    assert len(alerts(judge(counts, 30, MONTH, timedelta(hours=2), least))) == (least <= 6)


def test_a_level_that_rises_for_good_is_told_a_few_times_and_is_then_what_is_usual() -> None:
    found = alerts(judged([*calm(35, 5.0), *calm(28, 15.0, seed=9)], longest=timedelta(hours=6)))
    since = [row // A_DAY - 35 for row in found if row >= 35 * A_DAY]
    assert 1 <= len(since) <= 6
    assert min(since) == 0
    assert max(since) < 14


def test_a_storm_does_not_make_deaf() -> None:
    found = alerts(judged([*calm(35), *BIG, *calm(21, seed=9), *BIG]))
    second = 56 * A_DAY + len(BIG)
    assert any(second <= row <= second + 1 for row in found)


# ── what nobody saw ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("length", [1, 7, A_DAY, 20 * A_DAY])
def test_a_gap_raises_nothing_at_its_ends_and_leaves_what_is_usual(length: int) -> None:
    counts, start = calm(50, 5.0), 28 * A_DAY + 5
    whole, answer = judged(counts), judged(holed(counts, start, length))
    assert not alerts(answer)
    assert (answer.score[start : start + length] == scan.NEVER).all()
    after = start + length + 4
    assert answer.usual[after : after + A_DAY].mean() == pytest.approx(
        whole.usual[after : after + A_DAY].mean(), rel=0.1
    )


def test_zeros_lower_what_is_usual_and_a_gap_does_not() -> None:
    counts, start = calm(40, 5.0), 30 * A_DAY
    silent, unseen = counts.copy(), holed(counts, start, 5 * A_DAY)
    silent[start : start + 5 * A_DAY] = 0
    after = slice(start + 5 * A_DAY + 4, start + 6 * A_DAY)
    assert judged(silent).usual[after].mean() < 0.5 * judged(unseen).usual[after].mean()


def test_a_storm_that_a_gap_cuts_is_told_once_if_it_goes_on() -> None:
    counts = np.array([*calm(28), *STORM, *[40.0] * 20, *STORM, *calm(2, seed=9)])
    start = 28 * A_DAY
    assert alerts(judged(holed(counts, start + 4, 20))) == alerts(judged(counts)) == [start]
    assert judged(holed(counts, start, 2)).alert[start : start + 4].tolist() == [0, 0, 1, 0]


def test_a_day_unseen_ends_an_alert() -> None:
    counts = np.array([*calm(28), *STORM, *calm(3), *BIG])
    found = alerts(judged(holed(counts, 28 * A_DAY + 4, 3 * A_DAY)))
    assert len(found) == 2


# ── rows as they come ──────────────────────────────────────────────────────────────────────────────────────


def looked(places: Sequence[int], counts: Sequence[float] | Floats) -> Judged:
    return judge_looks(np.array(places), np.array(counts, np.float64), 30, MONTH, timedelta(hours=2))


def test_steps_without_a_row_are_steps_that_nobody_saw() -> None:
    counts = holed(calm(20), 300, 200)
    places = np.flatnonzero(~np.isnan(counts))
    rows, steps = looked(places.tolist(), counts[places]), judged(counts)
    assert rows.score == pytest.approx(steps.score[places])
    assert rows.usual == pytest.approx(steps.usual[places])


def test_a_newer_look_takes_the_place_of_the_older() -> None:
    counts = [*calm(28), 500, 2, 3]
    newest = len(counts) - 3
    places = [*range(newest + 1), newest, newest + 1]
    answer = looked(places, counts)
    assert alerts(answer) == [newest]
    assert answer.score[newest + 1 :] == pytest.approx(judged([*counts[:newest], 2, 3]).score[newest:])
    unread = looked(places, [*counts[: newest + 1], np.nan, 3])
    assert unread.score[-1] > answer.score[-1]


def test_a_late_row_counts_for_those_after_it_alone() -> None:
    counts = calm(28)
    places = list(range(len(counts)))
    early, late = places[: -A_DAY - 1] + places[-A_DAY:], places[-A_DAY - 1]
    rows = [*early[:-1], late, early[-1]]
    answer = looked(rows, counts[rows])
    assert (answer.usual[-2], answer.score[-2], answer.alert[-2]) == (0, scan.NEVER, 0)
    assert same(answer, looked(early, counts[early]), len(early) - 1)
    assert answer.score[-1] == pytest.approx(judged(counts).score[-1])


def test_rows_from_before_the_first_step_are_left_out() -> None:
    counts = calm(20)
    answer = looked([0, -3, *range(1, len(counts))], [counts[0], 9999, *counts[1:]])
    assert answer.score[1] == scan.NEVER
    assert np.array_equal(np.delete(answer.score, 1), judged(counts).score)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), swaps=st.integers(0, 30), cut=st.floats(0, 1))
def test_rows_in_any_order_are_answered_from_those_before_them(seed: int, swaps: int, cut: float) -> None:
    dice = np.random.default_rng(seed)
    places = np.arange(4 * A_DAY)
    for row in dice.integers(0, len(places) - 1, swaps):
        places[row] = places[dice.integers(max(row - A_DAY, 0), row + 1)]
    counts = dice.poisson(3, len(places)).astype(np.float64)
    rows = int(cut * len(places))
    assert same(looked(places[:rows].tolist(), counts[:rows]), looked(places.tolist(), counts), rows)


def test_the_answer_after_any_disorder_is_that_of_the_same_steps_in_order() -> None:
    dice = np.random.default_rng(3)
    counts = calm(20)
    places = np.argsort(np.arange(len(counts)) + dice.uniform(0, 30, len(counts)))
    places = np.append(np.delete(places, np.flatnonzero(places == len(counts) - 1)), len(counts) - 1)
    assert looked(places.tolist(), counts[places]).score[-1] == judged(counts).score[-1]

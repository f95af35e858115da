"""`sentinel detect`: the judgment of plain counts, strictly online."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from sentinel.detect.series import Judged, SeriesDetector

MONTH = timedelta(days=30.4)
START = 29_000_000


def judged(counts: list[int], step: int = 30, window: timedelta = timedelta(hours=2)) -> list[Judged]:
    detector = SeriesDetector(step, MONTH, window)
    return [detector.judge(START + k * step, count) for k, count in enumerate(counts)]


def calm(days: int, mean: float = 2.0) -> list[int]:
    return [int(n) for n in np.random.default_rng(8).poisson(mean, days * 48)]


def test_a_rise_is_told_once_where_it_starts_and_again_when_it_returns() -> None:
    counts = [*calm(21), 15, 20, 25, 18, *calm(2), 30, 30]
    alerts = [k for k, one in enumerate(judged(counts)) if one.alert]
    first, again = 21 * 48, 21 * 48 + 4 + 2 * 48
    assert len(alerts) == 2
    assert first <= alerts[0] <= first + 1
    assert again <= alerts[1] <= again + 1


def test_an_ordinary_month_is_quiet() -> None:
    assert sum(one.alert for one in judged(calm(35))) <= 1


def test_it_never_looks_ahead() -> None:
    counts = [*calm(9), 15, 20, 25]
    assert judged(counts)[: 9 * 48] == judged(counts[: 9 * 48])


def test_usual_is_near_the_mean_of_a_window() -> None:
    assert judged(calm(28, 5.0))[-1].usual == pytest.approx(20, rel=0.25)


@pytest.mark.parametrize("step", [1, 5, 60, 1440, 10_080])
def test_steps_of_every_length_are_judged(step: int) -> None:
    answers = judged([7] * max(300, 2000 // step) + [70, 700], step)
    assert all(np.isfinite([one.usual, one.score]).all() for one in answers)
    assert any(one.alert for one in answers[-2:])


@pytest.mark.parametrize("count", [0, 10**9, 10**30])
def test_numbers_of_every_size_are_judged(count: int) -> None:
    assert all(np.isfinite([one.usual, one.score]).all() for one in judged([count] * 200))


def test_nothing_is_unusual_before_anything_is_known() -> None:
    assert not any(one.alert for one in judged([1000] * 24 * 60, 1))


def test_a_window_longer_than_the_history_it_keeps_is_judged() -> None:
    assert len(judged([1] * 100, 1440, timedelta(weeks=8))) == 100

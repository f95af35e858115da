"""The rings hold what a plain dict of counts would, whatever the order in which counts arrive."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.panel import HOURS_A_WEEK, Panel
from tests.stand.storms import series

START = 29_000_047
RING = 150
A, B = series("a"), series("b")

moves = st.tuples(st.just("move"), st.integers(0, 400))
adds = st.tuples(st.just("add"), st.sampled_from([A, B]), st.integers(-500, 30), st.integers(-3, 9))


@given(st.lists(moves | adds, max_size=40))
def test_it_counts_like_a_dict_under_any_order_of_adds_and_moves(steps: list[tuple[object, ...]]) -> None:
    panel, counts = Panel(START, RING, 1), Counter[tuple[object, int]]()
    for step in steps:
        if step[0] == "move":
            panel.move_to(panel.head + int(str(step[1])))
            continue
        key, minute, change = step[1], panel.head + int(str(step[2])), int(str(step[3]))
        panel.add([(key, minute, change)])  # type: ignore[list-item]
        counts[key, minute] += change
    end = panel.head
    for key, row in panel.rows.items():
        expected = [max(counts[key, minute], 0) for minute in range(end - RING, end)]
        assert panel.minutes(row, end - RING, end).tolist() == expected
        net = sum(counts[key, minute] for minute in range(end - 60, end))
        assert panel.window(end, 60)[row] == max(net, 0)
        hour = panel.first_hour + panel.hours_kept - 1
        in_hour = sum(
            n for (k, minute), n in counts.items() if k == key and minute // 60 == hour and minute < end
        )
        assert panel.hours(hour, hour + 1)[row, 0] == max(in_hour, 0)


@given(st.permutations([(A, START - 5, 3), (A, START - 5, -2), (A, START - 61, 1), (B, START - 5, 1)]))
def test_the_order_of_deltas_does_not_matter(deltas: list[tuple[object, int, int]]) -> None:
    panel = Panel(START, RING, 1)
    panel.add(deltas)  # type: ignore[arg-type]
    assert {key: int(panel.window(START, 90)[row]) for key, row in panel.rows.items()} == {A: 2, B: 1}


def test_a_post_from_the_far_future_does_not_push_the_present_out() -> None:
    panel = Panel(START, RING, 4)
    panel.add([(A, START - 1, 7), (A, START + 60 * 24 * 365 * 70, 1)])
    assert panel.head == START
    assert panel.window(START, 60).tolist() == [7]


def test_a_minute_ahead_counts_when_its_time_has_come() -> None:
    panel = Panel(START, RING, 4)
    panel.add([(A, START + 2, 1)])
    panel.move_to(START + 2)
    assert panel.window(START + 2, 60).tolist() == []
    panel.move_to(START + 3)
    assert panel.window(START + 3, 60).tolist() == [1]


def test_a_gap_longer_than_the_ring_forgets_every_minute_and_keeps_the_hours() -> None:
    panel = Panel(START, RING, 4)
    panel.add([(A, START - 1, 7)])
    panel.move_to(START + 3 * RING)
    assert panel.minutes(0, panel.head - RING, panel.head).sum() == 0
    assert panel.hours((START - 1) // 60, (START - 1) // 60 + 1).tolist() == [[7]]


def test_a_gap_longer_than_all_weeks_forgets_everything() -> None:
    panel = Panel(START, RING, 1)
    panel.add([(A, START - 1, 7)])
    panel.move_to(START + 2 * HOURS_A_WEEK * 60)
    assert panel.hours(panel.first_hour, panel.first_hour + panel.hours_kept).sum() == 0


def test_what_is_older_than_its_reach_makes_no_series() -> None:
    panel = Panel(START, RING, 1)
    panel.add([(A, (panel.first_hour - 1) * 60, 1)])
    assert len(panel) == 0


def test_an_hour_is_summed_over_its_own_sixty_minutes() -> None:
    start = 29_000_040  # a whole hour: 483334 × 60
    panel = Panel(start, RING, 1)
    panel.add([(A, start - 1, 1), (A, start - 60, 2), (A, start - 61, 4)])
    assert panel.hours(start // 60 - 2, start // 60).tolist() == [[4, 3]]


def test_it_grows_with_the_number_of_series_and_keeps_their_counts() -> None:
    panel = Panel(START, RING, 1)
    panel.add((series(f"s{k}"), START - 1, k) for k in range(1, 100))
    assert panel.window(START, 1).tolist() == list(range(1, 100))


def test_time_never_goes_back() -> None:
    panel = Panel(START, RING, 1)
    panel.move_to(START - 10)
    assert panel.head == START


def test_minutes_and_hours_out_of_reach_are_zero() -> None:
    panel = Panel(START, RING, 1)
    panel.row(A)
    assert not np.any(panel.minutes(0, START - 3 * RING, START + 10))
    assert panel.hours(panel.first_hour - 5, panel.first_hour + 2).shape == (1, 7)

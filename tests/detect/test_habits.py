"""Habits of a panel: learned once a day, each series at an hour of its own, and anew when the past has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect import habit
from sentinel.detect.coverage import Seen
from sentinel.detect.habits import Habits, weights
from sentinel.detect.panel import Panel
from tests.stand.storms import series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.model.mention import SeriesKey

HOUR = 500_000
KEYS = [series(name) for name in "abcdef"]
ALL = Seen((((HOUR - 2000) * 3600.0, (HOUR + 400) * 3600.0),))
EVERY = np.arange(len(KEYS))


def panel(deltas: Sequence[tuple[SeriesKey, int, int]] = ()) -> Panel:
    one = Panel((HOUR + 48) * 60, 1560, 4)
    for key in KEYS:
        one.row(key)
    one.add(deltas)
    return one


def habits(of: Panel) -> Habits:
    return Habits(of, 4, (45, 120))


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many series were learned, call by call."""
    rows: list[int] = []
    learn = habit.learn

    def spy(hourly: Any, *rest: Any) -> habit.Habit:
        rows.append(len(hourly))
        return learn(hourly, *rest)

    monkeypatch.setattr(habit, "learn", spy)
    return rows


def test_each_series_is_learned_once_a_day_and_not_all_at_once(learned: list[int]) -> None:
    one = habits(panel())
    one.of(EVERY, HOUR, ALL)
    first = sum(learned)
    by_hour = []
    for hour in range(HOUR + 1, HOUR + 25):
        before = sum(learned)
        one.of(EVERY, hour, ALL)
        by_hour.append(sum(learned) - before)
    assert first == len(KEYS)
    assert sum(by_hour) == len(KEYS)
    assert max(by_hour) < len(KEYS)


def test_only_what_is_asked_for_is_learned(learned: list[int]) -> None:
    habits(panel()).of(np.array([2, 4]), HOUR, ALL)
    assert sum(learned) == 2


def test_while_little_was_seen_it_is_learned_every_hour(learned: list[int]) -> None:
    one, young = habits(panel()), Seen((((HOUR - 10) * 3600.0, (HOUR + 400) * 3600.0),))
    for hour in range(HOUR, HOUR + 5):
        one.of(np.array([0]), hour, young)
    assert learned == [1] * 5


def test_a_late_post_before_the_turn_has_it_learned_again_and_one_after_it_has_not(
    learned: list[int],
) -> None:
    of = panel()
    one = habits(of)
    until = int(one.of(np.array([0]), HOUR, ALL).table["until"][0])
    one.forget([(KEYS[0], until * 60)])
    one.of(np.array([0]), HOUR, ALL)
    assert learned == [1]
    one.forget([(KEYS[0], until * 60 - 1)])
    one.of(np.array([0]), HOUR, ALL)
    assert learned == [1, 1]


def test_what_was_seen_of_the_past_having_moved_it_is_learned_again(learned: list[int]) -> None:
    one = habits(panel())
    one.of(np.array([0]), HOUR, ALL)
    longer = Seen(((ALL.spans[0][0], ALL.spans[0][1] + 3600),))
    one.of(np.array([0]), HOUR, longer)
    assert learned == [1]
    gap = Seen(((ALL.spans[0][0], (HOUR - 100) * 3600.0), ((HOUR - 90) * 3600.0, ALL.spans[0][1])))
    one.of(np.array([0]), HOUR, gap)
    assert learned == [1, 1]


def test_some_series_alone_take_along_what_was_learned(learned: list[int]) -> None:
    of = panel([(KEYS[3], (HOUR - 30) * 60, 7)])
    one = habits(of)
    known = one.of(EVERY, HOUR, ALL)
    alone = one.alone(of.only([KEYS[3], KEYS[1]]))
    before = len(learned)
    assert alone.of(np.array([0, 1]), HOUR, ALL).table.tobytes() == known.table[[3, 1]].tobytes()
    assert len(learned) == before


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_order_counts_came_in_it_is_what_a_restart_would_learn(data: st.DataObject) -> None:
    cell = st.tuples(
        st.sampled_from(KEYS), st.integers((HOUR - 700) * 60, (HOUR + 24) * 60), st.integers(1, 9)
    )
    deltas = data.draw(st.lists(cell, min_size=1, max_size=30))
    of = panel()
    lived = habits(of)
    for delta in deltas:
        of.add([delta])
        lived.forget([delta[:2]])
        lived.of(EVERY, HOUR + data.draw(st.integers(0, 24)), ALL)
    restarted = habits(panel(data.draw(st.permutations(deltas))))
    hour = HOUR + 24
    assert lived.of(EVERY, hour, ALL).table.tobytes() == restarted.of(EVERY, hour, ALL).table.tobytes()


def test_a_window_is_weighed_by_its_share_of_each_hour_and_by_what_was_seen() -> None:
    hours = np.arange(10, 13)
    assert weights(hours, 12 * 60 + 15, 120, None).tolist() == [0.75, 1.0, 0.25]
    half = Seen(((0.0, 11.5 * 3600),))
    assert weights(hours, 12 * 60 + 15, 120, half).tolist() == [0.75, 0.5, 0.0]

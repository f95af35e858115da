"""A rule's eyes: readings of what is there, beside what is usual, whatever was added when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sentinel.detect import habit
from sentinel.detect.counting import Counting
from sentinel.detect.coverage import Seen, epoch_minute
from sentinel.detect.lookout import Lookout
from sentinel.model.mention import Tally
from tests.stand.storms import HOUR, MINUTE, NOON, rule, series

if TYPE_CHECKING:
    from sentinel.detect.scan import Floats
    from sentinel.model.mention import SeriesKey
    from sentinel.model.reading import Reading

A, B, C = series("a"), series("b"), series("c")
NOW = epoch_minute(NOON)
SEEN = Seen((((NOON - timedelta(weeks=6)).timestamp(), (NOON + timedelta(days=9)).timestamp()),))


def tally(key: SeriesKey, minute: int, negatives: int) -> Tally:
    return Tally(key, "x", minute, negatives, negatives)


def lookout(**spike: str) -> Lookout:
    return Lookout(Counting(rule(spike=spike), {}), NOON)


def read(one: Lookout, at: int = 0, always: frozenset[SeriesKey] = frozenset()) -> dict[SeriesKey, Reading]:
    found = one.readings(NOON + at * MINUTE, SEEN, always)
    return {reading.series: reading for reading in found}


def test_only_series_with_enough_negatives_are_read() -> None:
    one = lookout()
    one.add([tally(A, NOW - 1, 6), tally(B, NOW - 1, 5), tally(C, NOW - 121, 50)])
    assert read(one).keys() == {A}
    assert read(one)[A].negatives == 6


def test_a_live_incident_on_a_series_the_panel_never_saw_is_read() -> None:
    assert read(lookout(), always=frozenset({A}))[A].negatives == 0


def test_a_series_added_within_the_hour_is_judged_like_the_others() -> None:
    early, late = lookout(), lookout()
    early.add([tally(A, NOW - 3, 9), tally(B, NOW - 3, 9)])
    late.add([tally(A, NOW - 3, 9)])
    assert read(late).keys() == {A}
    late.add([tally(B, NOW - 3, 9)])
    assert read(late)[B] == read(early)[B]
    assert read(late)[A] == read(early)[A]


def test_what_was_learned_is_not_learned_again_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    one, learned = lookout(), []
    learn = habit.learn

    def spy(hourly: Floats, *rest: Any) -> habit.Habit:
        learned.append(len(hourly))
        return learn(hourly, *rest)

    monkeypatch.setattr(habit, "learn", spy)
    one.add([tally(series(f"s{k}"), NOW - 1, 6) for k in range(20)])
    read(one)
    read(one, 1)
    assert sum(learned) == 20
    one.add([tally(A, NOW, 6)])
    read(one, 2)
    assert sum(learned) == 21
    one.add([tally(series("s3"), NOW - 5000, 1)])
    read(one, 3)
    assert sum(learned) == 22


def test_the_sharpest_window_is_told_where_it_is_not_the_whole() -> None:
    one = lookout()
    one.add([tally(A, NOW - 100, 1), tally(A, NOW - 5, 9)])
    burst = read(one)[A].sharpest
    assert burst is not None
    assert (burst.window, burst.negatives) == (45 * MINUTE, 9)


def test_what_is_usual_shrinks_with_what_was_seen() -> None:
    one = lookout()
    one.add([tally(A, NOW - 1, 9)])
    whole = read(one)[A]
    half = Seen(((SEEN.spans[0][0], NOON.timestamp() - 3600),))
    [partly] = one.readings(NOON, half, frozenset())
    assert partly.covered == pytest.approx(0.5)
    assert partly.usual == pytest.approx(whole.usual / 2)


def test_history_is_how_much_was_seen_before() -> None:
    one = lookout()
    one.add([tally(A, NOW - 1, 9)])
    [reading] = one.readings(NOON, Seen((((NOON - 5 * HOUR).timestamp(), NOON.timestamp()),)), frozenset())
    assert reading.history == 3 * HOUR  # the window itself is no history


def test_minutes_that_were_missed_are_judged_as_they_would_have_been() -> None:
    live, later = lookout(), lookout()
    storm = [tally(A, NOW + k, 1) for k in range(30)]
    now = []
    for k in range(60):
        live.add([delta for delta in storm if delta.minute == NOW + k])
        now.append(read(live, k + 1).get(A))
    later.add(storm)
    assert [read(later, k + 1).get(A) for k in range(60)] == now


@pytest.mark.parametrize("window", ["10 minutes", "90 minutes", "1 day", "1 week"])
def test_windows_of_every_length_are_read(window: str) -> None:
    one = lookout(window=window)
    one.add([tally(A, NOW - 1 - k, 1) for k in range(9)])
    reading = read(one)[A]
    assert reading.negatives == 9
    assert reading.onset == NOON - 9 * MINUTE
    assert 0 < reading.tail < 1e-3


def test_a_past_that_came_late_is_what_is_usual_at_once() -> None:
    early, late = lookout(), lookout()
    past = [tally(A, NOW - 60 * 24 * day - 7, 3) for day in range(1, 9)]
    early.add([*past, tally(A, NOW - 3, 9), tally(B, NOW - 3, 9)])
    late.add([tally(A, NOW - 3, 9), tally(B, NOW - 3, 9)])
    read(late)
    before = read(late)[A].usual
    late.add(past)
    assert read(late)[A].usual == pytest.approx(read(early)[A].usual)
    assert read(late)[A].tail == pytest.approx(read(early)[A].tail)
    assert read(late)[A].usual > before


def test_eyes_on_some_series_see_of_them_what_all_eyes_see() -> None:
    one = lookout()
    one.add([tally(A, NOW - 3, 9), tally(B, NOW - 3, 9), tally(A, NOW - 60 * 24 * 7, 5)])
    alone, all_eyes = read(one.only({A})), read(one)
    assert alone.keys() == {A}
    assert alone[A].negatives == all_eyes[A].negatives
    assert alone[A].usual == pytest.approx(all_eyes[A].usual)

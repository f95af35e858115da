"""What was seen, against counting it second by second."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.coverage import epoch_minute, hourly, minute_time, share, union
from sentinel.model.post import Span

FIRST = 480_000
"""An hour since 1970."""


def at(minute: int) -> datetime:
    return minute_time(FIRST * 60 + minute)


spans = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 200)).map(lambda p: Span(at(p[0]), at(p[0] + p[1]))),
    max_size=8,
)


def seen_minutes(found: list[Span]) -> set[int]:
    return {m for one in found for m in range(epoch_minute(one.start), epoch_minute(one.end))}


@given(spans, st.integers(0, 500), st.integers(1, 300))
def test_the_share_is_that_of_the_minutes_seen(found: list[Span], start: int, length: int) -> None:
    begin = FIRST * 60 + start
    expected = len(seen_minutes(found) & set(range(begin, begin + length))) / length
    assert share(union(found), begin * 60.0, (begin + length) * 60.0) == pytest.approx(expected)


@given(spans)
def test_each_hour_has_the_share_of_its_minutes(found: list[Span]) -> None:
    seen = seen_minutes(found)
    expected = [
        len(seen & set(range(hour * 60, hour * 60 + 60))) / 60 for hour in range(FIRST + 1, FIRST + 9)
    ]
    assert hourly(union(found), FIRST + 1, FIRST + 9).tolist() == pytest.approx(expected)


@given(spans)
def test_the_union_is_in_order_and_has_no_overlap(found: list[Span]) -> None:
    merged = union(found)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(merged))


def test_an_empty_stretch_was_not_seen() -> None:
    assert share([(0.0, 100.0)], 50.0, 50.0) == 0.0
    assert hourly([(0.0, 7200.0)], 5, 5).tolist() == []


def test_minutes_begin_where_they_are_said_to() -> None:
    moment = datetime(2026, 3, 4, 12, 0, 59, 999_999, tzinfo=UTC)
    assert minute_time(epoch_minute(moment)) == moment.replace(second=0, microsecond=0)

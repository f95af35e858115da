"""What was seen, against counting it second by second."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.coverage import Seen, epoch_minute, hourly, minute_time, share, union, without
from sentinel.model.post import Span

if TYPE_CHECKING:
    from sentinel.detect.coverage import Spans

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


# ── several sources ─────────────────────────────────────────────────────────────────────────────────────────


def spans_of(*pairs: tuple[float, float]) -> Spans:
    return tuple((FIRST * 3600 + a * 60, FIRST * 3600 + b * 60) for a, b in pairs)


def second(minute: float) -> float:
    return FIRST * 3600 + minute * 60


def test_each_source_counts_as_much_as_it_weighs() -> None:
    seen = Seen((), ((0.75, spans_of((0, 120))), (0.25, spans_of((0, 60)))))
    assert seen.share(second(0), second(120)) == pytest.approx(0.875)
    assert seen.hourly(FIRST, FIRST + 3).tolist() == pytest.approx([1.0, 0.75, 0.0])


@pytest.mark.parametrize(
    ("before", "after", "since"),
    [
        pytest.param(((0, 60),), ((0, 60),), None, id="nothing more"),
        pytest.param(((0, 60),), ((0, 75),), 60, id="the end moved on"),
        pytest.param(((0, 60), (90, 99)), ((0, 99),), 60, id="a gap was closed"),
        pytest.param(((0, 60),), ((0, 60), (90, 99)), 90, id="another stretch"),
        pytest.param(((0, 60),), ((-30, 60),), None, id="longer ago than is asked"),
        pytest.param(((20, 60),), ((10, 60),), 10, id="an earlier beginning"),
        pytest.param((), ((10, 60),), 10, id="seen for the first time"),
    ],
)
def test_since_when_more_is_seen(
    before: tuple[tuple[float, float], ...], after: tuple[tuple[float, float], ...], since: float | None
) -> None:
    old, new = Seen(spans_of(*before)), Seen(spans_of(*after))
    found = new.since(old, second(0))
    assert found == (None if since is None else second(since))
    assert old.since(new, second(0)) == found
    both, all_but_one = (
        Seen((), ((0.5, old.spans), (0.5, old.spans))),
        Seen((), ((0.4, old.spans), (0.6, new.spans))),
    )
    assert all_but_one.since(both, second(0)) == found


def test_with_other_sources_all_that_is_asked_for_has_changed() -> None:
    one, two = Seen(spans_of((0, 60))), Seen((), ((0.5, spans_of((0, 60))), (0.5, ())))
    assert two.since(one, second(0)) == second(0)


def test_without_cuts_a_stretch_out() -> None:
    assert without(((0, 10), (20, 30)), 5, 25) == ((0, 5), (25, 30))
    assert without(((0, 10),), 10, 25) == ((0, 10),)
    assert without(((0, 10),), 0, 10) == ()

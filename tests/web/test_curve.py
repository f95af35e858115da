"""The curve: counts turned into places."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sentinel.model.post import SourceName, Span
from sentinel.web.curve import HEIGHT, WIDTH, curve_of

if TYPE_CHECKING:
    from sentinel.web.curve import Curve
    from tests.web.conftest import FakeView

WINDOW = timedelta(hours=2)


def drawn(view: FakeView) -> Curve:
    found = curve_of(view.store, view.shelf.every[1], WINDOW, view.now())
    assert found is not None
    return found


def test_every_complaint_of_the_span_is_in_one_bar(view: FakeView) -> None:
    curve = drawn(view)
    assert curve.total == sum(tally.negatives for tally in view.shelf.counts)
    assert curve.most.negatives == 11
    assert curve.step == timedelta(minutes=10)


def test_bars_stand_side_by_side_within_the_drawing(view: FakeView) -> None:
    curve = drawn(view)
    for bar, following in zip(curve.bars, curve.bars[1:], strict=False):
        assert bar.left + bar.width == pytest.approx(following.left)
    assert curve.bars[-1].left + curve.bars[-1].width == pytest.approx(WIDTH)
    assert all(bar.top >= 0 and bar.top + bar.height == pytest.approx(HEIGHT) for bar in curve.bars)


def test_another_groups_complaints_are_left_out(view: FakeView) -> None:
    series = replace(view.shelf.counts[0].series, group=(("brand", "Another"),))
    before = drawn(view).total
    view.shelf.counts += [replace(tally, series=series) for tally in view.shelf.counts]
    assert drawn(view).total == before


def test_what_is_usual_is_cut_down_from_the_rules_window_to_a_bar(view: FakeView) -> None:
    assert drawn(view).usually == pytest.approx(4.2 / 12)


@pytest.mark.parametrize("hours", [0.1, 1, 7, 30, 24 * 20])
def test_a_storm_of_any_length_fits_the_drawing(view: FakeView, hours: float) -> None:
    storm = view.shelf.every[1]
    start = view.now() - timedelta(hours=hours)
    view.shelf.every[1] = replace(storm, onset=start, formed_at=start, opened_at=start)
    assert 10 <= len(drawn(view).bars) <= 42


def test_stretches_that_no_source_read_are_shown_and_the_newest_minutes_are_not_one(view: FakeView) -> None:
    now = view.now()
    start = drawn(view).span.start
    view.shelf.read = {
        SourceName("x"): (Span(start, now - timedelta(hours=2)),),
        SourceName("press"): (Span(now - timedelta(hours=1), now - timedelta(minutes=5)),),
    }
    (gap,) = drawn(view).unread
    assert gap.width == pytest.approx(WIDTH / len(drawn(view).bars) * 6, rel=0.01)


def test_marks_outside_the_span_are_left_out(view: FakeView) -> None:
    view.shelf.every[1] = replace(view.shelf.every[1], opened_at=None)
    assert drawn(view).opened is None
    assert drawn(view).onset is not None

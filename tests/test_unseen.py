"""Unseen is not zero: what a rule with two sources makes of it when one of them is away, slow, or new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.model.incident import ActKind, State
from tests.stand.desk import LONG_AGO, TWO, Desk, empty_desk
from tests.stand.hotel import after, plan, post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sentinel.model.post import Post

HOUR = 60
A_DAY = 24 * HOUR


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two sources that were read for four weeks, and brought alike."""
    made = empty_desk(plan(tmp_path, config=TWO))
    read(made, 0, since=LONG_AGO)
    made.look(0)
    yield made
    made.store.close()


def read(desk: Desk, at: float, since: float, *posts: Post, only: str = "") -> None:
    """Both sources (or one) have been read up to `at`; each post came from its own."""
    for feed in ("press", "forum"):
        if only in {"", feed}:
            mine = [one for one in posts if one.source == feed]
            desk.take(*mine, at=at, since=since, feed=feed)


def storm(start: float, many: int = 6, source: str = "press") -> list[Post]:
    return [post(f"{source}{start}-{n}", start + n, source=source) for n in range(many)]


def kinds(desk: Desk, at: float) -> list[ActKind]:
    return [act.kind for act in desk.beat(at).acts]


# ── away ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_while_one_source_is_away_a_storm_neither_calms_nor_ends(desk: Desk) -> None:
    read(desk, 7, 0, *storm(1))
    assert kinds(desk, 7) == [ActKind.FORMED, ActKind.OPENED]
    for minute in range(8, 5 * HOUR, 7):
        read(desk, minute, 0, only="press")
        assert kinds(desk, minute) == []
    assert desk.only().state is State.OPEN
    assert not desk.only().blind, "half of it is seen"
    read(desk, 5 * HOUR, 0, only="forum")
    assert kinds(desk, 5 * HOUR) == [ActKind.CALMED, ActKind.CLOSED]
    assert desk.only().closed_at == after(35 + 30)


def test_what_the_healthy_source_shows_is_a_storm_all_the_same(desk: Desk) -> None:
    for minute in range(10, 6 * HOUR, 10):
        read(desk, minute, 0, *(storm(300) if minute == 310 else []), only="press")
        desk.beat(minute)
    assert desk.heard() == ["opened"]
    assert desk.only().formed_at == after(305)


def test_what_the_other_one_brings_when_it_is_back_is_judged_where_it_was_published(desk: Desk) -> None:
    for minute in range(10, 6 * HOUR, 10):
        read(desk, minute, 0, *(storm(100, 3) if minute == 110 else []), only="press")
        assert kinds(desk, minute) == []
    read(desk, 6 * HOUR, 0, *storm(100, 3, "forum"), only="forum")
    desk.beat(6 * HOUR)
    assert desk.heard() == ["resolved"], "one summary"
    assert desk.only().formed_at == after(103)


def test_when_both_are_away_the_rule_is_blind_and_says_so_once(desk: Desk) -> None:
    read(desk, 7, 0, *storm(1))
    desk.beat(7)
    looked = [desk.beat(minute) for minute in range(8, 120)]
    (lost,) = [one for look in looked for one in look.blinded]
    assert lost.rule == "dirty"
    assert lost.sources == (("press", after(7)), ("forum", after(7)))
    assert lost.since == after(7)
    assert "press (read up to 2026-03-04 12:07 UTC)" in lost.says
    assert desk.flow.blind().keys() == {"dirty"}
    assert desk.only().blind
    read(desk, 120, 0)
    back = desk.beat(120)
    assert [one.rule for one in back.sighted] == ["dirty"]
    assert desk.flow.blind() == {}
    assert not desk.only().blind


# ── slow ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_source_that_is_read_every_quarter_makes_no_saw_tooth(desk: Desk) -> None:
    posts = [post(f"s{n}", 5 + 5 * n, source="forum" if n % 2 else "press") for n in range(40)]
    acts = []
    for minute in range(1, 300):
        now = [one for one in posts if one.published_at <= after(minute)]
        read(desk, minute, 0, *now, only="press")
        if minute % 15 == 0:
            read(desk, minute, 0, *now, only="forum")
        acts += kinds(desk, minute)
    assert acts == [ActKind.FORMED, ActKind.OPENED, ActKind.CALMED, ActKind.CLOSED]


# ── new ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def grown(tmp_path: Path) -> Iterator[Desk]:
    """One source was read for four weeks; another has just been added."""
    made = empty_desk(plan(tmp_path, config=TWO))
    read(made, 0, LONG_AGO, only="press")
    made.look(0)
    yield made
    made.store.close()


def test_a_source_that_was_just_added_makes_no_storm_by_itself(grown: Desk) -> None:
    for minute in range(10, 20 * HOUR, 30):
        read(grown, minute, 0, *storm(minute - 9, 9, "forum"))
        assert kinds(grown, minute) == []
    (waiting,) = grown.flow.waiting("dirty", after(HOUR))
    assert (waiting.source, waiting.until) == ("forum", after(A_DAY))
    assert "forum is new beside older sources" in waiting.says


def test_it_makes_none_either_before_its_first_claim(grown: Desk) -> None:
    grown.take(*storm(1, 9, "forum"), at=10, feed="forum")
    read(grown, 10, 0, only="press")
    assert kinds(grown, 10) == []


def test_the_old_source_goes_on_being_judged_and_ends_by_itself(grown: Desk) -> None:
    for minute in range(1, 100):
        read(grown, minute, 0, *(storm(1) if minute == 7 else []))
        grown.beat(minute)
    assert grown.heard() == ["opened", "resolved"]


@pytest.mark.parametrize("anew", [False, True], ids=["the same flow", "a new one"])
def test_after_a_day_it_is_judged_by_what_is_usual_of_it(grown: Desk, *, anew: bool) -> None:
    chatter = [post(f"c{n}", 4 * n, source="forum") for n in range(A_DAY // 2)]
    for minute in range(30, A_DAY * 2, 30):
        read(grown, minute, 0, *(one for one in chatter if one.published_at <= after(minute)))
        if anew:
            grown.begin_anew(minute)
        kinds(grown, minute)
    assert grown.incidents() == [], "fifteen an hour are usual of it"
    read(grown, A_DAY * 2 + 30, 0, *(post(f"b{n}", A_DAY * 2 + n / 2, source="forum") for n in range(60)))
    assert kinds(grown, A_DAY * 2 + 30)[:2] == [ActKind.FORMED, ActKind.OPENED]


def test_where_all_sources_are_new_all_are_judged(tmp_path: Path) -> None:
    made = empty_desk(plan(tmp_path, config=TWO))
    read(made, 1, 0)
    made.look(1)
    read(made, 30, 0, *storm(20, 9, "forum"))
    assert kinds(made, 30) == [ActKind.FORMED, ActKind.OPENED]
    made.store.close()

"""Event time: whatever the order of arrival and wherever it crashes, what is known in the end is the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sentinel.cli.backtest import backtest, line_of
from sentinel.cli.recordings import read_recordings
from sentinel.model.incident import State
from sentinel.model.mention import Tally
from tests.stand.desk import LONG_AGO, TWO, Desk, empty_desk, open_desk
from tests.stand.hotel import CONFIG, after, line, plan, post
from tests.stand.judgments import JUDGMENTS, rule_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sentinel.detect.counting import Counting
    from sentinel.model.incident import Incident
    from sentinel.model.post import Post
    from sentinel.plan import Plan

NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
END = 700
LATEST = 400
Facts: TypeAlias = "list[tuple[object, ...]]"


@dataclass(frozen=True)
class Look:
    """A look at a post: published, and the minute at which a poller has it."""

    at: int
    post: Post


@dataclass(frozen=True)
class Course:
    """An evening: looks in the order in which they arrive, when the house looks, and where it begins anew."""

    looks: Sequence[Look]
    beats: Sequence[int]
    crashes: frozenset[int]


@st.composite
def evenings(draw: st.DrawFn) -> list[tuple[Post, ...]]:
    """Bursts and single posts over five hours, each with its later looks: some are edited, some deleted."""
    found: list[tuple[Post, ...]] = []
    for burst in range(draw(st.integers(1, 4))):
        start, step = draw(st.integers(0, 270)), draw(st.sampled_from([0.5, 1, 3]))
        for n in range(draw(st.integers(1, 12))):
            name, minute = f"{burst}-{n}", start + n * step
            looks = [post(name, minute, author=f"author {n % 8}")]
            what = draw(st.sampled_from(["", "", "", "", "good", "deleted"]))
            if what == "good":
                looks.append(replace(looks[0], text="a lovely room at the Miramar"))
            if what == "deleted":
                looks.append(replace(looks[0], text="", deleted=True))
            found.append(tuple(looks))
    return found


def arrivals(draw: st.DrawFn, posts: list[tuple[Post, ...]], *, late: bool) -> list[Look]:
    """When each look is had: at once, or at any time before the end; a later look at a post after an earlier one."""
    out = []
    for looks in posts:
        first = int((looks[0].published_at - after(0)).total_seconds() // 60) + 1
        minutes = [draw(st.integers(first, LATEST)) if late else first for _ in looks]
        out += [
            Look(minute, replace(one, seen_at=after(minute + n / 100)))
            for n, (minute, one) in enumerate(zip(sorted(minutes), looks, strict=True))
        ]
    return sorted(out, key=lambda look: look.at)


def jumbled(draw: st.DrawFn, posts: list[tuple[Post, ...]]) -> list[Look]:
    """Each look at any time before the end, newer ones before older ones too: a deletion before what it deletes."""
    out = []
    for looks in posts:
        first = int((looks[0].published_at - after(0)).total_seconds() // 60) + 1
        out += [
            Look(draw(st.integers(first, LATEST)), replace(one, seen_at=after(first + n / 100)))
            for n, one in enumerate(looks)
        ]
    return sorted(out, key=lambda look: look.at)


def courses(draw: st.DrawFn, posts: list[tuple[Post, ...]]) -> Course:
    """Any order, any looks of the house, any crashes."""
    beats = draw(st.lists(st.integers(1, END - 1), max_size=60))
    crashes = draw(st.frozensets(st.integers(1, END - 1), max_size=5))
    return Course(jumbled(draw, posts), beats, crashes)


def play(desk: Desk, course: Course) -> Facts:
    """Minute by minute: what arrives is taken in, at some minutes the house looks, at some it begins anew."""
    waiting = list(course.looks)
    for minute in sorted(
        {*course.beats, *course.crashes, *(look.at for look in waiting), *range(60, END, 60)}
    ):
        come = [look for look in waiting if look.at <= minute]
        waiting = waiting[len(come) :]
        if come or minute in course.beats or minute % 60 == 0:
            desk.take(*(look.post for look in come), at=minute + 0.5, since=0)
        if minute in course.crashes:
            desk.begin_anew(minute + 0.5)
        if minute in course.beats:
            desk.look(minute + 0.6)
    desk.take(at=END, since=0)
    desk.look(END)
    found = facts(desk.incidents())
    desk.store.close()
    return found


def facts(incidents: Sequence[Incident]) -> Facts:
    """What an incident says of the storm; how it came to be known is no part of it."""
    told = [one for one in incidents if one.state is not State.DROPPED]
    return sorted(
        (
            one.rule,
            one.group,
            one.formed_at,
            one.opened_at,
            one.onset,
            (one.peak.negatives, one.peak.authors, one.peak.at, pytest.approx(one.peak.usual)),
            one.state,
            one.closed_at,
        )
        for one in told
    )


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(tmp_path_factory.mktemp("hotel"))


@settings(max_examples=12, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(data=st.data(), posts=evenings())
def test_any_order_of_arrival_and_any_crash_gives_the_same_incidents(
    usual: Plan, data: st.DataObject, posts: list[tuple[Post, ...]]
) -> None:
    plain = data.draw(
        st.composite(lambda draw: Course(arrivals(draw, posts, late=False), range(1, END), frozenset()))()
    )
    late = data.draw(st.composite(courses)(posts))
    assert play(open_desk(usual), late) == play(open_desk(usual), plain)


# ── other judgments, and two brands ─────────────────────────────────────────────────────────────────────────

TWO_BRANDS = CONFIG.replace("brands:\n", 'brands:\n  acme: {terms: ["Acme"]}\n')


def usual_past(counting: Counting) -> list[Tally]:
    """Four weeks of a post every ten minutes, every tenth a bad one; a review with five or four stars every hour."""
    key, last = counting.series("miramar", "x"), int(after(0).timestamp() // 60)
    reviews = ((), (), (0, 0, 0, 0, 1), (), (), (), (), (), (0, 0, 0, 1, 0), (), (), ())
    return [
        Tally(key, "x", last + minute, 1, int(n % 10 == 0), reviews[n % 12])
        for n, minute in enumerate(range(LONG_AGO + 5, 0, 10))
    ]


def with_a_past(made: Plan) -> Desk:
    """A house whose one source was read for four weeks, in which people spoke of the hotel as they always do."""
    desk = open_desk(made)
    for watcher in desk.flow.lookouts:
        desk.store.adopt(watcher.counting.fingerprint, usual_past(watcher.counting), after(LONG_AGO))
    desk.begin_anew(0)
    return desk


@st.composite
def days(draw: st.DrawFn) -> list[tuple[Post, ...]]:
    """Bursts, bad ones and good ones; some posts are edited (also to speak of another brand), some deleted."""
    found: list[tuple[Post, ...]] = []
    for burst in range(draw(st.integers(1, 4))):
        start, step = draw(st.integers(0, 270)), draw(st.sampled_from([0.5, 1, 3, 9]))
        for n in range(draw(st.integers(1, 12))):
            first = post(f"{burst}-{n}", start + n * step, author=f"author {n % 8}", stars=1.0)
            good = replace(first, text="a lovely room at the Miramar", stars=5.0)
            moved = replace(first, text="a dirty room at the Acme")
            gone = replace(first, text="", deleted=True)
            later = draw(
                st.sampled_from([(), (), (), (), (good,), (moved,), (gone,), (moved, gone), (good, first)])
            )
            looks = (draw(st.sampled_from([first, first, good])), *later)
            found.append(looks)
    return found


@pytest.fixture(scope="module", params=JUDGMENTS)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    rules = {"dirty": rule_of(request.param)}
    return plan(tmp_path_factory.mktemp("judged"), config=TWO_BRANDS, rules=rules)


@settings(max_examples=4, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(data=st.data(), posts=days())
def test_whatever_a_rule_judges_by_the_end_is_the_same(
    judged: Plan, data: st.DataObject, posts: list[tuple[Post, ...]]
) -> None:
    plain = data.draw(
        st.composite(lambda draw: Course(arrivals(draw, posts, late=False), range(1, END, 5), frozenset()))()
    )
    late = data.draw(st.composite(courses)(posts))
    assert play(with_a_past(judged), late) == play(with_a_past(judged), plain)


def test_each_judgment_has_something_to_judge(judged: Plan) -> None:
    """What the properties above speak of: a bad evening raises every one of these rules, and it is over by the end."""
    looks = [
        Look(minute, post(f"{minute}-{n}", minute, author=f"author {n}", stars=1.0))
        for minute in range(60, 90, 3)
        for n in range(4)
    ]
    found = play(with_a_past(judged), Course(looks, range(1, END, 5), frozenset()))
    assert found


def test_a_storm_whose_posts_are_edited_to_speak_of_another_brand_moves_there(tmp_path: Path) -> None:
    desk = open_desk(plan(tmp_path, config=TWO_BRANDS))
    desk.take(*(post(f"{n}", n) for n in range(6)), at=7, since=0)
    desk.look(7)
    assert desk.only().brand == "miramar"
    desk.take(*(post(f"{n}", n, "a dirty room at the Acme", seen=9) for n in range(6)), at=9, since=7)
    desk.look(9)
    found = {one.brand: (one.state.live, one.onset) for one in desk.incidents()}
    assert found == {"miramar": (False, after(0)), "acme": (True, after(0))}
    desk.store.close()


def test_posts_whose_deletion_is_known_first_raise_nothing(tmp_path: Path) -> None:
    desk = open_desk(plan(tmp_path))
    desk.take(*(post(f"{n}", n, "", seen=8, deleted=True) for n in range(6)), at=8, since=0)
    desk.take(*(post(f"{n}", n, seen=7) for n in range(6)), at=9, since=8)
    desk.look(9)
    assert (desk.negatives(), desk.incidents()) == (0, [])
    desk.store.close()


# ── sources ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Polls:
    """When each of two sources is read, when the house looks, and where it begins anew."""

    press: frozenset[int]
    forum: frozenset[int]
    beats: frozenset[int]
    crashes: frozenset[int]


def read_by(desk: Desk, posts: Sequence[Post], polls: Polls) -> Facts:
    """Whoever is read then claims all that was published since it was read before."""
    until = {"press": 0.0, "forum": 0.0}
    for minute in sorted(polls.press | polls.forum | polls.beats | polls.crashes | {END}):
        for feed, when in (("press", polls.press), ("forum", polls.forum)):
            if minute in when or minute == END:
                come = [one for one in posts if one.source == feed and one.published_at <= after(minute)]
                desk.take(*come, at=minute, since=until[feed], feed=feed)
                until[feed] = minute
        if minute in polls.crashes:
            desk.begin_anew(minute)
        if minute in polls.beats or minute == END:
            desk.look(minute)
    found = facts(desk.incidents())
    desk.store.close()
    return found


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(tmp_path_factory.mktemp("two"), config=TWO)


def two_read(made: Plan) -> Desk:
    desk = empty_desk(made)
    for feed in ("press", "forum"):
        desk.take(at=0, since=LONG_AGO, feed=feed)
    desk.look(0)
    return desk


minutes = st.frozensets(st.integers(1, END - 1), min_size=1, max_size=40)


@settings(max_examples=8, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(
    posts=evenings(),
    press=minutes,
    forum=minutes,
    beats=minutes,
    crashes=st.frozensets(st.integers(1, END - 1), max_size=4),
)
def test_however_often_sources_are_read_the_incidents_are_the_same(  # noqa: PLR0917  # all that is random
    two: Plan,
    posts: list[tuple[Post, ...]],
    press: frozenset[int],
    forum: frozenset[int],
    beats: frozenset[int],
    crashes: frozenset[int],
) -> None:
    brought = [replace(looks[0], source=("press", "forum")[n % 3 == 0]) for n, looks in enumerate(posts)]
    every = frozenset(range(1, END, 5))
    plain = Polls(every, every, every, frozenset())
    assert read_by(two_read(two), brought, Polls(press, forum, beats, crashes)) == read_by(
        two_read(two), brought, plain
    )


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=15, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(data=st.data(), posts=evenings())
def test_the_lines_of_a_recording_may_stand_in_any_order(
    usual: Plan, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, posts: list[tuple[Post, ...]]
) -> None:
    @st.composite
    def recording(draw: st.DrawFn) -> list[str]:
        return [line(look.post) for look in arrivals(draw, posts, late=True)]

    lines = data.draw(recording())
    shuffled = data.draw(st.permutations(lines))
    file = tmp_path_factory.mktemp("recordings") / "posts.jsonl"
    found = []
    for some in (lines, shuffled):
        file.write_text("".join(some), encoding="utf-8")
        done = asyncio.run(backtest(usual, read_recordings([file])))
        found.append([line_of(one) for one in done.raised])
    assert found[0] == found[1]

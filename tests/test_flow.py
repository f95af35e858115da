"""take_in, look, tell: over a real store, with channels that listen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sentinel.desk import act_on
from sentinel.model.incident import ActKind, Incident, State
from sentinel.model.notice import NoticeKind
from sentinel.model.post import Page, Span
from sentinel.respond.incident import acknowledge, close
from tests.stand.desk import FEED, Desk, open_desk
from tests.stand.hotel import CONFIG, LADDER, MINUTE, RULE, after, plan, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sentinel.flow import Looked
    from sentinel.model.post import Post
    from sentinel.plan import Plan
    from sentinel.respond.incident import Change


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(tmp_path_factory.mktemp("hotel"))


@pytest.fixture
def desk(usual: Plan) -> Iterator[Desk]:
    made = open_desk(usual)
    yield made
    made.store.close()


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Plan]:
    """The same house with other rules."""

    def other(**parts: Any) -> Plan:
        return plan(tmp_path, **parts)

    return other


def storm(start: float, many: int = 6, step: float = 1, name: str = "s") -> list[Post]:
    return [post(f"{name}{n}", start + n * step) for n in range(many)]


def kinds(looked: Looked) -> list[ActKind]:
    return [act.kind for act in looked.acts]


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_storm_opens_and_the_first_rung_is_told(desk: Desk) -> None:
    desk.take(*storm(1), at=7, since=0)
    looked = desk.beat(7)
    assert kinds(looked) == [ActKind.FORMED, ActKind.OPENED]
    assert desk.only().peak.negatives == 6
    assert desk.heard("team") == ["opened"]
    assert desk.heard("desk") == []


def test_a_late_post_counts_at_the_minute_it_was_published(desk: Desk) -> None:
    desk.take(*storm(1, 4), at=6, since=0)
    assert desk.look(6).acts == ()
    desk.take(post("late", 2, seen=20), at=20, since=6)
    assert desk.look(20).incidents[0].peak.negatives == 5
    desk.take(post("too late", -40, seen=21), at=21, since=20)
    desk.look(21)
    assert desk.only().peak.negatives == 5, "it lies outside the window, however late it came"


def test_an_edit_and_a_deletion_move_the_counts(desk: Desk) -> None:
    desk.take(*storm(1, 5), at=6, since=0)
    assert desk.negatives() == 5
    desk.take(post("s0", 1, text="a lovely room at the Miramar", seen=7), at=7, since=6)
    assert desk.negatives() == 4
    desk.take(post("s1", 2, text="", seen=8, deleted=True), at=8, since=7)
    assert desk.negatives() == 3
    desk.take(post("s0", 1, text="no: a filthy room at the Miramar", seen=9), at=9, since=8)
    assert desk.negatives() == 4
    assert desk.look(9).acts == ()


def test_the_same_page_twice_counts_once(desk: Desk) -> None:
    desk.take(*storm(1, 5), at=6, since=0)
    assert desk.take(*storm(1, 5), at=6.5).unchanged == 5
    assert desk.negatives() == 5


def test_a_date_in_the_future_is_taken_for_now(desk: Desk) -> None:
    desk.take(*(post(f"f{n}", 60 * 24 * 30, seen=5 + n / 10) for n in range(6)), at=6, since=0)
    desk.beat(6)
    assert desk.only().peak.negatives == 6
    assert max(one.published_at for _, one, _ in desk.store.mentions(after(0))) <= after(6)


# ── outages ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_an_outage_a_storm_that_goes_on_is_told_as_one_summary(desk: Desk) -> None:
    desk.take(*storm(200, 60, 3), at=372, since=0)
    looked = desk.beat(372)
    assert kinds(looked)[:2] == [ActKind.FORMED, ActKind.OPENED]
    assert looked.acts[0].at < after(240), "it is judged as it was"
    assert desk.heard("team") == ["opened"]
    assert desk.heard("desk") == [], "nobody could take it on before: the ladder is climbed from its foot"
    desk.beat(386)
    assert desk.heard("desk") == []
    desk.beat(388)
    assert desk.heard("desk") == ["escalated"]


def test_after_an_outage_a_storm_that_came_and_went_is_told_once(desk: Desk) -> None:
    desk.take(*storm(60, 8), at=360, since=0)
    looked = desk.beat(360)
    assert kinds(looked) == [ActKind.FORMED, ActKind.OPENED, ActKind.CALMED, ActKind.CLOSED]
    assert desk.heard("team") == ["resolved"]
    assert desk.heard("desk") == []
    assert desk.only().closed_at is not None
    assert desk.only().closed_at < after(150)  # type: ignore[operator]  # it is not None


def test_looks_that_saw_nothing_are_made_up_for_once_the_time_is_read_after_all(desk: Desk) -> None:
    for minute in range(1, 361):  # the service runs, its source does not answer
        assert kinds(desk.beat(minute)) == []
    desk.take(*storm(60, 8), at=361, since=0)
    looked = desk.beat(361)
    assert kinds(looked) == [ActKind.FORMED, ActKind.OPENED, ActKind.CALMED, ActKind.CLOSED]
    assert looked.acts[0].at < after(90)
    assert desk.heard("team") == ["resolved"]
    assert desk.beat(362).acts == (), "it is not found twice"


def test_a_look_before_the_first_poll_after_a_restart_loses_nothing(desk: Desk) -> None:
    desk.begin_anew(360)
    assert desk.beat(360).acts == ()
    desk.begin_anew(360.5)
    assert desk.beat(360.5).acts == ()
    desk.take(*storm(60, 8), at=361, since=0)
    assert ActKind.CLOSED in kinds(desk.beat(361))
    assert desk.heard("team") == ["resolved"]


def test_a_page_at_a_time_is_as_good_as_all_at_once(desk: Desk) -> None:
    desk.beat(360)
    for begin in range(0, 360, 60):
        come = [one for one in storm(55, 10) if after(begin) <= one.published_at < after(begin + 60)]
        desk.flow.take_in(FEED, Page(tuple(come), covered=Span(after(begin), after(begin + 60))), after(361))
        desk.beat(361 + begin / 3600)
    assert len(desk.incidents()) == 1
    assert desk.only().state is State.CLOSED
    assert desk.heard("team") in (["resolved"], ["opened", "resolved"])


def test_going_back_does_not_open_again_what_a_person_closed(desk: Desk) -> None:
    desk.take(*storm(1, 8), at=9, since=0)
    desk.beat(9)
    desk.beat(60)
    person(desk, 100, lambda one: close(one, after(100), "ada", "the crew is back"))
    desk.beat(200)
    desk.take(*storm(10, 25, 2, name="more"), at=201, since=9)
    desk.beat(201)
    assert len(desk.incidents()) == 1


def test_an_outage_longer_than_a_day_is_caught_up_for_its_last_day(desk: Desk) -> None:
    days = 60 * 24
    desk.take(*storm(60, 8), *storm(3 * days - 120, 8, name="t"), at=3 * days, since=0)
    desk.beat(3 * days)
    assert [one.formed_at > after(2 * days) for one in desk.incidents()] == [True]


def test_unseen_time_neither_calms_nor_closes(desk: Desk) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    for minute in range(8, 300):
        assert kinds(desk.beat(minute)) == []
    assert desk.only().state is State.OPEN
    assert desk.only().blind
    desk.take(at=301, since=7)
    desk.beat(301)
    assert desk.only().state is State.CLOSED, "the silence was real: it is known now"


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────


def person(desk: Desk, at: float, act: Callable[[Incident], Change]) -> None:
    one = desk.only()
    act_on(desk.store, desk.plan.book, desk.channels, one.id, act, after(at))


def test_an_acknowledgement_between_two_looks_stops_the_climb(desk: Desk) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    person(desk, 10, lambda one: acknowledge(one, "ada", after(10)))
    desk.take(at=30, since=7)
    desk.beat(30)
    assert desk.heard("desk") == []
    assert desk.only().state is State.ACKNOWLEDGED


def test_an_acknowledgement_in_the_middle_of_a_look_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    save, acts = desk.store.save, [lambda: person(desk, 22, lambda one: acknowledge(one, "ada", after(22)))]

    def interrupted(*args: Any) -> None:
        if acts:
            acts.pop()()
        save(*args)

    desk.take(*storm(8, 20, name="more", step=0.5), at=23, since=7)
    monkeypatch.setattr(desk.store, "save", interrupted)
    desk.beat(23)
    desk.beat(23)  # what she did made a silent edit due, which goes first
    assert [ack.who for ack in desk.only().acks] == ["ada"]
    assert desk.only().peak.negatives == 26
    assert desk.heard("desk") == [], "the look was taken again with what she did"
    assert desk.heard("team") == ["opened", "grew"]


# ── changed rules ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_removed_rule_closes_its_incident_and_whoever_was_told_hears_of_it(
    desk: Desk, changed: Callable[..., Plan]
) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    other = RULE.replace("[dirty, filthy]", "[noisy]").replace("dirty", "noisy")
    desk.begin_anew(8, changed(rules={"noise": other}))
    (act,) = desk.beat(8).acts
    assert (act.kind, act.text) == (ActKind.CLOSED, "its rule was removed or retired")
    assert desk.heard("team") == ["opened", "resolved"]
    assert desk.channels["team"].heard[-1].lines == ("Over for sentinel: its rule was removed.",)
    desk.beat(9)
    assert desk.heard("team") == ["opened", "resolved"]


def test_a_retired_rule_closes_its_incident_in_its_own_words(
    desk: Desk, changed: Callable[..., Plan]
) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    desk.begin_anew(8, changed(rules={"dirty": RULE.replace("status: live", "status: retired")}))
    desk.beat(8)
    assert desk.only().state is State.CLOSED
    assert desk.heard("team") == ["opened", "resolved"]


def test_a_changed_counting_part_counts_the_stored_posts_anew_and_the_incident_lives_on(
    desk: Desk, changed: Callable[..., Plan]
) -> None:
    smelly = [post(f"m{n}", 2 + n, text="a smelly room at the Miramar") for n in range(4)]
    desk.take(*storm(1), *smelly, at=7, since=0)
    desk.beat(7)
    before = desk.only()
    desk.begin_anew(8, changed(rules={"dirty": RULE.replace("filthy]", "filthy, smelly]")}))
    assert desk.negatives() == 10
    desk.take(at=8, since=7)
    desk.beat(8)
    now = desk.only()
    assert now.id == before.id
    assert now.fingerprint != before.fingerprint
    assert now.peak.negatives == 10


def test_words_that_are_not_counted_by_may_change_without_a_recount(
    desk: Desk, changed: Callable[..., Plan]
) -> None:
    desk.take(*storm(1), at=7, since=0)
    mark = desk.flow.lookouts[0].counting.fingerprint
    desk.begin_anew(8, changed(rules={"dirty": RULE.replace("{brand}:", "Look at {brand}:")}))
    assert desk.flow.lookouts[0].counting.fingerprint == mark
    desk.beat(8)
    assert desk.channels["team"].heard[0].headline.startswith("Look at")


def test_a_channel_that_is_gone_gets_no_more_news_and_no_failures(
    desk: Desk, changed: Callable[..., Plan]
) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    moved = changed(ladder=LADDER.replace("[team]", "[desk]"))
    del desk.channels["team"]
    desk.begin_anew(8, moved)
    for minute in range(8, 90):
        desk.take(at=minute, since=7)
        desk.beat(minute)
    assert desk.only().state is State.CLOSED
    rows = [row for row in desk.store.deliveries(desk.only().id) if row.channel == "team"]
    assert [row.kind for row in rows] == [NoticeKind.OPENED]


def test_an_onlooker_beside_the_service_changes_nothing(desk: Desk, changed: Callable[..., Plan]) -> None:
    desk.take(*storm(1), at=7, since=0)
    mark = desk.flow.lookouts[0].counting.fingerprint
    other = changed(rules={"noise": RULE.replace("[dirty, filthy]", "[noisy]").replace("dirty", "noisy")})
    assert other.onlooker(desk.store, after(8)).signals("noise", after(8)) == []
    assert set(desk.store.fingerprints()) == {mark}
    assert desk.negatives() == 6
    (signal,) = desk.plan.onlooker(desk.store, after(8)).signals("dirty", after(8))
    assert signal.reading.negatives == 6


# ── restarts ────────────────────────────────────────────────────────────────────────────────────────────────

EVENING: Sequence[tuple[float, tuple[Post, ...]]] = tuple(
    (minute, tuple(one for one in storm(20, 30, 1.5) if after(minute - 2) < one.seen_at <= after(minute)))
    for minute in range(2, 140, 2)
)


def play(made: Desk, restarts: set[int]) -> tuple[list[Incident], list[list[str]]]:
    for number, (minute, posts) in enumerate(EVENING):
        made.take(*posts, at=minute, since=minute - 2)
        if number in restarts:
            made.begin_anew(minute)
        looked = made.look(minute)
        if number + 1000 in restarts and looked.deliveries:
            made.begin_anew(minute)
        asyncio.run(made.flow.tell(after(minute)))
    lived = [replace(one, version=0) for one in made.incidents()]
    told = [[message.key for message in channel.heard] for channel in made.channels.values()]
    made.store.close()
    return lived, told


@pytest.fixture(scope="module")
def undisturbed(usual: Plan) -> tuple[list[Incident], list[list[str]]]:
    return play(open_desk(usual), set())


def test_the_evening_has_everything_in_it(undisturbed: tuple[list[Incident], list[list[str]]]) -> None:
    (one,), told = undisturbed
    assert one.state is State.CLOSED
    assert all(len(keys) == len(set(keys)) > 1 for keys in told)


@settings(max_examples=6, deadline=None)
@given(restarts=st.sets(st.integers(0, 68) | st.integers(1000, 1068), max_size=12))
@example(restarts={*range(69), *range(1000, 1069)})
def test_restarts_at_any_point_change_nothing(
    usual: Plan, undisturbed: tuple[list[Incident], list[list[str]]], restarts: set[int]
) -> None:
    assert play(open_desk(usual), restarts) == undisturbed


def test_a_look_that_could_not_be_saved_is_made_up_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.take(*storm(1), at=7, since=0)
    with monkeypatch.context() as broken:
        broken.setattr(desk.store, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.look(7)
    desk.beat(7 + timedelta(seconds=10) / MINUTE)
    assert desk.heard("team") == ["opened"]


# ── ended by hand ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_person_ended_in_mid_storm_stays_ended_while_the_storm_goes_on(desk: Desk) -> None:
    posts = storm(1, 40, 4)
    for minute in range(1, 160):
        desk.take(*posts[: minute // 4], at=minute, since=0)
        desk.beat(minute)
        if minute == 30:
            person(desk, minute, lambda one: close(one, after(30), "ada", "the crew is back"))
        if minute in {31, 70}:
            desk.begin_anew(minute)
    assert desk.only().closed_at == after(30)
    assert desk.heard("team") == ["opened", "resolved"]


def test_after_it_was_calm_the_next_storm_is_a_new_one(desk: Desk) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    person(desk, 8, lambda one: close(one, after(8), "ada"))
    for minute in range(9, 120):
        desk.take(at=minute, since=0)
        desk.beat(minute)
    desk.take(*storm(121, name="t"), at=127, since=0)
    desk.beat(127)
    assert [one.state for one in desk.incidents()] == [State.OPEN, State.CLOSED]


def test_what_grows_beyond_twice_what_a_person_saw_is_raised_again(desk: Desk) -> None:
    desk.take(*storm(1), at=7, since=0)
    desk.beat(7)
    person(desk, 8, lambda one: close(one, after(8), "ada"))
    desk.take(*storm(8, 6, 0.5, name="t"), at=12, since=0)
    desk.beat(12)
    assert len(desk.incidents()) == 1, "twelve are twice six, not beyond"
    desk.take(*storm(12, 2, 0.5, name="u"), at=14, since=0)
    desk.beat(14)
    assert [one.state for one in desk.incidents()] == [State.OPEN, State.CLOSED]
    assert desk.heard("team") == ["opened", "resolved", "opened"]


# ── judged again ────────────────────────────────────────────────────────────────────────────────────────────


def quietly(desk: Desk, begin: int, end: int) -> None:
    for minute in range(begin, end):
        desk.take(at=minute, since=0)
        desk.beat(minute)


def test_late_posts_raise_what_was_published_hours_ago_as_one_summary(desk: Desk) -> None:
    quietly(desk, 1, 200)
    desk.take(*(replace(one, seen_at=after(200)) for one in storm(60)), at=200, since=0)
    looked = desk.beat(200)
    assert kinds(looked) == [ActKind.FORMED, ActKind.OPENED, ActKind.CALMED, ActKind.CLOSED]
    assert desk.only().opened_at == after(65)
    assert desk.only().known_at == after(200)
    assert desk.heard("team") == ["resolved"]
    assert desk.beat(201).acts == ()


def test_what_is_deleted_takes_an_incident_back_and_whoever_was_told_hears_of_it(desk: Desk) -> None:
    posts = storm(1, 5)
    desk.take(*posts, at=6, since=0)
    desk.beat(6)
    gone = [replace(one, text="", deleted=True, seen_at=after(20)) for one in posts[:2]]
    desk.take(*gone, at=20, since=0)
    (act,) = desk.beat(20).acts
    assert act.kind is ActKind.DROPPED
    assert "deleted" in act.text
    assert desk.only().state is State.DROPPED
    assert desk.heard("team") == ["opened", "resolved"]
    assert desk.heard("desk") == []
    assert desk.channels["team"].heard[-1].lines[0].startswith("Taken back")
    back = [replace(one, seen_at=after(30)) for one in posts[:2]]
    desk.take(*back, at=30, since=0)
    desk.beat(30)
    assert desk.only().state is State.OPEN, "and posted again it is the same one"
    assert desk.heard("team") == ["opened", "resolved", "opened"]


def test_late_posts_that_join_two_storms_make_them_one(desk: Desk) -> None:
    posts = [*storm(1), *storm(75, name="t")]
    for minute in range(1, 90):
        desk.take(*(one for one in posts if one.seen_at <= after(minute)), at=minute, since=0)
        desk.beat(minute)
    first, second = sorted(desk.incidents(), key=lambda one: one.formed_at)
    assert (first.state, second.state) == (State.CLOSED, State.OPEN)
    between = [replace(one, seen_at=after(90)) for one in storm(8, 22, 3, name="u")]
    desk.take(*between, at=90, since=0)
    desk.beat(90)
    states = {one.id: (one.state, one.formed_at) for one in desk.incidents()}
    assert states[second.id] == (State.OPEN, first.formed_at), "the one that goes on goes on"
    assert states[first.id][0] is State.DROPPED
    assert [act.text for act in desk.store.acts(first.id)][-1].startswith("it is part of another incident")


def test_what_was_told_to_be_over_and_goes_on_is_said_again(desk: Desk) -> None:
    posts = storm(1)
    for minute in range(1, 80):
        desk.take(*(one for one in posts if one.seen_at <= after(minute)), at=minute, since=0)
        desk.beat(minute)
    assert desk.heard("team") == ["opened", "resolved"]
    desk.take(*(replace(one, seen_at=after(80)) for one in storm(8, 24, 3, name="u")), at=80, since=0)
    desk.beat(80)
    assert desk.only().state is State.OPEN
    assert desk.heard("team") == ["opened", "resolved", "opened"]
    assert "goes on" in desk.channels["team"].heard[-1].why_told


def test_only_the_series_whose_posts_came_late_is_walked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {f"b{n}": f"Inn{n}" for n in range(30)}
    brands = "\n".join(f'  {name}: {{terms: ["{called}"]}}' for name, called in names.items())
    made = open_desk(plan(tmp_path, config=CONFIG.replace('  miramar: {terms: ["Miramar"]}', brands),
                          rules={"dirty": RULE.replace("Miramar", "Inn0")}))  # fmt: skip
    made.take(*(post(f"x{n}", 1, text=f"a dirty room at the Inn{n}") for n in range(30)), at=300, since=0)
    made.look(300)
    asked: list[int] = []
    only = type(made.flow.lookouts[0]).only

    def counted(watcher: Any, series: Any) -> Any:
        asked.append(len(series))
        return only(watcher, series)

    monkeypatch.setattr(type(made.flow.lookouts[0]), "only", counted)
    made.take(post("late", 100, text="a dirty room at the Inn7", seen=301), at=301, since=0)
    made.look(301)
    assert asked == [1]
    made.store.close()


def test_what_reaches_back_more_than_a_day_is_counted_and_not_judged_again(desk: Desk) -> None:
    days = 60 * 24
    for hour in range(1, 30):
        desk.take(at=hour * 60, since=0)
        desk.look(hour * 60)
    desk.take(*(replace(one, seen_at=after(days + 300)) for one in storm(60)), at=30 * 60, since=0)
    desk.beat(30 * 60)
    assert desk.negatives() == 6
    assert desk.incidents() == []


def test_a_crash_between_keeping_and_looking_loses_no_late_post(desk: Desk) -> None:
    quietly(desk, 1, 200)
    desk.take(*(replace(one, seen_at=after(200)) for one in storm(60)), at=200, since=0)
    desk.begin_anew(200)
    desk.beat(200)
    assert desk.only().opened_at == after(65)


# ── whom it concerns ────────────────────────────────────────────────────────────────────────────────────────

NEIGHBOURS = CONFIG.replace(
    '  miramar: {terms: ["Miramar"]}\n',
    '  miramar: {terms: ["Miramar", "@hotelmiramar"], own_accounts: ["@MiramarDesk"]}\n'
    '  palace: {terms: ["Palace"]}\n',
)
BY_FEELING = RULE.replace("  says: [dirty, filthy]", "  sentiment: below -0.25")


@pytest.fixture
def neighbours(changed: Callable[..., Plan]) -> Iterator[Desk]:
    made = open_desk(changed(config=NEIGHBOURS, rules={"dirty": BY_FEELING}))
    yield made
    made.store.close()


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        pytest.param("The Miramar was awful. The Palace was wonderful!", "miramar", id="one each"),
        pytest.param("The Palace was awful. The Miramar was wonderful!", "palace", id="the other way round"),
        pytest.param("The Miramar was wonderful, but the Palace was awful", "palace", id="in one sentence"),
        pytest.param("El Miramar, una vergüenza. El Palace, maravilloso", "miramar", id="in Spanish"),
    ],
)
def test_a_storm_that_names_two_brands_is_told_of_the_one_it_blames(
    neighbours: Desk, text: str, blamed: str
) -> None:
    neighbours.take(*(post(f"s{n}", n, text=text) for n in range(1, 7)), at=7, since=0)
    neighbours.beat(7)
    assert neighbours.only().brand == blamed
    assert neighbours.heard("team") == ["opened"]
    assert neighbours.negatives() == 6


def test_a_storm_over_both_is_told_of_both(neighbours: Desk) -> None:
    text = "The Miramar was awful. The Palace was awful, too."
    neighbours.take(*(post(f"s{n}", n, text=text) for n in range(1, 7)), at=7, since=0)
    neighbours.beat(7)
    assert {one.brand for one in neighbours.incidents()} == {"miramar", "palace"}


@pytest.mark.parametrize("author", ["hotelmiramar", "HotelMiramar", "miramardesk", "MIRAMARDESK"], ids=str)
def test_what_the_brands_own_account_answers_is_no_complaint(neighbours: Desk, author: str) -> None:
    text = "@guest an awful night at the Miramar, we are ashamed and sorry"
    answers = [post(f"r{n}", n, text=text, author=author) for n in range(1, 7)]
    neighbours.take(*answers, at=7, since=0)
    neighbours.beat(7)
    assert neighbours.negatives() == 0
    assert neighbours.incidents() == []
    guests = [post(f"g{n}", n, text=text) for n in range(1, 7)]
    neighbours.take(*guests, at=8, since=7)
    assert neighbours.negatives() == 6, "others who write the same do complain"

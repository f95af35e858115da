"""An incident's life, judgment by judgment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.incident import ActKind, Incident, State
from sentinel.model.reading import Severity
from sentinel.respond import incident as life
from sentinel.respond.retold import settle
from tests.stand.storms import GROUP, MINUTE, NOON, incident, rule, signal

if TYPE_CHECKING:
    from sentinel.model.incident import Act
    from sentinel.model.reading import Signal
    from sentinel.rulebook.types import Rule

RULE = rule()
HELD = rule(spike={"hold": "5 minutes"})


def look(one: Incident | None, heard: Signal, of: Rule) -> life.Change | None:
    """One judgment later, as it is recorded: its course moves, people's part stays."""
    course = life.advance(one, heard, of)
    if course is None or (one is not None and not one.state.live and course == one):
        return None
    known = [one] if one is not None and one.id == course.id else []
    changes = list(settle(known, [course], heard.reading.at))
    return changes[0] if changes else (course, ())


def live(
    of: Rule, *looks: tuple[float, int] | tuple[float, int, float]
) -> tuple[Incident | None, list[list[str]]]:
    """After looks of (minutes after noon, negatives, share seen): the incident, and the acts of each look."""
    one: Incident | None = None
    acts: list[list[str]] = []
    for minutes, negatives, *seen in looks:
        change = look(one, signal(minutes, negatives, of, covered=seen[0] if seen else 1.0), of)
        one, new = change or (one, ())
        acts.append([act.kind.value for act in new])
    return one, acts


@pytest.mark.parametrize(
    ("of", "looks", "state", "acts"),
    [
        pytest.param(RULE, [(0, 5)], None, [[]], id="nothing comes of nothing"),
        pytest.param(RULE, [(0, 9)], State.OPEN, [["formed", "opened"]], id="no hold opens at once"),
        pytest.param(HELD, [(0, 9), (4, 9)], State.FORMING, [["formed"], []], id="it forms until it has held"),
        pytest.param(HELD, [(0, 9), (5, 9)], State.OPEN, [["formed"], ["opened"]], id="it opens when it has held"),
        pytest.param(HELD, [(0, 9), (4, 5)], State.DROPPED, [["formed"], ["dropped"]], id="it comes to nothing"),
        pytest.param(HELD, [(0, 9), (4, 9, 0.1), (6, 9)], State.OPEN, [["formed"], [], ["opened"]],
                     id="forming outlasts blindness"),
        pytest.param(RULE, [(0, 9), (1, 17)], State.OPEN, [["formed", "opened"], []], id="less than double is no growth"),
        pytest.param(RULE, [(0, 9), (1, 18), (2, 35), (3, 36)], State.OPEN,
                     [["formed", "opened"], ["grew"], [], ["grew"]], id="growth is told at each doubling"),
        pytest.param(RULE, [(0, 9), (9, 2), (128, 2)], State.CALMING, [["formed", "opened"], ["calmed"], []],
                     id="calm for less than asked for"),
        pytest.param(RULE, [(0, 9), (9, 2), (129, 2)], State.CLOSED, [["formed", "opened"], ["calmed"], ["closed"]],
                     id="calm for long enough"),
        pytest.param(RULE, [(0, 9), (9, 4)], State.OPEN, [["formed", "opened"], []], id="it lingers"),
        pytest.param(RULE, [(0, 9), (9, 2), (20, 8), (30, 2), (149, 2)], State.CALMING,
                     [["formed", "opened"], ["calmed"], ["flared"], ["calmed"], []], id="it flares and calms anew"),
        pytest.param(RULE, [(0, 9), (9, 2), (100, 4), (129, 2)], State.CALMING,
                     [["formed", "opened"], ["calmed"], [], []], id="lingering again is no flare, but the calm begins anew"),
        pytest.param(RULE, [(0, 9), (9, 0, 0.1), (500, 0, 0.1)], State.OPEN, [["formed", "opened"], [], []],
                     id="blind, it does not calm"),
        pytest.param(RULE, [(0, 9), (9, 2), (10, 0, 0.1), (300, 0, 0.1), (301, 2), (420, 2)], State.CALMING,
                     [["formed", "opened"], ["calmed"], [], [], [], []], id="time that nobody saw is no calm"),
        pytest.param(RULE, [(0, 9), (9, 2), (10, 0, 0.1), (300, 0, 0.1), (301, 2), (421, 2)], State.CLOSED,
                     [["formed", "opened"], ["calmed"], [], [], [], ["closed"]], id="calm seen after blindness closes"),
        pytest.param(RULE, [(0, 9), (9, 2, 0.6), (300, 2, 0.6)], State.OPEN, [["formed", "opened"], [], []],
                     id="half seen, it does not calm"),
        pytest.param(RULE, [(0, 9), (9, 2), (20, 2, 0.6), (139, 2), (140, 2)], State.CLOSED,
                     [["formed", "opened"], ["calmed"], [], [], ["closed"]], id="half seen, its calm begins anew"),
        pytest.param(RULE, [(0, 9), (9, 2, 0.6), (128, 9)], State.OPEN, [["formed", "opened"], [], []],
                     id="half seen, it goes on as before"),
        pytest.param(RULE, [(0, 9), (9, 2, 0.6), (129, 4, 0.6), (130, 9), (131, 9)], State.OPEN,
                     [["formed", "opened"], [], [], ["returned"], []], id="half seen, it returns after as long as a calm takes"),
        pytest.param(RULE, [(0, 9), (9, 2), (129, 2), (130, 9)], State.OPEN,
                     [["formed", "opened"], ["calmed"], ["closed"], ["formed", "opened"]], id="after the end a new one"),
    ],
)  # fmt: skip
def test_its_life(
    of: Rule, looks: list[tuple[float, int]], state: State | None, acts: list[list[str]]
) -> None:
    one, done = live(of, *looks)
    assert (one and one.state) == state
    assert done == acts


def test_a_severity_that_grew_is_said_and_never_falls() -> None:
    grave = rule(then={"severity": "critical"})
    worse, acts = look(incident(), signal(1, 12, grave), grave) or (incident(), ())
    assert [act.kind for act in acts] == [ActKind.WORSENED]
    again, acts = look(worse, signal(2, 12, RULE), RULE) or (worse, ())
    assert again.severity is Severity.CRITICAL
    assert acts == ()


def test_the_worst_window_is_kept() -> None:
    one, _ = live(RULE, (0, 9), (1, 15), (2, 11))
    assert one is not None
    assert (one.peak.negatives, one.now.negatives) == (15, 11)
    assert one.peak.at == NOON + MINUTE


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_takes_it_on_and_gives_it_back() -> None:
    taken, acts = life.acknowledge(incident(), "ada", NOON)
    assert (taken.state, [ack.who for ack in taken.acks], acts[0].who) == (State.ACKNOWLEDGED, ["ada"], "ada")
    freed, acts = life.unacknowledge(taken, "bob", NOON + MINUTE)
    assert (freed.state, freed.acks, acts[0].who) == (State.OPEN, (), "bob")
    assert life.unacknowledge(freed, "bob", NOON + MINUTE) == (freed, ())


def test_several_people_may_take_it_on_and_renew() -> None:
    one, _ = life.acknowledge(incident(), "ada", NOON)
    one, _ = life.acknowledge(one, "bob", NOON)
    one, _ = life.acknowledge(one, "ada", NOON + MINUTE, NOON + timedelta(hours=1))
    assert [(ack.who, ack.until) for ack in one.acks] == [("bob", None), ("ada", NOON + timedelta(hours=1))]


@pytest.mark.parametrize("seen", [1.0, 0.1], ids=["seen", "blind"])
def test_an_acknowledgement_expires_also_when_nothing_is_seen(seen: float) -> None:
    one, _ = life.acknowledge(incident(), "ada", NOON, NOON + 30 * MINUTE)
    change = look(one, signal(29, 12, RULE, covered=seen), RULE)
    assert change is not None
    assert change[0].state is State.ACKNOWLEDGED
    change = look(change[0], signal(30, 12, RULE, covered=seen), RULE)
    assert change is not None
    assert (change[0].state, change[0].acks) == (State.OPEN, ())
    assert [(act.kind, act.text) for act in change[1]] == [(ActKind.ACK_EXPIRED, "ada")]


def test_it_is_still_taken_on_while_another_holds_it() -> None:
    one, _ = life.acknowledge(incident(), "ada", NOON, NOON + MINUTE)
    one, _ = life.acknowledge(one, "bob", NOON)
    change = look(one, signal(2, 12, RULE), RULE)
    assert change is not None
    assert (change[0].state, [ack.who for ack in change[0].acks]) == (State.ACKNOWLEDGED, ["bob"])


def test_who_took_it_on_while_it_formed_still_has_it_when_it_opens() -> None:
    forming, _ = live(HELD, (0, 9))
    assert forming is not None
    taken, _ = life.acknowledge(forming, "ada", NOON)
    change = look(taken, signal(5, 9, HELD), HELD)
    assert change is not None
    assert change[0].state is State.ACKNOWLEDGED


def test_it_flares_back_into_the_hands_that_had_it() -> None:
    calm = incident(state=State.CALMING, quiet_since=NOON)
    taken, _ = life.acknowledge(calm, "ada", NOON)
    change = look(taken, signal(1, 9, RULE), RULE)
    assert change is not None
    assert change[0].state is State.ACKNOWLEDGED


def test_a_person_ends_it_and_one_still_forming_comes_to_nothing() -> None:
    closed, acts = life.close(incident(), NOON, "ada", "a false alarm")
    assert (closed.state, closed.closed_at, acts[0].text) == (State.CLOSED, NOON, "a false alarm")
    dropped, acts = life.close(incident(state=State.FORMING, opened_at=None), NOON, "ada")
    assert (dropped.state, [act.kind for act in acts]) == (State.DROPPED, [ActKind.DROPPED])


@pytest.mark.parametrize("state", [State.CLOSED, State.DROPPED])
def test_what_is_over_stays_as_it_is(state: State) -> None:
    over = incident(state=state, closed_at=NOON)
    assert life.acknowledge(over, "ada", NOON) == (over, ())
    assert life.unacknowledge(over, "ada", NOON) == (over, ())
    assert life.close(over, NOON, "ada") == (over, ())
    assert life.note(over, "ada", "it was a drill", NOON)[0] == over


# ── revisions ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("looks", "revision"),
    [
        pytest.param([(0, 100)], 1, id="the opening"),
        pytest.param([(0, 100), (1, 115)], 1, id="growth within two minutes"),
        pytest.param([(0, 100), (2, 109)], 1, id="growth by less than a tenth"),
        pytest.param([(0, 100), (2, 110)], 2, id="growth by a tenth after two minutes"),
        pytest.param(
            [(0, 100), (2, 110), (3, 150), (4, 150)], 3, id="what waited is shown after its two minutes"
        ),
        pytest.param([(0, 100), (1, 0, 0.1), (2, 100)], 3, id="blindness comes and goes"),
        pytest.param([(0, 100), (1, 100), (9, 100)], 1, id="no news"),
    ],
)
def test_a_revision_is_what_people_should_see(looks: list[tuple[float, int]], revision: int) -> None:
    one, _ = live(RULE, *looks)
    assert one is not None
    assert one.revision == revision


def test_ids_are_stable_short_and_can_be_read_out() -> None:
    assert life.incident_id("complaints", GROUP, NOON) == life.incident_id("complaints", GROUP, NOON)
    ids = {life.incident_id("complaints", GROUP, NOON + k * MINUTE) for k in range(500)}
    assert len(ids) == 500
    assert all(len(one) == 8 and one.isalnum() and not set(one) & set("ilou") for one in ids)


# ── whatever comes ──────────────────────────────────────────────────────────────────────────────────────────

looks = st.tuples(st.just("look"), st.integers(0, 40), st.sampled_from([1.0, 1.0, 1.0, 0.2]))
people = st.sampled_from(["ack", "ack a while", "unack", "close", "note"]).map(lambda what: (what, 0, 1.0))
EXPLAINS = {
    State.OPEN: {ActKind.OPENED, ActKind.FLARED, ActKind.UNACKNOWLEDGED, ActKind.ACK_EXPIRED},
    State.ACKNOWLEDGED: {ActKind.ACKNOWLEDGED, ActKind.FLARED, ActKind.OPENED},
    State.CALMING: {ActKind.CALMED},
    State.CLOSED: {ActKind.CLOSED},
    State.DROPPED: {ActKind.DROPPED},
    State.FORMING: {ActKind.FORMED},
}


def step(one: Incident | None, what: str, minute: int, negatives: int, seen: float) -> life.Change | None:
    at = NOON + minute * MINUTE
    if what == "look" or one is None:
        return look(one, signal(minute, negatives, HELD, covered=seen), HELD)
    acts = {
        "ack": lambda: life.acknowledge(one, "ada", at),
        "ack a while": lambda: life.acknowledge(one, "bob", at, at + 10 * MINUTE),
        "unack": lambda: life.unacknowledge(one, "ada", at),
        "close": lambda: life.close(one, at, "ada"),
        "note": lambda: life.note(one, "ada", "hm", at),
    }
    return acts[what]()


@given(st.lists(st.tuples(looks | people, st.integers(1, 90)), max_size=40))
def test_whatever_comes_the_log_explains_it_and_the_end_is_the_end(
    events: list[tuple[tuple[str, int, float], int]],
) -> None:
    one: Incident | None = None
    minute = 0
    for (what, negatives, seen), pause in events:
        minute += pause
        before, change = one, step(one, what, minute, negatives, seen)
        if change is None:
            continue
        one, acts = change
        _check(before, one, acts)


def _check(before: Incident | None, after: Incident, acts: tuple[Act, ...]) -> None:
    kinds = {act.kind for act in acts}
    assert after.version == 0
    assert all(act.incident == after.id for act in acts)
    assert (after.opened_at is None) == (after.state in {State.FORMING, State.DROPPED})
    assert (after.closed_at is None) == after.state.live
    assert after.peak.negatives >= after.now.negatives
    assert not (after.acks and after.state is State.OPEN)
    assert after.acks or after.state is not State.ACKNOWLEDGED
    if before is None or before.id != after.id:
        assert before is None or not before.state.live
        assert ActKind.FORMED in kinds
        return
    if not before.state.live:
        assert replace(after, hushed=before.hushed, quiet_since=before.quiet_since) == before
    if before.opened_at is not None:
        assert after.opened_at == before.opened_at
    if after.state is not before.state:
        assert kinds & EXPLAINS[after.state]
        assert after.revision > before.revision or after.state is State.DROPPED
    assert after.revision - before.revision in {0, 1}

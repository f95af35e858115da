"""What was recorded, held against the course as it is judged now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sentinel.model.incident import Ack, ActKind, Incident, Peak, State
from sentinel.model.reading import Severity
from sentinel.respond.incident import incident_id
from sentinel.respond.retold import settle
from tests.stand.storms import GROUP, HOUR, MINUTE, NOON, incident

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = NOON + 3 * HOUR


def storm(begin: float, end: float | None = None, **changes: Any) -> Incident:
    """A course or a recorded incident from `begin` to `end`, in minutes after noon."""
    formed, closed = NOON + begin * MINUTE, None if end is None else NOON + end * MINUTE
    base = incident(
        id=incident_id("complaints", GROUP, formed),
        formed_at=formed,
        opened_at=formed,
        known_at=formed,
        state=State.OPEN if end is None else State.CLOSED,
        quiet_since=None if closed is None else closed - HOUR / 2,
        closed_at=closed,
    )
    return replace(base, **changes)


def settled(recorded: Sequence[Incident], courses: Sequence[Incident]) -> dict[str, tuple[str, list[str]]]:
    """By id: the state, and the acts."""
    return {
        one.id: (one.state.value, [act.kind.value for act in acts])
        for one, acts in settle(recorded, courses, AT)
    }


A, B = storm(0, 60), storm(100)
WHOLE = storm(0)


@pytest.mark.parametrize(
    ("recorded", "courses", "becomes"),
    [
        pytest.param([A, B], [A, B], {}, id="nothing has changed"),
        pytest.param([], [B], {B.id: ("open", ["formed", "opened"])}, id="a new one"),
        pytest.param([], [A], {A.id: ("closed", ["formed", "opened", "calmed", "closed"])}, id="a new one that is over"),
        pytest.param([], [storm(0, 9, state=State.DROPPED, opened_at=None)], {}, id="what came to nothing unseen"),
        pytest.param([B], [storm(90, 150)], {B.id: ("closed", ["calmed", "closed"])}, id="it began before, and is over"),
        pytest.param([B], [], {B.id: ("dropped", ["dropped"])}, id="it never was"),
        pytest.param([A], [WHOLE], {A.id: ("open", ["flared"])}, id="it went on after all"),
        pytest.param([A, B], [WHOLE], {A.id: ("dropped", ["dropped"]), B.id: ("open", [])}, id="both are one: the one that goes on"),
        pytest.param([A, storm(100, 130)], [storm(0, 130)], {A.id: ("closed", []), storm(100).id: ("dropped", ["dropped"])},
                     id="both are one: the first"),
        pytest.param([WHOLE], [A, B], {A.id: ("closed", ["calmed", "closed"]), B.id: ("open", ["formed", "opened"])},
                     id="one is two"),
        pytest.param([replace(B, state=State.DROPPED, closed_at=AT)], [B], {B.id: ("open", ["flared"])}, id="what was taken back is there again"),
        pytest.param([replace(B, state=State.FORMING, opened_at=None, known_at=None)], [B], {B.id: ("open", ["opened"])}, id="it opens"),
        pytest.param([B], [replace(B, state=State.CALMING, quiet_since=AT)], {B.id: ("calming", ["calmed"])}, id="it calms"),
        pytest.param([replace(B, state=State.CALMING, quiet_since=AT)], [B], {B.id: ("open", ["flared"])}, id="it flares"),
        pytest.param([B], [replace(B, severity=Severity.CRITICAL)], {B.id: ("open", ["worsened"])}, id="it worsens"),
        pytest.param([B], [replace(B, peak=Peak(24, 1.0, 9, AT), now=Peak(24, 1.0, 9, AT))], {B.id: ("open", ["grew"])}, id="it grew"),
        pytest.param([B], [replace(B, again_at=AT)], {B.id: ("open", ["returned"])}, id="it returned"),
        pytest.param([replace(B, acks=(Ack("ada", NOON, AT),), state=State.ACKNOWLEDGED)], [B],
                     {B.id: ("open", ["ack_expired"])}, id="an acknowledgement runs out"),
    ],
)  # fmt: skip
def test_what_becomes_of_what_was_recorded(
    recorded: list[Incident], courses: list[Incident], becomes: dict[str, tuple[str, list[str]]]
) -> None:
    assert settled(recorded, courses) == becomes


def test_times_and_counts_are_the_courses_and_the_rest_is_what_people_know() -> None:
    ack = Ack("ada", NOON)
    known = storm(
        100, acks=(ack,), state=State.ACKNOWLEDGED, told_level=12, revision=5, version=7, trial=True
    )
    course = storm(90, peak=Peak(15, 2.0, 11, NOON + HOUR), onset=NOON, revision=0, version=0)
    ((now, acts),) = settle([known], [course], AT)
    assert acts == ()
    assert (now.formed_at, now.opened_at, now.onset) == (course.formed_at, course.opened_at, NOON)
    assert now.peak == course.peak
    assert (now.id, now.acks, now.state, now.told_level) == (known.id, (ack,), State.ACKNOWLEDGED, 12)
    assert (now.known_at, now.version, now.trial) == (known.known_at, 7, True)


def test_what_goes_on_after_all_is_known_from_now() -> None:
    ((now, _),) = settle([A], [WHOLE], AT)
    assert now.known_at == AT


def test_the_minute_that_goes_on_is_not_said_to_be_over() -> None:
    at = NOON + 20 * timedelta(seconds=1)
    course = storm(1)
    ((now, acts),) = settle([], [course], at)
    assert (now.formed_at, now.opened_at, now.known_at) == (at, at, at)
    assert {act.at for act in acts} == {at}
    ((later, more),) = settle(
        [now], [replace(course, now=Peak(13, 1.0, 9, NOON))], at + timedelta(seconds=10)
    )
    assert later.opened_at == at, "what was said of it stands"
    assert more == ()
    ((done, _),) = settle([later], [course], NOON + MINUTE)
    assert done.opened_at == NOON + MINUTE


def test_an_id_that_is_anothers_is_not_taken() -> None:
    before = storm(90, 95)
    keeps = replace(B, formed_at=before.formed_at)
    (_, (second, _)) = settle([keeps], [before, B], AT)
    assert second.id not in {B.id, before.id}
    assert second.formed_at == B.formed_at


def test_what_is_part_of_another_says_so() -> None:
    acts = [act for _, acts in settle([A, B], [WHOLE], AT) for act in acts]
    assert [act.text.split(":")[0] for act in acts if act.kind is ActKind.DROPPED] == [
        "it is part of another incident"
    ]

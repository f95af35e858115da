"""Who is told, who is not, and why: evening by evening."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.incident import Ack, ActKind, Incident, State
from sentinel.model.message import Delivery, DeliveryState
from sentinel.model.notice import Notice, NoticeKind, Reason
from sentinel.model.reading import Severity
from sentinel.respond.ladder import Case, Due, due
from sentinel.rulebook.types import Ladder, QuietHours
from tests.stand.messages import MESSAGE
from tests.stand.storms import HOUR, MINUTE, NOON, incident

NIGHTS = QuietHours.model_validate({"from": "22:00", "to": "07:30", "zone": "Europe/Madrid"})
STEPS = [
    {"tell": ["team"], "at": "once"},
    {"tell": ["lead", "mail"], "after": "15 minutes", "unless": "acknowledged"},
    {"tell": ["head"], "after": "45 minutes", "unless": "acknowledged", "only": ["critical"]},
]
REMIND = "every 2 hours, at most 3 times"
CALMING = {"state": State.CALMING, "quiet_since": NOON}
GOING = {"state": State.OPEN, "quiet_since": None, "closed_at": None}
TAKEN_BACK: dict[str, Any] = {"state": State.DROPPED, "closed_at": NOON}
ACKED = {"acks": (Ack("ada", NOON),), "state": State.ACKNOWLEDGED}


def ladder(steps: list[dict[str, Any]] = STEPS, remind: str | None = REMIND) -> Ladder:
    return Ladder.model_validate(
        {"id": "team", "file": "t.yaml", "ladder": "T", "steps": steps, "remind": remind}
    )


def row(notice: Notice, state: DeliveryState = DeliveryState.SENT) -> Delivery:
    """The outbox row a notice becomes."""
    key = f"{notice.channel}/{notice.kind}/{notice.step}/{notice.at}"
    return Delivery(
        key,
        notice.incident,
        notice.channel,
        notice.kind,
        notice.step,
        notice.marks,
        state,
        notice.at,
        MESSAGE,
    )


class Evening:
    """An incident asked about again and again; whatever is due is delivered and remembered."""

    def __init__(self, climb: Ladder | None = None, quiet: QuietHours | None = None, **changes: Any) -> None:
        self.ladder, self.quiet, self.one = climb or ladder(), quiet, incident(**changes)
        self.rows: list[Delivery] = []
        self.state = DeliveryState.SENT

    def ask(self, at: datetime, *news: ActKind, **changes: Any) -> Due:
        self.one = replace(self.one, **changes)
        answer = due(Case(self.one, self.ladder, self.quiet, tuple(self.rows), frozenset(news), at))
        self.rows += [row(notice, self.state) for notice in answer.notices]
        return answer

    def told(self, minutes: float, *news: ActKind, **changes: Any) -> list[tuple[str, str, str]]:
        """Who is told at so many minutes after noon: (channel, kind, reason)."""
        notices = self.ask(NOON + minutes * MINUTE, *news, **changes).notices
        return [(one.channel, one.kind.value, one.reason.name) for one in notices]

    def held(self, minutes: float, **changes: Any) -> dict[tuple[str, int], tuple[str, float | None]]:
        """Who is not: (channel, step) → (reason, minutes after noon until when)."""
        return {
            (one.channel, one.step): (one.reason.name, (one.until - NOON) / MINUTE if one.until else None)
            for one in self.ask(NOON + minutes * MINUTE, **changes).held
        }


# ── the climb ───────────────────────────────────────────────────────────────────────────────────────────────


def test_it_climbs_while_nobody_answers_and_skips_what_is_for_graver_storms() -> None:
    evening = Evening()
    assert evening.told(0) == [("team", "opened", "FIRST_STEP")]
    assert evening.told(14) == []
    assert evening.told(15) == [("lead", "escalated", "CLIMBED"), ("mail", "escalated", "CLIMBED")]
    assert evening.told(50) == []


def test_why_the_others_are_not_told() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.held(1) == {
        ("team", 0): ("ALREADY_TOLD", None),
        ("lead", 1): ("NOT_YET", 15),
        ("mail", 1): ("NOT_YET", 15),
        ("head", 2): ("NOT_THIS_SEVERE", None),
        ("team", -1): ("REMINDER_NOT_YET", 120),
    }


def test_an_acknowledgement_stops_the_climb_and_the_reminders_but_not_the_updates() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(5, ActKind.ACKNOWLEDGED, revision=2, **ACKED) == [("team", "update", "CHANGED")]
    assert evening.told(200) == []
    held = evening.held(200)
    assert held["lead", 1] == ("TAKEN_ON", None)
    assert held["team", -1] == ("TAKEN_ON", None)


def test_it_does_not_climb_while_it_calms_and_climbs_on_when_it_flares() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(15, ActKind.CALMED, **CALMING) == []
    assert evening.held(16)["lead", 1] == ("CALMS", None)
    assert [channel for channel, *_ in evening.told(17, ActKind.FLARED, **GOING)] == ["lead", "mail"]


def test_somebody_is_told_at_once_also_of_what_calms_already() -> None:
    assert Evening().told(0, **CALMING) == [("team", "opened", "FIRST_STEP")]


def test_rungs_count_from_when_it_was_known_and_not_from_when_it_opened() -> None:
    evening = Evening(known_at=NOON + HOUR)
    assert evening.told(60) == [("team", "opened", "FIRST_STEP")]
    assert evening.told(74) == []
    assert evening.told(75) == [("lead", "escalated", "CLIMBED"), ("mail", "escalated", "CLIMBED")]


def test_what_goes_on_after_its_end_was_told_is_said_again_and_its_second_end_too() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(5, ActKind.CLOSED, **OVER) == [("team", "resolved", "IT_ENDED")]
    assert evening.told(6) == []
    assert evening.told(7, ActKind.FLARED, **GOING) == [("team", "opened", "GOES_ON")]
    assert evening.told(8) == []
    assert evening.told(9, ActKind.CLOSED, **OVER) == [("team", "resolved", "IT_ENDED")]


def test_what_is_taken_back_is_told_to_whoever_was_told_and_to_nobody_else() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(5, ActKind.DROPPED, **TAKEN_BACK) == [("team", "resolved", "TAKEN_BACK")]
    assert evening.told(6) == []
    assert Evening(**TAKEN_BACK).told(5) == []


def test_taking_it_back_lets_it_climb_on() -> None:
    evening = Evening()
    evening.told(0, **ACKED)
    assert evening.told(20) == []
    assert [channel for channel, *_ in evening.told(21, acks=(), state=State.OPEN)] == ["lead", "mail"]


def test_an_expired_acknowledgement_reminds() -> None:
    evening = Evening()
    evening.told(0, **ACKED)
    told = evening.told(10, ActKind.ACK_EXPIRED, acks=(), state=State.OPEN, revision=2)
    assert told == [("team", "reminder", "STILL_UNANSWERED")]


def test_growth_in_severity_is_said_aloud_and_opens_the_grave_rungs() -> None:
    evening = Evening()
    evening.told(0), evening.told(15)
    assert evening.told(60, ActKind.WORSENED, severity=Severity.CRITICAL, revision=2) == [
        ("head", "escalated", "CLIMBED"),
        ("team", "worsened", "SEVERITY_GREW"),
        ("lead", "worsened", "SEVERITY_GREW"),
        ("mail", "worsened", "SEVERITY_GREW"),
    ]


def test_growth_is_said_aloud_once() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(5, ActKind.GREW, revision=2) == [("team", "grew", "KEPT_GROWING")]
    assert evening.told(6) == []


def test_a_silent_update_goes_out_only_when_the_revision_grew() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(3) == []
    assert evening.told(4, revision=2) == [("team", "update", "CHANGED")]
    assert evening.told(5) == []


def test_reminders_end() -> None:
    evening = Evening(ladder(STEPS[:1]))
    minutes = [minute for minute in range(0, 3000, 10) if evening.told(minute)]
    assert minutes == [0, 120, 240, 360]
    assert evening.held(3000)["team", -1] == ("REMINDERS_SPENT", None)


def test_a_calming_storm_is_not_reminded_of() -> None:
    evening = Evening(ladder(STEPS[:1]))
    evening.told(0)
    assert evening.told(500, state=State.CALMING) == []
    assert evening.held(500)["team", -1] == ("NOTHING_NEW", None)


def test_without_reminders_there_is_nothing_new() -> None:
    evening = Evening(ladder(remind=None))
    evening.told(0)
    assert evening.held(1)["team", -1] == ("NOTHING_NEW", None)


def test_a_channel_on_two_rungs_is_told_at_each() -> None:
    evening = Evening(ladder([{"tell": ["team"], "at": "once"}, {"tell": ["team"], "after": "15 minutes"}]))
    assert [evening.told(minute) for minute in (0, 15, 16)] == [
        [("team", "opened", "FIRST_STEP")],
        [("team", "escalated", "CLIMBED")],
        [],
    ]


def test_a_channel_whose_rungs_have_all_come_is_told_once() -> None:
    evening = Evening(
        ladder([{"tell": ["team", "team"], "at": "once"}, {"tell": ["team"], "after": "15 minutes"}])
    )
    assert evening.told(60) == [("team", "opened", "FIRST_STEP")]
    assert evening.told(61) == []


def test_a_channel_that_refused_is_left_alone_until_a_later_rung_tries_it() -> None:
    evening = Evening(ladder([*STEPS[:1], {"tell": ["team"], "after": "15 minutes"}]))
    evening.state = DeliveryState.FAILED
    evening.told(0)
    assert evening.told(5, ActKind.GREW, revision=2) == []
    assert evening.told(15) == [("team", "escalated", "CLIMBED")]
    assert evening.told(500, ActKind.GREW, revision=3) == []
    assert evening.told(501, ActKind.CLOSED, state=State.CLOSED, closed_at=NOON, revision=4) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": State.FORMING, "opened_at": None}, "FORMING"),
        ({"state": State.DROPPED, "opened_at": None}, "FORMING"),
        ({"trial": True}, "TRIAL"),
        ({"trial": True, "state": State.CLOSED}, "TRIAL"),
    ],
)
def test_nobody_hears_of_what_forms_or_is_on_trial(changes: dict[str, Any], reason: str) -> None:
    evening = Evening(**changes)
    assert evening.told(500) == []
    assert {why for why, _ in evening.held(500).values()} == {reason}


# ── the end ─────────────────────────────────────────────────────────────────────────────────────────────────

OVER = {"state": State.CLOSED, "closed_at": NOON + HOUR, "revision": 9}


def test_the_end_is_told_once_to_those_who_were_told() -> None:
    evening = Evening()
    evening.told(0)
    assert evening.told(10, ActKind.CLOSED, **OVER) == [("team", "resolved", "IT_ENDED")]
    assert evening.told(11) == []


def test_what_opened_and_ended_within_one_look_is_told_once_to_the_first_rung() -> None:
    evening = Evening()
    assert evening.told(90, ActKind.OPENED, ActKind.CLOSED, **OVER) == [("team", "resolved", "ALREADY_OVER")]
    assert evening.told(91) == []


def test_nobody_is_told_of_an_end_whose_beginning_was_for_nobody() -> None:
    evening = Evening(ladder([{**STEPS[0], "only": ["critical"]}, STEPS[1]]))
    assert evening.told(90, ActKind.OPENED, ActKind.CLOSED, **OVER) == []
    assert {why for why, _ in evening.held(90).values()} == {"NOBODY_WAS_TOLD"}


# ── the night ───────────────────────────────────────────────────────────────────────────────────────────────


def utc(day: int, month: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}:00").replace(tzinfo=UTC)


def night(opened: datetime, **changes: Any) -> Evening:
    return Evening(quiet=NIGHTS, opened_at=opened, formed_at=opened, **changes)


@pytest.mark.parametrize(
    ("opened", "morning"),
    [
        pytest.param(utc(10, 1, "23:00"), utc(11, 1, "06:30"), id="a winter night"),
        pytest.param(utc(28, 3, "23:00"), utc(29, 3, "05:30"), id="the night of 29 March, an hour shorter"),
        pytest.param(
            utc(24, 10, "22:00"), utc(25, 10, "06:30"), id="the night of 25 October, an hour longer"
        ),
    ],
)
def test_the_night_holds_and_the_morning_climbs_from_its_beginning(
    opened: datetime, morning: datetime
) -> None:
    evening = night(opened)
    held = {(one.channel, one.step): (one.reason, one.until) for one in evening.ask(opened).held}
    assert held["team", 0] == (Reason.HELD, morning)
    assert held["lead", 1][1] == morning + 15 * MINUTE
    told = [
        (k, one.channel, one.reason)
        for k in range(-600, 60)
        for one in evening.ask(morning + k * MINUTE).notices
    ]
    assert told == [
        (0, "team", Reason.QUIET_HOURS_ENDED),
        (15, "lead", Reason.CLIMBED),
        (15, "mail", Reason.CLIMBED),
    ]


def test_a_rung_whose_turn_comes_at_night_waits_for_the_morning() -> None:
    evening = night(utc(10, 1, "20:50"))
    assert [one.channel for one in evening.ask(utc(10, 1, "20:50")).notices] == ["team"]
    assert evening.ask(utc(10, 1, "21:05")).notices == ()
    told = evening.ask(utc(11, 1, "06:30")).notices
    assert [(one.channel, one.reason) for one in told][:2] == [
        ("lead", Reason.QUIET_HOURS_ENDED),
        ("mail", Reason.QUIET_HOURS_ENDED),
    ]


def test_at_night_what_was_said_is_changed_silently_and_reminders_wait() -> None:
    evening = night(utc(10, 1, "20:50"))
    evening.ask(utc(10, 1, "20:50"))
    [update] = evening.ask(utc(10, 1, "23:00"), ActKind.GREW, revision=2).notices
    assert (update.kind, update.reason) == (NoticeKind.UPDATE, Reason.CHANGED)
    held = {(one.channel, one.step): one for one in evening.ask(utc(10, 1, "23:30")).held}
    assert held["team", -1].reason is Reason.HELD
    assert held["team", -1].until == utc(11, 1, "06:30")


def test_a_storm_that_turns_grave_at_night_waits_no_longer() -> None:
    evening = night(utc(10, 1, "23:00"))
    evening.ask(utc(10, 1, "23:00"))
    told = evening.ask(utc(10, 1, "23:20"), ActKind.WORSENED, severity=Severity.CRITICAL, revision=2).notices
    assert [one.channel for one in told] == ["team", "lead", "mail"]


def test_an_end_at_night_changes_silently_and_is_told_in_the_morning() -> None:
    evening = night(utc(10, 1, "20:50"))
    evening.ask(utc(10, 1, "20:50"))
    told = evening.ask(utc(10, 1, "23:00"), ActKind.CLOSED, **OVER).notices
    assert [(one.kind, one.at) for one in told] == [
        (NoticeKind.UPDATE, utc(10, 1, "23:00")),
        (NoticeKind.RESOLVED, utc(11, 1, "06:30")),
    ]
    assert evening.ask(utc(10, 1, "23:01")).notices == ()


def test_a_storm_that_came_and_went_at_night_is_one_summary_in_the_morning() -> None:
    evening = night(utc(10, 1, "23:00"))
    evening.ask(utc(10, 1, "23:00"))
    [one] = evening.ask(utc(11, 1, "02:00"), ActKind.CLOSED, **OVER).notices
    assert (one.channel, one.kind, one.reason, one.at) == (
        "team",
        NoticeKind.RESOLVED,
        Reason.ALREADY_OVER,
        utc(11, 1, "06:30"),
    )


# ── whatever comes ──────────────────────────────────────────────────────────────────────────────────────────


def test_every_reason_is_given_somewhere() -> None:
    given_here: set[Reason] = set()
    scenes: list[tuple[Evening, list[tuple[datetime, tuple[ActKind, ...], dict[str, Any]]]]] = [
        (Evening(), [(NOON, (), {}), (NOON + HOUR, (), {}), (NOON + HOUR, (ActKind.GREW,), {}),
                     (NOON + HOUR, (ActKind.WORSENED,), {"revision": 2}), (NOON + 4 * HOUR, (), {}),
                     (NOON + 5 * HOUR, (), ACKED | {"revision": 3}), (NOON + 5 * HOUR, (), {}), (NOON + 6 * HOUR, (), OVER)]),
        (Evening(), [(NOON, (), {}), *((NOON + k * HOUR, (), {}) for k in range(2, 12, 2))]),
        (Evening(ladder(remind=None)), [(NOON, (), {}), (NOON, (), {})]),
        (Evening(state=State.FORMING, opened_at=None), [(NOON, (), {})]),
        (Evening(trial=True), [(NOON, (), {})]),
        (Evening(), [(NOON, (), OVER)]),
        (Evening(ladder(STEPS[1:])), [(NOON, (), OVER)]),
        (Evening(), [(NOON, (), {}), (NOON + HOUR, (), CALMING)]),
        (Evening(), [(NOON, (), {}), (NOON + HOUR, (ActKind.RETURNED,), {})]),
        (Evening(), [(NOON, (), {}), (NOON + HOUR, (), OVER), (NOON + HOUR, (ActKind.FLARED,), GOING)]),
        (Evening(), [(NOON, (), {}), (NOON + HOUR, (), TAKEN_BACK)]),
        (night(utc(10, 1, "23:00")), [(utc(10, 1, "23:00"), (), {}), (utc(11, 1, "07:00"), (), {})]),
    ]  # fmt: skip
    for evening, asked in scenes:
        for at, news, changes in asked:
            answer = evening.ask(at, *news, **changes)
            given_here |= {one.reason for one in answer.notices} | {one.reason for one in answer.held}
    assert given_here == set(Reason)


channels = st.sampled_from(["a", "b", "c"])
rungs = st.lists(
    st.fixed_dictionaries(
        {"tell": st.lists(channels, min_size=1, max_size=3)},
        optional={"unless": st.just("acknowledged"), "only": st.just(["critical"])},
    ),
    min_size=1,
    max_size=4,
)
moments = st.tuples(
    st.integers(0, 400),
    st.sampled_from([{}, {"acks": ()}, {"acks": (Ack("ada", NOON),)}, {"severity": Severity.CRITICAL}]),
    st.sampled_from([(), (ActKind.GREW,)]),
    st.booleans(),
)


@given(steps=rungs, quiet=st.booleans(), course=st.lists(moments, max_size=12), ends=st.booleans())
def test_no_rung_tells_twice_and_asking_again_says_nothing_new(
    *,
    steps: list[dict[str, Any]],
    quiet: bool,
    course: list[tuple[int, dict[str, Any], tuple[ActKind, ...], bool]],
    ends: bool,
) -> None:
    climb = ladder([{**one, "after": f"{20 * k} minutes"} if k else one for k, one in enumerate(steps)])
    evening = Evening(climb, NIGHTS if quiet else None, opened_at=NOON + 8 * HOUR)
    at, revision = NOON + 8 * HOUR, 1
    for pause, changes, news, changed in course:
        at, revision = at + pause * MINUTE, revision + changed
        evening.ask(at, *news, revision=revision, **changes)
        again = evening.ask(at)
        assert again.notices == ()
        assert again.again is None or again.again > at
        if again.again is not None:
            before = evening.ask(again.again - timedelta(seconds=1))
            assert before.notices == ()
    if ends:
        evening.ask(at, ActKind.CLOSED, **OVER)
        assert evening.ask(at).notices == ()
    told = [(one.channel, one.step) for one in evening.rows if one.step >= 0]
    assert len(told) == len(set(told))
    assert sum(one.kind is NoticeKind.RESOLVED for one in evening.rows) <= 3


def test_an_answer_says_when_to_ask_again() -> None:
    evening = Evening()
    assert evening.ask(NOON).again == NOON + 15 * MINUTE
    assert evening.ask(NOON + 15 * MINUTE).again == NOON + 45 * MINUTE
    assert evening.ask(NOON + 50 * MINUTE).again == NOON + 2 * HOUR


def test_it_owns_no_memory() -> None:
    case = Case(incident(), ladder(), None, (), frozenset(), NOON)
    assert due(case) == due(case)
    assert isinstance(case.incident, Incident)

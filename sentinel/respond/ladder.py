"""Who is due to be told, and why the others are not.

`due` is asked after every judgment with everything that was told before; it owns no memory, so that a restart, a
reload or a person's act in between cannot confuse it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.model.incident import ActKind, Incident, State
from sentinel.model.message import DeliveryState
from sentinel.model.notice import Held, Notice, NoticeKind, Reason
from sentinel.respond.quiet import held_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.model.message import Delivery
    from sentinel.rulebook.types import Ladder, QuietHours, Step

_STEP_KINDS = {NoticeKind.OPENED, NoticeKind.ESCALATED}
_TELLS = {Reason.FIRST_STEP, Reason.CLIMBED, Reason.QUIET_HOURS_ENDED}


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel has been told of an incident so far."""

    channel: str
    steps: frozenset[int]
    last: datetime
    marks: int
    reminders: int
    resolved: bool


@dataclass(frozen=True, slots=True)
class Due:
    """The answer: who is to be told now, and who is not, with reasons.

    `again` is the earliest time at which the answer could differ although nothing has happened; None: never.
    """

    notices: tuple[Notice, ...]
    held: tuple[Held, ...]
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision rests on: nothing is remembered between two of them.

    `quiet` are the quiet hours that hold this rule's messages, `deliveries` all that was ever due of this incident,
    `news` the acts of this very judgment.
    """

    incident: Incident
    ladder: Ladder
    quiet: QuietHours | None
    deliveries: Sequence[Delivery]
    news: AbstractSet[ActKind]
    at: datetime

    @property
    def held_until(self) -> datetime | None:
        """When quiet hours let this incident's messages go; None when nothing holds them now."""
        return held_until(self.quiet, self.incident.severity, self.at)


def due(case: Case) -> Due:
    """Decide who is told now."""
    incident = case.incident
    if incident.state is State.FORMING or incident.opened_at is None:
        return Due((), tuple(_nobody(case, Reason.FORMING)))
    if incident.trial:
        return Due((), tuple(_nobody(case, Reason.TRIAL)))
    told = _told(case.deliveries)
    if not incident.state.live:
        return Due(tuple(_ending(case, told)), ())
    first = list(_climb(case, incident.opened_at, told))
    notices = [answer for answer in first if isinstance(answer, Notice)]
    fresh = {notice.channel for notice in notices}
    others = [_again(case, record) for record in told.values() if record.channel not in fresh]
    held = tuple(answer for answer in first if isinstance(answer, Held))
    return Due((*notices, *(notice for notice in others if notice)), held, _next(case, held, told))


def _next(case: Case, held: Sequence[Held], told: dict[str, Told]) -> datetime | None:
    times = [one.until for one in held if one.until is not None]
    if (remind := case.ladder.remind) is not None:
        times += [one.last + remind.every for one in told.values() if one.reminders < remind.at_most]
    return min(times, default=None)


def _told(deliveries: Sequence[Delivery]) -> dict[str, Told]:
    told: dict[str, Told] = {}
    for channel in dict.fromkeys(row.channel for row in deliveries):
        rows = [row for row in deliveries if row.channel == channel]
        if all(row.state is DeliveryState.FAILED for row in rows):
            steps = frozenset(row.step for row in rows if row.kind in _STEP_KINDS)
            told[channel] = Told(channel, steps, rows[-1].created_at, rows[-1].marks, 0, resolved=True)
            continue
        loud = [row.created_at for row in rows if row.kind is not NoticeKind.UPDATE]
        told[channel] = Told(
            channel=channel,
            steps=frozenset(row.step for row in rows if row.kind in _STEP_KINDS),
            last=max(loud, default=rows[-1].created_at),
            marks=max(row.marks for row in rows),
            reminders=sum(row.kind is NoticeKind.REMINDER for row in rows),
            resolved=any(row.kind is NoticeKind.RESOLVED for row in rows),
        )
    return told


def _climb(case: Case, opened_at: datetime, told: dict[str, Told]) -> Iterator[Notice | Held]:
    """Every rung and channel: a notice when it is its turn, else the reason why not."""
    taken: set[str] = set()
    for index, step in enumerate(case.ladder.steps):
        turn = opened_at + step.after
        for channel in step.tell:
            record = told.get(channel)
            if record is not None and index in record.steps:
                reason, until = Reason.ALREADY_TOLD, None
            else:
                reason, until = _gate(case, step, turn)
            if reason in _TELLS and channel not in taken:
                taken.add(channel)
                kind = NoticeKind.ESCALATED if step.after else NoticeKind.OPENED
                yield Notice(case.incident.id, channel, kind, reason, case.at, index, case.incident.revision)
            elif reason not in _TELLS:
                yield Held(case.incident.id, channel, index, reason, case.at, until)


def _gate(case: Case, step: Step, turn: datetime) -> tuple[Reason, datetime | None]:
    """Why this rung is told now, or why not and until when."""
    incident = case.incident
    if step.only and incident.severity not in step.only:
        return Reason.NOT_THIS_SEVERE, None
    if step.unless_acknowledged and incident.acks:
        return Reason.TAKEN_ON, None
    if case.at < turn:
        return Reason.NOT_YET, turn
    if until := case.held_until:
        return Reason.HELD, until
    if held_until(case.quiet, incident.severity, turn):
        return Reason.QUIET_HOURS_ENDED, None
    return (Reason.CLIMBED if step.after else Reason.FIRST_STEP), None


def _again(case: Case, told: Told) -> Notice | None:
    """What a channel that was told before is told next: grave news, a reminder, or a silent edit."""
    if told.resolved:  # the channel refused for good
        return None
    kind, reason = _news(case, told)
    if reason is Reason.NOTHING_NEW:
        return None
    return Notice(case.incident.id, told.channel, kind, reason, case.at, -1, case.incident.revision)


def _news(case: Case, told: Told) -> tuple[NoticeKind, Reason]:
    if not case.held_until:
        if ActKind.WORSENED in case.news:
            return NoticeKind.WORSENED, Reason.SEVERITY_GREW
        if ActKind.GREW in case.news:
            return NoticeKind.GREW, Reason.KEPT_GROWING
        if _reminder_due(case, told):
            return NoticeKind.REMINDER, Reason.STILL_UNANSWERED
    changed = case.incident.revision > told.marks
    return NoticeKind.UPDATE, Reason.CHANGED if changed else Reason.NOTHING_NEW


def _reminder_due(case: Case, told: Told) -> bool:
    remind = case.ladder.remind
    if remind is None or case.incident.acks or case.incident.state is State.CALMING:
        return False
    return told.reminders < remind.at_most and case.at - told.last >= remind.every


def _ending(case: Case, told: dict[str, Told]) -> Iterator[Notice]:
    """The end goes to those who were told and to nobody else; in quiet hours as a silent edit."""
    incident, silent = case.incident, case.held_until is not None
    kind = NoticeKind.UPDATE if silent else NoticeKind.RESOLVED
    for record in told.values():
        if not record.resolved and record.marks < incident.revision:
            yield Notice(incident.id, record.channel, kind, Reason.IT_ENDED, case.at, -1, incident.revision)


def _nobody(case: Case, reason: Reason) -> Iterator[Held]:
    for index, step in enumerate(case.ladder.steps):
        for channel in step.tell:
            yield Held(case.incident.id, channel, index, reason, case.at)

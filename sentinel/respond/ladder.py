"""Who is due to be told, and why the others are not.

`due` is asked after every judgment with everything that was told before; it owns no memory, so that a restart, a
reload or a person's act in between cannot confuse it.

- A rung's turn comes `after` it was known that the incident is open; quiet hours put it off, and the rungs after it keep their distance from it,
  so that a morning does not begin with everybody being told at once.
- Nobody more is woken while it calms: a rung whose turn has come tells if it flares again.
- A channel on several rungs whose turns have come is told once.
- The end is told to those who were told. If it came before anybody could be told (within an outage, or within quiet
  hours), the rungs that tell at once get one summary.
- In quiet hours what was said is brought up to date silently; the end is told aloud when they are over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.incident import ActKind, Incident, State
from sentinel.model.message import DeliveryState
from sentinel.model.notice import Held, Notice, NoticeKind, Reason
from sentinel.respond.quiet import held_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.model.message import Delivery
    from sentinel.rulebook.types import Ladder, QuietHours, Step

_STEP_KINDS = {NoticeKind.OPENED, NoticeKind.ESCALATED}
_TELLS = {Reason.FIRST_STEP, Reason.CLIMBED, Reason.QUIET_HOURS_ENDED}


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel has been told of an incident so far.

    `climbed` is when a rung last told it, `last` when anything aloud was said; `refused`: it never took anything.
    """

    channel: str
    steps: frozenset[int]
    climbed: datetime | None
    last: datetime
    marks: int
    reminders: int
    ended: bool
    refused: bool

    def heard(self, turn: Turn) -> bool:
        """Whether this rung has told it, or another one when this rung's turn had come."""
        return turn.index in self.steps or (self.climbed is not None and self.climbed >= turn.at)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a rung's turn comes; `put_off` by quiet hours or not."""

    index: int
    step: Step
    at: datetime
    put_off: bool


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

    def notice(
        self, channel: str, kind: NoticeKind, reason: Reason, *, at: datetime | None = None, step: int = -1
    ) -> Notice:
        """That `channel` is to be told of the incident as it stands, now or at `at`."""
        return Notice(self.incident.id, channel, kind, reason, at or self.at, step, self.incident.revision)

    def held(self, channel: str, step: int, reason: Reason, until: datetime | None = None) -> Held:
        """That `channel` is not told."""
        return Held(self.incident.id, channel, step, reason, self.at, until)


def due(case: Case) -> Due:
    """Decide who is told now."""
    incident = case.incident
    if incident.state is State.FORMING or incident.opened_at is None:
        return _sorted(_nobody(case, Reason.FORMING))
    if incident.trial:
        return _sorted(_nobody(case, Reason.TRIAL))
    told = _told(case.deliveries)
    turns = tuple(_turns(case, incident.known_at or incident.opened_at))
    if not incident.state.live:
        taken_back = incident.state is State.DROPPED
        return _sorted(_ending(case, told) if told or taken_back else _all_over(case, turns))
    climb = list(_climb(case, turns, told))
    fresh = {answer.channel for answer in climb if isinstance(answer, Notice)}
    again = [_again(case, told[name]) for name in told if name not in fresh and not told[name].refused]
    return _sorted([*climb, *again], _times(case, told, turns))


def _sorted(answers: Iterable[Notice | Held], times: Iterable[datetime] = ()) -> Due:
    both = tuple(answers)
    notices = tuple(answer for answer in both if isinstance(answer, Notice))
    held = tuple(answer for answer in both if isinstance(answer, Held))
    return Due(notices, held, min(times, default=None))


def _times(case: Case, told: Mapping[str, Told], turns: Iterable[Turn]) -> Iterator[datetime]:
    """When time alone will change the answer: turns and reminders to come, and the end of quiet hours."""
    remind = case.ladder.remind
    times = [turn.at for turn in turns]
    times += [one.last + remind.every for one in told.values() if remind and one.reminders < remind.at_most]
    times += [case.held_until] if case.held_until else []
    return (at for at in times if at > case.at)


def _told(deliveries: Sequence[Delivery]) -> dict[str, Told]:
    channels = dict.fromkeys(row.channel for row in deliveries)
    return {name: _record(name, [row for row in deliveries if row.channel == name]) for name in channels}


def _record(channel: str, rows: Sequence[Delivery]) -> Told:
    climbed = [row.created_at for row in rows if row.kind in _STEP_KINDS]
    aloud = [row.created_at for row in rows if row.kind is not NoticeKind.UPDATE]
    return Told(
        channel=channel,
        steps=frozenset(row.step for row in rows if row.kind in _STEP_KINDS),
        climbed=max(climbed, default=None),
        last=max(aloud or [row.created_at for row in rows]),
        marks=max(row.marks for row in rows),
        reminders=sum(row.kind is NoticeKind.REMINDER for row in rows),
        ended=_last_heard_the_end(rows),
        refused=all(row.state is DeliveryState.FAILED for row in rows),
    )


def _last_heard_the_end(rows: Sequence[Delivery]) -> bool:
    aloud = [row.kind for row in rows if row.kind is not NoticeKind.UPDATE]
    return bool(aloud) and aloud[-1] is NoticeKind.RESOLVED


def _turns(case: Case, opened_at: datetime) -> Iterator[Turn]:
    """The turns of all rungs: quiet hours put one off, and the later ones keep their distance from it."""
    turn, after = opened_at, timedelta(0)
    for index, step in enumerate(case.ladder.steps):
        turn, after = turn + (step.after - after), step.after
        released = held_until(case.quiet, case.incident.severity, turn)
        turn = released or turn
        yield Turn(index, step, turn, put_off=released is not None)


def _climb(case: Case, turns: Iterable[Turn], told: Mapping[str, Told]) -> Iterator[Notice | Held]:
    """Every rung and channel: a notice when it is its turn, else the reason why not."""
    fresh: set[str] = set()
    for turn in turns:
        for channel in turn.step.tell:
            reason, until = _gate(case, turn)
            if (channel in told and told[channel].heard(turn)) or (reason in _TELLS and channel in fresh):
                yield case.held(channel, turn.index, Reason.ALREADY_TOLD)
            elif reason in _TELLS:
                fresh.add(channel)
                kind = NoticeKind.ESCALATED if turn.step.after else NoticeKind.OPENED
                yield case.notice(channel, kind, reason, step=turn.index)
            else:
                yield case.held(channel, turn.index, reason, until)


def _gate(case: Case, turn: Turn) -> tuple[Reason, datetime | None]:
    """Why this rung tells now, or why not and until when."""
    if (barred := _barred(case, turn.step)) is not None:
        return barred, None
    until = case.held_until
    if turn.step.after and case.incident.state is State.CALMING:
        return Reason.CALMS, None
    if case.at < turn.at:
        return (Reason.HELD if until and turn.put_off else Reason.NOT_YET), turn.at
    if until:
        return Reason.HELD, until
    if turn.put_off:
        return Reason.QUIET_HOURS_ENDED, None
    return (Reason.CLIMBED if turn.step.after else Reason.FIRST_STEP), None


def _barred(case: Case, step: Step) -> Reason | None:
    """Why this rung does not tell whatever the hour, as the incident stands."""
    if step.only and case.incident.severity not in step.only:
        return Reason.NOT_THIS_SEVERE
    if step.unless_acknowledged and case.incident.acks:
        return Reason.TAKEN_ON
    return None


def _again(case: Case, told: Told) -> Notice | Held:
    """What a channel that was told before is told next: grave news, a reminder or a silent edit; else why nothing."""
    kind, reason, until = _news(case, told)
    changed = case.incident.revision > told.marks
    if kind is not None and not case.held_until:
        return case.notice(told.channel, kind, reason)
    if changed:
        return case.notice(told.channel, NoticeKind.UPDATE, Reason.CHANGED)
    if kind is not None:
        return case.held(told.channel, -1, Reason.HELD, case.held_until)
    return case.held(told.channel, -1, reason, until)


def _news(case: Case, told: Told) -> tuple[NoticeKind | None, Reason, datetime | None]:
    """What there is to be said aloud, quiet hours aside; without a kind: nothing, for this reason, until then."""
    if told.ended:
        return NoticeKind.OPENED, Reason.GOES_ON, None
    if ActKind.WORSENED in case.news:
        return NoticeKind.WORSENED, Reason.SEVERITY_GREW, None
    if ActKind.GREW in case.news:
        return NoticeKind.GREW, Reason.KEPT_GROWING, None
    if ActKind.RETURNED in case.news:
        return NoticeKind.GREW, Reason.CAME_BACK, None
    if ActKind.ACK_EXPIRED in case.news and not case.incident.acks:
        return NoticeKind.REMINDER, Reason.STILL_UNANSWERED, None
    return _reminder(case, told)


def _reminder(case: Case, told: Told) -> tuple[NoticeKind | None, Reason, datetime | None]:
    remind = case.ladder.remind
    if remind is None or case.incident.state is State.CALMING:
        return None, Reason.NOTHING_NEW, None
    if case.incident.acks:
        return None, Reason.TAKEN_ON, None
    if told.reminders >= remind.at_most:
        return None, Reason.REMINDERS_SPENT, None
    if case.at < told.last + remind.every:
        return None, Reason.REMINDER_NOT_YET, told.last + remind.every
    return NoticeKind.REMINDER, Reason.STILL_UNANSWERED, None


def _ending(case: Case, told: Mapping[str, Told]) -> Iterator[Notice]:
    """The end goes to those who were told and to nobody else; in quiet hours a silent edit goes before."""
    reason = Reason.TAKEN_BACK if case.incident.state is State.DROPPED else Reason.IT_ENDED
    for record in told.values():
        if record.ended or record.refused:
            continue
        if case.held_until:
            yield case.notice(record.channel, NoticeKind.UPDATE, reason)
        yield case.notice(record.channel, NoticeKind.RESOLVED, reason, at=case.held_until)


def _all_over(case: Case, turns: Iterable[Turn]) -> Iterator[Notice | Held]:
    """It ended before anybody was told: one summary to the rungs that tell at once."""
    fresh: set[str] = set()
    for turn in turns:
        for channel in turn.step.tell:
            if turn.step.after or _barred(case, turn.step) or channel in fresh:
                yield case.held(channel, turn.index, Reason.NOBODY_WAS_TOLD)
                continue
            fresh.add(channel)
            kind, reason = NoticeKind.RESOLVED, Reason.ALREADY_OVER
            yield case.notice(channel, kind, reason, at=case.held_until, step=turn.index)


def _nobody(case: Case, reason: Reason) -> Iterator[Held]:
    for index, step in enumerate(case.ladder.steps):
        for channel in step.tell:
            yield case.held(channel, index, reason)

"""What people know of a storm, brought in line with its course as it is judged now.

Posts come late, are edited and deleted: a stretch of time that was judged is judged again, and its course may differ
from what was recorded and told. `settle` answers with what the recorded incidents become: an incident keeps its id, its
log, who took it on and what people were told, and takes its times, counts and standing from the course.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.incident import ActKind, Incident, State
from sentinel.respond.incident import GROWTH, act, incident_id, revised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sentinel.model.incident import Act
    from sentinel.respond.incident import Change

_MINUTE = timedelta(minutes=1)
_GOING = {State.OPEN, State.ACKNOWLEDGED}
NEVER_WAS = "judged again by what is known now, it does not hold: posts came late, were edited or deleted, or the rule changed"


@dataclass(frozen=True, slots=True)
class _Match:
    """A stretch of the course and the recorded incident that it is, if there is one."""

    course: Incident
    known: Incident | None


def settle(recorded: Sequence[Incident], courses: Sequence[Incident], at: datetime) -> Iterator[Change]:
    """What becomes of the recorded incidents of one series, now (`at`) that its course is known to be `courses`.

    Both in the order of their forming, for one stretch of time. Only what changes is answered with. A course that
    overlaps several incidents is the one that goes on, else the first; the others are taken back.
    """
    left = list(recorded)
    taken = {one.id for one in recorded}
    for course in courses:
        match = _Match(course, _same(course, left))
        if match.known is not None:
            left.remove(match.known)
        elif course.state is State.DROPPED:
            continue  # it came and went before anybody could know
        elif course.id in taken:
            match = _Match(replace(course, id=_another_id(course, taken)), None)
        taken.add(match.course.id)
        yield from _changed(match, at)
    for one in left:
        if one.state is not State.DROPPED:
            yield _taken_back(one, courses, at)


def _same(course: Incident, recorded: Sequence[Incident]) -> Incident | None:
    """Which recorded incident it is: one that goes on before one that ended, before one that was taken back."""
    overlapping = [one for one in recorded if one.id == course.id or _overlap(one, course)]
    worth = {State.CLOSED: 1, State.DROPPED: 2}
    return min(overlapping, key=lambda one: worth.get(one.state, 0), default=None)


def _overlap(one: Incident, other: Incident) -> bool:
    return (other.closed_at is None or one.formed_at <= other.closed_at) and (
        one.closed_at is None or other.formed_at <= one.closed_at
    )


def _another_id(course: Incident, taken: set[str]) -> str:
    """The id of its forming is another incident's already."""
    tries = (
        incident_id(course.rule, course.group, course.formed_at + timedelta(microseconds=n))
        for n in range(1, len(taken) + 2)
    )
    return next(one for one in tries if one not in taken)


def _changed(match: _Match, at: datetime) -> Iterator[Change]:
    known = match.known
    after = _merged(match, at)
    if after == known or (known and known.state is after.state is State.DROPPED):
        return
    unborn = replace(after, state=State.FORMING, acks=(), blind=False, revision=0, shown=after.peak.negatives)
    before = known or replace(unborn, revised_at=at)
    after = after if after.state in {State.FORMING, State.DROPPED} else revised(before, after, at)
    yield after, tuple(_acts(known, after, at))


def _merged(match: _Match, at: datetime) -> Incident:
    """The course, as told of the recorded incident. The minute that is going on is not said to be over."""
    course, known = match.course, match.known
    was = known or course
    acks = tuple(ack for ack in was.acks if ack.until is None or ack.until > at or not course.state.live)
    state = course.state
    if state in _GOING:
        state = State.ACKNOWLEDGED if acks else State.OPEN
    return replace(
        course,
        id=was.id,
        state=state,
        severity=max(was.severity, course.severity, key=lambda severity: severity.rank),
        formed_at=_stamp(course.formed_at, known.formed_at if known else None, at) or course.formed_at,
        opened_at=_stamp(course.opened_at, known.opened_at if known else None, at),
        known_at=_known_at(match, at),
        quiet_since=_stamp(course.quiet_since, known.quiet_since if known else None, at),
        closed_at=_stamp(course.closed_at, known.closed_at if known else None, at),
        peak=replace(course.peak, at=min(course.peak.at, at)),
        now=replace(course.now, at=min(course.now.at, at)),
        acks=acks,
        trial=was.trial,
        told_level=_told_level(match),
        revision=was.revision,
        revised_at=was.revised_at,
        shown=was.shown,
        version=was.version,
    )


def _known_at(match: _Match, at: datetime) -> datetime | None:
    """When it was known to be open; what was over and goes on after all is known from now."""
    course, known = match.course, match.known
    if course.opened_at is None:
        return None
    if known is None or (course.state.live and not known.state.live):
        return at
    return known.known_at or known.opened_at or at


def _told_level(match: _Match) -> int:
    """How great the storm was when people were last told of its size: now, if that is news to them."""
    course, known = match.course, match.known
    if known is None or known.opened_at is None or _grew(known, course):
        return course.peak.negatives
    return course.now.negatives if _returned(known, course) else known.told_level


def _returned(known: Incident, course: Incident) -> bool:
    return course.again_at is not None and (known.again_at is None or course.again_at > known.again_at)


def _stamp(moment: datetime | None, known: datetime | None, at: datetime) -> datetime | None:
    """A moment of the course, not ahead of the clock: while its minute goes on, what was said of it before stands."""
    if moment is None or moment <= at:
        return moment
    return known if known is not None and moment - known < _MINUTE else at


def _grew(known: Incident, course: Incident) -> bool:
    """It is so many times what people were last told, and still there."""
    told = known.opened_at is not None and course.state in _GOING
    return told and course.peak.negatives >= GROWTH * max(known.told_level, 1)


def _acts(known: Incident | None, after: Incident, at: datetime) -> Iterator[Act]:
    """What happened between what was recorded and now, in event time; nothing that is in the log already."""
    if known is not None:
        yield from (
            act(after, at, ActKind.ACK_EXPIRED, ack.who) for ack in known.acks if ack not in after.acks
        )
    if known is None:
        yield act(after, after.formed_at, ActKind.FORMED)
    elif not known.state.live and after.state.live:
        yield act(after, at, ActKind.FLARED, "judged again by what is known now, it goes on")
    elif known.state is State.CALMING and after.state in _GOING:
        yield act(after, after.now.at, ActKind.FLARED)
    if after.opened_at and (known is None or known.opened_at is None):
        yield act(after, after.opened_at, ActKind.OPENED, "; ".join(after.why))
    elif known and after.severity.rank > known.severity.rank:
        yield act(after, after.now.at, ActKind.WORSENED, after.severity.value)
    if known and known.opened_at and _returned(known, after):
        yield act(after, after.now.at, ActKind.RETURNED, f"{after.now.negatives} negatives")
    elif known and known.opened_at and after.told_level > known.told_level:
        yield act(after, after.peak.at, ActKind.GREW, f"{after.peak.negatives} negatives")
    yield from _endings(known, after, at)


def _endings(known: Incident | None, after: Incident, at: datetime) -> Iterator[Act]:
    before = known.state if known else None
    if after.state is State.DROPPED:
        yield act(after, after.closed_at or at, ActKind.DROPPED, "; ".join(after.why))
    calmed = after.state is State.CALMING or (after.state is State.CLOSED and before is not State.CLOSED)
    if calmed and before is not State.CALMING:
        yield act(after, after.quiet_since or at, ActKind.CALMED)
    if after.state is State.CLOSED and before is not State.CLOSED:
        says = f"quiet since {after.quiet_since:%H:%M} UTC"
        yield act(after, after.closed_at or at, ActKind.CLOSED, says)


def _taken_back(one: Incident, courses: Sequence[Incident], at: datetime) -> Change:
    """No course supports it any more; whoever was told hears that it is over."""
    part = any(course.state is not State.DROPPED and _overlap(one, course) for course in courses)
    why = (
        "it is part of another incident: what lay between was published, and came late" if part else NEVER_WAS
    )
    gone = replace(one, state=State.DROPPED, closed_at=one.closed_at or at, acks=(), blind=False)
    return revised(one, gone, at), (act(one, at, ActKind.DROPPED, why),)

"""A notice: someone is due to be told something, with the reason; and why others are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec resolves the annotations at run time
from enum import StrEnum


class NoticeKind(StrEnum):
    """What the telling is about; `update` is a silent edit of what was already said."""

    OPENED = "opened"
    ESCALATED = "escalated"
    WORSENED = "worsened"
    GREW = "grew"
    REMINDER = "reminder"
    UPDATE = "update"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why someone was told, or why not. The value is the sentence that people read."""

    # told
    FIRST_STEP = "the incident opened and this step tells at once"
    CLIMBED = "nobody took it on in the time this step waits"
    SEVERITY_GREW = "the severity grew"
    KEPT_GROWING = "the storm doubled since people were last told"
    CAME_BACK = "nothing had shown of it for a while, in what could be read, and now it is back"
    STILL_UNANSWERED = "still open and nobody took it on"
    CHANGED = "what was said before has changed"
    IT_ENDED = "the incident ended and this channel had been told"
    QUIET_HOURS_ENDED = "it was held by quiet hours, which have ended"
    TAKEN_BACK = "judged again by what is known now, it is no incident, and this channel had been told"
    GOES_ON = "its end had been told, and by what is known now it goes on"
    ALREADY_OVER = "it opened and ended before anybody could be told"
    # not told
    ALREADY_TOLD = "this step has been told"
    NOT_YET = "this step's time has not come"
    TAKEN_ON = "somebody took it on and this is for when nobody does"
    NOT_THIS_SEVERE = "this step is only for graver incidents"
    CALMS = "it is calming, and this is for when it goes on"
    HELD = "held by quiet hours"
    FORMING = "the rule has not held long enough yet"
    TRIAL = "the rule is on trial and tells nobody"
    REMINDERS_SPENT = "all reminders have been sent"
    REMINDER_NOT_YET = "the next reminder's time has not come"
    NOBODY_WAS_TOLD = "nobody had been told, so nobody is told of the end"
    NOTHING_NEW = "nothing has changed"


@dataclass(frozen=True, slots=True)
class Notice:
    """That `channel` is due to be told. `step` is the ladder's step (0 first), -1 when none is meant.

    `at` is when it is due: now, or when quiet hours end. `marks` is the incident's revision it speaks of, so that the
    same change is never told twice.
    """

    incident: str
    channel: str
    kind: NoticeKind
    reason: Reason
    at: datetime
    step: int = -1
    marks: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """That somebody was *not* told, and why; stored when the reason changes, for `explain` and the log.

    `step` -1: not told again, after a step had told them.
    """

    incident: str
    channel: str
    step: int
    reason: Reason
    at: datetime
    until: datetime | None = None

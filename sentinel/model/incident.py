"""An incident: one storm about one brand, from the first suspicion to its close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec resolves the annotations at run time
from enum import StrEnum

from sentinel.model.reading import Severity  # noqa: TC001  # msgspec resolves the annotations at run time


class State(StrEnum):
    """Where an incident stands. `forming` tells nobody yet.

    `dropped`: it came to nothing while it formed, or, opened before, was taken back: judged again by what is known now
    (posts were deleted, edited, or came late) it never was, or was part of another one.
    """

    FORMING = "forming"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CALMING = "calming"
    CLOSED = "closed"
    DROPPED = "dropped"

    @property
    def live(self) -> bool:
        """Still going on."""
        return self not in {State.CLOSED, State.DROPPED}


@dataclass(frozen=True, slots=True)
class Peak:
    """The worst window so far."""

    negatives: int
    usual: float
    authors: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Ack:
    """Who took it on, when, and until when it holds (None: to the end)."""

    who: str
    at: datetime
    until: datetime | None = None


class ActKind(StrEnum):
    """What can happen to an incident; every act is logged for good."""

    FORMED = "formed"
    DROPPED = "dropped"
    OPENED = "opened"
    GREW = "grew"
    WORSENED = "worsened"
    CALMED = "calmed"
    FLARED = "flared"
    RETURNED = "returned"
    CLOSED = "closed"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    ACK_EXPIRED = "ack_expired"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Act:
    """A line of an incident's log. `who` is a person, or `sentinel`."""

    incident: str
    at: datetime
    kind: ActKind
    who: str = "sentinel"
    channel: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """Everything known of one storm; stored whole, `version` grows by one with every write.

    Its own times are event time, the time of publishing, and move when late posts show it otherwise: `onset` is the
    estimated start of the storm, `formed_at` when the rule first held, `opened_at` when it had held long enough,
    `quiet_since` since when it no longer holds, `closed_at` its end. `known_at` is the moment of the clock at which it
    was known to be open: what a ladder counts from. `again_at` is when it last came up again after nothing had shown of it
    for as long as a calm takes, in too little to call it calm. `now` is the newest reading in the same shape as `peak`.

    `closed_by` is who ended it, empty when it ended by itself; what a person ended is `hushed`, and does not open anew,
    until it has been calm (`quiet_since` then) or has grown beyond twice its peak.

    `told_level` is the peak's size when people were last told of growth; `revision` grows when something changed that
    people were told of, at `revised_at`, when the peak was `shown`. `blind`: too little of the newest window was seen to judge it.
    """

    id: str
    rule: str
    brand: str
    group: tuple[tuple[str, str], ...]
    fingerprint: str
    state: State
    severity: Severity
    formed_at: datetime
    peak: Peak
    now: Peak
    opened_at: datetime | None = None
    known_at: datetime | None = None
    onset: datetime | None = None
    quiet_since: datetime | None = None
    again_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    hushed: bool = False
    acks: tuple[Ack, ...] = ()
    why: tuple[str, ...] = ()
    told_level: int = 0
    trial: bool = False
    revision: int = 0
    revised_at: datetime | None = None
    shown: int = 0
    blind: bool = False
    version: int = 0

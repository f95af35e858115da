"""A message: a notice in words, in no channel's markup; and what became of it.

Everything here is plain text. Parts that came from the internet (`Quote`, and brand or author names inside other
fields) are hostile: each channel makes them inert in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec resolves the annotations at run time
from enum import StrEnum
from typing import NewType

from sentinel.model.incident import State  # noqa: TC001  # msgspec resolves the annotations at run time
from sentinel.model.notice import NoticeKind  # noqa: TC001
from sentinel.model.reading import Severity  # noqa: TC001

Receipt = NewType("Receipt", str)
"""A channel's own handle on what it sent (small JSON); opaque to everybody else."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A post shown as evidence. `label` says why it is shown ("First", "Most seen")."""

    label: str
    text: str
    author: str
    source: str
    published_at: datetime
    url: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, once; `key` is the outbox row's and never changes over retries.

    `loud` False: only bring what was said before up to date (an edit), ping nobody. `headline` is one line.
    `lines` are sentences, `facts` label/value pairs, `why_told` the sentence that says why this reaches you.
    `plain` is the whole in plain words, built without any template: the fallback that always goes out.
    """

    key: str
    incident: str
    kind: NoticeKind
    severity: Severity
    state: State
    headline: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]
    why_told: str
    plain: str
    at: datetime
    loud: bool = True
    links: tuple[Link, ...] = ()
    reply: str = ""
    rule: str = ""
    brand: str = ""


class DeliveryState(StrEnum):
    """Where an outbox row stands. `sending` after a crash is ambiguous: it may have gone out."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row: a message due on a channel and what became of it.

    `tried_at` is when the last call began: after a crash, a `sending` row may still be in flight for a while.
    """

    key: str
    incident: str
    channel: str
    kind: NoticeKind
    step: int
    marks: int
    state: DeliveryState
    created_at: datetime
    message: Message
    reason: str = ""
    attempts: int = 0
    not_before: datetime | None = None
    sent_at: datetime | None = None
    receipt: Receipt | None = None
    error: str = ""
    tried_at: datetime | None = None

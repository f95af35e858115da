"""From an incident with news to the messages due of it, in words: where looks and people's acts end alike."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.incident import ActKind, Incident, State
from sentinel.model.mention import SeriesKey
from sentinel.model.message import Delivery, DeliveryState
from sentinel.model.notice import Notice, NoticeKind, Reason
from sentinel.model.post import Span
from sentinel.respond.ladder import Case, due
from sentinel.respond.wording import Story, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.model.message import Message
    from sentinel.model.notice import Held
    from sentinel.rulebook.types import Book, Rule
    from sentinel.store.contract import Store

_MINUTE = timedelta(minutes=1)
_UNTOLD = {DeliveryState.FAILED, DeliveryState.SKIPPED}


@dataclass(frozen=True, slots=True)
class Decision:
    """Messages due, ready to be saved; who is not told, where that is news; when to ask again without news."""

    deliveries: Sequence[Delivery] = ()
    held: Sequence[Held] = ()
    again: datetime | None = None


def decide(  # noqa: PLR0913, PLR0917  # what a decision about one incident rests on
    store: Store,
    book: Book,
    incident: Incident,
    news: AbstractSet[ActKind],
    at: datetime,
    channels: Mapping[str, Channel],
) -> Decision:
    """Who is told of an incident after `news`, and who is not."""
    rule = book.rule(incident.rule)
    ladder = book.ladders.get(rule.then.escalate) if rule else None
    told = store.deliveries(incident.id)
    if rule is None or ladder is None:
        return Decision(_farewells(incident, told, at, channels))
    quiet = ladder.quiet_hours.get(rule.then.quiet) if rule.then.quiet else None
    answer = due(Case(incident, ladder, quiet, told, news, at))
    notices = [notice for notice in answer.notices if _can_say(notice, channels)]
    story = _story(store, incident, rule, at) if notices else Story()
    rows = [_delivery(notice, word(_key(notice), notice, incident, rule, story)) for notice in notices]
    last = {(held.channel, held.step): (held.reason, held.until) for held in store.held(incident.id)}
    held = [row for row in answer.held if last.get((row.channel, row.step)) != (row.reason, row.until)]
    return Decision(rows, held, answer.again)


def _can_say(notice: Notice, channels: Mapping[str, Channel]) -> bool:
    """A silent edit goes only where something can be edited; more news only to channels that still exist.

    A rung that names a channel which is gone is said all the same: its row fails aloud.
    """
    channel = channels.get(notice.channel)
    if channel is None:
        return notice.step >= 0
    return notice.kind is not NoticeKind.UPDATE or channel.can_edit


def _farewells(
    incident: Incident, told: Sequence[Delivery], at: datetime, channels: Mapping[str, Channel]
) -> list[Delivery]:
    """Its rule is gone, and its words with it: whoever was told hears, in the words of then, that it is over."""
    last = {row.channel: row for row in told if row.state not in _UNTOLD and row.channel in channels}
    if incident.state.live or any(row.kind is NoticeKind.RESOLVED for row in last.values()):
        return []
    says = "Over for sentinel: its rule was removed."
    rows = []
    for channel, row in last.items():
        kind, reason = NoticeKind.RESOLVED, Reason.IT_ENDED
        notice = Notice(incident.id, channel, kind, reason, at, marks=incident.revision)
        message = replace(
            row.message,
            key=_key(notice),
            kind=kind,
            state=State.CLOSED,
            lines=(says,),
            why_told=f"{reason.value[0].upper()}{reason.value[1:]}.",
            plain=f"{row.message.headline}\n{says}\nIncident {incident.id}",
            at=at,
            loud=True,
        )
        rows.append(_delivery(notice, message))
    return rows


def _key(notice: Notice) -> str:
    """The same for the same telling, so that a decision that is taken twice is told once."""
    seed = f"{notice.incident}\n{notice.channel}\n{notice.kind}\n{notice.step}\n{notice.marks}\n{notice.at}"
    return hashlib.blake2b(seed.encode(), digest_size=10).hexdigest()


def _delivery(notice: Notice, message: Message) -> Delivery:
    return Delivery(
        key=message.key,
        incident=notice.incident,
        channel=notice.channel,
        kind=notice.kind,
        step=notice.step,
        marks=notice.marks,
        state=DeliveryState.PENDING,
        created_at=notice.at,
        not_before=notice.at,
        message=message,
        reason=notice.reason.name.lower(),
    )


def _story(store: Store, incident: Incident, rule: Rule, at: datetime) -> Story:
    series = SeriesKey(incident.rule, incident.fingerprint, incident.group)
    start = min(incident.onset or incident.formed_at, incident.formed_at - rule.judgment.window)
    end = min(incident.closed_at or at, at)  # found late, it may have been over for hours
    evidence = store.evidence(series, Span(start, end + _MINUTE))
    return Story(evidence.first, evidence.loudest, evidence.sources)

"""An incident as the verbs print it: the same names in JSON as at `/api/v1/incidents`, and in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sentinel.cli.screen import clock, count, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentinel.model.incident import Act, Incident
    from sentinel.model.message import Delivery
    from sentinel.model.notice import Held
    from sentinel.store.contract import Store

_LATE = timedelta(minutes=5)
"""What was known within so long of its opening was known at once."""
COLUMNS = ("id", "severity", "state", "brand", "rule", "opened", "negatives", "taken on by")


@dataclass(frozen=True, slots=True)
class Dossier:
    """An incident with its log, its messages, and who was not told."""

    incident: Incident
    acts: Sequence[Act]
    deliveries: Sequence[Delivery]
    held: Sequence[Held]


def dossier(store: Store, incident: Incident) -> Dossier:
    """Everything that the store knows of an incident."""
    found = incident.id
    return Dossier(incident, store.acts(found), store.deliveries(found), store.held(found))


# ── for machines ───────────────────────────────────────────────────────────────────────────────────────────


def incident_line(one: Incident) -> dict[str, Any]:
    """An incident as one JSON object."""
    return {
        "id": one.id,
        "rule": one.rule,
        "brand": one.brand,
        "key": dict(one.group),
        "state": one.state,
        "severity": one.severity,
        "trial": one.trial,
        "blind": one.blind,
        "onset": one.onset,
        "formed_at": one.formed_at,
        "opened_at": one.opened_at,
        "known_at": one.known_at,
        "closed_at": one.closed_at,
        "peak": one.peak,
        "now": one.now,
        "acknowledged": one.acks[-1] if one.acks else None,
        "acknowledgements": one.acks,
        "why": one.why,
    }


def dossier_line(found: Dossier) -> dict[str, Any]:
    """An incident and all that belongs to it as one JSON object."""
    return {
        "incident": incident_line(found.incident),
        "acts": [_act(act) for act in found.acts],
        "deliveries": [_delivery(row) for row in found.deliveries],
        "held": [_held(item) for item in found.held],
    }


def _act(act: Act) -> dict[str, Any]:
    return {"at": act.at, "kind": act.kind, "who": act.who, "channel": act.channel, "text": act.text}


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "kind": row.kind,
        "reason": row.reason,
        "state": row.state,
        "headline": row.message.headline,
        "created_at": row.created_at,
        "sent_at": row.sent_at,
        "not_before": row.not_before,
        "attempts": row.attempts,
        "error": row.error,
    }


def _held(item: Held) -> dict[str, Any]:
    return {
        "channel": item.channel,
        "step": item.step,
        "reason": item.reason,
        "at": item.at,
        "until": item.until,
    }


# ── for people ─────────────────────────────────────────────────────────────────────────────────────────────


def row(one: Incident) -> tuple[str, ...]:
    """An incident as a line of a table under `COLUMNS`."""
    return (
        one.id,
        one.severity.value,
        _state(one),
        one.brand,
        one.rule,
        clock(one.opened_at),
        f"{one.peak.negatives} (usual {one.peak.usual:.1f})",
        ", ".join(safe(ack.who) for ack in one.acks) or "-",
    )


def lines(found: Dossier) -> Iterator[str]:
    """A dossier for reading."""
    one = found.incident
    authors = "?" if one.peak.authors is None else count(one.peak.authors, "author")
    yield f"{one.id}  {one.severity.value}  {_state(one)}  {one.brand}  (rule {one.rule})"
    yield (
        f"since {clock(one.onset)}; at its worst {count(one.peak.negatives, 'negative')}"
        f" (usual {one.peak.usual:.1f}) by {authors}; taken on by {row(one)[-1]}"
    )
    if one.opened_at and one.known_at and one.known_at - one.opened_at > _LATE:
        yield f"opened {clock(one.opened_at)}; posts that came late showed it at {clock(one.known_at)}"
    if one.blind:
        yield "too little is being read to judge it now: `sentinel status` says of which source"
    yield from (f"  - {why}" for why in one.why)
    yield from _part("log", [_act_says(act) for act in found.acts])
    yield from _part("told", [_delivery_says(sent) for sent in found.deliveries])
    yield from _part("not told", [_held_says(item) for item in found.held])


def _state(one: Incident) -> str:
    return f"{one.state.value} (trial)" if one.trial else one.state.value


def _part(title: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield title
        yield from (f"  {entry}" for entry in entries)


def _act_says(act: Act) -> str:
    return f"{clock(act.at)}  {act.kind.value} by {safe(act.who)}  {safe(act.text)}".rstrip()


def _delivery_says(sent: Delivery) -> str:
    when = clock(sent.sent_at or sent.created_at)
    return f"{when}  {sent.channel}: {sent.kind.value}, {sent.state.value} ({sent.reason}) {safe(sent.error)}".rstrip()


def _held_says(item: Held) -> str:
    step = f" (step {item.step + 1})" if item.step >= 0 else ""
    until = f", until {clock(item.until)}" if item.until else ""
    return f"{item.channel}{step}: {item.reason.value}{until}"

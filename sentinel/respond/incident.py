"""An incident's life: forming, open, acknowledged, calming, closed.

`advance` moves it by one judgment, the other functions by what a person does. Each returns the incident as it now is
and the acts that explain the change; nothing is written here. What is over stays as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.model.incident import Ack, Act, ActKind, Incident, Peak, State

if TYPE_CHECKING:
    from datetime import datetime

    from sentinel.model.reading import Reading, Signal
    from sentinel.rulebook.types import Rule

Change = tuple[Incident, tuple[Act, ...]]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_GROWTH = 2
"""People are told again when the storm is so many times what they were last told."""
_REVISE_EVERY = timedelta(minutes=2)
_REVISE_TENTHS = 1
"""Growth below a tenth of what was shown is no news."""


def incident_id(rule: str, group: tuple[tuple[str, str], ...], formed_at: datetime) -> str:
    """Eight letters that can be read out on the phone, derived from what the incident is, so that replays agree."""
    seed = f"{rule}\n{group}\n{formed_at.isoformat()}".encode()
    number = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest(), "big")
    return "".join(_ALPHABET[(number >> (5 * k)) & 31] for k in range(8))


def advance(incident: Incident | None, signal: Signal, rule: Rule) -> Change | None:
    """One judgment later; None when there was no live incident and there is none now."""
    if incident is None or not incident.state.live:
        return _form(signal, rule) if signal.raised else None
    at = signal.reading.at
    moved, expired = _expire_acks(incident, at)
    if signal.blind:
        return _revise(incident, replace(moved, blind=True), at), expired
    moved, acts = _judged(_sighted(moved, at), signal, rule)
    return _revise(incident, moved, at), (*expired, *acts)


def _judged(incident: Incident, signal: Signal, rule: Rule) -> Change:
    incident = _measure(incident, signal)
    if incident.state is State.FORMING:
        return _hold(incident, signal, rule)
    if signal.raised or (signal.lingers and incident.state is not State.CALMING):
        return _continue(incident, signal)
    if signal.lingers:  # not calm enough to count, not bad enough to flare: the calm begins anew
        return replace(incident, quiet_since=signal.reading.at), ()
    return _calm(incident, signal.reading.at, rule)


def _sighted(incident: Incident, at: datetime) -> Incident:
    """Time that nobody saw is no calm: after it the calm begins anew."""
    if incident.blind and incident.state is State.CALMING:
        return replace(incident, blind=False, quiet_since=at)
    return replace(incident, blind=False)


def _form(signal: Signal, rule: Rule) -> Change:
    reading = signal.reading
    peak = _size(reading)
    formed = Incident(
        id=incident_id(rule.id, reading.series.group, reading.at),
        rule=rule.id,
        brand=reading.series.brand,
        group=reading.series.group,
        fingerprint=reading.series.fingerprint,
        state=State.FORMING,
        severity=signal.severity,
        formed_at=reading.at,
        onset=reading.onset,
        peak=peak,
        now=peak,
        why=_why(signal),
        trial=rule.status.value == "trial",
        revised_at=reading.at,
        shown=peak.negatives,
    )
    moved, acts = _hold(formed, signal, rule)
    return _revise(formed, moved, reading.at), (_act(formed, reading.at, ActKind.FORMED), *acts)


def _hold(incident: Incident, signal: Signal, rule: Rule) -> Change:
    at = signal.reading.at
    if not signal.raised:
        return replace(incident, state=State.DROPPED, closed_at=at), (
            _act(incident, at, ActKind.DROPPED, _failed(signal)),
        )
    if at - incident.formed_at < rule.spike.hold:
        return incident, ()
    opened = replace(
        incident,
        state=_with_acks(incident),
        opened_at=at,
        told_level=incident.now.negatives,
        why=_why(signal),
    )
    return opened, (_act(incident, at, ActKind.OPENED, "; ".join(_why(signal))),)


def _continue(incident: Incident, signal: Signal) -> Change:
    at, acts = signal.reading.at, []
    if incident.state is State.CALMING:
        incident = replace(incident, state=_with_acks(incident), quiet_since=None)
        acts.append(_act(incident, at, ActKind.FLARED))
    if signal.severity.rank > incident.severity.rank:
        incident = replace(incident, severity=signal.severity)
        acts.append(_act(incident, at, ActKind.WORSENED, signal.severity.value))
    if signal.raised and incident.now.negatives >= _GROWTH * max(incident.told_level, 1):
        incident = replace(incident, told_level=incident.now.negatives, why=_why(signal))
        acts.append(_act(incident, at, ActKind.GREW, f"{incident.now.negatives} negatives"))
    return incident, tuple(acts)


def _calm(incident: Incident, at: datetime, rule: Rule) -> Change:
    if incident.state is not State.CALMING or incident.quiet_since is None:
        return replace(incident, state=State.CALMING, quiet_since=at), (_act(incident, at, ActKind.CALMED),)
    if at - incident.quiet_since < rule.spike.calm_after:
        return incident, ()
    return close(incident, at, text=f"quiet since {incident.quiet_since:%H:%M} UTC")


def close(incident: Incident, at: datetime, who: str = "sentinel", text: str = "") -> Change:
    """It is over; one that was still forming came to nothing."""
    if not incident.state.live:
        return incident, ()
    if incident.state is State.FORMING:
        dropped = replace(incident, state=State.DROPPED, closed_at=at)
        return dropped, (_act(incident, at, ActKind.DROPPED, text, who),)
    closed = replace(incident, state=State.CLOSED, closed_at=at, quiet_since=None)
    return _revise(incident, closed, at), (_act(incident, at, ActKind.CLOSED, text, who),)


def acknowledge(incident: Incident, who: str, at: datetime, until: datetime | None = None) -> Change:
    """Somebody takes it on; several may, and a second time by the same person renews it."""
    if not incident.state.live:
        return incident, ()
    others = tuple(ack for ack in incident.acks if ack.who != who)
    taken = replace(incident, acks=(*others, Ack(who, at, until)))
    if incident.state is State.OPEN:
        taken = replace(taken, state=State.ACKNOWLEDGED)
    text = f"until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    return _revise(incident, taken, at), (_act(incident, at, ActKind.ACKNOWLEDGED, text, who),)


def unacknowledge(incident: Incident, who: str, at: datetime) -> Change:
    """Take an acknowledgement back: all of them, whoever gave them, so that a mistaken one stops nothing."""
    if not incident.state.live or not incident.acks:
        return incident, ()
    freed = replace(incident, acks=())
    if incident.state is State.ACKNOWLEDGED:
        freed = replace(freed, state=State.OPEN)
    return _revise(incident, freed, at), (_act(incident, at, ActKind.UNACKNOWLEDGED, "", who),)


def note(incident: Incident, who: str, text: str, at: datetime) -> Change:
    """A person's remark, for the log."""
    return incident, (_act(incident, at, ActKind.NOTED, text, who),)


def _expire_acks(incident: Incident, at: datetime) -> Change:
    kept = tuple(ack for ack in incident.acks if ack.until is None or ack.until > at)
    if len(kept) == len(incident.acks):
        return incident, ()
    acts = tuple(_act(incident, at, ActKind.ACK_EXPIRED, ack.who) for ack in incident.acks if ack not in kept)
    state = State.OPEN if incident.state is State.ACKNOWLEDGED and not kept else incident.state
    return replace(incident, acks=kept, state=state), acts


def _with_acks(incident: Incident) -> State:
    return State.ACKNOWLEDGED if incident.acks else State.OPEN


def _measure(incident: Incident, signal: Signal) -> Incident:
    now = _size(signal.reading)
    if now.authors is None:
        now = replace(now, authors=incident.now.authors)
    peak = now if now.negatives > incident.peak.negatives else incident.peak
    return replace(incident, now=now, peak=peak)


def _size(reading: Reading) -> Peak:
    return Peak(reading.negatives, reading.usual, reading.authors, reading.at)


def _revise(before: Incident, after: Incident, at: datetime) -> Incident:
    """Count up when people should see the difference; growth alone at most every two minutes and by a tenth."""
    seen = (before.state, before.severity, before.acks, before.blind)
    changed = seen != (after.state, after.severity, after.acks, after.blind)
    rested = before.revised_at is None or at - before.revised_at >= _REVISE_EVERY
    grown = after.peak.negatives - before.shown
    if changed or (rested and grown > 0 and 10 * grown >= _REVISE_TENTHS * before.shown):
        shown = after.peak.negatives
        return replace(after, revision=before.revision + 1, revised_at=at, shown=shown)
    return after


def _why(signal: Signal) -> tuple[str, ...]:
    return tuple(verdict.says for verdict in signal.verdicts)


def _failed(signal: Signal) -> str:
    return "; ".join(verdict.says for verdict in signal.verdicts if not verdict.holds)


def _act(incident: Incident, at: datetime, kind: ActKind, text: str = "", who: str = "sentinel") -> Act:
    return Act(incident.id, at, kind, who, "", text)

"""An incident's life: forming, open, acknowledged, calming, closed.

`advance` moves a storm's course by one judgment, in event time alone: who was told and who took it on is no part of it,
so that a stretch of time can be judged again (see `retold`). The other functions are what a person does: each returns
the incident as it now is and the acts that explain the change; nothing is written here. What is over stays as it is.
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

SENTINEL = "sentinel"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GROWTH = 2
"""People are told again when the storm is so many times what they were last told; a hush ends at so many times its peak."""
_CALM_ABOVE = 0.9
"""Calm is believed of a window of which at least this share was seen. What was seen may still be a storm."""
_REVISE_EVERY = timedelta(minutes=2)
_REVISE_TENTHS = 1
"""Growth below a tenth of what was shown is no news."""


def incident_id(rule: str, group: tuple[tuple[str, str], ...], formed_at: datetime) -> str:
    """Eight letters that can be read out on the phone, derived from what the incident is, so that replays agree."""
    seed = f"{rule}\n{group}\n{formed_at.isoformat()}".encode()
    number = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest(), "big")
    return "".join(_ALPHABET[(number >> (5 * k)) & 31] for k in range(8))


def advance(incident: Incident | None, signal: Signal, rule: Rule) -> Incident | None:
    """The storm's course one judgment later; None when there was none and is none now."""
    if incident is None or not incident.state.live:
        return _over(incident, signal, rule)
    if signal.blind:
        return replace(incident, blind=True)
    incident = _measure(incident, signal)
    if incident.state is State.FORMING:
        return incident if _unsure(signal) else _hold(incident, signal, rule)
    return _go_on(incident, signal, rule)


def _over(incident: Incident | None, signal: Signal, rule: Rule) -> Incident | None:
    if incident is not None and incident.hushed:
        return _hushed(incident, signal, rule)
    return _form(signal, rule) if signal.raised else None


def _go_on(incident: Incident, signal: Signal, rule: Rule) -> Incident:
    if signal.raised or (signal.lingers and incident.state is not State.CALMING):
        return _continue(incident, signal, rule)
    if signal.lingers or _unsure(signal):
        return _no_calm(incident, signal.reading.at)
    return _calm(incident, signal.reading.at, rule)


def _no_calm(incident: Incident, at: datetime) -> Incident:
    """Nothing that could be counted as calm, and no flare: a calm that was begun begins anew."""
    began_anew = incident.state is State.CALMING or incident.quiet_since is None
    return replace(incident, quiet_since=at) if began_anew else incident


def _unsure(signal: Signal) -> bool:
    """It is not there in what was seen, and what was seen is not enough to call it calm."""
    return not signal.raised and signal.reading.covered < _CALM_ABOVE


def _hushed(incident: Incident, signal: Signal, rule: Rule) -> Incident | None:
    """A person ended it: it is over until it has been calm, unless it grows beyond what they saw."""
    at = signal.reading.at
    if signal.raised and signal.reading.negatives > GROWTH * incident.peak.negatives:
        return _form(signal, rule)
    if signal.raised or signal.lingers or _unsure(signal):
        return replace(incident, quiet_since=None)
    since = incident.quiet_since or at
    return replace(incident, quiet_since=since, hushed=at - since < rule.judgment.calm_after)


def _form(signal: Signal, rule: Rule) -> Incident:
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
    )
    return _hold(formed, signal, rule)


def _hold(incident: Incident, signal: Signal, rule: Rule) -> Incident:
    at = signal.reading.at
    if not signal.raised:
        return replace(incident, state=State.DROPPED, closed_at=at, why=(_failed(signal),))
    if at - incident.formed_at < rule.judgment.hold:
        return incident
    return replace(
        incident, state=State.OPEN, opened_at=at, told_level=incident.now.negatives, why=_why(signal)
    )


def _continue(incident: Incident, signal: Signal, rule: Rule) -> Incident:
    at, since = signal.reading.at, incident.quiet_since
    lulled = (
        incident.state is not State.CALMING and since is not None and at - since >= rule.judgment.calm_after
    )
    if lulled and signal.raised:
        incident = replace(incident, again_at=at, told_level=0)
    still = since if lulled and not signal.raised else None  # it rises again, step by step
    incident = replace(incident, state=State.OPEN, quiet_since=still)
    if signal.severity.rank > incident.severity.rank:
        incident = replace(incident, severity=signal.severity)
    if signal.raised and incident.now.negatives >= GROWTH * max(incident.told_level, 1):
        incident = replace(incident, told_level=incident.now.negatives, why=_why(signal))
    return incident


def _calm(incident: Incident, at: datetime, rule: Rule) -> Incident:
    if incident.state is not State.CALMING or incident.quiet_since is None:
        return replace(incident, state=State.CALMING, quiet_since=at)
    if at - incident.quiet_since < rule.judgment.calm_after:
        return incident
    return replace(incident, state=State.CLOSED, closed_at=at)


def close(incident: Incident, at: datetime, who: str = SENTINEL, text: str = "") -> Change:
    """Somebody ends it; one that was still forming came to nothing. What a person ends is hushed."""
    if not incident.state.live:
        return incident, ()
    dropped = incident.state is State.FORMING
    ended = replace(
        incident,
        state=State.DROPPED if dropped else State.CLOSED,
        closed_at=at,
        closed_by=who,
        hushed=who != SENTINEL,
        quiet_since=None,
    )
    kind = ActKind.DROPPED if dropped else ActKind.CLOSED
    return ended if dropped else revised(incident, ended, at), (act(incident, at, kind, text, who),)


def acknowledge(incident: Incident, who: str, at: datetime, until: datetime | None = None) -> Change:
    """Somebody takes it on; several may, and a second time by the same person renews it."""
    if not incident.state.live:
        return incident, ()
    others = tuple(ack for ack in incident.acks if ack.who != who)
    taken = replace(incident, acks=(*others, Ack(who, at, until)))
    if incident.state is State.OPEN:
        taken = replace(taken, state=State.ACKNOWLEDGED)
    text = f"until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    return revised(incident, taken, at), (act(incident, at, ActKind.ACKNOWLEDGED, text, who),)


def unacknowledge(incident: Incident, who: str, at: datetime) -> Change:
    """Take an acknowledgement back: all of them, whoever gave them, so that a mistaken one stops nothing."""
    if not incident.state.live or not incident.acks:
        return incident, ()
    freed = replace(incident, acks=())
    if incident.state is State.ACKNOWLEDGED:
        freed = replace(freed, state=State.OPEN)
    return revised(incident, freed, at), (act(incident, at, ActKind.UNACKNOWLEDGED, "", who),)


def note(incident: Incident, who: str, text: str, at: datetime) -> Change:
    """A person's remark, for the log."""
    return incident, (act(incident, at, ActKind.NOTED, text, who),)


def _measure(incident: Incident, signal: Signal) -> Incident:
    """The counts as they are now. Time that nobody saw is no calm: after it the calm begins anew."""
    now = _size(signal.reading)
    if now.authors is None:
        now = replace(now, authors=incident.now.authors)
    peak = now if now.negatives > incident.peak.negatives else incident.peak
    blinded = incident.blind and incident.state is State.CALMING
    quiet_since = signal.reading.at if blinded else incident.quiet_since
    return replace(incident, now=now, peak=peak, quiet_since=quiet_since, blind=False)


def _size(reading: Reading) -> Peak:
    return Peak(reading.negatives, reading.usual, reading.authors, reading.at)


def revised(before: Incident, after: Incident, at: datetime) -> Incident:
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


def act(incident: Incident, at: datetime, kind: ActKind, text: str = "", who: str = SENTINEL) -> Act:
    """A line of its log."""
    return Act(incident.id, at, kind, who, "", text)

"""Reading from the store what is shown: one incident with all that belongs to it, and the service at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.model.incident import State
from sentinel.model.mention import SeriesKey
from sentinel.web.curve import curve_of, span_of
from sentinel.web.words import SOURCES, ack_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sentinel.model.incident import Ack, Act, Incident
    from sentinel.model.message import Delivery
    from sentinel.model.notice import Held
    from sentinel.rulebook.types import Rule
    from sentinel.store.contract import Evidence, Overview, SourceHealth
    from sentinel.web.curve import Curve
    from sentinel.web.view import View

MOST_LIVE = 1000
"""More live incidents than a person can read; beyond it they are neither shown nor counted."""
_ENDED_SHOWN = 10
_POSTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Glance:
    """One incident as the list shows it."""

    incident: Incident
    rule: Rule | None
    ack: Ack | None
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One incident with everything that is known of it."""

    glance: Glance
    acts: Sequence[Act]
    deliveries: Sequence[Delivery]
    held: Sequence[Held]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Situation:
    """The whole service at a glance; `live` gravest first, `sources` the most worrying first."""

    live: Sequence[Glance]
    ended: Sequence[Glance]
    sources: Sequence[SourceHealth]
    overview: Overview
    looked_until: datetime | None


def dossier(view: View, incident_id: str) -> Dossier | None:
    """Everything of the incident with this id, or this unambiguous beginning of one. Blocks."""
    store, now = view.store, view.now()
    if (incident := store.incident(incident_id)) is None:
        return None
    series = SeriesKey(incident.rule, incident.fingerprint, incident.group)
    return Dossier(
        glance=_glance(view, incident, now, drawn=True),
        acts=store.acts(incident.id),
        deliveries=store.deliveries(incident.id),
        held=store.held(incident.id),
        evidence=store.evidence(series, span_of(incident, now), _POSTS_SHOWN),
    )


def situation(view: View) -> Situation:
    """The service as it stands. Blocks."""
    store = view.store
    return Situation(
        live=sorted(glances(view, live=True, limit=MOST_LIVE), key=_urgency),
        ended=glances(view, live=False, limit=_ENDED_SHOWN),
        sources=sorted(store.health(), key=_worry),
        overview=store.overview(),
        looked_until=store.looked_until(),
    )


def glances(view: View, *, live: bool | None, limit: int) -> list[Glance]:
    """Incidents as the store lists them, newest first. Blocks."""
    now = view.now()
    return [_glance(view, one, now, drawn=False) for one in view.store.incidents(live=live, limit=limit)]


def _glance(view: View, incident: Incident, now: datetime, *, drawn: bool) -> Glance:
    rule = view.book().rule(incident.rule)
    window = rule.judgment.window if rule else None
    curve = curve_of(view.store, incident, window, now) if drawn else None
    return Glance(incident, rule, ack_of(incident, now), curve)


def _urgency(glance: Glance) -> tuple[bool, int, bool, float]:
    incident = glance.incident
    return (
        incident.state is State.FORMING,
        -incident.severity.rank,
        glance.ack is not None or incident.state is State.CALMING,
        -incident.formed_at.timestamp(),
    )


def _worry(source: SourceHealth) -> tuple[int, str]:
    states = list(SOURCES)
    return states.index(source.state) if source.state in states else -1, source.source

"""Incidents, their log, and who was not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from sentinel.model.incident import Act, Incident
from sentinel.model.notice import Held
from sentinel.store.contract import Conflict
from sentinel.store.dialect import put
from sentinel.store.schema import acts, held, incidents
from sentinel.store.written import from_json, micros, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def newest(conn: Connection, live: bool | None, limit: int) -> Sequence[Incident]:  # noqa: FBT001  # the contract's own question, passed on
    """Newest first; only those going on, only ended ones, or all."""
    statement = select(incidents.c.body).order_by(incidents.c.formed_at.desc(), incidents.c.id.desc())
    if live is not None:
        statement = statement.where(incidents.c.live.is_(live))
    return [from_json(body, Incident) for body in conn.scalars(statement.limit(limit))]


def find(conn: Connection, incident_id: str) -> Incident | None:
    """By id, or by a beginning that only one id has."""
    exact = conn.scalar(select(incidents.c.body).where(incidents.c.id == incident_id))
    if exact is not None:
        return from_json(exact, Incident)
    begins = incidents.c.id.startswith(incident_id, autoescape=True)
    found = conn.scalars(select(incidents.c.body).where(begins).limit(2)).all()
    return from_json(found[0], Incident) if incident_id and len(found) == 1 else None


def write(conn: Connection, incident: Incident) -> None:
    """Write it over the version before it, or as new (version 0 or 1). Raises `Conflict`."""
    values = {
        "live": incident.state.live,
        "formed_at": micros(incident.formed_at),
        "version": incident.version,
        "body": to_json(incident),
    }
    before = (incidents.c.id == incident.id) & (incidents.c.version == incident.version - 1)
    if conn.execute(update(incidents).where(before).values(values)).rowcount:
        return
    stored = conn.scalar(select(incidents.c.version).where(incidents.c.id == incident.id))
    if stored is not None or incident.version > 1:
        raise Conflict(f"incident {incident.id} stands at version {stored}, not {incident.version - 1}")
    conn.execute(insert(incidents).values(id=incident.id, **values))


def log(conn: Connection, act: Act) -> None:
    """Add a line to an incident's log."""
    conn.execute(insert(acts).values(incident=act.incident, at=micros(act.at), body=to_json(act)))


def log_of(conn: Connection, incident_id: str) -> Sequence[Act]:
    """Its log, oldest first."""
    order = acts.c.at, acts.c.number
    found = conn.scalars(select(acts.c.body).where(acts.c.incident == incident_id).order_by(*order))
    return [from_json(body, Act) for body in found]


def hold(conn: Connection, one: Held) -> None:
    """Note that somebody was not told, over what was noted of them before."""
    put(conn, held, incident=one.incident, channel=one.channel, step=one.step, body=to_json(one))


def held_of(conn: Connection, incident_id: str) -> Sequence[Held]:
    """Who was last not told, by step and channel."""
    order = held.c.step, held.c.channel
    found = conn.scalars(select(held.c.body).where(held.c.incident == incident_id).order_by(*order))
    return [from_json(body, Held) for body in found]

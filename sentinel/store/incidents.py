"""Incidents, their log, and who was not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from sentinel.model.incident import Act, Incident
from sentinel.model.notice import Held
from sentinel.store.contract import Conflict
from sentinel.store.driver import One, put
from sentinel.store.schema import acts, held, incidents
from sentinel.store.written import from_json, micros, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, Connection, Dialect, Executable


def newest(conn: Connection, live: bool | None, limit: int) -> Sequence[Incident]:  # noqa: FBT001  # the contract's own question, passed on
    """Newest first; only those going on, only ended ones, or all."""
    return [from_json(row[0], Incident) for row in _NEWEST[live].run(conn, limit)]


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
    formed_at = micros(incident.formed_at)
    values = incident.id, incident.state.live, formed_at, incident.version, to_json(incident)
    if _REWRITE.run(conn, *values[1:], incident.id, incident.version - 1).rowcount:
        return
    stored = conn.scalar(select(incidents.c.version).where(incidents.c.id == incident.id))
    if stored is not None or incident.version > 1:
        raise Conflict(f"incident {incident.id} stands at version {stored}, not {incident.version - 1}")
    _WRITE.run(conn, *values)


def log(conn: Connection, act: Act) -> None:
    """Add a line to an incident's log."""
    _LOG.run(conn, act.incident, micros(act.at), to_json(act))


def log_of(conn: Connection, incident_id: str) -> Sequence[Act]:
    """Its log, oldest first."""
    return [from_json(row[0], Act) for row in _LOG_OF.run(conn, incident_id)]


def hold(conn: Connection, one: Held) -> None:
    """Note that somebody was not told, over what was noted of them before."""
    put(conn, held, incident=one.incident, channel=one.channel, step=one.step, body=to_json(one))


def held_of(conn: Connection, incident_id: str) -> Sequence[Held]:
    """Who was last not told, by step and channel."""
    return [from_json(row[0], Held) for row in _HELD_OF.run(conn, incident_id)]


def _newest(live: bool | None) -> One:  # noqa: FBT001  # the contract's own question, passed on
    statement = select(incidents.c.body).order_by(incidents.c.formed_at.desc(), incidents.c.id.desc())
    if live is not None:
        statement = statement.where(incidents.c.live.is_(live))
    return One(lambda _: statement.limit(bindparam("most")), ("most",))


def _rewrite(_: Dialect) -> Executable:
    return update(incidents).where(
        incidents.c.id == bindparam("this"), incidents.c.version == bindparam("before")
    )


_OF: BindParameter[str] = bindparam("of_incident")
_INCIDENT = tuple(column.name for column in incidents.c)
_NEWEST = {live: _newest(live) for live in (None, True, False)}
_REWRITE = One(_rewrite, (*_INCIDENT[1:], "this", "before"))
_WRITE = One(lambda _: insert(incidents), _INCIDENT)
_LOG = One(lambda _: insert(acts), ("incident", "at", "body"))
_LOG_OF = One(
    lambda _: select(acts.c.body).where(acts.c.incident == _OF).order_by(acts.c.at, acts.c.number),
    ("of_incident",),
)
_HELD_OF = One(
    lambda _: select(held.c.body).where(held.c.incident == _OF).order_by(held.c.step, held.c.channel),
    ("of_incident",),
)

"""How sources fare, how much is stored, and whether the store itself works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from sentinel.model.message import DeliveryState
from sentinel.store import marks, outbox
from sentinel.store.contract import Overview, SourceHealth
from sentinel.store.driver import put
from sentinel.store.marks import Mark
from sentinel.store.schema import VERSIONS, deliveries, health, series
from sentinel.store.written import micros, moment, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row


def note(conn: Connection, one: SourceHealth) -> None:
    """How a source fares now."""
    put(
        conn,
        health,
        source=one.source,
        state=one.state,
        at=micros(one.at),
        last_ok=micros(one.last_ok),
        next_at=micros(one.next_at),
        failures=one.failures,
        says=plain(one.says),
        posts=one.posts,
        skipped=one.skipped,
        newest=micros(one.newest),
    )


def noted(conn: Connection) -> Sequence[SourceHealth]:
    """All sources, by name."""
    return [_health(row) for row in conn.execute(select(health).order_by(health.c.source))]


def _health(row: Row[Any]) -> SourceHealth:
    return SourceHealth(
        source=row.source,
        state=row.state,
        at=moment(row.at),
        last_ok=moment(row.last_ok),
        next_at=moment(row.next_at),
        failures=row.failures,
        says=row.says,
        posts=row.posts,
        skipped=row.skipped,
        newest=moment(row.newest),
    )


def overview(conn: Connection) -> Overview:
    """Sizes; kept as they grow, never counted row by row."""
    many, oldest = outbox.waiting(conn)
    failed = deliveries.c.state == DeliveryState.FAILED
    return Overview(
        posts=marks.read(conn, Mark.POSTS) or 0,
        mentions=marks.read(conn, Mark.MENTIONS) or 0,
        outbox_waiting=many,
        oldest_waiting=oldest,
        schema=VERSIONS[-1],
        extra={
            "series": conn.scalar(select(func.count()).select_from(series)) or 0,
            "outbox_failed": conn.scalar(select(func.count()).select_from(deliveries).where(failed)) or 0,
        },
    )


def ping(conn: Connection) -> None:
    """Read and write one number: with a full disk reading still works, so only a write that commits proves it."""
    marks.grow(conn, Mark.PINGED, 1)

"""Messages out: a row is committed before the call and its receipt after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select, tuple_, update

from sentinel.errors import StoreError
from sentinel.model.message import Delivery, DeliveryState, Message, Receipt
from sentinel.model.notice import NoticeKind
from sentinel.store.contract import Conflict
from sentinel.store.dialect import insert
from sentinel.store.schema import deliveries
from sentinel.store.written import from_json, micros, moment, plain, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

_UNSENT = (DeliveryState.PENDING, DeliveryState.SENDING)
_ORDER = deliveries.c.created_at, deliveries.c.key


def put_out(conn: Connection, delivery: Delivery) -> None:
    """Add a row; one with its key that is there already stays as it is, so that nobody is told twice."""
    values = {
        "key": delivery.key,
        "incident": delivery.incident,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "step": delivery.step,
        "marks": delivery.marks,
        "state": delivery.state,
        "created_at": micros(delivery.created_at),
        "message": to_json(delivery.message),
        "reason": plain(delivery.reason),
        "attempts": delivery.attempts,
        "not_before": micros(delivery.not_before),
        "tried_at": micros(delivery.tried_at),
        "sent_at": micros(delivery.sent_at),
        "receipt": delivery.receipt,
        "error": plain(delivery.error),
    }
    conn.execute(insert(conn.dialect, deliveries).values(values).on_conflict_do_nothing())


def skip(conn: Connection, key: str, why: str) -> None:
    """Never send it, if it is still waiting; one that may be on its way is seen to its end."""
    pending = (deliveries.c.key == key) & (deliveries.c.state == DeliveryState.PENDING)
    values = {"state": DeliveryState.SKIPPED, "error": plain(why)}
    conn.execute(update(deliveries).where(pending).values(values))


def of_incident(conn: Connection, incident_id: str) -> Sequence[Delivery]:
    """Its rows, oldest first."""
    rows = conn.execute(select(deliveries).where(deliveries.c.incident == incident_id).order_by(*_ORDER))
    return [_delivery(row) for row in rows]


def due(conn: Connection, at: datetime, limit: int, besides: Collection[str]) -> Sequence[Delivery]:
    """Unsent rows whose time has come, save those behind an older unsent one of the same incident and channel."""
    older = deliveries.alias("older")
    behind = exists().where(
        older.c.incident == deliveries.c.incident,
        older.c.channel == deliveries.c.channel,
        older.c.state.in_(_UNSENT),
        tuple_(older.c.created_at, older.c.key) < tuple_(*_ORDER),
    )
    ripe = or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= micros(at))
    rows = conn.execute(
        select(deliveries)
        .where(deliveries.c.state.in_(_UNSENT), ripe, ~behind, deliveries.c.channel.not_in(besides))
        .order_by(*_ORDER)
        .limit(limit)
    )
    return [_delivery(row) for row in rows]


def sending(conn: Connection, key: str, at: datetime) -> None:
    """The call is about to be made. Raises `Conflict` when it must not be."""
    unsent = (deliveries.c.key == key) & deliveries.c.state.in_(_UNSENT)
    values = {
        "state": DeliveryState.SENDING,
        "attempts": deliveries.c.attempts + 1,
        "tried_at": micros(at),
        "not_before": None,
    }
    if not conn.execute(update(deliveries).where(unsent).values(values)).rowcount:
        raise Conflict(f"message {key} is no longer to be sent")


def sent(conn: Connection, key: str, receipt: Receipt, at: datetime) -> None:
    """The channel took it."""
    _change(conn, key, state=DeliveryState.SENT, receipt=receipt, sent_at=micros(at), error="")


def postpone(conn: Connection, key: str, until: datetime, error: str) -> None:
    """Again, not before `until`."""
    _change(conn, key, state=DeliveryState.PENDING, not_before=micros(until), error=plain(error))


def fail(conn: Connection, key: str, error: str) -> None:
    """Never again."""
    _change(conn, key, state=DeliveryState.FAILED, error=plain(error))


def waiting(conn: Connection) -> tuple[int, datetime | None]:
    """How many rows are unsent, and since when the oldest."""
    unsent = deliveries.c.state.in_(_UNSENT)
    many, oldest = conn.execute(select(func.count(), func.min(deliveries.c.created_at)).where(unsent)).one()
    return many, moment(oldest)


def _change(conn: Connection, key: str, **values: object) -> None:
    if not conn.execute(update(deliveries).where(deliveries.c.key == key).values(values)).rowcount:
        raise StoreError(f"there is no message {key}")


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        key=row.key,
        incident=row.incident,
        channel=row.channel,
        kind=NoticeKind(row.kind),
        step=row.step,
        marks=row.marks,
        state=DeliveryState(row.state),
        created_at=moment(row.created_at),
        message=from_json(row.message, Message),
        reason=row.reason,
        attempts=row.attempts,
        not_before=moment(row.not_before),
        sent_at=moment(row.sent_at),
        receipt=row.receipt,
        error=row.error,
        tried_at=moment(row.tried_at),
    )

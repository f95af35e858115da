"""Leases: who may run the service, and the epoch that tells an old holder's writes from a new one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from sentinel.store.contract import Epoch, Lease
from sentinel.store.driver import put
from sentinel.store.schema import leases
from sentinel.store.written import micros, moment

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Row

_GIVEN_BACK = 0
"""`until` of a lease that was released: whoever takes it next, the epoch grows."""


def take(conn: Connection, what: str, holder: str, ttl: timedelta, at: datetime) -> Epoch | None:
    """Take or renew it; None if another's still runs."""
    held = _row(conn, what)
    epoch = 1
    if held is not None:
        renewed = held.holder == holder and held.until != _GIVEN_BACK
        if not renewed and held.until > micros(at):
            return None
        epoch = held.epoch + (not renewed)
    put(conn, leases, what=what, holder=holder, epoch=epoch, until=micros(at + ttl))
    return Epoch(epoch)


def release(conn: Connection, what: str, holder: str) -> None:
    """Give it back; nothing happens if it is another's by now."""
    theirs = (leases.c.what == what) & (leases.c.holder == holder)
    conn.execute(update(leases).where(theirs).values(until=_GIVEN_BACK))


def holder(conn: Connection, what: str) -> Lease | None:
    """How it stands."""
    row = _row(conn, what)
    return row and Lease(row.what, row.holder, Epoch(row.epoch), moment(row.until))


def _row(conn: Connection, what: str) -> Row[tuple[str, str, int, int]] | None:
    return conn.execute(select(leases).where(leases.c.what == what)).one_or_none()

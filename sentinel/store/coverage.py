"""Where each source stands and which spans of time it has wholly read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from sentinel.model.post import Cursor, SourceName, Span
from sentinel.store.driver import put
from sentinel.store.schema import coverage, cursors
from sentinel.store.written import micros, moment, plain

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def move_cursor(conn: Connection, feed: SourceName, cursor: Cursor, at: datetime) -> None:
    """From here the source goes on next time."""
    put(conn, cursors, feed=feed, cursor=plain(cursor), at=micros(at))


def cursor(conn: Connection, feed: SourceName) -> Cursor | None:
    """Where the source stands."""
    found = conn.scalar(select(cursors.c.cursor).where(cursors.c.feed == feed))
    return None if found is None else Cursor(found)


def cover(conn: Connection, feed: SourceName, span: Span) -> None:
    """Add a span; it grows together with those it overlaps or touches."""
    start, end = micros(span.start), micros(span.end)
    if start >= end:
        return
    touched = (coverage.c.feed == feed) & (coverage.c.start <= end) & (coverage.c.end >= start)
    met = conn.execute(select(coverage.c.start, coverage.c.end).where(touched)).all()
    conn.execute(delete(coverage).where(touched))
    first = min([start, *(row.start for row in met)])
    last = max([end, *(row.end for row in met)])
    conn.execute(insert(coverage).values(feed=feed, start=first, end=last))


def covered(conn: Connection, span: Span) -> dict[SourceName, tuple[Span, ...]]:
    """What each source has read of `span`, in order, cut to it."""
    start, end = micros(span.start), micros(span.end)
    rows = conn.execute(
        select(coverage)
        .where(coverage.c.start < end, coverage.c.end > start)
        .order_by(coverage.c.feed, coverage.c.start)
    )
    found: defaultdict[SourceName, list[Span]] = defaultdict(list)
    for row in rows:
        found[row.feed].append(Span(moment(max(row.start, start)), moment(min(row.end, end))))
    return {feed: tuple(spans) for feed, spans in found.items()}

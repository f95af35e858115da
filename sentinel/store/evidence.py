"""The posts behind a window of a series. Reads that window of `counts` and nothing else of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from sentinel.store.contract import Evidence
from sentinel.store.driver import One
from sentinel.store.rows import to_post
from sentinel.store.schema import counts, posts
from sentinel.store.series import NAMED, named, number, numbered
from sentinel.store.written import minutes_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Dialect, Executable

    from sentinel.model.mention import SeriesKey
    from sentinel.model.post import Post, Span

_LOUDEST = tuple(posts.c[name].desc().nulls_last() for name in ("shares", "likes", "replies", "followers"))


def voices(conn: Connection, key: SeriesKey, span: Span) -> int:
    """How many distinct voices its negatives have, in the minutes that `span` touches."""
    found: int = _VOICES.scalar(conn, *named(key), *minutes_of(span))
    return found


def evidence(conn: Connection, key: SeriesKey, span: Span, limit: int) -> Evidence:
    """First, loudest, from where and from how many."""
    if (series := number(conn, key)) is None:
        return Evidence(None, (), (), 0, 0)
    window = _window(series, span)
    first = _posts(conn, window, (posts.c.published_at, posts.c.row), 1)
    loudest = _posts(conn, window, (*_LOUDEST, posts.c.published_at, posts.c.row), limit)
    many = func.count().label("many")
    by_source = conn.execute(
        select(posts.c.source, many)
        .join_from(counts, posts)
        .where(window)
        .group_by(posts.c.source)
        .order_by(many.desc(), posts.c.source)
    ).all()
    return Evidence(
        first=first[0] if first else None,
        loudest=loudest,
        sources=tuple((row.source, row.many) for row in by_source),
        authors=voices(conn, key, span),
        negatives=sum(row.many for row in by_source),
    )


def _count_voices(_: Dialect) -> Executable:
    """Of several faceless ones who say the same, one stands for all: always the same, whoever came first."""
    stands = (
        select(func.min(counts.c.voice).label("voice"))
        .where(
            counts.c.series == numbered.scalar_subquery(),
            counts.c.minute >= bindparam("since"),
            counts.c.minute < bindparam("until"),
            counts.c.negative,
        )
        .group_by(func.coalesce(counts.c.said, counts.c.voice))
        .subquery()
    )
    return select(func.count(stands.c.voice.distinct()))


_VOICES = One(_count_voices, (*NAMED, "since", "until"))


def _window(series: int, span: Span) -> ColumnElement[bool]:
    since, until = minutes_of(span)
    within = (counts.c.minute >= since) & (counts.c.minute < until)
    return (counts.c.series == series) & within & counts.c.negative


def _posts(
    conn: Connection, window: ColumnElement[bool], order: tuple[ColumnElement[object], ...], limit: int
) -> tuple[Post, ...]:
    rows = conn.execute(select(posts).join_from(counts, posts).where(window).order_by(*order).limit(limit))
    return tuple(to_post(row) for row in rows)

"""The past of counting parts: reading tallies, and counting stored posts again when rules have changed."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, exists, func, select

from sentinel.model.mention import MOST_STARS, Tally
from sentinel.store.counting import CountChanges, add_to_tallies, count_rows, counts_of
from sentinel.store.driver import Lookup, Many, put
from sentinel.store.known import mentions_of
from sentinel.store.rows import to_mention, to_post
from sentinel.store.schema import counts, fingerprints, mentions, posts, ratings, tallies
from sentinel.store.schema import series as series_table
from sentinel.store.written import micros, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

    from sentinel.model.mention import Count, Mention, SeriesKey
    from sentinel.model.post import Post
    from sentinel.store.rows import Values
    from sentinel.store.series import SeriesNumbers

_ADOPTED_AT_ONCE = 5_000

_SPEAKS = ~posts.c.deleted & exists().where(mentions.c.post == posts.c.row)
_BY_ROW = Lookup(select(posts).where(_SPEAKS), posts.c.row)
_FORGET_COUNTS = Many(lambda _: delete(counts).where(counts.c.series == bindparam("this")), ("this",))
_FORGET_TALLIES = Many(lambda _: delete(tallies).where(tallies.c.series == bindparam("this")), ("this",))
_FORGET_RATINGS = Many(lambda _: delete(ratings).where(ratings.c.series == bindparam("this")), ("this",))


def tallies_of(
    conn: Connection, series: Mapping[int, SeriesKey], since: int, until: int, step: int
) -> list[Tally]:
    """Tallies of these series in [since, until), summed over steps that are counted from `since`."""
    sums = func.sum(tallies.c.mentions), func.sum(tallies.c.negatives)
    in_steps = partial(_in_steps, list(series), range(since, until, step))
    rated = _rated(conn, in_steps)
    return [
        Tally(series[number], source, minute, int(m), int(n), rated.get((number, minute, source), ()))
        for number, minute, source, m, n in conn.execute(in_steps(tallies, sums))
    ]


def _rated(
    conn: Connection, in_steps: Callable[..., Select[Any]]
) -> dict[tuple[int, int, str], tuple[int, ...]]:
    """Reviews by their stars, for each series, step and source that has any."""
    sums = [
        func.sum(case((ratings.c.stars == stars, ratings.c.reviews), else_=0))
        for stars in range(1, MOST_STARS + 1)
    ]
    rows = conn.execute(in_steps(ratings, sums))
    return {(number, minute, source): tuple(map(int, stars)) for number, minute, source, *stars in rows}


def _in_steps(
    series: Sequence[int], minutes: range, table: Table, sums: Iterable[ColumnElement[int]]
) -> Select[Any]:
    """Sums of a table that is kept by series, minute and source, over the steps of `minutes`."""
    first = (table.c.minute - (table.c.minute - minutes.start) % minutes.step).label("first")
    which = table.c.series, first, table.c.source
    return (
        select(*which, *sums)
        .where(table.c.series.in_(series), table.c.minute >= minutes.start, table.c.minute < minutes.stop)
        .group_by(*which)
        .order_by(*which)
    )


def known_parts(conn: Connection) -> dict[str, datetime]:
    """Counting parts whose past has been counted, and since when."""
    return {row.fingerprint: moment(row.since) for row in conn.execute(select(fingerprints))}


def reaches(conn: Connection, fingerprint: str, since: datetime) -> None:
    """Note since when a part's counts reach."""
    put(conn, fingerprints, fingerprint=fingerprint, since=micros(since))


def adopt(
    conn: Connection, fingerprint: str, given: Sequence[Tally], since: datetime, numbers: SeriesNumbers
) -> None:
    """Put given tallies in the place of all that was counted under this part."""
    _forget(conn, numbers.part(conn, fingerprint))
    known = numbers.of(conn, (tally.series for tally in given))
    for start in range(0, len(given), _ADOPTED_AT_ONCE):
        some = given[start : start + _ADOPTED_AT_ONCE]
        rows = ((known[t.series], t.minute, t.source, t.mentions, t.negatives, t.stars) for t in some)
        add_to_tallies(conn, rows)
    reaches(conn, fingerprint, since)


def retain(conn: Connection, kept: Collection[str]) -> None:
    """Forget the counts of all other parts."""
    rows = conn.execute(select(series_table.c.id).where(series_table.c.fingerprint.not_in(kept)))
    _forget(conn, rows.scalars().all())
    conn.execute(delete(fingerprints).where(fingerprints.c.fingerprint.not_in(kept)))


def _forget(conn: Connection, series: Iterable[int]) -> None:
    numbers = [(number,) for number in series]
    _FORGET_COUNTS.run(conn, numbers)
    _FORGET_TALLIES.run(conn, numbers)
    _FORGET_RATINGS.run(conn, numbers)


def stored_mentions(
    conn: Connection, since: datetime, after: int, limit: int
) -> list[tuple[int, Post, tuple[Mention, ...]]]:
    """Posts that speak of brands, by row number."""
    rows = conn.execute(
        select(posts)
        .where(posts.c.row > after, posts.c.published_at >= micros(since), _SPEAKS)
        .order_by(posts.c.row)
        .limit(limit)
    ).all()
    spoken = mentions_of(conn, [row.row for row in rows])
    return [_with_mentions(row, spoken[row.row]) for row in rows]


def _with_mentions(row: Row[Any], spoken: Iterable[Values]) -> tuple[int, Post, tuple[Mention, ...]]:
    post = to_post(row)
    return row.row, post, tuple(to_mention(post, values) for values in sorted(spoken, key=itemgetter(1)))


def recount(
    conn: Connection, fingerprint: str, rows: Sequence[tuple[int, Sequence[Count]]], numbers: SeriesNumbers
) -> None:
    """Let these posts count as told under this part, whatever they counted as before; those gone meanwhile do not."""
    part = numbers.part(conn, fingerprint)
    known = numbers.of(conn, {count.series for _, found in rows for count in found})
    ours = {known[count.series] for _, found in rows for count in found} | part.keys()
    before = counts_of(conn, [row for row, _ in rows])
    there = {row.row: row for row in _BY_ROW.rows(conn, [row for row, _ in rows])}
    changes = CountChanges()
    for number, found in rows:
        if (row := there.get(number)) is not None:
            now = set(count_rows(to_post(row), number, row.published_at, found, known))
            changes.replace(row.source, {count for count in before[number] if count[0] in ours}, now)
    changes.write(conn)
    changes.settle(conn)

"""Posts in: a page with its mentions, counts, coverage and cursor. Read `keep`, then `_Page.take`.

1. Posts are looked up by (source, id). What was never stored and speaks of no brand is passed over; of what was never
   stored and is deleted only that is kept, so that an older look which comes later does not bring it back.
2. A look older than the newest one known changes nothing.
3. What differs is written: content, mentions, counts; the tallies move by the differences of the counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, update

from sentinel.model.mention import Tally
from sentinel.store import coverage, marks
from sentinel.store.contract import Kept
from sentinel.store.counting import CountChanges, count_rows
from sentinel.store.driver import Many
from sentinel.store.known import known
from sentinel.store.marks import Mark
from sentinel.store.renewal import renew, speaks
from sentinel.store.rows import CONTENT, MENTION, PUBLISHED, content, mention_rows
from sentinel.store.schema import mentions, posts
from sentinel.store.written import micros, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from sentinel.model.mention import Counted, SeriesKey
    from sentinel.store.contract import Batch
    from sentinel.store.counting import TallyRow
    from sentinel.store.known import Key, Known
    from sentinel.store.renewal import Renewal
    from sentinel.store.rows import Values
    from sentinel.store.series import SeriesNumbers

_THIS = posts.c.row == bindparam("this")

_ADD_POSTS = Many(lambda _: insert(posts), tuple(column.name for column in posts.c))
_RENEW_POSTS = Many(lambda _: update(posts).where(_THIS), ("looked_at", *CONTENT, "this"))
_LOOKED_AGAIN = Many(lambda _: update(posts).where(_THIS), ("looked_at", "this"))
_ADD_MENTIONS = Many(lambda _: insert(mentions), MENTION)
_DROP_MENTIONS = Many(lambda _: delete(mentions).where(mentions.c.post == bindparam("this")), ("this",))


def keep(conn: Connection, batch: Batch, numbers: SeriesNumbers) -> Kept:
    """Write one page; the transaction is the caller's."""
    wanted = (count.series for counted in batch.counted for count in counted.counts)
    page = _Page(conn, batch.feed, numbers.of(conn, wanted))
    for looks in _rounds(batch.counted):
        page.take(looks)
    moved = page.settle()
    if batch.covered is not None:
        coverage.cover(conn, batch.feed, batch.covered)
    if batch.cursor is not None:
        coverage.move_cursor(conn, batch.feed, batch.cursor, batch.at)
    keys = numbers.keys(conn, {row[0] for row in moved})
    deltas = (Tally(keys[row[0]], row[2], row[1], *row[3:]) for row in moved)
    return Kept(**page.kept, deltas=tuple(deltas))


def _rounds(counted: Sequence[Counted]) -> Iterator[dict[Key, Counted]]:
    """The looks in rounds, each post once a round at most: a later look then finds the earlier one stored."""
    rest = counted
    while rest:
        looks: dict[Key, Counted] = {}
        again: list[Counted] = []
        for look in rest:
            key = plain(look.post.source), plain(look.post.id)
            if looks.setdefault(key, look) is not look:
                again.append(look)
        yield looks
        rest = again


class _Page:
    """One page on its way in: rows gather, then go out table by table."""

    def __init__(self, conn: Connection, feed: str, numbers: Mapping[SeriesKey, int]) -> None:
        self.kept = {"new": 0, "changed": 0, "unchanged": 0, "gone": 0}
        self._conn = conn
        self._feed = feed
        self._numbers = numbers
        self._changes = CountChanges()
        self._mentions_grew = 0

    def take(self, looks: Mapping[Key, Counted]) -> None:
        """Write what these looks, one a post, tell that is new."""
        stored = known(self._conn, looks)
        unknown = [(key, look) for key, look in looks.items() if key not in stored]
        if fresh := [(key, look) for key, look in unknown if speaks(look) or look.post.deleted]:
            self._add(fresh)
        if stored:
            self._renew([(key, looks[key], before) for key, before in stored.items()])
        self._changes.write(self._conn)

    def settle(self) -> list[TallyRow]:
        """After the last round the tallies move; answers with how they did."""
        if self._mentions_grew:
            marks.grow(self._conn, Mark.MENTIONS, self._mentions_grew)
        return self._changes.settle(self._conn)

    def _add(self, fresh: Sequence[tuple[Key, Counted]]) -> None:
        first = marks.grow(self._conn, Mark.POSTS, len(fresh)) - len(fresh) + 1
        post_rows: list[Values] = []
        found: list[Values] = []
        for row, (key, look) in enumerate(fresh, first):
            said, seen = content(look.post), micros(look.post.seen_at)
            post_rows.append((row, *key, self._feed, seen, seen, *said))
            self.kept["gone" if look.post.deleted else "new"] += 1
            if look.post.deleted:
                continue
            found.extend(mention_rows(row, look.mentions))
            counts = count_rows(look.post, row, said[PUBLISHED], look.counts, self._numbers)
            self._changes.add(key[0], counts)
        _ADD_POSTS.run(self._conn, post_rows)
        _ADD_MENTIONS.run(self._conn, found)
        self._mentions_grew += len(found)

    def _renew(self, looks: Sequence[tuple[Key, Counted, Known]]) -> None:
        renewals = [renew(look, before, self._numbers) for _, look, before in looks]
        for (key, _, _), renewal in zip(looks, renewals, strict=True):
            self.kept[renewal.kind] += 1
            self._changes.replace(key[0], renewal.before.counts, renewal.now.counts)
        rewritten = [one.now for one in renewals if one.rewritten]
        _RENEW_POSTS.run(self._conn, ((post.looked_at, *post.content, post.row) for post in rewritten))
        again = [one.now for one in renewals if one.looked_again]
        _LOOKED_AGAIN.run(self._conn, ((post.looked_at, post.row) for post in again))
        self._speak_anew([one for one in renewals if one.respoken])

    def _speak_anew(self, renewals: Sequence[Renewal]) -> None:
        _DROP_MENTIONS.run(self._conn, ((one.now.row,) for one in renewals))
        _ADD_MENTIONS.run(self._conn, (row for one in renewals for row in one.now.mentions))
        self._mentions_grew += sum(len(one.now.mentions) - len(one.before.mentions) for one in renewals)

"""Which post counts where, and the tallies that are the sums: they change together or not at all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import bindparam, delete, insert, literal_column, select

from sentinel.model.mention import MOST_STARS
from sentinel.store import dialect
from sentinel.store.driver import Lookup, Many
from sentinel.store.schema import counts, ratings, tallies
from sentinel.store.written import MINUTE, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Dialect, Executable

    from sentinel.model.mention import Count, SeriesKey
    from sentinel.model.post import Post
    from sentinel.store.rows import Values

TallyRow: TypeAlias = tuple[int, int, str, int, int, tuple[int, ...]]
"""Series, minute, source, mentions, negatives, reviews by their stars (empty: none)."""

_COUNT = tuple(column.name for column in counts.c)
_TALLY = tuple(column.name for column in tallies.c)
_RATING = tuple(column.name for column in ratings.c)


def count_rows(
    post: Post, row: int, published: int, found: Iterable[Count], numbers: Mapping[SeriesKey, int]
) -> Collection[Values]:
    """A post's rows of `counts`; where two speak of one series, a negative goes first."""
    minute, voice, said = published // MINUTE, plain(post.voice), post.said
    each: dict[int, Values] = {}
    for count in found:
        number = numbers[count.series]
        if number not in each or count.negative:
            each[number] = (
                number,
                minute,
                row,
                count.negative,
                voice,
                plain(count.why),
                count.stars,
                said,
            )
    return each.values()


_Slot: TypeAlias = tuple[int, int, str]


class CountChanges:
    """Changes of `counts`, gathered post by post and written in rounds; their sums move the tallies at the end."""

    def __init__(self) -> None:
        self._out: list[Values] = []
        self._in: list[Values] = []
        self._sums: defaultdict[_Slot, list[int]] = defaultdict(lambda: [0, 0])
        self._stars: defaultdict[_Slot, list[int]] = defaultdict(lambda: [0] * MOST_STARS)

    def add(self, source: str, new: Collection[Values]) -> None:
        """A post of `source` that did not count before counts as `new`."""
        self._move(source, new, +1, self._in)

    def replace(self, source: str, old: set[Values], new: set[Values]) -> None:
        """A post of `source` counted as `old` and now counts as `new`."""
        self._move(source, old - new, -1, self._out)
        self._move(source, new - old, +1, self._in)

    def write(self, conn: Connection) -> None:
        """Write the counts of this round."""
        _UNCOUNT.run(conn, (row[:3] for row in self._out))
        _RECORD.run(conn, self._in)
        self._out.clear()
        self._in.clear()

    def settle(self, conn: Connection) -> list[TallyRow]:
        """Move the tallies; answers with their changes, those that even out left aside."""
        rated = {slot: tuple(stars) for slot, stars in self._stars.items() if any(stars)}
        moved = [
            (*slot, spoken, bad, rated.get(slot, ()))
            for slot, (spoken, bad) in self._sums.items()
            if spoken or bad or slot in rated
        ]
        add_to_tallies(conn, moved)
        _SWEEP.run(conn, (row[:3] for row in moved if row[3] < 0))
        _SWEEP_RATINGS.run(conn, (row[:4] for row in _ratings(moved) if row[4] < 0))
        return moved

    def _move(self, source: str, rows: Collection[Values], sign: int, into: list[Values]) -> None:
        into.extend(rows)
        for series, minute, _, negative, _, _, stars, _ in rows:
            change = self._sums[series, minute, source]
            change[0] += sign
            if negative:
                change[1] += sign
            if stars is not None:
                self._stars[series, minute, source][stars - 1] += sign


def counts_of(conn: Connection, posts: Sequence[int]) -> dict[int, set[Values]]:
    """How these posts count now."""
    found: dict[int, set[Values]] = {post: set() for post in posts}
    for row in _OF_POSTS.rows(conn, posts):
        found[row[2]].add(tuple(row))
    return found


def add_to_tallies(conn: Connection, rows: Iterable[TallyRow]) -> None:
    """Add these numbers (which may be negative) to what is there."""
    rows = list(rows)
    _ADD.run(conn, (row[:5] for row in rows))
    _RATE.run(conn, _ratings(rows))


def _ratings(rows: Iterable[TallyRow]) -> Iterator[Values]:
    """Their rows of `ratings`: one for every number of stars that moves."""
    for *slot, _, _, stars in rows:
        for number, reviews in enumerate(stars, 1):
            if reviews:
                yield (*slot, number, reviews)


def _add(used: Dialect) -> Executable:
    statement = dialect.insert(used, tallies)
    sums = {
        "mentions": tallies.c.mentions + statement.excluded.mentions,
        "negatives": tallies.c.negatives + statement.excluded.negatives,
    }
    return statement.on_conflict_do_update(index_elements=_TALLY[:3], set_=sums)


def _rate(used: Dialect) -> Executable:
    statement = dialect.insert(used, ratings)
    sums = {"reviews": ratings.c.reviews + statement.excluded.reviews}
    return statement.on_conflict_do_update(index_elements=_RATING[:4], set_=sums)


def _sweep(_: Dialect) -> Executable:
    zero: ColumnElement[int] = literal_column("0")
    empty = (tallies.c.mentions == zero) & (tallies.c.negatives == zero)
    key = [tallies.c[name] == bindparam(name) for name in _TALLY[:3]]
    return delete(tallies).where(*key, empty)


def _sweep_ratings(_: Dialect) -> Executable:
    zero: ColumnElement[int] = literal_column("0")
    return delete(ratings).where(
        *(ratings.c[name] == bindparam(name) for name in _RATING[:4]), ratings.c.reviews == zero
    )


def _uncount(_: Dialect) -> Executable:
    return delete(counts).where(*(counts.c[name] == bindparam(name) for name in _COUNT[:3]))


_ADD = Many(_add, _TALLY)
_RATE = Many(_rate, _RATING)
_SWEEP = Many(_sweep, _TALLY[:3])
_SWEEP_RATINGS = Many(_sweep_ratings, _RATING[:4])
_UNCOUNT = Many(_uncount, _COUNT[:3])
_RECORD = Many(lambda _: insert(counts), _COUNT)
_OF_POSTS = Lookup(select(counts), counts.c.post)

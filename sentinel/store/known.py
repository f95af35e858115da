"""What the store knows of posts before a new look at them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import bindparam, select

from sentinel.store.counting import counts_of
from sentinel.store.driver import Lookup
from sentinel.store.rows import CONTENT
from sentinel.store.schema import mentions, posts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from sentinel.store.rows import Values

Key: TypeAlias = tuple[str, str]
"""What a post is known by: source and id."""

_POSTS = Lookup(
    select(posts.c.post_id, posts.c.row, posts.c.looked_at, *(posts.c[name] for name in CONTENT)).where(
        posts.c.source == bindparam("of_source")
    ),
    posts.c.post_id,
    fixed=("of_source",),
)
_MENTIONS = Lookup(select(mentions), mentions.c.post)


@dataclass(frozen=True, slots=True)
class Known:
    """A stored post as rows: its number, its newest look, what that said, and what was made of it."""

    row: int
    looked_at: int
    content: Values
    mentions: set[Values]
    counts: set[Values]


def known(conn: Connection, keys: Iterable[Key]) -> dict[Key, Known]:
    """Those of these posts that are stored."""
    found = dict(_stored(conn, keys))
    if not found:
        return {}
    rows = [values[1] for values in found.values()]
    spoken, counted = mentions_of(conn, rows), counts_of(conn, rows)
    return {
        key: Known(row, looked_at, tuple(content), spoken[row], counted[row])
        for key, (_, row, looked_at, *content) in found.items()
    }


def mentions_of(conn: Connection, rows: Sequence[int]) -> dict[int, set[Values]]:
    """The mentions of these posts, as rows."""
    found: dict[int, set[Values]] = {row: set() for row in rows}
    for values in _MENTIONS.rows(conn, rows):
        found[values[0]].add(tuple(values))
    return found


def _stored(conn: Connection, keys: Iterable[Key]) -> Iterable[tuple[Key, Values]]:
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for source, post_id in keys:
        by_source[source].append(post_id)
    for source, ids in by_source.items():
        for values in _POSTS.rows(conn, ids, source):
            yield (source, values[0]), values

"""Single numbers that are kept: how many posts and mentions there are, up to when the rules have been judged."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from sentinel.store.dialect import insert, put
from sentinel.store.schema import marks

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Mark(StrEnum):
    """What each number is."""

    POSTS = "posts"  # also the newest post's row number: numbers are never given twice
    MENTIONS = "mentions"
    LOOKED_UNTIL = "looked_until"
    PINGED = "pinged"


def read(conn: Connection, mark: Mark) -> int | None:
    """The number, None before it was first written."""
    return conn.scalar(select(marks.c.value).where(marks.c.name == mark))


def write(conn: Connection, mark: Mark, value: int) -> None:
    """Set the number."""
    put(conn, marks, name=mark, value=value)


def grow(conn: Connection, mark: Mark, by: int) -> int:
    """Add to the number, which starts at 0; answers with the new one."""
    statement = insert(conn.dialect, marks).values(name=mark, value=by)
    added = {"value": marks.c.value + statement.excluded.value}
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=added))
    return read(conn, mark) or 0

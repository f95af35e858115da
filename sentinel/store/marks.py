"""Single numbers that are kept: how many posts and mentions there are, up to when the rules have been judged."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from sentinel.store.dialect import insert
from sentinel.store.driver import One, put
from sentinel.store.schema import marks

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Executable


class Mark(StrEnum):
    """What each number is."""

    POSTS = "posts"  # also the newest post's row number: numbers are never given twice
    MENTIONS = "mentions"
    LOOKED_UNTIL = "looked_until"
    UNJUDGED = "unjudged"  # see `unjudged`
    PINGED = "pinged"


def read(conn: Connection, mark: Mark) -> int | None:
    """The number, None before it was first written."""
    found: int | None = _READ.scalar(conn, mark.value)
    return found


def write(conn: Connection, mark: Mark, value: int) -> None:
    """Set the number."""
    put(conn, marks, name=mark.value, value=value)


def grow(conn: Connection, mark: Mark, by: int) -> int:
    """Add to the number, which starts at 0; answers with the new one."""
    _GROW.run(conn, mark.value, by)
    return read(conn, mark) or 0


def _grow(dialect: Dialect) -> Executable:
    statement = insert(dialect, marks)
    added = {"value": marks.c.value + statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=["name"], set_=added)


_READ = One(lambda _: select(marks.c.value).where(marks.c.name == bindparam("this")), ("this",))
_GROW = One(_grow, ("name", "value"))

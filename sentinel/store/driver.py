"""Statements at the driver's own speed: each is built and compiled once, then values go past SQLAlchemy as tuples.

`Connection.execute` would do the same at several times the cost; a page of posts is many rows, and a look many small
questions. What comes back is as the driver has it: a Boolean is 0 or 1 in SQLite.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam

from sentinel.store.dialect import over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Column, Connection, CursorResult, Dialect, Executable, Row, Select, Table

_AT_ONCE = 100
"""How many values one look-up names; the last ones are repeated to fill it, so that its text is always the same."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for one driver, and how it wants a row: in the order of the question marks, or by name."""

    text: str
    arrange: Callable[[Sequence[Any]], Any]


def _compile(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(  # type: ignore[attr-defined]
        dialect=dialect,
        column_keys=list(names),
        for_executemany=True,
        compile_kwargs={"render_postcompile": True},
    )
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    if not compiled.positional:
        return _Compiled(str(compiled), lambda row: dict(zip(names, row, strict=True)) | fixed)
    return _Compiled(str(compiled), _arrangement(compiled.positiontup, names, fixed))


def _as_it_is(row: Sequence[Any]) -> Sequence[Any]:
    return row


def _arrangement(
    wanted: Sequence[str], names: tuple[str, ...], fixed: Mapping[str, Any]
) -> Callable[[Sequence[Any]], Any]:
    if tuple(wanted) == names:
        return _as_it_is
    order = [names.index(name) if name in names else len(names) + list(fixed).index(name) for name in wanted]
    pick = itemgetter(*order) if len(order) > 1 else lambda row: (row[order[0]],)
    if not fixed:
        return pick
    rest = tuple(fixed.values())
    return lambda row: pick((*row, *rest))


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """A statement that is run for one set of values, which stand in the order of `names`."""

    make: Callable[[Dialect], Executable]
    names: tuple[str, ...] = ()

    def run(self, conn: Connection, *values: object) -> CursorResult[Any]:
        """What the database answers."""
        ready = _ready(self, conn.dialect)
        return conn.exec_driver_sql(ready.text, ready.arrange(values))

    def scalar(self, conn: Connection, *values: object) -> Any:  # a column's value
        """The first column of the first row, None where there is none."""
        row = self.run(conn, *values).first()
        return None if row is None else row[0]

    def compiled(self, dialect: Dialect) -> _Compiled:
        """Its text for this driver."""
        return _compile(self.make(dialect), self.names, dialect)


@cache
def _over(table: Table) -> One:
    return One(lambda dialect: over(dialect, table), tuple(column.name for column in table.c))


def put(conn: Connection, table: Table, **values: object) -> None:
    """Write one row with all its columns, over the one with the same primary key if there is one."""
    statement = _over(table)
    statement.run(conn, *(values[name] for name in statement.names))


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    """A statement that is run once for each of many rows, whose values stand in the order of `names`."""

    make: Callable[[Dialect], Executable]
    names: tuple[str, ...]

    def run(self, conn: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Run it for every row; none is fine."""
        if rows := list(rows):
            ready = _ready(self, conn.dialect)
            conn.exec_driver_sql(
                ready.text, rows if ready.arrange is _as_it_is else [*map(ready.arrange, rows)]
            )

    def compiled(self, dialect: Dialect) -> _Compiled:
        """Its text for this driver."""
        return _compile(self.make(dialect), self.names, dialect)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """All rows whose `column` has one of many values, narrowed by the bound parameters `fixed` of the statement."""

    statement: Select[Any]
    column: Column[Any]
    fixed: tuple[str, ...] = ()

    def rows(
        self, conn: Connection, values: Sequence[Any], *fixed: object
    ) -> Iterator[Row[*tuple[Any, ...]]]:
        """The rows, in no order."""
        ready = _ready(self, conn.dialect)
        for start in range(0, len(values), _AT_ONCE):
            some = list(values[start : start + _AT_ONCE])
            some += some[-1:] * (_AT_ONCE - len(some))
            yield from conn.exec_driver_sql(ready.text, ready.arrange((*fixed, *some)))

    def compiled(self, dialect: Dialect) -> _Compiled:
        """Its text for this driver."""
        values = tuple(f"value_{number}" for number in range(_AT_ONCE))
        narrowed = self.statement.where(self.column.in_([bindparam(name) for name in values]))
        return _compile(narrowed, (*self.fixed, *values), dialect)


_COMPILED: dict[tuple[One | Many | Lookup, str], _Compiled] = {}
"""Texts by statement and driver: they hold for every store that is opened."""


def _ready(statement: One | Many | Lookup, dialect: Dialect) -> _Compiled:
    key = statement, dialect.driver
    if key not in _COMPILED:
        _COMPILED[key] = statement.compiled(dialect)
    return _COMPILED[key]

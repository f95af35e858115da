"""Statements for many rows at the driver's own speed: each is compiled once, then rows go past SQLAlchemy as tuples.

`Connection.execute` would do the same at several times the cost a row; a page of posts is many rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Column, Connection, Dialect, Executable, Row, Select

_AT_ONCE = 100
"""How many values one look-up names; the last ones are repeated to fill it, so that its text is always the same."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for one driver, and how it wants a row: in the order of the question marks, or by name."""

    text: str
    arrange: Callable[[Sequence[Any]], Any]


def _compile(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names), for_executemany=True)  # type: ignore[attr-defined]
    if not compiled.positional:
        return _Compiled(str(compiled), lambda row: dict(zip(names, row, strict=True)))
    order = [names.index(name) for name in compiled.positiontup]
    if order == list(range(len(names))):
        return _Compiled(str(compiled), lambda row: row)
    return _Compiled(str(compiled), itemgetter(*order))


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    """A statement that is run once for each of many rows, whose values stand in the order of `names`."""

    make: Callable[[Dialect], Executable]
    names: tuple[str, ...]

    def run(self, conn: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Run it for every row; none is fine."""
        if rows := list(rows):
            ready = _ready(self, conn.dialect)
            conn.exec_driver_sql(ready.text, [ready.arrange(row) for row in rows])

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


_COMPILED: dict[tuple[Many | Lookup, str], _Compiled] = {}
"""Texts by statement and driver: they hold for every store that is opened."""


def _ready(statement: Many | Lookup, dialect: Dialect) -> _Compiled:
    key = statement, dialect.driver
    if key not in _COMPILED:
        _COMPILED[key] = statement.compiled(dialect)
    return _COMPILED[key]

"""Series and the numbers that stand for them in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from sentinel.model.mention import SeriesKey
from sentinel.store.dialect import insert
from sentinel.store.driver import Many
from sentinel.store.schema import series
from sentinel.store.written import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection


class SeriesNumbers:
    """Remembers the series that were read; none is ever renumbered or removed.

    Call `of` once in a transaction and `part` only before it: a series made by a transaction that fails is then never
    remembered.
    """

    def __init__(self) -> None:
        self._numbers: dict[SeriesKey, int] = {}
        self._keys: dict[int, SeriesKey] = {}

    def of(self, conn: Connection, keys: Iterable[SeriesKey]) -> Mapping[SeriesKey, int]:
        """The number of each series (and of others); those that are new get one."""
        new = {key for key in keys if key not in self._numbers}
        for fingerprint in {key.fingerprint for key in new}:
            self.part(conn, fingerprint)
        if made := [key for key in new if key not in self._numbers]:
            return {**self._numbers, **_make(conn, made)}
        return self._numbers

    def part(self, conn: Connection, fingerprint: str) -> dict[int, SeriesKey]:
        """All series of a counting part."""
        found = _read(conn, series.c.fingerprint == fingerprint)
        self._keys.update(found)
        self._numbers.update({key: number for number, key in found.items()})
        return found

    def keys(self, conn: Connection, numbers: Iterable[int]) -> Mapping[int, SeriesKey]:
        """The series behind these numbers (and others)."""
        unknown = set(numbers) - self._keys.keys()
        return {**self._keys, **_read(conn, series.c.id.in_(unknown))} if unknown else self._keys


def number(conn: Connection, key: SeriesKey) -> int | None:
    """The series' number, None if nothing was ever counted in it."""
    return conn.scalar(select(series.c.id).where(*_is(key)))


def _read(conn: Connection, which: ColumnElement[bool]) -> dict[int, SeriesKey]:
    rows = conn.execute(select(series).where(which))
    group = tuple[tuple[str, str], ...]
    return {row.id: SeriesKey(row.rule, row.fingerprint, from_json(row.grouped, group)) for row in rows}


def _make(conn: Connection, keys: Sequence[SeriesKey]) -> dict[SeriesKey, int]:
    written = {key: (key.fingerprint, key.rule, to_json(key.group)) for key in keys}
    _MAKE.run(conn, written.values())
    parts = series.c.fingerprint.in_({key.fingerprint for key in keys})
    rows = conn.execute(
        select(series.c.id, series.c.fingerprint, series.c.rule, series.c.grouped).where(parts)
    )
    numbers = {tuple(names): number for number, *names in rows}
    return {key: numbers[names] for key, names in written.items()}


def _is(key: SeriesKey) -> tuple[ColumnElement[bool], ...]:
    return (
        series.c.fingerprint == key.fingerprint,
        series.c.rule == key.rule,
        series.c.grouped == to_json(key.group),
    )


_MAKE = Many(
    lambda dialect: insert(dialect, series).on_conflict_do_nothing(), ("fingerprint", "rule", "grouped")
)

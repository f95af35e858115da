"""Series and the numbers that stand for them in the tables."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from sentinel.model.mention import SeriesKey
from sentinel.store.dialect import insert
from sentinel.store.driver import Lookup, Many, One
from sentinel.store.schema import series
from sentinel.store.written import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

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
        if not new:
            return self._numbers
        for key, number in _find(conn, new):
            self._numbers[key] = number
            self._keys[number] = key
        if made := [key for key in new if key not in self._numbers]:
            return ChainMap(_make(conn, made), self._numbers)
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
        return ChainMap(_read(conn, series.c.id.in_(unknown)), self._keys) if unknown else self._keys


def number(conn: Connection, key: SeriesKey) -> int | None:
    """The series' number, None if nothing was ever counted in it."""
    found: int | None = _NUMBER.scalar(conn, *named(key))
    return found


def named(key: SeriesKey) -> tuple[str, str, str]:
    """What finds it, in the order of `NAMED`."""
    return key.fingerprint, key.rule, to_json(key.group)


def _read(conn: Connection, which: ColumnElement[bool]) -> dict[int, SeriesKey]:
    rows = conn.execute(select(series).where(which))
    group = tuple[tuple[str, str], ...]
    return {row.id: SeriesKey(row.rule, row.fingerprint, from_json(row.grouped, group)) for row in rows}


def _make(conn: Connection, keys: Collection[SeriesKey]) -> dict[SeriesKey, int]:
    _MAKE.run(conn, map(named, keys))
    return dict(_find(conn, keys))


def _find(conn: Connection, keys: Iterable[SeriesKey]) -> Iterator[tuple[SeriesKey, int]]:
    parts: defaultdict[tuple[str, str], dict[str, SeriesKey]] = defaultdict(dict)
    for key in keys:
        parts[key.fingerprint, key.rule][to_json(key.group)] = key
    for part, wanted in parts.items():
        for number, grouped in _FIND.rows(conn, list(wanted), *part):
            yield wanted[grouped], number


NAMED = ("of_part", "of_rule", "of_group")

_OF_RULE = (series.c.fingerprint == bindparam("of_part"), series.c.rule == bindparam("of_rule"))

numbered = select(series.c.id).where(*_OF_RULE, series.c.grouped == bindparam("of_group"))
"""The number of the series with the three bound names."""

_NUMBER = One(lambda _: numbered, NAMED)
_FIND = Lookup(select(series.c.id, series.c.grouped).where(*_OF_RULE), series.c.grouped, fixed=NAMED[:2])
_MAKE = Many(
    lambda dialect: insert(dialect, series).on_conflict_do_nothing(), ("fingerprint", "rule", "grouped")
)

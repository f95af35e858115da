"""The only file that knows SQLite from PostgreSQL: types, upserts, how a transaction begins, what an error means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError

from sentinel.errors import StoreBroken

if TYPE_CHECKING:
    from sqlalchemy import URL, Dialect, Engine, Table
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.exc import DBAPIError

RowNumber = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit row number on both; SQLite makes it the row's own address only if it is spelled INTEGER."""

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
"""For tables that are read by ranges of their primary key: rows lie in its order."""

_PATIENCE_MS = 10_000
"""How long a writer waits for another program's transaction."""

_OPENING = (
    f"PRAGMA busy_timeout = {_PATIENCE_MS}",  # first: switching to WAL may itself have to wait
    "PRAGMA journal_mode = WAL",  # readers never wait for the writer
    "PRAGMA synchronous = FULL",  # a committed page survives a power cut
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -8000",  # 8 MB: the index on post ids is written at random
)

_WRITERS_TURN = "SELECT pg_advisory_xact_lock(736574696)"
"""One writer at a time, as in SQLite; given back when the transaction ends."""

_MENDS = (
    ("database or disk is full", "the disk is full; free some space"),
    ("no space left", "the disk is full; free some space"),
    ("readonly database", "it is read-only; let this user write the file and its folder"),
    ("read-only", "it is read-only; let this user write to it"),
    ("unable to open", "it cannot be opened; check that the path is a file in a folder this user may write"),
    ("not a database", "it is not a database; move the file away or give another path"),
    ("malformed", "it is damaged; restore a backup, or move it away and start afresh"),
    ("locked", "another program keeps it locked; end that program"),
    ("already exists", "it holds tables of another program; give sentinel a database of its own"),
    ("password authentication", "the user or password is wrong; mend the store's address"),
    ("refused", "the server does not answer; start it or mend the store's address"),
    ("does not exist", "there is no such database or user; create it or mend the store's address"),
)


@dataclass(frozen=True, slots=True)
class Engines:
    """Two ways into one database. `alone`: there is a single connection, which all threads must share in turn."""

    reading: Engine
    writing: Engine
    alone: bool


def parse(url: str, folder: Path) -> URL:
    """The address, with a relative file placed in `folder`. Raises `StoreBroken`."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreBroken(
            "the store's address cannot be read; write it like sqlite:///var/sentinel.db"
        ) from None
    match parsed.get_backend_name():
        case "sqlite":
            return _placed(parsed, folder)
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StoreBroken(f"the store cannot be '{other}'; write sqlite:///… or postgresql://…")


def _placed(url: URL, folder: Path) -> URL:
    if in_memory(url) or (url.database or "").startswith("file:"):
        return url
    return url.set(database=str(folder / str(url.database)))


def in_memory(url: URL) -> bool:
    """Whether nothing is written to disk."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def file_of(url: URL) -> Path | None:
    """The file that everything is to lie in; None for a server, for memory, and for SQLite's own `file:` addresses."""
    if url.get_backend_name() != "sqlite" or in_memory(url) or str(url.database).startswith("file:"):
        return None
    return Path(str(url.database))


def engines(url: URL) -> Engines:
    """How to get in; nothing is opened yet. Raises `StoreBroken` when PostgreSQL's driver is not installed."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise StoreBroken("PostgreSQL needs its driver: pip install 'sentinel-alerts[postgres]'") from None
    writing = engine.execution_options()
    event.listen(writing, "begin", lambda conn: conn.exec_driver_sql(_WRITERS_TURN))
    return Engines(engine.execution_options(isolation_level="REPEATABLE READ"), writing, alone=False)


def _sqlite(url: URL) -> Engines:
    alone = in_memory(url)
    anywhere = {"check_same_thread": False}  # handed from thread to thread, never used by two at once
    pool = StaticPool if alone else QueuePool
    engine = create_engine(url, poolclass=pool, connect_args=anywhere)
    event.listen(engine, "connect", _open_sqlite)
    reading, writing = engine.execution_options(), engine.execution_options()
    event.listen(reading, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    # IMMEDIATE: wait for one's turn at the start, where waiting is possible, not half-way, where it is an error
    event.listen(writing, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return Engines(reading, writing, alone)


def _open_sqlite(connection: Any, _record: object) -> None:  # sqlite3's own connection, untyped in SQLAlchemy
    connection.isolation_level = None  # the driver's guesses at BEGIN are off: the listeners say it
    for pragma in _OPENING:
        connection.execute(pragma)


def insert(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do when the row is there already."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # heavy: only when used

    return postgresql.insert(table)


def over(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert of a whole row, over the one with the same primary key if there is one."""
    keys = [column.name for column in table.primary_key]
    statement = insert(dialect, table)
    rest = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def explained(error: DBAPIError, place: str) -> StoreBroken:
    """A driver's error as a sentence with its mend. `place` names the store, without a password."""
    said = " ".join(str(error.orig).split())
    mend = next((mend for sign, mend in _MENDS if sign in said.lower()), said)
    return StoreBroken(f"the store {place}: {mend}")

"""The schema's version in the database: made when there is none, brought up when it is old, refused when it is newer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select

from sentinel.errors import StoreTooNew
from sentinel.store.schema import VERSIONS, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sentinel.store.doors import Doors

TABLE = "schema_version"

_version = Table(  # as Alembic makes it
    TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{TABLE}_pkc"),
)


def bring_up(doors: Doors) -> None:
    """Make the schema this program's. Raises `StoreTooNew`; one query when there is nothing to do."""
    with doors.reading() as conn:
        if stored(conn) == VERSIONS[-1]:
            return
    with doors.writing() as conn:  # another program may have done it since: look again
        _bring_up(conn, stored(conn))


def stored(conn: Connection) -> str | None:
    """The version that the database is at; None where there is no schema yet."""
    return conn.scalar(select(_version)) if inspect(conn).has_table(TABLE) else None


def _bring_up(conn: Connection, version: str | None) -> None:
    if version is None:
        _make(conn)
    elif version not in VERSIONS:
        raise StoreTooNew(
            f"the store was written by a newer sentinel (schema {version}, this one knows up to {VERSIONS[-1]}): "
            "install that version again, or give this one another store"
        )
    elif version != VERSIONS[-1]:
        migrate(conn)


def _make(conn: Connection) -> None:
    # Not by running every migration: a test proves that both give the same, and this needs no Alembic.
    metadata.create_all(conn, checkfirst=False)
    _version.create(conn)
    conn.execute(insert(_version).values(version_num=VERSIONS[-1]))


def migrate(conn: Connection, to: str = "head") -> None:
    """Run the migrations up to a version, in the transaction that `conn` is in."""
    from alembic import command  # noqa: PLC0415  # heavy: only when used
    from alembic.config import Config  # noqa: PLC0415  # the same

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, to)

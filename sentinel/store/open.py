"""Opening a store: `open_store` is this room's only door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.errors import StoreBroken
from sentinel.store import dialect, versions
from sentinel.store.doors import Doors
from sentinel.store.sql import SqlStore

if TYPE_CHECKING:
    from pathlib import Path


def open_store(url: str, folder: Path) -> SqlStore:
    """The store at `url`, made or brought up to this program's schema; a relative SQLite file lies in `folder`.

    `sqlite:///:memory:` is a store of its own, gone when closed. Raises `StoreTooNew`, and `StoreBroken` with the mend.
    """
    parsed = dialect.parse(url, folder)
    place = parsed.render_as_string(hide_password=True)
    if (file := dialect.file_of(parsed)) is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreBroken(f"the store {place}: its folder cannot be made ({error.strerror})") from error
    doors = Doors(dialect.engines(parsed), place)
    try:
        versions.bring_up(doors)
    except BaseException:
        doors.close()
        raise
    return SqlStore(doors)

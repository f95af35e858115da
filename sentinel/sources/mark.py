"""Cursors: a small struct of a source's own, as JSON. What cannot be read (another version's, another kind's) is a fresh start."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from sentinel.model.post import Cursor

Mark = TypeVar("Mark", bound=msgspec.Struct)


def read_mark(since: Cursor | None, kind: type[Mark]) -> Mark:
    """The mark a cursor holds; `kind()` when there is none or it makes no sense."""
    try:
        return msgspec.json.decode(since or "{}", type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return kind()


def write_mark(mark: msgspec.Struct) -> Cursor:
    """The mark as the store keeps it."""
    return Cursor(msgspec.json.encode(mark).decode())

"""A growing file of lines, read a bounded piece at a time, and the knowledge of whether it is still the same file."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from sentinel.errors import Refused, Unreachable
from sentinel.sources.post_json import LONGEST_LINE

if TYPE_CHECKING:
    from pathlib import Path

_LINES = 500
_BYTES = 4 * 1024 * 1024
"""A piece ends after so many lines or bytes, whichever comes first."""

_PRINT = 256
"""Bytes before the place reached that are remembered (as a hash) to know the file again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading stands: byte `offset`, `line` ends passed, `within` an overlong line, and a print of what lies before."""

    offset: int = 0
    line: int = 0
    within: bool = False
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, its bytes (None: too long to be read), whether its end was seen, the offset behind it."""

    number: int
    raw: bytes | None
    whole: bool
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines from `start` on. `last` when the file holds no more for now; `anew` when it was not the file it was."""

    start: Place
    lines: tuple[Line, ...]
    last: bool
    anew: bool


def read_piece(path: Path, place: Place) -> Piece:
    """The next lines after `place`; from the beginning if the file was truncated or replaced meanwhile.

    Raises `Unreachable` when there is no such file (yet), `Refused` when it may not be read or is no plain file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: opening a pipe waits for its writer
            raise Refused(f"{path.name} is not a plain file")
        with path.open("rb") as file:
            start = place if _same(file, place) else Place()
            lines, last = _lines(file, start)
            return Piece(start, lines, last, anew=start is not place)
    except FileNotFoundError as error:
        raise Unreachable(f"{path.name} is not there") from error
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror or 'the system refuses'}") from error


def seal(path: Path, place: Place) -> Place:
    """The place with a print of the bytes before it, to be known again by."""
    try:
        with path.open("rb") as file:
            return Place(place.offset, place.line, place.within, _print(file, place.offset))
    except OSError:
        return place


def _same(file: BinaryIO, place: Place) -> bool:
    return place.offset == 0 or _print(file, place.offset) == place.seal


def _print(file: BinaryIO, offset: int) -> str:
    """Position and content at once: a truncated file is too short for it, a replaced one reads differently."""
    start = max(0, offset - _PRINT)
    file.seek(start)
    before = file.read(offset - start)
    return hashlib.blake2b(before, digest_size=8).hexdigest() if len(before) == offset - start else ""


def _lines(file: BinaryIO, start: Place) -> tuple[tuple[Line, ...], bool]:
    file.seek(start.offset)
    found: list[Line] = []
    number, within = start.line, start.within
    while len(found) < _LINES and file.tell() - start.offset < _BYTES:
        raw = file.readline(LONGEST_LINE + 1)
        if not raw:
            return tuple(found), True
        whole = raw.endswith(b"\n")
        overlong = within or len(raw) > LONGEST_LINE
        found.append(Line(number + 1, None if overlong else raw, whole, file.tell()))
        number, within = number + whole, overlong and not whole
        if not (whole or within):
            return tuple(found), True
    return tuple(found), False

"""How values are written down: times as whole microseconds, texts without what a database refuses, bodies as JSON.

A time is an integer: microseconds since 1970-01-01T00:00Z, so that every moment comes back exactly as it went in.
A minute is an integer: whole minutes since then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar, overload

import msgspec

if TYPE_CHECKING:
    from sentinel.model.post import Span

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
"""Microseconds in a minute."""

_LARGEST = 2**63 - 1


@overload
def micros(at: datetime) -> int: ...
@overload
def micros(at: None) -> None: ...
def micros(at: datetime | None) -> int | None:
    """An aware moment as microseconds; a naive one is a TypeError."""
    return None if at is None else (at - EPOCH) // MICROSECOND


@overload
def moment(number: int) -> datetime: ...
@overload
def moment(number: None) -> None: ...
def moment(number: int | None) -> datetime | None:
    """Microseconds as an aware moment in UTC."""
    return None if number is None else EPOCH + timedelta(microseconds=number)


def minutes_of(span: Span) -> tuple[int, int]:
    """The whole minutes that a span touches, as [first, end)."""
    return micros(span.start) // MINUTE, -(-micros(span.end) // MINUTE)


@overload
def plain(text: str) -> str: ...
@overload
def plain(text: None) -> None: ...
def plain(text: str | None) -> str | None:
    """The text without NUL and lone surrogates: one such post would otherwise block its whole page for ever."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def whole(number: int | None) -> int | None:
    """A counter that fits a column; a site that reports more has lost its mind, not our page."""
    if number is None or -_LARGEST <= number <= _LARGEST:
        return number
    return _LARGEST if number > 0 else -_LARGEST


def real(number: float | None) -> float | None:
    """A number that equals itself, else unknown."""
    return None if number is None or isnan(number) else float(number)


def to_json(thing: object) -> str:
    """A noun as JSON."""
    try:
        return msgspec.json.encode(thing).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_plain_throughout(msgspec.to_builtins(thing))).decode()


def from_json(body: str, kind: type[T]) -> T:
    """A noun from its JSON."""
    return msgspec.json.decode(body, type=kind)


def _plain_throughout(value: Any) -> Any:  # whatever JSON can hold
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {_plain_throughout(key): _plain_throughout(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_throughout(item) for item in value]
    return value

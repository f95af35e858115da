"""Single values from strangers → what a `Post` may hold. A value that makes no sense becomes None, never an error."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sentinel.sources.plain import LONGEST

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""A time outside [EARLIEST, LATEST) is a mistake of whoever wrote it."""

MOST = 10**12
"""No counter is larger."""

LONGEST_ID = 500
LONGEST_NAME = 200
_LONGEST_LINK = 2_000
_LONE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_NO_LANGUAGE = {"und", "zxx", "mul", "mis", "qme", "qst", "art"}


def text(value: str) -> str:
    """Without NUL and lone surrogates (no database takes them), cut to 40,000 characters."""
    if value.isascii() and "\x00" not in value:
        return value[:LONGEST]
    return _LONE.sub("\ufffd", value.replace("\x00", ""))[:LONGEST]


def identity(value: Any) -> str | None:
    """An id: text of 1 to 500 characters, or a whole number as its decimal text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    value = text(value.strip())
    return value if 0 < len(value) <= LONGEST_ID else None


def name(value: Any) -> str | None:
    """Who somebody says they are, on one line, at most 200 characters."""
    if not isinstance(value, str):
        return None
    return " ".join(text(value[: 2 * LONGEST_NAME]).split())[:LONGEST_NAME] or None


def count(value: Any) -> int | None:
    """A counter: a whole number from 0 to 10¹²; digits in a string count, anything else is unknown."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MOST)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MOST else None


def stars(value: Any) -> float | None:
    """A rating from 0 to 5, also as a string; anything else is unknown."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= 5 else None  # noqa: PLR2004  # there are five stars


def link(value: Any) -> str | None:
    """An http or https address of at most 2,000 printable characters; `javascript:` and the like are none."""
    if not isinstance(value, str) or not value.lower().startswith(("http://", "https://")):
        return None
    return value if len(value) <= _LONGEST_LINK and value.isprintable() and " " not in value else None


def language(value: Any) -> str | None:
    """`es-MX` → `es`; 'undetermined' and nonsense are unknown."""
    if not isinstance(value, str) or not (found := _LANGUAGE.fullmatch(value[:40])):
        return None
    tongue = found[1].lower()
    return None if tongue in _NO_LANGUAGE else tongue


def moment(value: Any) -> datetime | None:
    """An RFC 3339 time with a zone, as aware UTC between 1990 and 2100; a time without a zone is unknown."""
    if not isinstance(value, str) or len(value) < len("2026-01-01T00:00Z"):
        return None
    try:
        written = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return within(written) if written.tzinfo else None


def epoch(value: Any, per_second: int = 1) -> datetime | None:
    """Seconds since 1970 (or, with `per_second=1000`, milliseconds) as aware UTC between 1990 and 2100."""
    if isinstance(value, str) and len(value) <= 20:  # noqa: PLR2004  # no time has more digits
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / per_second if abs(value) < MOST * per_second else -1.0
    if not EARLIEST.timestamp() <= seconds < LATEST.timestamp():
        return None
    return datetime.fromtimestamp(seconds, UTC)


def within(moment: datetime) -> datetime | None:
    """An aware time as UTC, None outside 1990 to 2100."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        return None
    return utc if EARLIEST <= utc < LATEST else None

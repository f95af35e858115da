"""How long the other side asks us to wait.

Sources: RFC 9110 §10.2.3 (Retry-After: seconds or an HTTP date), X (`x-rate-limit-reset`: epoch seconds), Mastodon
(`X-RateLimit-Reset`: an ISO time), IETF draft ratelimit-headers (`RateLimit-Reset`: seconds from now).
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = timedelta(hours=24)
"""Nobody is obeyed for longer than this at a time: the next try asks again."""

RESETS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")

_EPOCH_FROM = 1_000_000_000
"""A reset at least this large is a moment since 1970; a smaller one is a span from now."""
_MILLISECONDS_FROM = 100_000_000_000


def resume_time(headers: Mapping[str, str], at: datetime) -> datetime | None:
    """When to come back (aware, UTC), later than `at` and at most 24 hours after it; None when nothing usable is said.

    `headers` must find lower-case names. A time already past, a negative span and nonsense count as nothing said.
    """
    named = [(name, headers.get(name, "")) for name in ("retry-after", *RESETS)]
    moments = [_moment(name, value.strip(), at) for name, value in named if value]
    return next((min(moment, at + LONGEST) for moment in moments if moment and moment > at), None)


def _moment(name: str, value: str, at: datetime) -> datetime | None:
    try:
        number = float(value)
    except ValueError:
        return _written(value)
    if not math.isfinite(number):
        return None
    if name == "retry-after" or number < _EPOCH_FROM:
        return at + timedelta(seconds=min(number, LONGEST.total_seconds())) if number > 0 else None
    return _epoch(number, at)


def _epoch(number: float, at: datetime) -> datetime:
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    # bounded before it becomes a date: 1e20 seconds have none
    return datetime.fromtimestamp(min(seconds, (at + LONGEST).timestamp()), UTC)


def _written(value: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return _utc(moment)
    return None


def _utc(moment: datetime) -> datetime | None:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None

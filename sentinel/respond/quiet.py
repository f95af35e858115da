"""Quiet hours: local time of an IANA zone, across midnight and across daylight-saving changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from sentinel.model.reading import Severity
    from sentinel.rulebook.types import QuietHours


def held_until(hours: QuietHours | None, severity: Severity, at: datetime) -> datetime | None:
    """When these quiet hours let a message of this severity go (UTC); None when they do not hold it at `at`.

    A night is one stretch of real time, from its beginning to its end: a clock that is put back in between does not
    begin it a second time. An end that the clock leaps over comes as much later (PEP 495), so 02:30 at 03:30.
    """
    if hours is None or severity not in hours.hold:
        return None
    today = at.astimezone(hours.zone).date()
    nights = (_night(hours, today - timedelta(days=1)), _night(hours, today))
    return next((end for begin, end in nights if begin <= at < end), None)


def _night(hours: QuietHours, day: date) -> tuple[datetime, datetime]:
    """The quiet hours that begin on `day`; empty when they end as they begin."""
    last = day + timedelta(days=1) if hours.start > hours.end else day
    begin = datetime.combine(day, hours.start, hours.zone)
    end = datetime.combine(last, hours.end, hours.zone)
    return begin.astimezone(UTC), end.astimezone(UTC)

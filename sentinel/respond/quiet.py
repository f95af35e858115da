"""Quiet hours: local time of an IANA zone, across midnight and across daylight-saving changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentinel.model.reading import Severity
    from sentinel.rulebook.types import QuietHours


def held_until(hours: QuietHours | None, severity: Severity, at: datetime) -> datetime | None:
    """When these quiet hours let a message of this severity go; None when they do not hold it at `at`."""
    if hours is None or severity not in hours.hold:
        return None
    local = at.astimezone(hours.zone)
    clock = local.time().replace(tzinfo=None)
    if hours.start <= hours.end:
        inside, tomorrow = hours.start <= clock < hours.end, False
    else:
        inside, tomorrow = clock >= hours.start or clock < hours.end, clock >= hours.start
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if tomorrow else 0)
    return datetime.combine(day, hours.end, hours.zone).astimezone(UTC)

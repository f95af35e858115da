"""How much of a stretch of time was really read. Unseen is not zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.detect.baseline import Floats
    from sentinel.model.post import Span

MINUTE = 60.0


def epoch_minute(at: datetime) -> int:
    """The whole minute since 1970 that `at` lies in."""
    return int(at.timestamp() // MINUTE)


def minute_time(minute: int) -> datetime:
    """When that minute begins, in UTC."""
    return datetime.fromtimestamp(minute * MINUTE, UTC)


def union(spans: Iterable[Span]) -> list[tuple[float, float]]:
    """The time that any of the spans covers, merged and in order, as (start, end) in seconds since 1970."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted((span.start.timestamp(), span.end.timestamp()) for span in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class Seen:
    """The time of which a rule's sources were really read: spans in seconds since 1970, merged and in order."""

    spans: tuple[tuple[float, float], ...] = ()

    def share(self, start: float, end: float) -> float:
        """The share (0…1) of [start, end), in seconds since 1970, that was read."""
        return share(self.spans, start, end)

    def hourly(self, first: int, last: int) -> Floats:
        """The read share of each hour in [first, last), hours since 1970."""
        return hourly(self.spans, first, last)


def share(merged: Sequence[tuple[float, float]], start: float, end: float) -> float:
    """The share (0…1) of [start, end) that lies inside the merged spans; 0 for an empty stretch."""
    seen = sum(max(min(end, b) - max(start, a), 0.0) for a, b in merged)
    return min(seen / (end - start), 1.0) if end > start else 0.0


def hourly(merged: Sequence[tuple[float, float]], first: int, last: int) -> Floats:
    """The covered share of each hour in [first, last), hours since 1970."""
    out = np.zeros(max(last - first, 0))
    for start, end in merged:
        a, b = np.clip([start / 3600 - first, end / 3600 - first], 0, len(out))
        whole = np.arange(int(a), int(np.ceil(b)))
        out[whole] += np.minimum(whole + 1, b) - np.maximum(whole, a)
    return np.minimum(out, 1.0)

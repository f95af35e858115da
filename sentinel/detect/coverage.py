"""How much of a stretch of time was really read. Unseen is not zero."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.detect.scan import Floats
    from sentinel.model.post import Span

Spans: TypeAlias = "tuple[tuple[float, float], ...]"
"""Half-open stretches of time in seconds since 1970: merged, in order."""

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
    """The time of which a rule's sources were really read.

    Of a rule with one source, `spans` say it all. With several, `parts` are each one's weight (its share of the rule's
    volume; together 1) and spans: a source that is away leaves as much unseen as it usually brings.
    """

    spans: Spans = ()
    parts: tuple[tuple[float, Spans], ...] = ()

    def share(self, start: float, end: float) -> float:
        """The share (0…1) of [start, end), in seconds since 1970, that was read."""
        if not self.parts:
            return share(self.spans, start, end)
        return min(sum(weight * share(spans, start, end) for weight, spans in self.parts), 1.0)

    def hourly(self, first: int, last: int) -> Floats:
        """The read share of each hour in [first, last), hours since 1970."""
        if not self.parts:
            return hourly(self.spans, first, last)
        parts = [weight * hourly(spans, first, last) for weight, spans in self.parts]
        return np.asarray(np.minimum(np.sum(parts, axis=0), 1.0), np.float64)

    def since(self, before: Seen, oldest: float) -> float | None:
        """The first second since 1970 of which more or less is seen than `before` knew; None: nothing has changed.

        What lies before the second `oldest` is left aside, and weights alone do not count.
        """
        ours, theirs = self._weighed(), before._weighed()
        if len(ours) != len(theirs):
            return oldest
        pairs = [
            (_from(mine, oldest), _from(yours, oldest))
            for (_, mine), (_, yours) in zip(ours, theirs, strict=True)
        ]
        return min((_parting(mine, yours) for mine, yours in pairs if mine != yours), default=None)

    def _weighed(self) -> tuple[tuple[float, Spans], ...]:
        return self.parts or ((1.0, self.spans),)


def _from(spans: Spans, oldest: float) -> Spans:
    return without(spans, float("-inf"), oldest)


def _parting(mine: Spans, yours: Spans) -> float:
    """Where two different lists of spans part."""
    for one, other in itertools.zip_longest(mine, yours):
        if one is None or other is None:
            return float((one or other)[0])
        if one != other:
            return min(one[0], other[0]) if one[0] != other[0] else min(one[1], other[1])
    return float("inf")


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


def without(spans: Spans, start: float, end: float) -> Spans:
    """The spans with [start, end) cut out of them."""
    cut = []
    for a, b in spans:
        cut += [piece for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return tuple(cut)

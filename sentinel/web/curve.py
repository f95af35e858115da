"""The curve of complaints beside what is usual: numbers turned into places in a drawing, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sentinel.model.post import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.model.incident import Incident
    from sentinel.store.contract import Store

WIDTH = 600.0
HEIGHT = 100.0
_BEFORE = timedelta(hours=2)
_AFTER = timedelta(minutes=30)
_MOST_BARS = 40
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bar:
    """The negatives published in one step, from `start` on; the rest is the bar's place in the drawing."""

    start: datetime
    negatives: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the drawing's width: a time that no source has read."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawing of WIDTH × HEIGHT. `usually` is the usual count of a step, `usual` the height it is drawn at.

    `onset` and `opened` are places on the time axis, None when they lie outside.
    """

    span: Span
    step: timedelta
    bars: tuple[Bar, ...]
    most: Bar
    total: int
    usually: float
    usual: float
    unread: tuple[Stretch, ...]
    onset: float | None
    opened: float | None


def span_of(incident: Incident, now: datetime) -> Span:
    """The storm's own span: from its onset (or two hours before it formed) to its end, or now."""
    start = incident.onset or incident.formed_at - _BEFORE
    return Span(start, max(incident.closed_at or now, start + timedelta(minutes=1)))


def curve_of(store: Store, incident: Incident, window: timedelta | None, now: datetime) -> Curve | None:
    """The storm with the hours around it; None when nothing was counted. `window` is the rule's, for the usual line."""
    storm = span_of(incident, now)
    step = _step(min(storm.start, incident.formed_at) - _BEFORE, storm.end)
    first = _minute(min(storm.start, incident.formed_at) - _BEFORE) // step * step
    end = storm.end if incident.closed_at is None else min(storm.end + _AFTER, now)
    last = _minute(end) // step * step + step
    counts = dict.fromkeys(range(first, last, step), 0)
    for tally in store.tallies(incident.fingerprint, first, last, step):
        slot = tally.minute // step * step
        if tally.series.group == incident.group and slot in counts:
            counts[slot] += tally.negatives
    if not any(counts.values()):
        return None
    span = Span(_time(first), _time(last))
    usual = incident.peak.usual * timedelta(minutes=step) / window if window else 0.0
    seen = [part for parts in store.coverage(span).values() for part in parts]
    return _draw(counts, span, usual, seen, incident)


def _draw(
    counts: dict[int, int], span: Span, usual: float, seen: Sequence[Span], incident: Incident
) -> Curve:
    top = max(*counts.values(), usual, 1) * 1.08
    width = WIDTH / len(counts)
    bars = tuple(
        Bar(_time(minute), n, i * width, HEIGHT - n / top * HEIGHT, width, n / top * HEIGHT)
        for i, (minute, n) in enumerate(counts.items())
    )
    return Curve(
        span=span,
        step=(span.end - span.start) / len(counts),
        bars=bars,
        most=max(bars, key=lambda bar: bar.negatives),
        total=sum(counts.values()),
        usually=usual,
        usual=HEIGHT - usual / top * HEIGHT,
        unread=tuple(_stretch(gap, span) for gap in _gaps(seen, span)) if seen else (),
        onset=_place(incident.onset, span),
        opened=_place(incident.opened_at, span),
    )


def _gaps(seen: Iterable[Span], span: Span) -> list[Span]:
    gaps, at = [], span.start
    for part in sorted(seen, key=lambda part: part.start):
        if part.start > at:
            gaps.append(Span(at, part.start))
        at = max(at, part.end)
    # The newest minutes are always still to be read: the end of the drawing is no gap.
    return gaps


def _stretch(gap: Span, span: Span) -> Stretch:
    left = _place(gap.start, span) or 0.0
    return Stretch(left, (_place(gap.end, span) or WIDTH) - left)


def _place(at: datetime | None, span: Span) -> float | None:
    if at is None or not span.start <= at <= span.end:
        return None
    return (at - span.start) / (span.end - span.start) * WIDTH


def _step(start: datetime, end: datetime) -> int:
    minutes = (end - start) / timedelta(minutes=1)
    return next((step for step in _STEPS if minutes / step <= _MOST_BARS), _STEPS[-1])


def _minute(at: datetime) -> int:
    return int((at - _EPOCH) / timedelta(minutes=1))


def _time(minute: int) -> datetime:
    return _EPOCH + timedelta(minutes=minute)

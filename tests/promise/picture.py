"""The picture of docs/how-detection-works.md, drawn from the detector's own answer on a made-up brand.

`python -m tests.promise.picture` draws it anew. Forty complaints a day with a daily and a weekly rhythm; after four weeks
comes what is shown: an ordinary day, six hours that nobody read, a chance cluster, a storm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import scan, series
from sentinel.detect.calibration import sliding
from sentinel.model.phrase import parse_rarity
from tests.promise.worlds import A_DAY, AN_HOUR, STEP, plain, storm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.detect.scan import Floats

PLACE = Path(__file__).parents[2] / "docs" / "pictures" / "detection.svg"

_START = datetime(2026, 3, 2)  # noqa: DTZ001  # a made-up brand has made-up hours
_RATE, _PAST, _SHOWN, _SEED = 40.0, 28, 4, 6
_UNREAD = slice((_PAST + 1) * A_DAY + 9 * AN_HOUR, (_PAST + 1) * A_DAY + 15 * AN_HOUR)
_CLUSTER, _CLUSTERED = (_PAST + 2) * A_DAY + 4 * AN_HOUR, 4
_STORM = (_PAST + 2) * A_DAY + 18 * AN_HOUR
_EVERY = parse_rarity("1 a month").every
_WINDOW = 6 * AN_HOUR

_WIDTH, _LEFT, _RIGHT = 900, 142, 884
_UPPER, _LOWER = (64, 262), (304, 442)
_INK, _FAINT, _AREA, _LINE, _ALARM = "#222222", "#777777", "#9dbbd8", "#1f4e79", "#d9822b"


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to the picture's points."""

    values: tuple[float, float]
    points: tuple[float, float]

    def __call__(self, value: float) -> float:
        low, high = self.values
        share = (min(max(value, low), high) - low) / (high - low)
        return round(self.points[0] + share * (self.points[1] - self.points[0]), 1)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is shown: for every step the posts of the last six hours, what is usual of them, and how rare it is."""

    posts: Floats
    usual: Floats
    score: Floats
    alert: slice
    """From the step at which an alert starts to the one at which it ends."""


def scene() -> _Scene:
    """The brand's last days, as the detector saw them."""
    dice = np.random.default_rng(_SEED)
    counts = plain(_RATE, _PAST + _SHOWN, dice)
    counts[_CLUSTER : _CLUSTER + _CLUSTERED] += 1
    posts = storm(100, 6, dice)
    counts[_STORM : _STORM + A_DAY] += posts[: len(counts) - _STORM]
    counts[_UNREAD] = np.nan
    judged = series.judge(counts, STEP, _EVERY)
    shown = slice(_PAST * A_DAY, None)
    begin = int(np.flatnonzero(judged.alert[shown])[0])
    unusual = np.flatnonzero(judged.score[shown] >= series._OVER)
    return _Scene(
        sliding(np.nan_to_num(counts), _WINDOW)[shown],
        judged.usual[shown],
        judged.score[shown],
        slice(begin, int(unusual[unusual >= begin][-1]) + series._CALM // STEP),
    )


def draw(what: _Scene) -> str:
    """The picture as SVG."""
    across = _Scale((0, len(what.posts)), (_LEFT, _RIGHT))
    body = [*_frame(across, what), *_counts(across, what), *_rarity(across, what)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} 496" font-family="sans-serif" font-size="13"'
        ' role="img">'
    )
    title = (
        "<title>Four days of a made-up brand: complaints beside what is usual, and how rare that is</title>"
    )
    return "\n".join(
        [head, title, f'<rect width="{_WIDTH}" height="496" fill="#ffffff"/>', *body, "</svg>", ""]
    )


def _frame(across: _Scale, what: _Scene) -> Iterator[str]:
    """Days, what nobody read, and the alert from its start to its end, behind both charts."""
    top, bottom = _UPPER[0], _LOWER[1]
    first = _PAST * A_DAY
    yield _box(across(_UNREAD.start - first), across(_UNREAD.stop - first), "#e6e6e6")
    yield _box(across(what.alert.start), across(what.alert.stop), "#fbe3c8")
    yield _text(across(_UNREAD.start - first), top - 8, "nobody read: unseen", _FAINT)
    yield _text(across(what.alert.start), top - 8, "alert: one, from start to end", _ALARM)
    for day in range(_SHOWN):
        place = across(day * A_DAY)
        yield _stroke([(place, top), (place, bottom)], "#cccccc", 1)
        yield _text(place + 4, bottom + 18, f"{_START + timedelta(days=_PAST + day):%A}", _FAINT)


def _counts(across: _Scale, what: _Scene) -> Iterator[str]:
    up = _Scale((0.0, float(np.ceil(what.posts.max() / 50) * 50)), (_UPPER[1], _UPPER[0]))
    floor = [(across(len(what.posts) - 1), up(0)), (across(0), up(0))]
    area = [(across(n), up(value)) for n, value in _thinned(what.posts)]
    yield f'<polygon points="{_points(area + floor)}" fill="{_AREA}"/>'
    yield _stroke([(across(n), up(value)) for n, value in _thinned(what.usual)], _LINE, 2)
    yield _text(_LEFT, 24, "Complaints in the last six hours", _INK, font_weight="bold")
    yield _text(_LEFT + 262, 24, "▬ what is usual", _LINE)
    for value in np.arange(0, up.values[1] + 1, 50).tolist():
        yield _text(_LEFT - 8, up(value) + 4, f"{value:g}", _FAINT, text_anchor="end")


def _rarity(across: _Scale, what: _Scene) -> Iterator[str]:
    up = _Scale((-0.5, 6.5), (_LOWER[1], _LOWER[0]))
    yield _text(
        _LEFT, _LOWER[0] - 14, "How rare that is by chance alone, for this brand", _INK, font_weight="bold"
    )
    for name, every in (
        ("once a day", 1.0),
        ("once a week", 7.0),
        ("once a year", 365.0),
        ("once in 1000 years", 365e3),
    ):
        yield _text(_LEFT - 8, up(scan.asked(timedelta(days=every))) + 4, name, _FAINT, text_anchor="end")
    asked = up(scan.asked(_EVERY))
    yield _text(_LEFT - 8, asked + 4, "once a month", _ALARM, text_anchor="end")
    yield _stroke([(_LEFT, asked), (_RIGHT, asked)], _ALARM, 1.5, dashes="6 4")
    points = [(across(n), up(value)) for n, value in _thinned(what.score)]
    yield _stroke(points, _LINE, 1.5)
    cluster = _CLUSTER - _PAST * A_DAY
    peak = float(what.score[cluster : cluster + 3 * AN_HOUR].max())
    yield _text(across(cluster) + 4, up(peak) - 20, "chance: no alert", _FAINT, text_anchor="middle")
    yield f'<circle cx="{across(what.alert.start)}" cy="{asked}" r="5" fill="{_ALARM}"/>'


def _thinned(values: Floats) -> Iterator[tuple[int, float]]:
    """Every place at which the line turns, and no more."""
    seen = np.round(values, 2).tolist()
    yield 0, seen[0]
    for n, (before, now) in enumerate(pairwise(seen), start=1):
        if now != before or n == len(seen) - 1:
            yield n, now


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _stroke(points: list[tuple[float, float]], colour: str, width: float, dashes: str = "none") -> str:
    return (
        f'<polyline points="{_points(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-dasharray="{dashes}"/>'
    )


def _box(left: float, right: float, colour: str) -> str:
    top, height = _UPPER[0], _LOWER[1] - _UPPER[0]
    return f'<rect x="{left:g}" y="{top}" width="{right - left:.1f}" height="{height}" fill="{colour}"/>'


def _text(x: float, y: float, says: str, colour: str, **other: str) -> str:
    """Words that begin at a point; other attributes as in SVG, `_` for `-`."""
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in other.items())
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{more}>{says}</text>'


if __name__ == "__main__":
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(draw(scene()), encoding="utf-8")

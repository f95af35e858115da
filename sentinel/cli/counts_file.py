"""A CSV of counts at even steps, as people have it: gaps, second looks, rows out of order, no numbers, two kinds of clocks.

A row's step is the nearest on a grid that starts with the first row and whose step is the middle of all the differences
between the times in the file, in whole minutes: a property of the file, and the one thing in which later rows matter.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import click
import numpy as np

from sentinel.cli.screen import count, note, safe
from sentinel.cli.table_file import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Places: TypeAlias = "NDArray[np.int64]"

_NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001  # a time without a zone is taken as it stands
_AWARE = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400
_MINUTE = 60
_MOST_STEPS = 5_000_000
"""Nine years of minutes: a mistyped year must not fill the memory."""
_OFF = 0.1
"""A row farther from its step than this share of it lies off the grid."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CountsFile:
    """The rows of a file, in its order: their texts, and where on a grid of `step` minutes each of them counts.

    `places` are the numbers of their steps, negative before the time of the first row; `counts` what has been counted in
    the step up to the row (NaN: the row saw nothing).
    """

    stamps: list[str]
    values: list[str]
    step: int
    places: Places
    counts: Floats


def read_counts(path: Path) -> CountsFile:
    """Read the columns `timestamp` and `value`; says on stderr, once each, what was odd, and how often.

    Raises click.ClickException where there is no series: no such columns, a time that is none, steps shorter than a
    minute or longer than a day, more steps than a series may have.
    """
    stamps, values, seconds = _rows(path)
    step = _step(path, seconds)
    offsets = (seconds - seconds[:1]) / (step * _MINUTE)
    places = np.floor(offsets + 0.5).astype(np.int64)
    _check_length(path, stamps, places)
    counts = np.array([_count(value) for value in values], np.float64)
    for number, word, says in _oddities(seconds, offsets, places, counts):
        if number:
            note(f"{path}: {count(number, word)} {says}")
    return CountsFile(stamps, values, step, places, _totals(places, seconds, counts))


def _rows(path: Path) -> tuple[list[str], list[str], Floats]:
    """Stamps, values, and the stamps in seconds since 1970."""
    stamps, values, seconds = [], [], []
    with open_table(path, ["timestamp", "value"]) as table:
        for number, (stamp, value) in table.cells("timestamp", "value"):
            try:
                at = datetime.fromisoformat(stamp.strip())
            except ValueError as error:
                says = (
                    f"{path}:{number}: '{safe(stamp)[:_SHOWN]}' is no time: write it like 2026-11-22 12:00:00"
                )
                raise click.ClickException(says) from error
            seconds.append((at - (_NAIVE if at.tzinfo is None else _AWARE)).total_seconds())
            stamps.append(stamp)
            values.append(value)
    return stamps, values, np.array(seconds, np.float64)


def _step(path: Path, seconds: Floats) -> int:
    """The grid's step in minutes; that of a file with one time alone does not matter."""
    apart = np.sort(np.diff(np.unique(seconds)))
    middle = float(apart[(len(apart) - 1) // 2]) if len(apart) else _MINUTE
    if middle < _MINUTE:
        says = f"{path}: a row every {middle:g} seconds: the shortest step is a minute; add the counts up by minute"
        raise click.ClickException(says)
    if middle > _DAY:
        says = f"{path}: a row every {middle / _DAY:.3g} days: the longest step is a day; count by day or by hour"
        raise click.ClickException(says)
    return round(middle / _MINUTE)


def _check_length(path: Path, stamps: list[str], places: Places) -> None:
    if len(places) and (most := int(places.max())) >= _MOST_STEPS:
        far = safe(stamps[int(places.argmax())])[:_SHOWN]
        says = f"{path}: {most:,} steps from the first row to '{far}': {_MOST_STEPS:,} at most; is a year mistyped?"
        raise click.ClickException(says)


def _count(value: str) -> float:
    """The number, fractions too; NaN for what cannot be a count."""
    try:
        number = float(value)
    except ValueError:
        return math.nan
    return number if 0 <= number < math.inf else math.nan


def _oddities(
    seconds: Floats, offsets: Floats, places: Places, counts: Floats
) -> Iterator[tuple[int, str, str]]:
    """How many rows or steps are odd, and what is done with them."""
    before = places < 0
    late = ~before & (places < np.maximum.accumulate(places))
    unread = "taken for unseen, not for none"
    yield int(np.isnan(counts).sum()), "row", f"without a count (empty, negative or no number): {unread}"
    yield (
        int(places.max(initial=-1)) + 1 - len(np.unique(places[~before])),
        "step",
        f"without a row: {unread}",
    )
    yield int((np.abs(offsets - places) > _OFF).sum()), "row", "off the even steps: counted in the nearest"
    yield (
        len(seconds) - len(np.unique(seconds)),
        "row",
        "for a time that had one: taken for a newer look at it",
    )
    yield int(late.sum()), "row", "out of order: counted in place for the rows after, not judged"
    yield int(before.sum()), "row", "out of order, from before the first row: left out"


def _totals(places: Places, seconds: Floats, counts: Floats) -> Floats:
    """What has been counted in each row's step up to that row.

    Of rows with one time the last that saw anything holds; those with several times in one step add up.
    """
    if len(np.unique(places)) == len(places):
        return counts
    steps: defaultdict[int, dict[float, float]] = defaultdict(dict)
    totals = counts.copy()
    for row, (place, second, number) in enumerate(
        zip(places.tolist(), seconds.tolist(), counts, strict=True)
    ):
        if not math.isnan(number):
            steps[place][second] = number
            totals[row] = math.fsum(steps[place].values())
    return totals

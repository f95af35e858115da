"""The same judgment for a plain series of counts at even steps: `sentinel detect`.

Strictly online: the answer for a row rests on that row and the ones before it. A day of rows is judged at once, by the
habit that was learned from the days before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sentinel.detect import scan
from sentinel.detect.calibration import sliding
from sentinel.detect.habit import Grid, Habit, learn, rarest
from sentinel.detect.panel import HOURS_A_WEEK, QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sentinel.detect.scan import Floats

Places: TypeAlias = "NDArray[np.int64]"
Marks: TypeAlias = "NDArray[np.bool_]"

WEEKS = 8
"""How far back a habit is learned."""
LONGEST = timedelta(hours=6)
LEAST = 2
"""One post is no spike."""
LONGEST_STEP = scan.A_DAY
LONGEST_WINDOW = timedelta(weeks=4)
_MOST = 1e12
"""A count past this is taken for this, so that sums stay exact."""
_HOURS = WEEKS * HOURS_A_WEEK
_A_DAY = 24
_AT_ONCE = 8
"""Days whose habits are learned at once: few enough for a processor's own memory."""
_SEEN = 0.5
_LAG = 2
"""A level knows the hours up to so many before its own (`Habit.usual`): in steps longer than that it would know itself."""
_OVER = np.log10(3)
_CALM = 120
"""An alert is over once two hours have been seen (a rule's own `calm_after`) in which no window was rarer than once in
three days."""
_UNSEEN = scan.A_DAY // _CALM
_GRIDS = (QUARTER, 20, 30, 60, 120, 180, 240, 360, 480, 720, scan.A_DAY)


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer for every row.

    `usual` is the count usual in the longest window that ends with it, as far as that was seen; `score` log10 of the
    return period in days of its rarest window (see `scan`; negative: nothing rare); `alert` 1 where a new alert starts.
    """

    usual: Floats
    score: Floats
    alert: Floats


def judge(
    counts: Floats, step: int, rarer_than: timedelta, longest: timedelta = LONGEST, least: float = LEAST
) -> Judged:
    """Judge counts at even steps of `step` minutes (a day at most), from the first on; NaN is a step that nobody saw.

    `rarer_than` is the mean time between false alarms asked for; `longest` the longest window that is looked through
    (`LONGEST_WINDOW` at most); fewer than `least` in a window are no spike. No alert starts on the first day, nor in a
    window longer than what was there: nothing can be unusual yet. Nor does one start at a step that nobody saw.
    """
    return judge_looks(np.arange(len(counts)), counts, step, rarer_than, longest, least)


def judge_looks(  # noqa: PLR0913, PLR0917  # the rows, and what is asked of them
    places: Places,
    counts: Floats,
    step: int,
    rarer_than: timedelta,
    longest: timedelta = LONGEST,
    least: float = LEAST,
) -> Judged:
    """As `judge`, for rows in the order in which they came: `places` says in which step each of them counts.

    Steps without a row are steps that nobody saw. A row for a step that has one is a newer look at it and takes its place
    (unless it saw nothing). A row for a step before the newest counts there for the rows after it, one for a step before 0
    not at all; neither is judged itself: nothing usual, score `scan.NEVER`, no alert. An answer rests on the row and the
    ones before it in this order.
    """
    if not (0 < step <= LONGEST_STEP and longest <= LONGEST_WINDOW):
        raise ValueError(step, longest)
    usual, score = np.zeros(len(counts)), np.full(len(counts), scan.NEVER)
    newest = (places == np.maximum.accumulate(places)) & (places >= 0)
    series = _Series(int(places.max(initial=-1)) + 1, step, max(int(longest.total_seconds() // 60), step))
    for rows in _stretches(places, newest):
        series.put(places[rows], np.minimum(np.maximum(counts[rows], 0), _MOST))
        if newest[rows.start]:
            usual[rows], score[rows] = series.judge(places[rows], least)
    judged = newest & ~np.isnan(counts)
    score[~judged] = scan.NEVER
    alert = np.zeros(len(counts))
    calm = max(round(_CALM / step), 1)
    alert[judged] = _alerts(score[judged], scan.asked(rarer_than), calm, places[judged])
    return Judged(usual, score, alert)


def _stretches(places: Places, newest: Marks) -> Iterator[slice]:
    """The rows in stretches: late ones, or newest ones that go from step to later step."""
    edges = np.flatnonzero((newest[1:] != newest[:-1]) | (places[1:] == places[:-1])) + 1
    return (slice(*edge) for edge in pairwise([0, *edges.tolist(), len(places)]) if edge[0] < edge[1])


def _alerts(score: Floats, asked: float, calm: int, places: Places | None = None) -> Floats:
    """1 at the row where a new alert starts. It lasts until more than `calm` rows in a row were ordinary.

    `places` are the rows' steps where some were not seen: those calm nothing, but a day of them ends the alert.
    """
    out = np.zeros(len(score))
    places = np.arange(len(score)) if places is None else places
    unusual = min(asked, _OVER)
    last: int | None = None
    for row in np.flatnonzero(score >= unusual).tolist():
        if last is not None and (row - last > calm or places[row] - places[last] > _UNSEEN * calm):
            last = None
        if last is None and score[row] >= asked:
            out[row] = 1
            last = row
        elif last is not None:
            last = row
    return out


class _Series:
    """The counts by step, hour and bin, all from the first step on, as far as they have come in; and rows judged."""

    def __init__(self, steps: int, step: int, longest: int) -> None:
        self._step = step
        self._counts, self._seen = np.zeros(steps), np.zeros(steps)
        widths = sorted({max(round(length / step), 1) for length in scan.windows(longest)})
        self._windows = [(width * step, width) for width in widths]
        self._bin = next(minutes for minutes in _GRIDS if minutes >= step)
        self._hourly, self._hours_seen, self._bins = (
            np.zeros(-(-steps * step // minutes)) for minutes in (60, 60, self._bin)
        )
        self._stop = 0
        self._learned: dict[int, Habit] = {}

    def put(self, places: Places, counts: Floats) -> None:
        """Take in what was counted in these steps; NaN takes nothing from what is known."""
        known = ~np.isnan(counts) & (places >= 0)
        if not known.any():
            return
        places, counts = places[known], counts[known]
        self._counts[places], self._seen[places] = counts, 1.0
        first = int(places.min())
        self._stop = max(self._stop, int(places.max()) + 1)
        self._hourly[self._groups(60, first)] = self._spread(self._counts, 60, first)
        self._bins[self._groups(self._bin, first)] = self._spread(self._counts, self._bin, first)
        read = self._spread(self._seen, 60, first) * (self._step / 60)
        self._hours_seen[self._groups(60, first)] = read
        for day in [day for day in self._learned if day * scan.A_DAY > first * self._step]:
            del self._learned[day]

    def _groups(self, minutes: int, first: int) -> slice:
        """The stretches of so many minutes from that of the step `first` to that of the newest."""
        return slice(first * self._step // minutes, -(-self._stop * self._step // minutes))

    def _spread(self, amounts: Floats, minutes: int, first: int) -> Floats:
        """The amounts of these stretches; a step that lies across an edge is taken for even."""
        groups = self._groups(minutes, first)
        begin = groups.start * minutes // self._step
        total = _running(amounts[begin : self._stop])
        edges = np.arange(groups.start, groups.stop + 1) * (minutes / self._step) - begin
        return np.diff(np.interp(edges, np.arange(len(total)), total))

    def judge(self, places: Places, least: float) -> tuple[Floats, Floats]:
        """What is usual in the longest window that ends with each of these steps, and the score of the rarest.

        The steps go up, and everything up to each of them has been put in. Those that end on one day are judged at once.
        """
        days = ((places + 1) * self._step - 1) // scan.A_DAY
        self._learn(np.unique(days).tolist())
        alone = self._step > _LAG * 60
        edges = np.flatnonzero(np.diff(places if alone else days)) + 1
        usual, score = np.zeros(len(places)), np.full(len(places), scan.NEVER)
        for start, stop in pairwise([0, *edges.tolist(), len(places)]):
            first, last = int(places[start]), int(places[stop - 1])
            every = self._judge(int(days[start]), first, last + 1, least)
            usual[start:stop], score[start:stop] = (part[places[start:stop] - first] for part in every)
        return usual, score

    def _judge(self, day: int, start: int, stop: int, least: float) -> tuple[Floats, Floats]:
        """The steps from `start` to `stop`, which end on that day."""
        widest = self._windows[-1][1]
        first = max(start - widest + 1, 0)
        parts = self._counts[first:stop], self._expected(day, first, start, stop), self._seen[first:stop]
        places = np.arange(start, stop)
        windows = []
        for length, width in self._windows:
            there, usual, seen = (sliding(part, width)[start - first :] for part in parts)
            known = (seen >= _SEEN * width) & (places + 1 >= width)
            windows.append((length, there[None, :], np.where(known, usual, np.nan)[None, :]))
        score, _ = rarest(self._learned[day], windows, least)
        return usual, score[0] if day else np.full(len(places), scan.NEVER)

    def _learn(self, days: Sequence[int]) -> None:
        """Learn what these days go by from those before each, all at once where they are alike (see `_alike`)."""
        bins, lengths = _HOURS * 60 // self._bin, [length for length, _ in self._windows]
        kept = _A_DAY + lengths[-1] // 60 + _LAG
        for group in self._alike([day for day in days if day not in self._learned]):
            hourly, fine = (
                np.stack([_last(part[: day * a_day], size) for day in group])
                for part, a_day, size in (
                    (self._hourly, _A_DAY, _HOURS),
                    (self._bins, scan.A_DAY // self._bin, bins),
                )
            )
            seen, until = _last(self._hours_seen[: group[0] * _A_DAY], _HOURS), group[0] * _A_DAY
            table = learn(hourly, seen, until, Grid(fine, self._bin, WEEKS * 7), lengths, kept).table
            table["until"] = np.array(group) * _A_DAY
            self._learned |= {day: Habit(table[row : row + 1]) for row, day in enumerate(group)}

    def _alike(self, days: Sequence[int]) -> Iterator[list[int]]:
        """Groups of days of one name before which the same was seen: `learn` takes their pasts for several series."""
        groups: dict[tuple[int, bytes], list[int]] = {}
        for day in days:
            seen = _last(self._hours_seen[: day * _A_DAY], _HOURS)
            groups.setdefault((day % 7, seen.tobytes()), []).append(day)
        for group in groups.values():
            yield from (group[first : first + _AT_ONCE] for first in range(0, len(group), _AT_ONCE))

    def _expected(self, day: int, first: int, start: int, stop: int) -> Floats:
        """What is usual in each step from `first` on, as far as it was seen; those from `start` on do not know themselves."""
        begin, end = min(first * self._step // 60, day * _A_DAY), -(-stop * self._step // 60)
        seen = self._hours_seen[begin:end]
        if self._step > _LAG * 60:
            seen = np.where(np.arange(begin, end) * 60 < start * self._step, seen, 0.0)
        usual = self._learned[day].usual(self._hourly[None, begin:end], seen, begin)[0]
        edges = np.arange(first, stop + 1) * (self._step / 60) - begin
        total = _running(usual)
        return np.asarray(
            np.diff(np.interp(edges, np.arange(len(total)), total)) * self._seen[first:stop], np.float64
        )


def _running(amounts: Floats) -> Floats:
    """Sums up to each place, from nothing on."""
    return np.concatenate([[0.0], np.cumsum(amounts)])


def _last(part: Floats, length: int) -> Floats:
    """The newest so many, with nothing before them."""
    newest = part[-length:]
    return np.concatenate([np.zeros(length - len(newest)), newest])

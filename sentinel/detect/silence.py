"""Silence: a brand that is always talked of is not, or a source that always has something to say has nothing.

A brand's silence is the lower tail of the count that a spike is the upper tail of: P(X ≤ n) of the negative binomial
with the mean and the dispersion of its `habit`, learned of all mentions. The mean is that of the hours which were read:
an unread source is blindness, not silence, and a window of which less than `_LEAST_READ` was read is no silence at all.
Past storms are capped there, so that they do not make an ordinary day look silent; past silences lower what is usual,
for as long as they lie in the weeks that are looked at.

Until `_WARM_UP` has been read nothing is judged: what Sundays are like is not known before the first one. A brand of
which silence is ordinary (nobody speaks of it for hours now and then) is never silent: its tail says so.
"""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import clauses, promise
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.habits import Habits, weights
from sentinel.detect.moments import LONGEST_MINUTES, ending
from sentinel.detect.panel import Panel
from sentinel.model.phrase import say_duration
from sentinel.model.reading import Clause, Reading, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.detect.ring import Counts
    from sentinel.detect.scan import Floats
    from sentinel.detect.watcher import Voices
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.reading import Signal
    from sentinel.rulebook.judgments import Silence

_WARM_UP = timedelta(weeks=1)
_LEAST_READ = 0.8
_HALF = 0.5
_WORTH_TELLING = 0.05
_LEAST_USUAL = 2.0
"""Where fewer posts are usual, even none is ordinary: e⁻² is one chance in seven."""


def lower_tails(counts: Counts, usual: Floats, dispersion: Floats) -> Floats:
    """P(X ≤ count) of negative binomials with these means and dispersions (variance = μ + φ μ²)."""
    from scipy.special import betainc  # noqa: PLC0415  # 24 MB: only when a brand may be silent

    size = 1 / np.maximum(dispersion, 1e-9)
    hit = size / (size + np.maximum(usual, 1e-9))
    return np.asarray(betainc(size, counts + 1.0, hit), np.float64)


def quiet_since(
    newest: datetime | None, read_since: datetime | None, last_ok: datetime | None, asked: timedelta
) -> datetime | None:
    """Since when a source has said nothing, if by its last good reading that was `asked` long or longer; else None.

    `newest` is when its newest post was published, whatever of; `read_since` since when it is read at all, for one that
    never said anything. The time since `last_ok` counts for nothing: nobody has read it.
    """
    since = newest or read_since
    return since if since is not None and last_ok is not None and last_ok - since >= asked else None


class SilenceWatcher:
    """Judges a rule's series by how little is said, all at once."""

    def __init__(self, counting: Counting, asked: Silence, at: datetime) -> None:
        """Start with an empty panel that ends at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self.window = asked.window
        self._asked = asked
        self._length = max(int(asked.window.total_seconds() // 60), 1)
        ring = self._length + LONGEST_MINUTES
        self._panel = Panel(epoch_minute(at), ring, asked.usual.weeks)
        self._habits = Habits(self._panel, asked.usual.weeks, (self._length,))

    @property
    def reach(self) -> int:
        """The oldest minute of which it can use a tally."""
        return self._panel.first_hour * 60

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts, of all mentions; what is usual of series whose past has moved is learned again."""
        come = list(tallies)
        self._panel.add((tally.series, tally.minute, tally.mentions) for tally in come)
        self._habits.forget((tally.series, tally.minute) for tally in come)

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series it knows of."""
        return self._panel.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> SilenceWatcher:
        """Eyes on these series alone."""
        alone = copy(self)
        alone._panel = self._panel.only(series)  # noqa: SLF001  # one of its own class
        alone._habits = self._habits.alone(alone._panel)  # noqa: SLF001  # the same
        return alone

    def signals(
        self,
        at: datetime,
        seen: Seen,
        always: AbstractSet[SeriesKey],
        voices: Voices,  # noqa: ARG002  # nobody speaks
    ) -> Iterator[Signal]:
        """The judgment at `at` of every series that may be silent, and of those in `always`."""
        end = ending(at)
        self._panel.move_to(end)
        watched = np.array([self._panel.row(key) for key in always], np.int64)
        if not len(self._panel):
            return
        everybody = np.arange(len(self._panel))
        habit, hourly, hours = self._habits.usual(everybody, end, self._length, seen)
        usual = hourly @ weights(hours, end, self._length, seen)
        counts = self._panel.window(end, self._length)
        few = (counts <= _HALF * usual) & (usual >= _LEAST_USUAL)
        rows = np.union1d(np.flatnonzero(few), watched)
        if not len(rows):
            return
        chances = lower_tails(counts[rows], usual[rows], habit.dispersion(0)[rows])
        worth = (chances < _WORTH_TELLING) | np.isin(rows, watched)
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        for row, chance in zip(rows[worth].tolist(), chances[worth].tolist(), strict=True):
            reading = self._reading(
                row, at, int(counts[row]), float(usual[row]), chance, covered, float(habit.history[row])
            )
            asked = tuple(self._verdicts(reading, int(counts[row])))
            yield clauses.signal(self.rule, reading, asked, lingers=bool(few[row]))

    def _reading(  # noqa: PLR0913, PLR0917  # what a reading is made of
        self,
        row: int,
        at: datetime,
        count: int,
        usual: float,
        chance: float,
        covered: float,
        history: float,
    ) -> Reading:
        return Reading(
            series=self._panel.keys[row],
            at=at,
            window=self.window,
            negatives=max(round(usual) - count, 0),
            authors=None,
            usual=usual,
            tail=chance,
            rarity=promise.rarity(chance, self.window),
            covered=covered,
            history=timedelta(hours=history),
            onset=self._onset(row, ending(at)),
        )

    def _onset(self, row: int, end: int) -> datetime:
        """The minute after the last post, where there was one within the window; else the window's beginning."""
        minutes = np.flatnonzero(self._panel.minutes(row, end - self._length, end))
        return minute_time(end - self._length + (int(minutes[-1]) + 1 if len(minutes) else 0))

    def _verdicts(self, reading: Reading, count: int) -> Iterator[Verdict]:
        known = f"needed {say_duration(_WARM_UP)} of reading to know what is usual, had {_length(reading.history)}"
        yield Verdict(Clause.HISTORY, reading.history >= _WARM_UP, known)
        read = f"needed {clauses.percent(_LEAST_READ)} of the window read, had {clauses.percent(reading.covered)}"
        yield Verdict(Clause.READ, reading.covered >= _LEAST_READ, read)
        rests_on = f"{clauses.many(count, 'post')}, usual {reading.usual:.1f}, {clauses.history(reading.history, 'nothing is usual')}"
        yield clauses.rarer(self._asked.rarer_than, reading.rarity, rests_on)


def _length(span: timedelta) -> str:
    """`5 days`, `7 hours`."""
    hours = int(span.total_seconds() // 3600)
    return clauses.many(hours // 24, "day") if hours >= 24 else clauses.many(hours, "hour")  # noqa: PLR2004  # a day

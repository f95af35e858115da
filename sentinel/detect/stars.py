"""Reviews that give fewer stars than this brand is used to: few a day, and stars are an order, not a measure.

The n reviews of the window are held against the m of the weeks before by a permutation test (Pitman 1937): if nothing
has changed, the window's reviews are n drawn at random from all n + m. The tail is the chance that so drawn ones have
as few stars together or fewer, exact for up to `_EXACT` reviews: counts of a star are independent binomials given
their total, so their joint distribution is a convolution over the five stars, conditioned on n; beyond, the normal
limit with the same mean and variance. No mean of three reviews is ever rare: with all ties counted, it cannot be.

Reviews of one brand hang together (a bad week, a coach party), so weeks differ more than draws would. By how much, the
brand's own past says: D, the variance of past windows' means over what draws would give, shrunk to 1 by `_WEIGHT`
windows and never below 1. A tail p counts as p^(1/D), which for a normal tail is the same as widening it by √D.

One past storm must not become what is usual: of the past windows the worst eighth, where it lies below all others by
more than chance, is left out. Hours that nobody read count neither way. Fewer than `_LEAST_PAST` earlier reviews are no past.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import clauses, promise
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.ledger import Ledger
from sentinel.detect.moments import LONGEST_MINUTES, ending
from sentinel.model.mention import MOST_STARS
from sentinel.model.post import Span
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
    from sentinel.rulebook.judgments import Stars

_SCALE = np.arange(1, MOST_STARS + 1)
_EXACT = 100
_WEIGHT = 6.0
_TRIM = 1 / 8
_CHANCE = 1e-3
_FAR = 2.5
"""Standard errors below usual from which on it is worth counting out how rare a past window was."""
_LEAST_PAST = 10
_DAY = 1440
_WORTH_COUNTING = 0.3
"""What is no rarer than this by the normal limit is not rare, and need not be counted out."""
_WORTH_TELLING = 0.05
_LINGERS = 0.2


@dataclass(frozen=True, slots=True)
class Drop:
    """What a series shows: reviews by their stars (five numbers) now and before, bad ones, and how rare that is."""

    now: Counts
    past: Counts
    bad: int
    usual_bad: float
    tail: float
    onset: int

    @property
    def mean(self) -> float:
        """Stars on average in the window; 0 without a review."""
        return _mean(self.now)

    @property
    def usual(self) -> float:
        """Stars on average before; 0 without a review."""
        return _mean(self.past)


def tail(now: Counts, past: Counts) -> float:
    """The chance that as many reviews as `now`, drawn from all, have as few stars together; both by their stars."""
    n, every = int(now.sum()), now + past
    if not n or not past.sum():
        return 1.0
    had = int((now * (_SCALE - 1)).sum())
    roughly = _normal(n, had, every)
    return _exact(n, had, every) if n <= _EXACT and roughly < _WORTH_COUNTING else roughly


def _exact(n: int, had: int, every: Counts) -> float:
    table = np.zeros((n + 1, (MOST_STARS - 1) * n + 1))
    table[0, 0] = 1.0
    for above, there in enumerate(every.tolist()):
        chances = _binomial(there, n / every.sum(), n)
        grown = np.zeros_like(table)
        for drawn, chance in enumerate(chances.tolist()):
            reach = table.shape[1] - drawn * above
            if chance and reach > 0:
                grown[drawn:, drawn * above :] += chance * table[: n + 1 - drawn, :reach]
        table = grown
    whole = table[n].sum()
    return float(min(table[n, : had + 1].sum() / whole, 1.0)) if whole > 0 else 1.0


def _binomial(there: int, share: float, most: int) -> Floats:
    """Binomial chances of 0 … min(there, most) out of `there`."""
    from scipy.special import gammaln  # noqa: PLC0415  # 24 MB: only when reviews may have dropped

    k = np.arange(min(there, most) + 1)
    choose = gammaln(there + 1) - gammaln(k + 1) - gammaln(there - k + 1)
    return np.asarray(np.exp(choose + k * np.log(share) + (there - k) * np.log1p(-share)), np.float64)


def _normal(n: int, had: int, every: Counts) -> float:
    from scipy.special import ndtr  # noqa: PLC0415  # as above

    whole, scale = int(every.sum()), _SCALE - 1
    mean = float((every * scale).sum() / whole)
    spread = float((every * (scale - mean) ** 2).sum() / (whole - 1)) * n * (whole - n) / whole
    return float(ndtr((had + 0.5 - n * mean) / np.sqrt(max(spread, 1e-9))))


def habit(windows: Counts) -> tuple[Counts, float]:
    """What is usual of past windows, (windows, five): all their reviews without past storms, and the stretch D."""
    kept = np.ones(len(windows), bool)
    for _ in range(round(_TRIM * int((windows.sum(1) > 0).sum()))):
        lowest = min(np.flatnonzero(kept), key=lambda i: _deviation(windows[i], windows[kept].sum(0)))
        others = windows[kept].sum(0) - windows[lowest]
        if (
            _deviation(windows[lowest], others) > -_FAR
            or tail(windows[lowest], others) * kept.sum() > _CHANCE
        ):
            break
        kept[lowest] = False
    past: Counts = windows[kept].sum(0)
    return past, _stretch(windows[kept], past)


def _deviation(window: Counts, every: Counts) -> float:
    """How far a window's stars together lie from what is usual, in standard errors."""
    spread = float((every * (_SCALE - _mean(every)) ** 2).sum()) / max(int(every.sum()), 1)
    return float((_mean(window) - _mean(every)) * np.sqrt(window.sum() / max(spread, 1e-9)))


def _stretch(windows: Counts, past: Counts) -> float:
    sizes = windows.sum(1)
    variance = float((past * (_SCALE - _mean(past)) ** 2).sum()) / max(int(past.sum()) - 1, 1)
    there = sizes > 0
    if variance <= 0 or there.sum() < 2:  # noqa: PLR2004  # one window has nothing to differ from
        return 1.0
    means = (windows[there] * _SCALE).sum(1) / sizes[there]
    between = float((sizes[there] * (means - _mean(past)) ** 2).sum()) / variance
    return max((between + _WEIGHT) / (int(there.sum()) - 1 + _WEIGHT), 1.0)


def _mean(reviews: Counts) -> float:
    return float((reviews * _SCALE).sum() / max(int(reviews.sum()), 1))


class StarsWatcher:
    """Judges a rule's reviews. A series is judged anew when a review comes, changes or leaves its window, and daily."""

    def __init__(self, counting: Counting, asked: Stars, at: datetime) -> None:
        """Start with no review known, at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self.window = asked.window
        self._asked = asked
        self._length = max(int(asked.window.total_seconds() // 60), 1)
        self._past = asked.usual.weeks * 7 * _DAY
        self._kept = self._length + self._past + LONGEST_MINUTES
        self._ledger = Ledger(1 + MOST_STARS, epoch_minute(at) - self._kept)
        self._judged: dict[int, Drop] = {}
        self._standing = np.zeros((0, 2), np.int64)
        """Of each row, from which minute to which it stands as it was judged; nothing stands of a row that has changed."""
        self._dropped: set[int] = set()

    @property
    def reach(self) -> int:
        """The oldest minute of which it can use a tally."""
        return self._ledger.reach

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts, in any order; posts without stars are nothing here."""
        for tally in tallies:
            if any(tally.stars):
                numbers = (tally.negatives, *tally.stars)
                row = self._ledger.add(tally.series, tally.minute, numbers)
                self._standing[row : row + 1] = 0

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series that ever had a review."""
        return self._ledger.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> StarsWatcher:
        """Eyes on these series alone."""
        alone = copy(self)
        alone._ledger, alone._judged = self._ledger.only(series), {}  # noqa: SLF001  # one of its own class
        alone._standing, alone._dropped = self._standing[:0], set()  # noqa: SLF001  # the same
        return alone

    def signals(
        self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey], voices: Voices
    ) -> Iterator[Signal]:
        """The judgment at `at` of every series whose reviews may have dropped, and of those in `always`."""
        end = ending(at)
        self._ledger.reach = max(self._ledger.reach, end - self._kept)
        watched = {self._ledger.row(key) for key in always}
        self._judge_anew(self._ledger.active(end - self._length), end, seen)
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        for row in sorted(watched.union(self._dropped)):
            drop = self._drop(row, end, seen)
            reading = self._reading(row, at, drop, covered)
            asked = list(self._verdicts(reading, drop))
            authors = None
            if clauses.in_a_row(asked):
                authors = voices(reading.series, Span(at - self.window, at)) if drop.bad else 0
            if self._asked.from_authors > 1:
                asked.insert(1, clauses.voices(self._asked.from_authors, authors))
            yield clauses.signal(
                self.rule, replace(reading, authors=authors), asked, lingers=self._lingers(drop)
            )

    def _judge_anew(self, active: Counts, end: int, seen: Seen) -> None:
        """Judge the active rows whose judgment does not stand at minute `end`, and keep those apart that may have dropped."""
        if len(self._standing) < len(self._ledger):
            self._standing = np.pad(self._standing, ((0, len(self._ledger) - len(self._standing)), (0, 0)))
        since, until = self._standing[active].T
        for row in active[(end < since) | (end >= until)].tolist():
            self._drop(row, end, seen)
        self._dropped.intersection_update(active.tolist())

    def _drop(self, row: int, end: int, seen: Seen) -> Drop:
        """How a series stands at minute `end`; remembered for as long as no review comes into its window or leaves it."""
        since, until = self._standing[row]
        if since <= end < until:
            return self._judged[row]
        start = end - self._length
        self._ledger.forget(row, self._ledger.reach)
        minutes, numbers = self._ledger.events(row, start, end)
        drop = self._judged[row] = self._judge(row, start, minutes, numbers, seen)
        if drop.now.sum() >= self._asked.at_least and drop.tail < _WORTH_TELLING:
            self._dropped.add(row)
        else:
            self._dropped.discard(row)
        coming, _ = self._ledger.events(row, end, end + _DAY)
        leaves = minutes[:1] + self._length + 1
        stale = end + _DAY - row % (_DAY // 2)  # not all of them in the same minute
        self._standing[row] = end, min([stale, *leaves.tolist(), *(coming[:1] + 1).tolist()])
        return drop

    def _judge(self, row: int, start: int, minutes: Counts, numbers: Counts, seen: Seen) -> Drop:
        now = numbers[:, 1:].sum(0)
        windows, bad = self._windows(row, start, seen)
        if now.sum() < self._asked.at_least / 2:
            return Drop(now, windows.sum(0), int(numbers[:, 0].sum()), 0.0, 1.0, start)
        past, stretch = habit(windows)
        chance = tail(now, past) if past.sum() >= _LEAST_PAST else 1.0
        usual_bad = float(now.sum() * bad / max(int(windows.sum()), 1))
        onset = _onset(minutes, numbers[:, 1:], _mean(past))
        return Drop(now, past, int(numbers[:, 0].sum()), usual_bad, chance ** (1 / stretch), onset)

    def _windows(self, row: int, start: int, seen: Seen) -> tuple[Counts, int]:
        """The past in stretches as long as the window, newest first, by stars; and how many reviews of it were bad."""
        minutes, numbers = self._ledger.events(row, start - self._past, start)
        exposure = seen.hourly((start - self._past) // 60, start // 60 + 1)
        read = exposure[minutes // 60 - (start - self._past) // 60] > 0
        minutes, numbers = minutes[read], numbers[read]
        windows = np.zeros((-(-self._past // self._length), MOST_STARS), np.int64)
        np.add.at(windows, (start - 1 - minutes) // self._length, numbers[:, 1:])
        return windows, int(numbers[:, 0].sum())

    def _reading(self, row: int, at: datetime, drop: Drop, covered: float) -> Reading:
        return Reading(
            series=self._ledger.keys[row],
            at=at,
            window=self.window,
            negatives=drop.bad,
            authors=None,
            usual=drop.usual_bad,
            tail=drop.tail,
            rarity=promise.rarity(drop.tail, self.window),
            covered=covered,
            history=timedelta(minutes=self._past),
            onset=minute_time(drop.onset),
        )

    def _verdicts(self, reading: Reading, drop: Drop) -> Iterator[Verdict]:
        asked, before = self._asked, int(drop.past.sum())
        yield clauses.enough(asked.at_least, int(drop.now.sum()), "review")
        known = f"needed {_LEAST_PAST} earlier reviews to compare with, had {before}"
        yield Verdict(Clause.HISTORY, before >= _LEAST_PAST, known)
        if asked.below_usual is not None:
            fall = drop.usual - drop.mean
            says = f"asked for {clauses.many_stars(asked.below_usual)} below the usual average, was {fall:.1f} below"
            yield Verdict(Clause.BELOW_USUAL, fall >= asked.below_usual, says)
        rests_on = (
            f"{drop.mean:.1f} stars on average, usual {drop.usual:.1f} from {clauses.many(before, 'review')}"
        )
        yield clauses.rarer(asked.rarer_than, reading.rarity, rests_on)

    def _lingers(self, drop: Drop) -> bool:
        """Half the reviews, and still so few stars as chance brings once in five times: what was raised is not over yet."""
        return drop.now.sum() >= self._asked.at_least / 2 and drop.tail < _LINGERS


def _onset(minutes: Counts, reviews: Counts, usual: float) -> int:
    """The minute from which on the reviews fall below what is usual: after the highest point of their running surplus."""
    surplus = np.concatenate([[0.0], (reviews * (_SCALE - usual)).sum(1).cumsum()])
    return int(minutes[min(int(surplus.argmax()), len(minutes) - 1)])

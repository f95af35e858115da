"""A share that rises: k negatives among n posts, beside the share that is usual for this brand.

The model is a beta-binomial: the chance that a post is negative is p on average and scatters from window to window
with intra-class correlation ρ, so that Var k = n p q (1 + (n − 1) ρ) with q = 1 − p (Skellam 1948). From the past, cut
into blocks as long as the window:

- p = (Σ w k + 1) / (Σ w n + 4) with w = 1 / (1 + (n − 1) ρ), since n posts that hang together are worth w n that do not
  (Kleinman 1973): a beta posterior mean whose prior, Beta(1, 3), says "one in four, and I hardly know";
- ρ by the method of moments: each block tells ρ ≈ (z² − 1) / (n − 1), where z² = (k − n p)² / n p q, as surely as
  ((n − 1) w)², so that one block of very many posts does not decide; shrunk to `_PRIOR_SCATTER`, plus
  1 / (Σ w n + 4) for not knowing p;
- with `same hour of the week`, p of the window's own hours in earlier weeks, shrunk to p by `_SHRINK` posts.

A past storm does not become the habit: blocks are capped at `_CAP_SIGMAS` standard deviations above a first fit that
leaves the worst eighth of them out, and fitted again in `_ROUNDS` rounds. What returns week after week grows back to
its size. Hours that nobody read count neither way.

The tail is P(K ≥ k) among n posts: how many posts there are is taken as it is, so that a flood of posts as kind as
ever is no news here.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import clauses, promise
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.moments import LONGEST_MINUTES, ending
from sentinel.detect.onset import onset
from sentinel.detect.panel import HOURS_A_WEEK, Panel
from sentinel.model.post import Span
from sentinel.model.reading import Clause, Reading, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from numpy.typing import NDArray

    from sentinel.detect.counting import Counting
    from sentinel.detect.coverage import Seen
    from sentinel.detect.scan import Floats
    from sentinel.detect.watcher import Voices
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.reading import Signal
    from sentinel.rulebook.judgments import Share

_PRIOR_NEGATIVES, _PRIOR_POSTS = 1.0, 4.0
_PRIOR_SCATTER = 0.02
_PRIOR_WEIGHT = 1000.0
_CAP_SIGMAS = 4.0
_TRIM = 1 / 8
_ROUNDS = 3
_SHRINK = 40.0
_REFIT_HOURS = 6
"""Habits hardly change from hour to hour."""
_WORTH_A_TAIL = 1.0
"""Below so many standard deviations above usual no rarity can be reached that anybody asks for."""
_LINGERS = 1.5


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual of each series (NaN: not fitted): its share, its scatter ρ, and both counts by hour of the week."""

    share: Floats
    scatter: Floats
    by_hour: Floats

    @classmethod
    def unknown(cls, series: int, hours: int) -> Habit:
        """Of so many series nothing is known yet."""
        return cls(np.full(series, np.nan), np.full(series, np.nan), np.full((series, 2, hours), np.nan))

    def grown(self, series: int) -> Habit:
        """The same with room for more series."""
        more = Habit.unknown(series - len(self.share), self.by_hour.shape[2])
        pairs = ((self.share, more.share), (self.scatter, more.scatter), (self.by_hour, more.by_hour))
        return Habit(*(np.concatenate(pair) for pair in pairs))

    def learn(self, rows: NDArray[np.int64], learned: Habit) -> None:
        """Put in what was fitted of some rows."""
        self.share[rows], self.scatter[rows] = learned.share, learned.scatter
        self.by_hour[rows] = learned.by_hour

    def forget(self, rows: Iterable[int]) -> None:
        """Let these be fitted anew."""
        self.share[[row for row in rows if row < len(self.share)]] = np.nan

    def usual(self, rows: NDArray[np.int64], hours: NDArray[np.int64]) -> Floats:
        """The usual share in these hours (since 1970) of the week."""
        if not self.by_hour.shape[2]:
            return self.share[rows]
        bad, posts = self.by_hour[rows][:, :, hours % HOURS_A_WEEK].sum(2).T
        return np.asarray((bad + _SHRINK * self.share[rows]) / (posts + _SHRINK), np.float64)


def fit(bad: Floats, posts: Floats, block: int, *, start: int, same_hour: bool) -> Habit:
    """What is usual, from hourly counts (series, hours) of what was read; `block` hours are a window."""
    whole = posts.shape[1] // block * block
    k = bad[:, -whole:].reshape(len(bad), -1, block).sum(2)
    n = posts[:, -whole:].reshape(len(bad), -1, block).sum(2)
    share = _robust(k, n)
    scatter = np.full(len(k), _PRIOR_SCATTER)
    capped = k
    for _ in range(_ROUNDS):
        p, rho = share[:, None], scatter[:, None]
        sigma = np.sqrt(n * p * (1 - p) / _weight(n, rho))
        capped = np.minimum(k, np.ceil(n * p + _CAP_SIGMAS * sigma))
        share = _share(capped, n, _weight(n, rho))
        scatter = _scatter(capped, n, share, scatter)
    worth = (n * _weight(n, scatter[:, None])).sum(1)
    kept = np.divide(capped, k, out=np.ones_like(k), where=k > 0)
    by_hour = np.zeros((len(k), 2, 0))
    if same_hour:
        weighed = bad.copy()
        weighed[:, -whole:] *= np.repeat(kept, block, axis=1)
        by_hour = np.stack([_by_hour(weighed, start), _by_hour(posts, start)], axis=1)
    return Habit(share, np.minimum(scatter + 1 / (worth + _PRIOR_POSTS), 0.99), by_hour)


def _robust(k: Floats, n: Floats) -> Floats:
    """The share without the worst blocks."""
    weight = _weight(n, np.full((len(n), 1), _PRIOR_SCATTER))
    p = _share(k, n, weight)[:, None]
    excess = np.where(n > 0, (k - n * p) / np.sqrt(n * p * (1 - p) + 1e-9), -np.inf)
    there = (n > 0).sum(1)
    rank = (-excess).argsort(axis=1).argsort(axis=1)
    kept = rank >= np.round(_TRIM * there)[:, None]
    return _share(k, n, weight * kept)


def _share(k: Floats, n: Floats, weight: Floats) -> Floats:
    bad, every = (k * weight).sum(1), (n * weight).sum(1)
    return np.asarray((bad + _PRIOR_NEGATIVES) / (every + _PRIOR_POSTS), np.float64)


def _weight(n: Floats, scatter: Floats) -> Floats:
    """What one of n posts that hang together is worth."""
    return np.asarray(1 / (1 + np.maximum(n - 1, 0) * scatter), np.float64)


def _scatter(k: Floats, n: Floats, share: Floats, before: Floats) -> Floats:
    p, others = share[:, None], np.maximum(n - 1, 0)
    square = (k - n * p) ** 2 / np.maximum(n * p * (1 - p), 1e-9)
    told = np.divide(square - 1, others, out=np.zeros_like(n), where=others > 0)
    weight = (others * _weight(n, before[:, None])) ** 2
    prior = _PRIOR_SCATTER * _PRIOR_WEIGHT
    return np.asarray(
        np.clip(((weight * told).sum(1) + prior) / (weight.sum(1) + _PRIOR_WEIGHT), 1e-4, 0.9), np.float64
    )


def _by_hour(hourly: Floats, start: int) -> Floats:
    weeks = hourly.reshape(len(hourly), -1, HOURS_A_WEEK).sum(1)
    return np.roll(weeks, start % HOURS_A_WEEK, axis=1)


def tail(k: int, n: int, share: float, scatter: float) -> float:
    """P(K ≥ k) of a beta-binomial with mean n · share and correlation `scatter`."""
    from scipy.special import betaln, gammaln  # noqa: PLC0415  # 24 MB: only when a share may have risen

    if k <= 0:
        return 1.0
    size = 1 / scatter - 1
    a, b = share * size, (1 - share) * size
    many = np.arange(k, n + 1)
    choose = gammaln(n + 1) - gammaln(many + 1) - gammaln(n - many + 1)
    return float(min(np.exp(choose + betaln(many + a, n - many + b) - betaln(a, b)).sum(), 1.0))


class ShareWatcher:
    """Judges a rule's series by the share of negatives, all at once."""

    def __init__(self, counting: Counting, asked: Share, at: datetime) -> None:
        """Start with empty panels that end at `at`."""
        self.counting = counting
        self.rule = counting.rule
        self.window = asked.window
        self._asked = asked
        self._length = max(int(asked.window.total_seconds() // 60), 1)
        self._block = max(round(self._length / 60), 1)
        ring = self._length + LONGEST_MINUTES
        self._posts = Panel(epoch_minute(at), ring, asked.usual.weeks)
        self._negatives = Panel(epoch_minute(at), ring, asked.usual.weeks)
        self._hours = HOURS_A_WEEK if asked.usual.same_hour else 0
        self._habit = Habit.unknown(0, self._hours)
        self._until = 0

    @property
    def reach(self) -> int:
        """The oldest minute of which it can use a tally."""
        return self._posts.first_hour * 60

    def add(self, tallies: Iterable[Tally]) -> None:
        """Move counts, and unlearn the habit of series whose past has moved.

        Both panels are told the same series in the same order, so that rows agree.
        """
        come = list(tallies)
        self._posts.add((tally.series, tally.minute, tally.mentions) for tally in come)
        self._negatives.add((tally.series, tally.minute, tally.negatives) for tally in come)
        late = {self._posts.rows.get(tally.series) for tally in come if tally.minute < self._until * 60}
        self._habit.forget(row for row in late if row is not None)

    def series(self) -> AbstractSet[SeriesKey]:
        """Every series it knows of."""
        return self._posts.rows.keys()

    def only(self, series: AbstractSet[SeriesKey]) -> ShareWatcher:
        """Eyes on these series alone."""
        alone = copy(self)
        ours = list(series)
        alone._posts, alone._negatives = self._posts.only(ours), self._negatives.only(ours)  # noqa: SLF001  # one of its own class
        alone._habit, alone._until = Habit.unknown(0, self._hours), 0  # noqa: SLF001  # one of its own class
        return alone

    def signals(
        self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey], voices: Voices
    ) -> Iterator[Signal]:
        """The judgment at `at` of every series whose share may have risen, and of those in `always`."""
        for reading, posts, usual in self._readings(at, seen, always):
            asked = list(self._verdicts(reading, posts, usual))
            authors = None
            if clauses.in_a_row(asked):
                authors = voices(reading.series, Span(at - self.window, at))
            asked.insert(1, clauses.voices(self._asked.from_authors, authors))
            yield clauses.signal(
                self.rule,
                replace(reading, authors=authors),
                asked,
                lingers=self._lingers(reading.negatives, posts, usual),
            )

    def _readings(
        self, at: datetime, seen: Seen, always: AbstractSet[SeriesKey]
    ) -> Iterator[tuple[Reading, int, float]]:
        """Readings worth a judgment, each with how many posts there were and the usual share."""
        end = ending(at)
        self._posts.move_to(end)
        self._negatives.move_to(end)
        watched = np.array([self._row(key) for key in always], np.int64)
        posts = self._posts.window(end, self._length)
        rows = np.union1d(np.flatnonzero(posts >= self._asked.at_least), watched)
        if not len(rows):
            return
        bad, posts = self._negatives.window(end, self._length)[rows], posts[rows]
        history = self._learn(rows, (end - self._length) // 60 // _REFIT_HOURS * _REFIT_HOURS, seen)
        usual = self._habit.usual(rows, np.arange((end - self._length) // 60, -(-end // 60)))
        scatter = self._habit.scatter[rows]
        spread = np.sqrt(posts * usual * (1 - usual) * (1 + np.maximum(posts - 1, 0) * scatter)) + 1e-9
        worth = ((bad - posts * usual) / spread > _WORTH_A_TAIL) | np.isin(rows, watched)
        covered = seen.share(at.timestamp() - self.window.total_seconds(), at.timestamp())
        for i in np.flatnonzero(worth).tolist():
            k, n, p = int(bad[i]), int(posts[i]), float(usual[i])
            chance = tail(k, n, p, float(scatter[i]))
            yield (
                Reading(
                    series=self._posts.keys[rows[i]],
                    at=at,
                    window=self.window,
                    negatives=k,
                    authors=None,
                    usual=n * p,
                    tail=chance,
                    rarity=promise.rarity(chance, self.window),
                    covered=covered,
                    history=timedelta(hours=history),
                    onset=self._onset(int(rows[i]), end, n * p),
                ),
                n,
                p,
            )

    def _row(self, key: SeriesKey) -> int:
        self._negatives.row(key)
        return self._posts.row(key)

    def _onset(self, row: int, end: int, usual: float) -> datetime:
        start = end - self._length
        minutes = self._negatives.minutes(row, start, end)
        return minute_time(start + onset(minutes, usual / self._length))

    def _learn(self, rows: NDArray[np.int64], until: int, seen: Seen) -> float:
        """Fit those rows that were not fitted in these hours; answers with how many hours of past were read.

        The fit ends one window before the present, so that a storm does not become its own habit.
        """
        if until != self._until:
            self._habit, self._until = Habit.unknown(len(self._posts), self._hours), until
        elif len(self._habit.share) < len(self._posts):
            self._habit = self._habit.grown(len(self._posts))
        start = until - self._asked.usual.weeks * HOURS_A_WEEK
        exposure = seen.hourly(start, until)
        if len(new := rows[np.isnan(self._habit.share[rows])]):
            posts = self._posts.hours(start, until, new) * (exposure > 0).astype(float)
            bad = np.minimum(self._negatives.hours(start, until, new), posts)
            same_hour = bool(self._hours)
            self._habit.learn(new, fit(bad, posts, self._block, start=start, same_hour=same_hour))
        return float(exposure.sum())

    def _verdicts(self, reading: Reading, posts: int, usual: float) -> Iterator[Verdict]:
        asked, now = self._asked, reading.negatives / max(posts, 1)
        yield clauses.enough(asked.at_least, posts, "post")
        if asked.above is not None:
            says = f"asked for more than {clauses.percent(asked.above)} negative, was {clauses.percent(now)}"
            yield Verdict(Clause.ABOVE, now > asked.above, says)
        if asked.above_usual is not None:
            says = f"asked for {asked.above_usual:g} times the usual share, was {now / usual:.1f} times"
            yield Verdict(Clause.ABOVE_USUAL, now >= asked.above_usual * usual, says)
        rests_on = (
            f"{reading.negatives} of {posts} negative, {clauses.percent(now)}; usual {clauses.percent(usual)}, "
            f"{clauses.history(reading.history, 'taken as one in four, loosely')}"
        )
        yield clauses.rarer(asked.rarer_than, reading.rarity, rests_on)

    def _lingers(self, bad: int, posts: int, usual: float) -> bool:
        """Still clearly above usual, among posts enough to say so: what was raised is not over yet."""
        return posts >= self._asked.at_least / 2 and bad >= max(_LINGERS * usual * posts, 1)

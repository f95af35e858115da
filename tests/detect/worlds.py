"""A made-up world for one watcher: posts and reviews come, time passes, read or unread, and the watcher is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import numpy as np

from sentinel.detect.counting import Counting
from sentinel.detect.coverage import Seen, epoch_minute, minute_time
from sentinel.detect.watchers import watcher_for
from sentinel.model.mention import SeriesKey, Tally
from sentinel.rulebook.names import Known
from sentinel.rulebook.read import read_rule_text
from sentinel.rulebook.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sentinel.model.reading import Signal
    from sentinel.rulebook.types import Rule

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = 28
NEGATIVE = "negative:\n  stars: at most 2\n"
SHARE = f"{NEGATIVE}share:\n  window: 6 hours\n  at_least: 20 posts\n  rarer_than: once a month\n"
STARS = "stars:\n  window: 7 days\n  at_least: 5 reviews\n  rarer_than: once a quarter\n"
CRISIS = "crisis:\n  says: [lawsuit]\n"
SILENCE = "silence:\n  window: 6 hours\n  rarer_than: once a month\n"


def rule_of(judgment: str, watch: str = "") -> Rule:
    """A rule that asks for this."""
    text = f"rule: r\nstatus: draft\nwhy: w\n{watch}{judgment}then:\n  escalate: c\nnoise: [holidays]\n"
    rule, _ = read_rule_text(text, "rules/r.yaml", Known())
    return rule.model_copy(update={"status": Status.TRIAL})


class World:
    """One rule, a number of brands, and a clock that begins so long before anything is asked."""

    def __init__(self, judgment: str, brands: int = 1, seed: int = 1, begin: datetime = NOON) -> None:
        self.counting = Counting(rule_of(judgment), {})
        self.rule = self.counting.rule
        self.watcher = watcher_for(self.counting, begin)
        self.keys = [
            SeriesKey(self.rule.id, self.counting.fingerprint, (("brand", f"brand {n}"),))
            for n in range(brands)
        ]
        self.now = begin
        self.rng = np.random.default_rng(seed)
        self.voices = 99
        self._read: list[tuple[float, float]] = []

    @property
    def seen(self) -> Seen:
        return Seen(tuple(self._read))

    def tell(self, tallies: Iterable[Tally]) -> Self:
        self.watcher.add(tallies)
        return self

    def pass_by(self, hours: float, *, read: bool = True) -> Self:
        """Time in which nothing is said."""
        before, self.now = self.now, self.now + hours * HOUR
        if read:
            self._read.append((before.timestamp(), self.now.timestamp()))
        return self

    def talk(self, days: float, a_day: float, share: float = 0.0) -> Self:
        """Poisson posts of every brand, that share of them negative."""
        first, minutes = epoch_minute(self.now), round(days * 1440)
        self.pass_by(days * 24)
        for key in self.keys:
            posts = self.rng.poisson(a_day / 1440, minutes)
            bad = self.rng.binomial(posts, share)
            self.tell(
                Tally(key, "x", first + int(m), int(posts[m]), int(bad[m])) for m in np.flatnonzero(posts)
            )
        return self

    def review(self, stars: Sequence[int], *, over: float, key: int = 0) -> Self:
        """These reviews, one after the other, evenly over so many days."""
        first = epoch_minute(self.now)
        self.pass_by(over * 24)
        step = over * 1440 / max(len(stars), 1)
        self.tell(self.rated(first + int((n + 0.5) * step), one, key) for n, one in enumerate(stars))
        return self

    def rated(self, minute: int, stars: int, key: int = 0) -> Tally:
        numbers = tuple(int(n == stars) for n in range(1, 6))
        return Tally(self.keys[key], "x", minute, 1, int(stars <= 2), numbers)

    def signals(self, *, always: bool = False, at: datetime | None = None) -> list[Signal]:
        asked = set(self.keys) if always else set()
        return list(self.watcher.signals(at or self.now, self.seen, asked, lambda *_: self.voices))

    def warm_up(self, days: int, come: Callable[[int, int], Iterable[Tally]]) -> None:
        """So many days hour by hour, in which nobody asks."""
        first = epoch_minute(self.now)
        for minute in range(first, first + days * 1440, 60):
            self.pass_by(1).tell(come(minute, minute + 60))
        self._read = [(self._read[0][0], self._read[-1][1])]

    def openings(
        self, days: float, every: int, come: Callable[[int, int], Iterable[Tally]]
    ) -> list[tuple[SeriesKey, datetime]]:
        """Let so many days pass in steps of minutes, each bringing its tallies: which incidents open, as a flow would."""
        opened: list[tuple[SeriesKey, datetime]] = []
        bad_at: dict[SeriesKey, datetime] = {}
        first = epoch_minute(self.now)
        self._read.append((self.now.timestamp(), self.now.timestamp()))
        for minute in range(first, first + round(days * 1440), every):
            self.tell(come(minute, minute + every))
            self.now = minute_time(minute + every)
            self._read[-1] = self._read[-1][0], self.now.timestamp()
            for found in self.watcher.signals(self.now, self.seen, bad_at.keys(), lambda *_: self.voices):
                key = found.reading.series
                if key not in bad_at and found.raised:
                    opened.append((key, self.now))
                if found.raised or (found.lingers and key in bad_at):
                    bad_at[key] = self.now
            calm = self.now - self.rule.judgment.calm_after
            bad_at = {key: at for key, at in bad_at.items() if at > calm}
        return opened

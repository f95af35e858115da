"""What each rule can see of its sources, as the store knows it; and which rules are blind, since when, for want of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

from sentinel.detect.clauses import BLIND_BELOW
from sentinel.detect.coverage import epoch_minute, minute_time, union
from sentinel.detect.feeds import Feed, Feeds
from sentinel.detect.moments import LONGEST
from sentinel.model.post import SourceName, Span
from sentinel.rulebook.judgments import Crisis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sentinel.detect.counting import Counting
    from sentinel.detect.feeds import Volumes
    from sentinel.store.contract import Store

_SEEN_FOR = timedelta(hours=1)
"""So long may a reading of the coverage be used while no source has claimed more."""
_BEFORE = timedelta(days=3)
"""Coverage is read from so long before what a rule can use: a source that began then is not taken for a new one."""
_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Blind:
    """A rule of whose newest window too little was read to judge it.

    `sources` are those that were not read, each with the time up to which it was (None: never); `since` is the earliest
    of these times, when that is known.
    """

    rule: str
    sources: tuple[tuple[str, datetime | None], ...]

    @property
    def since(self) -> datetime | None:
        """From when on something has not been read."""
        return min((until for _, until in self.sources if until is not None), default=None)

    @property
    def says(self) -> str:
        """Which sources are not read, in words."""
        return ", ".join(
            f"{name} (read up to {until:%Y-%m-%d %H:%M} UTC)" if until else f"{name} (never read)"
            for name, until in self.sources
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A source that is new beside older ones: what it brings is kept, and judged from `until` on.

    None: from a day after it is first wholly read.
    """

    source: str
    until: datetime | None

    @property
    def says(self) -> str:
        """In words."""
        when = f"from {self.until:%Y-%m-%d %H:%M} UTC" if self.until else "a day after it is first read"
        return f"{self.source} is new beside older sources: what it brings is kept, and judged {when}"


@dataclass(frozen=True, slots=True)
class Gaze:
    """A rule that looks: what it counts, how long its window is, and the oldest minute it can use."""

    counting: Counting
    window: timedelta
    reach: int

    @classmethod
    def of(cls, counting: Counting, at: datetime) -> Gaze:
        """As of a rule whose counts are not at hand."""
        asked = counting.rule.judgment
        weeks = 0 if isinstance(asked, Crisis) else asked.usual.weeks
        return cls(counting, asked.window, epoch_minute(at - timedelta(weeks=weeks) - asked.window - LONGEST))


class Sights:
    """The sources of each rule, read from the store when they have claimed more."""

    def __init__(self, store: Store, kinds: Mapping[str, str]) -> None:
        """`kinds` are the connectors behind the configured sources' names."""
        self._store = store
        self._kinds = kinds
        self._rehearsed: dict[str, str] = {}
        self._read_at: datetime | None = None
        self._feeds: dict[str, Feeds] = {}
        self._volumes: dict[str, tuple[int, Volumes]] = {}

    def claimed(self, feed: SourceName) -> None:
        """This source has read more. One that is not configured is a rehearsal's: what it carries is all there is."""
        if feed not in self._kinds:
            self._rehearsed[feed] = "recorded"
        self._read_at = None

    @property
    def known(self) -> Mapping[str, Feeds]:
        """The sources of each rule, as of when they were last asked for."""
        return self._feeds

    def of(self, gazes: Iterable[Gaze], at: datetime) -> Mapping[str, Feeds]:
        """The sources of each rule by its id, as of `at`."""
        if self._read_at is None or not timedelta(0) <= at - self._read_at <= _SEEN_FOR:
            gazes = list(gazes)
            oldest = min([*(minute_time(gaze.reach) for gaze in gazes), at - LONGEST])
            spans = self._store.coverage(Span(oldest - _BEFORE, at + _SEEN_FOR * 2))
            self._feeds = {gaze.counting.rule.id: self._watched(gaze, spans, at) for gaze in gazes}
            self._read_at = at
        return self._feeds

    def _watched(self, gaze: Gaze, spans: Mapping[SourceName, tuple[Span, ...]], at: datetime) -> Feeds:
        kinds = self._rehearsed or self._kinds
        if not any(name in spans for name in kinds):
            kinds = dict.fromkeys(spans, "recorded") or kinds
        feeds = [
            Feed(name, kind, tuple(union(spans.get(SourceName(name), ()))))
            for name, kind in kinds.items()
            if gaze.counting.watches_feed(name, kind)
        ]
        return Feeds(feeds, self._volumes_of(gaze, at) if len(feeds) > 1 else {})

    def _volumes_of(self, gaze: Gaze, at: datetime) -> Volumes:
        """What the sites brought up to the day of `at`; read once a day, so that weights rest while it lasts."""
        part, today = gaze.counting.fingerprint, epoch_minute(at) // _A_DAY
        day, found = self._volumes.get(part, (-1, {}))
        if day != today:
            found = self._store.volumes(part, gaze.reach // _A_DAY * _A_DAY, today * _A_DAY)
            self._volumes[part] = today, found
        return found

    def waiting(self, gazes: Iterable[Gaze], at: datetime) -> dict[str, list[Waiting]]:
        """For each rule, by id, the sources that are on probation at `at`."""
        return {
            rule: [Waiting(name, None if until == inf else _moment(until)) for name, until in found]
            for rule, feeds in self.of(gazes, at).items()
            if (found := feeds.waiting(at.timestamp()))
        }

    def blind(self, gazes: Iterable[Gaze], at: datetime) -> dict[str, Blind]:
        """The rules that are blind at `at`, by id."""
        gazes = list(gazes)
        feeds = self.of(gazes, at)
        found = (_blind(gaze, feeds[gaze.counting.rule.id], at) for gaze in gazes)
        return {one.rule: one for one in found if one is not None}


def _blind(gaze: Gaze, feeds: Feeds, at: datetime) -> Blind | None:
    end = at.timestamp()
    start = end - gaze.window.total_seconds()
    if feeds.seen(end).share(start, end) >= BLIND_BELOW:
        return None
    unread = feeds.unread(start, end)
    sources = tuple((name, _moment(until) if until else None) for name, until in unread)
    return Blind(gaze.counting.rule.id, sources)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""The sources of one rule: how much of its volume each one carries, and since when its posts are judged.

A window is seen as far as the volume of it was read: each source weighs as much as it usually brings (its mentions in
an hour that was read, by the site they bear). A source without a past weighs like the average of the others.

A source that has just been added, or that comes back after more than a day, brings what the rule's past does not know:
for its first day beside older sources it is on probation. What it brings is kept and not judged, as if it were none of
the rule's sources; then it joins with its past, which says what is usual of it, and the hours before in which it was not
read count as seen by the others' weights only. Where all sources are new, there is no past that they could be held
against, and all are judged.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from sentinel.detect.coverage import Seen, Spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sentinel.model.mention import Tally

Volumes: TypeAlias = "Mapping[tuple[str, int], int]"
"""Mentions by site and day since 1970."""

A_DAY = timedelta(days=1).total_seconds()
_OPEN_KINDS = frozenset({"recorded", "webhook"})
"""Their posts may bear any site's name."""
_DOUBT_HOURS = 6.0
"""So many hours at the average rate are put beside what was read of each source: one that was hardly read is average."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A configured source as coverage knows it: its connector, and the time it was wholly read."""

    name: str
    kind: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Probation:
    """From when to when (seconds since 1970) nothing that a source brings is judged."""

    feed: str
    start: float
    end: float


@dataclass(slots=True)
class Feeds:
    """The sources of one rule and what each of them brought; the same facts always give the same answers."""

    feeds: Sequence[Feed]
    volumes: Volumes = field(default_factory=dict)
    probations: tuple[Probation, ...] = field(init=False)
    _seen: dict[tuple[int, frozenset[str]], Seen] = field(init=False, default_factory=dict)
    _brings: dict[str, tuple[Feed, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.probations = tuple(_probations(self.feeds))

    def waiting(self, at: float) -> list[tuple[str, float]]:
        """The sources on probation at that second since 1970, and until when (infinity: until they were read a day)."""
        return [(one.feed, one.end) for one in self.probations if one.start <= at < one.end]

    def out(self, at: float) -> frozenset[str]:
        """The sources of which nothing is judged at that second since 1970."""
        return frozenset(name for name, _ in self.waiting(at))

    def turns(self, after: float, until: float) -> list[float]:
        """When, in (after, until], sources begin or end their probation: what is judged together differs across them."""
        times = {time for one in self.probations for time in (one.start, one.end)}
        return sorted(time for time in times if after < time <= until)

    def brought_in(self, tally: Tally, out: AbstractSet[str]) -> bool:
        """Whether these counts may have come from a source that is not `out`."""
        if not out:
            return True
        brought_by = self.of_site(tally.source)
        return not brought_by or any(feed.name not in out for feed in brought_by)

    def of_site(self, site: str) -> tuple[Feed, ...]:
        """The sources that may bring posts which bear this site's name (see `Counting`)."""
        if site not in self._brings:
            own = tuple(feed for feed in self.feeds if site in {feed.name, feed.kind})
            self._brings[site] = own or tuple(feed for feed in self.feeds if feed.kind in _OPEN_KINDS)
        return self._brings[site]

    def seen(self, at: float) -> Seen:
        """What is seen by a judgment at that second: weights are by what was brought before its day (UTC) began."""
        out = self.out(at)
        read = [feed for feed in self.feeds if feed.name not in out and feed.spans and feed.spans[0][0] <= at]
        members = read or list(self.feeds)
        key = int(at // A_DAY), frozenset(feed.name for feed in members)
        if key not in self._seen:
            self._seen[key] = self._weighed(members, key[0])
        return self._seen[key]

    def unread(self, start: float, end: float) -> list[tuple[str, float | None]]:
        """The sources of which most of [start, end) was not read, and until when each was (None: never)."""
        return [
            (feed.name, feed.spans[-1][1] if feed.spans else None)
            for feed in self.feeds
            if Seen(feed.spans).share(start, end) < 1 / 2
        ]

    def _weighed(self, members: Sequence[Feed], day: int) -> Seen:
        if len(members) == 1:
            return Seen(members[0].spans)
        weights = self._weights(members, day)
        return Seen((), tuple((weights[feed.name], feed.spans) for feed in members))

    def _weights(self, members: Sequence[Feed], day: int) -> dict[str, float]:
        brought: defaultdict[str, float] = defaultdict(float)
        for (site, when), mentions in self.volumes.items():
            if when < day and (feeds := self.of_site(site)):
                for feed in feeds:
                    brought[feed.name] += mentions / len(feeds)
        hours = {feed.name: Seen(feed.spans).share(0, day * A_DAY) * day * 24 for feed in members}
        total = sum(brought[feed.name] for feed in members)
        average = total / max(sum(hours.values()), 1.0) or 1.0
        rates = {
            name: (brought[name] + _DOUBT_HOURS * average) / (read + _DOUBT_HOURS)
            for name, read in hours.items()
        }
        return {name: rate / sum(rates.values()) for name, rate in rates.items()}


def _stretches(spans: Spans) -> list[tuple[float, float]]:
    """The spans, those joined that lie less than a day apart."""
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= A_DAY:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _probations(feeds: Sequence[Feed]) -> list[Probation]:
    stretches = {feed.name: _stretches(feed.spans) for feed in feeds}
    out: list[Probation] = []
    for feed in feeds:
        others = list(itertools.chain.from_iterable(stretches[one.name] for one in feeds if one is not feed))
        for number, (start, _) in enumerate(stretches[feed.name]):
            if any(begun <= start - A_DAY and start - A_DAY <= until for begun, until in others):
                out.append(Probation(feed.name, start if number else -inf, start + A_DAY))
        if not stretches[feed.name] and any(until - begun >= A_DAY for begun, until in others):
            out.append(Probation(feed.name, -inf, inf))
    return out

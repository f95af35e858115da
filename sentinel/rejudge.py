"""One rule judged anew: up to now, and again from where its past has moved; and what its incidents become by that."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from sentinel.detect.coverage import minute_time
from sentinel.detect.moments import LONGEST_MINUTES, begun, ending
from sentinel.model.incident import State
from sentinel.model.mention import SeriesKey
from sentinel.respond.incident import SENTINEL
from sentinel.respond.retold import settle
from sentinel.walk import Trail, Walk, worth_keeping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sentinel.detect.coverage import Seen
    from sentinel.detect.feeds import Feeds
    from sentinel.detect.watcher import Voices, Watcher
    from sentinel.model.incident import Incident
    from sentinel.respond.incident import Change
    from sentinel.walk import Standing

Recorded: TypeAlias = "Mapping[SeriesKey, Sequence[Incident]]"


@dataclass(frozen=True, slots=True)
class Past:
    """What a rule remembers from one look to the next: where its series stood, and what it had seen by then."""

    trails: Mapping[SeriesKey, Trail] = field(default_factory=dict)
    seen: Seen | None = None

    def going(self) -> Iterator[Incident]:
        """The storms that went on when it was last judged."""
        for trail in self.trails.values():
            if trail.stood and (last := trail.stood[-1]) is not None:
                yield last


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What is to be judged: a rule's eyes and sources, what it remembers, and from which minute on counts have moved.

    `judged` is the newest moment that was over when it was judged; None: nothing ever was. Nothing before the moment
    `floor` can be judged again by these eyes: other sources were on probation then.
    """

    watcher: Watcher
    feeds: Feeds
    past: Past
    moved: Mapping[SeriesKey, int]
    judged: int | None
    floor: int
    voices: Voices

    def oldest(self, until: int) -> int:
        """The moment behind which nothing is judged again."""
        return max(until - LONGEST_MINUTES, min(self.floor, until))


def rejudge(
    asked: Rejudged, incidents: Iterable[Incident], over: int, until: int, at: datetime
) -> tuple[list[Change], Past]:
    """Judge through the moment `until`; `over` is the newest one that is over at `at`. What changes, and what to remember.

    `incidents` are the rule's own: those going on, and those that ended within the last day.
    """
    mark = asked.watcher.counting.fingerprint
    recorded: defaultdict[SeriesKey, list[Incident]] = defaultdict(list)
    for one in sorted(incidents, key=lambda one: one.formed_at):
        recorded[SeriesKey(one.rule, mark, one.group)].append(replace(one, fingerprint=mark))
    seen = asked.feeds.seen(over * 60.0)
    after = _after(asked, seen, until)
    walk = Walk(asked.watcher, asked.feeds.seen, asked.voices)
    for series, standing in _starts(asked, recorded, after, until).items():
        walk.set_out(series, standing, asked.past.trails.get(series))
    walk.again(after)
    walk.on(after, until)
    trails = worth_keeping({**asked.past.trails, **walk.trails}, over - LONGEST_MINUTES)
    return list(_changes(walk, recorded, after, at)), Past(trails, seen)


def _after(asked: Rejudged, seen: Seen, until: int) -> int:
    """After which moment the whole rule is judged: what was judged without having been read is judged again."""
    if asked.judged is None:
        return until - 1
    after = min(asked.judged, until)
    oldest = asked.oldest(until)
    read = None if asked.past.seen is None else seen.since(asked.past.seen, oldest * 60.0)
    if read is not None:
        after = min(after, math.floor(read / 60))
    return max(after, oldest)


def _starts(asked: Rejudged, recorded: Recorded, after: int, until: int) -> dict[SeriesKey, Standing]:
    """Where each series sets out that has a past to go back to: those whose counts moved, and those with storms."""
    oldest = asked.oldest(until)
    first_look = asked.past.seen is None
    starts: dict[SeriesKey, Standing] = {}
    moved = {series: max(minute, oldest) for series, minute in asked.moved.items() if minute < after}
    for series in dict.fromkeys([*moved, *recorded, *asked.past.trails]):
        wanted = moved.get(series, after)
        known = recorded.get(series, ())
        if first_look:
            wanted = min([wanted, *(_formed(one) for one in known if one.state.live)])
        wanted = max(wanted, oldest)
        standing = _standing(asked.past.trails.get(series), known, wanted, oldest)
        if standing[1] is not None or standing[0] < after or known:
            starts[series] = standing
    return starts


def _standing(trail: Trail | None, recorded: Sequence[Incident], moment: int, oldest: int) -> Standing:
    """Where a series stood at that moment, or at the newest one before of which it is known.

    What somebody ended is not gone behind. Where memory does not reach (after a restart), a storm is walked from its
    forming; one that formed before `oldest` goes on from where it was recorded.
    """
    ended = max((one for one in recorded if one.closed_by), key=_closed, default=None)
    found = trail.at(moment) if trail is not None else None
    if ended is not None and (found is None or found[0] <= _closed(ended)):
        return _ended(ended, moment, oldest)
    if found is not None:
        return found if found[1] is not None else (moment, None)
    for one in recorded:
        if _formed(one) <= moment and not one.closed_by and (one.state.live or _closed(one) > moment):
            return (_formed(one), None) if _formed(one) >= oldest else (min(begun(one.now.at), moment), one)
    return moment, None


def _ended(one: Incident, moment: int, oldest: int) -> Standing:
    """From where what somebody ended is judged on: what a person ended is hushed from there."""
    if _closed(one) < oldest:
        return moment, one if one.hushed else None
    return _closed(one), None if one.closed_by == SENTINEL else replace(one, hushed=True, quiet_since=None)


def _formed(one: Incident) -> int:
    """The moment before the one at which it formed."""
    return ending(one.formed_at) - 1


def _closed(one: Incident) -> int:
    return begun(one.closed_at) if one.closed_at is not None else -1


def _changes(walk: Walk, recorded: Recorded, after: int, at: datetime) -> Iterator[Change]:
    for series, courses in walk.courses():
        start = walk.start(series)
        since = minute_time(after if start is None else start)
        known = recorded.get(series, ())
        theirs = {one.id: one for one in known if one.closed_by}
        within = [
            one for one in known if not one.closed_by and (one.closed_at is None or one.closed_at > since)
        ]
        yield from (
            (now, ()) for one in courses if (now := _still_ended(one, theirs)) != theirs.get(one.id) and now
        )
        yield from settle(within, [one for one in courses if one.id not in theirs], at)


def _still_ended(course: Incident, ended: Mapping[str, Incident]) -> Incident | None:
    """What a person ended, with how far its hush has come."""
    if (one := ended.get(course.id)) is None or course.state not in {State.CLOSED, State.DROPPED}:
        return None
    return replace(one, hushed=course.hushed, quiet_since=course.quiet_since)

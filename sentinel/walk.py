"""A rule judged over a stretch of moments: where each of its series' storms stood before, and what became of them.

Judging is a fold in event time: the same counts and the same coverage give the same course, whenever and in whatever
order they came to be known. So when counts of the past move, the series they are of (and only these) are walked again
from there: `Trail` remembers where each series' course stood at the moments of the last day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from sentinel.detect.coverage import minute_time
from sentinel.detect.moments import LONGEST_MINUTES
from sentinel.respond.incident import advance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sentinel.detect.coverage import Seen
    from sentinel.detect.watcher import Voices, Watcher
    from sentinel.model.incident import Incident
    from sentinel.model.mention import SeriesKey
    from sentinel.model.reading import Signal

Standing: TypeAlias = "tuple[int, Incident | None]"
"""A moment (minutes since 1970) and where the course of a series stood after it was judged."""

_DENSE = 120
_MOST = 420
_SPARSE_EVERY = 10
"""Of all but the newest moments every tenth is remembered: a walk begins that much earlier, and memory stays small."""


@dataclass(slots=True)
class Trail:
    """Where a series' course stood, by moment, for about a day."""

    moments: list[int] = field(default_factory=list)
    stood: list[Incident | None] = field(default_factory=list)

    def at(self, moment: int) -> Standing | None:
        """The newest standing that is known and not after `moment`."""
        place = bisect_right(self.moments, moment) - 1
        return (self.moments[place], self.stood[place]) if place >= 0 else None

    def until(self, moment: int) -> Trail:
        """The trail up to `moment`: what came after it is about to be walked again."""
        kept = bisect_right(self.moments, moment)
        return Trail(self.moments[:kept], self.stood[:kept])

    def note(self, moment: int, standing: Incident | None) -> None:
        """The next standing. That nothing goes on is noted once."""
        if standing is None and self.stood and self.stood[-1] is None:
            return
        self.moments.append(moment)
        self.stood.append(standing)
        if len(self.moments) > _MOST:
            self._thin(moment - LONGEST_MINUTES)

    def _thin(self, oldest: int) -> None:
        first = max(bisect_right(self.moments, oldest) - 1, 0)
        old = range(first, len(self.moments) - _DENSE)
        kept = [n for n in old if self._tells(n)] + list(range(len(self.moments) - _DENSE, len(self.moments)))
        self.moments = [self.moments[n] for n in kept]
        self.stood = [self.stood[n] for n in kept]

    def _tells(self, n: int) -> bool:
        """Whether a standing must be kept: on the tens, the oldest, and either side of where one begins or ends.

        Without the first of a storm, the calm before it would be taken to last into it.
        """
        calm = [one is None for one in self.stood[max(n - 1, 0) : n + 2]]
        return not n or any(calm) or self.moments[n] % _SPARSE_EVERY == 0

    def ended_before(self, moment: int) -> bool:
        """Whether nothing has gone on since before `moment`."""
        return not self.stood or (self.stood[-1] is None and self.moments[-1] < moment)


@dataclass(slots=True)
class Walk:
    """One rule's moments, judged one after the other. Begin with `set_out`, then `again` and `on`."""

    watcher: Watcher
    seen: Callable[[float], Seen]
    voices: Voices
    trails: dict[SeriesKey, Trail] = field(default_factory=dict)
    over: defaultdict[SeriesKey, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    stands: dict[SeriesKey, Incident] = field(default_factory=dict)
    _starts: dict[SeriesKey, int] = field(default_factory=dict)

    def set_out(self, series: SeriesKey, standing: Standing, trail: Trail | None) -> None:
        """Walk this series from where it stood at a moment."""
        moment, stood = standing
        self._starts[series] = moment
        self.trails[series] = trail.until(moment) if trail is not None else Trail()
        self.trails[series].note(moment, stood)
        if stood is not None:
            self.stands[series] = stood

    def start(self, series: SeriesKey) -> int | None:
        """After which moment this series is walked; None when it did not set out before the others."""
        return self._starts.get(series)

    def again(self, until: int) -> None:
        """Walk those that set out before `until` up to there, none of the others."""
        early = {series: start for series, start in self._starts.items() if start < until}
        if not early:
            return
        eyes = self.watcher.only(early.keys())
        for moment in range(min(early.values()) + 1, until + 1):
            self._judge(eyes, moment, {series for series, start in early.items() if start < moment})

    def on(self, after: int, until: int) -> None:
        """Walk all series of the rule through the moments in (after, until]."""
        for moment in range(after + 1, until + 1):
            self._judge(self.watcher, moment, None)

    def _judge(self, eyes: Watcher, moment: int, among: set[SeriesKey] | None) -> None:
        at = minute_time(moment)
        going = self.stands.keys() if among is None else self.stands.keys() & among
        for signal in eyes.signals(at, self.seen(at.timestamp()), frozenset(going), self.voices):
            series = signal.reading.series
            if (among is None or series in among) and self._starts.get(series, -1) < moment:
                self._step(signal, moment)

    def _step(self, signal: Signal, moment: int) -> None:
        series = signal.reading.series
        before = self.stands.get(series)
        after = advance(before, signal, self.watcher.rule)
        if before is None and after is None:
            return
        if before is not None and before.hushed and after is not before:
            self._leave(series, before, after)
        elif after is not None and not after.state.live:
            self.over[series].append(after)
            after = None
        elif after is None:
            self.stands.pop(series, None)
        if after is not None and (after.state.live or after.hushed):
            self.stands[series] = after
        else:
            self.stands.pop(series, None)
            after = None
        self.trails.setdefault(series, Trail()).note(moment, after)

    def _leave(self, series: SeriesKey, before: Incident, after: Incident | None) -> None:
        """What a person ended is remembered as it stands now."""
        same = after is not None and after.id == before.id
        ended = after if after is not None and same else replace(before, hushed=False)
        self.over[series] = [one for one in self.over[series] if one.id != before.id] + [ended]

    def courses(self) -> Iterable[tuple[SeriesKey, list[Incident]]]:
        """For each series that was walked, the storms that went on since it set out, in order; then those going on."""
        for series in dict.fromkeys([*self._starts, *self.over, *self.stands]):
            going = self.stands.get(series)
            yield series, [*self.over.get(series, ()), *([going] if going is not None else [])]


def worth_keeping(trails: Mapping[SeriesKey, Trail], oldest: int) -> dict[SeriesKey, Trail]:
    """The trails without those on which nothing has gone on since `oldest`."""
    return {series: trail for series, trail in trails.items() if not trail.ended_before(oldest)}

"""The same flow with a stepped clock: the examples in rule files, replay and backtest.

A rehearsal has a store of its own in memory and moves the clock from one minute with news to the next, and minute by
minute while an incident is going on or a message waits. Posts are taken in at the first whole minute after a poller would have had them
(`seen_at`): nothing is ever told before it could have been known.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sentinel.clock import SteppedClock
from sentinel.examples import Course, example_post
from sentinel.model.incident import State
from sentinel.model.message import Receipt
from sentinel.model.post import Page, SourceName, Span
from sentinel.outbox import Outbox
from sentinel.rulebook.types import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from sentinel.channels.contract import Channel
    from sentinel.detect.attention import Attention
    from sentinel.detect.counting import Counting
    from sentinel.flow import Flow, Looked
    from sentinel.model.incident import Incident
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.message import Delivery, Message
    from sentinel.model.post import Post
    from sentinel.plan import Plan
    from sentinel.rulebook.types import Example, Rule, Timeline
    from sentinel.store.contract import Store

_MINUTE = timedelta(minutes=1)
_FEED = SourceName("rehearsal")
_TIMELINE_START = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""A Wednesday noon: outside anybody's quiet hours, far from a change of the clocks."""


class Listener:
    """A channel that touches nothing outside: it keeps what it was given."""

    can_edit = True
    can_find = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[Message] = []

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        """Keep it."""
        self.heard.append(message)
        return receipt or Receipt(message.key)

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:  # noqa: ARG002  # the contract's
        """Nothing outside, nothing to find."""
        return None

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An incident of a rehearsal with everything that was due of it."""

    incident: Incident
    deliveries: tuple[Delivery, ...]

    @property
    def told_at(self) -> datetime | None:
        """When the first notice left, by the flow's own clock."""
        return min((row.sent_at or row.created_at for row in self.deliveries), default=None)


class Rehearsal:
    """A house in memory whose time is moved by hand. What is played to it is taken as all there was to see."""

    def __init__(self, plan: Plan, span: Span, channels: Mapping[str, Channel] | None = None) -> None:
        """Build it at the start of `span`, all of which is seen; without `channels` every one is a `Listener`."""
        self.clock = SteppedClock(span.start)
        self.store: Store = plan.memory_store()
        self.channels = (
            channels if channels is not None else {name: Listener(name) for name in plan.config.channels}
        )
        self.flow: Flow = plan.flow(self.store, Outbox(self.store, self.channels), span.start)
        self.flow.take_in(_FEED, Page((), covered=span), span.start)
        self._live = 0
        self._owed = 0
        self._fresh = False

    async def play(self, posts: Iterable[Post]) -> AsyncIterator[Looked]:
        """Take posts in as they were seen, look and tell; yields every look that came to something."""
        for tick, arrived in _ticks(posts):
            async for looked in self._advance(tick):
                yield looked
            self.clock.move_to(tick)
            self.flow.take_in(_FEED, Page(tuple(arrived)), tick)
            self._fresh = True
            if (news := await self._beat(tick)) is not None:
                yield news
        if self._fresh:  # what was published in the last minute counts when that is over
            async for looked in self.until(self.clock.now() + _MINUTE):
                yield looked

    async def until(self, at: datetime) -> AsyncIterator[Looked]:
        """Let time pass without news, all of it watched."""
        async for looked in self._advance(at):
            yield looked
        if (last := await self._beat(at)) is not None:
            yield last

    async def _advance(self, tick: datetime) -> AsyncIterator[Looked]:
        """Up to the minute before `tick`: minute by minute while something goes on, in one look when nothing does.

        The one look judges every minute too, before the posts of `tick` are known: nothing is judged with hindsight.
        The minute after news is looked at by itself: what was published in the very minute of a look counts then.
        """
        moment = self.clock.now().replace(second=0, microsecond=0) + _MINUTE
        while moment < tick:
            if not (self._live or self._owed or self._fresh):
                moment = max(moment, tick - _MINUTE)
            self._fresh = False
            if (looked := await self._beat(moment)) is not None:
                yield looked
            moment += _MINUTE

    async def _beat(self, at: datetime) -> Looked | None:
        self.clock.move_to(at)
        looked = self.flow.look(at)
        self._live = looked.live
        self._owed += len(looked.deliveries)
        if self._owed:
            done = await self.flow.tell(at)
            self._owed -= sum(sent.outcome != "postponed" for sent in done)
        return looked if looked.acts or looked.deliveries else None

    def raised(self) -> list[Raised]:
        """Every incident that was opened, oldest first."""
        incidents = [one for one in self.store.incidents(limit=1_000_000) if one.opened_at is not None]
        incidents.sort(key=lambda one: (one.opened_at, one.rule, one.group))
        return [Raised(one, tuple(self.store.deliveries(one.id))) for one in incidents]


def _ticks(posts: Iterable[Post]) -> Iterator[tuple[datetime, list[Post]]]:
    """Posts by the whole minute in which they are taken in: the first one not before they were seen."""
    tick: datetime | None = None
    arrived: list[Post] = []
    for post in posts:
        minute = post.seen_at.replace(second=0, microsecond=0)
        due = minute if minute == post.seen_at else minute + _MINUTE
        if tick is not None and due > tick:
            yield tick, arrived
            arrived = []
        tick = due if tick is None else max(tick, due)
        arrived.append(post)
    if tick is not None:
        yield tick, arrived


def span_of(posts: Sequence[Post]) -> Span:
    """From the first post to the last look: what a recording shows."""
    first = min(min(post.published_at, post.seen_at) for post in posts)
    return Span(first, max(post.seen_at for post in posts) + _MINUTE)


# ── the examples in rule files ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example tried: whether it came out as the rule says, and in words why not."""

    rule: str
    example: str
    passed: bool
    says: str = ""


def try_examples(plan: Plan, rule: Rule) -> list[Outcome]:
    """Every example of a rule, timelines included, through the one flow."""
    live = rule.model_copy(update={"status": Status.LIVE})
    alone = replace(plan, book=plan.book.model_copy(update={"rules": (live,)}))
    attention = alone.attention()
    counting = attention.countings[0]
    outcomes = [_try_post(alone, attention, example, wanted=True) for example in rule.examples.catches]
    outcomes += [_try_post(alone, attention, example, wanted=False) for example in rule.examples.ignores]
    outcomes += [asyncio.run(_try_timeline(alone, counting, line)) for line in rule.examples.timelines]
    return outcomes


def _try_post(plan: Plan, attention: Attention, example: Example, *, wanted: bool) -> Outcome:
    counting = attention.countings[0]
    post = example_post(example, at=_TIMELINE_START)
    brand = example.brand or _brand(plan, counting.rule)
    found = attention.look(post.text)
    score = attention.score(post, brand, counting)
    count = counting.count(post, brand, score, found.phrases)
    got = counting.catches(count)
    name = f"{'catches' if wanted else 'ignores'}: {example.text}"
    if got is wanted:
        return Outcome(counting.rule.id, name, passed=True)
    answers = counting.explain(post, brand, score, found.phrases)
    says = "; ".join(
        f"{answer.clause} {'holds' if answer.holds else 'does not'}: {answer.says}" for answer in answers
    )
    return Outcome(counting.rule.id, name, passed=False, says=says)


async def _try_timeline(plan: Plan, counting: Counting, line: Timeline) -> Outcome:
    rule = counting.rule
    brand = _brand(plan, rule)
    course = Course(counting, line, _TIMELINE_START, plan.config.brands[brand].terms[0])
    begin = _TIMELINE_START - course.past
    house = Rehearsal(plan, Span(begin, course.end + timedelta(days=1)))
    house.clock.move_to(_TIMELINE_START)
    posts = list(course.posts())
    series = counting.series(brand, posts[0].source if posts else "example")
    _give_history(house, course.tallies(series), series, begin)
    async for _ in house.play(posts):
        pass
    async for _ in house.until(course.end + rule.judgment.hold):
        pass
    return _compare(rule, line, house.raised(), house)


def _brand(plan: Plan, rule: Rule) -> str:
    return next(iter(rule.watch.brands or plan.config.brands))


def _give_history(house: Rehearsal, tallies: Sequence[Tally], series: SeriesKey, begin: datetime) -> None:
    house.store.adopt(series.fingerprint, tallies, begin)
    for lookout in house.flow.lookouts:
        lookout.add(tallies)


def _compare(rule: Rule, line: Timeline, raised: Sequence[Raised], house: Rehearsal) -> Outcome:
    name, expect = f"timeline: {line.name}", line.expect
    opened = [one.incident for one in raised if one.incident.opened_at is not None]
    if expect.severity is None:
        says = f"it opened after {_after(opened[0])}: {'; '.join(opened[0].why)}" if opened else ""
        return Outcome(rule.id, name, passed=not opened, says=says)
    if not opened:
        return Outcome(rule.id, name, passed=False, says=f"nothing opened: {_nearest(house, rule)}")
    grave = [one for one in opened if one.severity.rank >= expect.severity.rank]
    if not grave:
        return Outcome(rule.id, name, passed=False, says=f"it opened as {opened[0].severity.value} only")
    took = (grave[0].opened_at or _TIMELINE_START) - _TIMELINE_START
    late = expect.within is not None and took > expect.within
    return Outcome(
        rule.id, name, passed=not late, says=f"it opened only after {_after(grave[0])}" if late else ""
    )


def _after(incident: Incident) -> str:
    took = (incident.opened_at or incident.formed_at) - _TIMELINE_START
    return f"{took.total_seconds() / 60:.0f} minutes"


def _nearest(house: Rehearsal, rule: Rule) -> str:
    """Why not, at the end of the timeline: the clauses as they stood."""
    dropped = [one for one in house.store.incidents(limit=1) if one.state is State.DROPPED]
    if dropped:
        return "it formed but did not hold"
    signals = house.flow.signals(rule.id, house.clock.now())
    failed = [verdict.says for signal in signals for verdict in signal.verdicts if not verdict.holds]
    return "; ".join(failed) or "no negative was counted"

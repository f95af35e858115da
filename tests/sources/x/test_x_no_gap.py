"""Whatever breaks off wherever: no post is passed over, no coverage is claimed that was not read, and every poll ends."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from sentinel.errors import Outside, Unreachable
from sentinel.net.answer import Answer
from sentinel.sources import x_wire
from sentinel.sources.x_mark import REACH
from sentinel.sources.x_query import key, queries
from tests.sources.x.conftest import NOW, TOKEN, StandIn, make_source, problem, tweet
from tests.stand.wire import Ask, Say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.model.post import Cursor, Page
    from sentinel.sources.x import XSource

TERMS = ("a" * 300, "b" * 300)  # too long for one query: two queries, two marks
LOOKBACK = timedelta(hours=1)
BROKEN_WIRE = Say(-1)
FAULTS: dict[str, Say] = {
    "throttled": Say(429, b"{}", {"x-rate-limit-reset": str(int(NOW.timestamp()))}),
    "down": Say(503, b"<html>"),
    "half an answer": Say(200, b'{"data":[{"id":"1"'),
    "no connection": BROKEN_WIRE,
    "stale page token": problem(
        400, "Invalid Request", "", errors=[{"message": "x", "parameters": {"next_token": ["y"]}}]
    ),
}
TOO_OLD = problem(
    400, "Invalid Request", "", errors=[{"message": "'until_id' must be a tweet id created after …"}]
)


class WireInHand:
    """The wire, handing the stand-in's answers over without a socket."""

    x: StandIn

    def __init__(self, *_: object, **__: object) -> None: ...

    async def get(self, path: str, agent: str) -> Answer:
        parts = urlsplit(path)
        sent = {"authorization": f"Bearer {TOKEN}", "user-agent": agent}
        say = self.x.answer(Ask("GET", parts.path, dict(parse_qsl(parts.query)), sent))
        if say is BROKEN_WIRE:
            raise Unreachable("the wire broke")
        return Answer(say.status, say.headers, say.body, "https://api.x.com")

    async def close(self) -> None: ...


@dataclass
class Arrival:
    """A post that becomes visible `lag` seconds after it was published."""

    lag: int
    which: str


@dataclass
class Round:
    """One poll: how long after the last, what arrives before it and during each request, what goes wrong where."""

    after: int
    before: list[Arrival]
    during: list[list[Arrival]]
    faults: list[str | None]
    pages_kept: int


arrivals = st.builds(
    Arrival, st.integers(0, 25), st.sampled_from([TERMS[0], TERMS[1], f"{TERMS[0]} {TERMS[1]}"])
)
rounds = st.builds(
    Round,
    after=st.sampled_from([20, 60, 300, 3600, 90_000]),
    before=st.lists(arrivals, max_size=12),
    during=st.lists(st.lists(arrivals, max_size=3), max_size=8),
    faults=st.lists(st.sampled_from([None, None, None, *FAULTS]), max_size=10),
    pages_kept=st.sampled_from([0, 1, 2, 3, 99, 99, 99]),
)


@dataclass
class World:
    """X, the clock, and a store that keeps a page and its cursor together."""

    x: StandIn
    source: XSource
    kept: set[str] = field(default_factory=set)
    covered: list[tuple[datetime, datetime]] = field(default_factory=list)
    cursor: Cursor | None = None
    number: int = 0
    due: deque[list[Arrival]] = field(default_factory=deque)
    polled_at: datetime = NOW

    def arrive(self, batch: list[Arrival]) -> None:
        for arrival in batch:
            self.number += 1
            at = self.x.now - timedelta(seconds=arrival.lag, milliseconds=self.number % 1000)
            self.x.posts.append(tweet(at, self.number % 4096, arrival.which))

    def on_request(self) -> None:
        self.x.now += timedelta(seconds=1)
        if self.due:
            self.arrive(self.due.popleft())

    async def poll(self, pages_kept: int) -> None:
        """One poll, abandoned after `pages_kept` pages, as a crash or a shutdown would."""
        self.polled_at = self.x.now
        async with aclosing(self.source.pages(self.cursor, self.polled_at)) as pages:  # type: ignore[type-var]
            try:
                async for page in pages:
                    if pages_kept == 0:
                        return
                    pages_kept -= 1
                    self.keep(page)
            except Outside:
                return

    def keep(self, page: Page) -> None:
        self.kept |= {post.id for post in page.posts}
        self.cursor = page.cursor or self.cursor
        if page.covered:
            assert not self.covered or self.covered[-1][1] <= page.covered.start
            self.covered.append((page.covered.start, page.covered.end))
        self.check()

    def check(self) -> None:
        """No `since` stands above an unread post, and what is claimed as read is read."""
        marks = json.loads(self.cursor or "{}")["marks"]
        for post in self.x.posts:
            if post["id"] in self.kept:
                continue
            assert not any(start <= published(post) < end for start, end in self.covered)
            if published(post) < self.polled_at - REACH:
                continue  # X itself has forgotten it
            for term, query in zip(TERMS, queries(TERMS), strict=True):
                assert term not in post["text"] or int(post["id"]) > (marks[key(query)]["since"] or 0)

    def caught_up(self) -> bool:
        """Whether the last poll claimed everything up to half a minute before it."""
        return bool(self.covered) and self.covered[-1][1] == self.polled_at - timedelta(seconds=30)


def published(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(post["created_at"])


def new_world(budget: int) -> World:
    x = StandIn(page_most=3)
    source = make_source(
        Path(), "https://api.x.com", TERMS, allow_private=False, max_posts_per_poll=budget, lookback="1 hour"
    )
    world = World(x, source)
    x.on_request = world.on_request
    WireInHand.x = x
    return world


def play(world: World, evening: list[Round]) -> Iterator[int]:
    for each in evening:
        world.x.now += timedelta(seconds=each.after)
        world.arrive(each.before)
        world.due = deque(each.during)
        world.x.faults = deque(FAULTS[fault] if fault else None for fault in each.faults)
        yield each.pages_kept


@settings(max_examples=100, deadline=None)
@given(st.lists(rounds, min_size=1, max_size=4), st.sampled_from([10, 25, 500]))
def test_every_post_is_delivered_whatever_breaks_off_wherever(evening: list[Round], budget: int) -> None:
    async def live() -> None:
        world = new_world(budget)
        await world.poll(99)
        for pages_kept in play(world, evening):
            await world.poll(pages_kept)
        world.due.clear()
        world.x.faults.clear()
        for _ in range(4 + 2 * len(world.x.posts)):  # in peace each poll reads at least one page of a gap
            if world.caught_up():
                break
            world.x.now += timedelta(minutes=5)
            await world.poll(99)
        assert world.caught_up()
        assert world.kept >= {post["id"] for post in world.x.posts if published(post) < world.covered[-1][1]}
        await world.source.close()

    with patch.object(x_wire, "Wire", WireInHand):
        asyncio.run(live())


async def after_silence(days: float, *, broken_off: bool) -> World:
    """A world that read X, was away for so long, and reads it again; with posts all along."""
    world = new_world(500)
    world.arrive([Arrival(20, TERMS[0])] * 7)
    world.x.now += timedelta(minutes=1)
    await world.poll(99)
    world.arrive([Arrival(20, TERMS[0])] * 7)
    world.x.now += timedelta(minutes=1)
    await world.poll(1 if broken_off else 99)
    world.x.now += timedelta(days=days)
    world.arrive([Arrival(20, TERMS[0])] * 4)
    world.x.now += timedelta(minutes=5)
    await world.poll(99)
    await world.source.close()
    return world


async def test_a_quiet_brand_whose_last_post_is_out_of_reach_loses_nothing() -> None:
    with patch.object(x_wire, "Wire", WireInHand):
        world = new_world(500)
        world.arrive([Arrival(20, TERMS[0])])
        for _ in range(9):
            await world.poll(99)
            world.x.now += timedelta(days=1)
        world.arrive([Arrival(20, TERMS[0])])
        world.x.now += timedelta(minutes=5)
        await world.poll(99)
        await world.source.close()
    joined = zip(world.covered, world.covered[1:], strict=False)
    assert all(one[1] == following[0] for one, following in joined)
    assert len(world.kept) == 2
    assert "start_time" in world.x.asked[-1]


async def test_an_outage_longer_than_x_remembers_leaves_a_stretch_that_is_not_claimed() -> None:
    with patch.object(x_wire, "Wire", WireInHand), capture_logs() as logs:
        world = await after_silence(10, broken_off=False)
    before, after = world.covered[-2:]
    assert before[1] < after[0] == world.polled_at - REACH
    assert world.caught_up()
    assert [line["event"] for line in logs] == ["gap_lost"]


async def test_a_gap_that_grew_too_old_while_away_is_given_up_and_not_claimed() -> None:
    with patch.object(x_wire, "Wire", WireInHand):
        world = await after_silence(10, broken_off=True)
    assert world.covered[-1][0] == world.polled_at - REACH
    assert world.caught_up()


async def test_an_id_that_x_calls_too_old_ends_the_gap_there_and_the_rest_goes_on() -> None:
    with patch.object(x_wire, "Wire", WireInHand):
        world = new_world(500)
        await world.poll(99)
        world.arrive([Arrival(20, TERMS[0])] * 7)
        world.x.now += timedelta(minutes=1)
        await world.poll(1)
        world.x.posts = [post for post in world.x.posts if post["id"] in world.kept]  # X forgets the rest
        world.x.now += timedelta(minutes=5)
        world.x.faults = deque([None, TOO_OLD])
        await world.poll(99)
        await world.source.close()
    assert world.caught_up()
    assert world.covered[-1][0] > world.covered[-2][1]

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

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.errors import Outside, Unreachable
from sentinel.net.answer import Answer
from sentinel.sources import x_wire
from sentinel.sources.x_query import key, queries
from tests.sources.x.conftest import NOW, TOKEN, StandIn, make_source, problem, tweet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.model.post import Cursor, Page
    from sentinel.sources.x import XSource

TERMS = ("a" * 300, "b" * 300)  # too long for one query: two queries, two marks
LOOKBACK = timedelta(hours=1)
BROKEN_WIRE = (-1, {}, b"")
FAULTS = {
    "throttled": (429, {"x-rate-limit-reset": str(int(NOW.timestamp()))}, b"{}"),
    "down": (503, {}, b"<html>"),
    "half an answer": (200, {}, b'{"data":[{"id":"1"'),
    "no connection": BROKEN_WIRE,
    "stale page token": problem(
        400, "Invalid Request", "", errors=[{"message": "x", "parameters": {"next_token": ["y"]}}]
    ),
}


class WireInHand:
    """The wire, handing the stand-in's answers over without a socket."""

    x: StandIn

    def __init__(self, *_: object, **__: object) -> None: ...

    async def get(self, path: str, agent: str) -> Answer:
        status, headers, body = self.x.answer(path, {"authorization": f"Bearer {TOKEN}", "user-agent": agent})
        if status == BROKEN_WIRE[0]:
            raise Unreachable("the wire broke")
        return Answer(status, headers, body, "https://api.x.com")

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


arrivals = st.builds(Arrival, st.integers(0, 25), st.sampled_from([TERMS[0], TERMS[1], f"{TERMS[0]} {TERMS[1]}"]))
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


@settings(max_examples=40, deadline=None)
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

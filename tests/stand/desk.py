"""A house at work, driven by hand over a store in memory; its channels only listen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sentinel.model.post import Page, SourceName, Span
from sentinel.outbox import Outbox
from sentinel.rehearse import Listener
from sentinel.store.open import open_store
from tests.stand.hotel import CONFIG, after

if TYPE_CHECKING:
    from sentinel.flow import Flow, Looked
    from sentinel.model.incident import Incident
    from sentinel.model.post import Post
    from sentinel.plan import Plan
    from sentinel.store.contract import Kept, Store

FEED = SourceName("sample")
LONG_AGO = -60 * 24 * 28
TWO = CONFIG.replace(
    "  sample: {kind: recorded, file: posts.jsonl, every: 1 second}",
    '  press: {kind: feed, url: "https://press.example/rss"}\n  forum: {kind: feed, url: "https://forum.example/rss"}',
)
"""The same house with two sources."""


@dataclass
class Desk:
    """A house at work; times are minutes after noon."""

    plan: Plan
    store: Store
    channels: dict[str, Listener]
    flow: Flow

    def take(self, *posts: Post, at: float, since: float | None = None, feed: str = FEED) -> Kept:
        """Posts that come in at `at`; with `since`, everything published from there on has been read."""
        covered = None if since is None else Span(after(since), after(at))
        return self.flow.take_in(SourceName(feed), Page(posts, covered=covered), after(at))

    def look(self, at: float) -> Looked:
        """Judge."""
        return self.flow.look(after(at))

    def beat(self, at: float) -> Looked:
        """Judge and tell."""
        looked = self.look(at)
        asyncio.run(self.flow.tell(after(at)))
        return looked

    def begin_anew(self, at: float, changed: Plan | None = None) -> None:
        """A restart, or a reload with a changed plan."""
        self.plan = changed or self.plan
        self.flow = self.plan.flow(self.store, Outbox(self.store, self.channels), after(at))

    def heard(self, channel: str = "team") -> list[str]:
        """What was said aloud."""
        return [message.kind.value for message in self.channels[channel].heard if message.loud]

    def incidents(self) -> list[Incident]:
        """All there are, newest first."""
        return list(self.store.incidents())

    def only(self) -> Incident:
        """The one there is."""
        (one,) = self.store.incidents()
        return one

    def negatives(self) -> int:
        """How many are counted, over all time."""
        part = self.flow.lookouts[0].counting.fingerprint
        return sum(tally.negatives for tally in self.store.tallies(part, 0, 2**40))


def open_desk(a_plan: Plan, at: float = 0) -> Desk:
    """A house whose one source was read for four weeks."""
    made = empty_desk(a_plan, at)
    made.take(at=at, since=LONG_AGO)
    made.look(at)
    return made


def empty_desk(a_plan: Plan, at: float = 0) -> Desk:
    """A house that has read nothing so far."""
    store = open_store("sqlite:///:memory:", Path())
    channels = {name: Listener(name) for name in a_plan.config.channels}
    return Desk(a_plan, store, channels, a_plan.flow(store, Outbox(store, channels), after(at)))

"""An evening in the life of a house: what comes in, when, who acts; and the transcript of what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sentinel.desk import act_on
from sentinel.model.message import Message, Receipt
from sentinel.model.notice import Reason
from sentinel.model.post import Author, Page, Post, SourceName, Span
from sentinel.outbox import Outbox
from sentinel.respond.incident import acknowledge
from sentinel.store.open import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sentinel.errors import Outside
    from sentinel.flow import Looked
    from sentinel.model.incident import Act
    from sentinel.model.notice import Held
    from sentinel.plan import Plan

DAY = datetime(2026, 3, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST_LINES = 3

Deed: TypeAlias = "Callable[[Evening, datetime], None]"


def clock(written: str) -> datetime:
    """`21:30` of the story's day, in UTC; `+1 07:30` of the next."""
    days, _, time = written.rpartition(" ")
    hours, minutes = time.split(":")
    return DAY + timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes))


@dataclass
class Ear:
    """A channel of the story; in a `mood` it raises that instead of listening."""

    name: str
    heard: list[tuple[str, Message]]
    mood: Outside | None = None
    can_edit: bool = True
    can_find: bool = True

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        if self.mood is not None:
            raise self.mood
        self.heard.append((self.name, message))
        return receipt or Receipt(message.key)

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:  # noqa: ARG002  # the contract's
        return None

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True)
class Story:
    """What happens. `posts` come in once they are seen, except in the dark; `deeds` are what people and fate do.

    In the `dark` nothing is read, or nothing of the source that is `away` then. A post comes from the source whose name it
    bears, else from the first one.
    """

    title: str
    plan: Plan
    begins: str
    ends: str
    posts: Sequence[Post]
    deeds: Sequence[tuple[str, Deed]] = ()
    dark: tuple[str, str] | None = None
    away: SourceName | None = None


@dataclass
class Evening:
    """A story as it goes on, minute by minute."""

    story: Story
    lines: list[str] = field(default_factory=list)
    heard: list[tuple[str, Message]] = field(default_factory=list)
    now: datetime = DAY

    def __post_init__(self) -> None:
        plan, self.now = self.story.plan, clock(self.story.begins)
        self.store = open_store("sqlite:///:memory:", Path())
        self.ears = {name: Ear(name, self.heard) for name in plan.config.channels}
        self.flow = plan.flow(self.store, Outbox(self.store, self.ears), self.now)
        self.feeds = [SourceName(name) for name in plan.config.sources]
        for feed in self.feeds:
            self.flow.take_in(feed, Page((), covered=Span(self.now - timedelta(weeks=4), self.now)), self.now)
        self.flow.look(self.now)

    def transcript(self) -> str:
        """Play it, and say what came of it."""
        asyncio.run(self._play())
        if not self.lines:
            self.lines += ["Nothing was raised, nobody was told.", *self._why_not()]
        self.store.close()
        return "\n".join([self.story.title, "=" * len(self.story.title), "", *self.lines, ""])

    async def _play(self) -> None:
        waiting = sorted(self.story.posts, key=lambda post: post.seen_at)
        deeds = sorted(((clock(at), deed) for at, deed in self.story.deeds), key=lambda one: one[0])
        read_until, end = dict.fromkeys(self.feeds, self.now), clock(self.story.ends)
        while self.now < end:
            self.now += MINUTE
            for feed in self.feeds:
                if self._is_dark(feed):
                    continue
                come = tuple(
                    post for post in waiting if post.seen_at <= self.now and self._brings(feed, post)
                )
                waiting = [post for post in waiting if post not in come]
                self.flow.take_in(feed, Page(come, covered=Span(read_until[feed], self.now)), self.now)
                read_until[feed] = self.now
            self._note(self.flow.look(self.now))
            await self._tell()
            while deeds and deeds[0][0] <= self.now:
                deeds.pop(0)[1](self, self.now)
                await self._tell()

    def _is_dark(self, feed: SourceName) -> bool:
        dark, away = self.story.dark, self.story.away
        return dark is not None and away in {None, feed} and clock(dark[0]) < self.now < clock(dark[1])

    def _brings(self, feed: SourceName, post: Post) -> bool:
        return post.source == feed or (feed == self.feeds[0] and post.source not in self.feeds)

    async def _tell(self) -> None:
        done = await self.flow.tell(self.now)
        heard = sorted(
            self.heard, key=lambda one: list(self.ears).index(one[0])
        )  # channels do not wait for each other
        self.heard.clear()
        for channel, message in heard:
            self._hear(channel, message)
        for sent in done:
            if sent.outcome != "sent" and sent.says != sent.delivery.error:
                self._say(f"{sent.delivery.channel} {sent.outcome}: {sent.says}")

    # ── the transcript ──────────────────────────────────────────────────────────────────────────────────

    def _say(self, text: str) -> None:
        self.lines.append(f"{self.now:%a %H:%M}  {text}")

    def remark(self, text: str) -> None:
        """What people and fate do."""
        self._say(f"— {text} —")

    def _note(self, looked: Looked) -> None:
        for lost in looked.blinded:
            self._say(f"ops ← the rule '{lost.rule}' is blind: {lost.says}")
        for found in looked.sighted:
            self._say(f"ops ← the rule '{found.rule}' sees again")
        for act in looked.acts:
            self._say(_act(act, self.now))
        for held in looked.held:
            if held.reason is Reason.HELD:
                self._say(_held(held))

    def _hear(self, channel: str, message: Message) -> None:
        how = message.kind.value if message.loud else f"quiet {message.kind.value}"
        self._say(f"{channel} ← {how}: {message.headline}")
        self.lines += [f"{' ' * 13}{line}" for line in message.lines[:FIRST_LINES]]
        if message.loud:
            self.lines += [f"{' ' * 13}{label}: {value}" for label, value in message.facts]
            self.lines.append(f"{' ' * 13}({message.why_told})")

    def _why_not(self) -> Iterator[str]:
        for rule in self.story.plan.book.rules:
            for signal in self.flow.signals(rule.id, clock(self.story.ends)):
                no = [verdict.says for verdict in signal.verdicts if not verdict.holds]
                yield f"{rule.rule}: {'; '.join(no) or 'it holds now'}"


def _act(act: Act, now: datetime) -> str:
    back = f" at {act.at:%H:%M}" if now - act.at >= MINUTE else ""
    return f"incident {act.kind.value}{back}{f': {act.text}' if act.text else ''}"


def _held(held: Held) -> str:
    until = f" until {held.until:%a %H:%M}" if held.until else ""
    return f"{held.channel} is not told{until}: {held.reason.value}"


# ── what people and fate do ─────────────────────────────────────────────────────────────────────────────────


def takes_it_on(who: str) -> Deed:
    """A person acknowledges what is going on."""

    def deed(evening: Evening, at: datetime) -> None:
        evening.remark(f"{who} takes it on")
        for one in evening.store.incidents(live=True):
            act_on(
                evening.store,
                evening.story.plan.book,
                evening.ears,
                one.id,
                lambda it: acknowledge(it, who, at),
                at,
            )

    return deed


def mood(channel: str, trouble: Outside | None, words: str) -> Deed:
    """A channel stops working, or works again."""

    def deed(evening: Evening, _: datetime) -> None:
        evening.remark(words)
        evening.ears[channel].mood = trouble

    return deed


def says(  # noqa: PLR0917  # a line of a story
    at: str, text: str, author: str = "", source: str = "x", seen: str = "", stars: float | None = None
) -> Post:
    """One post; unless said otherwise by somebody of its own, and seen at once."""
    published = clock(at)
    who = author or f"guest of {at}"
    return Post(
        source=source,
        id=f"{at} {who} {text}",
        text=text,
        published_at=published,
        seen_at=clock(seen) if seen else published,
        author=Author(id=who, name=f"@{who}"),
        stars=stars,
    )


def crowd(begin: str, gaps: Sequence[int], *texts: str) -> list[Post]:
    """Somebody else says something after each gap of so many minutes; the texts go round."""
    at, posts = clock(begin), []
    for number, gap in enumerate(gaps):
        at += gap * MINUTE
        written = f"{(at - DAY).days} {at:%H:%M}"
        posts.append(says(written, texts[number % len(texts)], author=f"{begin} {number}"))
    return posts

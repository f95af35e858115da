"""A post, as somebody published it, and the page of posts that a source hands over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec resolves the annotations at run time
from hashlib import blake2b
from typing import NewType

SourceName = NewType("SourceName", str)
"""The name a source bears in `sentinel.yaml`."""

Cursor = NewType("Cursor", str)
"""Where a source stands, in its own words (usually small JSON); opaque to everybody else, saved by the store alone."""


FEW_FOLLOWERS = 10
"""An account with fewer has hardly been used: thousands of them cost next to nothing."""

_LINK = re.compile(r"https?://\S+")
"""The same words with another link are the same words: some sites shorten each anew."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it. All fields may be unknown."""

    id: str | None = None
    name: str | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Engagement:
    """Counters at the moment of a look; None is unknown, never zero."""

    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post or review. `(source, id)` is its identity; a later one with the same identity is a newer look at it.

    `source` is the site it came from as rules name it: a connector writes its own name, a recording its lines' word.
    `published_at` is the minute it counts at; `seen_at` when a poller first had it.
    """

    source: str
    id: str
    text: str
    published_at: datetime
    seen_at: datetime
    url: str | None = None
    lang: str | None = None
    author: Author = Author()
    stars: float | None = None
    engagement: Engagement = Engagement()
    thread: str | None = None
    repost_of: str | None = None
    deleted: bool = False

    @property
    def voice(self) -> str:
        """Who counts as one author: its id or name at that site; of nobody in particular, the words."""
        who = self.author.id or self.author.name
        return f"{self.source}:{who}" if who else self.said or f"{self.source}:post {self.id}"

    @property
    def said(self) -> str | None:
        """Its words in one spelling, as a mark, where whoever says the same may be one hand; None where each counts.

        May be one hand: nobody in particular, or an account that almost nobody follows. Who passes a post on (a share)
        says the same by nature. Without words (a review that is only stars) nothing is the same as anything.
        """
        if self.repost_of is not None or not self._faceless():
            return None
        words = " ".join(_LINK.sub(" ", self.text).casefold().split()) or self.text.strip()
        return (
            f"says {blake2b(words.encode(errors='replace'), digest_size=12).hexdigest()}" if words else None
        )

    def _faceless(self) -> bool:
        followers = self.author.followers
        nobody = not (self.author.id or self.author.name)
        return nobody or (followers is not None and followers < FEW_FOLLOWERS)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time [start, end), both aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that could not be read: where it stood (a line, an index, an id) and why. Never the item's text."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a source hands over at once; the store keeps it whole or not at all.

    `cursor` None means: keep these, but do not move the mark yet. `covered` is the span of published time that is
    wholly read once this page is kept, None when nothing can be claimed yet.
    """

    posts: tuple[Post, ...]
    cursor: Cursor | None = None
    covered: Span | None = None
    skipped: tuple[Skipped, ...] = ()

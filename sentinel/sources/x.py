"""X (formerly Twitter): recent search through tweepy, paid per post read.

Access, prices, limits and what an empty answer means stand in docs/sources/x.md. How nothing is lost when X throttles
in the middle of a drain stands in `x_mark`; this room only asks, in order, and hands the pages over.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import structlog
from pydantic import Field, field_validator

from sentinel.errors import Outside, Refused, SentinelError, Unreachable
from sentinel.model.phrase import Duration, Quantity
from sentinel.model.post import Page
from sentinel.model.secret import SecretRef
from sentinel.sources.contract import SourceKind, SourceOptions
from sentinel.sources.x_answer import Answer, read_counts, read_page
from sentinel.sources.x_client import XClient
from sentinel.sources.x_mark import Mark, advanced, encoded, standing, without
from sentinel.sources.x_query import LONGEST, key, queries
from sentinel.sources.x_refusal import Outworn

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from sentinel.model.post import Cursor, SourceName, Span
    from sentinel.sources.contract import Surroundings

log = structlog.get_logger()

_PAGE_MOST, _PAGE_LEAST = 100, 10  # what X takes as max_results
_KNOWN = timedelta(days=7)  # what recent search searches
_NEVER = datetime.min.replace(tzinfo=UTC)


class XOptions(SourceOptions):
    """`kind: x` in `sentinel.yaml`."""

    token: SecretRef = Field(description="The app's bearer token.")
    query: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST,
        description="A search in X's own words, used as it is; left out: all brands' terms.",
    )
    languages: tuple[str, ...] = Field((), description="Only posts X takes to be in these, e.g. [es, en].")
    reposts: bool = Field(default=True, description="Reposts too (each is paid for); false adds -is:retweet.")
    authors: bool = Field(
        default=True, description="Ask for names and followers (X may bill each as a user read)."
    )
    max_posts_per_poll: Quantity = Field(
        500, ge=_PAGE_LEAST, description="The budget of one poll: '500 posts'."
    )
    lookback: Duration = Field(
        timedelta(hours=1), description="How far the first poll looks back; 7 days at most."
    )
    total_timeout: Duration = Field(
        timedelta(seconds=30), description="How long one request may take as a whole."
    )
    base_url: str = Field(
        "https://api.x.com", description="Where X's API is; a stand-in's address for trials."
    )

    @field_validator("lookback")
    @classmethod
    def _within_reach(cls, lookback: timedelta) -> timedelta:
        if lookback > _KNOWN:
            msg = "X's recent search knows 7 days at most"
            raise ValueError(msg)
        return lookback

    @field_validator("languages")
    @classmethod
    def _are_codes(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        for code in languages:
            if not (code.isascii() and code.replace("-", "").isalpha() and len(code) <= len("zh-TW")):
                msg = f"'{code}' is not a language code like 'es'"
                raise ValueError(msg)
        return languages

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        plain = not (parts.query or parts.fragment or parts.username or parts.password)
        numbered = parts.port is None or parts.port > 0  # reading it raises for a port that is none
        if parts.scheme not in {"http", "https"} or not (parts.hostname and plain and numbered):
            msg = "write it like 'https://api.x.com'"
            raise ValueError(msg)
        return url


@dataclass(slots=True)
class Purse:
    """What one poll may still spend. Requests are bounded too, so that it ends even if X sends empty pages for ever."""

    posts: int
    requests: int = 450  # what X allows an app in its window of 15 minutes

    def page(self) -> int:
        """How many posts a drain may ask for at a time; 0 when it should not begin."""
        return min(_PAGE_MOST, self.posts) if self.posts >= _PAGE_LEAST else 0

    def allows(self, size: int) -> bool:
        """Whether one more page of this size may be asked for."""
        return 0 < size <= self.posts and self.requests > 0

    def pay(self, posts: int) -> None:
        """Take a request off, and the posts it brought."""
        self.posts -= posts
        self.requests -= 1


@dataclass(slots=True)
class Way:
    """The requests of one drain: the same bounds and size throughout, as X wants it, and its tokens from page to page."""

    bounds: dict[str, Any]
    size: int
    token: str | None = None
    walked: set[str] = field(default_factory=set)

    def parameters(self) -> dict[str, Any]:
        """What the next request is bounded by."""
        return {**self.bounds, "next_token": self.token} if self.token else self.bounds

    def follow(self, token: str | None) -> None:
        """Go on to the next page. `Unreachable` when X leads round in a circle."""
        if token in self.walked:
            raise Unreachable("X's pages go round in a circle")
        self.token = token
        self.walked |= {token} if token else set()


class XSource:
    """Recent search for a set of queries, each with its own mark in the one cursor."""

    def __init__(self, name: SourceName, options: XOptions, surroundings: Surroundings) -> None:
        self._name = name
        self._options = options
        self._surroundings = surroundings
        self._client: XClient | None = None
        self._short = False

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        return self._name

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """Everything new since `since`; the queries that waited longest come first.

        Every page's cursor describes exactly what is left to read, so it may be abandoned anywhere. Ends early,
        claiming no coverage for what it left, when the budget of a poll is spent.
        """
        asked = {key(query): query for query in self._queries()}
        now = standing(since, tuple(asked), at, self._options.lookback)
        purse = Purse(self._options.max_posts_per_poll)
        try:
            for name in sorted(asked, key=lambda each: now.marks[each].asked or _NEVER):
                async with aclosing(self._read(asked[name], now.marks[name], at, purse)) as pages:
                    async for mark, answer in pages:
                        before = now.claimed
                        now, covered = replace(now, marks={**now.marks, name: mark}).claim()
                        self._tell_gap(before, covered)
                        yield Page(answer.posts, encoded(now), covered, answer.skipped)
        except Refused:
            await self.close()  # a person will act, perhaps with a new token: read it again then
            raise
        self._tell_budget(short=any(mark.drain or mark.asked != at for mark in now.marks.values()))

    async def counts(
        self, query: str, at: datetime, granularity: Literal["minute", "hour", "day"] = "hour"
    ) -> list[tuple[datetime, datetime, int]]:
        """How many posts matched `query` over the last seven days: (start, end, posts), oldest first.

        Billed per request, not per post. The first and the last span are usually cut short. Errors as in `pages`.
        """
        return read_counts(await self._opened().counts(query, granularity, at))

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _read(
        self, query: str, mark: Mark, at: datetime, purse: Purse
    ) -> AsyncGenerator[tuple[Mark, Answer]]:
        """One query page by page: first the gap that an earlier poll left, then what is new."""
        gap = mark.drain is not None
        way = Way(mark.ask(), purse.page())
        while purse.allows(way.size):
            try:
                answer = await self._page(query, way, at)
            except Outworn as worn:
                purse.pay(0)
                mark = without(mark, worn.bound)
                gap, way = mark.drain is not None, Way(mark.ask(), purse.page())
                continue
            purse.pay(answer.size)
            mark = advanced(mark, answer.seen, at, more=answer.next_token is not None)
            yield mark, answer
            if mark.drain is not None:
                way.follow(answer.next_token)
            elif gap:
                gap, way = False, Way(mark.ask(), purse.page())
            else:
                return

    async def _page(self, query: str, way: Way, at: datetime) -> Answer:
        authors = self._options.authors
        answered = await self._opened().search(query, way.parameters(), at, size=way.size, authors=authors)
        return read_page(answered, at)

    def _queries(self) -> tuple[str, ...]:
        options = self._options
        if options.query is not None:
            return (options.query,)
        return queries(self._surroundings.terms, options.languages, reposts=options.reposts)

    def _opened(self) -> XClient:
        if self._client is None:
            options = self._options
            if not (options.allow_private or options.base_url.startswith("https://")):
                raise Refused(
                    "the token leaves only over https: correct base_url, or say allow_private: true"
                )
            self._client = XClient(
                options.base_url, self._token(), options.total_timeout, allow_private=options.allow_private
            )
        return self._client

    def _token(self) -> str:
        try:
            token = self._surroundings.reveal(self._options.token).strip()
        except Outside:
            raise
        except (SentinelError, OSError, LookupError, ValueError):
            raise Refused("the token of X cannot be read: see where 'token' points") from None
        if not (token and token.isascii() and token.isprintable() and " " not in token):
            raise Refused("what 'token' points to is not a bearer token of X")
        return token

    def _tell_gap(self, claimed: datetime | None, covered: Span | None) -> None:
        if claimed and covered and covered.start > claimed:
            log.warning(
                "gap_lost", source=self._name, start=claimed.isoformat(), end=covered.start.isoformat()
            )

    def _tell_budget(self, *, short: bool) -> None:
        if short != self._short:
            event = "budget_exceeded" if short else "budget_sufficed"
            log.info(event, source=self._name, posts=self._options.max_posts_per_poll)
        self._short = short


def _build(name: SourceName, options: SourceOptions, surroundings: Surroundings) -> XSource:
    if not isinstance(options, XOptions):
        msg = "the registry hands a kind its own options"
        raise TypeError(msg)
    return XSource(name, options, surroundings)


KIND = SourceKind(
    XOptions, _build, "X: posts that name a brand, found by recent search (paid per post)", gives_stars=False
)

"""Hacker News, stories and comments, through the search of Algolia (open, no key).

Read by windows of time, oldest first. One question brings at most 1,000 hits, so a window that holds more is halved.
Items are indexed some time after they are written: the last minutes are read again at every poll, and the newest
minute is never claimed as read. Up to 20 terms are asked for one by one; with more it is cheaper to read everything
(some 15 items a minute) and let the matching choose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import msgspec
from pydantic import Field

from sentinel.errors import Unreachable
from sentinel.model.phrase import Duration
from sentinel.model.post import Author, Engagement, Page, Post, Skipped, SourceName, Span
from sentinel.sources import clean
from sentinel.sources.contract import SourceKind, SourceOptions, Surroundings
from sentinel.sources.mark import read_mark, write_mark
from sentinel.sources.plain import plain
from sentinel.sources.web import WebOptions, fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sentinel.model.post import Cursor
    from sentinel.net.fetch import Fetcher

_HITS = 1_000
_MOST_TERMS = 20
_WINDOW = timedelta(hours=6)
"""What is read before the mark moves; a long absence is caught up window by window."""

_QUESTIONS = 200
"""Questions a poll; the rest of a long absence is left to the next one. Algolia allows 10,000 an hour."""

_OVERLAP = timedelta(minutes=5)
_INDEXING = timedelta(minutes=1)
_ITEM = "https://news.ycombinator.com/item?id="


class HackerNewsOptions(WebOptions):
    """Stories and comments of Hacker News."""

    url: str = Field(
        "https://hn.algolia.com/api/v1", description="The search service; another one only for a stand-in."
    )
    terms: tuple[str, ...] = Field((), description="What to search for; without it, all brands' terms.")
    look_back: Duration = Field(timedelta(days=1), description="How far the first poll reaches back.")


class _Mark(msgspec.Struct, frozen=True):
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """One request: what, when, which page of the answer."""

    query: str
    span: Span
    page: int = 0


@dataclass(frozen=True, slots=True)
class _Hits:
    """One answer: items, how many there are in all, and how many pages they fill."""

    items: list[Any]
    total: int
    pages: int


@dataclass(slots=True)
class _Budget:
    """Questions left in this poll, and whether the window in hand was read to its end."""

    left: int = _QUESTIONS
    whole: bool = True


class HackerNews:
    """Follows some words, or everything."""

    def __init__(
        self, name: SourceName, options: HackerNewsOptions, client: Fetcher, terms: tuple[str, ...]
    ) -> None:
        self._name = name
        self._url = options.url.rstrip("/") + "/search_by_date"
        self._look_back = options.look_back
        self._client = client
        self._queries = tuple(f'"{_word(term)}"' for term in terms) if len(terms) <= _MOST_TERMS else ()

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        return self._name

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """Window by window; the mark moves, and the window is claimed, with its last page."""
        until = read_mark(since, _Mark).until
        start = min(until, at) - _OVERLAP if until else at - self._look_back
        budget, first = _Budget(), True
        while start < at and budget.left > 0:
            window = Span(start, min(start + _WINDOW, at))
            async for page in self._window(window, at, budget):
                yield page
            if budget.whole or first:
                yield _end_of(window, at, whole=budget.whole)
            start, first = window.end, False

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.close()

    async def _window(self, window: Span, at: datetime, budget: _Budget) -> AsyncIterator[Page]:
        """Everything in a window, in halves where it holds more than one question may bring."""
        todo = [_Question(query, window) for query in self._queries or ("",)]
        while todo and budget.left > 0:
            question = todo.pop()
            budget.left -= 1
            hits = await self._ask(question, at)
            if hits.total > _HITS and (halves := _halves(question.span)):
                todo += [_Question(question.query, half) for half in reversed(halves)]
                continue
            if hits.items and question.page + 1 < hits.pages:
                todo.append(replace(question, page=question.page + 1))
            yield self._read(hits.items, at)
        budget.whole = not todo

    async def _ask(self, question: _Question, at: datetime) -> _Hits:
        from sentinel.net.answer import json_of, shown  # noqa: PLC0415  # heavy: only when something is asked

        first, end = int(question.span.start.timestamp()), int(question.span.end.timestamp())
        params = {
            "query": question.query,
            "tags": "(story,comment)",
            "numericFilters": f"created_at_i>={first},created_at_i<{end}",
            "hitsPerPage": str(_HITS),
            "page": str(question.page),
            "advancedSyntax": "true",
            "typoTolerance": "false",
        }
        answer = await self._client.get(self._url, at=at, params=params)
        data = json_of(answer)
        hits = data.get("hits") if isinstance(data, dict) else None
        if not isinstance(hits, list):
            raise Unreachable(f"{shown(answer.url)} answered without a list of hits")
        return _Hits(hits, clean.count(data.get("nbHits")) or 0, clean.count(data.get("nbPages")) or 1)

    def _read(self, hits: list[Any], at: datetime) -> Page:
        read = [(number, _post(hit, self._name, at)) for number, hit in enumerate(hits, start=1)]
        skipped = (
            Skipped(f"hit {number}", "it has no id or no date") for number, post in read if post is None
        )
        return Page(tuple(post for _, post in read if post is not None), None, None, tuple(skipped))


def _end_of(window: Span, at: datetime, *, whole: bool) -> Page:
    """The mark moves past the window; past one that no poll could read to its end, too, but that is not claimed."""
    cursor = write_mark(_Mark(window.end))
    if not whole:
        return Page((), cursor, None, (Skipped("the window", "it holds more than one poll may read"),))
    claimed = min(window.end, at - _INDEXING)
    return Page((), cursor, Span(window.start, claimed) if window.start < claimed else None)


def _word(term: str) -> str:
    return term.replace('"', " ").strip()


def _halves(span: Span) -> tuple[Span, ...]:
    """The earlier and the later half, cut at a whole second; none when there is no second between."""
    middle = datetime.fromtimestamp((int(span.start.timestamp()) + int(span.end.timestamp())) // 2, UTC)
    return (Span(span.start, middle), Span(middle, span.end)) if span.start < middle < span.end else ()


def _post(hit: Any, source: str, at: datetime) -> Post | None:
    if not isinstance(hit, dict):
        return None
    item, published = clean.identity(hit.get("objectID")), clean.epoch(hit.get("created_at_i"))
    if item is None or published is None:
        return None
    author = clean.name(hit.get("author"))
    return Post(
        source=source,
        id=item,
        text=_text(hit),
        published_at=min(published, at),
        seen_at=at,
        url=clean.link(_ITEM + item),
        author=Author(id=author, name=author),
        engagement=Engagement(
            likes=clean.count(hit.get("points")), replies=clean.count(hit.get("num_comments"))
        ),
        thread=clean.identity(hit.get("story_id")),
    )


def _text(hit: dict[str, Any]) -> str:
    """A story's title and words, or a comment's words (its story's title is not what the commenter said)."""
    parts = (hit.get(key) for key in ("title", "story_text", "comment_text"))
    return clean.text("\n".join(plain(part) for part in parts if isinstance(part, str) and part))


def _build(name: SourceName, options: SourceOptions, around: Surroundings) -> HackerNews:
    own = cast("HackerNewsOptions", options)
    return HackerNews(name, own, fetcher(own), own.terms or around.terms)


KIND = SourceKind(HackerNewsOptions, _build, "Stories and comments of Hacker News.", gives_stars=False)

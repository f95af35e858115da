"""RSS and Atom, asked politely: a feed that has not changed costs one small answer (ETag, Last-Modified).

A feed is a window on its newest entries. Polls that overlap leave no gap; when the oldest entry is younger than the
last poll, something may have dropped out between, and the time before that entry is not claimed as read.
An entry without a date counts at the poll that first saw it; a date in the future counts as now.
"""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

import msgspec
from pydantic import Field

from sentinel.errors import Unreachable
from sentinel.model.post import Author, Page, Post, Skipped, SourceName, Span
from sentinel.sources import clean
from sentinel.sources.contract import SourceKind, SourceOptions, Surroundings
from sentinel.sources.feedread import MOST_BYTES, Feed, FeedReader
from sentinel.sources.mark import read_mark, write_mark
from sentinel.sources.plain import plain
from sentinel.sources.web import WebOptions, fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sentinel.model.post import Cursor
    from sentinel.net.answer import Answer
    from sentinel.net.fetch import Fetcher

_MOST_ENTRIES = 1_000
"""Entries of one document that are read, and prints of entries that are remembered."""

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
_LONGEST_VALIDATOR = 300


class FeedOptions(WebOptions):
    """An RSS or Atom feed."""

    url: str = Field(description="Where the feed is.")


class _Mark(msgspec.Struct, frozen=True):
    """`until`: the last poll that succeeded; `seen`: prints of entries already delivered, newest first."""

    url: str = ""
    etag: str = ""
    modified: str = ""
    until: datetime | None = None
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry read: the post, the print it is known by, and whether it bore a date."""

    post: Post
    seal: str
    dated: bool


class FeedSource:
    """Follows one feed."""

    def __init__(self, name: SourceName, options: FeedOptions, client: Fetcher) -> None:
        self._name = name
        self._url = options.url
        self._client = client
        self._reader = FeedReader()

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        return self._name

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """One page: the entries not delivered before, or changed since."""
        mark = read_mark(since, _Mark)
        if mark.url != _print(self._url):
            mark = _Mark(url=_print(self._url))
        answer = await self._client.get(self._url, at=at, headers=_conditions(mark))
        if answer.status == 304:  # noqa: PLR2004  # HTTP's own number
            yield _unchanged(mark, at)
        else:
            yield await self._read(answer, mark, at)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.close()

    async def _read(self, answer: Answer, mark: _Mark, at: datetime) -> Page:
        try:
            feed = await self._reader.read(answer.body, answer.headers.get("content-type", ""))
        except Unreachable as error:
            raise Unreachable(f"{self._name}: {error}") from error
        entries, skipped = self._entries(feed, answer.url, at)
        known = set(mark.seen)
        return Page(
            posts=tuple(entry.post for entry in entries if entry.seal not in known),
            cursor=write_mark(_moved(mark, entries, answer, at)),
            covered=_claim(mark, entries, at),
            skipped=skipped,
        )

    def _entries(self, feed: Feed, url: str, at: datetime) -> tuple[list[_Entry], tuple[Skipped, ...]]:
        entries: list[_Entry] = []
        skipped: list[Skipped] = []
        language = clean.language(feed.about.get("language"))
        for number, raw in enumerate(feed.entries[:_MOST_ENTRIES], start=1):
            entry = _entry(raw, self._name, url, language, at)
            if entry is None:
                skipped.append(Skipped(f"entry {number}", "it has neither a text nor an identity"))
            else:
                entries.append(entry)
        if len(feed.entries) > _MOST_ENTRIES:
            skipped.append(
                Skipped(f"entries after {_MOST_ENTRIES}", "the feed is longer than is read at once")
            )
        return entries, tuple(skipped)


def _entry(
    raw: Mapping[str, Any], source: str, base: str, language: str | None, at: datetime
) -> _Entry | None:
    """One entry as a post. Its print changes with its words and its own date, not with the moment it is read."""
    text = "\n".join(part for part in (plain(_text(raw, "title")), _body(raw)) if part)
    link = clean.link(_join(base, _text(raw, "link")))
    key = _text(raw, "id") or link or text
    if not text or not key:
        return None
    published = _published(raw)
    post = Post(
        source=source,
        id=clean.identity(key) or _print(key),
        text=clean.text(text),
        published_at=min(published or at, at),
        seen_at=at,
        url=link,
        lang=clean.language(raw.get("language")) or language,
        author=Author(name=clean.name(plain(_text(raw, "author")))),
        stars=clean.stars(raw.get("im_rating")),
    )
    # an undated one is known by its identity alone: delivered again it would move to a later minute
    words = f"{post.text}\0{published.isoformat()}" if published else ""
    return _Entry(post, _print(f"{post.id}\0{words}"), dated=published is not None)


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _body(raw: Mapping[str, Any]) -> str:
    """The summary, or else the first content."""
    contents = raw.get("content") or [{}]
    summary = plain(_text(raw, "summary"))
    return summary or plain(_text(contents[0], "value"))


def _join(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""


def _published(raw: Mapping[str, Any]) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = raw.get(key)
        if parsed is None:
            continue
        try:
            return clean.within(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
        except (ValueError, OverflowError, OSError, TypeError):
            continue
    return None


def _print(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _conditions(mark: _Mark) -> dict[str, str]:
    asked = {"accept": _ACCEPT, "if-none-match": mark.etag, "if-modified-since": mark.modified}
    return {name: value for name, value in asked.items() if value}


def _validator(answer: Answer, name: str) -> str:
    """A header to be sent back word for word; a strange one is better forgotten."""
    value = answer.headers.get(name, "")
    return value if len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else ""


def _unchanged(mark: _Mark, at: datetime) -> Page:
    covered = Span(mark.until, at) if mark.until and mark.until < at else None
    return Page((), write_mark(msgspec.structs.replace(mark, until=at)), covered)


def _moved(mark: _Mark, entries: list[_Entry], answer: Answer, at: datetime) -> _Mark:
    seals = dict.fromkeys([*(entry.seal for entry in entries), *mark.seen])
    return _Mark(
        url=mark.url,
        etag=_validator(answer, "etag"),
        modified=_validator(answer, "last-modified"),
        until=at,
        seen=tuple(seals)[:_MOST_ENTRIES],
    )


def _claim(mark: _Mark, entries: list[_Entry], at: datetime) -> Span | None:
    """From the last poll if this one reaches back to it, else from the oldest dated entry; nothing for an empty feed."""
    if not entries:
        return None
    oldest = min((entry.post.published_at for entry in entries if entry.dated), default=None)
    overlaps = any(entry.seal in set(mark.seen) for entry in entries) if oldest is None else False
    if mark.until and (overlaps or (oldest and oldest <= mark.until)):
        start = mark.until
    elif oldest is None:
        return None
    else:
        start = oldest
    return Span(start, at) if start < at else None


def _build(name: SourceName, options: SourceOptions, _: Surroundings) -> FeedSource:
    own = cast("FeedOptions", options)
    return FeedSource(name, own, fetcher(own, MOST_BYTES))


KIND = SourceKind(FeedOptions, _build, "An RSS or Atom feed.")

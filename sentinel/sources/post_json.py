"""A post as one JSON line: the shape that recordings, webhooks, replay and backtest share.

Two ways to the same answer. The fast one lets msgspec check the types while it decodes; what it will not take goes the
tolerant way, value by value, which either mends the odd ones (`followers: -1` is unknown) or says why not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from sentinel.model.post import Author, Engagement, Post, Skipped
from sentinel.sources import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_LINE = 1024 * 1024
"""Bytes; a longer line is skipped unread."""

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_NOBODY = Author()
_UNCOUNTED = Engagement()


class _Line(msgspec.Struct, gc=False):
    source: str
    id: str
    text: str
    published_at: _Moment
    seen_at: _Moment | None = None
    url: str | None = None
    lang: str | None = None
    author: Author | None = None
    stars: float | None = None
    engagement: Engagement | None = None
    thread: str | None = None
    repost_of: str | None = None
    deleted: bool = False


class _Unfit(Exception):
    """Why an item is no post."""


_decode = msgspec.json.Decoder(_Line).decode


def read_line(raw: bytes, number: int) -> Post | Skipped:
    """One line → a post, or where it stands (`line 12`) and why it is none. Never raises.

    Times must carry a zone and lie between 1990 and 2100. A whole number as an id is its decimal text. `seen_at` is
    `published_at` when missing or earlier than that. A text is cut at 40,000 characters. Unknown fields are ignored.
    """
    if len(raw) > LONGEST_LINE:
        return Skipped(f"line {number}", "it is longer than 1 MiB")
    try:
        return _checked(_decode(raw))
    except (_Unfit, msgspec.DecodeError, UnicodeError, RecursionError):
        return _tolerant(raw, number)


def read_item(item: Any, where: str) -> Post | Skipped:
    """The same for a value that was decoded already; `where` names it in `Skipped`."""
    if not isinstance(item, dict):
        return Skipped(where, "it is not an object")
    try:
        return _mended(item)
    except _Unfit as unfit:
        return Skipped(where, str(unfit))


def _tolerant(raw: bytes, number: int) -> Post | Skipped:
    from sentinel.net.answer import loads  # noqa: PLC0415  # only odd lines come here

    try:
        item = loads(raw.decode("utf-8", "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return Skipped(f"line {number}", "it is not JSON")
    return read_item(item, f"line {number}")


def _checked(line: _Line) -> Post:
    """The fast way: types are right, so only ranges are looked at; anything odd is left to the tolerant way."""
    published = _utc(line.published_at)
    seen = _utc(line.seen_at) if line.seen_at else published
    author, engagement = line.author, line.engagement
    if not (line.source and line.id and _tidy(line.source) and _tidy(line.id)):
        raise _Unfit
    if not (_tidy(line.thread) and _tidy(line.repost_of)):
        raise _Unfit
    if (author and _odd_author(author)) or (engagement and _odd_counts(engagement)):
        raise _Unfit
    if line.stars is not None and not 0 <= line.stars <= 5:  # noqa: PLR2004  # there are five stars
        raise _Unfit
    return Post(
        source=line.source,
        id=line.id,
        text=clean.text(line.text),
        published_at=published,
        seen_at=max(seen, published),
        url=clean.link(line.url),
        lang=clean.language(line.lang) if line.lang else None,
        author=author or _NOBODY,
        stars=line.stars,
        engagement=engagement or _UNCOUNTED,
        thread=line.thread,
        repost_of=line.repost_of,
        deleted=line.deleted,
    )


def _utc(moment: datetime) -> datetime:
    utc = moment if moment.tzinfo is UTC else clean.within(moment)
    if utc is None or not clean.EARLIEST <= utc < clean.LATEST:
        raise _Unfit
    return utc


def _tidy(value: str | None) -> bool:
    """Whether the tolerant way would leave it as it is."""
    if value is None:
        return True
    if value.isalnum():
        return len(value) <= clean.LONGEST_NAME
    return 0 < len(value) <= clean.LONGEST_NAME and value.isprintable() and value == " ".join(value.split())


def _odd_author(author: Author) -> bool:
    if author.followers is not None and not 0 <= author.followers <= clean.MOST:
        return True
    return not (_tidy(author.id) and _tidy(author.name))


def _odd_counts(counts: Engagement) -> bool:
    for count in (counts.likes, counts.shares, counts.replies, counts.views):
        if count is not None and not 0 <= count <= clean.MOST:
            return True
    return False


def _mended(item: Mapping[str, Any]) -> Post:
    published = _moment(item, "published_at")
    seen = _moment(item, "seen_at") if item.get("seen_at") is not None else published
    return Post(
        source=_identity(item, "source"),
        id=_identity(item, "id"),
        text=_text(item),
        published_at=published,
        seen_at=max(seen, published),
        url=clean.link(item.get("url")),
        lang=clean.language(item.get("lang")),
        author=_author(item.get("author")),
        stars=clean.stars(item.get("stars")),
        engagement=_engagement(item.get("engagement")),
        thread=clean.identity(item.get("thread")),
        repost_of=clean.identity(item.get("repost_of")),
        deleted=item.get("deleted") is True,
    )


def _identity(item: Mapping[str, Any], key: str) -> str:
    if (value := clean.identity(item.get(key))) is None:
        raise _Unfit(f"{key} is {_state(item, key)}")
    return value


def _text(item: Mapping[str, Any]) -> str:
    value = item.get("text")
    if value is None and item.get("deleted") is True:
        return ""
    if not isinstance(value, str):
        raise _Unfit(f"text is {_state(item, 'text')}")
    return clean.text(value)


def _moment(item: Mapping[str, Any], key: str) -> datetime:
    if (value := clean.moment(item.get(key))) is None:
        mend = ": a time with a zone between 1990 and 2100 is needed, like 2026-11-22T12:00:00Z"
        raise _Unfit(f"{key} is {_state(item, key)}{mend}")
    return value


def _state(item: Mapping[str, Any], key: str) -> str:
    if key not in item:
        return "missing"
    return "null" if item[key] is None else "not usable"


def _author(value: Any) -> Author:
    if not isinstance(value, dict):
        return _NOBODY
    followers = clean.count(value.get("followers"))
    return Author(clean.identity(value.get("id")), clean.name(value.get("name")), followers)


def _engagement(value: Any) -> Engagement:
    if not isinstance(value, dict):
        return _UNCOUNTED
    return Engagement(*(clean.count(value.get(key)) for key in ("likes", "shares", "replies", "views")))

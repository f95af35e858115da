"""X's answers, as posts. Everything in them is hostile: each item is read by itself, and a bad one costs only itself.

The shape is that of `GET /2/tweets/search/recent` and `/2/tweets/counts/recent` in X's OpenAPI document.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sentinel.errors import Unreachable
from sentinel.model.post import Author, Engagement, Post, Skipped
from sentinel.sources import clean
from sentinel.sources.x_mark import Seen

if TYPE_CHECKING:
    from datetime import datetime

SITE = "x"
"""The site's name in `Post.source`."""

AHEAD = timedelta(minutes=15)
"""A poll may take a while and clocks differ; a post from further ahead has a wrong time."""

_ID = re.compile(r"[0-9]{1,19}")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LANG = re.compile(r"([a-z]{2})(-[A-Za-z0-9-]+)?")
_OLD_LANG = {"in": "id", "iw": "he"}  # X still writes the codes that ISO 639-1 replaced in 1989


@dataclass(frozen=True, slots=True)
class Answer:
    """One page. `seen` are all items whose id could be read, skipped ones too; `size` is what X bills."""

    posts: tuple[Post, ...]
    skipped: tuple[Skipped, ...]
    seen: tuple[Seen, ...]
    size: int
    next_token: str | None


class _Malformed(Exception):
    """An item that cannot be a post; `str()` says why, without a word of its text."""


def read_page(answered: object, at: datetime) -> Answer:
    """The page in this JSON. `Unreachable` when it is not what X sends."""
    whole = _whole(answered)
    items = _items(whole)
    users = _users(whole.get("includes"))
    posts: list[Post] = []
    skipped: list[Skipped] = []
    for index, item in enumerate(items):
        try:
            posts.append(_post(item, users, at))
        except _Malformed as why:
            skipped.append(Skipped(_where(item, index), str(why)))
    skipped += _problems(whole.get("errors"))
    return Answer(tuple(posts), tuple(skipped), _seen(items, at), len(items), _next_token(whole["meta"]))


def read_counts(answered: object) -> list[tuple[datetime, datetime, int]]:
    """(start, end, posts), aware UTC, in X's own order (oldest first). `Unreachable` when it is not what X sends."""
    return [_bucket(item) for item in _items(_whole(answered))]


def _bucket(item: object) -> tuple[datetime, datetime, int]:
    fields = item if isinstance(item, dict) else {}
    start, end = clean.moment(fields.get("start")), clean.moment(fields.get("end"))
    count = clean.count(fields.get("tweet_count"))
    if start is None or end is None or count is None:
        raise _nonsense()
    return start, end, count


def _nonsense() -> Unreachable:
    return Unreachable("X answered with JSON that is not its API's")


def _whole(answered: object) -> dict[str, Any]:
    if not isinstance(answered, dict) or not isinstance(answered.get("meta"), dict):
        raise _nonsense()
    return answered


def _items(whole: dict[str, Any]) -> list[Any]:
    """`data`; X leaves it out when nothing matched, and then says so in `meta`."""
    items = whole.get("data", [])
    if not isinstance(items, list) or ("data" not in whole and whole["meta"].get("result_count")):
        raise _nonsense()
    return items


def _next_token(meta: dict[str, Any]) -> str | None:
    token = meta.get("next_token")
    if token is not None and not isinstance(token, str):
        raise _nonsense()
    return token or None


def _users(includes: object) -> dict[str, dict[str, Any]]:
    users = includes.get("users") if isinstance(includes, dict) else None
    return {
        user["id"]: user
        for user in (users if isinstance(users, list) else ())
        if isinstance(user, dict) and isinstance(user.get("id"), str)
    }


def _seen(items: list[Any], at: datetime) -> tuple[Seen, ...]:
    return tuple(
        Seen(int(item["id"]), _published(item, at))
        for item in items
        if isinstance(item, dict) and _id(item.get("id"))
    )


def _published(item: dict[str, Any], at: datetime) -> datetime | None:
    try:
        return _timely(item, at)
    except _Malformed:
        return None


def _post(item: object, users: dict[str, dict[str, Any]], at: datetime) -> Post:
    if not isinstance(item, dict):
        raise _Malformed("not an object")
    if (post_id := _id(item.get("id"))) is None:
        raise _Malformed("no usable id")
    published_at = _timely(item, at)
    writer = _id(item.get("author_id"))
    author, handle = _author(writer, users.get(writer or ""))
    return Post(
        source=SITE,
        id=_first_edition(item) or post_id,
        text=_text(item),
        published_at=published_at,
        seen_at=max(at, published_at),
        url=f"https://x.com/{handle or 'i/web'}/status/{post_id}",
        lang=_lang(item.get("lang")),
        author=author,
        engagement=_engagement(item.get("public_metrics")),
        thread=_id(item.get("conversation_id")),
        repost_of=_reposted(item.get("referenced_tweets")),
    )


def _where(item: object, index: int) -> str:
    return (_id(item.get("id")) if isinstance(item, dict) else None) or f"data[{index}]"


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _first_edition(item: dict[str, Any]) -> str | None:
    """An edited post gets a new id; the first of its history is the one it was known by."""
    history = item.get("edit_history_tweet_ids")
    return _id(history[0]) if isinstance(history, list) and history else None


def _text(item: dict[str, Any]) -> str:
    """The words. Over 280 characters they stand in `note_tweet`; `&`, `<` and `>` come escaped."""
    note = item.get("note_tweet")
    longer = note.get("text") if isinstance(note, dict) else None
    text = longer if isinstance(longer, str) else item.get("text")
    if not isinstance(text, str):
        raise _Malformed("no text")
    return clean.text(html.unescape(text))


def _timely(item: dict[str, Any], at: datetime) -> datetime:
    published_at = clean.moment(item.get("created_at"))
    if published_at is None:
        raise _Malformed("no time with a zone")
    if published_at > at + AHEAD:
        raise _Malformed("published in the future")
    return published_at


def _author(writer: str | None, user: dict[str, Any] | None) -> tuple[Author, str | None]:
    handle = user.get("username") if user else None
    handle = handle if isinstance(handle, str) and _HANDLE.fullmatch(handle) else None
    followers = _count(user.get("public_metrics") if user else None, "followers_count")
    return Author(id=writer, name=f"@{handle}" if handle else None, followers=followers), handle


def _lang(value: object) -> str | None:
    """ISO 639-1; None for X's own codes that name no language (`und`, `zxx`, `qme`, `art` …)."""
    found = _LANG.fullmatch(value) if isinstance(value, str) else None
    return _OLD_LANG.get(found[1], found[1]) if found else None


def _engagement(metrics: object) -> Engagement:
    spread = [
        count for name in ("retweet_count", "quote_count") if (count := _count(metrics, name)) is not None
    ]
    return Engagement(
        likes=_count(metrics, "like_count"),
        shares=sum(spread) if spread else None,
        replies=_count(metrics, "reply_count"),
        views=_count(metrics, "impression_count"),
    )


def _count(counters: object, name: str) -> int | None:
    return clean.count(counters.get(name)) if isinstance(counters, dict) else None


def _reposted(references: object) -> str | None:
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, dict) and reference.get("type") == "retweeted":
            return _id(reference.get("id"))
    return None


def _problems(errors: object) -> list[Skipped]:
    """Parts that X could not give beside the data (a suspended author, say)."""
    parts = len(errors) if isinstance(errors, list) else 0
    return [Skipped("errors", f"X left {parts} part(s) of its answer out")] if parts else []

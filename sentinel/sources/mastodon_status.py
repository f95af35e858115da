"""A status as Mastodon's API tells it → a post; and the order of its ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sentinel.model.post import Author, Engagement, Post
from sentinel.sources import clean
from sentinel.sources.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

_SNOWFLAKE_FROM = 1 << 52
_SNOWFLAKE_SHIFT = 16
"""An id of Mastodon's own making is milliseconds since 1970 shifted by 16 bits; a smaller one is something else."""


def order(status_id: str) -> tuple[int, str]:
    """Ids in the order of their making: numbers by size (Mastodon), equally long words by letters (GoToSocial, Akkoma)."""
    return len(status_id), status_id


def earlier(status_id: str, by: timedelta) -> str:
    """The id a status would have had so long before; ids that are not made of time stay as they are."""
    if not (status_id.isascii() and status_id.isdigit()) or int(status_id) < _SNOWFLAKE_FROM:
        return status_id
    return str(max(0, int(status_id) - (int(by.total_seconds() * 1000) << _SNOWFLAKE_SHIFT)))


def post_of(status: Any, source: str, at: datetime) -> Post | None:
    """One status as a post; None when it has no id or no sensible date. A boost is its booster's post of the other's words."""
    if not isinstance(status, dict):
        return None
    status_id, published = clean.identity(status.get("id")), clean.moment(status.get("created_at"))
    if status_id is None or published is None:
        return None
    boosted = _object(status, "reblog")
    told = boosted or status
    return Post(
        source=source,
        id=status_id,
        text=_text(told),
        published_at=min(published, at),
        seen_at=at,
        url=clean.link(status.get("url")) or clean.link(told.get("url")) or clean.link(told.get("uri")),
        lang=clean.language(told.get("language")),
        author=_author(_object(status, "account")),
        engagement=_engagement(status),
        thread=clean.identity(told.get("in_reply_to_id")),
        repost_of=clean.identity(boosted.get("id")),
    )


def _object(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = value.get(key)
    return part if isinstance(part, dict) else {}


def _text(status: Mapping[str, Any]) -> str:
    """Content warning and content: both are the author's words."""
    parts = (status.get("spoiler_text"), status.get("content"))
    return clean.text("\n".join(plain(part) for part in parts if isinstance(part, str) and part))


def _author(account: Mapping[str, Any]) -> Author:
    handle = clean.name(account.get("acct"))
    return Author(
        clean.identity(account.get("id")),
        handle and f"@{handle}",
        clean.count(account.get("followers_count")),
    )


def _engagement(status: Mapping[str, Any]) -> Engagement:
    return Engagement(
        likes=clean.count(status.get("favourites_count")),
        shares=clean.count(status.get("reblogs_count")),
        replies=clean.count(status.get("replies_count")),
    )

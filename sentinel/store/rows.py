"""Posts, mentions and counts as rows of their tables, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sentinel.model.mention import Mention, Score
from sentinel.model.post import Author, Engagement, Post
from sentinel.store.schema import mentions, posts
from sentinel.store.written import from_json, micros, moment, plain, real, to_json, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Row

Values: TypeAlias = tuple[Any, ...]
"""A row's values, as the driver takes and gives them."""

CONTENT = tuple(column.name for column in posts.c)[6:]
"""What a look says of a post, in the order of the table: all columns after `looked_at`."""

MENTION = tuple(column.name for column in mentions.c)

PUBLISHED = CONTENT.index("published_at")
FOLLOWERS = CONTENT.index("followers")
_NUMBERS = tuple(CONTENT.index(name) for name in ("followers", "likes", "shares", "replies", "views"))


def content(post: Post) -> Values:
    """What this look says of the post. Of a deleted one only that it was there is kept."""
    if post.deleted:
        return (micros(post.published_at), "", *[None] * (len(CONTENT) - 3), True)
    author, engagement = post.author, post.engagement
    return (
        micros(post.published_at),
        plain(post.text),
        plain(post.url),
        plain(post.lang),
        plain(author.id),
        plain(author.name),
        whole(author.followers),
        real(post.stars),
        whole(engagement.likes),
        whole(engagement.shares),
        whole(engagement.replies),
        whole(engagement.views),
        plain(post.thread),
        plain(post.repost_of),
        False,
    )


def renewed(new: Values, old: Values) -> Values:
    """The newer content, with the older one's numbers where the newer look could not see them."""
    if new[-1] or all(new[place] is not None for place in _NUMBERS):
        return new
    merged = list(new)
    for place in _NUMBERS:
        if merged[place] is None:
            merged[place] = old[place]
    return tuple(merged)


def mention_rows(row: int, found: Iterable[Mention]) -> Collection[Values]:
    """A post's mentions; of two of one brand the later."""
    return {mention.brand: _mention_row(row, mention.brand, mention.score) for mention in found}.values()


def _mention_row(row: int, brand: str, score: Score) -> Values:
    return (
        row,
        brand,
        score.lang,
        real(score.polarity),
        real(score.negative),
        score.label,
        score.sure,
        to_json(score.evidence) if score.evidence else "[]",
        score.engine,
        score.version,
    )


def to_post(row: Row[Any]) -> Post:
    """A row of `posts` as the post it was, as last looked at."""
    return Post(
        source=row.source,
        id=row.post_id,
        text=row.text,
        published_at=moment(row.published_at),
        seen_at=moment(row.seen_at),
        url=row.url,
        lang=row.lang,
        author=Author(row.author_id, row.author_name, row.followers),
        stars=row.stars,
        engagement=Engagement(row.likes, row.shares, row.replies, row.views),
        thread=row.thread,
        repost_of=row.repost_of,
        deleted=bool(row.deleted),
    )


def to_mention(post: Post, values: Sequence[Any]) -> Mention:
    """A row of `mentions` with the post it speaks of."""
    _, brand, lang, polarity, negative, label, sure, evidence, engine, version = values
    words = from_json(evidence, tuple[str, ...])
    return Mention(post, brand, Score(lang, polarity, negative, label, sure, words, engine, version))

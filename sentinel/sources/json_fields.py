"""Where things stand in somebody's JSON: dotted paths, times in their formats, and an item → a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from sentinel.model.post import Author, Engagement, Post
from sentinel.sources import clean
from sentinel.sources.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

Path = str | tuple[str, ...]
"""`user.name`, `ratings.0.value`; several: the first that holds something."""

MISSING = object()
_MILLISECONDS_FROM = 100_000_000_000


class Fields(BaseModel):
    """Which field of an item is what. A list of paths: the first that holds something."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Path = Field(description="What an item is known by.")
    text: Path = Field(description="What was written.")
    published_at: Path = Field(description="When.")
    title: Path = Field((), description="A heading; it goes before the text.")
    url: Path = Field((), description="Where people read it.")
    lang: Path = Field((), description="Its language.")
    author: Path = Field((), description="The author's name.")
    author_id: Path = Field((), description="The author's id.")
    followers: Path = Field((), description="How many follow the author.")
    stars: Path = Field((), description="The rating.")
    likes: Path = Field((), description="How many like it.")
    shares: Path = Field((), description="How often it was passed on.")
    replies: Path = Field((), description="How many answered.")
    views: Path = Field((), description="How often it was seen.")
    thread: Path = Field((), description="The id of the conversation it belongs to.")
    repost_of: Path = Field((), description="The id of the item it repeats.")


def reach(value: Any, path: str) -> Any:
    """What stands at a dotted path, `MISSING` when nothing does; numbers step into lists, an empty path is the value itself."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def first(value: Any, path: Path) -> Any:
    """What stands at the first path that holds something, None when none does."""
    for one in (path,) if isinstance(path, str) else path:
        found = reach(value, one)
        if found is not MISSING and found is not None:
            return found
    return None


def time_reader(written: str, zone: str | None) -> Callable[[Any], datetime | None]:
    """How times are read: `auto`, `seconds`, `milliseconds`, or a pattern like '%d/%m/%Y %H:%M'.

    `zone` (an IANA name) is where times without one are meant; without it such times are unknown.
    """
    place = ZoneInfo(zone) if zone else None
    if written == "auto":
        return lambda value: _auto(value, place)
    if written in {"seconds", "milliseconds"}:
        per_second = 1000 if written == "milliseconds" else 1
        return lambda value: clean.epoch(value, per_second)
    return lambda value: _patterned(value, written, place)


def _auto(value: Any, place: ZoneInfo | None) -> datetime | None:
    if isinstance(value, str) and not value.strip().isdecimal():
        return clean.moment(value) or _placed(_iso(value), place)
    seconds = clean.epoch(value)
    return seconds or clean.epoch(value, 1000)


def _iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return None


def _patterned(value: Any, pattern: str, place: ZoneInfo | None) -> datetime | None:
    try:
        return _placed(datetime.strptime(str(value), pattern), place)  # noqa: DTZ007  # the zone is put on next
    except ValueError:
        return None


def _placed(moment: datetime | None, place: ZoneInfo | None) -> datetime | None:
    if moment is None or (moment.tzinfo is None and place is None):
        return None
    try:
        return clean.within(moment if moment.tzinfo else moment.replace(tzinfo=place or UTC))
    except (OverflowError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class ItemReader:
    """Turns items into posts: which field is what, how times are written, whether texts are HTML, the best rating."""

    fields: Fields
    time: Callable[[Any], datetime | None]
    html: bool
    best: float

    def read(self, item: Any, source: str, at: datetime) -> Post | str:
        """The post, or why it is none. A time after `at` counts as `at`."""
        fields = self.fields
        item_id, published = (
            clean.identity(first(item, fields.id)),
            self.time(first(item, fields.published_at)),
        )
        text = self._text(item)
        if item_id is None:
            return "it has no id"
        if published is None:
            return "it has no usable time"
        if text is None:
            return "it has no text"
        return Post(
            source=source,
            id=item_id,
            text=text,
            published_at=min(published, at),
            seen_at=at,
            url=clean.link(first(item, fields.url)),
            lang=clean.language(first(item, fields.lang)),
            author=self._author(item),
            stars=self._stars(item),
            engagement=self._engagement(item),
            thread=clean.identity(first(item, fields.thread)),
            repost_of=clean.identity(first(item, fields.repost_of)),
        )

    def _text(self, item: Any) -> str | None:
        """Title and text; a rating without words has an empty text."""
        parts = [first(item, path) for path in (self.fields.title, self.fields.text)]
        words = [part for part in parts if isinstance(part, str)]
        if not words and parts[1] is None and self._stars(item) is None:
            return None
        if not words and parts[1] is not None:
            return None
        told = "\n".join(plain(word) if self.html else word.strip() for word in words)
        return clean.text(told.strip())

    def _author(self, item: Any) -> Author:
        fields = self.fields
        return Author(
            clean.identity(first(item, fields.author_id)),
            clean.name(first(item, fields.author)),
            clean.count(first(item, fields.followers)),
        )

    def _engagement(self, item: Any) -> Engagement:
        fields = self.fields
        paths = (fields.likes, fields.shares, fields.replies, fields.views)
        return Engagement(*(clean.count(first(item, path)) for path in paths))

    def _stars(self, item: Any) -> float | None:
        given = first(item, self.fields.stars)
        if isinstance(given, str):
            given = clean.stars(given) if self.best == 5 else _number(given)  # noqa: PLR2004  # five stars
        if isinstance(given, bool) or not isinstance(given, int | float):
            return None
        return clean.stars(given * 5 / self.best)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None

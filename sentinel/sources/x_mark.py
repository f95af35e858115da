"""Where the reading of X stands, and how it moves without ever losing a gap. Pure: no I/O, no clock.

X pages newest first. A drain that breaks off after some pages has read the *newest* posts and not the older ones, so
`since` must not move until the drain reached the bottom. Meanwhile the mark carries the drain itself: `top`, what
`since` becomes at the end, and `until`, the oldest id already kept, below which the next poll goes on.

    since ──────────── unread ──────────── until ▓▓▓▓▓ kept ▓▓▓▓▓ top   (young)
                                                                    └── younger than `to`: read again next time

Posts younger than `SETTLE` are kept but `since` stays below them, because X's index may still grow there. So a post
may come twice (the store knows it by its id) but is never passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from sentinel.model.post import Cursor, Span

if TYPE_CHECKING:
    from collections.abc import Callable

SETTLE = timedelta(seconds=30)
"""How long X's index may lag: its own searches end "30 seconds before the time of query" unless told otherwise
(docs.x.com, Pagination)."""

REACH = timedelta(days=7) - timedelta(minutes=10)
"""How far back is asked for: recent search knows seven days, and a little is lost on the way there."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of an answer: its id, and when it was published if that could be read."""

    id: int
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Drain:
    """A way down that has begun and not ended. `to` is what is read once it ends (exclusive)."""

    to: Moment
    top: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One query: [seen_from, read_to) is read without a hole; `since` is the newest id below which nothing is unread.

    `asked` is the poll that last got a page for it, so that no query starves the others.
    """

    seen_from: Moment
    read_to: Moment
    since: int | None = None
    drain: Drain | None = None
    asked: Moment | None = None

    def ask(self) -> dict[str, Any]:
        """The request's own bounds. X refuses ids and times in one request, so it is one or the other."""
        until = self.drain.until if self.drain else None
        if self.since is None and until is None:
            return {"start_time": self.read_to}
        return {
            name: str(value)
            for name, value in (("since_id", self.since), ("until_id", until))
            if value is not None
        }


def fresh(at: datetime, lookback: timedelta, claimed: datetime | None) -> Mark:
    """A query never asked before: from `lookback` ago, or from where the older queries' claim ends if that is earlier."""
    start = min(at - lookback, claimed or at)
    return reached(Mark(start, start), at)


def reached(mark: Mark, at: datetime) -> Mark:
    """The mark, moved up to what X still knows at `at`; what lies below is unseen for good."""
    floor = at - REACH
    if mark.read_to >= floor:
        return mark
    drain = mark.drain if mark.drain and mark.drain.to > floor else None
    return replace(mark, seen_from=floor, read_to=floor, since=None, drain=drain)


def advanced(mark: Mark, seen: tuple[Seen, ...], at: datetime, *, more: bool) -> Mark:
    """The mark once this page is kept. `more`: X says that there are older ones."""
    drain = mark.drain or Drain(to=max(at - SETTLE, mark.read_to))
    settled = (item.id for item in seen if item.published_at is not None and item.published_at < drain.to)
    drain = replace(
        drain,
        top=_known(max, drain.top, *settled),
        until=_known(min, drain.until, *(item.id for item in seen)),
    )
    if more and not _at_bottom(mark, seen):
        return replace(mark, drain=drain, asked=at)
    return replace(mark, read_to=drain.to, since=_known(max, mark.since, drain.top), drain=None, asked=at)


def _known(choose: Callable[[list[int]], int], *ids: int | None) -> int | None:
    known = [each for each in ids if each is not None]
    return choose(known) if known else None


def _at_bottom(mark: Mark, seen: tuple[Seen, ...]) -> bool:
    """Without a `since_id` X itself may not stop at the start: the first page that ends below it is the last.

    Whole seconds, because X cuts `created_at` to them.
    """
    timed = [(item.id, item.published_at) for item in seen if item.published_at is not None]
    return mark.since is None and bool(timed) and min(timed)[1] < mark.read_to.replace(microsecond=0)


def without(mark: Mark, outworn: str) -> Mark:
    """The mark after X refused one of its bounds as too old.

    A worn-out `since_id` is replaced by the time up to which all was read (a quiet brand loses nothing by it). A
    worn-out `until_id` means that the rest of the gap is gone: the drain ends, and nothing below it is claimed.
    """
    if outworn == "since_id":
        return replace(mark, since=None)
    if outworn == "until_id" and (drain := mark.drain):
        since = _known(max, mark.since, drain.top)
        return replace(mark, seen_from=drain.to, read_to=drain.to, since=since, drain=None)
    return mark


@dataclass(frozen=True, slots=True)
class Standing:
    """All marks by query key, and how far coverage has been claimed. This is what the cursor holds."""

    marks: dict[str, Mark]
    claimed: Moment | None = None

    def claim(self) -> tuple[Standing, Span | None]:
        """The span that has become wholly read by *every* query, and the standing that remembers having said so."""
        start = max(mark.seen_from for mark in self.marks.values())
        start = max(start, self.claimed) if self.claimed else start
        end = min(mark.read_to for mark in self.marks.values())
        if start >= end:
            return self, None
        return replace(self, claimed=end), Span(start, end)


def standing(cursor: Cursor | None, keys: tuple[str, ...], at: datetime, lookback: timedelta) -> Standing:
    """The standing of exactly these queries: known ones go on, new ones start, those no longer asked are dropped.

    A cursor that cannot be read (another kind's) counts as none.
    """
    kept = _decoded(cursor)
    marks = {
        name: reached(kept.marks[name], at) if name in kept.marks else fresh(at, lookback, kept.claimed)
        for name in keys
    }
    return Standing(marks, kept.claimed)


def _decoded(cursor: Cursor | None) -> Standing:
    try:
        return msgspec.json.decode(cursor or "", type=Standing)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Standing({})


def encoded(standing: Standing) -> Cursor:
    """The cursor: small JSON, about 200 bytes a query."""
    return Cursor(msgspec.json.encode(standing).decode())

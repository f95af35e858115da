"""A recording: a file of posts as JSON lines, followed as it grows.

A line is delivered once its `seen_at` has come, so that a recording of the future arrives live; with `now_is` any
recording becomes one: all its times move together, so that the moment named falls on the first poll.

What is claimed as wholly read: everything from the earliest line up to the newest `seen_at`; once the file holds no
more (or what it holds lies ahead), up to the poll itself. A file whose newest line is over a day old when it is first
read has ended: the silence since then is not claimed, only the time it is followed from there on.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from pydantic import Field, field_validator

from sentinel.model.post import Page, Post, Skipped, SourceName, Span
from sentinel.sources import clean
from sentinel.sources.contract import SourceKind, SourceOptions, Surroundings
from sentinel.sources.lines import Line, Piece, Place, read_piece, seal
from sentinel.sources.mark import read_mark, write_mark
from sentinel.sources.post_json import read_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sentinel.model.post import Cursor

_ENDED_AFTER = timedelta(days=1)
"""A file whose newest line is older than this was not being written any more."""

_FURTHEST = timedelta(days=400)
"""A line that lies further ahead is a mistake; waiting for it would hold up all that follow."""


class RecordedOptions(SourceOptions):
    """A file of posts as JSON lines, followed as it grows."""

    file: Path = Field(description="The file, relative to sentinel.yaml.")
    live: bool = Field(
        default=True,
        description="Whether somebody still writes it: no new line then means that nobody posted. "
        "false: nothing is known after its newest line.",
    )
    hold_future: bool = Field(
        default=True, description="Deliver a line only once its seen_at has come; false: all at once."
    )
    now_is: str | None = Field(
        None,
        description="A time in the recording, e.g. '2026-03-14T12:00:00Z', that falls on the first poll: "
        "all times move with it, what lies before is the past, what lies after arrives live.",
    )

    @field_validator("now_is", mode="before")
    @classmethod
    def _has_a_zone(cls, value: object) -> object:
        written = value.isoformat() if isinstance(value, datetime) else value
        if written is not None and clean.moment(written) is None:
            msg = "write a time with a zone, like '2026-03-14T12:00:00Z'"
            raise ValueError(msg)
        return written


class _Mark(msgspec.Struct, frozen=True):
    """`shift` moves the recording's times (seconds); `first` and `newest` are the claim so far, `until` its end by following."""

    offset: int = 0
    line: int = 0
    within: bool = False
    seal: str = ""
    shift: float | None = None
    first: datetime | None = None
    newest: datetime | None = None
    until: datetime | None = None

    @property
    def place(self) -> Place:
        return Place(self.offset, self.line, self.within, self.seal)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of a piece: posts in order, oddities, where reading stands now, and whether a line was held."""

    posts: tuple[Post, ...]
    skipped: tuple[Skipped, ...]
    place: Place
    held: bool


class Recorded:
    """Follows one file. It holds no state: all of it is in the cursor."""

    def __init__(self, name: SourceName, options: RecordedOptions, folder: Path) -> None:
        self._name = name
        self._options = options
        self._path = folder / options.file

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        return self._name

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """The lines since, in pages of at most 500, up to the first that lies in the future."""
        mark = self._begun(read_mark(since, _Mark), at)
        more = True
        while more:
            page, mark, more = await asyncio.to_thread(self._page, mark, at)
            yield page

    async def close(self) -> None:
        """Nothing is kept open between pages."""

    def _begun(self, mark: _Mark, at: datetime) -> _Mark:
        if mark.shift is not None:
            return mark
        now_is = clean.moment(self._options.now_is)
        return msgspec.structs.replace(mark, shift=(at - now_is).total_seconds() if now_is else 0.0)

    def _page(self, mark: _Mark, at: datetime) -> tuple[Page, _Mark, bool]:
        piece = read_piece(self._path, mark.place)
        taken = self._take(piece, timedelta(seconds=mark.shift or 0.0), at)
        place = seal(self._path, taken.place)
        more = not (piece.last or taken.held)
        seen = _widened(mark, taken.posts, place)
        covered = None if more else _claim(seen, at, live=self._options.live, held=taken.held)
        if covered:
            seen = msgspec.structs.replace(seen, until=_followed_to(covered, at, live=self._options.live))
        return Page(taken.posts, write_mark(seen), covered, _noted(piece, taken.skipped)), seen, more

    def _take(self, piece: Piece, shift: timedelta, at: datetime) -> _Taken:
        posts: list[Post] = []
        skipped: list[Skipped] = []
        place, within = piece.start, piece.start.within
        for line in piece.lines:
            read = _read(line, within=within)
            if isinstance(read, Post):
                read = self._timed(read, line, shift, at)
            if read is None and not line.whole and line.raw is not None:
                break  # half a line: its other half may still be written
            if isinstance(read, Post) and self._options.hold_future and read.seen_at > at:
                return _Taken(tuple(posts), tuple(skipped), place, held=True)
            if isinstance(read, Post):
                posts.append(read)
            elif read is not None:
                skipped.append(read)
            within = line.raw is None and not line.whole
            place = Place(line.end, line.number - (not line.whole), within)
        return _Taken(tuple(posts), tuple(skipped), place, held=False)

    def _timed(self, post: Post, line: Line, shift: timedelta, at: datetime) -> Post | Skipped:
        moved = (
            replace(post, published_at=post.published_at + shift, seen_at=post.seen_at + shift)
            if shift
            else post
        )
        if self._options.hold_future and moved.seen_at > at + _FURTHEST:
            return Skipped(f"line {line.number}", "its seen_at lies more than 400 days ahead")
        return moved


def _read(line: Line, *, within: bool) -> Post | Skipped | None:
    """None for nothing to tell: a blank line, the rest of an overlong one, or half a line at the end."""
    if line.raw is None:
        return None if within else Skipped(f"line {line.number}", "it is longer than 1 MiB")
    if not line.raw.strip():
        return None
    read = read_line(line.raw, line.number)
    return read if line.whole or isinstance(read, Post) else None


def _widened(mark: _Mark, posts: tuple[Post, ...], place: Place) -> _Mark:
    first = min((post.published_at for post in posts), default=mark.first)
    newest = max((post.seen_at for post in posts), default=mark.newest)
    return msgspec.structs.replace(
        mark,
        offset=place.offset,
        line=place.line,
        within=place.within,
        seal=place.seal,
        first=min(filter(None, (first, mark.first)), default=None),
        newest=max(filter(None, (newest, mark.newest)), default=None),
    )


def _claim(mark: _Mark, at: datetime, *, live: bool, held: bool) -> Span | None:
    if mark.first is None or mark.newest is None:
        return None
    followed = live and (mark.until is not None or mark.newest >= at - _ENDED_AFTER)
    # a held line shows that the recording goes on after `at`, so it is whole up to there
    end = at if held or followed else min(mark.newest, at)
    start = mark.first if mark.until is None else min(mark.until, end)
    return Span(start, end) if start < end else None


def _followed_to(covered: Span, at: datetime, *, live: bool) -> datetime:
    """From where the next claim goes on; an ended file that is followed is vouched for from this poll on."""
    return max(covered.end, at) if live else covered.end


def _noted(piece: Piece, skipped: tuple[Skipped, ...]) -> tuple[Skipped, ...]:
    if not piece.anew:
        return skipped
    return (Skipped("the file", "it was truncated or replaced: read again from its beginning"), *skipped)


def _build(name: SourceName, options: SourceOptions, around: Surroundings) -> Recorded:
    return Recorded(name, cast("RecordedOptions", options), around.folder)


KIND = SourceKind(RecordedOptions, _build, "A file of posts as JSON lines, followed as it grows.")

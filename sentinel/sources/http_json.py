"""Any JSON API, described in YAML: where the items are, which field is what, how to page.

Newest first (the usual) the mark moves only once a drain is through, so that a drain cut short in the middle loses
nothing; oldest first it moves page by page. A drain ends at the last page, at a page that holds only what was read
before, after `at_most` pages, or when the pages go in circles; the last two are told and nothing is claimed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime  # noqa: TC003  # msgspec resolves the annotations at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast
from zoneinfo import ZoneInfo

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator

from sentinel.errors import Unreachable
from sentinel.model.phrase import Quantity
from sentinel.model.post import Page, Post, Skipped, SourceName, Span
from sentinel.model.secret import SecretRef
from sentinel.sources.contract import SourceKind, SourceOptions, Surroundings
from sentinel.sources.json_fields import MISSING, Fields, ItemReader, reach, time_reader
from sentinel.sources.json_pages import Paging, Stop, Turn, first_turn, merged, next_turn
from sentinel.sources.mark import read_mark, write_mark
from sentinel.sources.web import WebOptions, fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from sentinel.model.post import Cursor
    from sentinel.net.answer import Answer
    from sentinel.net.fetch import Fetcher

_KEYWORDS = {"auto", "seconds", "milliseconds"}


class Since(BaseModel):
    """A parameter that asks for what is newer than the newest read so far."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    param: str = Field(description="Its name, e.g. 'updated_after'.")
    written: Literal["rfc3339", "date", "seconds", "milliseconds"] = Field(
        "rfc3339", description="How the time is written there."
    )

    def say(self, moment: datetime) -> str:
        """The time as the API wants it."""
        if self.written == "date":
            return moment.date().isoformat()
        if self.written == "rfc3339":
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return str(int(moment.timestamp() * (1000 if self.written == "milliseconds" else 1)))


class HttpJsonOptions(WebOptions):
    """Any JSON API, described here."""

    url: str = Field(description="What to ask.")
    headers: dict[str, SecretRef | str] = Field(
        {}, description="Headers to send; a value may be {env: NAME} or {file: PATH}."
    )
    params: dict[str, SecretRef | str | int | float] = Field(
        {}, description="Parameters of the address; a value may be {env: NAME} or {file: PATH}."
    )
    items: str = Field(
        "", description="Where the list of items stands, e.g. 'data.reviews'; empty: it is the answer."
    )
    fields: Fields = Field(description="Which field of an item is what.")
    time: str = Field(
        "auto",
        description="How times are written: auto, seconds, milliseconds, or a pattern like '%d/%m/%Y %H:%M'.",
    )
    zone: str | None = Field(None, description="Where times without a zone are meant, e.g. Europe/Madrid.")
    html: bool = Field(default=False, description="Whether texts are HTML.")
    stars_out_of: float = Field(5, gt=0, description="The best rating; ratings are brought to 5 stars.")
    pages: Annotated[Paging, Field(discriminator="by")] | None = Field(
        None, description="How to get further pages; without it the answer is the whole."
    )
    since: Since | None = Field(None, description="A parameter that asks only for what is newer.")
    order: Literal["newest_first", "oldest_first"] = Field(
        "newest_first", description="In which order the items come."
    )
    at_most: Quantity = Field(50, description="The most pages of one poll, e.g. '50 pages'.")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            ZoneInfo(value or "UTC")
        except (ValueError, OSError, KeyError) as error:
            msg = "write a zone like Europe/Madrid"
            raise ValueError(msg) from error
        return value

    @field_validator("time")
    @classmethod
    def _known_time(cls, value: str) -> str:
        if value not in _KEYWORDS and "%" not in value:
            msg = "write auto, seconds, milliseconds, or a pattern like '%d/%m/%Y %H:%M'"
            raise ValueError(msg)
        return value


class _Mark(msgspec.Struct, frozen=True):
    """`newest` published time read, `until`: the last poll that drained, `token`: the last cursor followed (oldest first)."""

    what: str = ""
    newest: datetime | None = None
    until: datetime | None = None
    token: str = ""


class HttpJson:
    """Follows one list of items."""

    def __init__(
        self, name: SourceName, options: HttpJsonOptions, client: Fetcher, reveal: Callable[[SecretRef], str]
    ) -> None:
        self._name = name
        self._options = options
        self._client = client
        self._reveal = reveal
        self._what = hashlib.blake2b(options.url.encode(), digest_size=6).hexdigest()
        self._items = ItemReader(
            options.fields, time_reader(options.time, options.zone), options.html, options.stars_out_of
        )

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        return self._name

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """The pages of one drain; the last one moves the mark (oldest first: each one does) and claims the time."""
        mark = read_mark(since, _Mark)
        if mark.what != self._what:
            mark = _Mark(what=self._what)
        drain = _Drain(self._options, mark)
        turn: Turn | Stop = first_turn(self._options.pages, self._options.url, mark.token)
        while isinstance(turn, Turn):
            answer = await self._ask(turn, mark, at)
            data, items = self._found(answer)
            posts, skipped = self._read(items, at)
            turn = drain.step(
                turn, next_turn(self._options.pages, turn, data, answer.url, empty=not items), posts
            )
            if isinstance(turn, Stop):
                note = (Skipped("the pages", turn.why),) if turn.why else ()
                yield Page(posts, drain.ended(at), drain.claim(at, turn), skipped + note)
            else:
                yield Page(posts, drain.underway(), None, skipped)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.close()

    async def _ask(self, turn: Turn, mark: _Mark, at: datetime) -> Answer:
        own = self._revealed(self._options.params)
        if self._options.since and mark.newest:
            own[self._options.since.param] = self._options.since.say(mark.newest)
        headers = {"accept": "application/json", **self._revealed(self._options.headers)}
        return await self._client.get(turn.url, at=at, headers=headers, params=merged(own, turn))

    def _revealed(self, values: Mapping[str, SecretRef | str | float]) -> dict[str, str]:
        return {
            name: self._reveal(value) if isinstance(value, SecretRef) else str(value)
            for name, value in values.items()
        }

    def _found(self, answer: Answer) -> tuple[Any, list[Any]]:
        from sentinel.net.answer import json_of  # noqa: PLC0415  # heavy: only when something is asked

        data = json_of(answer)
        items = reach(data, self._options.items)
        if items is None:
            return data, []
        if items is MISSING or not isinstance(items, list):
            where = f"at '{self._options.items}'" if self._options.items else "in the answer"
            raise Unreachable(f"{self._name}: there is no list {where}")
        return data, items

    def _read(self, items: list[Any], at: datetime) -> tuple[tuple[Post, ...], tuple[Skipped, ...]]:
        posts: list[Post] = []
        skipped: list[Skipped] = []
        for number, item in enumerate(items, start=1):
            read = self._items.read(item, self._name, at)
            if isinstance(read, Post):
                posts.append(read)
            else:
                skipped.append(Skipped(f"item {number}", read))
        return tuple(posts), tuple(skipped)


class _Drain:
    """One poll's progress: how far back and forth it has read, and when it is through."""

    def __init__(self, options: HttpJsonOptions, mark: _Mark) -> None:
        self._options = options
        self._mark = mark
        self._newest = mark.newest
        self._oldest: datetime | None = None
        self._token = mark.token
        self._asked: set[object] = set()

    def step(self, turn: Turn, onward: Turn | Stop, posts: tuple[Post, ...]) -> Turn | Stop:
        """Take in a page; the page to ask for next, or why there is none."""
        self._asked.add(turn.key)
        self._token = turn.token or self._token
        times = [post.published_at for post in posts]
        reached = bool(times) and self._mark.newest is not None and max(times) <= self._mark.newest
        self._newest = max([*times, *([self._newest] if self._newest else [])], default=None)
        self._oldest = min([*times, *([self._oldest] if self._oldest else [])], default=None)
        if isinstance(onward, Stop):
            return onward
        if reached and self._newest_first:
            return Stop()
        if onward.key in self._asked:
            return Stop("they go in circles: a page was named twice")
        if len(self._asked) >= self._options.at_most:
            return Stop(f"more than {self._options.at_most} of them: the rest is not read")
        return onward

    def underway(self) -> Cursor | None:
        """The mark in the middle of a drain: newest first it must not move yet."""
        return None if self._newest_first else self._cursor(self._mark.until)

    def ended(self, at: datetime) -> Cursor:
        """The mark at the end of a drain."""
        return self._cursor(at)

    def claim(self, at: datetime, stop: Stop) -> Span | None:
        """From the last drain if this one reaches back to it, else from the oldest item; nothing for a drain cut short."""
        if stop.why or (self._oldest is None and not self._options.since):
            return None
        until, oldest = self._mark.until, self._oldest
        reaches = self._options.pages or self._options.since or (until and oldest and oldest <= until)
        start = until if until and reaches else oldest
        return Span(start, at) if start and start < at else None

    def _cursor(self, until: datetime | None) -> Cursor:
        token = "" if self._newest_first else self._token
        return write_mark(_Mark(self._mark.what, self._newest, until, token))

    @property
    def _newest_first(self) -> bool:
        return self._options.order == "newest_first"


def _build(name: SourceName, options: SourceOptions, around: Surroundings) -> HttpJson:
    own = cast("HttpJsonOptions", options)
    return HttpJson(name, own, fetcher(own), around.reveal)


KIND = SourceKind(HttpJsonOptions, _build, "Any JSON API, described in sentinel.yaml.")

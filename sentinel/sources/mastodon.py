"""Mastodon and what speaks its API: hashtag and public timelines, and search with a token.

Timelines are read from the place reached towards the newest (`min_id`), so that no gap can open however many posts
came meanwhile; search has no such order and is read newest first, and its place moves only when it is drained. Posts of
other servers arrive late and with an id of their own time: the last minutes are read again at every poll, which also
brings their edits and newer counters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote

import msgspec
from pydantic import Field, model_validator

from sentinel.errors import Unreachable
from sentinel.model.phrase import Duration
from sentinel.model.post import Page, Post, Skipped, SourceName, Span
from sentinel.model.secret import SecretRef
from sentinel.sources.contract import SourceKind, SourceOptions, Surroundings
from sentinel.sources.mark import read_mark, write_mark
from sentinel.sources.mastodon_status import earlier, order, post_of
from sentinel.sources.web import WebOptions, fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from sentinel.model.post import Cursor
    from sentinel.net.fetch import Fetcher

_LIMIT = 40
"""Statuses a request: the most Mastodon gives."""

_PAGES = 25
"""Requests a timeline and poll: a thousand statuses. Instances allow 300 requests in 5 minutes, all told."""


class MastodonOptions(WebOptions):
    """Timelines of one Mastodon instance."""

    url: str = Field(description="The instance, e.g. 'https://mastodon.social'.")
    token: SecretRef | None = Field(
        None, description="An access token; search needs one, some instances always."
    )
    hashtags: tuple[str, ...] = Field((), description="Hashtags to follow, without the #.")
    public: bool | Literal["local"] = Field(
        default=False, description="Follow the public timeline: true, or local for this instance's own posts."
    )
    search: tuple[str, ...] = Field((), description="Words to search for; needs a token.")
    overlap: Duration = Field(
        timedelta(minutes=10), description="How much is read again at each poll, for late arrivals and edits."
    )

    @model_validator(mode="after")
    def _something_to_read(self) -> MastodonOptions:
        if not (self.hashtags or self.public or self.search):
            msg = "say what to follow: hashtags, public or search"
            raise ValueError(msg)
        if self.search and self.token is None:
            msg = "search needs a token: {env: NAME} or {file: PATH}"
            raise ValueError(msg)
        return self


class _Mark(msgspec.Struct, frozen=True):
    """`places`: the newest id reached in each timeline; `until`: up to when all of them were read."""

    places: dict[str, str] = {}  # msgspec copies an empty default
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Something to read: the key of its place, where it is, and whether it is a search (newest first) or runs forward."""

    key: str
    path: str
    params: Mapping[str, str]
    search: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some statuses of a timeline.

    `place` is how far it is read with them (None: not yet), `drained` says that it holds no more for now, `lost` that
    some of it could not be reached.
    """

    posts: tuple[Post, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    place: str | None = None
    drained: bool = False
    lost: bool = False


class MastodonSource:
    """Follows the timelines of one instance."""

    def __init__(
        self, name: SourceName, options: MastodonOptions, client: Fetcher, token: Callable[[], str] | None
    ) -> None:
        self._name = name
        self._base = options.url.rstrip("/")
        self._overlap = options.overlap
        self._timelines = _timelines(options)
        self._client = client
        self._token = token

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        return self._name

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """Timeline by timeline, page by page; the last page claims the time, if every timeline was drained."""
        mark = read_mark(since, _Mark)
        round_ = _Round(mark, dict(mark.places))
        for timeline in self._timelines:
            drain = self._backward if timeline.search else self._forward
            async for stretch in drain(timeline, mark.places.get(timeline.key), at):
                round_.take(timeline, stretch)
                yield Page(stretch.posts, round_.cursor(mark.until), None, stretch.skipped)
        if round_.drained == len(self._timelines):
            yield Page((), round_.cursor(at), round_.claim(at))

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.close()

    async def _forward(self, timeline: _Timeline, place: str | None, at: datetime) -> AsyncIterator[_Stretch]:
        """From the place reached, less the overlap, towards the newest; the first time the newest page alone."""
        after = earlier(place, self._overlap) if place else ""
        for _ in range(_PAGES):
            statuses = await self._ask(timeline, {"min_id": after} if after else {}, at)
            posts, skipped = self._read(statuses, at)
            newest = _newest(posts, after)
            if newest == after:  # nothing newer, also from a server that does not heed min_id
                yield _Stretch(skipped=skipped, drained=True)
                return
            yield _Stretch(posts, skipped, _newest(posts, place or ""), drained=not place)
            if not place:
                return
            after = newest

    async def _backward(
        self, timeline: _Timeline, place: str | None, at: datetime
    ) -> AsyncIterator[_Stretch]:
        """A search, newest first: its place moves with the last page, the first time after the first."""
        floor = {"min_id": earlier(place, self._overlap)} if place else {}
        newest, known = place or "", set[str]()
        for page in range(_PAGES):
            statuses = await self._ask(timeline, {**floor, "offset": str(page * _LIMIT)}, at)
            posts, skipped = self._read(statuses, at)
            fresh = tuple(post for post in posts if post.id not in known)
            newest = _newest(posts, newest)
            known |= {post.id for post in posts}
            # at the last page what is left may be the overlap alone, read by an earlier poll
            enough = page + 1 == _PAGES and any(order(post.id) <= order(place or "") for post in posts)
            if enough or not place or not fresh or len(statuses) < _LIMIT:
                yield _Stretch(fresh, skipped, newest, drained=True)
                return
            yield _Stretch(fresh, skipped)
        note = Skipped(
            timeline.key, f"more than {_PAGES * _LIMIT} posts since the last poll: the oldest are lost"
        )
        yield _Stretch((), (note,), newest, drained=True, lost=True)

    async def _ask(self, timeline: _Timeline, params: Mapping[str, str], at: datetime) -> list[Any]:
        from sentinel.net.answer import json_of, shown  # noqa: PLC0415  # heavy: only when something is asked

        token = {"authorization": f"Bearer {self._token()}"} if self._token else {}
        answer = await self._client.get(
            self._base + timeline.path,
            at=at,
            headers={"accept": "application/json", **token},
            params={**timeline.params, **params, "limit": str(_LIMIT)},
        )
        data = json_of(answer)
        statuses = data.get("statuses") if timeline.search and isinstance(data, dict) else data
        if not isinstance(statuses, list):
            raise Unreachable(f"{shown(answer.url)} answered something other than a list of statuses")
        return statuses

    def _read(self, statuses: list[Any], at: datetime) -> tuple[tuple[Post, ...], tuple[Skipped, ...]]:
        read = [(number, post_of(status, self._name, at)) for number, status in enumerate(statuses, start=1)]
        skipped = (
            Skipped(f"status {number}", "it has no id or no date") for number, post in read if post is None
        )
        return tuple(post for _, post in read if post is not None), tuple(skipped)


class _Round:
    """One poll's progress over all timelines."""

    def __init__(self, mark: _Mark, places: dict[str, str]) -> None:
        self._mark = mark
        self._places = places
        self._starts: list[datetime] = []
        self._lost = False
        self.drained = 0

    def take(self, timeline: _Timeline, stretch: _Stretch) -> None:
        """Note how far a timeline got."""
        if stretch.place:
            self._places[timeline.key] = stretch.place
        if timeline.key not in self._mark.places and stretch.posts:
            self._starts.append(min(post.published_at for post in stretch.posts))
        self.drained += stretch.drained
        self._lost = self._lost or stretch.lost

    def cursor(self, until: datetime | None) -> Cursor:
        """The places reached, and up to when everything was read."""
        return write_mark(_Mark(self._places, until))

    def claim(self, at: datetime) -> Span | None:
        """From the last poll that drained everything; a timeline read for the first time reaches back to its oldest only."""
        start = max(self._starts + ([self._mark.until] if self._mark.until else []), default=None)
        return Span(start, at) if start and start < at and not self._lost else None


def _newest(posts: tuple[Post, ...], than: str) -> str:
    return max((post.id for post in posts if order(post.id) > order(than)), key=order, default=than)


def _timelines(options: MastodonOptions) -> tuple[_Timeline, ...]:
    tags = (tag.strip().removeprefix("#") for tag in options.hashtags)
    tagged = [_Timeline(f"tag:{tag}", f"/api/v1/timelines/tag/{quote(tag, safe='')}", {}) for tag in tags]
    local = {"local": "true"} if options.public == "local" else {}
    public = (
        [_Timeline(f"public:{options.public}", "/api/v1/timelines/public", local)] if options.public else []
    )
    asked = [{"q": words, "type": "statuses"} for words in options.search]
    searched = [_Timeline(f"search:{ask['q']}", "/api/v2/search", ask, search=True) for ask in asked]
    return (*tagged, *public, *searched)


def _build(name: SourceName, options: SourceOptions, around: Surroundings) -> MastodonSource:
    own = cast("MastodonOptions", options)
    token = own.token
    reveal = (lambda: around.reveal(token)) if token else None
    return MastodonSource(name, own, fetcher(own), reveal)


KIND = SourceKind(
    MastodonOptions,
    _build,
    "Hashtags, public timelines and search of a Mastodon instance.",
    gives_stars=False,
)

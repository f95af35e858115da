"""One suite over every source: what it promises, and what it makes of answers that no decent server gives."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.model.post import Cursor, Page, Post, SourceName
from sentinel.sources.contract import Surroundings
from sentinel.sources.registry import KINDS, kind
from tests.stand.wire import Ask, Say, Wire, bomb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sentinel.sources.contract import Source

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
RECORDINGS = Path(__file__).parent.parent / "recordings"
SECRET = "s3cret-t0ken"
ODD_ITEMS: list[Any] = [None, 5, "x", [], {}, {"id": None}, {"id": {}, "text": []}]
TOKEN = {"token": {"env": "TOKEN"}}


@dataclass(frozen=True)
class Stand:
    """How a kind is set up against a server, what a decent server answers it, and how its list of items is wrapped."""

    options: Callable[[str], dict[str, Any]]
    answer: Callable[[Ask], Say]
    posts: int
    wrap: Callable[[list[Any]], Any] | None = None
    timeout: str = "timeout"


def recording(name: str) -> bytes:
    return (RECORDINGS / name).read_bytes()


def mastodon(ask: Ask) -> Say:
    if ask.path == "/api/v2/search":
        return Say(body=recording("mastodon/search_miramar.json" if ask.query.get("offset") == "0" else "x"))
    statuses = json.loads(recording("mastodon/tag_miramar.json"))
    newer = [one for one in statuses if int(one["id"]) > int(ask.query.get("min_id", "0"))]
    return Say(body=json.dumps(newer[-40:]).encode())


def http_json(ask: Ask) -> Say:
    return Say(body=recording(f"http_json/page_{ask.query.get('after', 'p1')[1:]}.json"))


FIELDS = {
    "id": "reviewId",
    "title": "headline",
    "text": ["comment", "body"],
    "published_at": "created",
    "stars": "rating.value",
    "author": "user.name",
    "author_id": "user.id",
}

WEB = {
    "feed": Stand(
        lambda url: {"url": f"{url}/rss.xml?key={SECRET}"},
        lambda _: Say(body=recording("feed/press.xml")),
        posts=3,
    ),
    "mastodon": Stand(
        lambda url: {"url": url, "hashtags": ["miramar"], "search": ["miramar"], **TOKEN},
        mastodon,
        posts=6,
        wrap=lambda items: items,
    ),
    "hackernews": Stand(
        lambda url: {"url": url},
        lambda _: Say(body=recording("hackernews/search_by_date.json")),
        posts=3,
        wrap=lambda items: {"hits": items, "nbHits": len(items), "nbPages": 1},
    ),
    "http_json": Stand(
        lambda url: {
            "url": f"{url}/v1/reviews",
            "headers": {"X-Key": {"env": "TOKEN"}},
            "params": {"secret": {"env": "TOKEN"}},
            "items": "data.reviews",
            "fields": FIELDS,
            "pages": {"by": "cursor", "param": "after", "path": "meta.next"},
        },
        http_json,
        posts=6,
        wrap=lambda items: {"data": {"reviews": items}, "meta": {}},
    ),
    "x": Stand(
        lambda url: {"base_url": url, **TOKEN},
        lambda _: Say(body=recording("x/search_recent.json")),
        posts=3,
        wrap=lambda items: {"data": items, "meta": {"result_count": len(items)}},
        timeout="total_timeout",
    ),
}

REDIRECT = {"Location": "/round?and=round"}
HOSTILE: dict[str, tuple[Say, type[Outside]]] = {  # `Outside`: any of the three
    "a web page with 200": (Say(body=b"<!doctype html><html><body>Log in</body></html>"), Unreachable),
    "nothing with 200": (Say(), Unreachable),
    "half a JSON": (Say(body=b'{"data": [{"id": "1", "te'), Unreachable),
    "an answer cut off half-way": (Say(body=b'{"data": []}' + b" " * 400, how="cut"), Unreachable),
    "a connection reset half-way": (Say(body=b'{"data": []}' + b" " * 400, how="reset"), Unreachable),
    "no HTTP at all": (Say(body=b"SSH-2.0-OpenSSH_9.2\r\n", how="raw"), Unreachable),
    "10 GB": (Say(how="endless"), Unreachable),
    "a gzip of 50 MB of zeros": (bomb(50 * 1024 * 1024), Unreachable),
    "half a gzip": (Say(body=bomb(4096).body[:12], headers={"Content-Encoding": "gzip"}), Unreachable),
    "nonsense called gzip": (Say(body=b"no gzip", headers={"Content-Encoding": "gzip"}), Unreachable),
    "brotli unasked": (Say(body=b"{}", headers={"Content-Encoding": "br"}), Unreachable),
    "100,000 brackets": (Say(body=b"[" * 100_000), Unreachable),
    "a byte now and then": (Say(how="drip"), Unreachable),
    "silence": (Say(how="silent"), Unreachable),
    "401": (Say(401, b"{}"), Refused),
    "402": (Say(402, b"{}"), Refused),
    "403": (Say(403, b"{}"), Refused),
    "404": (Say(404, b"<html>"), Refused),
    "410": (Say(410), Refused),
    "429 and nothing more": (Say(429), Throttled),
    "429 with Retry-After": (Say(429, headers={"Retry-After": "30"}), Throttled),
    "429 with an absurd Retry-After": (Say(429, headers={"Retry-After": "9" * 40}), Throttled),
    "429 with a negative Retry-After": (Say(429, headers={"Retry-After": "-5"}), Throttled),
    "500": (Say(500, b"oops"), Unreachable),
    "502 with a web page": (Say(502, b"<html>Bad gateway</html>"), Unreachable),
    "503": (Say(503), Unreachable),
    "redirects in circles": (Say(302, headers=REDIRECT), Refused),
    "a redirect to the cloud's secrets": (
        Say(302, headers={"Location": "http://169.254.169.254/latest"}),
        Refused,
    ),
    "a redirect to nonsense": (Say(302, headers={"Location": "http://[::1"}), Outside),
    "a redirect to a file": (Say(302, headers={"Location": "file:///etc/passwd"}), Refused),
}
ODD_SHAPES = [b"null", b"5", b'"x"', b"[]", b"{}", b"[1, null]", b'{"data": 5, "hits": {}, "statuses": "x"}']


def build(name: str, options: dict[str, Any], folder: Path = RECORDINGS) -> Source:
    made = kind(name)
    around = Surroundings(reveal=lambda _: SECRET, folder=folder, terms=("Hotel Miramar", "@hotelmiramar"))
    return made.build(
        SourceName(f"my_{name}"), made.options.model_validate({"kind": name, **options}), around
    )


async def drained(source: Source, since: Cursor | None = None, at: datetime = AT) -> list[Page]:
    async with asyncio.timeout(10):
        return [page async for page in source.pages(since, at)]


async def outcome(source: Source, since: Cursor | None = None) -> tuple[list[Post], Outside | None]:
    try:
        return posts(await drained(source, since)), None
    except Outside as trouble:
        return [], trouble


def last_cursor(pages: list[Page], before: Cursor | None = None) -> Cursor | None:
    return next((page.cursor for page in reversed(pages) if page.cursor is not None), before)


def posts(pages: list[Page]) -> list[Post]:
    return [post for page in pages for post in page.posts]


@asynccontextmanager
async def standing(name: str, say: Say | None = None, **more: Any) -> AsyncIterator[tuple[Source, Wire]]:
    """The source of a kind against a server that gives its recording, or always the same answer."""
    if name == "recorded":
        yield build(name, {"file": "recorded/miramar.jsonl", **more}), Wire(lambda _: Say())
        return
    stand = WEB[name]
    async with Wire((lambda _: say) if say else stand.answer) as wire:
        source = build(name, {"allow_private": True, **stand.options(wire.url), **more})
        try:
            yield source, wire
        finally:
            await source.close()


EVERY = pytest.mark.parametrize("name", sorted(KINDS))
EVERY_WEB = pytest.mark.parametrize("name", sorted(WEB))


def test_every_kind_has_its_stand() -> None:
    assert {*WEB, "recorded"} == set(KINDS)


@EVERY
async def test_a_recorded_conversation_becomes_posts(name: str) -> None:
    async with standing(name) as (source, _):
        found = posts(await drained(source))
    assert len({post.id for post in found}) == (4 if name == "recorded" else WEB[name].posts)
    for post in found:
        assert post.published_at <= post.seen_at <= AT
        assert post.published_at.utcoffset() == post.seen_at.utcoffset() == timedelta(0)
        assert post.source == ("x" if name in {"recorded", "x"} else f"my_{name}")
        assert "<" not in post.text


@EVERY
async def test_a_second_poll_brings_nothing_unseen(name: str) -> None:
    async with standing(name) as (source, _):
        first = await drained(source)
        second = await drained(source, last_cursor(first), AT + timedelta(minutes=5))
    assert {post.id for post in posts(second)} <= {post.id for post in posts(first)}


@EVERY
async def test_what_is_claimed_never_reaches_beyond_the_poll(name: str) -> None:
    async with standing(name) as (source, _):
        pages = await drained(source)
        pages += await drained(source, last_cursor(pages), AT + timedelta(minutes=5))
    spans = [page.covered for page in pages if page.covered]
    assert spans
    assert all(span.start < span.end <= AT + timedelta(minutes=5) for span in spans)


@EVERY
async def test_a_drain_abandoned_after_any_page_loses_no_post(name: str) -> None:
    async with standing(name) as (source, _):
        whole = {post.id for post in posts(await drained(source))}
        for kept in range(6):
            pages: list[Page] = []
            async with aclosing(source.pages(None, AT)) as walk:  # type: ignore[type-var]  # all are generators
                async for page in walk:
                    if len(pages) == kept:
                        break
                    pages.append(page)
            rest = await drained(source, last_cursor(pages))
            assert {post.id for post in posts(pages + rest)} == whole


@EVERY
@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "{}", "[]", "null", '{"offset": "x"}', "1" * 5_000, "[" * 5_000]
)
async def test_a_cursor_of_nonsense_is_a_fresh_start_or_a_clear_refusal(name: str, cursor: str) -> None:
    async with standing(name) as (source, _):
        found, trouble = await outcome(source, Cursor(cursor))
    assert found or type(trouble) is Refused


@EVERY
async def test_closing_twice_is_fine(name: str) -> None:
    async with standing(name) as (source, _):
        await source.close()
        await source.close()


@EVERY_WEB
@pytest.mark.parametrize("case", list(HOSTILE))
async def test_a_hostile_answer_is_one_of_three_errors_and_ends_in_time(name: str, case: str) -> None:
    say, expected = HOSTILE[case]
    slow = {WEB[name].timeout: "0.2 seconds"} if say.how in {"drip", "silent"} else {}
    async with standing(name, say, **slow) as (source, _):
        with pytest.raises(Outside) as caught:
            await drained(source)
    assert isinstance(caught.value, expected)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)
    if isinstance(caught.value, Throttled):
        assert AT <= caught.value.resume_at(AT, timedelta(minutes=1)) <= AT + timedelta(hours=24)


@EVERY_WEB
@pytest.mark.parametrize("body", ODD_SHAPES, ids=lambda body: body.decode()[:20])
async def test_an_odd_shape_is_unreachable_or_empty(name: str, body: bytes) -> None:
    async with standing(name, Say(body=body)) as (source, _):
        found, trouble = await outcome(source)
    assert not found
    assert trouble is None or type(trouble) is Unreachable


@pytest.mark.parametrize("name", sorted(name for name, stand in WEB.items() if stand.wrap))
async def test_malformed_items_are_counted_and_the_rest_goes_on(name: str) -> None:
    stand = WEB[name]
    assert stand.wrap
    good = _first_list(json.loads(stand.answer(Ask("GET", "", {}, {})).body))
    say = Say(body=json.dumps(stand.wrap([*ODD_ITEMS, *good])).encode())
    more: dict[str, Any] = {"search": []} if name == "mastodon" else {}
    async with standing(name, say, **more) as (source, _):
        pages = await drained(source)
    assert {post.id for post in posts(pages)} >= {item[_id_key(item)] for item in good}
    assert sum(len(page.skipped) for page in pages) >= len(ODD_ITEMS)


def _first_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    parts = value.values() if isinstance(value, dict) else ()
    return next((found for part in parts if (found := _first_list(part))), [])


def _id_key(item: dict[str, Any]) -> str:
    return next(key for key in ("objectID", "reviewId", "id") if key in item)


@EVERY_WEB
async def test_a_private_address_is_refused_before_anything_is_sent(name: str) -> None:
    async with standing(name, allow_private=False) as (source, wire):
        with pytest.raises(Refused):
            await drained(source)
    assert wire.asked == []

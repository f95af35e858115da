from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from sentinel.errors import Throttled, Unreachable
from sentinel.model.post import Author, Engagement, Skipped, Span
from sentinel.sources.json_fields import MISSING, first, reach, time_reader
from tests.stand.polling import SECRET, Poller
from tests.stand.wire import Ask, Say, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
FIELDS: dict[str, Any] = {"id": "id", "text": "text", "published_at": "at"}
NUMBER = {"by": "number"}
NEXT = {"by": "next", "path": "next"}
CURSOR = {"by": "cursor", "param": "after", "path": "next"}


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def item(number: float, **changes: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "text": "dirty", "at": minute(number).isoformat()} | changes


def says(items: Any, onward: Any = None) -> Say:
    return Say(body=json.dumps({"items": items, "next": onward}).encode())


def poller(wire: Wire, **options: Any) -> Poller:
    return Poller("http_json", **{"url": wire.url + "/reviews", "items": "items", "fields": FIELDS} | options)


class Reviews:
    """Reviews newest first, in pages of three, paged as the option says."""

    def __init__(self, numbers: Sequence[float], by: str) -> None:
        self.numbers, self.by = list(numbers), by

    def __call__(self, ask: Ask) -> Say:
        page = int(ask.query.get("page") or (ask.query.get("after") or "c1")[1:])
        newest_first = sorted(self.numbers, reverse=True)
        items = [item(number) for number in newest_first[3 * page - 3 : 3 * page]]
        more = len(self.numbers) > 3 * page
        onward = {"cursor": f"c{page + 1}", "next": f"/reviews?page={page + 1}", "number": None}[self.by]
        return says(items, onward if more else None)


async def test_an_item_becomes_a_post() -> None:
    given = {
        "key": 7,
        "head": "Loud",
        "body": {"es": "<p>Sucio &amp; caro</p>"},
        "when": 1773489000,
        "score": {"value": 4},
        "who": {"name": "Ada", "id": 9, "fans": "1200"},
        "n": [{"up": 3}, {"shared": 5}],
        "lang": "es-ES",
        "link": "https://x.test/7",
    }
    fields = {
        "id": ["uuid", "key"],
        "title": "head",
        "text": ["body.en", "body.es"],
        "published_at": "when",
        "stars": "score.value",
        "author": "who.name",
        "author_id": "who.id",
        "followers": "who.fans",
        "likes": "n.0.up",
        "shares": "n.1.shared",
        "lang": "lang",
        "url": "link",
    }
    options = {"fields": fields, "html": True, "stars_out_of": 10}
    async with Wire(lambda _: says([given])) as wire, poller(wire, **options) as reader:
        (post,) = await reader.poll(NOON)
    assert (post.id, post.text, post.lang, post.stars) == ("7", "Loud\nSucio & caro", "es", 2.0)
    assert post.published_at == minute(-10)
    assert post.author == Author("9", "Ada", 1200)
    assert post.engagement == Engagement(likes=3, shares=5)


async def test_a_rating_without_words_is_a_post_and_other_oddities_are_not() -> None:
    items = [
        item(1, text=None, stars=1),
        item(2, text=None),
        item(3, text=5, stars=1),
        item(4, at="soon"),
        5,
        None,
    ]
    async with (
        Wire(lambda _: says(items)) as wire,
        poller(wire, fields=FIELDS | {"stars": "stars"}) as reader,
    ):
        (post,) = await reader.poll(NOON)
    assert (post.text, post.stars) == ("", 1.0)
    assert reader.skipped == [
        Skipped("item 2", "it has no text"),
        Skipped("item 3", "it has no text"),
        Skipped("item 4", "it has no usable time"),
        Skipped("item 5", "it has no id"),
        Skipped("item 6", "it has no id"),
    ]


async def test_secrets_go_into_headers_and_parameters() -> None:
    options: dict[str, Any] = {
        "headers": {"X-Key": {"env": "KEY"}, "X-App": "sentinel"},
        "params": {"key": {"file": "key"}, "limit": 50},
    }
    async with Wire(lambda _: says([])) as wire, poller(wire, **options) as reader:
        await reader.poll(NOON)
    assert wire.asked[0].headers["x-key"] == SECRET
    assert wire.asked[0].headers["x-app"] == "sentinel"
    assert wire.asked[0].query == {"key": SECRET, "limit": "50"}


@pytest.mark.parametrize("paging", [NUMBER, NEXT, CURSOR], ids=["number", "next", "cursor"])
async def test_every_page_is_read_and_then_only_the_new_ones(paging: dict[str, str]) -> None:
    reviews = Reviews(range(-10, 0), paging["by"])
    async with Wire(reviews) as wire, poller(wire, pages=paging) as reader:
        assert len(await reader.poll(NOON)) == 10
        asked = len(wire.asked)
        reviews.numbers += [1, 2, 3, 4]
        assert {"r1", "r2", "r3", "r4"} <= set(await reader.ids(minute(5)))
        assert len(wire.asked) - asked == 3
    assert reader.claims == [Span(minute(-10), NOON), Span(NOON, minute(5))]


@pytest.mark.parametrize("paging", [NUMBER, NEXT, CURSOR], ids=["number", "next", "cursor"])
async def test_a_drain_that_breaks_in_the_middle_moves_nothing(paging: dict[str, str]) -> None:
    reviews = Reviews(range(-10, 0), paging["by"])
    async with Wire(reviews) as wire, poller(wire, pages=paging) as reader:
        wire.answer = lambda ask: reviews(ask) if len(wire.asked) <= 2 else Say(429)
        with pytest.raises(Throttled):
            await reader.poll(NOON)
        assert reader.cursor is None
        wire.answer = reviews
        assert len(await reader.poll(minute(5))) == 10


async def test_an_empty_page_with_a_next_cursor_is_not_the_end() -> None:
    pages = {"": says([], "b"), "b": says([], "c"), "c": says([item(-1)])}
    async with (
        Wire(lambda ask: pages[ask.query.get("after", "")]) as wire,
        poller(wire, pages=CURSOR) as reader,
    ):
        assert await reader.ids(NOON) == ["r-1"]


async def test_pages_that_go_in_circles_end_and_are_told() -> None:
    pages = {"": says([item(-1)], "b"), "b": says([item(-2)], "c"), "c": says([item(-3)], "b")}
    async with (
        Wire(lambda ask: pages[ask.query.get("after", "")]) as wire,
        poller(wire, pages=CURSOR) as reader,
    ):
        assert len(await reader.poll(NOON)) == 3
        assert len(wire.asked) == 3
    assert reader.skipped == [Skipped("the pages", "they go in circles: a page was named twice")]
    assert reader.claims == []


async def test_pages_without_end_are_bounded_and_told() -> None:
    async with (
        Wire(lambda ask: says([item(-1)], str(int(ask.query.get("after", "0")) + 1))) as wire,
        poller(wire, pages=CURSOR, at_most="5 pages") as reader,
    ):
        await reader.poll(NOON)
        assert len(wire.asked) == 5
    assert reader.skipped == [Skipped("the pages", "more than 5 of them: the rest is not read")]
    assert reader.claims == []
    assert reader.cursor


@pytest.mark.parametrize(
    "link", ["http://other.test/x", "//other.test/x", "http://[::1", "javascript:alert(1)"]
)
async def test_a_next_link_to_another_site_is_not_followed(link: str) -> None:
    async with Wire(lambda _: says([item(-1)], link)) as wire, poller(wire, pages=NEXT) as reader:
        assert len(await reader.poll(NOON)) == 1
        assert len(wire.asked) == 1
    assert [skipped.where for skipped in reader.skipped] == ["the pages"]


@pytest.mark.parametrize("onward", [None, "", 0, False, [], {}, "x" * 5_000])
async def test_a_next_that_is_none_ends_the_drain(onward: Any) -> None:
    def answer(ask: Ask) -> Say:
        return says([item(-1)], onward if "after" not in ask.query else None)

    async with Wire(answer) as wire, poller(wire, pages=CURSOR) as reader:
        assert await reader.poll(NOON)
        assert len(wire.asked) <= 2


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("rfc3339", "2026-03-14T11:58:00Z"),
        ("date", "2026-03-14"),
        ("seconds", "1773489480"),
        ("milliseconds", "1773489480000"),
    ],
)
async def test_only_what_is_newer_can_be_asked_for(written: str, told: str) -> None:
    since = {"param": "after", "written": written}
    async with Wire(lambda _: says([item(-2), item(-3)])) as wire, poller(wire, since=since) as reader:
        await reader.poll(NOON)
        wire.answer = lambda _: says([])
        await reader.poll(minute(5))
    assert [ask.query.get("after") for ask in wire.asked] == [None, told]
    assert reader.claims == [Span(minute(-3), NOON), Span(NOON, minute(5))]


async def test_oldest_first_the_mark_moves_page_by_page() -> None:
    pages = {"": says([item(-3)], "b"), "b": says([item(-2)], "c"), "c": Say(500)}
    options: dict[str, Any] = {"pages": CURSOR, "order": "oldest_first"}
    async with Wire(lambda ask: pages[ask.query.get("after", "")]) as wire, poller(wire, **options) as reader:
        with pytest.raises(Unreachable):
            await reader.poll(NOON)
        pages["c"] = says([item(-1)])
        assert await reader.ids(minute(5)) == ["r-2", "r-1"]
        pages["c"] = says([item(-1), item(6)])
        assert await reader.ids(minute(10)) == ["r-1", "r6"]


async def test_a_single_answer_claims_back_to_the_last_poll_only_if_it_reaches_there() -> None:
    async with Wire(lambda _: says([item(-1), item(-2)])) as wire, poller(wire) as reader:
        await reader.poll(NOON)
        wire.answer = lambda _: says([item(4), item(-1)])
        await reader.poll(minute(5))
        wire.answer = lambda _: says([item(9), item(8)])
        await reader.poll(minute(10))
        wire.answer = lambda _: says([])
        await reader.poll(minute(15))
    assert reader.claims == [
        Span(minute(-2), NOON),
        Span(NOON, minute(5)),
        Span(minute(8), minute(10)),
    ]


async def test_a_cursor_of_another_address_is_not_used() -> None:
    async with Wire(Reviews(range(-10, 0), "number")) as wire:
        async with poller(wire, pages=NUMBER) as reader:
            await reader.poll(NOON)
        async with poller(wire, pages=NUMBER, url=wire.url + "/other") as other:
            other.cursor = reader.cursor
            assert len(await other.poll(NOON)) == 10


@pytest.mark.parametrize("body", [b'{"items": {}}', b'{"other": []}', b"[]"])
async def test_a_missing_list_is_unreachable_and_says_where_it_was_looked_for(body: bytes) -> None:
    async with Wire(lambda _: Say(body=body)) as wire, poller(wire) as reader:
        with pytest.raises(Unreachable, match="no list at 'items'"):
            await reader.poll(NOON)


async def test_the_answer_itself_may_be_the_list() -> None:
    async with (
        Wire(lambda _: Say(body=json.dumps([item(-1)]).encode())) as wire,
        poller(wire, items="") as reader,
    ):
        assert await reader.ids(NOON) == ["r-1"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", {"a": {"b": [1, {"c": 2}]}}),
        ("a.b.0", 1),
        ("a.b.1.c", 2),
        ("a.b.9", MISSING),
        ("a.x", MISSING),
        ("a.b.c", MISSING),
    ],
)
def test_paths(path: str, value: object) -> None:
    assert reach({"a": {"b": [1, {"c": 2}]}}, path) == value


def test_the_first_path_that_holds_something_counts() -> None:
    assert first({"a": None, "b": 0}, ("x", "a", "b")) == 0
    assert first({"a": None}, "a") is None
    assert first({"a": 1}, ()) is None


@pytest.mark.parametrize(
    ("written", "zone", "value", "moment"),
    [
        ("auto", None, "2026-03-14T12:00:00Z", NOON),
        ("auto", None, 1773489600, NOON),
        ("auto", None, "1773489600", NOON),
        ("auto", None, 1773489600000, NOON),
        ("auto", None, "2026-03-14T12:00:00", None),
        ("auto", "Europe/Madrid", "2026-03-14 13:00:00", NOON),
        ("auto", "Europe/Madrid", "2026-03-14T12:00:00Z", NOON),
        ("auto", None, None, None),
        ("auto", None, {"at": 1}, None),
        ("auto", None, True, None),
        ("seconds", None, 1773489600, NOON),
        ("milliseconds", None, 1773489600000, NOON),
        ("milliseconds", None, 1773489600, None),
        ("%d/%m/%Y %H:%M", "UTC", "14/03/2026 12:00", NOON),
        ("%d/%m/%Y %H:%M", None, "14/03/2026 12:00", None),
        ("%d/%m/%Y %H:%M %z", None, "14/03/2026 13:00 +0100", NOON),
        ("%d/%m/%Y", "UTC", "tomorrow", None),
    ],
)
def test_times(written: str, zone: str | None, value: object, moment: datetime | None) -> None:
    assert time_reader(written, zone)(value) == moment


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"zone": "Mars/Base"}, "write a zone like Europe/Madrid"),
        ({"zone": "../../etc/passwd"}, "write a zone like Europe/Madrid"),
        ({"time": "iso"}, "write auto, seconds, milliseconds"),
        ({"fields": {"id": "id", "text": "text"}}, "published_at"),
        ({"pages": {"by": "magic"}}, "by"),
        ({"stars_out_of": 0}, "greater than 0"),
        ({"at_most": "many"}, "write it like"),
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Poller("http_json", **{"url": "https://x.test", "fields": FIELDS} | options)
    assert sentence in str(caught.value) or sentence in repr(caught.value.errors())

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from sentinel.errors import Unreachable
from sentinel.model.post import Cursor, Skipped, Span
from sentinel.sources import feedread
from sentinel.sources.feedread import FeedReader, parse
from tests.stand.polling import Poller
from tests.stand.wire import Ask, Say, Wire

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
RECORDINGS = Path(__file__).parent.parent / "recordings" / "feed"


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def rss(*items: str) -> Say:
    return Say(body=f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>".encode())


def item(number: float, text: str = "dirty") -> str:
    return (
        f"<item><guid>g{number}</guid><title>{text}</title>"
        f"<pubDate>{format_datetime(minute(number))}</pubDate></item>"
    )


async def test_entries_become_posts() -> None:
    body = (RECORDINGS / "press.xml").read_bytes()
    async with Wire(lambda _: Say(body=body)) as wire, Poller("feed", url=wire.url + "/rss.xml") as poller:
        first, second, undated = await poller.poll(NOON)
    assert (
        first.text
        == "Guests leave Hotel Miramar over dirty rooms\nThird floor closed.\nNo answer yet & no apology."
    )
    assert (first.id, first.lang, first.url) == ("courier-3", "en", f"{wire.url}/2026/03/14/miramar")
    assert first.author.name == "ada@courier.test (Ada)"
    assert second.published_at == datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
    assert (undated.text, undated.published_at, undated.url) == ("Undated and unnamed", NOON, None)
    assert poller.skipped == [Skipped("entry 4", "it has neither a text nor an identity")]


async def test_a_review_brings_its_stars() -> None:
    body = (RECORDINGS / "reviews.xml").read_bytes()
    async with Wire(lambda _: Say(body=body)) as wire, Poller("feed", url=wire.url) as poller:
        (review,) = await poller.poll(NOON)
    assert (review.id, review.stars, review.author.name) == ("900001", 1.0, "Beto")
    assert review.text == "No abre\nLa app se cierra al pagar"
    assert review.published_at == datetime(2026, 3, 14, 11, 30, tzinfo=UTC)


async def test_a_feed_that_has_not_changed_is_asked_politely_and_claimed() -> None:
    def answer(ask: Ask) -> Say:
        known = (
            ask.headers.get("if-none-match") == '"v1"' and ask.headers.get("if-modified-since") == "long ago"
        )
        headers = {"ETag": '"v1"', "Last-Modified": "long ago"}
        return Say(304) if known else Say(200, rss(item(-30)).body, headers)

    async with Wire(answer) as wire, Poller("feed", url=wire.url) as poller:
        assert len(await poller.poll(NOON)) == 1
        assert await poller.poll(minute(5)) == []
        assert await poller.poll(minute(10)) == []
    assert poller.claims == [Span(minute(-30), NOON), Span(NOON, minute(5)), Span(minute(5), minute(10))]


async def test_only_new_and_changed_entries_come_again_however_they_are_ordered() -> None:
    async with (
        Wire(lambda _: rss(item(-3), item(-2), item(-1))) as wire,
        Poller("feed", url=wire.url) as poller,
    ):
        assert len(await poller.poll(NOON)) == 3
        wire.answer = lambda _: rss(item(-1), item(-3), item(1), item(-2, "dirty, and now flooded"))
        assert await poller.ids(minute(5)) == ["g1", "g-2"]
        wire.answer = lambda _: rss(item(-3))
        await poller.poll(minute(10))
        wire.answer = lambda _: rss(item(-1), item(1))
        assert await poller.ids(minute(15)) == []


async def test_an_undated_entry_keeps_its_first_minute() -> None:
    undated = "<item><guid>u</guid><title>dirty</title></item>"
    async with Wire(lambda _: rss(undated)) as wire, Poller("feed", url=wire.url) as poller:
        assert [post.published_at for post in await poller.poll(NOON)] == [NOON]
        wire.answer = lambda _: rss(undated.replace("dirty", "still dirty"))
        assert await poller.poll(minute(5)) == []
    assert poller.claims == [Span(NOON, minute(5))]


async def test_a_date_in_the_future_counts_as_now_and_comes_once() -> None:
    async with Wire(lambda _: rss(item(600))) as wire, Poller("feed", url=wire.url) as poller:
        assert [post.published_at for post in await poller.poll(NOON)] == [NOON]
        assert await poller.poll(minute(5)) == []


async def test_what_may_have_dropped_out_between_two_polls_is_not_claimed() -> None:
    async with Wire(lambda _: rss(item(-3))) as wire, Poller("feed", url=wire.url) as poller:
        await poller.poll(NOON)
        wire.answer = lambda _: rss(item(59), item(50))
        await poller.poll(minute(60))
    assert poller.claims == [Span(minute(-3), NOON), Span(minute(50), minute(60))]


async def test_an_empty_feed_claims_nothing() -> None:
    async with Wire(lambda _: rss()) as wire, Poller("feed", url=wire.url) as poller:
        assert await poller.poll(NOON) == []
        assert poller.cursor
    assert poller.claims == []


async def test_a_cursor_of_another_address_is_not_used() -> None:
    async with Wire(lambda _: Say(200, rss(item(-3)).body, {"ETag": '"v1"'})) as wire:
        async with Poller("feed", url=wire.url + "/a") as poller:
            await poller.poll(NOON)
        async with Poller("feed", url=wire.url + "/b") as other:
            other.cursor = poller.cursor
            assert await other.ids(minute(5)) == ["g-3"]
    assert "if-none-match" not in wire.asked[-1].headers


async def test_a_strange_validator_is_forgotten() -> None:
    headers = {"ETag": "caf\xe9", "Last-Modified": "x" * 5_000}
    async with (
        Wire(lambda _: Say(200, rss(item(-3)).body, headers)) as wire,
        Poller("feed", url=wire.url) as poller,
    ):
        await poller.poll(NOON)
        await poller.poll(minute(5))
    assert {"if-none-match", "if-modified-since"}.isdisjoint(wire.asked[-1].headers)


async def test_the_cursor_stays_small_however_long_the_feed() -> None:
    items = [item(-number) for number in range(1, 1_500)]
    async with Wire(lambda _: rss(*items)) as wire, Poller("feed", url=wire.url) as poller:
        assert len(await poller.poll(NOON)) == 1_000
        assert poller.skipped == [Skipped("entries after 1000", "the feed is longer than is read at once")]
    assert isinstance(poller.cursor, str)
    assert len(Cursor(poller.cursor)) < 25_000


@pytest.mark.parametrize(
    "body",
    [
        b"<rss>" + b"<a>" * 250_000,
        b"<rss version='2.0' " + b" ".join(b"a%d='1'" % n for n in range(40_000)) + b"><channel/></rss>",
        b"<rss>" + b"".join(b"<x xmlns:a%d='u%d'/>" % (n, n) for n in range(20_000)),
        ("<rss>" + "<a>" * 250_000).encode("utf-16"),
    ],
    ids=["tags", "attributes", "namespaces", "tags in UTF-16"],
)
def test_what_would_take_minutes_is_not_begun(body: bytes) -> None:
    with pytest.raises(Unreachable, match="than any feed needs"):
        parse(body, "application/xml")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-32"])
def test_a_wrong_charset_in_the_header_does_not_hide_the_feed(charset: str) -> None:
    body = f"<?xml version='1.0' encoding='{charset}'?>{rss(item(-1, 'sucio ñ')).body.decode()}".encode(
        charset
    )
    assert parse(body, "text/xml; charset=us-ascii").entries[0]["title"] == "sucio ñ"


def test_bytes_are_never_taken_for_a_file_name() -> None:
    with pytest.raises(Unreachable, match="no feed"):
        parse(str(RECORDINGS / "press.xml").encode(), "")


def test_a_billion_laughs_are_not_laughed() -> None:
    lines = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 9))
    body = f"<!DOCTYPE r [<!ENTITY a0 'ha'>{lines}]><rss version='2.0'><channel><title>&a8;</title></channel></rss>"
    assert len(str(parse(body.encode(), "").about.get("title", ""))) < 10_000


async def test_a_feed_that_takes_too_long_is_given_up_and_no_second_one_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    going, done = asyncio.Event(), asyncio.Event()

    async def forever(*_: object) -> feedread.Feed:
        going.set()
        await done.wait()
        return feedread.Feed({}, ())

    monkeypatch.setattr("sentinel.sources.feedread.asyncio.to_thread", forever)
    monkeypatch.setattr(feedread, "_SECONDS", 0.05)
    reader = FeedReader()
    with pytest.raises(Unreachable, match="takes too long"):
        await reader.read(b"", "")
    with pytest.raises(Unreachable, match="still being read"):
        await reader.read(b"", "")
    done.set()
    await asyncio.sleep(0)
    monkeypatch.undo()
    assert going.is_set()

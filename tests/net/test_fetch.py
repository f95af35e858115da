from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.net.fetch import Fetcher, Limits
from tests.stand.wire import Ask, Say, Wire, bomb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
QUICK = Limits(seconds=0.3)
SMALL = Limits(decoded=100_000)


@asynccontextmanager
async def exchange(
    answer: Say | Callable[[Ask], Say], limits: Limits | None = None
) -> AsyncIterator[tuple[Fetcher, Wire]]:
    def said(_: Ask) -> Say:
        assert isinstance(answer, Say)
        return answer

    async with Wire(said if isinstance(answer, Say) else answer) as wire:
        fetcher = Fetcher(allow_private=True, limits=limits)
        try:
            yield fetcher, wire
        finally:
            await fetcher.close()


async def test_an_answer_comes_whole() -> None:
    async with exchange(Say(200, b"hello", {"X-Thing": "1"})) as (fetcher, wire):
        answer = await fetcher.get(
            wire.url + "/a?x=1", at=AT, headers={"X-Key": "k"}, params={"q": "Hotel & Bar"}
        )
    assert (answer.status, answer.body, answer.headers["x-thing"]) == (200, b"hello", "1")
    assert wire.asked[0].query == {"x": "1", "q": "Hotel & Bar"}
    assert wire.asked[0].headers["x-key"] == "k"
    assert wire.asked[0].headers["user-agent"].startswith("sentinel/")


RAW_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"hello" * 100, mtime=0)),
        ("x-gzip", gzip.compress(b"hello" * 100, mtime=0)),
        ("deflate", zlib.compress(b"hello" * 100)),
        ("deflate", RAW_DEFLATE.compress(b"hello" * 100) + RAW_DEFLATE.flush()),
        ("identity", b"hello" * 100),
        ("GZIP", gzip.compress(b"hello" * 100, mtime=0)),
    ],
)
async def test_what_was_compressed_is_read(encoding: str, body: bytes) -> None:
    async with exchange(Say(200, body, {"Content-Encoding": encoding})) as (fetcher, wire):
        assert (await fetcher.get(wire.url, at=AT)).body == b"hello" * 100


async def test_a_gzip_bomb_costs_no_memory() -> None:
    say = bomb(200 * 1024 * 1024)
    async with exchange(say, SMALL) as (fetcher, wire):
        tracemalloc.start()
        with pytest.raises(Unreachable, match="larger than 97 KiB"):
            await fetcher.get(wire.url, at=AT)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize("how", ["drip", "silent"])
async def test_time_is_bounded_as_a_whole(how: str) -> None:
    started = asyncio.get_running_loop().time()
    async with exchange(Say(how=how), QUICK) as (fetcher, wire):  # type: ignore[arg-type]  # one of the literals
        with pytest.raises(Unreachable, match=r"did not answer within 0\.3 seconds"):
            await fetcher.get(wire.url, at=AT)
    assert asyncio.get_running_loop().time() - started < 1.5


async def test_dripping_headers_are_bounded_too() -> None:
    async with exchange(Say(how="raw", body=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000)) as (fetcher, wire):
        with pytest.raises(Unreachable):
            await fetcher.get(wire.url, at=AT)


async def test_nobody_listening_is_unreachable_and_never_ambiguous() -> None:
    async with Wire(lambda _: Say()) as wire:
        url = wire.url
    fetcher = Fetcher(allow_private=True, limits=QUICK)
    with pytest.raises(Unreachable, match="cannot be reached") as caught:
        await fetcher.post(url, at=AT, body=b"{}")
    assert not caught.value.ambiguous
    await fetcher.close()


def hop(ask: Ask) -> Say:
    left = int(ask.query.get("left", "0"))
    return Say(302, headers={"Location": f"?left={left - 1}"}) if left else Say(200, b"there")


async def test_five_redirects_are_followed_and_six_are_not() -> None:
    async with exchange(hop) as (fetcher, wire):
        answer = await fetcher.get(wire.url + "/a?left=5", at=AT)
        assert (answer.body, answer.url) == (b"there", f"{wire.url}/a?left=0")
        with pytest.raises(Refused, match="redirects in circles"):
            await fetcher.get(wire.url + "/a?left=6", at=AT)


async def test_headers_of_the_caller_do_not_follow_to_another_origin() -> None:
    async with (
        Wire(lambda _: Say(200, b"there")) as other,
        exchange(lambda _: Say(301, headers={"Location": other.url + "/x"})) as (fetcher, wire),
    ):
        headers = {"Authorization": "Bearer s3cret", "X-Key": "s3cret", "If-None-Match": '"e"'}
        await fetcher.get(wire.url, at=AT, headers=headers)
    assert wire.asked[0].headers["authorization"] == "Bearer s3cret"
    assert {"authorization", "x-key"}.isdisjoint(other.asked[0].headers)
    assert other.asked[0].headers["if-none-match"] == '"e"'


async def test_headers_of_the_caller_follow_on_the_same_origin() -> None:
    async with exchange(hop) as (fetcher, wire):
        await fetcher.get(wire.url + "/a?left=1", at=AT, headers={"X-Key": "k"})
    assert [ask.headers["x-key"] for ask in wire.asked] == ["k", "k"]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://169.254.169.254/latest/meta-data", Refused),
        ("ftp://files.test/x", Refused),
        ("javascript:alert(1)", Refused),
        ("http://[::1", Refused),
        ("http://", Refused),
        ("", Unreachable),
    ],
)
async def test_a_redirect_that_leads_nowhere_good(location: str, error: type[Outside]) -> None:
    async with exchange(Say(302, headers={"Location": location})) as (fetcher, wire):
        with pytest.raises(error):
            await fetcher.get(wire.url, at=AT)


async def test_cookies_are_not_kept() -> None:
    async with exchange(Say(200, b"", {"Set-Cookie": "track=1; Path=/"})) as (fetcher, wire):
        await fetcher.get(wire.url, at=AT)
        await fetcher.get(wire.url, at=AT)
    assert "cookie" not in wire.asked[1].headers


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://a.test/", "file:///etc/passwd", "http://", "https://a\x00b.test", "http://[::1"],
)
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    fetcher = Fetcher(allow_private=True)
    with pytest.raises(Refused):
        await fetcher.get(url, at=AT)
    await fetcher.close()


@pytest.mark.parametrize("value", ["two\r\nlines: x", "ключ"])
async def test_a_header_that_cannot_be_sent_is_refused(value: str) -> None:
    async with exchange(Say()) as (fetcher, wire):
        with pytest.raises(Refused, match="header"):
            await fetcher.get(wire.url, at=AT, headers={"authorization": value})
    assert wire.asked == []


async def test_a_post_sends_its_body_and_hides_its_path() -> None:
    async with exchange(Say(201, b"ok")) as (fetcher, wire):
        answer = await fetcher.post(
            wire.url + "/hook", at=AT, body=b'{"a":1}', headers={"X-Signature": "abc"}
        )
        assert (answer.status, answer.body) == (201, b"ok")
        wire.answer = lambda _: Say(401)
        with pytest.raises(Refused) as caught:
            await fetcher.post(wire.url + "/hook/s3cret", at=AT, body=b"")
    assert wire.asked[0].body == b'{"a":1}'
    assert wire.asked[0].headers["x-signature"] == "abc"
    assert "s3cret" not in str(caught.value)


async def test_a_long_answer_to_a_post_is_cut_not_refused() -> None:
    async with exchange(Say(200, how="endless"), SMALL) as (fetcher, wire):
        assert len((await fetcher.post(wire.url, at=AT, body=b"x")).body) == 100_000


@pytest.mark.parametrize(
    "say", [Say(how="silent"), Say(200, b"x" * 500, how="cut"), Say(200, b"x" * 50, how="reset")]
)
async def test_a_post_whose_answer_is_lost_is_ambiguous(say: Say) -> None:
    async with exchange(say, QUICK) as (fetcher, wire):
        with pytest.raises(Unreachable) as caught:
            await fetcher.post(wire.url, at=AT, body=b"x")
    assert caught.value.ambiguous


async def test_a_post_is_not_sent_elsewhere() -> None:
    async with exchange(Say(307, headers={"Location": "/other"})) as (fetcher, wire):
        with pytest.raises(Refused, match="put the final address"):
            await fetcher.post(wire.url, at=AT, body=b"x")
    assert len(wire.asked) == 1


async def test_asked_to_wait_says_until_when() -> None:
    async with exchange(Say(429, headers={"X-RateLimit-Reset": "2026-03-14T12:05:00Z"})) as (fetcher, wire):
        with pytest.raises(Throttled) as caught:
            await fetcher.get(wire.url + "/x?key=s3cret", at=AT)
    assert caught.value.until == datetime(2026, 3, 14, 12, 5, tzinfo=UTC)
    assert "s3cret" not in str(caught.value)

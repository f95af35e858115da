"""The source against servers on loopback: what it asks, what it makes of the answers, and what it never tells."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.model.post import SourceName, Span
from sentinel.sources.contract import SourceOptions, Surroundings
from sentinel.sources.x import KIND
from tests.sources.x.conftest import NOW, TOKEN, StandIn, make_source, problem, snowflake, tweet
from tests.stand.wire import Ask, Say, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel.model.post import Cursor, Page
    from sentinel.model.secret import SecretRef
    from sentinel.sources.x import XSource

RECORDINGS = Path(__file__).parents[2] / "recordings" / "x"


async def drained(
    source: XSource, since: Cursor | None = None, at: datetime = NOW, into: list[Page] | None = None
) -> list[Page]:
    """All pages of one poll; `into` keeps those that came before an error, as the store would."""
    kept = [] if into is None else into
    async for page in source.pages(since, at):
        kept.append(page)  # a comprehension would lose them at the error
    return kept


async def trouble(say: Say | Callable[[Ask], Say], folder: Path, **options: Any) -> Outside:
    """The error that a poll ends with when X answers so."""
    async with Wire(say if callable(say) else lambda _: say) as wire:
        source = make_source(folder, wire.url, **options)
        with pytest.raises(Outside) as caught:
            await drained(source)
        await source.close()
    return caught.value


async def test_it_asks_for_what_a_post_is_made_of_and_claims_up_to_half_a_minute_ago(tmp_path: Path) -> None:
    x = StandIn([tweet(NOW - timedelta(minutes=5))])
    async with Wire(x.answer) as wire:
        source = make_source(tmp_path, wire.url, ("Hotel Miramar", "@hotelmiramar"), languages=["es"])
        pages = await drained(source)
        await source.close()
    (ask,) = wire.asked
    assert (ask.method, ask.path) == ("GET", "/2/tweets/search/recent")
    assert ask.headers["authorization"] == f"Bearer {TOKEN}"
    assert "Tweepy" in ask.headers["user-agent"]
    assert "cookie" not in ask.headers
    assert ask.query == {
        "query": '("Hotel Miramar" OR @hotelmiramar) (lang:es)',
        "max_results": "100",
        "start_time": "2026-11-22T11:00:00Z",
        "tweet.fields": "created_at,lang,public_metrics,conversation_id,referenced_tweets,author_id,"
        "edit_history_tweet_ids,note_tweet",
        "expansions": "author_id",
        "user.fields": "username,public_metrics",
    }
    assert [len(page.posts) for page in pages] == [1]
    assert pages[0].covered == Span(NOW - timedelta(hours=1), NOW - timedelta(seconds=30))


async def test_a_written_conversation_throttled_in_the_middle_is_picked_up_where_it_broke_off(
    tmp_path: Path,
) -> None:
    polls = json.loads((RECORDINGS / "throttled_mid_drain.json").read_text())["polls"]
    exchanges = [exchange for poll in polls for exchange in poll["exchanges"]]
    script = iter(exchanges)

    def answer(ask: Ask) -> Say:
        exchange = next(script)
        bounds = {"since_id", "until_id", "start_time", "next_token"}
        assert {name: value for name, value in ask.query.items() if name in bounds} == exchange["asks"]
        said = exchange["answers"]
        return Say(said["status"], json.dumps(said["body"]).encode(), said["headers"])

    pages: list[Page] = []
    async with Wire(answer) as wire:
        source = make_source(tmp_path, wire.url)
        with pytest.raises(Throttled) as caught:
            await drained(source, None, datetime.fromisoformat(polls[0]["at"]), into=pages)
        assert caught.value.until == NOW + timedelta(minutes=11)
        assert [page.covered for page in pages] == [None]
        await drained(source, pages[-1].cursor, datetime.fromisoformat(polls[1]["at"]), into=pages)
        await source.close()
    assert next(script, None) is None
    told = [post for page in pages for post in page.posts]
    assert len({post.id for post in told}) == 5
    assert [post.author.followers for post in told] == [1840, 23100, 95, None, 1840]
    assert [post.repost_of for post in told] == [None, told[0].id, None, None, None]
    assert [len(page.skipped) for page in pages] == [0, 1, 0]
    covered = [page.covered for page in pages if page.covered]
    assert (covered[0].start, covered[-1].end) == (
        NOW - timedelta(hours=1),
        NOW + timedelta(minutes=10, seconds=30),
    )
    assert covered[0].end == covered[1].start


def stamped(at: datetime) -> str:
    return str(int(at.timestamp()))


@pytest.mark.parametrize(
    ("headers", "resume"),
    [
        pytest.param(
            {"x-rate-limit-reset": stamped(NOW + timedelta(minutes=7))}, timedelta(minutes=7), id="as X says"
        ),
        pytest.param({}, timedelta(minutes=15), id="nothing said: a whole window"),
        pytest.param({"retry-after": "30"}, timedelta(seconds=30), id="a gateway's own word"),
        pytest.param({"x-rate-limit-reset": "soon"}, timedelta(minutes=15), id="in words"),
        pytest.param(
            {"x-rate-limit-reset": stamped(NOW - timedelta(days=9))}, timedelta(minutes=15), id="in the past"
        ),
        pytest.param({"x-rate-limit-reset": "9" * 60}, timedelta(days=1), id="in a million years"),
        pytest.param({"x-rate-limit-reset": "-1"}, timedelta(minutes=15), id="before 1970"),
    ],
)
async def test_when_throttled_it_comes_back_at_a_sane_time(
    headers: dict[str, str], resume: timedelta, tmp_path: Path
) -> None:
    error = await trouble(Say(429, b"[]", headers), tmp_path)
    assert isinstance(error, Throttled)
    assert error.resume_at(NOW, timedelta(minutes=5)) == NOW + resume


CAPPED = problem(429, "UsageCapExceeded", "Monthly product cap")
QUERY = problem(
    400, "Invalid Request", "x", errors=[{"message": "There were errors\n\x1b[31m <!channel> " + "z" * 999}]
)


@pytest.mark.parametrize(
    ("say", "kind", "words"),
    [
        pytest.param(problem(401, "Unauthorized", "Unauthorized"), Refused, "token", id="401"),
        pytest.param(problem(402, "CreditsDepleted", "no credits"), Refused, "credits", id="402"),
        pytest.param(
            problem(403, "Forbidden", "client-not-enrolled"), Refused, "client-not-enrolled", id="403"
        ),
        pytest.param(Say(404, b"<html>"), Refused, "404", id="404"),
        pytest.param(Say(410), Refused, "410", id="410"),
        pytest.param(Say(418, b"{}"), Refused, "418", id="418"),
        pytest.param(QUERY, Refused, "There were errors", id="400 with a reason"),
        pytest.param(Say(400, b"[null]"), Refused, "query", id="400 that is a list"),
        pytest.param(Say(400, b'{"errors": [1, {"message": 5}]}'), Refused, "query", id="400 of odd types"),
        pytest.param(
            Say(429, CAPPED.body.replace(b"about:blank", b"https://api.x.com/2/problems/usage-capped")),
            Refused,
            "monthly cap",
            id="429 that is the month's cap",
        ),
        pytest.param(Say(302, b"", {"location": "https://example.org/"}), Refused, "redirects", id="302"),
        pytest.param(Say(204), Unreachable, "204", id="204"),
        pytest.param(Say(408), Unreachable, "408", id="408"),
        pytest.param(Say(503, b"{}"), Unreachable, "503", id="503"),
        pytest.param(Say(503, b"null", {"x-rate-limit-reset": "?"}), Unreachable, "503", id="503, null"),
        pytest.param(Say(200, b"<html>Log in</html>"), Unreachable, "web page", id="a web page"),
        pytest.param(Say(200, b"null"), Unreachable, "JSON", id="null"),
        pytest.param(Say(how="endless"), Unreachable, "larger", id="10 GB"),
    ],
)
async def test_every_refusal_is_an_error_that_says_who_must_act(
    say: Say, kind: type[Outside], words: str, tmp_path: Path
) -> None:
    error = await trouble(say, tmp_path)
    assert type(error) is kind
    assert words in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 400


async def test_a_server_that_repeats_the_token_does_not_get_it_printed(tmp_path: Path) -> None:
    def echo(ask: Ask) -> Say:
        return problem(400, "Invalid", "x", errors=[{"message": f"you sent {ask.headers['authorization']}!"}])

    error = await trouble(echo, tmp_path)
    assert str(error).endswith("X says: “you sent Bearer [token]!”")


async def test_the_token_and_the_posts_stay_out_of_every_log_even_at_debug(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tweepy").setLevel(logging.DEBUG)
    x = StandIn([tweet(NOW - timedelta(minutes=5), text="Hotel Miramar is a secret")])
    async with Wire(x.answer) as wire:
        source = make_source(tmp_path, wire.url)
        with capture_logs() as logs:
            assert len(await drained(source)) == 1
        await source.close()
    assert TOKEN not in caplog.text
    assert "is a secret" not in caplog.text
    assert logs == []


async def test_headers_that_come_one_byte_at_a_time_end_at_the_total_timeout(tmp_path: Path) -> None:
    hung_up = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(b"HTTP/1.1 200 OK\r\nx: ")
            while not writer.is_closing():
                writer.write(b"y")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        hung_up.set()

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        source = make_source(tmp_path, f"http://127.0.0.1:{port}", total_timeout="0.3 seconds")
        started = time.monotonic()
        with pytest.raises(Unreachable, match=r"within 0\.3 seconds"):
            await drained(source)
        assert time.monotonic() - started < 2
        await source.close()
        await hung_up.wait()


async def test_a_poll_that_is_cancelled_leaves_no_thread_behind(tmp_path: Path) -> None:
    arrived = asyncio.Event()

    def silence(_: Ask) -> Say:
        arrived.set()
        return Say(how="silent")

    async with Wire(silence) as wire:
        source = make_source(tmp_path, wire.url, total_timeout="30 seconds")
        poll = asyncio.create_task(drained(source))
        await arrived.wait()
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll
        await source.close()
        async with asyncio.timeout(2):
            await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_poll_whose_source_is_closed_meanwhile_ends_as_unreachable(tmp_path: Path) -> None:
    arrived = asyncio.Event()

    def silence(_: Ask) -> Say:
        arrived.set()
        return Say(how="silent")

    async with Wire(silence) as wire:
        source = make_source(tmp_path, wire.url, total_timeout="30 seconds")
        poll = asyncio.create_task(drained(source))
        await arrived.wait()
        await source.close()
        with pytest.raises(Unreachable, match="given up"):
            await poll


async def test_a_refused_token_is_read_again_at_the_next_poll(tmp_path: Path) -> None:
    tokens = iter(["old", TOKEN])
    options = {"kind": "x", "token": {"env": "X"}, "allow_private": True}
    x = StandIn([tweet(NOW - timedelta(minutes=5))])
    async with Wire(x.answer) as wire:
        source = KIND.build(
            SourceName("x"),
            KIND.options.model_validate({**options, "base_url": wire.url}),
            Surroundings(lambda _: next(tokens), tmp_path, ("Hotel Miramar",)),
        )
        with pytest.raises(Refused):
            _ = [page async for page in source.pages(None, NOW)]
        assert [len(page.posts) async for page in source.pages(None, NOW)] == [1]
        await source.close()


def missing(_: SecretRef) -> str:
    raise KeyError("X_TOKEN")


@pytest.mark.parametrize(
    ("reveal", "terms", "options"),
    [
        pytest.param(missing, ("a",), {}, id="no token"),
        pytest.param(lambda _: " ", ("a",), {}, id="an empty token"),
        pytest.param(lambda _: "a\r\nHost: b", ("a",), {}, id="a token that is two lines"),
        pytest.param(lambda _: "ñ", ("a",), {}, id="a token that is no ASCII"),
        pytest.param(lambda _: "t", (), {}, id="nothing to ask for"),
        pytest.param(lambda _: "t", ("\ud800",), {}, id="a term that is no text"),
        pytest.param(lambda _: "t", ("a",), {"allow_private": False}, id="the token over plain http"),
        pytest.param(
            lambda _: "t",
            ("a",),
            {"allow_private": False, "base_url": "https://localhost:9"},
            id="a private name",
        ),
    ],
)
async def test_what_a_person_must_mend_is_refused_without_a_request(
    reveal: Callable[[SecretRef], str], terms: tuple[str, ...], options: dict[str, Any], tmp_path: Path
) -> None:
    given = {
        "kind": "x",
        "token": {"env": "X_TOKEN"},
        "allow_private": True,
        "base_url": "http://127.0.0.1:9",
    }
    source = KIND.build(
        SourceName("x"),
        KIND.options.model_validate({**given, **options}),
        Surroundings(reveal, tmp_path, terms),
    )
    with pytest.raises(Refused):
        _ = [page async for page in source.pages(None, NOW)]
    await source.close()


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"token": "AAAA"}, id="a literal token"),
        pytest.param({"lookback": "8 days"}, id="a week is all there is"),
        pytest.param({"query": "x" * 513}, id="a query too long"),
        pytest.param({"query": ""}, id="an empty query"),
        pytest.param({"languages": ["es OR x"]}, id="a language that is none"),
        pytest.param({"max_posts_per_poll": "9 posts"}, id="a budget below one page"),
        pytest.param({"base_url": "ftp://x"}, id="no web address"),
        pytest.param({"base_url": "https://user:word@api.x.com"}, id="a password in the address"),
        pytest.param({"base_url": "https://api.x.com:99999"}, id="a port that is none"),
        pytest.param({"base_url": "https://[::1"}, id="half an address"),
    ],
)
def test_odd_options_are_found_when_the_file_is_read(odd: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KIND.options.model_validate({"kind": "x", "token": {"env": "X_TOKEN"}, **odd})


def test_a_kind_is_built_from_its_own_options_alone(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        KIND.build(SourceName("x"), SourceOptions(kind="feed"), Surroundings(lambda _: "", tmp_path))


async def test_the_budget_is_never_exceeded_and_said_once_when_spent(tmp_path: Path) -> None:
    x = StandIn([tweet(NOW - timedelta(minutes=5), number) for number in range(64)])
    found: list[str] = []
    async with Wire(x.answer) as wire:
        source = make_source(tmp_path, wire.url, max_posts_per_poll="25 posts", authors=False)
        cursor: Cursor | None = None
        with capture_logs() as logs:
            for poll in range(4):
                pages = await drained(source, cursor, NOW + poll * timedelta(minutes=1))
                found += [post.id for page in pages for post in page.posts]
                assert sum(len(page.posts) for page in pages) <= 25
                cursor = pages[-1].cursor
        await source.close()
    assert len(found) == len(set(found)) == 64
    assert [line["event"] for line in logs] == ["budget_exceeded", "budget_sufficed"]
    assert "expansions" not in wire.asked[0].query


async def test_pages_that_lead_round_in_a_circle_end(tmp_path: Path) -> None:
    body = json.dumps({"data": [tweet(NOW - timedelta(minutes=5))], "meta": {"next_token": "again"}}).encode()
    error = await trouble(Say(200, body), tmp_path)
    assert isinstance(error, Unreachable)
    assert "circle" in str(error)


async def test_empty_pages_without_end_end(tmp_path: Path) -> None:
    x = StandIn()
    count = iter(range(10**6))

    def endless(_: Ask) -> Say:
        return Say(200, json.dumps({"meta": {"result_count": 0, "next_token": f"t{next(count)}"}}).encode())

    async with Wire(endless) as wire:
        source = make_source(tmp_path, wire.url)
        pages = await drained(source)
        await source.close()
    assert len(pages) == len(wire.asked) == 450
    assert not any(page.covered for page in pages)
    assert x.asked == []


async def test_a_worn_out_since_id_is_replaced_by_the_time_that_was_read(tmp_path: Path) -> None:
    x = StandIn([tweet(NOW - timedelta(minutes=5))])
    async with Wire(x.answer) as wire:
        source = make_source(tmp_path, wire.url)
        first = await drained(source)
        x.faults.append(
            problem(
                400,
                "Invalid Request",
                "x",
                errors=[{"message": "'since_id' must be a tweet id created after …"}],
            )
        )
        later = await drained(source, first[-1].cursor, NOW + timedelta(minutes=5))
        await source.close()
    assert wire.asked[1].query["since_id"] == str(snowflake(NOW - timedelta(minutes=5)))
    assert wire.asked[2].query["start_time"] == "2026-11-22T11:59:30Z"
    assert first[-1].covered
    assert later[-1].covered == Span(first[-1].covered.end, NOW + timedelta(minutes=4, seconds=30))


async def test_counts_are_ready_for_whoever_wants_to_ask_cheaply(tmp_path: Path) -> None:
    async with Wire(StandIn().answer) as wire:
        source = make_source(tmp_path, wire.url)
        assert await source.counts('"Hotel Miramar"', NOW, "minute") == [(NOW - timedelta(hours=1), NOW, 7)]
        await source.close()
    assert wire.asked[0].path == "/2/tweets/counts/recent"
    assert wire.asked[0].query == {"query": '"Hotel Miramar"', "granularity": "minute"}


def test_the_heavy_library_stays_away_until_x_is_asked() -> None:
    import subprocess  # noqa: PLC0415  # a fresh interpreter is the test
    import sys  # noqa: PLC0415  # the same

    seen = "import sys, sentinel.sources.x; print('tweepy' in sys.modules, 'requests' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)  # noqa: S603  # ourselves
    assert answer.stdout.split() == ["False", "False"]

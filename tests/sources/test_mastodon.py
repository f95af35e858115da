from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from sentinel.errors import Throttled
from sentinel.model.post import Author, Engagement, Span
from sentinel.sources.mastodon_status import earlier, order, post_of
from tests.stand.polling import SECRET, Poller
from tests.stand.wire import Ask, Say, Wire

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
TOKEN: dict[str, Any] = {"token": {"env": "MASTODON_TOKEN"}}


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def snowflake(number: float, nth: int = 0) -> str:
    return str((int(minute(number).timestamp() * 1000) << 16) + nth)


def status(number: float, nth: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "id": snowflake(number, nth),
        "created_at": minute(number).isoformat(),
        "content": "<p>dirty</p>",
        "account": {"id": "7", "acct": "ada@other.test", "followers_count": 12},
    } | changes


class Instance:
    """Answers timelines and search as Mastodon does."""

    def __init__(self, *statuses: dict[str, Any]) -> None:
        self.statuses = list(statuses)

    def __call__(self, ask: Ask) -> Say:
        after, limit = ask.query.get("min_id", "0"), int(ask.query["limit"])
        newer = sorted(
            (one for one in self.statuses if int(one["id"]) > int(after)), key=lambda one: int(one["id"])
        )
        if ask.path == "/api/v2/search":
            offset = int(ask.query.get("offset", "0"))
            return Say(body=json.dumps({"statuses": newer[::-1][offset : offset + limit]}).encode())
        page = newer[:limit] if "min_id" in ask.query else newer[-limit:]
        return Say(body=json.dumps(page[::-1]).encode())


async def test_a_status_becomes_a_post() -> None:
    told = post_of(
        status(
            -5,
            spoiler_text="Queja",
            content="<p>Sucio &amp; caro<br>nunca más</p>",
            language="es-ES",
            url="https://social.test/@ada/1",
            in_reply_to_id="11",
            replies_count=1,
            reblogs_count=2,
            favourites_count=3,
        ),
        "sample",
        NOON,
    )
    assert told is not None
    assert told.text == "Queja\nSucio & caro\nnunca más"
    assert told.author == Author("7", "@ada@other.test", 12)
    assert told.engagement == Engagement(likes=3, shares=2, replies=1)
    assert (told.lang, told.thread, told.url) == ("es", "11", "https://social.test/@ada/1")


async def test_a_boost_repeats_the_words_of_another() -> None:
    boost = post_of(status(-5, content="", reblog=status(-9, content="<p>never again</p>")), "sample", NOON)
    assert boost is not None
    assert (boost.text, boost.repost_of) == ("never again", snowflake(-9))


async def test_however_many_came_meanwhile_no_gap_opens() -> None:
    instance = Instance(status(-1))
    async with (
        Wire(instance) as wire,
        Poller("mastodon", url=wire.url + "/", hashtags=["#miramar"]) as poller,
    ):
        assert await poller.ids(NOON) == [snowflake(-1)]
        instance.statuses += [status(number / 100, nth) for nth, number in enumerate(range(1, 400))]
        found = await poller.ids(minute(5))
    assert wire.asked[0].path == "/api/v1/timelines/tag/miramar"
    assert set(found) >= {one["id"] for one in instance.statuses[1:]}
    assert poller.claims == [Span(minute(-1), NOON), Span(NOON, minute(5))]


async def test_a_drain_throttled_in_the_middle_goes_on_where_it_was() -> None:
    instance = Instance(status(-20))
    async with Wire(instance) as wire, Poller("mastodon", url=wire.url, public=True) as poller:
        await poller.poll(NOON)
        instance.statuses += [status(number / 50, nth) for nth, number in enumerate(range(1, 200))]
        before = len(wire.asked)
        limited = Say(
            429, headers={"X-RateLimit-Reset": "2026-03-14T12:09:00.000Z", "X-RateLimit-Remaining": "0"}
        )
        wire.answer = lambda ask: instance(ask) if len(wire.asked) - before <= 2 else limited
        with pytest.raises(Throttled) as caught:
            await poller.poll(minute(5))
        kept = {post.id for page in poller.pages for post in page.posts}
        wire.answer = instance
        rest = set(await poller.ids(minute(10)))
    assert caught.value.until == minute(9)
    assert kept
    assert kept | rest >= {one["id"] for one in instance.statuses[1:]}
    assert poller.claims == [Span(minute(-20), NOON), Span(NOON, minute(10))]


async def test_the_last_minutes_are_read_again_for_late_arrivals_and_edits() -> None:
    instance = Instance(status(-1))
    async with Wire(instance) as wire, Poller("mastodon", url=wire.url, public="local") as poller:
        await poller.poll(NOON)
        instance.statuses = [status(-5, content="late from another server"), status(-1, content="edited")]
        again = {post.id: post.text for post in await poller.poll(minute(5))}
    assert wire.asked[0].query["local"] == "true"
    assert again == {snowflake(-5): "late from another server", snowflake(-1): "edited"}


async def test_a_search_is_drained_before_its_place_moves() -> None:
    instance = Instance(status(-1))
    async with (
        Wire(instance) as wire,
        Poller("mastodon", url=wire.url, search=["Hotel Miramar"], **TOKEN) as poller,
    ):
        await poller.poll(NOON)
        instance.statuses += [status(number / 30, nth) for nth, number in enumerate(range(1, 100))]
        before, first = len(wire.asked), poller.cursor
        wire.answer = lambda ask: instance(ask) if len(wire.asked) - before <= 1 else Say(500)
        with pytest.raises(Exception, match="status 500"):
            await poller.poll(minute(5))
        assert json.loads(poller.cursor or "")["places"] == json.loads(first or "")["places"]
        wire.answer = instance
        found = set(await poller.ids(minute(10)))
    assert wire.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert wire.asked[0].query["q"] == "Hotel Miramar"
    assert found >= {one["id"] for one in instance.statuses[1:]}


async def test_a_search_with_more_than_can_be_reached_says_so_and_claims_nothing() -> None:
    instance = Instance(status(-1))
    async with (
        Wire(instance) as wire,
        Poller("mastodon", url=wire.url, search=["miramar"], **TOKEN) as poller,
    ):
        await poller.poll(NOON)
        instance.statuses += [status(number / 300, nth) for nth, number in enumerate(range(1, 1_200))]
        await poller.poll(minute(5))
        assert [skipped.where for skipped in poller.skipped] == ["search:miramar"]
        await poller.poll(minute(10))
    assert poller.claims == [Span(minute(-1), NOON), Span(minute(5), minute(10))]


async def test_a_timeline_that_was_empty_at_first_is_followed_from_there() -> None:
    instance = Instance()
    async with Wire(instance) as wire, Poller("mastodon", url=wire.url, public=True) as poller:
        assert await poller.poll(NOON) == []
        instance.statuses.append(status(2))
        assert await poller.ids(minute(5)) == [snowflake(2)]
    assert poller.claims == [Span(minute(2), minute(5))]


async def test_a_server_that_does_not_heed_min_id_does_not_hold_us() -> None:
    body = json.dumps([status(-1)]).encode()
    async with (
        Wire(lambda _: Say(body=body)) as wire,
        Poller("mastodon", url=wire.url, public=True) as poller,
    ):
        await poller.poll(NOON)
        await poller.poll(minute(5))
        assert len(wire.asked) < 6


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "say what to follow"),
        ({"search": ["x"]}, "search needs a token"),
        ({"public": "everything"}, "public"),
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Poller("mastodon", url="https://social.test", **options)


def test_ids_have_the_order_of_their_making() -> None:
    assert max(["99", "100", "1000"], key=order) == "1000"
    assert max(["01HZX", "01HZY", "01HZA"], key=order) == "01HZY"


def test_an_earlier_id_is_a_time_before_and_other_ids_stay() -> None:
    assert earlier(snowflake(10), timedelta(minutes=10)) == snowflake(0)
    assert earlier("4711", timedelta(minutes=10)) == "4711"
    assert earlier("01HZXA", timedelta(minutes=10)) == "01HZXA"

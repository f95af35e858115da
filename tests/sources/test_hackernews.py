from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sentinel.errors import Unreachable
from sentinel.model.post import Author, Engagement, Skipped, Span
from tests.stand.polling import Poller
from tests.stand.wire import Ask, Say, Wire

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def hit(seconds: int, **changes: Any) -> dict[str, Any]:
    at = int(NOON.timestamp()) + seconds
    return {"objectID": str(at), "created_at_i": at, "author": "ada", "comment_text": "dirty"} | changes


class Algolia:
    """Answers as Algolia does: by time, newest first, at most `most` hits in all, in pages of `size`."""

    def __init__(self, *hits: dict[str, Any], most: int = 1_000, size: int = 1_000) -> None:
        self.hits = list(hits)
        self.most, self.size = most, size

    def __call__(self, ask: Ask) -> Say:
        first, end = map(int, re.findall(r"\d+", ask.query["numericFilters"].replace("created_at_i", "")))
        found = sorted(
            (one for one in self.hits if first <= one["created_at_i"] < end),
            key=lambda one: -int(one["created_at_i"]),
        )
        page, size = int(ask.query["page"]), min(self.size, int(ask.query["hitsPerPage"]))
        shown = found[: self.most][page * size : (page + 1) * size]
        pages = -(-min(len(found), self.most) // size)
        return Say(body=json.dumps({"hits": shown, "nbHits": len(found), "nbPages": pages}).encode())


async def test_a_story_and_a_comment_become_posts() -> None:
    story = hit(
        -60,
        title="Miramar &amp; guests",
        story_text="<p>leaked",
        comment_text=None,
        url="https://x.test",
        points=3,
        num_comments=1,
    )
    comment = hit(-30, comment_text="I <i>agree</i>", story_id=7, story_title="Miramar")
    async with (
        Wire(Algolia(story, comment)) as wire,
        Poller("hackernews", url=wire.url, brand_terms=("Miramar",)) as poller,
    ):
        said, told = await poller.poll(NOON)
    assert told.text == "Miramar & guests\nleaked"
    assert told.engagement == Engagement(likes=3, replies=1)
    assert told.url == f"https://news.ycombinator.com/item?id={told.id}"
    assert (said.text, said.thread, said.author) == ("I agree", "7", Author("ada", "ada"))
    assert wire.asked[0].query["query"] == '"Miramar"'


async def test_windows_are_read_in_order_and_overlap() -> None:
    async with Wire(Algolia()) as wire, Poller("hackernews", url=wire.url, look_back="1 hour") as poller:
        await poller.poll(NOON)
        await poller.poll(minute(10))
    assert poller.claims == [Span(minute(-60), minute(-1)), Span(minute(-5), minute(9))]


async def test_more_than_a_thousand_hits_are_read_in_halves() -> None:
    hits = [hit(-second) for second in range(1, 2_600)]
    async with Wire(Algolia(*hits)) as wire, Poller("hackernews", url=wire.url, look_back="1 hour") as poller:
        found = await poller.ids(NOON)
    assert set(found) == {one["objectID"] for one in hits}
    assert len(found) == len(set(found))


async def test_a_server_with_smaller_pages_is_paged() -> None:
    hits = [hit(-second) for second in range(1, 46)]
    async with Wire(Algolia(*hits, size=20)) as wire, Poller("hackernews", url=wire.url) as poller:
        assert set(await poller.ids(NOON)) == {one["objectID"] for one in hits}


async def test_the_mark_moves_only_past_a_window_read_for_every_term() -> None:
    answer = Algolia(hit(-60))
    async with (
        Wire(answer) as wire,
        Poller("hackernews", url=wire.url, brand_terms=("a", "b", "c")) as poller,
    ):
        wire.answer = lambda ask: Say(500) if ask.query["query"] == '"a"' else answer(ask)
        with pytest.raises(Unreachable):
            await poller.poll(NOON)
        assert poller.cursor is None
        assert poller.claims == []
        wire.answer = answer
        assert await poller.ids(minute(5))
    assert poller.cursor


async def test_a_long_absence_is_caught_up_window_by_window() -> None:
    async with Wire(Algolia()) as wire, Poller("hackernews", url=wire.url) as poller:
        await poller.poll(NOON)
        poller.claims.clear()
        await poller.poll(NOON + timedelta(days=3))
    ends = [span.end for span in poller.claims]
    assert ends == sorted(ends)
    assert len(ends) == 13
    assert all(
        later.start <= earlier.end for earlier, later in zip(poller.claims, poller.claims[1:], strict=False)
    )


async def test_many_terms_are_not_asked_for_one_by_one() -> None:
    terms = tuple(f"brand {number}" for number in range(50))
    async with (
        Wire(Algolia()) as wire,
        Poller("hackernews", url=wire.url, brand_terms=terms, look_back="1 hour") as poller,
    ):
        await poller.poll(NOON)
    assert [ask.query["query"] for ask in wire.asked] == [""]


async def test_terms_of_the_source_go_before_those_of_the_brands() -> None:
    options: dict[str, Any] = {"look_back": "1 hour", "terms": ["own"]}
    async with (
        Wire(Algolia()) as wire,
        Poller("hackernews", brand_terms=("brand",), url=wire.url, **options) as poller,
    ):
        await poller.poll(NOON)
    assert [ask.query["query"] for ask in wire.asked] == ['"own"']


async def test_an_endless_count_ends_and_is_told() -> None:
    body = json.dumps({"hits": [hit(-60)], "nbHits": 10**9, "nbPages": 10**9}).encode()
    async with Wire(lambda _: Say(body=body)) as wire, Poller("hackernews", url=wire.url) as poller:
        await poller.poll(NOON)
        assert len(wire.asked) <= 200
    assert poller.skipped == [Skipped("the window", "it holds more than one poll may read")]
    assert poller.cursor
    assert poller.claims == []


@pytest.mark.parametrize("term", ['with "quotes"', "", "  ", "ñandú @hotel & co"])
async def test_any_term_can_be_asked_for(term: str) -> None:
    async with (
        Wire(Algolia()) as wire,
        Poller("hackernews", url=wire.url, brand_terms=(term,), look_back="1 hour") as poller,
    ):
        await poller.poll(NOON)
    assert wire.asked[0].query["query"].count('"') == 2

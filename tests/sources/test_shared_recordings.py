"""Recorded answers of the real world, where the folder that holds them is at hand."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.errors import Unreachable
from sentinel.sources.feedread import parse
from tests.stand.polling import Poller
from tests.stand.wire import Ask, Say, Wire

SHARED = (
    Path(os.environ.get("SENTINEL_SHARED") or Path(__file__).parents[3] / "shared") / "data" / "recordings"
)
NOW = datetime(2030, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here"),
]


@pytest.fixture(scope="module")
def feeds() -> dict[str, bytes]:
    files = sorted(path for path in (SHARED / "feeds").rglob("*") if path.is_file())
    return {f"/{number}": path.read_bytes() for number, path in enumerate(files)}


async def test_a_thousand_well_and_ill_formed_feeds_are_served_and_read(feeds: dict[str, bytes]) -> None:
    read, refused, slowest = 0, 0, 0.0
    parse(b"<rss version='2.0'><channel><item/></channel></rss>", "")  # feedparser is loaded once, not timed
    async with Wire(lambda ask: Say(body=feeds[ask.path], headers={"Content-Type": "text/xml"})) as wire:
        for path in feeds:
            started = time.perf_counter()
            async with Poller("feed", url=wire.url + path) as poller:
                try:
                    posts = await poller.poll(NOW)
                except Unreachable:
                    refused += 1
                    continue
                finally:
                    slowest = max(slowest, time.perf_counter() - started)
            read += bool(posts)
            assert all(post.text and post.id and post.published_at <= NOW for post in posts)
    assert len(feeds) > 1_000
    assert refused < 10
    assert read > 200  # the rest are feeds about one tag, without an entry or a word
    assert slowest < 0.5


def recorded(name: str) -> dict[str, bytes]:
    """What was asked for with GET → what was answered, in a recorded conversation."""
    text = (SHARED / "mastodon" / name).read_text()
    calls: list[dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)["interactions"]
    answers: dict[str, bytes] = {}
    for call in calls:
        if call["request"]["method"] == "GET":
            body = call["response"]["body"]["string"]
            path = "/" + call["request"]["uri"].split("/", 3)[3].partition("?")[0]
            answers[path] = body if isinstance(body, bytes) else body.encode()
    return answers


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [
        ("test_hashtag_tl.yaml", {"hashtags": ["hoot"]}, True),
        ("test_public_tl.yaml", {"public": True}, True),
        ("test_public_tl.yaml", {"public": "local"}, True),
        ("test_public_tl_anonymous.yaml", {"public": True}, True),
        ("test_search.yaml", {"search": ["mastodonpy_test"], "token": {"env": "T"}}, False),
    ],
)
async def test_recorded_mastodon_conversations_become_posts(
    name: str, options: dict[str, Any], *, found: bool
) -> None:
    answers = recorded(name)

    def answer(ask: Ask) -> Say:
        return Say(body=b"[]" if "min_id" in ask.query else answers[ask.path])

    async with Wire(answer) as wire, Poller("mastodon", url=wire.url, **options) as poller:
        posts = await poller.poll(NOW)
        again = await poller.poll(NOW)
    assert bool(posts) is found
    assert again == []
    assert poller.skipped == []
    assert all(post.text and "<" not in post.text and post.author.id and post.url for post in posts)

"""Answers that X really gave (not part of the repository), served on loopback as they were recorded."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.sources.x.conftest import make_source
from tests.stand.wire import Ask, Say, Wire

if TYPE_CHECKING:
    from sentinel.model.post import Page

pytestmark = pytest.mark.shared

NOTHING = Say(200, b'{"meta":{"result_count":0}}')


@pytest.fixture
def recordings() -> Path:
    shared = Path(os.environ.get("SENTINEL_SHARED") or Path(__file__).parents[4] / "shared")
    folder = shared / "data" / "recordings" / "x"
    if not folder.is_dir():
        pytest.skip("the shared data are not here")
    return folder


def taped(path: Path) -> Say:
    """The first answer on one of tweepy's cassettes, headers and packed body as they came."""
    response = yaml.safe_load(path.read_text())["interactions"][0]["response"]
    headers = {name: values[0] for name, values in response["headers"].items() if name != "content-length"}
    return Say(response["status"]["code"], response["body"]["string"], headers)


def example(path: Path) -> Say:
    """The answer of one of X's own examples."""
    return Say(200, json.dumps(json.loads(path.read_text())[0]["response"]).encode())


async def told(say: Say, at: datetime, folder: Path) -> tuple[list[Page], list[Ask]]:
    answers = iter([say])
    async with Wire(lambda _: next(answers, NOTHING)) as wire:
        source = make_source(folder, wire.url, query="Tweepy")
        pages = [page async for page in source.pages(None, at)]
        await source.close()
    return pages, wire.asked


async def test_a_taped_search_is_followed_to_its_next_page(recordings: Path, tmp_path: Path) -> None:
    say = taped(recordings / "test_client_search_recent_tweets.yaml")
    pages, asked = await told(say, datetime(2022, 10, 7, 22, 43, 19, tzinfo=UTC), tmp_path)
    # taped without the field created_at: no post can be made of these, and each one is counted
    assert {skipped.why for skipped in pages[0].skipped} == {"no time with a zone"}
    assert len(pages[0].skipped) == 10
    assert asked[1].query["next_token"] == "b26v89c19zqg8o3fpzbn1e0ffhxjiofzw6po136rvbnul"
    assert pages[-1].covered


async def test_an_example_of_x_becomes_posts(recordings: Path, tmp_path: Path) -> None:
    say = example(recordings / "playground_tweets_search_recent.json")
    at = datetime(2025, 11, 26, 22, 0, tzinfo=UTC)
    pages, _ = await told(say, at, tmp_path)
    first = pages[0].posts[0]
    assert len(pages[0].posts) == 3
    assert first.published_at == datetime(2025, 11, 26, 21, 30, 10, tzinfo=UTC)
    assert first.engagement.shares is not None
    assert first.thread == "1346889436626259968"
    assert [skipped.where for skipped in pages[0].skipped] == ["errors"]


@pytest.mark.parametrize(
    ("name", "buckets"),
    [
        pytest.param("test_client_get_recent_tweets_count.yaml", 169, id="taped"),
        pytest.param("playground_tweets_counts_recent.json", 3, id="an example"),
    ],
)
async def test_counts_are_read(name: str, buckets: int, recordings: Path, tmp_path: Path) -> None:
    read: Any = taped if name.endswith("yaml") else example
    say = read(recordings / name)
    async with Wire(lambda _: say) as wire:
        source = make_source(tmp_path, wire.url)
        counts = await source.counts("Tweepy", datetime(2022, 1, 1, tzinfo=UTC))
        await source.close()
    assert len(counts) == buckets
    assert all(timedelta(0) <= end - start <= timedelta(hours=1) for start, end, _ in counts)

"""How quick a JSON line becomes a post, beside the tolerant way that goes value by value, in one run."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from sentinel.sources import post_json
from sentinel.sources.post_json import read_line

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.bench

LINE: dict[str, Any] = {
    "source": "x",
    "url": "https://x.test/ada/1",
    "text": "The room at the Hotel Miramar was dirty and nobody came, never again",
    "lang": "es",
    "published_at": "2026-11-22T12:00:00Z",
    "seen_at": "2026-11-22T12:00:40Z",
    "author": {"id": "42", "name": "@ada", "followers": 1200},
    "stars": 1,
    "engagement": {"likes": 3, "shares": 10, "replies": 2, "views": 900},
    "thread": "1590",
    "repost_of": None,
}
LINES = [json.dumps(LINE | {"id": str(number)}).encode() for number in range(50_000)]


def per_second(read: Callable[[bytes], object]) -> float:
    def once() -> float:
        started = time.perf_counter()
        for line in LINES:
            read(line)
        return len(LINES) / (time.perf_counter() - started)

    return max(once() for _ in range(3))


def test_a_line_becomes_a_post_much_quicker_than_value_by_value() -> None:
    quick = per_second(lambda line: read_line(line, 1))
    tolerant = per_second(lambda line: post_json._tolerant(line, 1))
    plain = per_second(json.loads)
    print(f"lines to posts: {quick:,.0f} a second; tolerant {tolerant:,.0f}; json.loads alone {plain:,.0f}")  # noqa: T201  # the figure
    assert quick > 2 * tolerant

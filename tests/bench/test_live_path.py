"""From a line of JSON to a committed tally, beside the shortest program that does the same kind of work.

Plain: `json.loads`, one automaton over the brands' names, `TextBlob(text).sentiment`, a Counter per brand and minute,
and sqlite3's `executemany` in transactions of 500 (WAL, synchronous = FULL). It knows no word boundaries, no languages,
no later looks, no authors and no rules. The aim is 3 × where every post matches; the floors below guard what is
reached. Both run in turns on the same lines, so that a busy machine slows both.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from ahocorasick_rs import AhoCorasick

from sentinel.model.post import Page, Post, SourceName
from sentinel.sources.post_json import read_line
from sentinel.store.open import open_store
from tests.bench.houses import flow
from tests.bench.posts import DAY, brands, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sentinel.flow import Flow

pytestmark = pytest.mark.bench

PAGE, PAGES, ROUNDS = 500, 8, 5
"""A round is so many pages; the first round of each is for warming up."""
TOMORROW = DAY + timedelta(days=1)

_TABLES = """
create table posts (source text, id text, at text, text text, polarity real, primary key (source, id));
create table tallies (brand text, minute text, n integer, negative integer, primary key (brand, minute));
"""
_POST = "insert into posts values (?, ?, ?, ?, ?)"
_TALLY = """insert into tallies values (?, ?, ?, ?) on conflict do update
set n = n + excluded.n, negative = negative + excluded.negative"""


class Plain:
    """The reference."""

    def __init__(self, file: Path, names: Sequence[str]) -> None:
        from textblob import TextBlob  # noqa: PLC0415  # heavy: only when used

        self._blob = TextBlob
        self._names = names
        self._find = AhoCorasick([name.lower() for name in names]).find_matches_as_indexes
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(_TABLES)

    def take_in(self, page: Sequence[bytes]) -> None:
        rows, spoken, bad = [], Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for line in page:
            post = json.loads(line)
            found = {index for index, _, _ in self._find(post["text"].lower())}
            if not found:
                continue
            polarity = self._blob(post["text"]).sentiment.polarity
            rows.append((post["source"], post["id"], post["published_at"], post["text"], polarity))
            for index in found:
                key = self._names[index], post["published_at"][:16]
                spoken[key] += 1
                bad[key] += polarity < 0
        self._db.execute("begin immediate")
        self._db.executemany(_POST, rows)
        self._db.executemany(_TALLY, [(*key, n, bad[key]) for key, n in spoken.items()])
        self._db.execute("commit")

    def close(self) -> None:
        self._db.close()


def ours(flow: Flow) -> Callable[[Sequence[bytes]], None]:
    """A page as the source `recorded` reads it and the flow takes it in."""

    def take_in(page: Sequence[bytes]) -> None:
        read = [read_line(line, number) for number, line in enumerate(page)]
        posts = tuple(one for one in read if isinstance(one, Post))
        assert len(posts) == len(page)
        flow.take_in(SourceName("stream"), Page(posts), TOMORROW)

    return take_in


def seconds(take_in: Callable[[Sequence[bytes]], None], pages: Sequence[Sequence[bytes]]) -> float:
    gc.collect()
    start = time.perf_counter()
    for page in pages:
        take_in(page)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    ("share", "floor"), [(1.0, 2.0), (0.1, 0.7), (0.01, 0.3)], ids=["all", "tenth", "hundredth"]
)
def test_the_live_path_outruns_the_plain_one(
    share: float, floor: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = brands(1_000)
    every = list(lines(PAGE * PAGES * (ROUNDS + 1), names, share))
    pages = [every[first : first + PAGE] for first in range(0, len(every), PAGE)]
    plain = Plain(tmp_path / "plain.db", names)
    took: list[tuple[float, float]] = []
    with closing(plain), closing(open_store("sqlite:///ours.db", tmp_path)) as store:
        take_in = ours(flow(store, names, TOMORROW))
        for first in range(0, len(pages), PAGES):
            some = pages[first : first + PAGES]
            took.append((seconds(plain.take_in, some), seconds(take_in, some)))
    theirs, mine = (min(column) for column in zip(*took[1:], strict=True))
    with capsys.disabled():
        print(  # noqa: T201  # the figure is the point
            f"\n{share:.0%} matched: ours {PAGE * PAGES / mine:,.0f} posts/s, plain {PAGE * PAGES / theirs:,.0f}:"
            f" {theirs / mine:.2f} ×"
        )
    assert theirs / mine > floor

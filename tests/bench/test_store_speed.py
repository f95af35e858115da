"""What keeping a page costs beside a bare `executemany` of the same rows, in one run and in turns."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from sentinel.model.mention import Count, Counted, Mention, Score, SeriesKey
from sentinel.model.post import Author, Cursor, Engagement, Post
from sentinel.store.contract import Batch
from sentinel.store.open import open_store
from tests.store.making import FEED, NOON, after, span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.bench

BATCH, BATCHES, BRANDS = 500, 60, 1000


def counted(number: int) -> Counted:
    """A post about one of a thousand brands, a negative one."""
    brand = f"brand-{number % BRANDS}"
    post = Post(
        source="x",
        id=f"17{number:017d}",
        text=f"The room was dirty and nobody at the desk cared, complaint number {number}, never again",
        published_at=after(number / 600),
        seen_at=after(number / 600 + 1),
        url=f"https://example.org/posts/{number}",
        lang="en",
        author=Author(str(number % 5000), f"guest {number}", number),
        engagement=Engagement(1, 2, 3, 4),
    )
    score = Score("en", -0.5, 0.8, "neg", 0.7, ("dirty",), "textblob", "1")
    series = SeriesKey("dirty-rooms", "part", (("brand", brand),))
    return Counted(post, (Mention(post, brand, score),), (Count(series, negative=True, why="sentiment"),))


def batch(number: int) -> Batch:
    posts = [counted(number * BATCH + one) for one in range(BATCH)]
    return Batch(FEED, posts, NOON, Cursor(str(number)), span(0, number + 1))


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Bare:
    """The same tables without keys' checks, lookups or anything else: rows in, commit."""

    def __init__(self, like: sqlite3.Connection, file: Path) -> None:
        self.conn = sqlite3.connect(file, isolation_level=None)
        self.conn.execute("pragma journal_mode = wal")
        self.conn.execute("pragma synchronous = full")
        for (sql,) in like.execute("select sql from sqlite_master where sql is not null").fetchall():
            self.conn.execute(sql)

    def write(self, rows: dict[str, list[tuple[object, ...]]]) -> None:
        self.conn.execute("begin immediate")
        for table, some in rows.items():
            places = ", ".join("?" * len(some[0]))
            self.conn.executemany(f"insert into {table} values ({places})", some)  # noqa: S608  # our own names
        self.conn.execute("commit")


def fresh_rows(store: sqlite3.Connection, last: dict[str, int]) -> dict[str, list[tuple[object, ...]]]:
    """The rows that the newest page added."""
    above = {"posts": "row", "mentions": "post", "counts": "post"}
    rows = {}
    for table, column in above.items():
        rows[table] = store.execute(f"select * from {table} where {column} > ?", (last["row"],)).fetchall()  # noqa: S608  # our own names
    rows["tallies"] = [(one[0], one[1] + last["row"], "x", 1, 1) for one in rows["counts"]]
    last["row"] += len(rows["posts"])
    return rows


def test_keeping_a_page_costs_little_more_than_writing_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store("sqlite:///store.db", tmp_path)
    kept, bare_took, again = [], [], []
    with closing(sqlite3.connect(tmp_path / "store.db")) as look:
        bare, last = Bare(look, tmp_path / "bare.db"), {"row": 0}
        for number in range(BATCHES):
            one = batch(number)
            kept.append(seconds(partial(store.keep, one)))
            rows = fresh_rows(look, last)
            bare_took.append(seconds(partial(bare.write, rows)))
            again.append(seconds(partial(store.keep, one)))
        bare.conn.close()
    store.close()
    mine, plain, second = (statistics.median(took[2:]) for took in (kept, bare_took, again))
    with capsys.disabled():
        print(  # noqa: T201  # a bench prints
            f"\nkeep {BATCH / mine:,.0f} posts/s ({mine / BATCH * 1e6:.0f} µs a post), "
            f"bare executemany {BATCH / plain:,.0f}, ratio {mine / plain:.2f}; "
            f"the same page again {BATCH / second:,.0f} posts/s"
        )
    assert mine < 4 * plain

"""What a beat costs: judging every series of a rule over four weeks of history, with some incidents going on.

Memory is what the panels and the fit hold (tracemalloc), for a store that has seen four weeks and one that has seen
eight: it depends on the number of series and not on how long sentinel has been running.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from sentinel.detect.coverage import epoch_minute
from sentinel.model.mention import Tally
from sentinel.model.post import Author, Page, Post, SourceName, Span
from sentinel.store.open import open_store
from tests.bench.houses import flow
from tests.bench.posts import DAY, brands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sentinel.flow import Flow

pytestmark = pytest.mark.bench

FEED = SourceName("stream")
NOON = DAY + timedelta(hours=12, seconds=30)
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
STORMS, BEATS, BEATS_TRACED = 5, 90, 5
"""Beats a minute apart: at one of them, or two, an hour turns and all series are fitted anew."""


class Cost(NamedTuple):
    """Milliseconds of an ordinary beat (median, worst) and of one at which an hour turns; what is held, in MiB."""

    usual: float
    worst: float
    turning: float
    held: float


def history(names: list[str], house: Flow, weeks: int) -> Iterator[Tally]:
    """About forty negatives a week for each brand, anywhere in it."""
    dice = np.random.default_rng(3)
    last = epoch_minute(NOON)
    counting = house.lookouts[0].counting
    for name in names:
        minutes = np.unique(dice.integers(last - weeks * 7 * 24 * 60, last - 180, weeks * 40))
        key = counting.series(name, "x")
        yield from (Tally(key, "x", minute, 1, 1) for minute in minutes.tolist())


def storm(names: list[str], at: datetime) -> Page:
    """Twenty complaints about each of some brands in the last twenty minutes, from as many people."""
    posts = []
    for name in names:
        for number in range(20):
            when = at - number * MINUTE
            author = Author(f"{name} {number} {at:%H%M}")
            text = f"{name} lost our bags and hung up, a terrible evening"
            posts.append(Post("x", f"{name} {number} {at:%H%M}", text, when, at, lang="en", author=author))
    return Page(tuple(posts), covered=Span(NOON - 9 * WEEK, at))


def beats(house: Flow, names: list[str], many: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each look: ordinary ones, and those at which an hour turns."""
    usual: list[float] = []
    turning: list[float] = []
    for number in range(many):
        at = NOON + number * MINUTE
        if number % 10 == 0:
            house.take_in(FEED, storm(names[:STORMS], at), at)
        start = time.perf_counter()
        looked = house.look(at)
        took = (time.perf_counter() - start) * 1e3
        assert number == 0 or looked.live == STORMS
        (turning if (epoch_minute(at) + 1) % 60 == 0 else usual).append(took)
    return usual[2:], turning


def cost(folder: Path, count: int, weeks: int, *, traced: bool) -> Cost:
    names = brands(count)
    folder.mkdir()
    with closing(open_store("sqlite:///store.db", folder)) as store:
        before = flow(store, names, NOON)
        part = before.lookouts[0].counting.fingerprint
        store.adopt(part, history(names, before, weeks), NOON - weeks * WEEK)
        del before
        gc.collect()
        if traced:
            tracemalloc.start()
        house = flow(store, names, NOON)
        usual, turning = beats(house, names, BEATS_TRACED if traced else BEATS)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] / 2**20 if traced else 0.0
        tracemalloc.stop()
    return Cost(statistics.median(usual), max(usual), max(turning, default=0.0), held)


def test_looking_at_a_thousand_series_takes_under_fifty_milliseconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    took = cost(tmp_path / "thousand", 1_000, 4, traced=False)
    with capsys.disabled():
        print(f"\n1,000 series: {said(took)}")  # noqa: T201  # the figure is the point
    assert took.usual < 50


def test_looking_at_ten_thousand_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    took = cost(tmp_path / "timed", 10_000, 4, traced=False)
    held = cost(tmp_path / "held", 10_000, 4, traced=True).held
    with capsys.disabled():
        print(f"\n10,000 series: {said(took)}; {held:.0f} MiB held")  # noqa: T201  # the figure is the point
    assert took.usual < 100
    assert held < 105


def test_memory_does_not_grow_with_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    four = cost(tmp_path / "four", 1_000, 4, traced=True).held
    eight = cost(tmp_path / "eight", 1_000, 8, traced=True).held
    with capsys.disabled():
        print(f"\n1,000 series: {four:.1f} MiB after four weeks, {eight:.1f} after eight")  # noqa: T201  # the same
    assert 0.9 < eight / four < 1.1


def said(took: Cost) -> str:
    return f"a beat {took.usual:.1f} ms (worst {took.worst:.1f}), as an hour turns {took.turning:.0f} ms"

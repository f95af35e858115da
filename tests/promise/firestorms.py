"""Storms of known size and speed on the brands of `worlds`: how many raise an alert within a day, and how soon."""

from __future__ import annotations

import itertools
import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import series
from tests.promise.measure import EVERY, PROCESSES, RATES
from tests.promise.worlds import A_DAY, AN_HOUR, STEP, WORLDS, storm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.promise.worlds import Counts, Floats

PROMISE = "1 a month"
SIZES, LEAST_POSTS = (3, 10, 30), 25
"""Times the posts of a mean hour, and never fewer than."""
DOUBLINGS = (2, 6, 24)
"""Steps: ten minutes, half an hour, two hours."""
BEFORE, STORMS, SEED = 28, 2, 1
"""Days of past; storms of each kind; a seed."""


@dataclass(frozen=True, slots=True)
class Storm:
    """One storm: what it was, after how many hours an alert came (None: never), and what had been posted by then."""

    rate: float
    size: int
    doubling: int
    after: float | None
    posted: float


def caught(storms: Sequence[Storm]) -> float:
    """The share of them that raised an alert."""
    return float(np.mean([one.after is not None for one in storms]))


def soon(storms: Sequence[Storm]) -> tuple[float, float]:
    """Of those that did: the median hours from the first post, and the median share of the storm posted by then."""
    seen = [(one.after, one.posted) for one in storms if one.after is not None]
    hours, posted = np.median(np.array(seen), axis=0).tolist()
    return hours, posted


def raise_storms(each: int = STORMS, seed: int = SEED) -> list[Storm]:
    """So many storms of every size and speed on brands of every rate and world."""
    kinds = list(itertools.product(WORLDS, RATES))
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        parts = pool.starmap(_storms, [(*kind, each, seed) for kind in kinds], chunksize=1)
    return [one for part in parts for one in part]


def _storms(world: str, rate: float, each: int, seed: int) -> list[Storm]:
    dice = np.random.default_rng([seed, list(WORLDS).index(world), RATES.index(rate)])
    out = []
    for size, doubling, _ in itertools.product(SIZES, DOUBLINGS, range(each)):
        counts = WORLDS[world](rate, BEFORE + 1, dice)
        begin = (BEFORE - 1) * A_DAY + int(dice.integers(A_DAY))
        hourly = float(counts[:begin].mean()) * AN_HOUR
        posts = storm(max(size * hourly, LEAST_POSTS), doubling, dice)
        out.append(_seen(rate, size, doubling, counts[: begin + A_DAY], posts))
    return out


def _seen(rate: float, size: int, doubling: int, counts: Floats, posts: Counts) -> Storm:
    """Let it come on the last day of the counts, and judge them."""
    first = len(counts) - A_DAY + int(np.argmax(posts > 0))
    alert = series.judge(counts + np.pad(posts, (len(counts) - A_DAY, 0)), STEP, EVERY[PROMISE]).alert
    after = np.flatnonzero(alert[first:])
    if not len(after):
        return Storm(rate, size, doubling, None, 1.0)
    there = posts[: first + int(after[0]) + 1 - (len(counts) - A_DAY)].sum() / posts.sum()
    return Storm(rate, size, doubling, (int(after[0]) + 1) * STEP / 60, float(there))


def table(storms: Sequence[Storm]) -> str:
    """In Markdown: for every rate the share caught by size, and how soon."""
    lines = [["posts a day", *(f"×{size}" for size in SIZES), "all", "median hours", "median share posted"]]
    lines.append(["---:"] * len(lines[0]))
    for name, rates in (*((f"{rate:g}", (rate,)) for rate in RATES), ("all", RATES)):
        here = [one for one in storms if one.rate in rates]
        hours, posted = soon(here)
        by_size = [f"{caught([one for one in here if one.size == size]):.2f}" for size in SIZES]
        lines.append([name, *by_size, f"{caught(here):.2f}", f"{hours:.1f}", f"{posted:.2f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(table(raise_storms()))  # noqa: T201  # that is what it is for

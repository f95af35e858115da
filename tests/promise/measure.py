"""Months of brands on which nothing happens, judged by `sentinel detect`'s own code: what they raise beside what was asked.

`python -m tests.promise.measure` prints the table of docs/how-detection-works.md, for as many brands and from such a
seed as are named: `… 64 2`.
"""

from __future__ import annotations

import itertools
import math
import multiprocessing
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sentinel.detect import scan, series
from sentinel.model.phrase import parse_rarity
from tests.promise.worlds import A_DAY, STEP, WORLDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.promise.worlds import Floats

    Kind: TypeAlias = tuple[str, float]

RATES = (0.5, 2.0, 5.0, 20.0, 50.0, 200.0, 500.0)
PROMISES = ("1 a week", "1 a month", "1 a quarter")
EVERY = {promise: parse_rarity(promise).every for promise in PROMISES}
DAYS, WARM_UP = 98, 14
BRANDS, SEED = 12, 1
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many alarms came, and how many were asked for at most."""

    came: int
    asked: float

    @property
    def ratio(self) -> float:
        """Came over asked."""
        return self.came / self.asked

    @property
    def error(self) -> float:
        """One standard error of the ratio, as Poisson counts scatter; of one alarm where none came."""
        return math.sqrt(max(self.came, 1)) / self.asked

    def within(self, times: float, errors: float = 2.0) -> bool:
        """No more than so many times what was asked, but for counting error."""
        most = times * self.asked
        return self.came <= most + errors * math.sqrt(most)

    def __add__(self, other: Alarms) -> Alarms:
        return Alarms(self.came + other.came, self.asked + other.asked)

    def __str__(self) -> str:
        return f"{self.ratio:.2f} ±{self.error:.2f}"


@dataclass(frozen=True, slots=True)
class Measured:
    """The alarms of every world, rate and promise."""

    alarms: dict[tuple[str, float, str], Alarms]

    def of(self, promise: str, worlds: Iterable[str] = WORLDS, rates: Iterable[float] = RATES) -> Alarms:
        """What came in these worlds at these rates, together."""
        parts = (self.alarms[world, rate, promise] for world, rate in itertools.product(worlds, rates))
        return sum(parts, Alarms(0, 0.0))

    def table(self) -> str:
        """Ratios in Markdown: for each promise a row a rate, a column a world, the last of all worlds together."""
        return "\n\n".join(self._table(promise) for promise in PROMISES)

    def _table(self, promise: str) -> str:
        lines = [[f"`{promise}`, posts a day", *WORLDS, "all"], ["---:"] * (len(WORLDS) + 2)]
        for rate in RATES:
            each = [f"{self.of(promise, [world], [rate]).ratio:.2f}" for world in WORLDS]
            lines.append([f"{rate:g}", *each, str(self.of(promise, rates=[rate]))])
        each = [str(self.of(promise, [world])) for world in WORLDS]
        lines.append(["all", *each, str(self.of(promise))])
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def measure(brands: int = BRANDS, seed: int = SEED) -> Measured:
    """Judge that many brands of each kind, in two processes."""
    kinds = list(itertools.product(WORLDS, RATES))
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        parts = pool.starmap(_alarms, [(kind, brands, seed) for kind in kinds], chunksize=1)
    return Measured({key: alarms for part in parts for key, alarms in part.items()})


def _alarms(kind: Kind, brands: int, seed: int) -> dict[tuple[str, float, str], Alarms]:
    world, rate = kind
    dice = np.random.default_rng([seed, list(WORLDS).index(world), RATES.index(rate)])
    came = dict.fromkeys(PROMISES, 0)
    for _ in range(brands):
        score = series.judge(WORLDS[world](rate, DAYS, dice), STEP, EVERY[PROMISES[0]]).score
        for promise in PROMISES:
            came[promise] += int(starts(score, promise)[WARM_UP * A_DAY :].sum())
    asked = {
        promise: brands * (DAYS - WARM_UP) * 1440 * 60 / EVERY[promise].total_seconds()
        for promise in PROMISES
    }
    return {(world, rate, promise): Alarms(came[promise], asked[promise]) for promise in PROMISES}


def starts(score: Floats, promise: str) -> Floats:
    """1 where `series.judge` starts an alert under this promise, by a score that is the same for all (a test holds it so)."""
    asked = scan.asked(EVERY[promise])
    out, last = np.zeros(len(score)), -math.inf
    for place in np.flatnonzero(score >= min(asked, series._OVER)).tolist():
        over = place - last > series._CALM / STEP
        if not over or score[place] >= asked:
            out[place], last = over, place
    return out


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:])).table())  # noqa: T201  # that is what it is for

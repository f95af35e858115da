"""What the first days cost: how many complaints within two hours it takes to be rarer than once a month.

`python -m tests.promise.warm_up` prints the table of docs/how-detection-works.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sentinel.detect import series
from sentinel.detect.coverage import epoch_minute
from sentinel.model.mention import Tally
from tests.detect.worlds import NEGATIVE, World
from tests.promise.measure import EVERY
from tests.promise.worlds import A_DAY, AN_HOUR, STEP, plain

if TYPE_CHECKING:
    from tests.promise.worlds import Floats

PROMISE = "1 a month"
RATES = (2.0, 10.0, 50.0)
PASTS = (1, 3, 7, 14, 28)
"""Days."""
_RULE = f"{NEGATIVE}spike:\n  window: 2 hours\n  at_least: 2 posts\n  rarer_than: {PROMISE}\n"
_WINDOW, _BRANDS, _MOST = timedelta(hours=2), 5, 400


def needed_of_a_stranger() -> int:
    """How many within two hours a rule calls rarer than asked for where nothing was ever read."""
    return next(posts for posts in range(2, _MOST) if _raised_by_a_stranger(posts))


def _raised_by_a_stranger(posts: int) -> bool:
    world = World(_RULE)
    first = epoch_minute(world.now)
    world.pass_by(2).tell(Tally(world.keys[0], "x", first + n * 120 // posts, 1, 1) for n in range(posts))
    return any(signal.raised for signal in world.signals())


def needed(rate: float, past: int) -> int:
    """The same, the two hours to noon, after so many days of a brand of so many posts a day: the median brand."""
    found = []
    for seed in range(_BRANDS):
        counts = plain(rate, past + 1, np.random.default_rng([seed, past]))[: past * A_DAY + 12 * AN_HOUR]
        found.append(next(more for more in range(2, _MOST) if _raised(counts, more)))
    return int(np.median(found))


def _raised(counts: Floats, posts: int) -> bool:
    """Whether there is an alert in those two hours if so many posts come in them, evenly."""
    there = counts.copy()
    steps = 2 * AN_HOUR
    there[-steps:] = np.diff(np.round(np.linspace(0, posts, steps + 1)))
    alert = series.judge(there, STEP, EVERY[PROMISE], longest=_WINDOW).alert
    return bool(alert[-steps:].any())


def table() -> str:
    """In Markdown."""
    lines = [["days of past", *(f"{rate:g} a day" for rate in RATES)], ["---:"] * (len(RATES) + 1)]
    lines += [["none", *[str(needed_of_a_stranger())] * len(RATES)]]
    lines += [[str(past), *(str(needed(rate, past)) for rate in RATES)] for past in PASTS]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(table())  # noqa: T201  # that is what it is for

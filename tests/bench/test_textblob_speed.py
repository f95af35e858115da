"""How much quicker the fast path is than TextBlob itself, in one run on the same invented posts."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from sentinel.scoring.textblob_fast import sentiment

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.bench

_SAID = (
    "@hotelmiramar we waited two hours for our room and nobody said a word, not very professional!",
    "Best breakfast ever at the Miramar :) thank you so much, we'll be back in May.",
    "Is the pool open in winter? I can't find it on http://example.org/rooms #travel",
    "RT @someone: the air conditioning didn't work and reception were really rude about it... avoid.",
    "Booked three nights for my parents' anniversary, the sea view is “stunning” & staff lovely",
    "still no answer to my email. 5 days. FIVE. is anybody there?!",
    "Check-in was slow but the guy at the desk (Pablo) was super helpful",
    "meeting moved to the Miramar lobby at 9, bring the slides",
)


def posts(count: int) -> list[str]:
    dice = random.Random(7)  # noqa: S311  # repeatable, not secret
    words = [word for word in " ".join(_SAID).split() if word.isalnum()]
    return [" ".join(dice.choice(_SAID).split() + dice.sample(words, 4)) for _ in range(count)]


def seconds(judge: Callable[[str], object], texts: list[str]) -> float:
    def once() -> float:
        start = time.perf_counter()
        for text in texts:
            judge(text)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def test_the_fast_path_is_at_least_four_times_as_fast_as_textblob(capsys: pytest.CaptureFixture[str]) -> None:
    textblob = pytest.importorskip("textblob")
    texts = posts(2_000)
    theirs = seconds(lambda text: textblob.TextBlob(text).sentiment, texts)
    ours = seconds(sentiment, texts)
    with capsys.disabled():
        print(  # noqa: T201  # the figure is the point
            f"\nTextBlob {theirs / len(texts) * 1e6:.1f} µs, fast {ours / len(texts) * 1e6:.1f} µs: {theirs / ours:.1f} ×"
        )
    assert theirs / ours > 4

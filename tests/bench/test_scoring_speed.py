"""How quick the default engine is beside TextBlob, and what it takes to have it, each in one run."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel.model.mention import Text
from sentinel.scoring.labelled import read_corpus
from sentinel.scoring.registry import scorer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.bench

BATCH, BATCHES = 500, 12
ROOT = Path(__file__).parents[2]

_ALONE = """
import time
start = time.perf_counter()
from sentinel.model.mention import Text
from sentinel.scoring.registry import scorer
scorer("compact").score([Text("muy malo, nunca más", lang="es"), Text("this is awful", lang="en")])
took = time.perf_counter() - start
held = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(took, int(held.split()[1]) / 1024)
"""


def posts(language: str) -> list[str]:
    """Posts of the corpus, in an order of their own."""
    texts = [post.text for post in read_corpus(ROOT / "corpus") if post.lang == language]
    random.Random(7).shuffle(texts)  # noqa: S311  # repeatable, not secret
    return texts


def seconds(judge: Callable[[Sequence[str]], object], batches: list[list[str]]) -> list[float]:
    took = []
    for batch in batches:
        start = time.perf_counter()
        judge(batch)
        took.append(time.perf_counter() - start)
    return took


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_default_engine_is_quicker_than_textblob(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    textblob = pytest.importorskip("textblob")
    texts = posts(language)[: BATCH * BATCHES]
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    engine = scorer("compact")
    engine.score([Text(text, language) for text in batches[0]])
    _ = textblob.TextBlob("loads its lists").sentiment
    ours, theirs = [], []
    for batch in batches[1:]:  # in turns, so that a busy machine slows both; every post is new to both
        ours += seconds(lambda some: engine.score([Text(text, language) for text in some]), [batch])
        theirs += seconds(lambda some: [textblob.TextBlob(text).sentiment for text in some], [batch])
    ratio = sum(theirs) / sum(ours)
    with capsys.disabled():
        each = 1e6 / (BATCH * len(ours))
        print(  # noqa: T201  # the figure is the point
            f"\n{language}: TextBlob {sum(theirs) * each:.0f} µs, compact {sum(ours) * each:.0f} µs a post: {ratio:.2f} ×"
        )
    assert ratio > 0.7


def alone() -> tuple[float, float]:
    """Seconds and MiB of a process of its own that scores two posts."""
    asked = [sys.executable, "-c", _ALONE]
    told = subprocess.run(asked, capture_output=True, check=True, text=True).stdout  # noqa: S603  # our own words
    took, held = map(float, told.split())
    return took, held


def test_it_is_there_in_half_a_second_and_sixty_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    runs = [alone() for _ in range(5)]
    took, held = min(run[0] for run in runs), max(run[1] for run in runs)
    with capsys.disabled():
        print(f"\nimport, load, two posts: {took:.2f} s, {held:.0f} MiB")  # noqa: T201  # the figure is the point
    assert took < 0.5
    assert held < 60

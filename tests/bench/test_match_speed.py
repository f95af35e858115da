"""How quick matching a thousand terms is, beside one regular expression of them all, in one run."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

import pytest

from sentinel.detect.match import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.bench

_SYLLABLES = "ka lo mi ra tu ven dor pel sin qua zor bra fen gol tis"
_SAID = "we waited two hours for our room and nobody said a word so we left the place and went home again"
_DICHO = (
    "estuvimos dos horas esperando la habitación y nadie nos dijo ni una palabra así que nos fuimos mañana"
)


def name(dice: random.Random) -> str:
    return "".join(dice.choice(_SYLLABLES.split()) for _ in range(dice.randint(3, 4))).title()


def terms(count: int) -> list[str]:
    dice = random.Random(1)  # noqa: S311  # repeatable, not secret
    kinds: tuple[Callable[[], str], ...] = (
        lambda: name(dice),
        lambda: f"{name(dice)} {name(dice)}",
        lambda: f"@{name(dice).lower()}",
    )
    return [dice.choice(kinds)() for _ in range(count)]


def posts(count: int, said: str, names: list[str]) -> list[str]:
    """Tweet-length; one in a hundred names somebody."""
    dice = random.Random(2)  # noqa: S311  # repeatable, not secret
    texts = [
        " ".join(dice.choices(said.split(), k=18)).capitalize() + ". http://t.co/Xy12" for _ in range(count)
    ]
    return [f"{text} {dice.choice(names)}" if dice.random() < 0.01 else text for text in texts]


def per_second(match: Callable[[str], object], texts: list[str], rounds: int = 5) -> float:
    def once() -> float:
        start = time.perf_counter()
        for text in texts:
            match(text)
        return time.perf_counter() - start

    return len(texts) / min(once() for _ in range(rounds))


@pytest.mark.parametrize(("said", "floor"), [(_SAID, 10.0), (_DICHO, 5.0)], ids=["English", "Spanish"])
def test_a_thousand_terms_cost_a_fraction_of_a_regular_expression(
    said: str, floor: float, capsys: pytest.CaptureFixture[str]
) -> None:
    names = terms(1_000)
    texts = posts(5_000, said, names)
    plain = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)", re.IGNORECASE)
    ours = per_second(Matcher(names).look, texts)
    theirs = per_second(plain.findall, texts[:200], rounds=2)
    with capsys.disabled():
        print(f"\n{ours:,.0f} posts a second, re {theirs:,.0f}: {ours / theirs:.0f} ×")  # noqa: T201  # the figure is the point
    assert ours / theirs > floor

"""Texts for the scorers: invented ones by the thousand, and the measured ones where they are present."""

from __future__ import annotations

import csv
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Inventor = Callable[[int, int], Iterator[str]]

_NEGATIONS = ("not", "no", "never", "n't", "don't", "isn't", "can't", "NOT", "Won't", "didnt")
_PLAIN = (
    "the",
    "a",
    "is",
    "it",
    "room",
    "really",
    "staff",
    "x",
    "I",
    "Mr.",
    "U.S.",
    "etc.",
    "T.",
    "Tss.",
    "p.m.",
)
_MARKS = (
    *".,;:!?()[]{}`'\"@#$^&*+-|=~_/\\<>%",
    "...",
    "!!",
    "?!",
    "..",
    "(!)",
    "( ! )",
    "“",
    "”",
    "’",
    "—",
    "…",
)
_SPACES = (" ", " ", " ", "", "  ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\u00a0", "\u2003", "\x1f")
_ODD = (
    "😡", "👍🏽", "\u200d", "\ufeff", "\ud800", "é", "İ", "ΑΣ", "ß", "ﬁne", "مرحبا", "好", "<b>", "&amp;", "http://t.co/a:/b",
    "@user", "#bad", "END-OF-SENTENCE", "a-02203763", "\x00", "8", "3", "D", "P", "S", "X", "o", "O°", ".O", ".>", "^)",
)  # fmt: skip


@pytest.fixture(scope="session")
def invented() -> Inventor:
    """Texts of lexicon words, negations, modifiers, emoticons, marks, white space and oddities, the same every time."""
    from sentinel.scoring.textblob_lexicon import pattern, tables  # noqa: PLC0415  # heavy: only when used

    lexicon = sorted(form for form in tables().notable if form.isalpha())
    modifiers = [form for form in lexicon if form.endswith("ly")] + ["very", "most", "so", "too"]
    emoticons = sorted(form for group in pattern().EMOTICONS.values() for form in group)
    scattered = [" ".join(form) for form in emoticons]
    pools: tuple[Sequence[str], ...] = (
        lexicon,
        lexicon,
        modifiers,
        _NEGATIONS,
        emoticons,
        scattered,
        _MARKS,
        _MARKS,
        _PLAIN,
        _PLAIN,
        _ODD,
    )

    def invent(count: int, seed: int) -> Iterator[str]:
        dice = random.Random(seed)  # noqa: S311  # repeatable, not secret
        for _ in range(count):
            few = dice.sample(pools, 4)  # many texts without emoticons, many with nothing else
            yield "".join(_piece(dice, dice.choice(few)) for _ in range(dice.randrange(1, 24)))

    return invent


def _piece(dice: random.Random, pool: Sequence[str]) -> str:
    word = dice.choice(pool)
    word = dice.choice((word, word, word, word.upper(), word.title()))
    return word + dice.choice(_SPACES)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that is not part of the repository."""
    folder = Path(os.environ.get("SENTINEL_SHARED") or Path(__file__).parents[3] / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("the shared data are not here")
    return folder


@pytest.fixture(scope="session")
def rows(shared: Path) -> Callable[[str], Iterator[dict[str, str]]]:
    """The rows of every CSV that a pattern below the shared folder names."""

    def read(pattern: str) -> Iterator[dict[str, str]]:
        for path in sorted(shared.glob(pattern)):
            with path.open(encoding="utf-8", newline="") as lines:
                yield from csv.DictReader(lines)

    return read

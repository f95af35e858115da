"""Words, and how they begin and end, as numbers below a power of two (the hashing trick).

Weinberger et al., "Feature hashing for large scale multitask learning" (ICML 2009). A word in the scope of a negator
counts as another word too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from sentinel.scoring.tokens import BRAND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentinel.scoring.signs import Signs

BEGINNINGS, ENDING = (4, 5, 6), 3
"""Letters of a word's pieces: what inflection leaves alone, and the inflection itself."""

MARKS = frozenset((".", ",", ";", ":", "(", ")", '"', "¡", "¿", "\n", BRAND))
"""No words; nor is the brand's own name, which stands in complaints more than elsewhere and says nothing."""


def grams(found: Signs) -> list[str]:
    """All of a text's: what the model was fitted on, in no order that matters."""
    out: list[str] = []
    for at, word in enumerate(found.words):
        if word not in MARKS:
            out += pieces(word)
            if at in found.negated:
                out.append(negation(word))
    return out


def negation(word: str) -> str:
    """The word that a negated word counts as besides."""
    return "¬" + word


def pieces(word: str) -> list[str]:
    """A word, how it begins and how it ends. One that stands for something else (`<at>`), or a short one, is whole."""
    if word[0] == "<" or len(word) < BEGINNINGS[0]:
        return [word]
    return [
        word,
        *(f"<{word[:length]}" for length in BEGINNINGS if length < len(word)),
        f"{word[-ENDING:]}>",
    ]


def bucket(gram: str, size: int) -> int:
    """Where a gram's weight stands among `size`, a power of two."""
    return crc32(gram.encode("utf-8", "replace")) & (size - 1)


def buckets(found: Iterable[str], size: int) -> list[int]:
    """The same for many."""
    last = size - 1
    return [crc32(gram.encode("utf-8", "replace")) & last for gram in found]

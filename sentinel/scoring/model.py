"""A compact model: two linear heads (negative, positive) over features and hashed grams, int8. Its file: see `model_file`."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from sentinel.remembered import Remembered
from sentinel.scoring.features import features
from sentinel.scoring.grams import MARKS, bucket, buckets, negation, pieces

if TYPE_CHECKING:
    from sentinel.scoring.signs import Signs

FORMAT = 1
"""Of the file; another one is refused."""


@dataclass(frozen=True, slots=True)
class Logits:
    """How far the two heads lean: log-odds of negative and of positive, calibrated."""

    negative: float
    positive: float


@dataclass(frozen=True, slots=True)
class Head:
    """One head's weights: `bias`, one a feature, and int8 ones of grams times `scale`; then `slope`, `offset` calibrate."""

    bias: float
    dense: tuple[float, ...]
    grams: bytes
    scale: float
    slope: float
    offset: float


class Model:
    """Judges what a text shows. Words and pairs once weighed are remembered: most posts are made of few words."""

    def __init__(
        self, version: str, heads: tuple[Head, Head], met: frozenset[int], card: dict[str, Any]
    ) -> None:
        """`heads` are those of negative and positive, `met` the marks of the words that the fit has seen."""
        negative, positive = heads
        self.met = met
        self.version = version
        self.card = card
        self._heads = (negative, positive)
        self._size = len(negative.grams)
        weighed = _Weighed(negative, positive)
        self._dense = tuple(zip(negative.dense, positive.dense, strict=True))
        self._words = _Words(weighed, met)

    @property
    def size(self) -> int:
        """Places for weights of grams."""
        return self._size

    def head(self, place: int) -> Head:
        """The weights of negative (0) or positive (1)."""
        return self._heads[place]

    def judge(self, found: Signs) -> Logits:
        """Both heads' answers, calibrated."""
        (negative, positive), (first, second) = self.raw(found), self._heads
        return Logits(negative * first.slope + first.offset, positive * second.slope + second.offset)

    def raw(self, found: Signs) -> tuple[float, float]:
        """Both heads' log-odds before they are calibrated."""
        count, negative, positive = self._grams(found) if self._size else (0, 0, 0)
        heads = self._heads
        norm = 1 / sqrt(count) if count else 0.0
        negative_logit = heads[0].bias + negative * norm * heads[0].scale
        positive_logit = heads[1].bias + positive * norm * heads[1].scale
        dense = self._dense
        for place, value in features(found).items():
            weights = dense[place]
            negative_logit += weights[0] * value
            positive_logit += weights[1] * value
        return negative_logit, positive_logit

    def knows(self, found: Signs) -> bool:
        """Whether a word of the text was met at fit."""
        return any(self._words[word].met for word in found.words)

    def weight(self, word: str) -> float:
        """How much a word by itself, with its pieces, leans towards negative; only for saying what decided."""
        known = self._words[word]
        heads = self._heads
        return (known.negative * heads[0].scale - known.positive * heads[1].scale) / max(known.grams, 1)

    def _grams(self, found: Signs) -> tuple[int, int, int]:
        """How many grams, and the sums of their weights. Equal to `grams.grams`, without making them."""
        words, negated = self._words, found.negated
        count = negative = positive = 0
        for at, word in enumerate(found.words):
            if word in MARKS:
                continue
            known = words[word]
            count += known.grams
            negative += known.negative
            positive += known.positive
            if at in negated:
                count += 1
                negative += known.turned_negative
                positive += known.turned_positive
        return count, negative, positive


class _Weighed:
    """Weights of both heads, by place."""

    __slots__ = ("negative", "positive", "size")

    def __init__(self, negative: Head, positive: Head) -> None:
        self.negative = memoryview(negative.grams).cast("b")
        self.positive = memoryview(positive.grams).cast("b")
        self.size = len(negative.grams)


class _Word(NamedTuple):
    """A word's grams: how many, the sums of their weights, those of its being negated, and whether it was met at fit."""

    grams: int
    negative: int
    positive: int
    turned_negative: int
    turned_positive: int
    met: bool


_NO_WORD = _Word(0, 0, 0, 0, 0, met=False)


class _Words(Remembered[str, _Word]):
    """What words weigh: most posts are made of few."""

    def __init__(self, weighed: _Weighed, met: frozenset[int]) -> None:
        super().__init__()
        self._weighed = weighed
        self._met = met

    def look(self, word: str) -> _Word:
        weighed = self._weighed
        if not weighed.size:
            return _NO_WORD
        places = buckets(pieces(word), weighed.size)
        turned = bucket(negation(word), weighed.size)
        return _Word(
            len(places),
            sum([weighed.negative[place] for place in places]),
            sum([weighed.positive[place] for place in places]),
            weighed.negative[turned],
            weighed.positive[turned],
            mark(word) in self._met,
        )


def probability(log_odds: float) -> float:
    """The probability at such log-odds, kept away from 0 and 1 by a thousandth: nobody is surer of a text."""
    return min(max(1 / (1 + exp(-max(min(log_odds, 30.0), -30.0))), 0.001), 0.999)


def mark(word: str) -> int:
    """A word as a number: 32 bits, nearly its own."""
    return zlib.crc32(word.encode("utf-8", "replace"))

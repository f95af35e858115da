"""English polarity exactly as `TextBlob(text).sentiment` has it, bit for bit, in about a tenth of the time.

TextBlob makes a namedtuple class with every call, strips punctuation it never uses, joins sentences it has just split,
and asks some seventy emoticons about every odd token. The words it looks up and the arithmetic are the same here.

Where two emoticons overlap, TextBlob's own answer depends on PYTHONHASHSEED (its pattern is made from sets); within one
process both agree. A lexicon changed by `textblob.en.sentiment.annotate` is not seen here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sentinel.scoring.textblob_lexicon import NEGATIONS, Odd, Word, tables
from sentinel.scoring.textblob_tokens import chunks, pieces, telling, whole

if TYPE_CHECKING:
    from collections.abc import Callable

_EXCLAMATION = 1.25
_NEGATED = -0.5
_SHORT = 2
"""A modifier reaches across words up to this long ("really is a good"), a negation across one-letter words."""


class Assessment(NamedTuple):
    """One assessed chunk ("not very good"): its words as they stand, and TextBlob's label (mood, irony, profanity)."""

    words: list[str]
    polarity: float
    subjectivity: float
    label: str | None


class Sentiment(NamedTuple):
    """Means over the assessments; 0.0 when there are none, which is not the same as neutral."""

    polarity: float
    subjectivity: float
    assessments: list[Assessment]


def sentiment(text: str) -> Sentiment:
    """Equal to `TextBlob(text).sentiment_assessments`, every float identical."""
    reading = _Reading()
    waiting = False
    for piece in _pieces(text):
        if piece.notable or waiting:  # a word that is neither changes nothing
            for form, word in piece.forms:
                if isinstance(word, Word):
                    waiting = reading.meet(form, word)
                elif waiting or word is not None:
                    waiting = reading.pass_over(form, word)
    return _mean([chunk.assessed() for chunk in reading.chunks])


class _Piece(NamedTuple):
    """What stands between two spaces: its tokens, in lower case, each with what the lexicon has of it."""

    tokens: list[str]
    forms: list[tuple[str, Word | Odd | None]]
    notable: bool
    telling: bool


class _Known(dict[str, _Piece]):
    """Posts say the same words over and over. Filled as they come, some 4 MB; emptied when it is full."""

    MOST = 8192
    LONGEST = 40

    def __init__(self, split: Callable[[str], list[str]]) -> None:
        super().__init__()
        self._split = split

    def __missing__(self, chunk: str) -> _Piece:
        piece = _piece(self._split(chunk))
        if len(chunk) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()
            self[chunk] = piece
        return piece


_CHUNKS = _Known(pieces)
_TOKENS = _Known(lambda token: [token])


def _pieces(text: str) -> list[_Piece]:
    found = [_CHUNKS[chunk] for chunk in chunks(text)]
    if any([piece.telling for piece in found]):  # noqa: C419  # a generator takes twice as long
        together = whole(text, [token for piece in found for token in piece.tokens])
        if together is not None:
            return [_TOKENS[token] for token in together]
    return found


def _piece(tokens: list[str]) -> _Piece:
    look_up = tables().notable.get
    forms = [(form, look_up(form)) for form in map(str.lower, tokens)]
    notable = any(word is not None for _, word in forms)
    return _Piece(tokens, forms, notable, telling(tokens))


def _mean(found: list[Assessment]) -> Sentiment:
    polarity: float = 0
    subjectivity: float = 0
    for one in found:  # one by one: sum() of Python 3.12 rounds differently
        polarity += one.polarity
        subjectivity += one.subjectivity
    count = float(len(found) or 1)
    return Sentiment(polarity / count, subjectivity / count, found)


class _Chunk:
    """An assessment in the making."""

    __slots__ = ("intensity", "label", "negated", "polarity", "subjectivity", "words")

    def __init__(
        self, form: str, polarity: float, subjectivity: float, intensity: float, label: str | None
    ) -> None:
        self.words = [form]
        self.polarity = polarity
        self.subjectivity = subjectivity
        self.intensity = intensity
        self.negated = False
        self.label = label

    def assessed(self) -> Assessment:
        polarity = self.polarity * _NEGATED if self.negated else self.polarity
        return Assessment(self.words, polarity, self.subjectivity, self.label)


class _Reading:
    """TextBlob's state while it reads on: what was assessed, and which modifier or negation still waits for a word."""

    __slots__ = ("chunks", "modifier", "negation")

    def __init__(self) -> None:
        self.chunks: list[_Chunk] = []
        self.modifier = ""
        self.negation = ""

    def meet(self, form: str, word: Word) -> bool:
        """Take in a word of the lexicon; whether anything waits for the next word."""
        if self.modifier:
            self._strengthen(form, word)
        else:
            self.chunks.append(_Chunk(form, word.polarity, word.subjectivity, word.intensity, word.label))
        if self.negation:
            last = self.chunks[-1]
            last.words.insert(0, self.negation)
            last.intensity = 1.0 / last.intensity
            last.negated = True
        self.modifier = form if word.modifies else ""
        self.negation = form if form in NEGATIONS else ""
        return word.modifies or self.negation != ""

    def _strengthen(self, form: str, word: Word) -> None:
        last = self.chunks[-1]
        last.words.append(form)
        last.polarity = max(-1.0, min(word.polarity * last.intensity, 1.0))
        last.subjectivity = max(-1.0, min(word.subjectivity * last.intensity, 1.0))
        last.intensity = word.intensity
        last.label = word.label

    def pass_over(self, form: str, odd: Odd | None) -> bool:
        """Take in a word outside the lexicon; whether anything waits for the next word."""
        if form in NEGATIONS:
            self.negation = form
        elif len(form.strip("'")) > 1:
            self.negation = ""
        if self.negation and self.modifier.endswith("ly"):
            self.chunks[-1].words.append(self.negation)
            self.chunks[-1].negated = True
            self.negation = ""
        elif len(form) > _SHORT:
            self.modifier = ""
        if form == "!" and self.chunks:
            self._exclaim(self.chunks[-1])
        if odd is not None and odd.label is not None:
            self.chunks.append(_Chunk(form, odd.polarity, 1.0, 1.0, odd.label))
        return self.modifier != "" or self.negation != ""

    @staticmethod
    def _exclaim(last: _Chunk) -> None:
        last.words.append("!")
        last.polarity = max(-1.0, min(last.polarity * _EXCLAMATION, 1.0))

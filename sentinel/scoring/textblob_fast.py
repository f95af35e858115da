"""English polarity exactly as `TextBlob(text).sentiment` has it, bit for bit, in about a tenth of the time.

TextBlob makes a namedtuple class with every call, strips punctuation it never uses, joins sentences it has just split,
and asks some seventy emoticons about every odd token. The words it looks up and the arithmetic are the same here.

Where two emoticons overlap, TextBlob's own answer depends on PYTHONHASHSEED (its pattern is made from sets); within one
process both agree. A lexicon changed by `textblob.en.sentiment.annotate` is not seen here.
"""

from __future__ import annotations

from typing import NamedTuple

from sentinel.scoring.textblob_lexicon import NEGATIONS, Odd, Word, tables
from sentinel.scoring.textblob_tokens import tokens

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
    look_up = tables().notable.get
    reading = _Reading()
    waiting = False
    for token in tokens(text):
        form = token.lower()
        word = look_up(form)
        if word is None:  # nearly always
            if waiting:
                waiting = reading.pass_over(form, None)
        elif isinstance(word, Word):
            waiting = reading.meet(form, word)
        else:
            waiting = reading.pass_over(form, word)
    return _mean([chunk.assessed() for chunk in reading.chunks])


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

"""The scorers of our own: `compact`, a small model over words and lists, and `lexicon`, the lists alone.

Both read a text alike (`reading`) and differ in the model that weighs what they find: that of `lexicon` has no grams.
The figures of both stand in the model card, `docs/model-card.md`.
"""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from sentinel.model.mention import Score
from sentinel.scoring.model import probability
from sentinel.scoring.model_file import read_model
from sentinel.scoring.reading import read
from sentinel.scoring.stars import said, usable, with_both

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sentinel.model.mention import Label, Text
    from sentinel.scoring.model import Model
    from sentinel.scoring.reading import Read
    from sentinel.scoring.signs import Signs

COMPACT, LEXICON = "compact", "lexicon"

NEGATIVE_FROM = 0.5
"""`neg` when P(negative) is at least this."""
POSITIVE_FROM = 0.5
"""`pos` when P(positive) is at least this and P(negative) at most `POSITIVE_BELOW`; `neu` between."""
POSITIVE_BELOW = 0.25

_TELLING = 0.05
"""Weight from which a word that stands in no list is named as evidence."""
_MOST_EVIDENCE = 8


class CompactScorer:
    """A model's answers. A text none of whose words says anything, to the lists or to the model, is `unknown` unless starred."""

    def __init__(self, name: str = COMPACT, model: Model | None = None) -> None:
        """Without a `model` the one that comes along for `name` is loaded when it is first asked for."""
        self._name = name
        self._given = model

    @cached_property
    def _model(self) -> Model:
        return self._given or shipped(self._name)

    @classmethod
    def of_file(cls, path: Path) -> CompactScorer:
        """The model of that file (see `sentinel train`). ValueError when it is none; OSError when it cannot be read."""
        return cls(COMPACT, read_model(path))

    @property
    def name(self) -> str:
        """As in `sentinel.yaml`."""
        return self._name

    @property
    def version(self) -> str:
        """The model's."""
        return self._model.version

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        """Its own name and version."""
        return frozenset({(self.name, self.version)})

    def score(self, texts: Sequence[Text]) -> list[Score]:
        """One score a text, same order; never an error."""
        return [self._score(text) for text in texts]

    def _score(self, asked: Text) -> Score:
        found = read(asked)
        stars = usable(asked.stars)
        if not (found.signs.feelings or found.signs.families or self._model.knows(found.signs)):
            return self._made(found, stars, None, None)
        logits = self._model.judge(found.signs)
        negative, positive = probability(logits.negative), probability(logits.positive)
        if found.turned:
            negative, positive = positive, negative
        return self._made(found, stars, negative, positive)

    def _made(self, found: Read, stars: float | None, words: float | None, positive: float | None) -> Score:
        negative, positive = with_both(stars, words, positive)
        return Score(
            lang=found.lang,
            polarity=None if negative is None or positive is None else positive - negative,
            negative=negative,
            label=label(negative, positive),
            sure=_sure(negative, found, starred=stars is not None),
            evidence=(() if stars is None else (said(stars),))
            + (() if words is None else self._evidence(found.signs)),
            engine=self._name,
            version=self._model.version,
        )

    def _evidence(self, found: Signs) -> tuple[str, ...]:
        """Families first, with their words; then words of feeling and words the model leans on, most telling first."""
        families = [f"{family}: {found.wording(*span)}" for family, span in found.families.items()]
        spans = found.families.values()
        telling = [
            (abs(each.valence), found.wording(each.at, each.end))
            for each in found.feelings
            if not any(start <= each.at and each.end <= end for start, end in spans)
        ]
        if not telling and not families:
            telling = self._leaning(found)
        telling.sort(reverse=True)
        return tuple(dict.fromkeys([*families, *(words for _, words in telling)]))[:_MOST_EVIDENCE]

    def _leaning(self, found: Signs) -> list[tuple[float, str]]:
        return [
            (weight, word)
            for word in found.words
            if word.isalpha() and (weight := abs(self._model.weight(word))) >= _TELLING
        ]


@cache
def shipped(name: str) -> Model:
    """The model that comes with sentinel for `compact` or `lexicon`."""
    return read_model(files("sentinel.scoring").joinpath("models", f"{name}.npz"))


def label(negative: float | None, positive: float | None) -> Label:
    """The label at the two probabilities; `unknown` when there is none."""
    if negative is None:
        return "unknown"
    if negative >= NEGATIVE_FROM:
        return "neg"
    return (
        "pos" if positive is not None and positive >= POSITIVE_FROM and negative <= POSITIVE_BELOW else "neu"
    )


def _sure(negative: float | None, found: Read, *, starred: bool) -> float:
    """How far from undecided, 0 to 1; one sign is worth half, two two thirds, stars all of it, and none a third."""
    if negative is None:
        return 0.0
    told = len(found.signs.feelings) + len(found.signs.families)
    return abs(2 * negative - 1) * (1.0 if starred else told / (told + 1) if told else 1 / 3)

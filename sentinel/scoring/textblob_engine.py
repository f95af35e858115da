"""The scorer `textblob`: English by TextBlob's polarity, calibrated; other languages by their stars alone.

How well, on posts in which TextBlob knows a word (`tests/scoring/test_textblob_engine.py` checks the first row):

| posts | assessed | negative | AUC | ECE |
|---|---|---|---|---|
| VADER tweets and product snippets, on which it is fitted (fivefold) | 80 % | 28 % | .845 | .006 |
| tweets to US airlines | 72 % | 65 % | .762 | .268 |
| tweets about four firms (Sanders) | 63 % | 21 % | .758 | .103 |
| TweetEval | 80 % | 16 % | .722 | .169 |
| Amazon reviews | 93 % | 39 % | .756 | .090 |

The order holds elsewhere better than the level does: P(negative) leans towards the 28 % it was fitted at.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache
from importlib.metadata import version
from operator import attrgetter
from typing import TYPE_CHECKING

from sentinel.model.mention import Score
from sentinel.scoring.language import language
from sentinel.scoring.stars import said, usable, with_stars

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from sentinel.model.mention import Label, Text
    from sentinel.scoring.textblob_fast import Assessment, Sentiment

NAME = "textblob"
REVISION = "1"
"""Of what stands in this package: grows whenever an answer could change though TextBlob did not."""

LONGEST = 5_000
"""Characters that are assessed; the answer for anything shorter is TextBlob's own."""

POLARITIES = (-1.0, -0.6, -0.3, -0.1, 0.1, 0.3, 0.6, 1.0)
NEGATIVES = (0.917, 0.882, 0.738, 0.569, 0.297, 0.115, 0.062, 0.003)
"""P(negative) at those polarities, straight lines between: least squares on the 6,305 assessed posts of VADER's ground
truth for tweets and product snippets (MIT licence, github.com/cjhutto/vaderSentiment). A logistic curve is worse by
.012 ECE: it is too sure at both ends."""

NEGATIVE_FROM = 0.5
"""`neg` when P(negative) is at least this: polarity ≤ −0.05."""
POSITIVE_TO = 0.25
"""`pos` when P(negative) is at most this: polarity ≥ 0.15. `neu` between."""


_POLARITY = attrgetter("polarity")


class TextBlobScorer:
    """English posts by the words TextBlob knows; without any such word (and no stars) a post is `unknown`."""

    @property
    def name(self) -> str:
        """As in `sentinel.yaml`."""
        return NAME

    @property
    def version(self) -> str:
        """TextBlob's version and that of the calibration, e.g. `0.19.0+1`."""
        return _version()

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        """Its own name and version."""
        return frozenset({(self.name, self.version)})

    def score(self, texts: Sequence[Text]) -> list[Score]:
        """One score a text, same order; never an error."""
        return [_score(text) for text in texts]


@cache
def _version() -> str:
    return f"{version('textblob')}+{REVISION}"


def _score(asked: Text) -> Score:
    lang = language(asked.text, asked.lang, asked.allowed)
    found = _assessed(asked) if lang in {"en", None} else None
    polarity = found.polarity if found else None
    words = None if polarity is None else negative_of(polarity)
    stars = usable(asked.stars)
    negative = words if stars is None else with_stars(stars, words)
    return Score(
        lang=lang,
        polarity=polarity,
        negative=negative,
        label=label_of(negative),
        sure=_sure(negative, len(found.assessments) if found else 0, starred=stars is not None),
        evidence=(() if stars is None else (said(stars),)) + (_evidence(found.assessments) if found else ()),
        engine=NAME,
        version=_version(),
    )


def negative_of(polarity: float) -> float:
    """P(negative) at a polarity between −1 and 1."""
    above = min(max(bisect_left(POLARITIES, polarity), 1), len(POLARITIES) - 1)
    left, right = POLARITIES[above - 1], POLARITIES[above]
    share = (polarity - left) / (right - left)
    return NEGATIVES[above - 1] * (1 - share) + NEGATIVES[above] * share


def label_of(negative: float | None) -> Label:
    """The label at a probability; `unknown` when there is none."""
    if negative is None:
        return "unknown"
    if negative >= NEGATIVE_FROM:
        return "neg"
    return "pos" if negative <= POSITIVE_TO else "neu"


def _assessed(asked: Text) -> Sentiment | None:
    """None where TextBlob knows no word: its 0.0 then means nothing."""
    text = asked.text[:LONGEST]
    if (loaded := _loaded_names(asked.names)) is not None:
        text = loaded.sub(" X ", text)
    found = _reader()(text)
    return found if found.assessments else None


@cache
def _reader() -> Callable[[str], Sentiment]:
    from sentinel.scoring.textblob_fast import sentiment  # noqa: PLC0415  # heavy: only when used

    return sentiment


@lru_cache(maxsize=4096)
def _loaded_names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds those of a brand's names that TextBlob would assess, such as "Best Western"; None when there are none."""
    import re  # noqa: PLC0415  # shadowing the annotation's import

    sentiment = _reader()
    loaded = sorted((name for name in names if sentiment(name).assessments), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, loaded)), re.IGNORECASE) if loaded else None


def _sure(negative: float | None, words: int, *, starred: bool) -> float:
    """How far from undecided, 0 to 1; one assessed word is worth half, two two thirds, and stars all of it."""
    if negative is None:
        return 0.0
    return abs(2 * negative - 1) * (1.0 if starred else words / (words + 1))


def _evidence(assessments: Sequence[Assessment]) -> tuple[str, ...]:
    if len(assessments) < 2:  # noqa: PLR2004  # nothing to sort
        return tuple([" ".join(one.words) for one in assessments])
    worst_first = sorted(assessments, key=_POLARITY)
    return tuple(dict.fromkeys(" ".join(one.words) for one in worst_first))

"""Any scorer as a TextBlob analyzer: `TextBlob(text, analyzer=SentinelAnalyzer(scorer)).sentiment`.

TextBlob's extension point wants a subclass; this module therefore imports textblob (and with it nltk: seconds, 100 MB)
and is imported by nobody but those who work with TextBlob themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textblob.base import CONTINUOUS, BaseSentimentAnalyzer

from sentinel.model.mention import Text
from sentinel.scoring.textblob_engine import TextBlobScorer

if TYPE_CHECKING:
    from sentinel.model.mention import Label
    from sentinel.scoring.contract import Scorer


class Judged(NamedTuple):
    """What `TextBlob.sentiment` is with this analyzer. `polarity` is 0.0 where it is unknown: see `label`.

    TextBlob's own `polarity` property reads the first field; `subjectivity` is not judged.
    """

    polarity: float
    negative: float | None
    label: Label
    sure: float
    assessments: tuple[str, ...] = ()


class SentinelAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]  # textblob carries no types
    """A TextBlob analyzer that asks a scorer; `lang` and `stars` hold for every text it is given."""

    kind = CONTINUOUS
    RETURN_TYPE = Judged

    def __init__(
        self, scorer: Scorer | None = None, *, lang: str | None = None, stars: float | None = None
    ) -> None:
        super().__init__()
        self._scorer = scorer or TextBlobScorer()
        self._lang = lang
        self._stars = stars

    def analyze(self, text: str, keep_assessments: bool = False) -> Any:  # noqa: FBT001, FBT002  # TextBlob's signature
        """The score of `text` as TextBlob hands it on; with `keep_assessments` the evidence too."""
        score = self._scorer.score([Text(text, lang=self._lang, stars=self._stars)])[0]
        evidence = score.evidence if keep_assessments else ()
        return Judged(score.polarity or 0.0, score.negative, score.label, score.sure, evidence)

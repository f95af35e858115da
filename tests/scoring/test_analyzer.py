"""Sentinel's scorers inside TextBlob."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.model.mention import Score, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

textblob = pytest.importorskip("textblob")

from sentinel.scoring.analyzer import Judged, SentinelAnalyzer  # noqa: E402  # imports textblob


class Grumpy:
    """A scorer that finds everything bad."""

    name = "grumpy"
    version = "1"
    voices = frozenset({("grumpy", "1")})

    def score(self, texts: Sequence[Text]) -> list[Score]:
        return [
            Score(text.lang, -1.0, 0.99, "neg", 0.9, (text.text,), self.name, self.version) for text in texts
        ]


def test_a_blob_asks_the_scorer() -> None:
    blob = textblob.TextBlob("The room was horrible", analyzer=SentinelAnalyzer(lang="en"))
    assert blob.sentiment.label == "neg"
    assert blob.sentiment.polarity == textblob.TextBlob("The room was horrible").sentiment.polarity
    assert blob.sentiment_assessments.assessments == ("horrible",)


def test_any_scorer_will_do() -> None:
    blob = textblob.TextBlob("Qué bien", analyzer=SentinelAnalyzer(Grumpy(), lang="es"))
    assert blob.sentiment == Judged(-1.0, 0.99, "neg", 0.9)


def test_one_analyzer_serves_a_blobber() -> None:
    blobber = textblob.Blobber(analyzer=SentinelAnalyzer(lang="en"))
    assert [blobber(text).sentiment.label for text in ("horrible", "lovely", "Monday")] == [
        "neg",
        "pos",
        "unknown",
    ]


def test_what_is_unknown_has_no_polarity_to_speak_of() -> None:
    judged = SentinelAnalyzer().analyze("")
    assert (judged.polarity, judged.negative, judged.label) == (0.0, None, "unknown")

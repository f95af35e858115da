"""What the engines reach on labelled sets that they are not fitted to, where those are present.

Thresholds are the product's aims; by language they are the mean over its sets. Calibration is that of all posts of a
language together: a set in which two thirds complain and one in which a sixth does cannot both be met by one probability.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

import pytest

from sentinel.model.mention import Text
from sentinel.scoring.labelled import verdict
from sentinel.scoring.measures import Figures, figures
from sentinel.scoring.registry import scorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel.model.mention import Score

    Rows = Callable[[str], Iterator[dict[str, str]]]

pytestmark = pytest.mark.shared

FITTED = ("vader_tweets", "vader_amazon")


@pytest.fixture(scope="session")
def by_set(rows: Rows) -> dict[str, list[tuple[str, Score]]]:
    """Label and answer of every post, by `language set`."""
    asked: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("sentiment/*.csv"):
        if row["source"] not in FITTED:
            asked[f"{row['lang']} {row['source']}"].append(row)
    engine = scorer("compact")
    found = {}
    for name, posts in asked.items():
        texts = [
            Text(post["text"], post["lang"], names=tuple(filter(None, [post["entity"]]))) for post in posts
        ]
        found[name] = [(post["label"], score) for post, score in zip(posts, engine.score(texts), strict=True)]
    return found


def of(answers: list[tuple[str, Score]]) -> Figures:
    said = [verdict(label) or "neu" for label, _ in answers]
    chances = [0.3 if score.negative is None else score.negative for _, score in answers]
    return figures(said, chances, [score.label for _, score in answers])


def of_language(by_set: dict[str, list[tuple[str, Score]]], language: str) -> list[Figures]:
    return [of(answers) for name, answers in by_set.items() if name.startswith(f"{language} ")]


@pytest.mark.parametrize(
    ("language", "least"),
    [("en", 0.84), ("es", 0.83), ("pt", 0.75), ("fr", 0.75), ("de", 0.75), ("it", 0.75)],
)
def test_negatives_are_told_from_the_rest(
    by_set: dict[str, list[tuple[str, Score]]], language: str, least: float
) -> None:
    assert fmean(each.auc or 0 for each in of_language(by_set, language)) >= least


@pytest.mark.parametrize("language", ["en", "es"])
def test_those_called_negative_are_the_negatives(
    by_set: dict[str, list[tuple[str, Score]]], language: str
) -> None:
    answers = [each for name, some in by_set.items() if name.startswith(f"{language} ") for each in some]
    assert (of(answers).f1 or 0) >= 0.66


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de", "it"])
def test_few_negatives_are_called_positive(by_set: dict[str, list[tuple[str, Score]]], language: str) -> None:
    assert fmean(each.called_positive or 0 for each in of_language(by_set, language)) <= 0.1


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_probability_is_what_it_says(by_set: dict[str, list[tuple[str, Score]]], language: str) -> None:
    answers = [each for name, some in by_set.items() if name.startswith(f"{language} ") for each in some]
    assert of(answers).ece <= 0.07

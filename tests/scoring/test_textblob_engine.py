"""The scorer `textblob`: what it says, how surely, and when it says nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.mention import Score, Text
from sentinel.scoring.textblob_engine import (
    LONGEST,
    NEGATIVE_FROM,
    POSITIVE_TO,
    TextBlobScorer,
    label_of,
    negative_of,
)
from sentinel.scoring.textblob_fast import sentiment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def judged(text: str, lang: str | None = "en", **more: object) -> Score:
    return TextBlobScorer().score([Text(text, lang=lang, **more)])[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The room was dirty and the staff were rude", "neg"),
        ("Worst hotel ever!", "neg"),
        ("Lovely breakfast, we were so happy", "pos"),
        ("The left lift is the newer one", "neu"),
        ("We arrived on Monday with two bags", "unknown"),
    ],
)
def test_a_text_has_its_label(text: str, label: str) -> None:
    assert judged(text).label == label


def test_polarity_is_textblobs_own() -> None:
    text = "The room was dirty, but the breakfast wasn't bad at all!"
    assert judged(text).polarity == sentiment(text).polarity


def test_a_zero_without_any_assessed_word_is_unknown_and_a_zero_of_assessed_words_is_not() -> None:
    nothing, something = judged("We arrived on Monday"), judged("a western town")
    assert (nothing.polarity, nothing.negative, nothing.label, nothing.sure) == (None, None, "unknown", 0.0)
    assert (something.polarity, something.label) == (0.0, "neu")
    assert something.negative == pytest.approx(0.433)


@pytest.mark.parametrize("lang", ["es", "fr", "ja"])
def test_other_languages_are_unknown(lang: str) -> None:
    score = judged("terrible, horrible, no good", lang)
    assert (score.polarity, score.negative, score.label, score.sure) == (None, None, "unknown", 0.0)
    assert score.lang == lang


def test_the_language_is_found_where_no_hint_is_given() -> None:
    spanish, english = TextBlobScorer().score([
        Text("La habitación estaba sucia y el personal nos trató fatal", allowed=("es", "en")),
        Text("The room was dirty and the staff treated us badly", allowed=("es", "en")),
    ])  # fmt: skip
    assert (spanish.lang, spanish.label) == ("es", "unknown")
    assert (english.lang, english.label) == ("en", "neg")


def test_an_emoticon_needs_no_language() -> None:
    assert judged(":-(", None).label == "neg"
    assert judged("@hotelmiramar ♥", None).label == "pos"


def test_evidence_is_what_was_assessed_the_most_negative_first() -> None:
    score = judged("Good breakfast, horrible room, not very nice staff")
    assert score.evidence == ("horrible", "not very nice", "good")


def test_a_brands_own_name_sways_nothing() -> None:
    text = "Best Western in Lyon has horrible rooms, @bestwestern"
    assert judged(text, names=("Best Western",)).evidence == ("horrible",)
    assert judged(text).evidence == ("horrible", "western", "best")
    assert judged("best western", names=("Best Western", "Miramar")).label == "unknown"


def test_names_without_loaded_words_leave_the_text_alone() -> None:
    text = "Hotel Miramar: a horrible place"
    assert judged(text, names=("Hotel Miramar", "@hotelmiramar")) == judged(text)


def test_stars_outweigh_words_and_speak_in_any_language() -> None:
    assert judged("lovely, wonderful", stars=1.0).label == "neg"
    assert judged("terrible, horrible", stars=5.0).label == "pos"
    assert judged("terrible, horrible", stars=3.0).label == "neg"
    spanish = judged("fatal", "es", stars=1.0)
    assert (spanish.polarity, spanish.label, spanish.evidence) == (None, "neg", ("1 star",))


@pytest.mark.parametrize("stars", [float("nan"), float("inf"), None])
def test_stars_that_are_no_number_are_no_stars(stars: float | None) -> None:
    assert judged("We arrived on Monday", stars=stars).label == "unknown"


def test_few_words_make_less_sure_than_many() -> None:
    one, three = judged("terrible"), judged("terrible, terrible, terrible")
    assert one.negative == three.negative
    assert one.sure < three.sure < 1


def test_a_longer_text_is_judged_by_its_beginning() -> None:
    beginning = ("a bad room " * LONGEST)[:LONGEST]
    assert judged(beginning + " wonderful" * 10_000) == judged(beginning)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_lower_the_polarity_the_likelier_negative(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= negative_of(high) <= negative_of(low) <= 1


@pytest.mark.parametrize(
    ("negative", "label"), [(None, "unknown"), (NEGATIVE_FROM, "neg"), (0.49, "neu"), (POSITIVE_TO, "pos")]
)
def test_labels_follow_from_the_probability(negative: float | None, label: str) -> None:
    assert label_of(negative) == label


def test_the_thresholds_stand_where_the_docs_say() -> None:
    assert negative_of(-0.05) >= NEGATIVE_FROM > negative_of(-0.04)
    assert negative_of(0.16) <= POSITIVE_TO < negative_of(0.14)


@pytest.mark.shared
def test_the_calibration_holds_on_what_it_was_fitted_on(
    rows: Callable[[str], Iterator[dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    labelled = list(rows("sentiment/en_vader_*.csv"))
    scores = TextBlobScorer().score([Text(row["text"] or "", lang="en") for row in labelled])
    known = [
        (score.negative, row["label"] == "neg")
        for score, row in zip(scores, labelled, strict=True)
        if score.negative is not None
    ]
    auc, ece = area_under_curve(known), calibration_error(known)
    with capsys.disabled():
        print(  # noqa: T201  # the figure is the point
            f"\n{len(known)} assessed of {len(labelled)}: AUC {auc:.3f}, ECE {ece:.3f}"
        )
    assert auc > 0.84
    assert ece < 0.01


def area_under_curve(known: list[tuple[float, bool]]) -> float:
    """The share of pairs (negative, not negative) in the right order; a tie is half."""
    ordered = sorted(known)
    places: dict[float, list[int]] = {}
    for place, (negative, _) in enumerate(ordered):
        places.setdefault(negative, []).append(place)
    mean = {negative: sum(found) / len(found) for negative, found in places.items()}
    hits = [mean[negative] for negative, is_negative in known if is_negative]
    misses = len(known) - len(hits)
    return (sum(hits) - len(hits) * (len(hits) - 1) / 2) / (len(hits) * misses)


def calibration_error(known: list[tuple[float, bool]], bins: int = 10) -> float:
    error = 0.0
    for low, high in pairwise(step / bins for step in range(bins + 1)):
        here = [(negative, truth) for negative, truth in known if low <= negative < high]
        error += abs(sum(negative - truth for negative, truth in here)) / len(known)
    return error

"""How the scorers of our own make an answer: with a model and a handful of words made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.model.mention import Score, Text
from sentinel.scoring.compact_engine import (
    COMPACT,
    NEGATIVE_FROM,
    POSITIVE_BELOW,
    POSITIVE_FROM,
    CompactScorer,
    label,
)
from sentinel.scoring.features import NAMES
from sentinel.scoring.grams import buckets
from sentinel.scoring.model import Head, Model, mark
from sentinel.scoring.model_file import write_model
from sentinel.scoring.signs import Lens
from sentinel.scoring.vocabulary import Means, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.model.mention import Label

BUCKETS = 2**16
WORDS = {
    "awful": -3.0,
    "terrible": -3.5,
    "horrible": -3.2,
    "bad": -2.0,
    "great": 3.0,
    "good": 2.0,
    "better": 2.0,
    "worse": -2.0,
}
FAMILIES = {"money": "full refund", "never again": "never again", "spared": "no complaints"}


@pytest.fixture(autouse=True)
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Vocabulary("en")
    words.negators.add("not")
    for word, valence in WORDS.items():
        words.add_word(word, valence)
    for family, wording in FAMILIES.items():
        words.phrases.add(wording, Means(family=family))
    few = Lens([words])
    monkeypatch.setattr("sentinel.scoring.reading.lens", lambda _: few)


def head(weights: dict[str, float], words: dict[str, int]) -> Head:
    grams = bytearray(BUCKETS)
    for word, weight in words.items():
        grams[buckets([word], BUCKETS)[0]] = weight % 256
    return Head(-1.0, tuple(weights.get(name, 0.0) for name in NAMES), bytes(grams), 0.1, 1.0, 0.0)


def made() -> Model:
    """A model that leans on tone, on families, and on two words that stand in no list: `zorgle` is bad and `flimp` is good."""
    bad = {"blame": 2.0, "praise": -2.0, "complaints": 3.0, "innocence": -1.0}
    good = {name: -weight for name, weight in bad.items()}
    heads = (
        head(bad, {"zorgle": 100, "flimp": -100}),
        head(good, {"zorgle": -100, "flimp": 100}),
    )
    return Model("made 1", heads, frozenset({mark("zorgle"), mark("flimp"), mark("brosk")}), {})


MADE = CompactScorer(COMPACT, made())


def asked(
    text: str,
    *,
    lang: str | None = "en",
    stars: float | None = None,
    names: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
    scorer: CompactScorer = MADE,
) -> Score:
    return scorer.score([Text(text, lang, stars, names, (), others)])[0]


def negative(score: Score) -> float:
    assert score.negative is not None
    return score.negative


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param("it was awful", ("awful",), id="a word"),
        pytest.param(
            "not good, simply terrible",
            ("terrible", "good"),
            id="the most telling first, a negated word by what is left of it",
        ),
        pytest.param("awful awful awful", ("awful",), id="each once"),
        pytest.param("zorgle and brosk", ("zorgle",), id="a word that only the model knows"),
        pytest.param("zorgle is awful", ("awful",), id="words of the lists say it better"),
        pytest.param("brosk", (), id="a word that the model has met and thinks nothing of"),
        pytest.param("bad 😡", ("😡", "bad"), id="a face"),
    ],
)
def test_the_evidence_is_the_words_that_decided(text: str, evidence: tuple[str, ...]) -> None:
    assert asked(text).evidence == evidence


def test_families_are_named_with_their_wording_before_words() -> None:
    found = asked("terrible, I want a full refund, never again")
    assert found.evidence == ("money: full refund", "never again: never again", "terrible")
    assert found.label == "neg"


def test_evidence_is_never_endless() -> None:
    assert len(asked(" ".join([*WORDS, "😡", "👎", "full refund"])).evidence) == 8


def test_what_only_the_model_knows_is_believed() -> None:
    assert asked("zorgle").label == "neg"
    assert asked("flimp").label == "pos"
    assert asked("brosk").label == "neu"
    assert asked("brosko").label == "unknown"


@pytest.mark.parametrize(
    ("text", "stars", "expected"),
    [
        pytest.param("awful", None, "neg", id="words alone"),
        pytest.param("awful", 5, "pos", id="five stars go before words"),
        pytest.param("great", 1, "neg", id="and so does one"),
        pytest.param("awful", 3, "neg", id="at three stars the words decide"),
        pytest.param("great", 3, "pos", id="for praise too"),
        pytest.param("xqzvt", 1, "neg", id="stars alone"),
        pytest.param("xqzvt", 5, "pos", id="five stars alone"),
        pytest.param("", 5, "pos", id="no text"),
        pytest.param("xqzvt", float("nan"), "unknown", id="no number of stars"),
    ],
)  # fmt: skip
def test_stars_and_words_have_one_answer(text: str, stars: float | None, expected: Label) -> None:
    assert asked(text, stars=stars).label == expected


@pytest.mark.parametrize(
    ("stars", "said"), [(1, "1 star"), (2, "2 stars"), (3.5, "3.5 stars"), (9, "5 stars"), (0, "1 star")]
)
def test_stars_are_evidence(stars: float, said: str) -> None:
    assert asked("xqzvt", stars=stars).evidence == (said,)
    assert asked("awful", stars=stars).evidence == (said, "awful")


def test_more_evidence_is_surer() -> None:
    nothing, one, two, three = (
        asked(text).sure / abs(2 * negative(asked(text)) - 1)
        for text in ("zorgle", "awful", "awful terrible", "awful terrible horrible")
    )
    assert nothing == pytest.approx(1 / 3)
    assert nothing < one < two < three < 1
    assert asked("awful", stars=1).sure > asked("awful").sure


def test_an_undecided_answer_is_not_sure_however_much_is_said() -> None:
    flat = Head(0.0, (0.0,) * len(NAMES), bytes(BUCKETS), 0.1, 1.0, 0.0)
    score = asked(
        "awful and great and terrible",
        scorer=CompactScorer(model=Model("flat", (flat, flat), frozenset(), {})),
    )
    assert (score.negative, score.sure, score.polarity) == (0.5, 0, 0)


@pytest.mark.parametrize(
    ("text", "winner"),
    [
        pytest.param("Bahia is better than Miramar, great", "pos", id="praise"),
        pytest.param("Bahia is worse than Miramar, awful", "neg", id="blame"),
    ],
)
def test_the_one_that_loses_by_comparison_gets_the_contrary(text: str, winner: str) -> None:
    one = asked(text, names=("Bahia",), others=("Miramar",))
    other = asked(text, names=("Miramar",), others=("Bahia",))
    assert {one.label, other.label} == {"pos", "neg"}
    assert one.label == winner
    assert other.polarity == pytest.approx(-(one.polarity or 0))


def test_each_of_two_brands_has_its_own_answer() -> None:
    text = "Miramar was awful. Bahia was great"
    miramar = asked(text, names=("Miramar",), others=("Bahia",))
    bahia = asked(text, names=("Bahia",), others=("Miramar",))
    assert (miramar.label, bahia.label) == ("neg", "pos")
    assert (miramar.evidence, bahia.evidence) == (("awful",), ("great",))


@pytest.mark.parametrize(
    ("negative", "positive", "expected"),
    [
        pytest.param(None, None, "unknown", id="nothing known"),
        pytest.param(NEGATIVE_FROM, 0.0, "neg", id="from here on negative"),
        pytest.param(0.999, 0.999, "neg", id="negative goes before positive"),
        pytest.param(NEGATIVE_FROM - 0.001, 0.9, "neu", id="both"),
        pytest.param(POSITIVE_BELOW, POSITIVE_FROM, "pos", id="from here on positive"),
        pytest.param(POSITIVE_BELOW + 0.001, 0.9, "neu", id="too negative to be positive"),
        pytest.param(0.1, POSITIVE_FROM - 0.001, "neu", id="not positive enough"),
        pytest.param(0.1, None, "neu", id="positive unknown"),
    ],
)
def test_a_label_follows_the_two_probabilities(
    negative: float | None, positive: float | None, expected: Label
) -> None:
    assert label(negative, positive) == expected


def test_a_model_of_one_s_own_is_read_from_its_file(tmp_path: Path) -> None:
    write_model(tmp_path / "own.npz", made())
    scorer = CompactScorer.of_file(tmp_path / "own.npz")
    assert (scorer.name, scorer.version) == (COMPACT, "made 1")
    assert asked("zorgle", scorer=scorer).label == "neg"


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.npz").write_text("no model")
    with pytest.raises(ValueError, match="is no model of sentinel"):
        CompactScorer.of_file(tmp_path / "own.npz")

"""The models that come along, on texts so plain that no fit may miss them."""

from __future__ import annotations

import runpy
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.mention import Score, Text
from sentinel.scoring.compact_engine import COMPACT, LEXICON, CompactScorer, shipped
from sentinel.scoring.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from sentinel.model.mention import Label

ENGINES = (COMPACT, LEXICON)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> CompactScorer:
    name: str = request.param
    return CompactScorer(name)


def asked(scorer: CompactScorer, text: str, lang: str | None = "en", names: tuple[str, ...] = ()) -> Score:
    return scorer.score([Text(text, lang, names=names, allowed=LANGUAGES)])[0]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        pytest.param("this is awful, the worst hotel", "en", "neg", id="en: blame"),
        pytest.param("we love it, wonderful hotel", "en", "pos", id="en: praise"),
        pytest.param("una vergüenza, nunca más", "es", "neg", id="es: blame"),
        pytest.param("un hotel maravilloso, nos encantó", "es", "pos", id="es: praise"),
        pytest.param("uma vergonha, péssimo atendimento", "pt", "neg", id="pt: blame"),
        pytest.param("une honte, service horrible", "fr", "neg", id="fr: blame"),
        pytest.param("eine Frechheit, furchtbarer Service", "de", "neg", id="de: blame"),
    ],
)
def test_plain_texts_are_told_apart(engine: CompactScorer, text: str, lang: str, expected: Label) -> None:
    assert [asked(engine, text, hint).label for hint in (lang, None)] == [expected] * 2


@pytest.mark.parametrize("name", ENGINES)
def test_what_comes_along_says_who_answered(name: str) -> None:
    scorer = CompactScorer(name)
    score = asked(scorer, "this is awful")
    assert (score.engine, score.version, score.lang) == (name, scorer.version, "en")
    assert scorer.voices == {(name, scorer.version)}
    assert scorer.version == shipped(name).version


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "https://example.org/awful",
        "@awful",
        "10 20 30",
        "Miramar",
        "xqzvt kwrpl",
        "… ( ) ,",
        "\ud800",
    ],
)
def test_where_nothing_is_said_nothing_is_known(engine: CompactScorer, text: str) -> None:
    score = asked(engine, text, names=("Miramar",))
    assert (score.label, score.negative, score.polarity, score.sure) == ("unknown", None, None, 0)
    assert score.evidence == ()


@pytest.mark.parametrize(
    ("name", "text", "lang"),
    [
        pytest.param("Happy Hotel", "the room at {} was awful", "en", id="en"),
        pytest.param("Hotel Maravilla", "la cena en {} fue horrible", "es", id="es"),
        pytest.param("@alegria", "qué horror de servicio {}", "es", id="a handle"),
        pytest.param("Best Western", "{} cancelled our booking", "en", id="best"),
    ],
)
def test_the_brand_s_own_happy_name_does_not_count(
    engine: CompactScorer, name: str, text: str, lang: str
) -> None:
    happy, plain = (asked(engine, text.format(each), lang, (each,)) for each in (name, "ZKQX"))
    assert happy.negative == plain.negative
    assert not any(word in " ".join(happy.evidence) for word in name.casefold().strip("@").split())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["awful", "great", "not", "but", "very", ",", "refund", "😡", "Miramar", "the"]),
        max_size=8,
    )
)
@pytest.mark.parametrize("name", ENGINES)
def test_the_spelling_of_names_changes_nothing(name: str, words: list[str]) -> None:
    scorer = CompactScorer(name)
    texts = [Text(" ".join(words), "en", names=(each,)) for each in ("Miramar", "MIRAMAR", "miramar")]
    one, two, three = scorer.score(texts)
    assert one == two == three


@pytest.mark.parametrize("name", ENGINES)
def test_what_comes_along_is_small(name: str) -> None:
    file = files("sentinel.scoring").joinpath("models", f"{name}.npz")
    assert len(file.read_bytes()) < 1_000_000


def test_the_shipped_models_are_those_of_the_corpus_and_the_lists() -> None:
    build = runpy.run_path(str(ROOT / "corpus" / "build.py"))
    made = f"{build['REVISION']}.{build['mark']()}"
    assert {shipped(name).version for name in build["RECIPES"]} == {made}, (
        "lists or posts have changed: make model"
    )


def test_the_shipped_models_are_small() -> None:
    assert (
        sum(file.stat().st_size for file in (ROOT / "sentinel" / "scoring" / "models").iterdir()) < 1_000_000
    )

"""What every scorer promises, asked of every engine in the registry."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.mention import Score, Text
from sentinel.scoring.registry import Options, engines, scorer
from tests.stand.classifier import classifier

if TYPE_CHECKING:
    from sentinel.scoring.contract import Scorer

HOSTILE = {
    "empty": "",
    "white space": " \n\t\u3000 ",
    "an emoji": "😡",
    "an emoji of many parts": "👩🏽‍👩🏻‍👧‍👦",
    "one letter": "a",
    "100 kB of one letter": "a" * 100_000,
    "100 kB of brackets": "(" * 100_000,
    "100 kB of full stops": "." * 100_000,
    "100 kB of exclamations": "bad" + "!" * 100_000,
    "100 kB of marks in turn": ".!" * 50_000,
    "100 kB of quotes": "'\"" * 50_000,
    "100 kB of smileys": ": ) " * 25_000,
    "100 kB of words": "not very bad " * 8_000,
    "right to left": "الغرفة كانت قذرة \u202e bad room",
    "zero width": "b\u200ba\u200bd \ufeff\u2060",
    "lone surrogates": "bad \ud83d room \udc00",
    "NUL": "bad\x00room",
    "one address": "https://example.org/terrible-horrible-hotel",
    "markup": "<script>alert('bad')</script> & <b>horrible</b> [x](y) *z*",
    "one line of SQL": "'; DROP TABLE posts; --",
}


@pytest.fixture(scope="session")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    return Options(transformer=classifier(tmp_path_factory.mktemp("classifier")))


@pytest.fixture(params=engines())
def engine(request: pytest.FixtureRequest, options: Options) -> Scorer:
    return scorer(request.param, options)


def holds(score: Score, engine: Scorer) -> None:
    assert (score.polarity is None) <= (score.label == "unknown" or score.negative is not None)
    assert score.polarity is None or -1 <= score.polarity <= 1
    assert score.negative is None or 0 <= score.negative <= 1
    assert (score.negative is None) == (score.label == "unknown")
    assert score.label in {"neg", "neu", "pos", "unknown"}
    assert 0 <= score.sure <= 1
    assert score.label != "unknown" or score.sure == 0
    assert score.lang is None or (len(score.lang) == 2 and score.lang.islower())
    assert (score.engine, score.version) == (engine.name, engine.version)


def test_it_has_a_name_and_a_version(engine: Scorer) -> None:
    assert engine.name
    assert engine.version


def test_no_texts_no_scores(engine: Scorer) -> None:
    assert engine.score([]) == []


def test_one_score_a_text_in_the_same_order(engine: Scorer) -> None:
    texts = [Text("a horrible room", lang="en"), Text(""), Text("a wonderful room", lang="en")]
    scores = engine.score(texts)
    assert [score.label for score in scores] == ["neg", "unknown", "pos"]
    assert scores == [engine.score([text])[0] for text in texts]


def test_the_same_text_always_has_the_same_score(engine: Scorer, options: Options) -> None:
    text = Text("Not a good start :( but the pool is great!", lang="en", stars=2)
    assert engine.score([text] * 3) == [scorer(engine.name, options).score([text])[0]] * 3


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("lang", ["en", "es", None, "und", "zz", "not a language"])
def test_a_hostile_text_is_answered_and_soon(engine: Scorer, text: str, lang: str | None) -> None:
    engine.score([Text("warm up", allowed=("es", "en"))])
    start = time.process_time()
    score = engine.score([Text(text, lang=lang, allowed=("es", "en"))])[0]
    assert time.process_time() - start < 0.1
    holds(score, engine)


@pytest.mark.parametrize(
    "text", ["", "😡", "a", "https://example.org/terrible-horrible-hotel", "a" * 100_000]
)
def test_where_little_is_said_little_is_sure(engine: Scorer, text: str) -> None:
    assert engine.score([Text(text)])[0].sure < 0.5


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(max_size=300),
    lang=st.sampled_from(["en", "es", "und", None]),
    stars=st.none() | st.floats(allow_nan=True, allow_infinity=True),
    names=st.lists(st.text(max_size=12), max_size=3).map(tuple),
)
@pytest.mark.parametrize("name", engines())
def test_any_text_is_answered_within_the_promise(  # noqa: PLR0917  # as hypothesis and the table give them
    options: Options, name: str, text: str, lang: str | None, stars: float | None, names: tuple[str, ...]
) -> None:
    engine = scorer(name, options)
    holds(engine.score([Text(text, lang=lang, stars=stars, names=names, allowed=("es", "en"))])[0], engine)

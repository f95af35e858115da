"""The fast path says what TextBlob says, to the last bit."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.scoring.textblob_fast import sentiment
from sentinel.scoring.textblob_lexicon import tables
from sentinel.scoring.textblob_tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def textblob() -> Any:
    return pytest.importorskip("textblob")


def differences(textblob: Any, texts: Iterator[str]) -> list[str]:
    return [text for text in texts if theirs(textblob, text) != ours(text)]


def theirs(textblob: Any, text: str) -> tuple[str, str, list[tuple[Any, ...]]]:
    # What TextBlob's PatternAnalyzer calls; `TextBlob(text).sentiment_assessments` would call it twice.
    score = textblob.en.sentiment(text)
    assessments = [(*one, one[1].hex(), one[2].hex()) for one in score.assessments]
    return score[0].hex(), score[1].hex(), assessments


def ours(text: str) -> tuple[str, str, list[tuple[Any, ...]]]:
    found = sentiment(text)
    assessments = [(*one, one[1].hex(), one[2].hex()) for one in found.assessments]
    return found.polarity.hex(), found.subjectivity.hex(), assessments


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "The food was horrible.",
        "not good",
        "NOT GOOD",
        "Not a very good hotel!",
        "not the good one",
        "really not good",
        "hardly not good",
        "very very good",
        "a terribly, horribly bad day",
        "never bad, n't good, isn't nice, don't like it, DON'T like it",
        "good! good!! good ! ! !",
        "! good",
        "great (!) service",
        "great ( ! ) service",
        "great (! ) service. So nice (!).",
        "lovely :) or :-( or :'( or ;-) or 8-) or XD or <3 or ♥",
        "lovely : ) and : - ( and x D",
        "MAX D is good",
        "see http://t.co/abc:/ for details :/",
        ":) :) :(",
        ":c ) :c)",
        "end.:) next",
        "good :\n\n) bad",
        "good.\r\n\r\nBad.\n\n\nUgly",
        "END-OF-SENTENCE good END-OF-SENTENCE",
        "end-of-sentence good",
        "Mr. Good etc. is i.e. good e.g. bad. U.S. A. Tss. w/ x",
        "good.... bad..... ... .. . nice.). (nice.) nice...).",
        "“good” ‘bad’ it’s fine' 'twas \"nice\"",
        "f*cking great, crap service",
        "@good #bad $great _nice_ *awful* ~poor~ good-looking",
        "good\u00a0bad\u2003nice\x1fugly\u200bgood",
        "ΑΣ good ΟΔΥΣΣΕΥΣ. İ bad",
        "\ud800 good \udfff",
        "a-02203763",
    ],
    ids=repr,
)
def test_a_text_is_judged_as_textblob_judges_it(textblob: Any, text: str) -> None:
    assert ours(text) == theirs(textblob, text)
    blob = textblob.TextBlob(text)
    assert tuple(blob.sentiment) == sentiment(text)[:2]
    assert blob.sentiment_assessments == sentiment(text)


def test_invented_texts_are_judged_as_textblob_judges_them(
    textblob: Any, invented: Callable[[int, int], Iterator[str]]
) -> None:
    assert differences(textblob, invented(6_000, 1)) == []
    assert all(textblob.TextBlob(text).sentiment == sentiment(text)[:2] for text in invented(1_000, 4))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_judged_as_textblob_judges_it(text: str) -> None:
    textblob = pytest.importorskip("textblob")
    assert ours(text) == theirs(textblob, text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(list("good bad :-()!.'\"3DPoX=<>;\n")), max_size=60).map("".join))
def test_any_pile_of_emoticon_pieces_is_judged_as_textblob_judges_it(text: str) -> None:
    textblob = pytest.importorskip("textblob")
    assert ours(text) == theirs(textblob, text)


def test_tokens_are_textblobs_tokens(textblob: Any, invented: Callable[[int, int], Iterator[str]]) -> None:
    from textblob.en import tokenize  # noqa: PLC0415  # heavy: imports nltk

    for text in invented(2_000, 2):
        assert tokens(text) == " ".join(tokenize(text)).split()


def test_the_lexicon_is_textblobs_lexicon(textblob: Any) -> None:
    from textblob.en import sentiment as theirs  # noqa: PLC0415  # heavy: imports nltk

    notable = tables().notable
    assert len(theirs) > 2_800
    for form, senses in theirs.items():
        assert tuple(notable[form][:3]) == tuple(senses[None])


def test_scoring_imports_neither_textblob_nor_nltk() -> None:
    code = (
        "import sys; from sentinel.scoring.textblob_fast import sentiment; assert sentiment('bad').polarity < 0; "
        "print([m for m in ('textblob', 'textblob._text', 'nltk', 'scipy', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own code
    assert done.stdout.strip() == "[]"


@pytest.mark.shared
def test_every_shared_text_is_judged_as_textblob_judges_it(
    textblob: Any, rows: Callable[[str], Iterator[dict[str, str]]]
) -> None:
    texts = [row["text"] or "" for folder in ("sentiment", "streams") for row in rows(f"{folder}/*.csv")]
    assert len(texts) > 100_000
    assert differences(textblob, iter(texts)) == []


@pytest.mark.bench
def test_a_hundred_thousand_invented_texts_are_judged_as_textblob_judges_them(
    textblob: Any, invented: Callable[[int, int], Iterator[str]]
) -> None:
    assert differences(textblob, invented(100_000, 3)) == []

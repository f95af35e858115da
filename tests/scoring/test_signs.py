"""What a text shows, seen through a handful of words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scoring.signs import (
    AFTER_TURN,
    BEFORE_TURN,
    SCOPE,
    TURNED,
    TURNED_BLAME,
    Lens,
    Signs,
    signs,
)
from sentinel.scoring.tokens import tokens
from sentinel.scoring.vocabulary import Means, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = {"bueno": 2.0, "malo": -2.0, "buen*": 3.0, "asco": -3.0, "falta": -1.0}
IDIOMS = {
    "de puta madre": 4.0, "puta": -3.0, "no esta mal": 1.5, "no esta": -1.0, "nada ... que ver": -2.0,
    "nada mas que elogios": 3.0, "es pero que muy bueno": 4.0,
}  # fmt: skip
FACTORS = {"muy": 1.5, "poco": 0.5, "de verdad": 2.0}
FAMILIES = {
    "waiting": ["llevo # dias", "llevo # dias ... esperando"],
    "scam": ["una estafa"],
    "good": ["repetire"],
}


def spanish() -> Vocabulary:
    words = Vocabulary("es")
    for word, valence in WORDS.items():
        words.add_word(word, valence)
    for idiom, valence in IDIOMS.items():
        words.phrases.add(idiom, Means(valence=valence))
    for wording, factor in FACTORS.items():
        words.phrases.add(wording, Means(factor=factor))
    for family, wordings in FAMILIES.items():
        for wording in wordings:
            words.phrases.add(wording, Means(family=family))
    words.phrases.add("pero", Means(turn=True))
    words.phrases.add("sin embargo", Means(turn=True))
    words.negators |= {"no", "nunca", "ni", "falta"}
    return words


LENS = Lens([spanish()])


def seen(text: str, lens: Lens = LENS) -> Signs:
    return signs(tokens(text), lens)


def valences(text: str, lens: Lens = LENS) -> list[float]:
    return [feeling.valence for feeling in seen(text, lens).feelings]


def near(*expected: float) -> object:
    return pytest.approx(list(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("bueno", [2], id="a word"),
        pytest.param("buenísimo", [3], id="a stem"),
        pytest.param("bueno y malo", [2, -2], id="several, in their order"),
        pytest.param("una habitación", [], id="nothing"),
        pytest.param("", [], id="no text"),
    ],
)
def test_words_feel_as_they_stand(text: str, expected: Sequence[float]) -> None:
    assert valences(text) == near(*expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("no bueno", [2 * TURNED], id="next to it"),
        pytest.param("no es tan bueno", [2 * TURNED], id="three words on"),
        pytest.param("no es nada tan bueno", [2], id="four words on"),
        pytest.param("bueno no", [2], id="behind it"),
        pytest.param("no malo", [-2 * TURNED_BLAME], id="a blame is turned less"),
        pytest.param("no. bueno", [2], id="a full stop"),
        pytest.param("no, bueno", [2], id="a comma"),
        pytest.param("no: bueno", [2], id="a colon"),
        pytest.param("no (bueno)", [2], id="a bracket"),
        pytest.param("no! bueno", [2], id="an exclamation mark"),
        pytest.param("no\nbueno", [2], id="a new line"),
        pytest.param("no es ni bueno", [2 * TURNED], id="twice is once"),
        pytest.param("no x x ni x bueno", [2 * TURNED], id="the second negator begins anew"),
        pytest.param("no bueno malo", [2 * TURNED, -2 * TURNED_BLAME], id="two words in its reach"),
        pytest.param("NO BUENO", [2 * TURNED], id="in capitals"),
        pytest.param("nooo bueno", [2 * TURNED], id="a stretched negator"),
        pytest.param("falta bueno", [-1, 2 * TURNED], id="a negator that is felt itself"),
        pytest.param("no es de puta madre", [4 * TURNED], id="an idiom"),
    ],
)
def test_a_negator_turns_the_words_behind_it(text: str, expected: Sequence[float]) -> None:
    assert valences(text) == near(*expected)


def test_what_is_turned_is_marked() -> None:
    found = seen("no era bueno, malo")
    assert [feeling.negated for feeling in found.feelings] == [True, False]
    assert found.negated == {1, 2}


def test_a_face_is_not_turned() -> None:
    found = seen("no 😡")
    assert found.feelings[0].face
    assert not found.feelings[0].negated
    assert found.feelings[0].valence < 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("muy bueno", [3], id="stronger"),
        pytest.param("poco bueno", [1], id="weaker"),
        pytest.param("muy malo", [-3], id="blame too"),
        pytest.param("muy y bueno", [3], id="a word between"),
        pytest.param("muy y tan bueno", [2], id="two words between"),
        pytest.param("bueno muy", [2], id="behind the word"),
        pytest.param("muy. bueno", [2], id="another sentence"),
        pytest.param("de verdad bueno", [4], id="of two words"),
        pytest.param("no muy bueno", [2 * 1.5 * TURNED], id="negated"),
        pytest.param("muy poco bueno", [1], id="the last one counts"),
        pytest.param("muy de puta madre", [6], id="an idiom"),
    ],
)
def test_words_before_strengthen_or_weaken(text: str, expected: Sequence[float]) -> None:
    assert valences(text) == near(*expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("bueno pero malo", [2 * BEFORE_TURN, -2 * AFTER_TURN], id="before and after"),
        pytest.param("bueno sin embargo malo", [2 * BEFORE_TURN, -2 * AFTER_TURN], id="of two words"),
        pytest.param("bueno pero malo pero asco", [2 * BEFORE_TURN, -2 * BEFORE_TURN, -3 * AFTER_TURN], id="the last turn"),
        pytest.param("pero bueno", [2 * AFTER_TURN], id="nothing before it"),
        pytest.param("bueno. malo", [2, -2], id="no turn"),
        pytest.param("es pero que muy bueno", [4], id="a turn within an idiom turns nothing"),
        pytest.param("malo pero es pero que muy bueno", [-2 * BEFORE_TURN, 4 * AFTER_TURN], id="one before the idiom does"),
    ],
)  # fmt: skip
def test_what_stands_behind_a_but_weighs_more(text: str, expected: Sequence[float]) -> None:
    assert valences(text) == near(*expected)


def test_where_the_turn_stands_is_told() -> None:
    assert seen("bueno pero malo").turn == 1
    assert seen("bueno y malo").turn == seen("es pero que muy bueno").turn == -1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("de puta madre", [4], id="instead of its words"),
        pytest.param("no esta mal", [1.5], id="the longest of those that begin here"),
        pytest.param("no esta", [-1], id="the shorter one where the longer is not"),
        pytest.param("no esta mal bueno", [1.5, 2], id="a negator within turns nothing behind"),
        pytest.param("nada bueno que ver", [-2], id="words in its gap are part of it"),
        pytest.param("de puta", [-3], id="half an idiom"),
        pytest.param("no esta mal, no malo", [1.5, -2 * TURNED_BLAME], id="and then a negator"),
    ],
)
def test_an_idiom_stands_for_its_words(text: str, expected: Sequence[float]) -> None:
    assert valences(text) == near(*expected)


@pytest.mark.parametrize(
    ("text", "families"),
    [
        pytest.param("es una estafa", {"scam": "una estafa"}, id="one"),
        pytest.param("llevo 3 días y sigo esperando", {"waiting": "llevo # dias y sigo esperando"}, id="the longest"),
        pytest.param("llevo 3 días. llevo 5 días esperando", {"waiting": "llevo # dias esperando"}, id="wherever it stands"),
        pytest.param("una estafa, no repetiré", {"scam": "una estafa", "good": "repetire"}, id="two"),
        pytest.param("de puta madre", {}, id="none"),
    ],
)  # fmt: skip
def test_families_are_told_with_their_words(text: str, families: dict[str, str]) -> None:
    found = seen(text)
    assert {family: found.wording(*span) for family, span in found.families.items()} == families


@pytest.mark.parametrize(
    ("written", "text", "meant"),
    [
        pytest.param({"bueno": 2}, "buenooo", "bueno", id="once"),
        pytest.param({"good": 2}, "gooood", "good", id="twice where such a word is known"),
        pytest.param({"god": 1}, "goood", "god", id="once where it is not"),
        pytest.param({"good": 2, "god": 1}, "goood", "good", id="twice before once"),
        pytest.param({"pfff": -1}, "pffffff", "pfː", id="as it was written, where that is known"),
        pytest.param({"missstand": -2}, "Missstand", "misːtand", id="three letters that belong there"),
        pytest.param({"asco": -3}, "aaascooo", "asco", id="in two places"),
        pytest.param({}, "tontooo", "tonto", id="nothing known"),
    ],
)
def test_a_stretched_word_is_the_word_that_was_meant(
    written: dict[str, float], text: str, meant: str
) -> None:
    words = Vocabulary("de")
    for word, valence in written.items():
        words.add_word(word, valence)
    found = seen(text, Lens([words]))
    assert found.words == [meant]
    assert found.stretched > 0
    assert bool(found.feelings) is bool(written)


def test_a_stretched_word_begins_wordings_too() -> None:
    assert seen("una estafaaaa").families.keys() == {"scam"}


def test_the_first_language_is_asked_first() -> None:
    one, other = Vocabulary("es"), Vocabulary("pt")
    one.add_word("exquisito", 3)
    other.add_word("exquisito", -1)
    other.add_word("ruim", -2)
    other.negators.add("nao")
    both = Lens([one, other])
    assert valences("exquisito", both) == [3]
    assert valences("nao ruim", both) == near(-2 * TURNED_BLAME)
    assert valences("exquisito", Lens([])) == []


_VOCABULARY = st.sampled_from(
    ["no", "bueno", "malo", "muy", "pero", ",", ".", "de puta madre", "no esta mal", "nada", "que ver", "x", "😡", "falta",
     "llevo 3 dias", "esperando", "buenooo", "NUNCA", "sin embargo"]
)  # fmt: skip
_TEXTS = st.lists(_VOCABULARY, max_size=12).map(" ".join) | st.text(max_size=40)


@given(_TEXTS)
def test_signs_stand_within_the_text_and_one_after_another(text: str) -> None:
    found = seen(text)
    spans = [(feeling.at, feeling.end) for feeling in found.feelings]
    assert all(0 <= start < end <= len(found.words) for start, end in (*spans, *found.families.values()))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(feeling.valence for feeling in found.feelings)
    assert found.negated <= set(range(len(found.words)))
    assert -1 <= found.turn < max(len(found.words), 1)


@given(st.lists(_VOCABULARY, max_size=8).map(" ".join), st.lists(_VOCABULARY, max_size=8).map(" ".join))
def test_nothing_but_a_turn_reaches_over_a_full_stop(one: str, other: str) -> None:
    for turn in ("pero", "sin embargo"):
        one, other = one.replace(turn, "x"), other.replace(turn, "x")
    assert valences(f"{one} . {other}") == near(*valences(one), *valences(other))


@given(_TEXTS)
def test_what_was_looked_up_before_changes_nothing(text: str) -> None:
    fresh = Lens([spanish()])
    assert seen(text, fresh) == seen(text)


def test_a_lens_forgets_when_it_has_met_too_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lens, "MOST", 10)
    lens = Lens([spanish()])
    text = " ".join(f"palabra{n}a" for n in range(100)) + " bueno"
    assert valences(text, lens) == [2]
    assert len(lens) <= 10


def test_the_scope_is_what_is_written() -> None:
    words = ["no", *["x"] * (SCOPE + 3)]
    assert seen(" ".join(words)).negated == set(range(1, SCOPE + 1))

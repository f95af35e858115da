"""The word lists that come along: that they can be read, and say what they are meant to say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from sentinel.scoring.phrases import find
from sentinel.scoring.signs import Lens, signs
from sentinel.scoring.tokens import tokens
from sentinel.scoring.vocabulary import (
    COMPLAINTS,
    INNOCENTS,
    LANGUAGES,
    Means,
    Vocabulary,
    _sections,
    _take,
    faces,
    vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILIES = (*COMPLAINTS, *INNOCENTS)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    if not (list(_sections(f"lexicons/{code}.tsv")) and list(_sections(f"families/{code}.txt"))):
        pytest.skip("the lists of this language are not written yet")
    return code


@pytest.fixture
def known(language: str) -> Vocabulary:
    found = vocabulary(language)
    assert found is not None
    return found


def lexicon(language: str, section: str) -> Iterator[tuple[str, str]]:
    """The lines of a section: what is written there and the number behind it."""
    for found, line in _sections(f"lexicons/{language}.tsv"):
        if found == section:
            written, _, number = line.partition("\t")
            yield written.strip(), number.strip()


def spoken(written: str, choice: int) -> str:
    """A text that the phrase is found in: the first (0) or last (-1) of every choice, and nothing that may be missing."""
    said = []
    for part in written.split():
        if part == "..." or (len(part) > 1 and part.endswith("?")):
            continue
        words = [word for word in part.split("|") if word == "#" or tokens(word.rstrip("*")).words]
        words = [word for word in words if word != "_"] or [part]
        said.append({"#": "3", "_": "xyz"}.get(words[choice], words[choice].rstrip("*")))
    return " ".join(said)


def same_side(one: float, other: float) -> bool:
    return (one > 0) == (other > 0)


def test_every_language_has_its_lists_and_no_other(language: str) -> None:
    assert vocabulary(language) is vocabulary(language)


@pytest.mark.parametrize("code", ["xx", "", "EN", "../es"])
def test_a_language_without_lists_has_no_words(code: str) -> None:
    assert vocabulary(code) is None


@pytest.mark.parametrize("section", ["words", "phrases", "negators", "intensifiers", "contrast"])
def test_a_lexicon_has_all_its_sections(language: str, section: str) -> None:
    assert list(lexicon(language, section))


def test_a_families_file_has_every_family_and_no_other(language: str) -> None:
    families = [family for family, _ in _sections(f"families/{language}.txt")]
    assert set(families) == set(FAMILIES)


@pytest.mark.parametrize("section", ["words", "phrases"])
def test_valences_are_within_four_and_none_is_zero(language: str, section: str) -> None:
    out = [(word, number) for word, number in lexicon(language, section) if not 0 < abs(float(number)) <= 4]
    assert out == []


def test_intensifiers_strengthen_or_weaken_and_turn_nothing(language: str) -> None:
    out = [(word, number) for word, number in lexicon(language, "intensifiers") if not 0 < float(number) <= 3]
    assert out == []


def test_negators_are_single_words(language: str, known: Vocabulary) -> None:
    written = [word for word, _ in lexicon(language, "negators")]
    assert [word for word in written if len(tokens(word).words) != 1] == []
    assert all(tokens(word).words[0] in known.negators for word in written)


def test_no_word_has_two_valences(language: str) -> None:
    valences: dict[str, set[float]] = defaultdict(set)
    for word, number in lexicon(language, "words"):
        valences[word.casefold()].add(float(number))
    assert {word: said for word, said in valences.items() if len(said) > 1} == {}


def test_every_word_feels_as_the_list_says(language: str, known: Vocabulary) -> None:
    lens = Lens([known])
    wrong = []
    for word, number in lexicon(language, "words"):
        feelings = signs(tokens(word.rstrip("*")), lens).feelings
        if not feelings or not same_side(feelings[0].valence, float(number)):
            wrong.append((word, number, feelings))
    assert wrong == []


@pytest.mark.parametrize("choice", [pytest.param(0, id="first words"), pytest.param(-1, id="last words")])
def test_every_wording_feels_as_the_list_says(language: str, known: Vocabulary, choice: int) -> None:
    lens = Lens([known])
    wrong = []
    for written, number in lexicon(language, "phrases"):
        text = spoken(written, choice)
        feelings = signs(tokens(text), lens).feelings
        if not feelings or not same_side(feelings[0].valence, float(number)):
            wrong.append((written, number, text))
    assert wrong == []


@pytest.mark.parametrize("choice", [pytest.param(0, id="first words"), pytest.param(-1, id="last words")])
def test_every_pattern_of_a_family_finds_its_own_words(language: str, known: Vocabulary, choice: int) -> None:
    lens = Lens([known])
    missed = [
        (family, written)
        for family, written in _sections(f"families/{language}.txt")
        if family not in signs(tokens(spoken(written, choice)), lens).families
    ]
    assert missed == []


def test_faces_are_single_words_and_feel_something() -> None:
    assert faces()
    assert {face: valence for face, valence in faces().items() if not 0 < abs(valence) <= 4} == {}
    assert [face for face in faces() if tokens(face).words != [face]] == []


@pytest.mark.parametrize(
    ("lines", "word", "valence"),
    [
        pytest.param({"malo": -2}, "malo", -2, id="a word"),
        pytest.param({"malo": -2}, "malos", 0, id="nothing but the word"),
        pytest.param({"Pésimo": -3}, "pesimo", -3, id="accents and case"),
        pytest.param({"horr*": -3}, "horroroso", -3, id="a stem"),
        pytest.param({"horr*": -3}, "horr", -3, id="a stem with nothing behind it"),
        pytest.param({"horr*": -3}, "hor", 0, id="less than a stem"),
        pytest.param({"gan*": 1, "ganas*": 2}, "ganando", 1, id="the short stem"),
        pytest.param({"gan*": 1, "ganas*": 2}, "ganas", 2, id="the long stem goes before the short one"),
        pytest.param({"gan*": 1, "ganas": -2}, "ganas", -2, id="the word goes before the stem"),
        pytest.param({}, "malo", 0, id="unknown"),
    ],
)
def test_a_word_has_the_valence_that_was_written_for_it(
    lines: dict[str, float], word: str, valence: float
) -> None:
    words = Vocabulary("es")
    for written, number in lines.items():
        words.add_word(written, number)
    assert words.of(word) == valence


def test_a_word_of_two_words_is_a_wording() -> None:
    words = Vocabulary("es")
    words.add_word("anti-social*", -2)
    text = ["anti", "sociales"]
    hits = find([(0, words.phrases.first(text[0]))], text)
    assert [(hit.start, hit.end, hit.means) for hit in hits] == [(0, 2, Means(valence=-2))]


def test_n_t_is_english() -> None:
    assert "n't" in Vocabulary("en").negators
    assert Vocabulary("es").negators == set()


@pytest.mark.parametrize(
    ("section", "line", "told"),
    [
        pytest.param("nouns", "perro\t1", r"lexicons/es\.tsv: there is no section \[nouns\]", id="no such section"),
        pytest.param("words", "malo", "could not convert", id="no number"),
        pytest.param("words", "malo\tmucho", "could not convert", id="no number but a word"),
        pytest.param("phrases", "_ _\t2", "must begin with a word", id="no phrase"),
    ],
)  # fmt: skip
def test_a_broken_line_is_an_error(section: str, line: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        _take(Vocabulary("es"), section, line)

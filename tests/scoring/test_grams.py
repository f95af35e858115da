"""Words and their pieces as numbers."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scoring.grams import MARKS, bucket, buckets, grams, pieces
from sentinel.scoring.signs import Signs


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("no", ["no"], id="a short word is whole"),
        pytest.param("mal", ["mal"], id="three letters are short"),
        pytest.param("malo", ["malo", "alo>"], id="four letters: an ending"),
        pytest.param("malos", ["malos", "<malo", "los>"], id="five: a beginning too"),
        pytest.param("malisimo", ["malisimo", "<mali", "<malis", "<malisi", "imo>"], id="beginnings of 4, 5 and 6"),
        pytest.param("<brand>", ["<brand>"], id="a brand"),
        pytest.param("<http>", ["<http>"], id="an address"),
        pytest.param("😡", ["😡"], id="a face"),
        pytest.param("!!", ["!!"], id="a mark"),
    ],
)  # fmt: skip
def test_a_word_has_pieces(word: str, found: list[str]) -> None:
    assert pieces(word) == found


@pytest.mark.parametrize(
    ("words", "negated", "found"),
    [
        pytest.param([], set(), [], id="nothing"),
        pytest.param(["no", "va"], set(), ["no", "va"], id="words"),
        pytest.param(["no", ",", "va"], set(), ["no", "va"], id="marks are none"),
        pytest.param(["va", "!!"], set(), ["va", "!!"], id="marks that say something are words"),
        pytest.param(["no", "va"], {1}, ["no", "va", "¬va"], id="negated"),
        pytest.param(["no", ",", "va"], {1, 2}, ["no", "va", "¬va"], id="a mark is not negated"),
    ],
)
def test_a_text_has_words_and_negated_words(words: list[str], negated: set[int], found: list[str]) -> None:
    assert Counter(grams(Signs(words, negated=negated))) == Counter(found)


def test_marks_alone_have_no_grams() -> None:
    assert grams(Signs(sorted(MARKS))) == []


@given(st.text(), st.integers(0, 20).map(lambda power: 2**power))
def test_a_gram_stands_at_one_of_the_places(gram: str, size: int) -> None:
    assert 0 <= bucket(gram, size) < size
    assert bucket(gram, size) == crc32(gram.encode("utf-8", "replace")) % size


@given(st.lists(st.text()))
def test_many_grams_stand_where_each_does(found: list[str]) -> None:
    assert buckets(found, 1024) == [bucket(gram, 1024) for gram in found]


def test_places_never_move() -> None:
    """A model that was fitted before must find its weights again."""
    assert buckets(["nunca", "^ nunca", "¬bueno", "<brand>"], 2**18) == [123167, 89760, 51169, 182498]

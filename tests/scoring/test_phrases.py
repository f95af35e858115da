"""Wordings with gaps, endings and choices, found among words."""

from __future__ import annotations

import gc
import time
import tracemalloc
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sentinel.scoring.phrases import GAP, Phrases, find
from sentinel.scoring.tokens import NUMBER, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def known(*written: str) -> Phrases[str]:
    phrases: Phrases[str] = Phrases()
    for each in written:
        phrases.add(each, each)
    phrases.seal()
    return phrases


def places(phrases: Phrases[str], words: Sequence[str]) -> set[tuple[int, int, str]]:
    begins = [(at, nodes) for at, word in enumerate(words) if (nodes := phrases.first(word))]
    return {(hit.start, hit.end, hit.means) for hit in find(begins, words)}


def found(written: str, text: str) -> list[str]:
    """The stretches of the text that the phrase is found at."""
    words = tokens(text).words
    return [" ".join(words[start:end]) for start, end, _ in sorted(places(known(written), words))]


@pytest.mark.parametrize(
    ("written", "text", "stretches"),
    [
        pytest.param("nunca mas", "nunca más, NUNCA MÁS", ["nunca mas"] * 2, id="accents and case"),
        pytest.param("Nunca MÁS", "nunca mas", ["nunca mas"], id="accents and case in the phrase"),
        pytest.param("nunca mas", "nunca jamas mas", [], id="words next to each other"),
        pytest.param("nunca mas", "nunca, mas", [], id="a comma stands between"),
        pytest.param("a a", "a a a", ["a a", "a a"], id="phrases overlap"),
        pytest.param("cobr*", "cobro cobraron cobr cob", ["cobro", "cobraron", "cobr"], id="a stem"),
        pytest.param("no cobr* dos", "no cobraron dos", ["no cobraron dos"], id="a stem in the middle"),
        pytest.param("no|ni responde|contesta", "ni contesta", ["ni contesta"], id="one of several"),
        pytest.param("no|ni responde|contesta", "no ni", [], id="one of several, and no other"),
        pytest.param("cobr*|pag*|debo", "pagaron debo debes", ["pagaron", "debo"], id="stems among several"),
        pytest.param("e-mail|correo nuevo", "e-mail nuevo", ["e mail nuevo"], id="one of two words"),
        pytest.param("mi e-mail|correo", "mi e mail", ["mi e mail"], id="one of two words at the end"),
        pytest.param("e-mail*", "mis e-mails", ["e mails"], id="a stem of two words"),
        pytest.param("hace # dias", "hace 3 dias", [f"hace {NUMBER} dias"], id="a number"),
        pytest.param("# dias", "dos días, three dias", ["dos dias", "three dias"], id="a number in words"),
        pytest.param("#|dos dias", "15 dias, dos dias", [f"{NUMBER} dias", "dos dias"], id="a number or a word"),
        pytest.param("muy _ servicio", "muy mal servicio", ["muy mal servicio"], id="any word"),
        pytest.param("muy _ servicio", "muy servicio", [], id="any word is a word"),
        pytest.param("muy _ servicio", "muy mal, mal servicio", [], id="any word is one word"),
        pytest.param("muy _", "muy mal", ["muy mal"], id="any word at the end"),
        pytest.param("muy _ servicio", "muy. servicio", [], id="any word is no full stop"),
        pytest.param("no puede? ser", "no ser, no puede ser", ["no ser", "no puede ser"], id="may be missing"),
        pytest.param("no|ni puede|pudo? ser", "ni ser, no pudo ser", ["ni ser", "no pudo ser"], id="a choice may be missing"),
        pytest.param("muy? mal", "muy mal", ["muy mal", "mal"], id="the first may be missing"),
        pytest.param("mal servicio?", "mal servicio", ["mal", "mal servicio"], id="the last may be missing"),
        pytest.param("cobr*? dos", "cobraron dos", ["cobraron dos", "dos"], id="a stem may be missing"),
        pytest.param("# dias? ya", "3 ya", [f"{NUMBER} ya"], id="a word after a number may be missing"),
        pytest.param("por que ?", "por qué???", ["por que ?"], id="a question mark by itself is a mark"),
        pytest.param("nunca mas !!", "nunca mas!!!!", ["nunca mas !!"], id="a run of marks"),
        pytest.param("don't work*", "don't work, dont work", ["do n't work", "dont work"], id="don't, and how people write it"),
        pytest.param("don't", "don’t", ["do n't"], id="don't with a round quote"),
    ],
)  # fmt: skip
def test_a_phrase_is_found_as_it_is_written(written: str, text: str, stretches: list[str]) -> None:
    assert found(written, text) == stretches


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("no funciona", True, id="no word"),
        pytest.param("no me funciona", True, id="one word"),
        pytest.param("no a b c funciona", True, id="three words"),
        pytest.param("no a b c d funciona", False, id="four words"),
        pytest.param("no, la verdad funciona", True, id="a comma counts as a word"),
        pytest.param("no, la verdad, funciona", False, id="so do two commas"),
        pytest.param("no sé. funciona", False, id="a full stop"),
        pytest.param("no sé! funciona", False, id="an exclamation mark"),
        pytest.param("no? funciona", False, id="a question mark"),
        pytest.param("no… funciona", False, id="three dots"),
        pytest.param("no; funciona", False, id="a semicolon"),
        pytest.param("no\nfunciona", False, id="a new line"),
        pytest.param("no a", False, id="the text ends"),
        pytest.param("funciona no", False, id="the other way round"),
    ],
)
def test_a_gap_is_short_and_within_a_sentence(text: str, *, is_found: bool) -> None:
    assert bool(found("no ... funciona", text)) is is_found


@pytest.mark.parametrize(
    ("written", "text", "stretches"),
    [
        pytest.param("... no ... va ...", "no va", ["no va"], id="gaps at the ends are none"),
        pytest.param("no ... va", "no va va", ["no va", "no va va"], id="every end is found"),
        pytest.param("no ... ya? ... va", "no a ya b va", ["no a ya b va"], id="between two gaps a word may be missing"),
        pytest.param("no ... me ... va", "no a b c me a b c va", ["no a b c me a b c va"], id="every gap is as long"),
        pytest.param("no ... _ va", "no va", [], id="any word beside a gap is still a word"),
        pytest.param("no ... ?", "no va?", ["no va ?"], id="a mark that is named ends a gap"),
    ],
)  # fmt: skip
def test_gaps_among_other_parts(written: str, text: str, stretches: list[str]) -> None:
    assert found(written, text) == stretches


@pytest.mark.parametrize(
    "written", ["", "...", "_", "_ a", "... _ a", "_? a", "a?", "a? ...", "*?", "— ... ,?"]
)
def test_a_phrase_of_no_word_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="must begin with a word"):
        known(written)


def test_a_phrase_may_mean_several_things_and_each_once() -> None:
    phrases: Phrases[str] = Phrases()
    for written, means in [("a b", "one"), ("a b", "other"), ("a b", "one"), ("a b|c", "one")]:
        phrases.add(written, means)
    hits = find([(0, phrases.first("a"))], ["a", "b"])
    assert {hit.means for hit in hits} == {"one", "other"}


def test_what_is_found_comes_in_the_same_order_every_time() -> None:
    written = ["a b", "a b|c", "a* b", "a _", "a b*", "a ... b", "ab|a b", "a b?"]
    words = ["a", "b", "b"]

    def order(phrases: Phrases[str]) -> list[str]:
        return [hit.means for hit in find([(0, phrases.first("a"))], words)]

    kept = [known(*written) for _ in range(50)]  # each at another place in memory
    assert len({tuple(order(phrases)) for phrases in kept}) == 1


def test_what_was_sealed_finds_the_same() -> None:
    written = ("no ... va", "no|ni puede? ser", "cobr* # veces", "e-mail _")
    loose: Phrases[str] = Phrases()
    for each in written:
        loose.add(each, each)
    words = tokens("no me va; ni ser, cobraron 2 veces e-mail nuevo").words
    assert places(loose, words) == places(known(*written), words) != set()


# A slow and plain reading of the same rules, to hold the quick one against.

_WORDS = ("a", "b", "ab", "abc", "ba", ",", ".", "?", NUMBER)
_ENDS = frozenset((".", "!", "!!", "?", "?!", "…", ";"))


def _fits(atom: str, word: str) -> bool:
    if atom == "_":
        return word not in _ENDS
    if atom == "#":
        return word == NUMBER
    return word.startswith(atom[:-1]) if atom.endswith("*") else word == atom


def _ends(parts: Sequence[str], words: Sequence[str], at: int) -> Iterator[int]:
    """Where these parts may end that begin at `at`."""
    if not parts:
        yield at
    elif parts[0] == "...":
        for skipped in range(GAP + 1):
            if any(word in _ENDS for word in words[at : at + skipped]) or at + skipped > len(words):
                return
            yield from _ends(parts[1:], words, at + skipped)
    elif at < len(words) and any(_fits(atom, words[at]) for atom in parts[0].split("|")):
        yield from _ends(parts[1:], words, at + 1)


def _slowly(written: str, words: Sequence[str]) -> set[tuple[int, int, str]]:
    optional = [
        (part[:-1], None) if len(part) > 1 and part.endswith("?") else (part,) for part in written.split()
    ]
    spans = set()
    for choice in product(*optional):
        parts = [part for part in choice if part is not None]
        while parts and parts[-1] == "...":
            parts.pop()
        for start in range(len(words)):
            spans |= {(start, end, written) for end in _ends(parts, words, start)}
    return spans


_ATOMS = st.sampled_from(("a", "b", "ab", "a*", "ab*", "b*", "#", "?"))
_CHOICES = st.lists(_ATOMS.filter(lambda atom: atom != "?"), min_size=2, max_size=3).map("|".join)
_PARTS = st.one_of(_ATOMS, _CHOICES, st.sampled_from(("...", "...", "_", "a?", "b|ab?", "a*?", "_?")))
_PHRASES = st.builds(
    lambda first, rest: " ".join((first, *rest)),
    st.sampled_from(("a", "b", "a*", "a|b", "#", "b*|#")),
    st.lists(_PARTS, max_size=5),
)
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=14)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PHRASES, min_size=1, max_size=4), _TEXTS)
@example(["a ... b ... a"], ["a", "b", "b", "a", "a"])
@example(["a _ b", "a ... b", "a* b"], ["a", "ab", "b"])
def test_what_is_found_is_what_the_rules_say(written: list[str], words: list[str]) -> None:
    assert places(known(*written), words) == set().union(*(_slowly(each, words) for each in written))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("a ... a ... a ... a b", ["a"] * 2_000, id="gaps that all fit"),
        pytest.param("a* _ a|aa|aaa ... a* _ c", ["aaaa"] * 2_000, id="choices that all fit"),
        pytest.param("a a? a? a? a? a? a? b", ["a"] * 2_000, id="words that may be missing"),
        pytest.param("a b", ["a" * 100_000], id="a long word"),
    ],
)
def test_a_hostile_text_is_searched_soon(written: str, words: list[str]) -> None:
    phrases = known(written)
    start = time.process_time()
    assert not places(phrases, words)
    assert time.process_time() - start < 1


def test_time_grows_with_the_text_and_no_faster() -> None:
    phrases = known("a ... a ... a b", "a* _ a ... c")

    def seconds(length: int) -> float:
        words = ["a"] * length
        start = time.process_time()
        places(phrases, words)
        return time.process_time() - start

    seconds(100)
    assert min(seconds(4_000) for _ in range(3)) < 12 * min(seconds(1_000) for _ in range(3))


def test_words_that_no_phrase_knows_are_not_remembered() -> None:
    phrases = known("a ... b ... c", "a _ d", "a* b*")

    def kilobytes(numbers: range) -> float:
        for number in numbers:
            places(phrases, ["a", f"w{number}", f"x{number}", "b", f"y{number}", f"z{number}", f"d{number}"])
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / 1_000

    tracemalloc.start()
    try:
        before = kilobytes(range(500))
        after = kilobytes(range(500, 5_500))
    finally:
        tracemalloc.stop()
    assert after - before < 100

"""Which part of a text is about the brand that is asked about."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.mention import Text
from sentinel.scoring.whom import About, towards

MIRAMAR, BAHIA = ("Miramar", "@hotelmiramar"), ("Bahía",)


def about(text: str, own: tuple[str, ...] = MIRAMAR, others: tuple[str, ...] = BAHIA) -> About:
    return towards(Text(text, names=own, others=others))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Miramar fatal, la piscina bien", id="one brand"),
        pytest.param("La piscina bien. La cena mal", id="no brand"),
        pytest.param("Bahía fatal, la piscina bien", id="only the other brand"),
        pytest.param("", id="nothing"),
        pytest.param("Miramares y Bahía: todo lleno", id="part of a word is no name"),
        pytest.param("Miramar frente Bahía", id="one clause that cannot be cut"),
    ],
)
def test_where_there_is_nothing_to_part_all_of_it_is_read(text: str) -> None:
    assert about(text) == About(text)


@pytest.mark.parametrize(
    ("own", "others"),
    [
        pytest.param(MIRAMAR, (), id="no others"),
        pytest.param((), BAHIA, id="no names"),
        pytest.param(("",), BAHIA, id="a name of nothing"),
        pytest.param((" \u200b",), BAHIA, id="a name of white space"),
        pytest.param(MIRAMAR, ("", " "), id="others of nothing"),
    ],
)
def test_without_two_brands_all_of_it_is_read(own: tuple[str, ...], others: tuple[str, ...]) -> None:
    text = "Miramar genial, Bahía horrible"
    assert about(text, own, others) == About(text)


@pytest.mark.parametrize(
    ("text", "mine", "theirs"),
    [
        pytest.param("Miramar genial. Bahía horrible", "Miramar genial.", "Bahía horrible", id="sentences"),
        pytest.param("Miramar genial, Bahía horrible", "Miramar genial,", "Bahía horrible", id="commas"),
        pytest.param("Miramar genial\n\nBahía horrible", "Miramar genial", "Bahía horrible", id="lines"),
        pytest.param("Bahía horrible; la cena peor. Miramar genial y barato", "Miramar genial y barato",
                     "Bahía horrible; la cena peor.", id="a clause without a name goes on about the brand before it"),
        pytest.param("Qué viaje. Miramar genial. Bahía horrible", "Qué viaje. Miramar genial.", "Qué viaje. Bahía horrible",
                     id="what stands before any brand is said of both"),
        pytest.param("Miramar mal. Bahía bien. Miramar mal", "Miramar mal. Miramar mal", "Bahía bien.", id="and back again"),
        pytest.param("@HotelMiramar genial, BAHIA horrible", "@HotelMiramar genial,", "BAHIA horrible", id="other spellings"),
        pytest.param("Miramar genial pero Bahía horrible", "Miramar genial", "pero Bahía horrible", id="es: pero"),
        pytest.param("MIRAMAR GENIAL PERO BAHÍA HORRIBLE", "MIRAMAR GENIAL", "PERO BAHÍA HORRIBLE", id="es: PERO"),
        pytest.param("Miramar genial aunque Bahía horrible", "Miramar genial", "aunque Bahía horrible", id="es: aunque"),
        pytest.param("Miramar genial mientras Bahía horrible", "Miramar genial", "mientras Bahía horrible", id="es: mientras"),
        pytest.param("Miramar genial y Bahía horrible", "Miramar genial", "Bahía horrible", id="es: y"),
        pytest.param("Miramar genial e Bahía horrible", "Miramar genial", "Bahía horrible", id="es: e"),
        pytest.param("Miramar genial no como Bahía", "Miramar genial", "Bahía", id="es: no como"),
        pytest.param("Miramar great but Bahía awful", "Miramar great", "but Bahía awful", id="en: but"),
        pytest.param("Miramar great while Bahía is awful", "Miramar great", "while Bahía is awful", id="en: while"),
        pytest.param("Miramar great and Bahía awful", "Miramar great", "Bahía awful", id="en: and"),
        pytest.param("Miramar was great unlike Bahía", "Miramar was great", "Bahía", id="en: unlike"),
        pytest.param("Miramar ótimo mas Bahía horrível", "Miramar ótimo", "Bahía horrível", id="pt: mas"),
        pytest.param("Miramar ótimo porém Bahía horrível", "Miramar ótimo", "porém Bahía horrível", id="pt: porém"),
        pytest.param("Miramar ótimo e Bahía horrível", "Miramar ótimo", "Bahía horrível", id="pt: e"),
        pytest.param("Miramar super mais Bahía nul", "Miramar super", "Bahía nul", id="fr: mais"),
        pytest.param("Miramar super tandis que Bahía nul", "Miramar super", "tandis que Bahía nul", id="fr: tandis que"),
        pytest.param("Miramar super et Bahía nul", "Miramar super", "Bahía nul", id="fr: et"),
        pytest.param("Miramar super aber Bahía mies", "Miramar super", "aber Bahía mies", id="de: aber"),
        pytest.param("Miramar super während Bahía mies war", "Miramar super", "während Bahía mies war", id="de: während"),
        pytest.param("Miramar super und Bahía mies", "Miramar super", "Bahía mies", id="de: und"),
        pytest.param("Miramar ottimo ma Bahía pessimo", "Miramar ottimo", "ma Bahía pessimo", id="it: ma"),
        pytest.param("Miramar ottimo però Bahía pessimo", "Miramar ottimo", "però Bahía pessimo", id="it: però"),
        pytest.param("Miramar ottimo mentre Bahía pessimo", "Miramar ottimo", "mentre Bahía pessimo", id="it: mentre"),
    ],
)  # fmt: skip
def test_each_brand_has_its_clauses(text: str, mine: str, theirs: str) -> None:
    for own, others, clauses in ((MIRAMAR, BAHIA, mine), (BAHIA, MIRAMAR, theirs)):
        found = about(text, own, others)
        assert " ".join(found.text.split()) == clauses
        assert not found.turned


def test_a_clause_is_cut_between_the_brands_and_nowhere_else() -> None:
    text = "comida y cama bien en Miramar y comida y cama mal en Bahía"
    assert about(text).text == "comida y cama bien en Miramar"
    assert about(text, BAHIA, MIRAMAR).text == "comida y cama mal en Bahía"


def test_an_and_within_a_name_cuts_nothing() -> None:
    text = "Sol y Mar mejor que Bahía"
    assert about(text, ("Sol y Mar",)).text == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Bahía es mejor que Miramar", id="es: mejor que"),
        pytest.param("Bahía es mucho mejor que el Miramar", id="es: mejor que el"),
        pytest.param("Bahía es más barato que Miramar", id="es: más que"),
        pytest.param("Bahía es peor q Miramar", id="es: peor q"),
        pytest.param("Prefiero Bahía a Miramar", id="es: prefiero a"),
        pytest.param("Prefiero mil veces Bahía antes que Miramar", id="es: antes que"),
        pytest.param("Bahía is better than Miramar", id="en: better than"),
        pytest.param("Bahía is more expensive than the Miramar", id="en: more than the"),
        pytest.param("I prefer Bahía to Miramar", id="en: prefer to"),
        pytest.param("I would prefer Bahía over Miramar", id="en: prefer over"),
        pytest.param("Bahía é melhor do que o Miramar", id="pt: melhor do que o"),
        pytest.param("Bahía é mais caro que Miramar", id="pt: mais que"),
        pytest.param("Bahia es mas barato que Miramar", id="es: mas que, without its accent"),
        pytest.param("BAHÍA ES MÁS BARATO QUE MIRAMAR", id="es: in capitals"),
        pytest.param("Prefiro Bahía a Miramar", id="pt: prefiro a"),
        pytest.param("Bahía est mieux que Miramar", id="fr: mieux que"),
        pytest.param("Bahía est pire que le Miramar", id="fr: pire que le"),
        pytest.param("Je préfère Bahía à Miramar", id="fr: préfère à"),
        pytest.param("Bahía ist besser als Miramar", id="de: besser als"),
        pytest.param("Bahía ist viel schlechter als das Miramar", id="de: schlechter als das"),
        pytest.param("Bahía è meglio di Miramar", id="it: meglio di"),
        pytest.param("Bahía è migliore del Miramar", id="it: migliore del"),
        pytest.param("Bahía è più caro di Miramar", id="it: più di"),
        pytest.param("Preferisco Bahía a Miramar", id="it: preferisco a"),
    ],
)
def test_what_is_said_by_comparison_is_said_of_the_first_and_its_contrary_of_the_second(text: str) -> None:
    assert about(text) == About(text, turned=True)
    assert about(text, BAHIA, MIRAMAR) == About(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Mejor Bahía cerca de la playa con Miramar", id="nothing that compares stands before it"
        ),
        pytest.param("Bahía que Miramar", id="no preference"),
        pytest.param("From Bahía to Miramar by bus", id="a way"),
        pytest.param("Bahía is better. It was worse than ever. Miramar", id="another sentence"),
    ],
)
def test_what_is_no_comparison_is_not_turned(text: str) -> None:
    assert not about(text).turned
    assert not about(text, BAHIA, MIRAMAR).turned


_PIECES = st.sampled_from(
    ["Miramar", "miramar", "Bahía", "bahia", "y", "and", "pero", "PERO", "mejor", "que", "a", "prefiero", ".", ",", "…", "\n",
     "la cena", "mal", "  ", "\ud800", "😡", "#", "\u0301", "…", "Miramares", "no como"]
)  # fmt: skip
_TEXTS = (
    st.lists(_PIECES, max_size=16).map(" ".join)
    | st.lists(_PIECES, max_size=16).map("".join)
    | st.text(max_size=60)
)


def unspaced(text: str) -> str:
    return re.sub(r"\s+", "", text)


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_what_is_read_is_made_of_pieces_of_the_text(text: str) -> None:
    found = about(text)
    rest = unspaced(text)
    for word in found.text.split():
        assert word in rest
        rest = rest[rest.index(word) + len(word) :]
    assert bool(found.text.strip()) is bool(text.strip())


@settings(deadline=None)
@given(_TEXTS, st.lists(_TEXTS, max_size=3).map(tuple), st.lists(_TEXTS, max_size=3).map(tuple))
def test_any_names_have_an_answer(text: str, own: tuple[str, ...], others: tuple[str, ...]) -> None:
    found = about(text, own, others)
    assert len(unspaced(found.text)) <= len(unspaced(text))
    assert not found.turned or (own and others)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Miramar Bahía" + " " * 100_000, id="white space"),
        pytest.param("Miramar Bahía" + " y" * 50_000, id="joints"),
        pytest.param("y " * 50_000 + "Miramar Bahía", id="joints before"),
        pytest.param("Miramar, Bahía. " * 6_000, id="clauses"),
        pytest.param("Miramar é Bahía y " * 5_000, id="one clause with both, over and over"),
        pytest.param("prefiero " * 11_000 + "Bahía a Miramar", id="preferences"),
        pytest.param("Bahía mejor " + "que el " * 14_000 + "Miramar", id="comparisons"),
        pytest.param(("Bahía Miramar" + " y" * 980 + ", ") * 50, id="joints in many clauses"),
        pytest.param("Bahía" + "," * 100_000 + "Miramar", id="marks"),
    ],
)
def test_a_hostile_text_is_parted_soon(text: str) -> None:
    about("warm up")
    start = time.process_time()
    about(text)
    about(text, BAHIA, MIRAMAR)
    assert time.process_time() - start < 0.5

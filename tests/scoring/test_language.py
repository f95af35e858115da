"""In which language a post is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.scoring.language import hinted, language, vote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIX = ("es", "en", "pt", "fr", "de", "it")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("La habitación estaba sucia y nadie nos ayudó", "es"),
        ("We waited two hours and nobody came to our room", "en"),
        ("O quarto estava sujo e ninguém nos ajudou, não volto", "pt"),
        ("La chambre était sale et personne ne nous a aidés", "fr"),
        ("Das Zimmer war schmutzig und niemand hat uns geholfen", "de"),
        ("La camera era sporca e nessuno ci ha aiutato", "it"),
        ("Habitación sucísima", "es"),
        ("Zimmer dreckig, Frühstück kalt", "de"),
    ],
)
def test_a_post_is_told_by_its_words(text: str, lang: str) -> None:
    assert language(text, None, SIX) == lang


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😡😡",
        "http://t.co/xyz",
        "@hotelmiramar #miramar",
        "10/10 !!!",
        "\u200b\u200f",
        "\ud800",
        "RT @a: https",
    ],
)
def test_where_there_is_nothing_to_read_there_is_no_language(text: str) -> None:
    assert language(text, None, SIX) is None
    assert language(text, None, ("en",)) is None


@pytest.mark.parametrize(
    ("hint", "lang"),
    [
        ("es", "es"),
        ("ES", "es"),
        ("es-MX", "es"),
        ("pt_BR", "pt"),
        ("in", "id"),
        ("iw", "he"),
        ("und", None),
        ("qme", None),
        ("zxx", None),
        ("", None),
        (None, None),
        ("español", None),
        ("e1", None),
        ("ñu", None),
    ],
)
def test_a_hint_is_believed_where_it_says_something(hint: str | None, lang: str | None) -> None:
    assert hinted(hint) == lang
    assert language("The room was not what we had booked", hint, SIX) == (lang or "en")


def test_one_allowed_language_is_the_answer_for_anything_that_can_be_read() -> None:
    assert language("La habitación estaba sucia y nadie nos ayudó", None, ("en",)) == "en"


def test_allowed_languages_nobody_knows_give_no_answer() -> None:
    assert language("qwertz", None, ("xx", "yy")) is None


def test_a_vote_without_small_words_is_not_clear() -> None:
    assert vote("Miramar Barcelona 2026", SIX) is None
    assert vote("la de", SIX) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from([(), ("es", "en"), SIX]))
def test_any_text_has_an_allowed_two_letter_language_or_none(text: str, allowed: tuple[str, ...]) -> None:
    found = language(text, None, allowed)
    assert found is None or (len(found) == 2 and (not allowed or found in allowed))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("allowed", "floor"), [(("es", "en"), 0.994), (SIX, 0.984), ((), 0.968)], ids=["es, en", "six", "any"]
)
def test_labelled_posts_are_told_apart(
    rows: Callable[[str], Iterator[dict[str, str]]],
    allowed: tuple[str, ...],
    floor: float,
    capsys: pytest.CaptureFixture[str],
) -> None:
    right: dict[str, list[bool]] = {}
    for code in allowed or SIX:
        for row in list(rows(f"sentiment/{code}_*.csv"))[::3]:
            right.setdefault(code, []).append(language(row["text"] or "", None, allowed) == code)
    share = sum(map(sum, right.values())) / sum(map(len, right.values()))
    with capsys.disabled():
        print(  # noqa: T201  # the figure is the point
            f"\n{', '.join(allowed) or 'any'}: {share:.1%}",
            {k: f"{sum(v) / len(v):.1%}" for k, v in right.items()},
        )
    assert share > floor

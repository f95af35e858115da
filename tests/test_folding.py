"""One spelling for many."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.folding import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HABITACIÓN", "habitacion"),
        ("habitacio\u0301n", "habitación"),
        ("Straße", "STRASSE"),
        ("Søren Łódź", "soren lodz"),
        ("œuvre", "OEUVRE"),
        ("İstanbul", "istanbul"),
        ("ısparta", "isparta"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("Ёлка", "елка"),
        ("ﬁne", "fine"),
        ("ＭＩＲＡＭＡＲ", "miramar"),
        ("𝐌𝐢𝐫𝐚𝐦𝐚𝐫", "miramar"),
        ("Hotel\n\t Miramar", "hotel miramar"),
        ("Hotel\u00a0\u200bMiramar", "hotel miramar"),
        ("  Hotel   Miramar ", "hotel miramar"),
        ("Mira\u00admar", "miramar"),
        ("\u202eMiramar\u202c", "miramar"),
        ("McDonald’s", "mcdonald's"),
        ("Coca‑Cola", "coca-cola"),
        ("❤️", "❤"),
        ("👩‍💻", "👩💻"),
        ("か\u3099", "が"),
        ("\u1112\u1161\u11ab", "한"),
        ("＠ｍｉｒａｍａｒ", "@miramar"),
    ],
)
def test_two_spellings_fold_to_one(one: str, other: str) -> None:
    assert folded(one).strip() == folded(other).strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [("が", "か"), ("हिंदी", "हद"), ("Miramar™", "miramartm"), ("a b", "ab"), ("a-b", "ab"), ("ñ", "m")],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F)))
def test_case_never_matters_in_latin_script(text: str) -> None:
    assert folded(text.upper()) == folded(text.lower()) == folded(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "a\u0316\u0301" + "\u0301\u0316" * 50_000,
        "\u3099\u0301" * 50_000,
        "\ud800" * 100_000,
        " \n" * 50_000,
    ],
    ids=["letters", "marks", "voice marks", "surrogates", "white space"],
)
def test_a_hostile_text_folds_in_linear_time(text: str) -> None:
    start = time.process_time()
    folded(text)
    assert time.process_time() - start < 0.5

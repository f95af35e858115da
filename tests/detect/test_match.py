"""Which phrases stand in a text, and of which brands it speaks."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.match import NOTHING, Brands, Matcher, Names


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("Miramar", "We love Miramar", True),
        ("Miramar", "MIRAMAR!", True),
        ("Miramar", "Miramar's pool", True),
        ("Miramar", "Miramar’s pool", True),
        ("Miramar", "L'Miramar", True),
        ("Miramar", "two Miramars", False),
        ("Miramar", "Miramar2", False),
        ("Miramar", "elmiramar", False),
        ("Miramar", "hotel_miramar", False),
        ("Miramar", "Miramar™ (Miramar®)", True),
        ("Miramar", "#miramar", True),
        ("Miramar", "@miramar", True),
        ("Miramar", "#MiramarNo", False),
        ("Miramar", "the miramar-hotel", True),
        ("Miramar", "http://miramar.example", True),
        ("habitación", "QUE HABITACION", True),
        ("HABITACION", "qué habitación", True),
        ("Straße", "STRASSE", True),
        ("Hotel Miramar", "hotel  \n miramar", True),
        ("Hotel Miramar", "Hotel\u200bMiramar", True),
        ("Hotel Miramar", "Hotel\u00a0Miramar", True),
        ("Hotel Miramar", "hotel-miramar", True),
        ("Hotel Miramar", "#HotelMiramar", True),
        ("Hotel Miramar", "#hotel_miramar!", True),
        ("Hotel Miramar", "hotelmiramar", False),
        ("Hotel Miramar", "@hotelmiramar", False),
        ("Hotel Miramar", "#HotelMiramarSucks", False),
        ("Hotel Miramar", "Hotel. Miramar", False),
        ("Coca-Cola", "coca cola", True),
        ("Coca-Cola", "Coca–Cola", True),
        ("Coca-Cola", "#CocaCola", True),
        ("Coca-Cola", "cocacola", False),
        ("Miramar, Florida", "in miramar florida", True),
        ("Miramar, Florida", "in Miramar, Florida", True),
        ("McDonald's", "mcdonald’s", True),
        ("Uncle Ben's", "#UncleBens", True),
        ("@hotelmiramar", "thanks @HotelMiramar!", True),
        ("@hotelmiramar", ".@hotelmiramar: hello", True),
        ("@hotelmiramar", "hotelmiramar", False),
        ("@hotelmiramar", "#hotelmiramar", False),
        ("@hotelmiramar", "@hotelmiramar_fan", False),
        ("@hotelmiramar", "info@hotelmiramar.example", False),
        ("@hotelmiramar", "@hotelmiramar.bsky.social", True),
        ("#miramar", "so nice #Miramar", True),
        ("#miramar", "miramar", False),
        ("#miramar", "a#miramar", False),
        ("AT&T", "at&t is down", True),
        ("AT&T", "look at t", False),
        ("C++", "I like C++.", True),
        ("C++", "I like C", False),
        ("C++", "#c", False),
        ("$ACME", "sell $acme now", True),
        ("😡", "so bad😡😡", True),
        ("👍", "ok👍🏽", True),
        ("❤", "I❤️you", True),
        ("索尼", "我的索尼电视", True),
        ("ソニー", "ソニーのテレビ", True),
        ("Sony", "Sonyのテレビ", True),
        ("Sony", "sonyx", False),
        ("삼성", "삼성은 크다", True),
        ("โรงแรม", "ที่โรงแรมนี้", True),
        ("отель", "ОТЕЛЬ!", True),
        ("отель", "отельный", False),
        ("हिंदी", "यह हिंदी है", True),
        ("हिंद", "यह हिंदी है", False),
        ("قذرة", "الغرفة قذرة", True),
        ("bad", "bad\ud800", True),
        ("", "anything", False),
        (" \u200b ", "any \u200b thing", False),
    ],
)
def test_a_phrase_stands_where_a_person_would_see_it(phrase: str, text: str, *, stands: bool) -> None:
    assert (phrase in Matcher([phrase]).found(text)) is stands


def test_overlapping_phrases_are_all_found_and_named_as_they_were_given() -> None:
    matcher = Matcher(["Hotel Miramar", "HOTEL MIRAMAR", "Miramar", "Miramar Playa", "mar"])
    assert matcher.found("El hotel miramar playa") == {
        "Hotel Miramar",
        "HOTEL MIRAMAR",
        "Miramar",
        "Miramar Playa",
    }


def test_a_matcher_of_nothing_finds_nothing() -> None:
    assert Matcher([]).look("Miramar") is NOTHING
    assert not NOTHING


BRANDS = Brands(
    {
        "miramar": Names(("Hotel Miramar", "Miramar", "@hotelmiramar"), ("Miramar, Florida", "Port Miramar")),
        "port": Names(("Port Miramar",)),
        "solara": Names(("Solara", "Miramar Solara")),
    }
)
MATCHER = Matcher(BRANDS.phrases())


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("A week at the Miramar", ("miramar",)),
        ("A week in Miramar, Florida", ()),
        ("A week in Miramar Florida", ()),
        ("The Hotel Miramar, Florida", ()),
        ("From Miramar, Florida to the Hotel Miramar", ("miramar",)),
        ("The Miramar in Miramar, Florida", ("miramar",)),
        ("@hotelmiramar of Miramar, Florida", ("miramar",)),
        ("Port Miramar", ("port",)),
        ("Port Miramar Solara", ("port", "solara")),
        ("Solara and Miramar", ("miramar", "solara")),
        ("Nothing of the kind", ()),
    ],
)
def test_a_text_speaks_of_a_brand_unless_all_it_says_is_excluded(text: str, brands: tuple[str, ...]) -> None:
    assert BRANDS.of(MATCHER.look(text)) == brands


PHRASES = st.lists(
    st.sampled_from(
        [
            "ab",
            "a",
            "ba",
            "a b",
            "ab a",
            "b-a",
            "a, b",
            "@ab",
            "#ab",
            "é",
            "aé b",
            "b's",
            "Ab",
            "!",
            "a_b",
            "a.b",
        ]
    ),
    max_size=6,
)
TEXTS = st.text("abAB éÉ\u0301@#-_'’., \n\u200b!1", max_size=24)


@settings(max_examples=600)
@given(PHRASES, TEXTS)
def test_it_agrees_with_a_slow_and_plain_reading(phrases: list[str], text: str) -> None:
    assert Matcher(phrases).found(text) == {phrase for phrase in phrases if slowly(phrase, text)}


@settings(max_examples=600)
@given(PHRASES.filter(bool), PHRASES, TEXTS)
def test_exclusions_agree_with_a_slow_and_plain_reading(
    terms: list[str], barred: list[str], text: str
) -> None:
    brands = Brands({"acme": Names(tuple(terms), tuple(barred))})
    bars = {place for phrase in barred for place in slowly(phrase, text)}
    real = {
        place
        for phrase in terms
        for place in slowly(phrase, text)
        if not any(set(range(*place)) & set(range(*bar)) for bar in bars)
    }
    assert bool(brands.of(Matcher(brands.phrases()).look(text))) is bool(real)


def slowly(phrase: str, text: str) -> set[tuple[int, int]]:
    """Every place of `phrase`, found with one regular expression at each character."""
    plain, words = simply(text), re.split(", |[ -]", simply(phrase))
    spellings = [simply(phrase)]
    if len(words) > 1:
        run = [re.sub(r"\W", "", word) for word in words]
        spellings += [" ".join(words), "-".join(words), "#" + "".join(run), "#" + "_".join(run)]
    found = set()
    for spelling in spellings:
        left = r"(?<!\w)" if re.match(r"[\w@#]", spelling) else ""
        right = r"(?!\w)" if re.search(r"\w$", spelling) else ""
        pattern = re.compile(left + re.escape(spelling) + right)
        found |= {(at, at + len(spelling)) for at in range(len(plain)) if pattern.match(plain, at)}
    return found


def simply(text: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return re.sub(r"[\s\u200b]+", " ", bare.lower().replace("’", "'"))


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "Miramar, Florida " * 6_000, "Miramar " * 12_000, "@" * 100_000, "é\u0301" * 50_000],
    ids=["letters", "exclusions", "terms", "signs", "marks"],
)
def test_a_hostile_text_is_read_in_linear_time(text: str) -> None:
    start = time.process_time()
    BRANDS.of(MATCHER.look(text))
    assert time.process_time() - start < 0.5

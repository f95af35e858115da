"""A text as words and marks."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.scoring.tokens import LONGEST, tokens

AT, HTTP, NUMBER, HAHA, BRAND = "<at>", "<http>", "<0>", "<haha>", "<brand>"
HIGH, LOW = "<high>", "<low>"


def words(text: str, *names: str) -> list[str]:
    return tokens(text, names).words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Ni caso", ["ni", "caso"], id="case"),
        pytest.param("¡Qué decepción!", ["¡", "que", "decepcion", "!"], id="accents and marks before a word"),
        pytest.param("decepcio\u0301n", ["decepcion"], id="an accent as a character of its own"),
        pytest.param("STRASSE Straße", ["strasse", "strasse"], id="sharp s"),
        pytest.param("a\u00adb b\u200dc", ["ab", "bc"], id="characters that nobody sees"),
        pytest.param("a\u200bb\u3000c\td", ["a", "b", "c", "d"], id="every kind of space"),
        pytest.param("*mal* ~mal~ [mal] /mal", ["mal"] * 4, id="markup"),
        pytest.param("mal\ud83d \udc00mal", ["mal", "mal"], id="lone surrogates"),
        pytest.param("mal\x00mal", ["mal", "mal"], id="NUL"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t\u200b", ["."], id="nothing but white space: a line ends"),
        pytest.param("الغرفة قذرة", ["الغرفة", "قذرة"], id="right to left"),
        pytest.param("mal, muy mal", ["mal", ",", "muy", "mal"], id="a comma"),
        pytest.param("uno\ndos", ["uno", ".", "dos"], id="a line's end ends the sentence"),
    ],
)  # fmt: skip
def test_words_come_in_one_spelling(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("@ana @Otra_2 hola", [AT, AT, "hola"], id="mentions"),
        pytest.param("＠ana", [AT], id="a mention with a wide at sign"),
        pytest.param("ana@example.org", ["ana", AT, ".", "org"], id="a mail address"),
        pytest.param("mira https://t.co/aBc?x=1#y ya", ["mira", HTTP, "ya"], id="an address"),
        pytest.param("mira www.example.org/horrible ya", ["mira", HTTP, "ya"], id="an address without its scheme"),
        pytest.param("HTTPS://EXAMPLE.ORG", [HTTP], id="an address in capitals"),
        pytest.param("yahttps://t.co/abc", ["ya", HTTP], id="an address grown together with a word"),
        pytest.param("https://t.co/aaaabbbb//n't", [HTTP], id="an address with stretched letters"),
        pytest.param("RT https", ["rt", HTTP], id="the address was cut off"),
        pytest.param("httpd httpx", ["httpd", "httpx"], id="words that begin like an address"),
        pytest.param("10 3h 2ª 50mil", [NUMBER] * 4, id="numbers and what hangs on them"),
        pytest.param("3,50 3.50", [NUMBER, ",", NUMBER, NUMBER, ".", NUMBER], id="a price"),
        pytest.param("١٢", [NUMBER], id="digits of another script"),
        pytest.param("#2024 #3dias", [NUMBER, NUMBER], id="a number as a hashtag"),
    ],
)  # fmt: skip
def test_what_nobody_can_learn_from_stands_for_its_kind(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("10/10 9 / 10", [HIGH, HIGH], id="of ten, high"),
        pytest.param("0/10 3/10", [LOW, LOW], id="of ten, low"),
        pytest.param("5/10 8/10", [NUMBER] * 4, id="of ten, in the middle"),
        pytest.param("11/10 24/10", [NUMBER] * 4, id="more than there is"),
        pytest.param("5/10/2026", [NUMBER] * 3, id="a date"),
        pytest.param("5 stars 5 estrellas 5 étoiles 5 Sterne 5 stelle 5 estrelas", [HIGH] * 6, id="five stars"),
        pytest.param("1 star 1 estrella 0 Sterne", [LOW] * 3, id="one star, and none"),
        pytest.param("3 estrellas", [NUMBER, "estrellas"], id="three stars"),
        pytest.param("15 estrellas", [NUMBER, "estrellas"], id="more digits before it"),
        pytest.param("hotel de 5 estrellas", ["hotel", "de", NUMBER, "estrellas"], id="what the hotel calls itself"),
        pytest.param("5 estrellados", [NUMBER, "estrellados"], id="another word"),
    ],
)  # fmt: skip
def test_a_grade_says_whether_it_is_high_or_low(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("Alegría", ["Alegría"], id="as written"),
        pytest.param("ALEGRIA", ["alegría"], id="without accent, in capitals"),
        pytest.param("Hotel   Alegría", ["Hotel Alegría"], id="more spaces between"),
        pytest.param("Hotel Alegría", ["Alegría", "Hotel Alegría"], id="the longest name first"),
        pytest.param("Hotel Alegría", [" Hotel Alegría "], id="a name with spaces around it"),
        pytest.param("@hotelalegria", ["@hotelalegria"], id="a handle"),
        pytest.param("@hotelalegria", ["hotelalegria"], id="a handle, its name given without the sign"),
        pytest.param("#hotelalegria", ["hotelalegria"], id="a hashtag"),
        pytest.param("#HotelAlegria", ["hotelalegria"], id="a hashtag of two words, named in one"),
        pytest.param("#HotelAlegria", ["#HotelAlegria"], id="a hashtag of two words, named with its sign"),
        pytest.param("#HotelAlegria", ["Hotel Alegría"], id="a hashtag of two words, named in two"),
        pytest.param("Don't Worry", ["don't worry"], id="a name with n't"),
        pytest.param("Don’t Worry", ["don't worry"], id="another quote"),
        pytest.param("C++", ["c++"], id="a name with marks"),
        pytest.param("(alegria", ["(alegria"], id="a name that is no pattern"),
        pytest.param("3", ["3"], id="a number"),
        pytest.param("Yahooo", ["Yahooo"], id="a name with a stretched letter"),
    ],
)
def test_the_brand_s_own_names_are_no_words(text: str, names: list[str]) -> None:
    assert words(text, *names) == [BRAND]


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        pytest.param("alegrías", ["alegría"], ["alegrias"], id="part of a word is no name"),
        pytest.param("una alegría", ["", " ", "\u200b"], ["una", "alegria"], id="names of nothing"),
        pytest.param("https://alegria.example/mal", ["alegria"], [HTTP], id="a name within an address"),
        pytest.param("#AlegriaNuncaMas", ["alegria"], [BRAND, "nunca", "mas"], id="a name within a hashtag"),
        pytest.param("alegria,alegria", ["alegria"], [BRAND, ",", BRAND], id="two with a mark between"),
        pytest.param("alegria's", ["alegria"], [BRAND, "s"], id="a genitive"),
    ],
)
def test_a_name_is_masked_where_it_stands_by_itself(text: str, names: list[str], found: list[str]) -> None:
    assert words(text, *names) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("#NuncaMas", ["nunca", "mas"], id="words by their capitals"),
        pytest.param("#NuncaMásÁvila", ["nunca", "mas", "avila"], id="capitals with accents"),
        pytest.param("#nuncamas", ["nuncamas"], id="one word"),
        pytest.param("#BOICOT", ["boicot"], id="all capitals"),
        pytest.param("#Boicot2024Ya", ["boicot2024ya"], id="digits part nothing"),
        pytest.param("NuncaMas", ["nuncamas"], id="no hashtag"),
        pytest.param("#jajaja", [HAHA], id="laughter as a hashtag"),
        pytest.param("# #", [], id="the sign alone"),
    ],
)
def test_hashtags_come_apart(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize("text", [
    "jajaja", "JAJAJAJAA", "ajajaja", "jejeje", "jijiji", "hahaha", "haha", "ahahah", "hehe", "hihihi", "kkk", "kkkkkkk",
    "rsrs", "rsrsrs", "lol", "LOOOL", "lolll", "lolol", "lmao", "lmfao", "lmaooooo", "rofl", "mdr", "mdrrr", "ptdr", "xd", "XDDDD",
])  # fmt: skip
def test_laughter_is_laughter_in_every_language(text: str) -> None:
    assert words(text) == [HAHA]


@pytest.mark.parametrize(
    "text", ["ja", "ha", "he", "hija", "jarra", "loro", "rs", "xl", "hijos", "haben", "reject", "k"]
)
def test_words_that_look_like_laughter_are_words(text: str) -> None:
    assert words(text) == [text]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("nooo", "noooooooo", id="however long"),
        pytest.param("NOOOO", "nooo", id="in whatever case"),
        pytest.param("pésimooo", "pesimoooo", id="with accents"),
    ],
)
def test_a_stretched_word_is_one_word_however_far_it_is_stretched(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert tokens(one).stretched == tokens(other).stretched == 1


@pytest.mark.parametrize("text", ["no", "noo", "perro 1000 ____ !!!!"])
def test_twice_is_not_stretched(text: str) -> None:
    assert tokens(text).stretched == 0


@pytest.mark.parametrize(
    ("text", "shouted"), [("NUNCA MAS", 2), ("ÚLTIMA", 1), ("OK no", 0), ("Nunca", 0), ("aBBBa", 0)]
)
def test_words_in_capitals_are_shouted(text: str, shouted: int) -> None:
    assert tokens(text).shouted == shouted


@pytest.mark.parametrize(
    ("text", "names", "shouted"),
    [
        pytest.param("BBVA me cobró", ["BBVA"], 0, id="a name"),
        pytest.param("@BBVA me cobró", ["@bbva"], 0, id="a handle"),
        pytest.param("BANCO ÁGIL me cobró", ["Banco Ágil"], 0, id="of two words"),
        pytest.param("BBVA NUNCA MAS", ["BBVA"], 2, id="other words are shouted"),
    ],
)
def test_a_name_in_capitals_is_not_shouted(text: str, names: list[str], shouted: int) -> None:
    assert tokens(text, tuple(names)).shouted == shouted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("👍👍🏽👍🏿", ["👍"] * 3, id="skin tones"),
        pytest.param("❤️❤", ["❤", "❤"], id="presentation"),
        pytest.param("mal😡😡mal", ["mal", "😡", "😡", "mal"], id="between words"),
        pytest.param("👩🏽‍💻", ["👩", "💻"], id="joined"),
        pytest.param("⭐⭕‼⁉", ["⭐", "⭕", "‼", "⁉"], id="stars and marks"),
        pytest.param("🇪🇸", ["🇪", "🇸"], id="a flag"),
        pytest.param(":) :-) :] =) ;) :o)", [":)"] * 6, id="smiling"),
        pytest.param(":( :-( :[ :(( =(", [":("] * 5, id="frowning"),
        pytest.param(":'( :’(", [":(", ":("], id="crying"),
        pytest.param(":D :-D =D ;D", [":d"] * 4, id="laughing"),
        pytest.param(":P :/ :\\ :| :*", [":p", ":/", ":/", ":|", ":*"], id="others"),
        pytest.param("<3 <333", ["<3", "<3"], id="hearts"),
        pytest.param(
            "nota:para a:despues", ["nota", ":", "para", "a", ":", "despues"], id="a colon and a word"
        ),
        pytest.param("a las 8:30", ["a", "las", NUMBER, ":", NUMBER], id="a time"),
    ],
)
def test_faces_say_what_they_show(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("!", "!"), ("!!", "!!"), ("!!!!!", "!!"), ("?", "?"), ("???", "?"), ("?!", "?!"), ("!?!?", "?!"), ("...", "…"),
        ("..", "…"), ("…", "…"), (".", "."), (",", ","), (";", ";"), ("(", "("), ('"', '"'), (".,.,", "."),
    ],
)  # fmt: skip
def test_a_run_of_marks_is_the_mark_that_says_most(text: str, mark: str) -> None:
    assert words(f"a{text}b") == ["a", mark, "b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("don't", ["do", "n't"], id="don't"),
        pytest.param("DON’T", ["do", "n't"], id="in capitals, with a round quote"),
        pytest.param("can't won't", ["ca", "n't", "wo", "n't"], id="can't and won't"),
        pytest.param("dont", ["dont"], id="without its quote"),
        pytest.param("it's l'hotel", ["it", "s", "l", "hotel"], id="other quotes part words"),
    ],
)
def test_not_is_a_word_of_its_own(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_only_so_much_is_read() -> None:
    assert words("a " * LONGEST) == words("a " * LONGEST + "mal") == ["a"] * (LONGEST // 2)


_PIECES = st.sampled_from(
    ["no", "n't", "@ana", "#NuncaMas", "http://t.co/x", "www.a", "👍🏽", ":(", "<3", "<brand>", "!!", "…", "\n", " ", "9/10", "1 star",
     "jaja", "sooo", "ALTO", "\ud800", "ː", "*", "ß", "İ", "é", "\u0301", "3", "_", "ʼ"]
)  # fmt: skip
_TEXTS = st.text(max_size=60) | st.lists(_PIECES, max_size=12).map("".join)


@given(text=_TEXTS, names=st.lists(_TEXTS, max_size=4))
@example(text="ＷＷＷ.", names=["www"])
def test_any_text_has_words_whatever_the_names(text: str, names: list[str]) -> None:
    found = words(text, *names)
    assert all(found)
    assert not any(char.isspace() for word in found for char in word)


@given(st.text("aeáñçüßnt'jhlo #@!?.1 "))
def test_capitals_and_accents_change_no_word(text: str) -> None:
    assert words(text.upper()) == words(text)
    assert words(text.translate(str.maketrans("áñçü", "ancu"))) == words(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(piece * (100_000 // len(piece)), id=name)
        for name, piece in {
            "a letter": "a",
            "a letter with an accent": "á",
            "brackets": "(",
            "smileys": ":-(",
            "colons": ":",
            "hashtags": "#aB",
            "half an address": "http:/",
            "addresses": "https://a ",
            "laughter": "ja",
            "laughter that is none": "jajx",
            "n't": "n't",
            "names": "hotel alegria ",
            "half a name": "hotel ",
            "half a laughter": "lo",
            "line ends": "\n",
            "combining marks": "a\u0301\u0300",
            "lone surrogates": "\ud800",
        }.items()
    ],
)
def test_a_hostile_text_is_read_at_once(text: str) -> None:
    names = ("hotel alegria", "hotel", "a" * 50)
    words("warm up", *names)
    start = time.process_time()
    words(text, *names)
    assert time.process_time() - start < 0.05

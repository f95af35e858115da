from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.channels.inert import CUT, MARKS_KEPT, brief, clean, one_line, shorten, size, web_address
from tests.stand.hostile import HOSTILE

ANY_TEXT = st.text(st.characters(categories=None), max_size=300)


@pytest.mark.parametrize(
    ("written", "shown"),
    {
        "plain": ("Dirty room", "Dirty room"),
        "windows lines": ("a\r\nb\rc", "a\nb\nc"),
        "other line ends": ("a\u2028b\u2029c", "a\nb\nc"),
        "many blank lines": ("a\n\n \n\n\nb", "a\n\nb"),
        "control characters": ("di\x00r\x1b[31mty\x07", "dir[31mty"),
        "right-to-left override": ("\u202eabc\u202c", "abc"),
        "zero width": ("d\u200bi\u2060r\ufeffty\u00ad", "dirty"),
        "odd blanks": ("a\u00a0b\u3000c\td", "a b c d"),
        "lone surrogate": ("a\ud83db", "a\ufffdb"),
        "no character": ("a\uffff\ufdd0b", "ab"),
        "decomposed": ("cafe\u0301", "café"),
        "zalgo": ("e" + "\u0315" * 50 + "nd", "e" + "\u0315" * MARKS_KEPT + "nd"),
        "family": ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        "Persian": ("می‌خواهم", "می‌خواهم"),
        "joiner alone": ("a \u200d b\u200d", "a  b"),
        "blank letters": ("\u3164\u2800", ""),
        "Thai": ("ห้องน้ำสกปรก", unicodedata.normalize("NFC", "ห้องน้ำสกปรก")),
    }.values(),
)
def test_what_is_left_of_a_text(written: str, shown: str) -> None:
    assert clean(written) == shown


@given(ANY_TEXT)
def test_nothing_that_acts_or_hides_is_left(text: str) -> None:
    left = clean(text)

    left.encode()
    kinds = {unicodedata.category(char) for char in left if char not in "\n\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "\n" not in one_line(text)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT.map(clean), st.integers(0, 80))
def test_a_shortened_text_never_passes_its_limit(text: str, limit: int) -> None:
    short = shorten(text, limit)

    assert size(short) <= limit
    assert short == text or size(text) > limit
    short.encode()


def test_a_shortened_text_keeps_its_head_and_its_tail() -> None:
    short = shorten("The room was dirty. " + "x" * 500 + " Never again.", 60)

    assert short.startswith("The room was dirty.")
    assert CUT in short
    assert short.endswith("Never again.")


def test_a_heap_of_marks_takes_no_time() -> None:
    heap = "e" + "\u0315\u0301" * 100_000

    start = time.perf_counter()
    brief(heap, 100)

    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE.keys())
def test_a_brief_line_of_anything_is_one_short_line(text: str) -> None:
    line = brief(text, 100)

    assert size(line) <= 100
    assert "\n" not in line


@pytest.mark.parametrize(
    ("url", "safe"),
    {
        "plain": ("https://x.test/a?b=c#d", "https://x.test/a?b=c#d"),
        "http": ("http://x.test", "http://x.test"),
        "port and IPv6": ("http://[::1]:80/", "http://[::1]:80/"),
        "non-ASCII path": ("https://x.test/opinión", "https://x.test/opini%C3%B3n"),
        "already encoded": ("https://x.test/opini%C3%B3n", "https://x.test/opini%C3%B3n"),
        "quote": ('https://x.test/"onclick=', "https://x.test/%22onclick="),
        "markup": ("https://x.test/<b>|x", "https://x.test/%3Cb%3E%7Cx"),
        "script": ("javascript:alert(1)", None),
        "data": ("data:text/html,x", None),
        "user name": ("https://bank.test@evil.test/", None),
        "backslash user name": ("https://bank.test\\@evil.test/", None),
        "blank": ("https://x.test/a b", None),
        "line": ("https://x.test/\r\nBcc: x", None),
        "non-ASCII host": ("https://bаnk.test/", None),
        "no host": ("https:///x", None),
        "unclosed bracket": ("https://[x", None),
        "surrogate": ("https://x.test/\ud800", None),
        "endless": ("https://x.test/" + "a" * 3_000, None),
        "endless once encoded": ("https://x.test/" + "é" * 1_500, None),
        "nothing": ("", None),
        "none": (None, None),
    }.values(),
)
def test_which_addresses_may_stand_behind_a_link(url: str | None, safe: str | None) -> None:
    assert web_address(url) == safe

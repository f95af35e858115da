from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.sources.plain import plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One <b>bold</b> word</p><p>two</p>", "One bold word\ntwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("Tom &amp; Ada &lt;3 &#x1F600;", "Tom & Ada <3 😀"),
        ("<script>alert('x')</script>after", "after"),
        ("<style>p {}</style >after", "after"),
        ("<SCRIPT src=x>alert(1)</SCRIPT\t\n bar>after", "after"),
        ("<script>never closed", ""),
        ("before<!-- hidden <b> -->after", "beforeafter"),
        ("before<!-- never closed", "before"),
        ("<![CDATA[x]]>y", "y"),
        ("I <3 it, 5 < 6 > 4", "I <3 it, 5 < 6 > 4"),
        ('<a href="https://x.test" title="t">link</a>', "link"),
        ("<li>one<li>two", "one\ntwo"),
        ("<unclosed tag at the end", "<unclosed tag at the end"),
        (" many \t spaces \n\n\n and\x00 lines ", "many spaces\nand lines"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a b='",
        "<!--",
        "<!",
        "<?",
        "</",
        "</a ",
        "<a =",
        "<script",
        "<script>",
        "<script></script ",
        "&",
        "&#",
        "&amp",
        "<![CDATA[",
        "\n ",
        " ",
        "\t\n",
        "<p>",
        "<a>",
    ],
)
def test_time_is_linear_in_whatever_is_sent(piece: str) -> None:
    started = time.perf_counter()
    plain(piece * (400_000 // len(piece)))
    assert time.perf_counter() - started < 1.5


@given(st.text(alphabet="<>/!-?abscript =\"'&;#x1\n", max_size=200))
def test_nothing_that_looks_like_a_known_tag_is_left(markup: str) -> None:
    assert "\x00" not in plain(markup)
    assert "<script>" not in plain(markup.replace("&", "")).lower()


def test_a_long_text_is_cut() -> None:
    assert plain("a" * 100_000) == "a" * 40_000

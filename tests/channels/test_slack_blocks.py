from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.channels.slack_blocks import fallback, news, whole
from sentinel.channels.slack_limits import problems
from sentinel.model.incident import State
from sentinel.model.message import Link, Message, Quote
from sentinel.model.notice import NoticeKind
from sentinel.model.reading import Severity
from tests.stand.hostile import HOSTILE
from tests.stand.messages import AT, MESSAGE, hostile, message
from tests.stand.slack import _wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = st.one_of(
    st.text(st.characters(categories=None), max_size=40),
    st.sampled_from([text for text, _ in HOSTILE.values()]),
    st.builds(
        lambda part, times: part * times,
        st.sampled_from(["<!here>", "&", "🪳", "a ", "\n", "@channel"]),
        st.integers(0, 3_000),
    ),
)
QUOTES = st.builds(
    Quote, TEXT, TEXT, TEXT, TEXT, st.just(AT), st.none() | TEXT.map("https://x.test/{}".format), TEXT
)
MESSAGES = st.builds(
    Message,
    key=TEXT,
    incident=TEXT,
    kind=st.sampled_from(NoticeKind),
    severity=st.sampled_from(Severity),
    state=st.sampled_from(State),
    headline=TEXT,
    lines=st.lists(TEXT, max_size=6).map(tuple),
    facts=st.lists(st.tuples(TEXT, TEXT), max_size=15).map(tuple),
    quotes=st.lists(QUOTES, max_size=9).map(tuple),
    why_told=TEXT,
    plain=TEXT,
    at=st.just(AT),
    links=st.lists(st.builds(Link, TEXT, st.just("https://x.test/")), max_size=9).map(tuple),
    reply=TEXT,
)


def texts(value: Any) -> Iterator[str]:
    """Every string but addresses: a link to https://social.test/@channel pings nobody."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part) if key != "url" else ()


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_whatever_it_says_it_stays_within_every_limit_and_acts_on_nothing(said: Message) -> None:
    for say in (whole(said), news(said)):
        assert problems(say.blocks, say.text) == []
        assert _wrong({"blocks": say.blocks, "text": say.text}, 4_000) is None  # the stand-in's own count
        for text in [say.text, *texts(say.blocks)]:
            assert "<!" not in text
            assert "<@" not in text
            assert "<http" not in text
            assert "@here" not in text.lower()
            assert "@channel" not in text.lower()


def test_the_headline_says_how_bad_it_is_in_a_word_and_a_colour() -> None:
    assert whole(MESSAGE).blocks[0]["text"]["text"].startswith("🔴 CRITICAL · Hotel Miramar: 41")


def test_a_closed_incident_no_longer_looks_dangerous() -> None:
    closed = whole(message(state=State.CLOSED))

    assert closed.blocks[0]["text"]["text"].startswith("✅ CLOSED · ")
    assert "incidents ack" not in json.dumps(closed.blocks)


def test_a_quote_is_a_quote_and_links_to_the_post() -> None:
    quote = next(block for block in whole(MESSAGE).blocks if "rich_text_quote" in json.dumps(block))
    by, said = quote["elements"]

    assert {"type": "link", "url": "https://x.test/ada/status/1599", "text": "open the post"} in by[
        "elements"
    ]
    assert said["elements"][0]["text"].startswith("Una cucaracha")


def test_an_unsafe_link_is_left_out() -> None:
    said = whole(message(links=(Link("Runbook", "javascript:alert(1)"),)))

    assert "javascript" not in json.dumps(said.blocks)


def test_the_foot_says_why_and_how_to_take_it_on() -> None:
    texts = [element["text"] for element in whole(MESSAGE).blocks[-1]["elements"]]

    assert texts[0] == MESSAGE.why_told
    assert texts[-1] == "Take it on: sentinel incidents ack miramar-7"


def test_the_fallback_is_escaped() -> None:
    text = fallback(message(plain="Tom & <Jerry> <!channel> @here"))

    assert text == "Tom &amp; &lt;\u2060Jerry&gt; &lt;\u2060!channel&gt; @\u2060here"


def test_escaping_does_not_push_the_fallback_over_its_limit() -> None:
    text = fallback(message(plain="&" * 40_000 + "end"))

    assert len(text) <= 4_000
    assert text.endswith("&amp;end")


def test_too_much_evidence_costs_evidence_and_not_the_headline() -> None:
    said = whole(hostile("dirty " + "é" * 40_000))

    assert said.blocks[0]["type"] == "header"
    assert said.blocks[-1]["type"] == "context"


@pytest.mark.parametrize("empty", ["", "\u202e\u200b", "   \n "])
def test_a_message_without_words_still_names_its_incident(empty: str) -> None:
    said = whole(message(headline=empty, plain=empty, lines=(empty,), quotes=(), facts=()))

    assert "Incident miramar-7" in said.text
    assert "Incident miramar-7" in said.blocks[0]["text"]["text"]

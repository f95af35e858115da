"""Notices in words: short, concrete, and safe whatever stands in a template or a post."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.incident import Ack, Incident, Peak, State
from sentinel.model.notice import Notice, NoticeKind, Reason
from sentinel.model.post import Author, Engagement
from sentinel.respond.wording import Story, fill, quote, word
from sentinel.rulebook.fields import FIELDS, REPLY_FIELDS
from sentinel.rulebook.judgments import Crisis, Share, Silence, Stars
from tests.stand.storms import NOON, incident, post, rule

if TYPE_CHECKING:
    from sentinel.model.message import Message

FIRST = post("Cucarachas", url="https://x.test/1")
LOUD = post(
    "Dirty\n\nrooms",
    id="2",
    url="https://x.test/2",
    stars=1.0,
    author=Author("7", "@bob", 240_000),
    engagement=Engagement(likes=1, shares=1210),
)
STORY = Story(FIRST, (LOUD, FIRST), (("x", 10), ("mastodon", 2)))
BIG = Peak(41, 4.2, 33, NOON)


def said(
    one: Incident | None = None,
    story: Story = STORY,
    kind: NoticeKind = NoticeKind.OPENED,
    **say: str,
) -> Message:
    told = one or incident(peak=BIG, now=BIG)
    return word("key", Notice(told.id, "team", kind, Reason.FIRST_STEP, NOON), told, rule(say=say), story)


def test_a_message_as_a_phone_shows_it() -> None:
    message = said()
    assert message.headline == "miramar: 41 negative posts in 2 hours, usual: 4.2"
    assert message.lines == ("Going on since 04 Mar 11:00 UTC. Nobody has taken it on yet.",)
    assert message.facts == (
        ("Negative posts", "41 in 2 hours (usual: 4.2, 9.8 times as many)"),
        ("Authors", "33"),
        ("Since", "04 Mar 11:00 UTC"),
        ("Where", "x 10 · mastodon 2"),
    )
    assert [(one.label, one.text, one.detail) for one in message.quotes] == [
        ("First", "Cucarachas", ""),
        ("Most shared", "Dirty rooms", "1 star · 1\u202f210 shares · 1 like · 240\u202f000 followers"),
    ]
    assert message.why_told == "The incident opened and this step tells at once."
    assert message.plain.splitlines() == [
        message.headline,
        *message.lines,
        *(f"{label}: {value}" for label, value in message.facts),
        message.why_told,
        "Incident k3m9zt",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"onset": None}, "Going on. Nobody has taken it on yet."),
        (
            {"acks": (Ack("ada", NOON), Ack("bob", NOON))},
            "Going on since 04 Mar 11:00 UTC. Taken on by ada, bob.",
        ),
        (
            {"blind": True},
            "Going on since 04 Mar 11:00 UTC. Nobody has taken it on yet. Too little is being read to judge it now.",
        ),
        (
            {"state": State.CALMING, "quiet_since": NOON, "now": Peak(3, 1.0, None, NOON)},
            "Calming since 04 Mar 12:00 UTC: 3 in the last 2 hours, 41 at its worst.",
        ),
        ({"state": State.CLOSED, "closed_at": NOON}, "Over since 04 Mar 12:00 UTC: 41 at its worst."),
    ],
)
def test_how_it_stands(changes: dict[str, Any], sentence: str) -> None:
    message = said(incident(peak=BIG, **changes))
    assert message.lines[0] == sentence
    assert sentence in message.plain


@pytest.mark.parametrize(
    ("negatives", "usual", "fact"),
    [
        (1, 0.0, "1 in 2 hours (usual: 0)"),
        (1, 0.001, "1 in 2 hours (usual: under 0.1, over 99 times as many)"),
        (40, 40.0, "40 in 2 hours (usual: 40)"),
        (60, 4.0, "60 in 2 hours (usual: 4, 15 times as many)"),
    ],
)
def test_numbers_stand_beside_what_is_usual(negatives: int, usual: float, fact: str) -> None:
    peak = Peak(negatives, usual, None, NOON)
    message = said(incident(peak=peak, now=peak))
    assert message.facts[0] == ("Negative posts", fact)
    assert message.headline.startswith(f"miramar: {negatives} negative post{'s' * (negatives > 1)} in")


def test_every_field_that_rules_may_use_is_filled() -> None:
    one = incident(peak=BIG, now=BIG, group=(("brand", "miramar"), ("source", "x")))
    story = replace(STORY, first=LOUD, loudest=(LOUD,))
    for name in FIELDS:
        assert "–" not in said(one, story, title=f"{{{name}}}").headline, name
    for name in REPLY_FIELDS:
        assert "–" not in said(one, story, reply=f"{{{name}}}").reply, name


def test_fields_of_posts_that_are_missing_stand_as_a_dash() -> None:
    message = said(story=Story(), title="{first_post.link} {top_post.text}", reply="Hola {author}")
    assert message.headline == "– –"
    assert message.reply == "Hola –"
    assert message.quotes == ()


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{brand.__class__}", "–"),
        ("{brand.__class__.__mro__}", "{brand.__class__.__mro__}"),
        ("{brand!r:>99999999}", "{brand!r:>99999999}"),
        ("{0} {} {{brand}}", "{0} {} {miramar}"),
        ("100% %s %(brand)s", "100% %s %(brand)s"),
    ],
)
def test_a_hostile_template_reaches_nothing(template: str, expected: str) -> None:
    assert fill(template, {"brand": "miramar"}) == expected


def test_a_post_cannot_fill_fields_of_its_own() -> None:
    message = said(story=Story(post("{incident} {reply}")), body="{first_post.text}")
    assert message.lines[-1] == "{incident} {reply}"


def test_the_title_is_one_line_and_falls_back_when_it_is_empty() -> None:
    assert said(title="{brand}\n{negatives}").headline == "miramar 41"
    assert said(title=" ").headline == said().headline


def test_long_texts_are_shortened() -> None:
    long = post("x" * 10_000, author=Author("1", "n" * 10_000))
    message = said(
        story=Story(long), title="{author}" * 50, body="{first_post.text} " * 500, reply="r" * 9999
    )
    assert len(message.quotes[0].text) == 280
    assert message.quotes[0].text.endswith("…")
    assert len(message.quotes[0].author) == 80
    assert len(message.headline) <= 200
    assert len(message.reply) <= 3000
    assert sum(map(len, message.lines)) < 3200


def test_only_an_update_is_silent() -> None:
    assert [kind for kind in NoticeKind if not said(kind=kind).loud] == [NoticeKind.UPDATE]


def test_the_runbook_is_a_link() -> None:
    assert [(link.label, link.url) for link in said(runbook="https://wiki.test/x").links] == [
        ("Runbook", "https://wiki.test/x")
    ]


def test_a_post_of_nobody_and_nothing_is_still_a_quote() -> None:
    bare = quote("First", post("", author=Author()))
    assert (bare.text, bare.author, bare.detail) == ("", "", "")


@given(
    st.sampled_from(State),
    st.sampled_from(Reason),
    st.floats(0, 1e9),
    st.integers(0, 10**9),
    st.text(max_size=300),
    st.booleans(),
)
def test_plain_words_always_go_out(  # noqa: PLR0917  # what a message can be made of
    state: State,
    reason: Reason,
    usual: float,
    negatives: int,
    text: str,
    bare: bool,  # noqa: FBT001
) -> None:
    peak = Peak(negatives, usual, None, NOON)
    one = incident(state=state, peak=peak, now=peak, onset=None if bare else NOON - timedelta(days=9))
    notice = Notice(one.id, "team", NoticeKind.OPENED, reason, NOON)
    story = Story() if bare else Story(post(text, author=Author(None, text)), (post(text),))
    message = word("key", notice, one, rule(say={"title": text, "body": text, "reply": text}), story)
    assert message.plain.startswith(f"miramar: {negatives} negative post")
    assert message.headline.strip()
    assert "\n" not in message.headline


@pytest.mark.parametrize(
    ("judgment", "peak", "headline", "fact"),
    [
        pytest.param(
            {"share": Share(at_least=20)},
            Peak(18, 5.2, 9, NOON),
            "miramar: 18 negative posts in 6 hours, usual: 5.2",
            ("Negative posts", "18 in 6 hours (usual: 5.2, 3.5 times as many)"),
            id="share",
        ),
        pytest.param(
            {"stars": Stars(at_least=5)},
            Peak(1, 0.4, 1, NOON),
            "miramar: 1 bad review in 1 week, usual: 0.4",
            ("Bad reviews", "1 in 1 week (usual: 0.4, 2.5 times as many)"),
            id="stars",
        ),
        pytest.param(
            {"crisis": Crisis(says=("demanda",))},
            Peak(2, 0.0, 2, NOON),
            "miramar: 2 posts with such words in 1 hour",
            ("Posts with such words", "2 in 1 hour"),
            id="crisis: nothing is usual",
        ),
        pytest.param(
            {"silence": Silence()},
            Peak(38, 40.0, None, NOON),
            "miramar: 38 missing posts in 6 hours, usual: 40 posts",
            ("Missing posts", "38 in 6 hours (usual: 40 posts)"),
            id="silence",
        ),
    ],
)
def test_an_alert_says_what_its_judgment_counts(
    judgment: dict[str, object], peak: Peak, headline: str, fact: tuple[str, str]
) -> None:
    judged = rule().model_copy(update={"spike": None, **judgment})
    one = incident(peak=peak, now=peak)
    notice = Notice(one.id, "team", NoticeKind.OPENED, Reason.FIRST_STEP, NOON)
    message = word("key", notice, one, judged, Story())
    assert message.headline == headline
    assert message.facts[0] == fact

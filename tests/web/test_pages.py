"""The pages, as a browser gets them."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from sentinel.errors import StoreBroken
from sentinel.model.incident import State
from sentinel.model.message import DeliveryState
from sentinel.model.notice import NoticeKind, Reason
from sentinel.rulebook.types import Book

if TYPE_CHECKING:
    import httpx

    from tests.web.conftest import FakeView

STORM = "/incidents/2026-11-22-limpieza-miramar-7f3a"


def words(answer: httpx.Response) -> str:
    """What a person reads: no tags, one space between words."""
    body = re.sub(r"(?s)<title>.*?</title>", " ", answer.text.split("<main>", 1)[-1])
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
    return re.sub(r" ([,:.])", r"\1", shown)


async def test_the_front_page_shows_live_incidents_first_and_the_gravest_on_top(
    web: httpx.AsyncClient,
) -> None:
    shown = words(await web.get("/"))
    places = [
        shown.index(part) for part in ("Quejas de limpieza", "Maletas perdidas", "Recently ended", "Sources")
    ]
    assert places == sorted(places)


async def test_a_live_incident_says_how_many_beside_what_is_usual_since_when_and_who_holds_it(
    web: httpx.AsyncClient,
) -> None:
    shown = words(await web.get("/"))
    assert "critical nobody has taken it on Hotel Miramar" in shown
    assert "41 complaints in 2 hours usually 4.2 from 33 authors since 18:20 UTC, 1 h 21 min ago" in shown
    assert "warning taken on by Lucía Ferrer, 31 min ago" in shown
    assert "worst 14 at 19:01 UTC" in shown


async def test_sources_say_in_words_what_is_wrong_and_the_most_worrying_comes_first(
    web: httpx.AsyncClient,
) -> None:
    shown = words(await web.get("/"))
    assert "tripadvisor stopped, needs a person last read 18:45 UTC, 56 min ago · 233 posts" in shown
    assert (
        shown.index("tripadvisor stopped")
        < shown.index("press cannot be reached last")
        < shown.index("mastodon reading")
    )


async def test_beats_messages_and_rules_stand_below(web: httpx.AsyncClient) -> None:
    shown = words(await web.get("/"))
    assert "tell failed 7 s ago · took 4 ms mail.example.org did not answer within 30 seconds" in shown
    assert "1 message waiting to be sent, the oldest since 18:58 UTC, 43 min ago" in shown
    assert "Guests turned away at the desk trial overbooking" in shown


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([], "All calm."),
        ([State.FORMING], "All calm so far; something is forming."),
        ([State.OPEN], "1 incident going on; nobody has taken it on."),
        ([State.OPEN, State.OPEN], "2 incidents going on; nobody has taken them on."),
        ([State.OPEN, State.CALMING], "2 incidents going on; 1 still waits for somebody to take it on."),
        ([State.CALMING], "1 incident going on, taken on or calming down."),
    ],
    ids=["nothing", "forming", "one", "two", "one-of-two", "calming"],
)
async def test_the_front_page_says_the_situation_in_one_sentence(
    web: httpx.AsyncClient, view: FakeView, states: list[State], verdict: str
) -> None:
    storm = view.shelf.every[1]
    view.shelf.every = [replace(storm, id=f"i{i}", state=state) for i, state in enumerate(states)]
    assert words(await web.get("/")).startswith(verdict)


async def test_an_empty_service_has_a_page_too(web: httpx.AsyncClient, view: FakeView) -> None:
    view.shelf.every, view.shelf.sources, view.rules, view.pulse = [], [], Book(), {}
    shown = words(await web.get("/"))
    assert "No source has been read yet." in shown
    assert "No rules are in force: nothing can be noticed." in shown


async def test_an_incidents_page_says_why_who_was_told_and_who_was_not(web: httpx.AsyncClient) -> None:
    shown = words(await web.get(STORM))
    assert "needed 6 posts, had 41" in shown
    assert "In August volume doubles and complaints with it." in shown
    assert "team sent opened 18:43 UTC, 58 min ago the incident opened and this step tells at once" in shown
    assert "lead_by_mail waiting opened due 18:58 UTC, 43 min ago · 4 tries · again in 4 min" in shown
    assert (
        "head_of_comms step 3 18:58 UTC, 43 min ago · until 19:43 UTC this step's time has not come" in shown
    )
    assert "noted by Joaquín on cli 19:29 UTC, 12 min ago He llamado al hotel" in shown


async def test_the_posts_behind_it_are_quoted_once_each_with_a_link_that_tells_nothing_on(
    web: httpx.AsyncClient,
) -> None:
    answer = await web.get(STORM)
    shown = words(answer)
    assert "41 complaints by 33 authors: tripadvisor 21 · x 14 · mastodon 6" in shown
    assert shown.count("Qué asco de habitación") == 1
    assert "1 210 shares" in shown
    assert (
        '<a href="https://x.example/1602" rel="noreferrer noopener" target="_blank">open the post</a>'
        in answer.text
    )


async def test_quiet_edits_are_counted_not_listed(web: httpx.AsyncClient, view: FakeView) -> None:
    edit = replace(view.shelf.outbox[0], kind=NoticeKind.UPDATE, reason=Reason.CHANGED.value)
    view.shelf.outbox += [edit, replace(edit, state=DeliveryState.SKIPPED)]
    shown = words(await web.get(STORM))
    assert "brought up to date 2 times, without a sound" in shown
    assert Reason.CHANGED.value not in shown


async def test_an_ended_incident_shows_its_peak_and_no_longer_reloads_itself(web: httpx.AsyncClient) -> None:
    answer = await web.get("/incidents/2026-11-20-wifi-miramar-09d2")
    assert "11 complaints in 2 hours usually 3 from 9 authors" in words(answer)
    assert "ended 20 Nov 19:41 UTC, 2 d ago, after 3 h" in words(answer)
    assert 'http-equiv="refresh"' not in answer.text
    assert 'http-equiv="refresh" content="15"' in (await web.get(STORM)).text


async def test_what_was_not_seen_is_said(web: httpx.AsyncClient, view: FakeView) -> None:
    view.shelf.every[1] = replace(view.shelf.every[1], blind=True)
    assert "not wholly seen, there may be more" in words(await web.get("/"))


async def test_a_rule_that_left_the_book_takes_no_page_down(web: httpx.AsyncClient, view: FakeView) -> None:
    view.rules = Book()
    assert "Hotel Miramar: limpieza" in words(await web.get(STORM))


async def test_an_unknown_incident_is_said_so_on_a_page(web: httpx.AsyncClient) -> None:
    answer = await web.get("/incidents/nope")
    assert answer.status_code == 404
    assert "There is no incident with this id." in words(answer)


async def test_a_store_that_cannot_be_read_is_a_sentence_not_a_traceback(
    web: httpx.AsyncClient, view: FakeView
) -> None:
    view.shelf.broken = StoreBroken("var/sentinel.db cannot be read: the disk is full")
    answer = await web.get("/")
    assert answer.status_code == 503
    assert "The store cannot be read: var/sentinel.db cannot be read: the disk is full" in words(answer)


async def test_a_mistake_of_ours_is_a_sentence_too_and_its_answer_is_guarded(
    web: httpx.AsyncClient, view: FakeView
) -> None:
    view.shelf.broken = KeyError("secret-looking detail")
    answer = await web.get("/")
    assert answer.status_code == 500
    assert "Something went wrong in sentinel itself" in answer.text
    assert "secret-looking" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_pages_fetch_nothing_from_elsewhere_and_the_style_sheet_is_ours(web: httpx.AsyncClient) -> None:
    page = (await web.get("/")).text
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert style.startswith("/static/")
    assert (await web.get(style)).headers["content-type"].startswith("text/css")
    assert not re.search(r'src=|style="|<script|<style|@import', page)


async def test_a_storm_older_than_its_counts_is_shown_without_a_curve(
    web: httpx.AsyncClient, view: FakeView
) -> None:
    view.shelf.counts = []
    assert "<svg" not in (await web.get(STORM)).text.split("<main>")[1]


async def test_the_time_of_the_page_is_the_views_time(web: httpx.AsyncClient) -> None:
    assert (
        'as of <time datetime="2026-11-22T19:41:07Z">Sun 22 Nov 2026 19:41:07 UTC</time>'
        in (await web.get("/")).text
    )

"""Taking an incident on from its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sentinel.store.contract import Conflict

if TYPE_CHECKING:
    import httpx

    from tests.web.conftest import FakeView

STORM = "2026-11-22-limpieza-miramar-7f3a"
FORM = f"/incidents/{STORM}/take-on"


async def token(web: httpx.AsyncClient) -> str:
    (found,) = re.findall(r'name="token" value="([^"]+)"', (await web.get(FORM)).text)
    return str(found)


async def test_lucia_takes_it_on_and_is_brought_back_to_the_incident(
    web: httpx.AsyncClient, view: FakeView
) -> None:
    answer = await web.post(FORM, data={"token": await token(web), "who": "  Lucía\u202e   Ferrer "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents/{STORM}")
    assert view.taken == [(STORM, "Lucía\N{REPLACEMENT CHARACTER} Ferrer")]


@pytest.mark.parametrize("given", ["", "guessed", "ñ\ud800"], ids=["none", "wrong", "odd"])
async def test_a_form_without_our_token_changes_nothing(
    web: httpx.AsyncClient, view: FakeView, given: str
) -> None:
    body = f"token={given}&who=Eve".encode("utf-8", "surrogatepass")
    answer = await web.post(FORM, content=body)
    assert answer.status_code == 403
    assert view.taken == []


async def test_a_name_is_asked_for(web: httpx.AsyncClient, view: FakeView) -> None:
    answer = await web.post(FORM, data={"token": await token(web), "who": "   "})
    assert answer.status_code == 422
    assert "Please write who takes it on." in answer.text
    assert view.taken == []


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Conflict(), "The incident has just changed: please look again"),
        (ValueError("It ended at 19:30: there is nothing to take on."), "It ended at 19:30"),
    ],
    ids=["changed-meanwhile", "ended"],
)
async def test_what_stands_in_the_way_is_said_beside_the_form(
    web: httpx.AsyncClient, view: FakeView, trouble: Exception, says: str
) -> None:
    view.refuses = trouble
    answer = await web.post(FORM, data={"token": await token(web), "who": "Lucía"})
    assert answer.status_code == 409
    assert says in answer.text


async def test_an_endless_form_is_cut_off(web: httpx.AsyncClient) -> None:
    assert (await web.post(FORM, content=b"who=" + b"a" * 100_000)).status_code == 413


async def test_the_form_does_not_reload_itself_under_the_typing_hand(web: httpx.AsyncClient) -> None:
    assert 'http-equiv="refresh"' not in (await web.get(FORM)).text

"""The JSON interface, and health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.errors import StoreBroken
from sentinel.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.web.conftest import FakeView

STORM = "2026-11-22-limpieza-miramar-7f3a"


async def test_alive_is_one_word(web: httpx.AsyncClient) -> None:
    answer = await web.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive")


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False)])
async def test_readiness_comes_with_its_sentence(
    web: httpx.AsyncClient, view: FakeView, *, status: int, ready: bool
) -> None:
    view.is_ready = (ready, "The first look is still to come.")
    answer = await web.get("/readyz")
    assert answer.status_code == status
    assert answer.json() == {"ready": ready, "says": "The first look is still to come."}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_that_want_no_body_are_answered(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.head(path)).status_code == 200


async def test_an_incident_in_the_list_bears_the_names_that_backtests_use(web: httpx.AsyncClient) -> None:
    shown = (await web.get("/api/v1/incidents", params={"live": True})).json()["incidents"]
    storm = next(one for one in shown if one["id"] == STORM)
    assert len(shown) == 2
    assert storm | {"why": []} == {
        "id": STORM,
        "rule": "limpieza",
        "title": "Quejas de limpieza en los hoteles",
        "brand": "Hotel Miramar",
        "key": {"brand": "Hotel Miramar"},
        "state": "open",
        "severity": "critical",
        "trial": False,
        "blind": False,
        "onset": "2026-11-22T18:20:07Z",
        "formed_at": "2026-11-22T18:38:07Z",
        "opened_at": "2026-11-22T18:43:07Z",
        "known_at": None,
        "closed_at": None,
        "peak": {"negatives": 41, "usual": 4.2, "authors": 33, "at": "2026-11-22T19:39:07Z"},
        "now": {"negatives": 41, "usual": 4.2, "authors": 33, "at": "2026-11-22T19:39:07Z"},
        "acknowledged": None,
        "why": [],
    }


async def test_one_incident_comes_with_its_log_its_messages_and_its_posts(web: httpx.AsyncClient) -> None:
    shown = (await web.get(f"/api/v1/incidents/{STORM[:17]}")).json()
    assert shown["incident"]["id"] == STORM
    assert [act["kind"] for act in shown["acts"]] == ["formed", "opened", "worsened", "noted"]
    assert shown["deliveries"][0]["headline"] == "Hotel Miramar: 41 quejas de limpieza en 2 horas"
    assert shown["held"][1]["reason"] == "held by quiet hours"
    assert shown["evidence"]["sources"] == {"tripadvisor": 21, "x": 14, "mastodon": 6}
    assert shown["evidence"]["posts"][0]["author"] == "@ada"
    assert shown["evidence"]["posts"][1]["shares"] == 1210


async def test_sources_and_status_tell_how_the_service_fares(web: httpx.AsyncClient) -> None:
    sources = (await web.get("/api/v1/sources")).json()["sources"]
    status = (await web.get("/api/v1/status")).json()
    assert {one["source"]: one["state"] for one in sources}["tripadvisor"] == "parked"
    assert status["outbox"] == {"waiting": 1, "oldest": "2026-11-22T18:58:07Z"}
    assert status["live"][0]["severity"] == "critical"
    assert status["live"][1]["acknowledged"]["who"] == "Lucía Ferrer"
    assert status["rules"][1] == {
        "id": "limpieza",
        "title": "Quejas de limpieza en los hoteles",
        "status": "live",
    }
    assert status["beats"]["look"]["seconds"] == 0.012


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/v1/incidents/nope", 404, "There is no incident with this id."),
        ("/api/v1/nothing", 404, "There is nothing at this address."),
        ("/api/v1/reload", 405, "This address does not answer to that method."),
        ("/api/v1/incidents?limit=0", 422, "limit: Input should be greater than or equal to 1."),
    ],
    ids=["unknown-incident", "unknown-address", "wrong-method", "bad-value"],
)
async def test_what_goes_wrong_is_one_sentence(
    web: httpx.AsyncClient, path: str, status: int, says: str
) -> None:
    answer = await web.get(path)
    assert (answer.status_code, answer.json()) == (status, {"error": says})


async def test_a_broken_store_is_said_with_503(web: httpx.AsyncClient, view: FakeView) -> None:
    view.shelf.broken = StoreBroken("var/sentinel.db cannot be read")
    answer = await web.get("/api/v1/status")
    assert (answer.status_code, answer.json()["error"]) == (
        503,
        "The store cannot be read: var/sentinel.db cannot be read",
    )


async def test_a_reload_that_is_refused_names_every_problem(web: httpx.AsyncClient, view: FakeView) -> None:
    problem = Problem(
        "rules/limpieza.yaml", 2, 9, "status: 'lvie' is not one of …", hint="did you mean 'live'?"
    )
    view.reloads = (False, (problem,))
    answer = await web.post("/api/v1/reload")
    assert answer.status_code == 422
    assert answer.json()["error"] == "The rules have problems; those read before stay in force."
    assert answer.json()["problems"][0]["line"] == 2


async def test_a_reload_that_is_taken_says_so(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/reload")
    assert (answer.status_code, answer.json()) == (200, {"reloaded": True, "error": "", "problems": []})


async def test_rules_are_reloaded_from_this_machine_only(knock: Callable[..., httpx.AsyncClient]) -> None:
    async with knock(caller="203.0.113.9") as stranger:
        assert (await stranger.post("/api/v1/reload")).status_code == 403


async def test_the_interface_describes_itself_and_loads_no_foreign_page(web: httpx.AsyncClient) -> None:
    document = (await web.get("/api/openapi.json")).json()
    assert sorted(document["paths"]) == [
        "/api/v1/incidents",
        "/api/v1/incidents/{incident_id}",
        "/api/v1/reload",
        "/api/v1/sources",
        "/api/v1/status",
    ]
    assert "title" in document["components"]["schemas"]["IncidentShape"]["properties"]
    assert {(await web.get(path)).status_code for path in ("/docs", "/redoc")} == {404}

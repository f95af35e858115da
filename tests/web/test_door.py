"""Who may knock, and who may act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.web.door import HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

FORM = "/incidents/2026-11-22-limpieza-miramar-7f3a/take-on"


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3:8080", "sentinel.example"],
)
async def test_our_own_names_and_bare_addresses_are_let_in(web: httpx.AsyncClient, host: str) -> None:
    assert (await web.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "0x7f.1",
        "2130706433",
        "",
        "[::1",
        "a@b:c",
    ],
)
@pytest.mark.parametrize("path", ["/", "/metrics", "/api/v1/status", "/static/sentinel.css"])
async def test_a_name_that_is_not_ours_is_turned_away(web: httpx.AsyncClient, path: str, host: str) -> None:
    answer = await web.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "does not go by that name" in answer.json()["error"]


async def test_probes_may_come_by_any_name(web: httpx.AsyncClient) -> None:
    assert (await web.get("/healthz", headers={"Host": "pod-7"})).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/healthz", "/metrics", "/api/v1/status", "/static/sentinel.css"]
)
async def test_every_answer_is_guarded(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS | {
        "Cache-Control": answer.headers["Cache-Control"]
    }


async def test_pages_are_not_kept_and_the_style_sheet_is(web: httpx.AsyncClient) -> None:
    assert (await web.get("/")).headers["cache-control"] == "no-store"
    assert (await web.get("/static/sentinel.css")).headers["cache-control"] == "public, max-age=3600"


ELSEWHERE: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=[" ".join(one.values()) for one in ELSEWHERE])
async def test_another_sites_page_changes_nothing(web: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await web.post("/api/v1/reload", headers=headers)).status_code == 403


@pytest.mark.parametrize("caller", ["203.0.113.9", "10.0.0.4", "fe80::1", "::ffff:203.0.113.9", "unix"])
async def test_from_another_machine_nothing_is_taken_on(
    knock: Callable[..., httpx.AsyncClient], caller: str
) -> None:
    async with knock(caller=caller) as stranger:
        assert (await stranger.get(FORM)).status_code == 403
        assert (await stranger.post(FORM, data={"who": "Eve"})).status_code == 403
        assert "Take it on</a>" not in (await stranger.get(FORM.removesuffix("/take-on"))).text


@pytest.mark.parametrize("caller", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_from_this_machine_the_form_is_offered(
    knock: Callable[..., httpx.AsyncClient], caller: str
) -> None:
    async with knock(caller=caller) as neighbour:
        assert (await neighbour.get(FORM)).status_code == 200

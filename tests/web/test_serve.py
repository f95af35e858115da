"""The real server on a real port, inside a running loop."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI

from sentinel.web.app import create_app
from sentinel.web.serve import CannotListen, Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.web.conftest import FakeView


@asynccontextmanager
async def serving(app: FastAPI, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    server = Server()
    await server.start(app, host, 0)
    try:
        yield server
    finally:
        await server.stop()


async def test_it_serves_at_once_on_a_port_of_the_systems_choice(view: FakeView) -> None:
    async with serving(create_app(view)) as server, httpx.AsyncClient() as browser:
        answer = await browser.get(f"http://127.0.0.1:{server.port}/")
        assert answer.status_code == 200
        assert "Hotel Miramar" in answer.text
        assert "server" not in answer.headers


async def test_a_port_that_is_taken_is_named_with_the_key_to_change(view: FakeView) -> None:
    async with serving(create_app(view)) as first:
        with pytest.raises(
            CannotListen, match=rf"web\.listen: cannot listen on 127\.0\.0\.1:{first.port} \("
        ):
            await Server().start(create_app(view), "127.0.0.1", first.port)


@pytest.mark.parametrize(("host", "port"), [("not a host", 0), ("127.0.0.1", 99_999), ("192.0.2.1", 0)])
async def test_an_address_that_is_not_ours_is_refused_in_a_sentence(
    view: FakeView, host: str, port: int
) -> None:
    server = Server()
    with pytest.raises(CannotListen, match=r"web\.listen"):
        await server.start(create_app(view), host, port)
    await server.stop()


async def test_it_stops_within_a_second_with_connections_open_and_half_a_request_in_hand(
    view: FakeView,
) -> None:
    server = Server()
    await server.start(create_app(view), "127.0.0.1", 0)
    async with httpx.AsyncClient() as browser:
        await browser.get(f"http://127.0.0.1:{server.port}/healthz")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /api/v1/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
        await writer.drain()
        began = time.monotonic()
        await server.stop()
        assert time.monotonic() - began < 1
        await reader.read()
        writer.close()
    await server.stop()


async def test_an_answer_that_never_comes_holds_no_stop_up() -> None:
    app, asked = FastAPI(), asyncio.Event()

    @app.get("/")
    async def stuck() -> None:
        asked.set()
        await asyncio.Event().wait()

    server = Server()
    await server.start(app, "127.0.0.1", 0)
    async with httpx.AsyncClient() as browser:
        waiting = asyncio.create_task(browser.get(f"http://127.0.0.1:{server.port}/"))
        await asked.wait()
        began = time.monotonic()
        await server.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(httpx.TransportError):
            await waiting


async def test_an_answer_under_way_is_finished_first() -> None:
    app, asked, go = FastAPI(), asyncio.Event(), asyncio.Event()

    @app.get("/")
    async def slow() -> str:
        asked.set()
        await go.wait()
        return "whole"

    async with serving(app) as server, httpx.AsyncClient() as browser:
        waiting = asyncio.create_task(browser.get(f"http://127.0.0.1:{server.port}/"))
        await asked.wait()
        stopping = asyncio.create_task(server.stop())
        go.set()
        assert (await waiting).json() == "whole"
        await stopping


@pytest.mark.parametrize(
    ("host", "reached_by"), [("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("::", "127.0.0.1")]
)
async def test_every_way_to_write_this_machine_is_reached_by_its_plainest_address(
    view: FakeView, host: str, reached_by: str
) -> None:
    async with serving(create_app(view), host) as server, httpx.AsyncClient() as browser:
        assert (await browser.get(f"http://{reached_by}:{server.port}/healthz")).text == "alive"


async def test_the_port_is_free_again_after_a_stop(view: FakeView) -> None:
    async with serving(create_app(view)) as server:
        port = server.port
    with socket.create_server(("127.0.0.1", port)):
        assert server.port == 0


async def test_signals_stay_the_services_own(view: FakeView) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    async with serving(create_app(view)):
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before

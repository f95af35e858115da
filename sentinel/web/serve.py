"""The web server inside the service's own event loop: started and stopped by it, without signal handlers of its own."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import uvicorn

from sentinel.errors import SentinelError

if TYPE_CHECKING:
    from fastapi import FastAPI

_HIGHEST_PORT = 65_535
_STOP_WITHIN = 0.6
"""Seconds that answers under way may still take at a stop."""


class CannotListen(SentinelError):
    """The address of `web.listen` cannot be used; `str()` names it and the mend."""


class Server:
    """uvicorn, driven step by step (`startup`, `main_loop`, `shutdown`): its `serve` would take the signals over.

    Its own log lines are of level warning and above, on the standard logger `uvicorn.error`; there is no access log.
    """

    def __init__(self) -> None:
        self._uvicorn: uvicorn.Server | None = None
        self._socket: socket.socket | None = None
        self._ticking: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, also when 0 was asked for; 0 before `start`."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    async def start(self, app: FastAPI, host: str, port: int) -> None:
        """Listen; once this returns, connections are accepted. Raises `CannotListen`."""
        self._socket = _listening(host, port)
        self._uvicorn = server = uvicorn.Server(_config(app))
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[self._socket])
        self._ticking = asyncio.create_task(server.main_loop(), name="web")

    async def stop(self) -> None:
        """Stop listening, let answers under way finish for a moment, close the rest: under 1 s. Safe to call twice."""
        server, self._uvicorn = self._uvicorn, None
        if server is None or self._socket is None or self._ticking is None:
            return
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)
        try:
            async with asyncio.timeout(_STOP_WITHIN):
                await server.shutdown(sockets=[self._socket])
        except TimeoutError:
            _cut_off(server)
        self._socket = None


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # A proxy on this machine may say who is behind it; that caller then is not "on this machine".
        forwarded_allow_ips="127.0.0.1,::1",
        h11_max_incomplete_event_size=32 * 1024,
        limit_concurrency=200,
    )


def _listening(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _HIGHEST_PORT:  # getaddrinfo would silently take it modulo 65,536
        msg = f"web.listen: {port} is no port; ports go from 1 to {_HIGHEST_PORT}"
        raise CannotListen(msg)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # `localhost` often means ::1 first, and people then type 127.0.0.1.
        family, _, _, _, address = min(found, key=lambda one: one[0] is not socket.AF_INET)
        both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(address, family=family, backlog=128, dualstack_ipv6=both)
    except OSError as error:
        why = error.strerror or str(error)
        msg = f"web.listen: cannot listen on {host}:{port} ({why}); give it another address or port"
        raise CannotListen(msg) from error


def _cut_off(server: uvicorn.Server) -> None:
    for task in server.server_state.tasks:
        task.cancel()
    for connection in list(server.server_state.connections):
        if (transport := getattr(connection, "transport", None)) is not None:
            transport.abort()

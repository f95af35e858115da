"""The bytes beneath tweepy: one GET at a time, bounded in time, in size and in where it may go.

tweepy's client is synchronous, names its host in the code, follows redirects and has no timeout, so it runs in a
thread and `LoopAdapter` is mounted on its session. What it asks for goes out on the event loop through
`sentinel.net`, where a total timeout ends even an answer that comes one byte a second, headers included. (Beneath
requests only closing the socket from another thread would.) The token is put on here: tweepy logs its headers at
DEBUG, so it never learns it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from requests import Response
from requests.adapters import BaseAdapter

from sentinel.errors import Refused, Unreachable
from sentinel.net.answer import Answer
from sentinel.net.body import ACCEPTED, read_body
from sentinel.net.transport import BROKEN, GuardedTransport

if TYPE_CHECKING:
    from datetime import timedelta

    from requests import PreparedRequest

LARGEST = 8 * 1024 * 1024
"""Bytes of one unpacked answer; a page of 100 posts has about 0.2 MB."""

_ABANDON = (
    5.0  # seconds beyond the total timeout after which a thread no longer waits for a loop that is gone
)


class NotOk(Exception):
    """An answer that is not a plain 200."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.status)


class Wire:
    """Where requests go: `base_url`, with `token`, each within `total`. Lives on one event loop.

    Not `net.Fetcher`, which judges a status before its body is read: a 400 from X says in its body whether a person
    must act or the search's own bound has grown old.
    """

    def __init__(self, base_url: str, token: str, total: timedelta, *, allow_private: bool) -> None:
        self._base = base_url.rstrip("/")
        self._seconds = total.total_seconds()
        self._headers = {"authorization": f"Bearer {token}", "accept-encoding": ACCEPTED}
        # the transport alone, not a client: a client reads where a redirect leads, and keeps cookies
        self._transport = GuardedTransport(httpx.create_ssl_context(), allow_private=allow_private)

    async def get(self, path: str, agent: str) -> Answer:
        """The answer to a GET of `path` (with its query), whatever its status. Raises `Unreachable` or `Refused`."""
        try:
            request = httpx.Request("GET", self._base + path, headers={**self._headers, "user-agent": agent})
            async with asyncio.timeout(self._seconds):
                return await self._exchange(request)
        except httpx.InvalidURL:
            raise Refused("base_url cannot be read: write it like https://api.x.com") from None
        except TimeoutError:
            raise Unreachable(f"X gave no whole answer within {self._seconds:g} seconds") from None
        except BROKEN as error:
            raise Unreachable(f"X cannot be reached ({type(error).__name__})") from None

    async def _exchange(self, request: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            return Answer(
                response.status_code, response.headers, await read_body(response, LARGEST), self._base
            )
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.aclose()


class LoopAdapter(BaseAdapter):
    """requests' end of the wire, called from tweepy's thread. An answer other than 200 leaves as `NotOk`."""

    def __init__(self, wire: Wire, loop: asyncio.AbstractEventLoop, total: timedelta) -> None:
        super().__init__()
        self._wire = wire
        self._loop = loop
        self._patience = total.total_seconds() + _ABANDON
        self._flight: concurrent.futures.Future[Answer] | None = None

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """The answer, whole."""
        parts = urlsplit(request.url or "")
        path = urlunsplit(("", "", parts.path, parts.query, ""))
        agent = str(request.headers.get("User-Agent", ""))
        self._flight = asyncio.run_coroutine_threadsafe(self._wire.get(path, agent), self._loop)
        try:
            answer = self._flight.result(self._patience)
        except (concurrent.futures.CancelledError, TimeoutError):
            raise Unreachable("the request to X was given up") from None
        if answer.status != 200:  # noqa: PLR2004  # HTTP's own number
            raise NotOk(answer)
        return _as_requests(request, answer)

    def abandon(self) -> None:
        """End the request in flight, if there is one, so that its thread ends too."""
        if self._flight is not None:
            self._flight.cancel()

    def close(self) -> None:
        """Nothing of its own to let go of."""


def _as_requests(request: PreparedRequest, answer: Answer) -> Response:
    response = Response()
    response.status_code = answer.status
    response.raw = io.BytesIO(answer.body)
    response.url = request.url or ""
    response.request = request
    return response

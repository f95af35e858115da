"""The bytes beneath tweepy: one GET at a time, bounded in time, in size and in where it may go.

tweepy's client is synchronous, names its host in the code, follows redirects and has no timeout, so it runs in a
thread and this adapter is mounted on its session. What it asks for goes out on the event loop through httpx, where a
total timeout also ends an answer that comes one byte a second, headers included. The token is put on here:
tweepy logs its headers at DEBUG and never learns it.
"""

from __future__ import annotations

import asyncio
import io
import zlib
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from requests import Response
from requests.adapters import BaseAdapter

from sentinel.errors import Refused, Unreachable
from sentinel.sources.x_refusal import Reply

if TYPE_CHECKING:
    import concurrent.futures
    from datetime import timedelta

    from requests import PreparedRequest

LARGEST = 8 * 1024 * 1024
"""Bytes of one unpacked answer; a page of 100 posts has about 0.2 MB."""

_ABANDON = (
    5.0  # seconds beyond the total timeout after which a thread no longer waits for a loop that is gone
)


class NotOk(Exception):
    """An answer that is not a plain 200."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.status)


class Wire:
    """Where requests go: `base_url`, with `token`, each within `total`. Lives on one event loop."""

    def __init__(self, base_url: str, token: str, total: timedelta, *, allow_private: bool) -> None:
        self._base = base_url.rstrip("/")
        self._total = total.total_seconds()
        self._allow_private = allow_private
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"},
            timeout=self._total,
            follow_redirects=False,
            trust_env=False,  # a .netrc must not replace the token, nor a proxy variable lead it elsewhere
        )

    async def get(self, path: str, agent: str) -> Reply:
        """The answer to a GET of `path` (with its query). Raises `Unreachable` or `Refused`, quoting no address."""
        try:
            async with asyncio.timeout(self._total):
                await self._check_address()
                url = self._base + path
                async with self._client.stream("GET", url, headers={"User-Agent": agent}) as response:
                    body = await _body(response)
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    return Reply(response.status_code, headers, body)
        except TimeoutError:
            raise Unreachable(f"X gave no whole answer within {self._total:g} seconds") from None
        except (httpx.HTTPError, OSError, zlib.error) as error:
            raise Unreachable(f"X cannot be reached ({type(error).__name__})") from None

    async def _check_address(self) -> None:
        """Refuse what leads into a private network, by number or by name, unless that is allowed."""
        if self._allow_private:
            return
        parts = urlsplit(self._base)
        if parts.scheme != "https":
            raise Refused("the token leaves only over https: correct base_url, or say allow_private: true")
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(parts.hostname, parts.port or 443, proto=6)  # 6: TCP
        if not all(ip_address(address[4][0]).is_global for address in found):
            raise Refused(f"{parts.hostname} is a private address: say allow_private: true if it is meant")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


async def _body(response: httpx.Response) -> bytes:
    """The body, unpacked piece by piece, so that a small file that swells is cut at `LARGEST` and not after it."""
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed not in {"", "identity", "gzip"}:
        raise Unreachable("X packed its answer in a way it was not asked to")
    unpack = zlib.decompressobj(wbits=31) if packed == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += unpack.decompress(chunk, LARGEST + 1 - len(body)) if unpack else chunk
        if len(body) > LARGEST:
            raise Unreachable(f"X's answer is larger than {LARGEST // 1024**2} MiB")
    return bytes(body)


class LoopAdapter(BaseAdapter):
    """requests' end of the wire, called from tweepy's thread. An answer other than 200 leaves as `NotOk`."""

    def __init__(self, wire: Wire, loop: asyncio.AbstractEventLoop, patience: timedelta) -> None:
        super().__init__()
        self._wire = wire
        self._loop = loop
        self._patience = patience.total_seconds() + _ABANDON
        self._flight: concurrent.futures.Future[Reply] | None = None

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """The answer, whole."""
        parts = urlsplit(request.url or "")
        path = urlunsplit(("", "", parts.path, parts.query, ""))
        agent = str(request.headers.get("User-Agent", ""))
        self._flight = asyncio.run_coroutine_threadsafe(self._wire.get(path, agent), self._loop)
        reply = self._flight.result(self._patience)
        if reply.status != 200:  # noqa: PLR2004  # HTTP's own number
            raise NotOk(reply)
        return _as_requests(request, reply)

    def abandon(self) -> None:
        """End the request in flight, if there is one, so that its thread ends too."""
        if self._flight is not None:
            self._flight.cancel()

    def close(self) -> None:
        """Nothing of its own to let go of."""


def _as_requests(request: PreparedRequest, reply: Reply) -> Response:
    response = Response()
    response.status_code = reply.status
    response.headers.update(reply.headers)
    response.headers.pop("content-encoding", None)
    response.raw = io.BytesIO(reply.body)
    response.url = request.url or ""
    response.request = request
    return response

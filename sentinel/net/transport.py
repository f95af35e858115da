"""httpx on a connection pool whose sockets are opened by the guard (httpx itself offers no place to put one)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import httpcore
import httpx

from sentinel.net.guard import GuardedBackend

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterable, AsyncIterator

BROKEN: tuple[type[Exception], ...] = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.ConnectionNotAvailable,
    OSError,
    httpx.HTTPError,
    httpx.InvalidURL,
)
"""What may go wrong beneath a request (httpx itself trips over redirects that lead nowhere, even unfollowed)."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over guarded sockets; errors leave it as httpcore raises them (`BROKEN`)."""

    def __init__(self, trust: ssl.SSLContext, *, allow_private: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=10,
            max_keepalive_connections=2,
            keepalive_expiry=15,
            network_backend=GuardedBackend(allow_private=allow_private),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one response whose body is still to be read."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=cast("httpx.AsyncByteStream", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Stream(cast("AsyncIterable[bytes]", answer.stream)),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, parts: AsyncIterable[bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._parts:
            yield part

    async def aclose(self) -> None:
        if hasattr(self._parts, "aclose"):
            await self._parts.aclose()

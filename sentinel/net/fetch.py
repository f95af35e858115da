"""The one bounded HTTP client: whatever is at the other end, an exchange ends in time, in memory, and in one of three errors.

Bounds (`Limits`): a total time round the whole exchange, redirects included (a timeout between two bytes never fires
on a body that drips); a cap on decoded bytes; a number of redirects. Only http and https, only public addresses unless
`allow_private`. Caller's headers do not follow a redirect to another origin. Nothing is retried, no cookie is kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

import httpcore
import httpx

from sentinel import __version__
from sentinel.errors import Outside, Refused, Unreachable
from sentinel.net.answer import Answer, shown, verdict
from sentinel.net.body import ACCEPTED, read_body
from sentinel.net.transport import BROKEN, GuardedTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from datetime import datetime

_REDIRECTS = {301, 302, 303, 307, 308}
_HARMLESS = {"accept", "accept-language", "if-none-match", "if-modified-since"}
"""Headers that may follow a redirect to another origin; any other may be a secret, under any name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost: `seconds` in all, `decoded` bytes, `redirects` hops."""

    seconds: float = 30.0
    decoded: int = 8 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def who(self) -> str:
        """For messages. A POST's path may be the secret itself (incoming webhooks), so it stays out."""
        return shown(str(self.url), path=self.method == "GET")

    @property
    def ambiguous(self) -> bool:
        """Whether it may have been carried out although no answer came."""
        return self.method != "GET"


class Fetcher:
    """One client, to be shared by all calls of a source or channel and closed by it."""

    def __init__(self, *, allow_private: bool = False, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(_trust(), allow_private=allow_private),
            timeout=self._limits.seconds,
            trust_env=False,  # a proxy would do the connecting, and the guard would check the proxy's address
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"user-agent": f"sentinel/{__version__}", "accept-encoding": ACCEPTED},
        )

    async def get(
        self,
        url: str,
        *,
        at: datetime,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a GET, redirects followed; its status is 2xx or 304. `params` join the address's own query.

        `at` (aware, UTC) is now: it turns "wait 30 seconds" into a time. Raises `Throttled`, `Unreachable`, `Refused`.
        """
        return await self._exchange(_Ask("GET", _address(url, params), headers or {}), at)

    async def post(
        self, url: str, *, at: datetime, body: bytes, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a POST; its status is 2xx. A redirect is `Refused`: what was signed goes where it was meant.

        `Unreachable` is `ambiguous` unless the request surely never left. An overlong answer to a POST is cut, not
        refused: the status already said that it was carried out.
        """
        return await self._exchange(_Ask("POST", _address(url, None), headers or {}, body), at)

    async def close(self) -> None:
        """Close the connections; safe to call twice."""
        await self._client.aclose()

    async def _exchange(self, ask: _Ask, at: datetime) -> Answer:
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await self._follow(ask)
        except Outside as error:
            raise _told(error, ask) from error
        except BROKEN as error:
            raise _broken(error, ask, self._limits) from error
        verdict(answer.status, answer.headers, ask.who, at)
        return answer

    async def _follow(self, ask: _Ask) -> Answer:
        hop = ask
        for _ in range(self._limits.redirects + 1):
            answer = await self._once(hop)
            if answer.status not in _REDIRECTS:
                return answer
            hop = _redirected(hop, answer)
        raise Refused("redirects in circles: put the final address")

    async def _once(self, ask: _Ask) -> Answer:
        request = self._request(ask)
        try:
            response = await self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # the transport raises httpcore's errors; httpx adds its own only where it reads a redirect's target
            raise Refused("redirects to an address that cannot be read") from error
        try:
            body = await self._body(response, ask)
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body, str(ask.url))

    def _request(self, ask: _Ask) -> httpx.Request:
        try:
            return self._client.build_request(ask.method, ask.url, headers=ask.headers, content=ask.body)
        except (UnicodeError, TypeError, ValueError) as error:
            raise Refused("cannot be asked: a header holds characters that cannot be sent") from error

    async def _body(self, response: httpx.Response, ask: _Ask) -> bytes:
        if response.status_code == 304 or response.status_code in _REDIRECTS:  # noqa: PLR2004  # HTTP's own number
            return b""  # nothing of use stands there, and the connection need not be kept
        if ask.method == "GET":
            return await read_body(response, self._limits.decoded)
        return await read_body(response, self._limits.decoded, cut=True)


@cache
def _trust() -> ssl.SSLContext:
    # one for all: loading the certificates takes 20 ms and some megabytes each time
    return httpx.create_ssl_context()


def _address(url: str | httpx.URL, params: Mapping[str, str] | None) -> httpx.URL:
    try:
        address = httpx.URL(url)
        address = address.copy_merge_params(params) if params else address
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Refused("an address cannot be read: write it like https://example.org/feed") from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise Refused(f"{shown(str(address))} is not an http or https address")
    return address


def _redirected(ask: _Ask, answer: Answer) -> _Ask:
    if ask.method != "GET":
        raise Refused("redirects elsewhere: put the final address")
    location = answer.headers.get("location")
    if not location:
        raise Unreachable("redirects without saying where")
    try:
        target = _address(ask.url.join(location), None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("redirects to an address that cannot be read") from error
    return _Ask("GET", target, ask.headers if _same_origin(ask.url, target) else _harmless(ask.headers))


def _same_origin(here: httpx.URL, there: httpx.URL) -> bool:
    return (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)


def _harmless(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _HARMLESS}


def _told(error: Outside, ask: _Ask) -> Outside:
    """The same error, saying who it was."""
    sentence = f"{ask.who}: {error}"
    if isinstance(error, Unreachable):
        return Unreachable(sentence, ambiguous=ask.ambiguous)
    return Refused(sentence)


def _broken(error: Exception, ask: _Ask, limits: Limits) -> Outside:
    never_left = isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | httpcore.PoolTimeout)
    ambiguous = ask.ambiguous and not never_left
    if isinstance(error, httpcore.LocalProtocolError):
        return Refused(f"{ask.who} cannot be asked: a header holds characters that cannot be sent")
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return Unreachable(f"{ask.who} did not answer within {limits.seconds:g} seconds", ambiguous=ambiguous)
    if never_left:
        return Unreachable(f"{ask.who} cannot be reached")
    return Unreachable(f"{ask.who} broke off in the middle of its answer", ambiguous=ambiguous)

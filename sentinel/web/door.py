"""Who may knock, who may act, and the headers that every answer carries.

A page on the internet can make a browser speak to this port. Two things keep it out: the Host header must be a name
of ours (against DNS rebinding), and whatever changes something must come from this machine and from our own pages.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_KEEP = "public, max-age=3600"
_OPEN_TO_PROBES = frozenset({"/healthz", "/readyz"})


class Door:
    """ASGI middleware around the whole application. `hosts` are the names it may be called by besides localhost.

    An address in digits always passes: rebinding needs a name, and probes and scrapers come by address.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._names = frozenset({"localhost", *(host.lower() for host in hosts)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: turned away, or let through; either way its answer is dressed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", _KEEP)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self._app if self._welcomes(scope) else _turned_away
        await app(scope, receive, dressed)

    def _welcomes(self, scope: Scope) -> bool:
        if scope["path"] in _OPEN_TO_PROBES:
            return True
        name = _host_name(Headers(scope=scope).getlist("host"))
        return name is not None and (name in self._names or _is_address(name))


_turned_away = JSONResponse(
    {"error": "This page does not go by that name: use the address that web.listen names, or localhost."}, 400
)


def _host_name(hosts: list[str]) -> str | None:
    try:
        return urlsplit(f"//{hosts[0]}").hostname if len(hosts) == 1 else None
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def from_our_page(request: Request) -> bool:
    """Whether a changing request comes from our own page, or from no browser at all."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def from_this_machine(request: Request) -> bool:
    """Whether the caller sits on loopback."""
    try:
        caller = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    plain = caller.ipv4_mapped if isinstance(caller, ipaddress.IPv6Address) else None
    return (plain or caller).is_loopback

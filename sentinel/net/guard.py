"""Which addresses may be reached. The check stands where the socket is opened, on the address itself.

A check of the name beforehand would miss a name that resolves differently the second time (DNS rebinding) and every
redirect; here there is no way round: what is checked is what is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING

import httpcore

from sentinel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet; IPv4 inside IPv6 is judged as the IPv4 it is."""
    ip = _innermost(ipaddress.ip_address(address))
    return ip.is_global and not ip.is_multicast


def is_reachable(address: str, *, allow_private: bool) -> bool:
    """Whether a numeric address may be connected to.

    `allow_private` opens loopback and local networks, never link-local ones: nothing that publishes posts lives there,
    and cloud providers hand out credentials at 169.254.169.254.
    """
    if not allow_private:
        return is_public(address)
    ip = _innermost(ipaddress.ip_address(address))
    return not (ip.is_link_local or ip.is_multicast)


def _innermost(ip: Address) -> Address:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo or ip


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens sockets for the connection pool: resolves, drops what may not be reached, connects to the rest in turn."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first permitted address that answers; raises `Refused` when none is permitted."""
        failure: Exception | None = None
        for address in await self._permitted(host, port):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("the name leads nowhere")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface of httpcore
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket file is no address of the internet."""
        del path, timeout, socket_options
        raise Refused("socket files are not reachable from here")

    async def sleep(self, seconds: float) -> None:
        """The pool's pause between retries (there are none)."""
        await self._inner.sleep(seconds)

    async def _permitted(self, host: str, port: int) -> list[str]:
        found = await _resolve(host, port)
        permitted = [address for address in found if is_reachable(address, allow_private=self._allow_private)]
        if found and not permitted:
            mend = "" if self._allow_private else "; set allow_private: true if that is meant"
            raise Refused(f"{host} leads to an address that may not be reached{mend}")
        return permitted


async def _resolve(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("the name could not be resolved") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))

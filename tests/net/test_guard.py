from __future__ import annotations

import socket
from typing import Any

import httpcore
import pytest

from sentinel.errors import Refused
from sentinel.net.guard import GuardedBackend, is_public, is_reachable


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "8.8.8.8",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104  # refused, not listened on
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)
    assert not is_reachable(address, allow_private=False)


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("::1", True),
        ("8.8.8.8", True),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("fe80::1", False),
        ("224.0.0.1", False),
    ],
)
def test_private_ones_may_be_allowed_but_never_link_local(address: str, *, reachable: bool) -> None:
    assert is_reachable(address, allow_private=True) is reachable


async def test_a_name_that_now_leads_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def rebound(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", rebound)
    with pytest.raises(Refused, match=r"looked-public\.test leads to an address that may not be reached"):
        await GuardedBackend(allow_private=False).connect_tcp("looked-public.test", 80)


async def test_a_name_that_does_not_resolve_cannot_be_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", unknown)
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(allow_private=True).connect_tcp("nowhere.test", 80)


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost"])
async def test_odd_ways_to_write_loopback_are_refused(host: str) -> None:
    with pytest.raises((Refused, httpcore.ConnectError)):
        await GuardedBackend(allow_private=False).connect_tcp(host, 9)


async def test_socket_files_are_refused() -> None:
    with pytest.raises(Refused):
        await GuardedBackend(allow_private=True).connect_unix_socket("/run/docker.sock")

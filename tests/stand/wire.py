"""A server on loopback, in the test's own loop, that may also misbehave byte by byte: drip, pour without end, hang up.

`async with Wire(answer) as wire:` serves at `wire.url`; every request is kept in `wire.asked`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Ask:
    """What came in. Header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Say:
    """What goes out.

    `cut` hangs up half-way, `reset` slams the door, `drip` sends a byte every few milliseconds, `endless` pours the
    body again and again, `silent` never answers, `raw` sends the body as the whole answer, status line included.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    how: Literal["whole", "cut", "reset", "drip", "endless", "silent", "raw"] = "whole"


def bomb(decoded: int) -> Say:
    """A small gzip that becomes `decoded` zeros."""
    return Say(200, gzip.compress(bytes(decoded)), {"Content-Encoding": "gzip"})


class Wire:
    """The server."""

    def __init__(self, answer: Callable[[Ask], Say]) -> None:
        self.answer = answer
        self.asked: list[Ask] = []
        self.url = ""
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._call, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            ask = await _read(reader)
            self.asked.append(ask)
            await _write(writer, self.answer(ask))
        writer.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Ask:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Ask(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)


async def _write(writer: asyncio.StreamWriter, say: Say) -> None:
    if say.how == "silent":
        await asyncio.Event().wait()
    if say.how == "raw":
        writer.write(say.body)
        await writer.drain()
        return
    length = 10 * 1024**3 if say.how in {"endless", "drip"} else len(say.body)
    headers = {"Content-Length": str(length), "Connection": "close", **say.headers}
    lines = [f"HTTP/1.1 {say.status} X", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    await _body(writer, say)


async def _body(writer: asyncio.StreamWriter, say: Say) -> None:
    if say.how == "whole":
        writer.write(say.body)
    elif say.how in {"cut", "reset"}:
        writer.write(say.body[: len(say.body) // 2])
    await writer.drain()
    if say.how == "reset":
        writer.transport.abort()
    while say.how == "endless":
        writer.write(say.body or b" " * 65_536)
        await writer.drain()
    while say.how == "drip":
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.005)

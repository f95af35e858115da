"""A body, read under a cap on its *decoded* bytes.

httpx inflates a whole chunk at once, so that 64 KiB of gzip may become 64 MiB before anybody can count; here zlib is
told how much may come out. It also notices a compressed body that breaks off, which httpx passes on as if whole.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from sentinel.errors import Unreachable

if TYPE_CHECKING:
    import httpx

ACCEPTED = "gzip, deflate"
"""The encodings that are asked for, and the only ones that are read."""

_ANY_ZLIB_HEADER = 47
"""zlib's `wbits` for 'gzip or zlib, whichever the header says'."""
_RAW_DEFLATE = -15
_METHOD_DEFLATE = 8


class Decoder(Protocol):
    """Turns what arrives into what was meant."""

    def feed(self, data: bytes, room: int) -> bytes:
        """At most `room` decoded bytes of `data`."""
        ...

    def ended(self) -> bool:
        """Whether the body stopped where it should."""
        ...


class Plain:
    """No encoding; its length is HTTP's own business."""

    def feed(self, data: bytes, room: int) -> bytes:
        """`data`, cut to `room`."""
        return data[:room]

    def ended(self) -> bool:
        """Always: HTTP itself notices a body that is too short."""
        return True


class Inflate:
    """gzip, zlib and the raw deflate that some servers send under the name of zlib."""

    def __init__(self) -> None:
        self._zlib: zlib._Decompress | None = None

    def feed(self, data: bytes, room: int) -> bytes:
        """At most `room` inflated bytes of `data`; raises `zlib.error` on nonsense."""
        if not data:
            return b""
        if self._zlib is None:
            self._zlib = zlib.decompressobj(_window(data))
        return self._zlib.decompress(data, room)

    def ended(self) -> bool:
        """Whether the compressed stream was closed; an empty body never opened one."""
        return self._zlib is None or self._zlib.eof


def _window(data: bytes) -> int:
    looks_headed = data[0] in {0x1F, 0x78} or data[0] & 0x0F == _METHOD_DEFLATE
    return _ANY_ZLIB_HEADER if looks_headed else _RAW_DEFLATE


def decoder(encoding: str) -> Decoder:
    """The decoder of a Content-Encoding header; raises `Unreachable` for one that was not asked for."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return Plain()
    if name in {"gzip", "x-gzip", "deflate"}:
        return Inflate()
    raise Unreachable("the answer came in an encoding that was not asked for")


async def read_body(response: httpx.Response, cap: int, *, cut: bool = False) -> bytes:
    """The decoded body, at most `cap` bytes of it.

    A longer one raises `Unreachable`, or with `cut` is cut off there. A body that breaks off or is no proper gzip
    raises `Unreachable` too.
    """
    decode = decoder(response.headers.get("content-encoding", ""))
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += decode.feed(chunk, cap + 1 - len(body))
            if len(body) > cap:
                return _overlong(body, cap, cut=cut)
    except zlib.error as error:
        raise Unreachable("the answer could not be decompressed") from error
    if not decode.ended():
        raise Unreachable("the compressed answer breaks off")
    return bytes(body)


def _overlong(body: bytearray, cap: int, *, cut: bool) -> bytes:
    if cut:
        return bytes(body[:cap])
    raise Unreachable(f"the answer is larger than {cap // 1024} KiB")

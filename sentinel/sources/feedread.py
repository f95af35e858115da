"""The bytes of a feed → its entries, through feedparser, at a bounded price.

feedparser is linear in most things and quadratic in two: attributes of one tag and namespaces of one document (400 KB
of either took 11 to 17 s). Both are counted beforehand, as are tags (about 10 µs each); no real feed comes near.
"""

from __future__ import annotations

import asyncio
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sentinel.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 4 * 1024 * 1024
_MOST_TAGS = 200_000
_MOST_ATTRIBUTES = 300
_MOST_NAMESPACES = 500
_SECONDS = 20.0
_TAG = re.compile(rb"<[^<>]*")


@dataclass(frozen=True, slots=True)
class Feed:
    """What feedparser made of it: the feed's own fields and its entries, as its dict-likes."""

    about: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...]


class FeedReader:
    """Parses in a thread, one document at a time: a thread cannot be stopped, so a second one is not started beside it."""

    def __init__(self) -> None:
        self._busy: asyncio.Future[Feed] | None = None

    async def read(self, body: bytes, content_type: str) -> Feed:
        """The feed; raises `Unreachable` when it is none, or costs too much to read."""
        if self._busy is not None and not self._busy.done():
            raise Unreachable("the answer before is still being read")
        self._busy = asyncio.ensure_future(asyncio.to_thread(parse, body, content_type))
        self._busy.add_done_callback(_heard)
        try:
            return await asyncio.wait_for(asyncio.shield(self._busy), _SECONDS)
        except TimeoutError as error:
            raise Unreachable("the feed takes too long to read") from error


def _heard(done: asyncio.Future[Feed]) -> None:
    """One that was given up may fail later; nobody waits for that any more."""
    if not done.cancelled():
        done.exception()


def parse(body: bytes, content_type: str) -> Feed:
    """The feed in `body`; raises `Unreachable` when it is none.

    Many servers name the wrong charset: what is no feed as the header has it is read once more by its bytes alone.
    """
    _weigh(body)
    for declared in dict.fromkeys((content_type, "")):
        found = _parsed(body, {"content-type": declared} if declared else {})
        if found.get("version") or found.entries:
            return Feed(found.feed, tuple(found.entries))
    raise Unreachable("the answer is no feed")


def _parsed(body: bytes, headers: dict[str, str]) -> Any:
    import feedparser  # noqa: PLC0415  # heavy: only when used

    try:
        # a stream, never the bytes themselves: feedparser would take them for the name of a file and open it
        return feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a parser fed by strangers: whatever it trips over is theirs
        raise Unreachable("the feed cannot be read") from error


def _weigh(body: bytes) -> None:
    text = body.replace(b"\x00", b"")  # UTF-16 and UTF-32 become countable
    if text.count(b"<") > _MOST_TAGS or text.count(b"xmlns") > _MOST_NAMESPACES:
        raise Unreachable("the feed has more tags than any feed needs")
    if any(tag.group().count(b"=") > _MOST_ATTRIBUTES for tag in _TAG.finditer(text)):
        raise Unreachable("the feed has a tag with more attributes than any feed needs")

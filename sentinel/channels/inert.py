"""Foreign text made harmless and readable: what a post contains must neither act nor hide.

Everything here is about characters; what is special to a channel's own markup (Slack's `<!channel>`, HTML tags) is
undone where that markup is written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final
from urllib.parse import quote, urlsplit

MARKS_KEPT: Final = 3
"""Combining marks left on one letter: Vietnamese, Thai and pointed Hebrew need up to three, zalgo dozens."""

CUT: Final = " […] "

_JOINERS = "\u200c\u200d"  # needed inside Persian words and emoji families; invisible mischief elsewhere
_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
)  # letters by category, blank to the eye
_PLANE_END = 0xFFFE  # the last two of every plane are no characters, by Unicode's own definition
_NONCHARACTERS = range(0xFDD0, 0xFDF0)  # nor are these
_URL_LIMIT = 2_000
_URL_CHARS = (
    "%/:=&?~#+!$,;@()*[]"  # what may stand as it is; quotes, brackets and non-ASCII are percent-encoded
)
_BROKEN_URL = re.compile(r"[\s\x00-\x1f\x7f]")

_stray_joiner = re.compile(rf"(?<!\S)[{_JOINERS}]+|[{_JOINERS}]+(?!\S)|(?<=[{_JOINERS}])[{_JOINERS}]+")
_mark_heap = re.compile(r"[\u0300-\U0010ffff]+")
_blank_edge = re.compile(r"[ ]*\n[ ]*")
_gap = re.compile(r"\n{3,}")


@cache
def _shown(code: int) -> str | None:
    """What stands for a character: itself, a space, a line break, a replacement mark, or nothing."""
    char = chr(code)
    if char == "\n" or char in _JOINERS:
        return char
    kind = unicodedata.category(char)
    if char == "\t" or kind == "Zs":
        return " "
    if kind in {"Zl", "Zp"}:
        return "\n"
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    nowhere = code & _PLANE_END == _PLANE_END or code in _NONCHARACTERS
    return None if nowhere or kind in {"Cc", "Cf"} or char in _FILLERS else char


class _Shown:
    """`_shown` as the table that `str.translate` asks."""

    def __getitem__(self, code: int) -> str | None:
        return _shown(code)


_TABLE: Final = _Shown()


def _few_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


def clean(text: str) -> str:
    """The same words without control, bidirectional, zero-width and heaped combining characters; lines stay lines.

    Lone surrogates become U+FFFD, so that the result can always be encoded. The marks are capped before they are
    normalised: normalising a heap of them takes time squared.
    """
    seen = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    if not seen.isascii():
        seen = unicodedata.normalize("NFC", _mark_heap.sub(_few_marks, _stray_joiner.sub("", seen)))
    return _gap.sub("\n\n", _blank_edge.sub("\n", seen)).strip()


def one_line(text: str) -> str:
    """`clean`, and every run of white space one blank."""
    return " ".join(clean(text).split())


def size(text: str) -> int:
    """Length in UTF-16 units: the stricter of the ways in which services count characters."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of a clean text: its head and its tail, which often holds the point."""
    if size(text) <= limit:
        return text
    units = text.encode("utf-16-le", "replace")
    room = limit - len(CUT)
    if room < len(CUT):
        return units[: 2 * max(limit, 0)].decode("utf-16-le", "ignore")
    tail = room // 3
    head = units[: 2 * (room - tail)].decode("utf-16-le", "ignore").rstrip()
    return head + CUT + units[len(units) - 2 * tail :].decode("utf-16-le", "ignore").lstrip()


def brief(text: str, limit: int) -> str:
    """One clean line of at most `limit` UTF-16 units."""
    return shorten(one_line(text), limit)


def web_address(url: str | None) -> str | None:
    """`url` if it is a plain http(s) address that is safe to put behind a link; None otherwise.

    Quotes, angle brackets and non-ASCII characters of its path come back percent-encoded. Refused: white space and
    control characters, a user name before the host, a host that is not ASCII, more than 2,000 characters.
    """
    if url is None or len(url) > _URL_LIMIT or _BROKEN_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
        safe = quote(url, safe=_URL_CHARS)
    except ValueError:  # an unclosed [ in the host, a lone surrogate
        return None
    usable = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    return safe if usable and parts.netloc.isascii() and len(safe) <= _URL_LIMIT else None

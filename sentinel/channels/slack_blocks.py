"""A message as Block Kit, always within Slack's limits.

Foreign text stands in `plain_text` and `rich_text` only, where Slack parses no markup, and what would be markup
elsewhere is broken by a word joiner all the same: clients, exports and search copy texts about. The one place with
markup, the fallback `text`, has its `<`, `>` and `&` escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from sentinel.channels.inert import brief, clean, shorten, size, web_address
from sentinel.channels.look import links, take_on, title
from sentinel.channels.slack_limits import ALL_BLOCKS, BLOCKS, CONTEXT, HEADER, SECTION, TEXT, Block, weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel.model.message import Message, Quote

JOINER: Final = "\N{WORD JOINER}"
QUOTE: Final = 600
FACTS: Final = 10
QUOTES: Final = 6
LINKS: Final = 6

_SPECIAL = re.compile(r"<(?=\S)|@(?=here|channel|everyone|group)", re.IGNORECASE)
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MOMENT: Final = "{date_short_pretty} {time}"


@dataclass(frozen=True, slots=True)
class Say:
    """What is handed to Slack: blocks, and the text of notifications and of readers without blocks."""

    text: str
    blocks: list[Block]


def whole(message: Message) -> Say:
    """The incident's first message, as it stands now."""
    last = len(message.quotes)
    parts = [
        (0, _header(message)),
        (1, _section(message.lines)),
        (4, _facts(message)),
        *((3 if i == 0 else 5 + i, _quote(quote)) for i, quote in enumerate(message.quotes[:QUOTES])),
        (5, _reply(message.reply)),
        (6 + last, _links(message)),
        (2, _context(message)),
    ]
    return Say(fallback(message), _fitting((rank, block) for rank, block in parts if block))


def news(message: Message) -> Say:
    """What is new, for the thread below the first message."""
    parts = ((0, _headline(message)), (1, _section(message.lines)), (2, _context(message)))
    return Say(fallback(message), _fitting((rank, block) for rank, block in parts if block))


def fallback(message: Message) -> str:
    """The plain whole, escaped: what notifications show, and what is sent alone when blocks are refused."""
    text = _SPECIAL.sub(_joined, clean(message.plain)) or unparsed(title(message))
    escaped = shorten(text, TEXT).translate(_ENTITIES)
    while size(escaped) > TEXT:  # every escape takes more room than what it stands for
        text = shorten(text, size(text) * 3 // 4)
        escaped = text.translate(_ENTITIES)
    return escaped


def unparsed(text: str) -> str:
    """A clean text in which nothing is left that Slack could read as a mention, a link or a command."""
    return _SPECIAL.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    return found[0] + JOINER


def _fitting(parts: Iterable[tuple[int, Block]]) -> list[Block]:
    """As many blocks as Slack takes, the most important first (rank 0), in the order they were given."""
    ordered = list(parts)
    kept: set[int] = set()
    room = ALL_BLOCKS
    for place, (_, block) in sorted(enumerate(ordered), key=lambda part: part[1][0]):
        if weight(block) <= room and len(kept) < BLOCKS:
            kept.add(place)
            room -= weight(block)
    return [block for place, (_, block) in enumerate(ordered) if place in kept]


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shorten(unparsed(text), limit), "emoji": False}


def _header(message: Message) -> Block:
    return {"type": "header", "text": _plain(title(message, HEADER), HEADER)}


def _headline(message: Message) -> Block:
    return _rich(_paragraph(_text(title(message, 500), bold=True)))


def _section(lines: tuple[str, ...]) -> Block | None:
    said = "\n".join(filter(None, (brief(line, 1_000) for line in lines)))
    return {"type": "section", "text": _plain(said, SECTION)} if said else None


def _facts(message: Message) -> Block | None:
    rows: list[Block] = []
    for label, value in message.facts[:FACTS]:
        name, said = brief(label, 60), brief(value, 300)
        if name and said:
            rows += [_text("\n")] if rows else []
            rows += [_text(f"{name}: ", bold=True), _text(said)]
    return _rich(_paragraph(*rows)) if rows else None


def _quote(quote: Quote) -> Block | None:
    said = shorten(clean(quote.text), QUOTE)
    if not said:
        return None
    return _rich(_paragraph(*_byline(quote)), {"type": "rich_text_quote", "elements": [_text(said)]})


def _byline(quote: Quote) -> Iterator[Block]:
    if label := brief(quote.label, 60):
        yield _text(f"{label}  ", bold=True)
    if said := " · ".join(filter(None, (brief(quote.author, 80), brief(quote.source, 40)))):
        yield _text(f"{said} · ")
    moment = quote.published_at.astimezone(UTC)
    yield {
        "type": "date",
        "timestamp": int(moment.timestamp()),
        "format": _MOMENT,
        "fallback": f"{moment:%Y-%m-%d %H:%M} UTC",
    }
    if detail := brief(quote.detail, 160):
        yield _text(f" · {detail}")
    if url := web_address(quote.url):
        yield _text(" · ")
        yield {"type": "link", "url": url, "text": "open the post"}


def _reply(reply: str) -> Block | None:
    said = shorten(clean(reply), QUOTE)
    if not said:
        return None
    quoted = {"type": "rich_text_quote", "elements": [_text(said)]}
    return _rich(_paragraph(_text("Suggested reply", bold=True)), quoted)


def _links(message: Message) -> Block | None:
    row: list[Block] = []
    for label, url in links(message)[:LINKS]:
        row += [_text(" · ")] if row else []
        row.append({"type": "link", "url": url, "text": unparsed(label)})
    return _rich(_paragraph(*row)) if row else None


def _context(message: Message) -> Block:
    command = take_on(message)
    said = (
        brief(message.why_told, 500),
        f"Incident {brief(message.incident, 80)}",
        f"Take it on: {command}" if command else "",
    )
    elements = [_plain(text, 600) for text in said if text]
    return {"type": "context", "elements": elements[:CONTEXT]}


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _paragraph(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, *, bold: bool = False) -> Block:
    style: dict[str, Any] = {"style": {"bold": True}} if bold else {}
    return {"type": "text", "text": unparsed(text), **style}

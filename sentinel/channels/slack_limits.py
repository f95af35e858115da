"""Slack's limits, checked before sending: one field too long and the whole message is lost.

Figures from Slack's Block Kit reference; the sum over all blocks is undocumented (about 13,200 in public reports).
Lengths are in UTF-16 units, the stricter way to count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sentinel.channels.inert import size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Block: TypeAlias = dict[str, Any]

BLOCKS: Final = 50
ALL_BLOCKS: Final = 12_000
TEXT: Final = 4_000
"""`text` beside blocks: 40,000 when posted, but chat.update answers msg_too_long above 4,000."""
HEADER: Final = 150
SECTION: Final = 3_000
FIELDS: Final = 10
FIELD: Final = 2_000
CONTEXT: Final = 10
URL: Final = 3_000

_ELEMENTS: Final = {"context": CONTEXT, "actions": 25}
_LENGTHS: Final = {
    ("header", "text"): HEADER,
    ("section", "text"): SECTION,
    ("section", "fields"): FIELD,
    ("context", "elements"): FIELD,
    ("image", "alt_text"): 2_000,
    ("image", "title"): 2_000,
    ("image", "image_url"): URL,
    ("markdown", "text"): 12_000,
    ("button", "text"): 75,
    ("button", "value"): 2_000,
    ("button", "url"): URL,
    ("link", "url"): URL,
}
_NEVER_EMPTY: Final = frozenset({"text", "url", "alt_text", "image_url"})
_IDS: Final = frozenset({"action_id", "block_id"})
_ID: Final = 255


def weight(block: Block) -> int:
    """How much of `ALL_BLOCKS` a block takes: all its texts and addresses, counted generously."""
    return sum(size(text) for _, key, text in _strings(block) if key not in {"type", "style"})


def problems(blocks: Sequence[Block], text: str) -> list[str]:
    """Every limit that is broken, one sentence each; empty when Slack will take the message."""
    found = [f"{len(blocks)} blocks, at most {BLOCKS}"] if len(blocks) > BLOCKS else []
    if (total := sum(map(weight, blocks))) > ALL_BLOCKS:
        found.append(f"{total} characters over all blocks, at most {ALL_BLOCKS}")
    if not 0 < size(text) <= TEXT:
        found.append(f"text of {size(text)} characters, needs 1 to {TEXT}")
    for block in blocks:
        found.extend(_crowded(block))
        found.extend(_lengths(block))
    return found


def _crowded(block: Block) -> Iterator[str]:
    kind = str(block.get("type"))
    if len(block.get("fields", ())) > FIELDS:
        yield f"{kind} with {len(block['fields'])} fields, at most {FIELDS}"
    if len(block.get("elements", ())) > _ELEMENTS.get(kind, BLOCKS):
        yield f"{kind} with {len(block['elements'])} elements, at most {_ELEMENTS.get(kind, BLOCKS)}"


def _lengths(block: Block) -> Iterator[str]:
    for owner, key, text in _strings(block):
        limit = _ID if key in _IDS else _LENGTHS.get((owner, key), SECTION)
        if size(text) > limit:
            yield f"{owner}.{key} of {size(text)} characters, at most {limit}"
        if not text and key in _NEVER_EMPTY:
            yield f"{owner}.{key} is empty"


def _strings(value: object, owner: str = "", key: str = "") -> Iterator[tuple[str, str, str]]:
    """Every string with the type of what it belongs to and the field it fills.

    A text object ({"type": "plain_text", "text": …}) counts as the field it stands in.
    """
    match value:
        case str():
            yield owner, key, value
        case {"type": "plain_text" | "mrkdwn", "text": str(text)}:
            yield owner, key or "text", text
        case dict():
            for name, part in value.items():
                yield from _strings(part, str(value.get("type", owner)), name)
        case list():
            for part in value:
                yield from _strings(part, owner, key)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.channels.slack_limits import problems

if TYPE_CHECKING:
    from sentinel.channels.slack_limits import Block


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Block:
    return {"type": "section", "text": plain(text)}


@pytest.mark.parametrize(
    ("blocks", "problem"),
    {
        "fine": ([section("x" * 3_000)], None),
        "51 blocks": ([section("x")] * 51, "51 blocks"),
        "too much in all": ([section("x" * 3_000)] * 5, "15000 characters over all blocks"),
        "long header": ([{"type": "header", "text": plain("x" * 151)}], "header.text of 151"),
        "emoji count twice": ([{"type": "header", "text": plain("🪳" * 76)}], "header.text of 152"),
        "long section": ([section("x" * 3_001)], "section.text of 3001"),
        "empty section": ([section("")], "section.text is empty"),
        "11 fields": ([{"type": "section", "fields": [plain("x")] * 11}], "section with 11 fields"),
        "long field": ([{"type": "section", "fields": [plain("x" * 2_001)]}], "section.fields of 2001"),
        "11 in the context": (
            [{"type": "context", "elements": [plain("x")] * 11}],
            "context with 11 elements",
        ),
        "26 buttons": (
            [{"type": "actions", "elements": [{"type": "button"}] * 26}],
            "actions with 26 elements",
        ),
        "long button": (
            [{"type": "actions", "elements": [{"type": "button", "text": plain("x" * 76)}]}],
            "button.text of 76",
        ),
        "long id": ([{**section("x"), "block_id": "x" * 256}], "section.block_id of 256"),
        "long address": (
            [{"type": "rich_text", "elements": [{"type": "link", "url": "x" * 3_001, "text": "x"}]}],
            "link.url of 3001",
        ),
        "empty rich text": (
            [{"type": "rich_text", "elements": [{"type": "text", "text": ""}]}],
            "text.text is empty",
        ),
        "long alt text": (
            [{"type": "image", "alt_text": "x" * 2_001, "image_url": "u"}],
            "image.alt_text of 2001",
        ),
    }.values(),
)
def test_each_limit_is_seen(blocks: list[Block], problem: str | None) -> None:
    found = problems(blocks, "text")

    if problem is None:
        assert found == []
    else:
        assert any(problem in sentence for sentence in found)


@pytest.mark.parametrize("text", ["", "x" * 4_001])
def test_a_message_needs_a_text_of_bearable_length(text: str) -> None:
    assert problems([section("x")], text)

"""What docs/sources.md shows works as it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.model.post import Post
from sentinel.sources.post_json import read_line
from sentinel.sources.registry import KINDS, kind

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text()
SHOWN: dict[str, Any] = {
    name: options
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    for name, options in yaml.safe_load(block).items()
}


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_every_example_is_accepted(name: str) -> None:
    made = kind(SHOWN[name]["kind"])
    assert made.options.model_validate(SHOWN[name])


def test_every_kind_has_an_example_and_a_section() -> None:
    assert {options["kind"] for options in SHOWN.values()} == set(KINDS)
    assert all(f"\n## `{name}`" in PAGE for name in KINDS)


@pytest.mark.parametrize("name", ["recorded", "feed", "mastodon", "hackernews", "http_json"])
def test_every_option_is_mentioned(name: str) -> None:
    section = PAGE.partition(f"## `{name}`")[2].partition("\n## `")[0] + PAGE.partition("## What holds")[0]
    assert [field for field in kind(name).options.model_fields if field not in section] == []


def test_the_line_shown_is_a_post() -> None:
    (line,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert isinstance(read_line(json.dumps(json.loads(line)).encode(), 1), Post)

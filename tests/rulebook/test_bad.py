"""Every file of `bad/` holds one mistake and is named for it; beside it stands what its writer is told.

After a wanted change of words: `SENTINEL_REWRITE=1 pytest tests/rulebook/test_bad.py`, then read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from sentinel.config.read import read_config
from sentinel.errors import ProblemsFound
from sentinel.rulebook.document import read_document
from sentinel.rulebook.lists import read_list
from sentinel.rulebook.read import read_ladder_text, read_rule_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel.channels.contract import ChannelOptions
    from sentinel.model.problem import Problem
    from sentinel.rulebook.names import Known
    from sentinel.sources.contract import SourceOptions

BAD = Path(__file__).parent / "bad"
SECRETS = ("xoxb-1234-abcd", "abc-123-secret", "hunter2")


def _cases(kind: str) -> list[object]:
    return [pytest.param(path, id=path.stem) for path in sorted((BAD / kind).glob("*.yaml"))]


def _compare(path: Path, problems: tuple[Problem, ...]) -> None:
    told = "".join(f"{problem.render()}\n" for problem in problems).replace(str(BAD / "config"), ".")
    expected = path.with_suffix(".txt")
    if os.environ.get("SENTINEL_REWRITE"):
        expected.write_text(told)
    assert told
    assert told == expected.read_text()


pytestmark = pytest.mark.skipif(
    not yaml.__with_libyaml__, reason="the other parser places some mistakes elsewhere"
)


@pytest.mark.parametrize("path", _cases("rules"))
def test_a_bad_rule_is_told_with_its_place_and_mend(path: Path, known: Known, good: Path) -> None:
    text = (good / "rules/ladders/community.yaml").read_text()
    community, _ = read_ladder_text(text, "rules/ladders/community.yaml", known)
    name = f"rules/{path.name}"
    try:
        _, problems = read_rule_text(path.read_bytes(), name, known, ladders={"community": community})
    except ProblemsFound as found:
        problems = found.problems
    _compare(path, problems)


@pytest.mark.parametrize("path", _cases("ladders"))
def test_a_bad_ladder_is_told_with_its_place_and_mend(path: Path, known: Known) -> None:
    try:
        _, problems = read_ladder_text(path.read_bytes(), f"rules/ladders/{path.name}", known)
    except ProblemsFound as found:
        problems = found.problems
    _compare(path, problems)


@pytest.mark.parametrize("path", _cases("lists"))
def test_a_bad_word_list_is_told_with_its_place_and_mend(path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        read_list(read_document(path.read_bytes(), f"rules/lists/{path.name}"), path.stem)
    _compare(path, caught.value.problems)


@pytest.mark.parametrize("path", _cases("config"))
def test_a_bad_config_is_told_with_its_place_and_mend(
    path: Path, sources: Mapping[str, type[SourceOptions]], channels: Mapping[str, type[ChannelOptions]]
) -> None:
    environ = {"SLACK_TOKEN": "invented", "EMPTY_TOKEN": "\n"}
    with pytest.raises(ProblemsFound) as caught:
        read_config(path, source_options=sources, channel_options=channels, environ=environ)
    _compare(path, caught.value.problems)


@pytest.mark.parametrize("path", _cases("config"))
def test_no_secret_is_printed_with_a_mistake(path: Path) -> None:
    told = path.with_suffix(".txt").read_text()
    assert [secret for secret in SECRETS if secret in told] == []


def test_every_bad_file_has_its_text_and_no_text_is_left_over() -> None:
    files = {path.with_suffix("") for path in BAD.rglob("*.yaml")}
    assert files == {path.with_suffix("") for path in BAD.rglob("*.txt")}
    assert len(files) >= 40

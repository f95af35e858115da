"""Whatever a person does to a file by accident, it is read or told; nothing else, and at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.config.read import read_config
from sentinel.errors import ProblemsFound
from sentinel.rulebook.document import read_document
from sentinel.rulebook.lists import read_list
from sentinel.rulebook.names import Known
from sentinel.rulebook.read import read_ladder_text, read_rule_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel.channels.contract import ChannelOptions
    from sentinel.sources.contract import SourceOptions

GOOD = Path(__file__).parent / "good"
KNOWN = Known(brands=frozenset({"miramar"}), sources=frozenset({"x"}), channels=frozenset({"team"}))
FILES = {
    "rule": (GOOD / "rules/limpieza.yaml").read_text(),
    "ladder": (GOOD / "rules/ladders/community.yaml").read_text(),
    "list": (GOOD / "rules/lists/cleaning.yaml").read_text(),
    "config": (GOOD / "sentinel.yaml").read_text(),
}
NASTY = ("", "0", "-1", "1e999", "null", "true", "~", "[]", "{}", "[[]]", "{a: b}", "'", '"', "é", "\u202e", "|", "99999999999999999999 years", "*a", "&a x", "!!int 1", "<<", "#", ": ", "\t", "\x00", "% 5", "x" * 500)  # fmt: skip


@pytest.fixture
def check(
    tmp_path: Path,
    sources: dict[str, type[SourceOptions]],
    channels: dict[str, type[ChannelOptions]],
) -> Callable[[str, str], None]:
    """Reads a text as a kind of file; only `ProblemsFound` may come of it, each problem printable, within a second."""

    def read(kind: str, text: str) -> None:
        if kind == "rule":
            read_rule_text(text, "rules/limpieza.yaml", KNOWN)
        elif kind == "ladder":
            read_ladder_text(text, "rules/ladders/community.yaml", KNOWN)
        elif kind == "list":
            read_list(read_document(text, "rules/lists/cleaning.yaml"), "cleaning")
        else:
            path = tmp_path / "sentinel.yaml"
            path.write_text(text)
            environ = {"SLACK_BOT_TOKEN": "invented"}
            read_config(path, source_options=sources, channel_options=channels, environ=environ)

    def try_it(kind: str, text: str) -> None:
        begun = time.perf_counter()
        told = []
        try:
            read(kind, text)
        except ProblemsFound as found:
            told = [problem.render() for problem in found.problems]
            assert told
        assert time.perf_counter() - begun < 1
        assert [each for each in told if not each.replace("\n", "").isprintable()] == []

    return try_it


@pytest.mark.parametrize("kind", FILES)
def test_a_good_file_is_good(kind: str, check: Callable[[str, str], None], good: Path) -> None:
    assert (good / "rules").is_dir()
    check(kind, FILES[kind])


@pytest.mark.parametrize("kind", FILES)
def test_one_letter_lost_anywhere(kind: str, check: Callable[[str, str], None]) -> None:
    text = FILES[kind]
    for index in range(0, len(text), max(1, len(text) // 300)):
        check(kind, text[:index] + text[index + 1 :])


@pytest.mark.parametrize("kind", FILES)
def test_one_line_lost_or_doubled_or_indented_anywhere(kind: str, check: Callable[[str, str], None]) -> None:
    lines = FILES[kind].split("\n")
    for index, line in enumerate(lines):
        for instead in ([], [line, line], [f" {line}"], [line.lstrip()], [line.replace(":", "", 1)]):
            check(kind, "\n".join([*lines[:index], *instead, *lines[index + 1 :]]))


@pytest.mark.parametrize("kind", FILES)
def test_any_value_replaced_by_something_nasty(kind: str, check: Callable[[str, str], None]) -> None:
    lines = FILES[kind].split("\n")
    for index, line in enumerate(lines):
        key, colon, _ = line.partition(": ")
        for nasty in NASTY[index % 3 :: 3]:
            instead = f"{key}{colon}{nasty}" if colon else f"{line} {nasty}"
            check(kind, "\n".join([*lines[:index], instead, *lines[index + 1 :]]))


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_two_pieces_swapped(kind: str, check: Callable[[str, str], None], data: st.DataObject) -> None:
    words = FILES[kind].split(" ")
    first = data.draw(st.integers(0, len(words) - 1))
    second = data.draw(st.integers(0, len(words) - 1))
    words[first], words[second] = words[second], words[first]
    check(kind, " ".join(words))


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200), at=st.integers(0, 400))
def test_anything_pasted_anywhere(kind: str, check: Callable[[str, str], None], text: str, at: int) -> None:
    check(kind, FILES[kind][:at] + text + FILES[kind][at:])

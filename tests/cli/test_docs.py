"""What README and docs tell people to type exists, and says what they say."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest

from sentinel.cli import VERBS, cli
from tests.cli.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("examples/**/*.yaml"),
    ]
)
COMMAND = re.compile(r"(?:^|`|\.venv/bin/|#\s+)sentinel ([a-z][^`\n|#]*)", re.MULTILINE)
MAKE = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for found in COMMAND.finditer(page.read_text(encoding="utf-8")):
            yield str(page.relative_to(ROOT)), found[1].strip()


def known(words: list[str]) -> str:
    """Nothing, or what of these words is no verb, no part of one, or none of its options."""
    command: click.Command = cli
    context = click.Context(cli)
    for word in words:
        if isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None:
                return f"no verb '{word}'"
            command = found
    options = {name for option in command.params for name in option.opts} | {"--help"}
    return ", ".join(word for word in words if word.startswith("-") and word not in {*options, "-"})


@pytest.mark.parametrize(("page", "typed"), sorted(set(commands())))
def test_every_command_in_the_docs_exists(page: str, typed: str) -> None:
    words = shlex.split(typed.replace("…", "").partition(" > ")[0])
    assert known([word.rstrip(",.;:") for word in words]) == "", page


def test_every_verb_is_told_of_somewhere_in_the_docs() -> None:
    assert {typed.split()[0].rstrip(",.;:") for _, typed in commands()} >= set(VERBS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_in_the_docs_exists(page: Path) -> None:
    assert set(MAKE.findall(page.read_text(encoding="utf-8"))) <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_in_the_docs_leads_somewhere(page: Path) -> None:
    missing = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert missing == []

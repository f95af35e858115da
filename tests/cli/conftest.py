"""A house of one's own for every test: a folder as `sentinel init` writes it, and the command as a person types it."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel import cli

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(cli.__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command came to."""

    status: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A terminal's stream that can be read afterwards."""

    def __init__(self, content: bytes = b"") -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8", newline="\n")

    def text(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Typed]:
    """Type `sentinel …`: the very command, from its arguments to its exit status."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Typed:
        out, err = _Stream(), _Stream()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["sentinel", *map(str, arguments)])
            patch.setattr(sys, "stdin", _Stream(stdin))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as left:
                cli.main()
        assert isinstance(left.value.code, int)
        return Typed(left.value.code, out.text(), err.text())

    return run


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: Callable[..., Typed]) -> Path:
    """A folder as a newcomer has it after `sentinel init Acme`; the working folder of the test."""
    monkeypatch.chdir(tmp_path)
    assert typed("init", "Acme").status == 0
    return tmp_path


def count_by_feeling(rule: Path, engine: str = "", languages: str = "") -> None:
    """Make a rule count by sentiment alone: that of `engine`, in posts of `languages`."""
    watch = f"watch:\n  languages: {languages}\n" if languages else ""
    asked = f"  engine: {engine}\n" if engine else ""
    negative = f"{watch}negative:\n  sentiment: below -0.25\n{asked}"
    text, sections = re.subn(r"(?m)^negative:.*\n(?:  .*\n)+", negative, rule.read_text())
    assert sections == 1
    rule.write_text(text)

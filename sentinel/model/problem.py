"""A mistake in a file that a person wrote: its place, the line, a caret, and the mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake (`error`) or doubt (`warning`).

    `line` and `column` count from 1; 0 when the file as a whole is meant. `message` starts with the key path where
    there is one. `source_line` is the line as written, `hint` goes beside the caret.
    """

    file: str
    line: int
    column: int
    message: str
    source_line: str = ""
    hint: str = ""
    level: Literal["error", "warning"] = "error"

    @property
    def place(self) -> str:
        """`file:line:column`, or the file alone when it is meant as a whole."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def render(self) -> str:
        """The problem as the analyst sees it; whatever it quotes, a key or a file's name, moves no terminal."""
        word = "" if self.level == "error" else "warning: "
        out = [f"{self.place}: {word}{self.message}"]
        if self.source_line:
            out.append(f"    {self.source_line}")
            out.append(f"    {' ' * max(self.column - 1, 0)}^ {self.hint}".rstrip())
        elif self.hint:
            out.append(f"    {self.hint}")
        return "\n".join(map(printable, out))


def printable(line: str) -> str:
    """A line as it may be printed: no control characters, every sign one column wide as far as can be."""
    return "".join(letter if letter.isprintable() else " " if letter == "\t" else "\ufffd" for letter in line)

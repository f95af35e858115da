"""How things look on a terminal: problems, tables, times, JSON. The one room that knows stdout from stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sentinel.model.problem import Problem


def as_json(value: object) -> str:
    """Any of our nouns as one line of JSON."""
    return msgspec.json.encode(value, enc_hook=_plain).decode()


def _plain(value: object) -> Any:
    return str(value)


def print_json(value: object) -> None:
    """One line of JSON on stdout."""
    click.echo(as_json(value))


def show_problems(problems: Sequence[Problem], *, err: bool = True) -> int:
    """Print every problem, and how many there are; the exit status is 1 when one of them is an error.

    On stderr, except for `check`, whose product they are.
    """
    errors = error_count(problems)
    for problem in problems:
        click.echo(problem.render(), err=err)
    if problems:
        click.echo(f"{count(errors, 'problem')}, {count(len(problems) - errors, 'warning')}", err=err)
    return 1 if errors else 0


def error_count(problems: Iterable[Problem]) -> int:
    """How many are mistakes, not doubts."""
    return sum(problem.level == "error" for problem in problems)


def count(n: int, word: str) -> str:
    """`1 brand`, `2 brands`."""
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def fail(sentence: str) -> int:
    """One plain sentence on stderr; exit status 1."""
    click.echo(f"sentinel: {sentence}", err=True)
    return 1


def note(sentence: str) -> None:
    """Something worth knowing, on stderr: it must not stand between the lines that were asked for."""
    click.echo(sentence, err=True)


def table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> None:
    """Columns as wide as they need to be."""
    cells = [tuple(header), *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def clock(at: datetime | None) -> str:
    """A time as people read it, in UTC; a dash for none."""
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at else "-"


def safe(text: str) -> str:
    """A text from outside on a terminal: no control characters, one line."""
    return "".join(ch if ch.isprintable() else " " for ch in text)

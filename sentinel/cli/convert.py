"""`sentinel convert`: a CSV of posts as the JSON lines that `recorded`, `replay` and `backtest` read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.options import table_type
from sentinel.cli.screen import as_json, count, note
from sentinel.cli.table_file import TableFile, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is what; None: there is none."""

    text: str
    time: str
    id: str | None
    author: str | None
    stars: str | None

    def wanted(self) -> list[str]:
        """Those that the file must have."""
        every = (self.text, self.time, self.id, self.author, self.stars)
        return [name for name in every if name is not None]


@click.command("convert")
@click.argument("file", type=table_type)
@click.option("--source", default="csv", show_default=True, help="The site's name for every post.")
@click.option("--lang", help="The language of all posts, e.g. en.")
@click.option("--text", default="text", show_default=True, help="Column of the text.")
@click.option("--time", default="timestamp", show_default=True, help="Column of the time (no zone: UTC).")
@click.option("--id", help="Column of the id; left out: made of the row and its number.")
@click.option("--author", help="Column of the author.")
@click.option("--stars", help="Column of the stars.")
def verb(file: Path, source: str, lang: str | None, **columns: Any) -> int:
    """Print the rows of FILE (a CSV with a header; - is stdin) as JSON lines of posts, for backtest, replay and `recorded`.

    Rows without a text or a usable time are named on stderr and skipped; the exit status is then 1.
    """
    which = _Columns(**{name: value and value.lower() for name, value in columns.items()})
    always = {"source": source} | ({"lang": lang} if lang else {})
    with open_table(file, which.wanted()) as table:
        bad = _print(table, which, always)
    for place in bad[:_NAMED]:
        note(f"{file}:{place} (skipped)")
    if len(bad) > _NAMED:
        note(f"{file}: {count(len(bad) - _NAMED, 'more row')} skipped")
    return 1 if bad else 0


def _print(table: TableFile, columns: _Columns, always: dict[str, str]) -> list[str]:
    """Print every row that is a post; where the others stand and what they lack."""
    bad = []
    for number, row in table.rows():
        try:
            click.echo(as_json(always | _line(row, number, columns)))
        except ValueError as problem:
            bad.append(f"{number}: {problem}")
    return bad


def _line(row: Mapping[str, str], number: int, columns: _Columns) -> dict[str, Any]:
    """A row as a post. Raises ValueError with what is missing."""
    at = _time(row[columns.time])
    if not row[columns.text].strip():
        raise ValueError("no text")
    line: dict[str, Any] = {
        "id": (row[columns.id] if columns.id else "") or _made_id(row, number),
        "text": row[columns.text],
        "published_at": at,
    }
    if columns.author and row[columns.author]:
        line["author"] = {"id": row[columns.author]}
    if columns.stars and (stars := _number(row[columns.stars])) is not None:
        line["stars"] = stars
    return line


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip().replace(" +", "+").replace(" -", "-"))  # "12:00:00 -0800"
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{text[:40]}' is no usable time: like 2026-11-22T12:00:00Z") from error


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _made_id(row: Mapping[str, str], number: int) -> str:
    return hashlib.blake2b(f"{number}{sorted(row.items())}".encode(), digest_size=8).hexdigest()

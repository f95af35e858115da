"""`sentinel convert`: a CSV of posts as the JSON lines that `recorded`, `replay` and `backtest` read."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from sentinel.cli.screen import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command("convert")
@click.argument("file", type=click.File(encoding="utf-8-sig", errors="replace"))
@click.option("--source", default="csv", show_default=True, help="The site's name for every post.")
@click.option("--text", "text_column", default="text", show_default=True, help="Column of the text.")
@click.option(
    "--time",
    "time_column",
    default="timestamp",
    show_default=True,
    help="Column of the time of publishing (no zone: UTC).",
)
@click.option("--id", "id_column", help="Column of the id; left out: made of time, text and row.")
@click.option("--author", "author_column", help="Column of the author.")
@click.option("--stars", "stars_column", help="Column of the stars.")
@click.option("--lang", help="The language of all posts, e.g. en.")
def verb(  # noqa: PLR0913  # one argument an option
    *,
    file: TextIO,
    source: str,
    text_column: str,
    time_column: str,
    id_column: str | None,
    author_column: str | None,
    stars_column: str | None,
    lang: str | None,
) -> int:
    """Print the rows of FILE, a CSV with a header, as JSON lines of posts."""
    csv.field_size_limit(10_000_000)
    rows = csv.DictReader(file)
    columns = rows.fieldnames or ()
    wanted = [text_column, time_column, id_column, author_column, stars_column]
    if missing := [name for name in wanted if name and name not in columns]:
        raise click.ClickException(f"the CSV has no column {', '.join(missing)}: it has {', '.join(columns)}")
    bad = 0
    for number, row in enumerate(rows, 2):
        at = _time(row.get(time_column) or "")
        if at is None or not row.get(text_column):
            bad += 1
            click.echo(f"row {number}: no usable {'time' if at is None else 'text'} (skipped)", err=True)
            continue
        line: dict[str, Any] = {
            "source": source,
            "id": (row.get(id_column) if id_column else None) or _made_id(row, number),
            "text": row[text_column],
            "published_at": at,
        }
        if lang:
            line["lang"] = lang
        if author_column and row.get(author_column):
            line["author"] = {"id": row[author_column]}
        if stars_column and (stars := _number(row.get(stars_column))) is not None:
            line["stars"] = stars
        click.echo(as_json(line))
    return 1 if bad else 0


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _made_id(row: Mapping[str, str], number: int) -> str:
    return hashlib.blake2b(f"{number}{sorted(row.items())}".encode(), digest_size=8).hexdigest()

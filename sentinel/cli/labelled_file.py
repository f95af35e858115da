"""Labelled posts as CSV: columns `text` and `label`, and if there are any `lang`, `source`, `entity`, `stars`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.cli.screen import count, note, safe
from sentinel.cli.table_file import open_table
from sentinel.scoring.labelled import Labelled, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NAMED = 5
_SHOWN = 40


def read_labelled(files: Iterable[Path]) -> tuple[list[Labelled], int]:
    """The posts of all files, and how many rows were left out; those are named on stderr.

    A row without a `source` is of its file. Raises click.ClickException when a file has no such columns.
    """
    posts: list[Labelled] = []
    bad: list[str] = []
    for file in files:
        with open_table(file, ["text", "label"]) as table:
            for number, row in table.rows():
                said = verdict(row["label"])
                if said is None or not row["text"].strip():
                    bad.append(f"{file}:{number}: {_wrong(row)}")
                    continue
                names = tuple(filter(None, [row.get("entity", "").strip()]))
                source = row.get("source", "").strip() or file.stem
                posts.append(
                    Labelled(
                        row["text"], said, row.get("lang", "").strip() or None, source, names, stars(row)
                    )
                )
    for told in bad[:_NAMED]:
        note(f"{told} (left out)")
    if len(bad) > _NAMED:
        note(f"{count(len(bad) - _NAMED, 'more row')} left out")
    return posts, len(bad)


def _wrong(row: dict[str, str]) -> str:
    if not row["text"].strip():
        return "there is no text"
    return f"'{safe(row['label'])[:_SHOWN]}' is no label: write neg, neu or pos"


def stars(row: dict[str, str]) -> float | None:
    """The stars of a row, or None for what is no number."""
    try:
        return float(row.get("stars", ""))
    except ValueError:
        return None

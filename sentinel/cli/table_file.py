"""CSV as people have it: commas, semicolons or tabs, a byte order mark, NULs, broken letters, any line ends."""

from __future__ import annotations

import csv
import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from sentinel.cli.screen import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LONGEST_FIELD = 10_000_000
_SHOWN = 200
_DELIMITERS = ",;\t"


@contextmanager
def open_table(path: Path, wanted: Sequence[str]) -> Iterator[TableFile]:
    """The table in a file; `-` is stdin. Raises click.ClickException when a wanted column is missing."""
    if str(path) != "-":
        with path.open(encoding="utf-8-sig", errors="replace") as text:
            yield TableFile(text, str(path), wanted)
        return
    text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
    try:
        yield TableFile(text, "stdin", wanted)
    finally:
        text.detach()  # stdin is not ours to close


class TableFile:
    """The rows of a CSV with a header, read as they come. Names of columns are taken without case and blanks.

    Wholly empty lines are no rows.
    """

    def __init__(self, text: TextIO, name: str, wanted: Sequence[str]) -> None:
        csv.field_size_limit(_LONGEST_FIELD)
        self._name = name
        lines = (line.replace("\0", "") for line in text)
        first = next((line for line in lines if line.strip()), "")
        delimiter = max(_DELIMITERS, key=first.count)
        header = next(csv.reader([first], delimiter=delimiter), [])
        self.columns = [column.strip().lower() for column in header]
        self._rows = csv.DictReader(lines, fieldnames=self.columns, delimiter=delimiter)
        if missing := [column for column in wanted if column.lower() not in self.columns]:
            has = safe(", ".join(filter(None, self.columns)))[:_SHOWN] or "none"
            raise click.ClickException(
                f"{name}: the header names no column '{missing[0]}'; the columns are: {has}"
            )

    def cells(self, *wanted: str) -> Iterator[tuple[int, list[str]]]:
        """As `rows`, of these columns alone, in this order: several times faster, for long tables."""
        last = len(self.columns) - 1
        places = [
            last - self.columns[::-1].index(column) for column in wanted
        ]  # of twins the last, as in `rows`
        lines = self._rows.reader
        try:
            for row in filter(None, lines):
                ragged = len(row) <= last
                yield lines.line_num + 1, [row[k] if not ragged or k < len(row) else "" for k in places]
        except csv.Error as error:
            raise click.ClickException(f"{self._name}:{lines.line_num + 1}: {error}") from error

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Every row with the number of its last line; a field that is not there is empty."""
        try:
            for row in self._rows:
                number = self._rows.line_num + 1  # the header was read before
                yield number, {key: value or "" for key, value in row.items() if isinstance(key, str)}
        except csv.Error as error:
            raise click.ClickException(f"{self._name}:{self._rows.line_num + 1}: {error}") from error

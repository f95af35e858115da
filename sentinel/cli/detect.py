"""`sentinel detect`: spikes in a plain series of counts, by the code that judges rules."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias, TypeVar

import click

from sentinel.cli.options import files_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from sentinel.model.phrase import Rarity

T = TypeVar("T")
Row: TypeAlias = "tuple[str, str, str, str, int]"
_HEADER = ("timestamp", "value", "usual", "score", "alert")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for: how rare a false alarm must be, the longest window looked through, the least count of a spike."""

    rarer_than: timedelta
    window: timedelta
    at_least: int


@click.command("detect")
@files_argument
@click.option("--rarer-than", default="1 a month", show_default=True, help="How rare a false alarm must be.")
@click.option("--window", default="6 hours", show_default=True, help="The longest window looked through.")
@click.option(
    "--at-least", type=click.IntRange(min=1), default=2, show_default=True, help="Fewer are no spike."
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="A folder: one answer a file, same name."
)
def verb(files: tuple[Path, ...], rarer_than: str, window: str, at_least: int, out: Path | None) -> int:
    r"""Print the rows of FILES (CSV with `timestamp,value` at even steps) with three more: usual, score, alert.

    `usual` is what the longest window that ends with the row would hold. `score` is how rare the rarest window that ends
    there is: log10 of the days between such moments by chance (0 once a day, 1.5 once a month; -9 not judged). `alert` is
    1 at the row where a new alert starts; none does on the first day. Each answer rests on its row and the ones before it
    in the file.

    The step, a minute to a day, is the middle of the differences between the times; a row off the even steps counts in
    the nearest. Times without a zone are taken as they stand, days of 23 or 25 hours too. What is odd is said on stderr:

    \b
    - a value that is missing, negative or no number, and a step without a
      row, is unseen, which is not zero: no alert starts there; write 0
      where nothing came
    - a second row for a time is a newer look at it and takes its place
    - a row out of order counts in its place for the rows after it, and is
      not judged itself; one from before the first row is left out
    """
    asked = _asked(rarer_than, window, at_least)
    if out is None and len(files) > 1:
        raise click.UsageError("several files need --out DIR")
    if out is None:
        _write(_answers(files[0], asked), sys.stdout)
        return 0
    _check_names(files, out)
    out.mkdir(parents=True, exist_ok=True)
    for path in files:
        rows = _answers(path, asked)
        with (out / path.name).open("w", newline="", encoding="utf-8") as target:
            _write(rows, target)
    return 0


def _asked(rarer_than: str, window: str, at_least: int) -> _Asked:
    from sentinel.detect.series import LONGEST_WINDOW  # noqa: PLC0415  # heavy: only when a verb runs
    from sentinel.model.phrase import parse_duration, parse_rarity, say_duration  # noqa: PLC0415  # as above

    rarity: Rarity = _phrase("--rarer-than", rarer_than, parse_rarity)
    longest: timedelta = _phrase("--window", window, parse_duration)
    if longest > LONGEST_WINDOW:
        raise click.UsageError(f"--window: at most {say_duration(LONGEST_WINDOW)}")
    return _Asked(rarity.every, longest, at_least)


def _phrase(option: str, text: str, parse: Callable[[str], T]) -> T:
    from sentinel.model.phrase import PhraseError  # noqa: PLC0415  # as above

    try:
        return parse(text)
    except PhraseError as error:
        raise click.UsageError(f"{option}: {error}; {error.hint}") from error


def _check_names(files: Sequence[Path], out: Path) -> None:
    names = [path.name for path in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"two files are called {twice[0]}: their answers would be one file")
    if any(path.resolve().parent == out.resolve() for path in files):
        raise click.UsageError(f"--out {out}: the answers would overwrite the files they are about")


def _answers(path: Path, asked: _Asked) -> Iterator[Row]:
    """The rows of one file as they are printed; it is read and judged whole before the first of them."""
    from sentinel.cli.counts_file import read_counts  # noqa: PLC0415  # heavy: only when a verb runs
    from sentinel.detect.series import judge_looks  # noqa: PLC0415  # as above

    file = read_counts(path)
    judged = judge_looks(file.places, file.counts, file.step, asked.rarer_than, asked.window, asked.at_least)
    columns = (part.tolist() for part in (judged.usual, judged.score, judged.alert))
    return (
        (stamp, value, f"{usual:.4g}", f"{score:.4g}", int(alert))
        for stamp, value, usual, score, alert in zip(file.stamps, file.values, *columns, strict=True)
    )


def _write(rows: Iterator[Row], target: TextIO) -> None:
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(rows)

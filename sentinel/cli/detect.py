"""`sentinel detect`: spikes in a plain series of counts, by the code that judges rules."""

from __future__ import annotations

import csv
import itertools
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from sentinel.cli.options import files_argument
from sentinel.cli.screen import count, note
from sentinel.cli.table_file import open_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from sentinel.model.phrase import Rarity

T = TypeVar("T")
_HEADER = ("timestamp", "value", "usual", "score", "alert")


@dataclass(frozen=True, slots=True)
class _Promise:
    """What is asked for: how rare a false alarm must be, and which window is counted."""

    rarer_than: timedelta
    window: timedelta


@click.command("detect")
@files_argument
@click.option("--rarer-than", default="1 a month", show_default=True, help="How rare a false alarm must be.")
@click.option("--window", default="6 hours", show_default=True, help="The window that is counted.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="A folder: one answer a file, same name."
)
def verb(files: tuple[Path, ...], rarer_than: str, window: str, out: Path | None) -> int:
    """Print the rows of FILES (CSV with `timestamp,value` at even steps) with three more: usual, score, alert.

    `usual` is what the window that ends with the row would hold, `score` how improbable what it holds is (-log10 of chance),
    `alert` 1 at the row where a new alert starts. Each answer rests on its row and the ones before it. A missing,
    negative or unreadable value counts as none; a row that goes back in time counts at the time of the row before it.
    """
    promise = _promise(rarer_than, window)
    if out is None and len(files) > 1:
        raise click.UsageError("several files need --out DIR")
    if out is None:
        _answer(files[0], promise, sys.stdout)
        return 0
    _check_names(files, out)
    out.mkdir(parents=True, exist_ok=True)
    for path in files:
        with (out / path.name).open("w", newline="", encoding="utf-8") as target:
            _answer(path, promise, target)
    return 0


def _promise(rarer_than: str, window: str) -> _Promise:
    from sentinel.model.phrase import parse_duration, parse_rarity  # noqa: PLC0415  # only when a verb runs

    rarity: Rarity = _phrase("--rarer-than", rarer_than, parse_rarity)
    return _Promise(rarity.every, _phrase("--window", window, parse_duration))


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


def _answer(path: Path, promise: _Promise, target: TextIO) -> None:
    from sentinel.detect.series import judge  # noqa: PLC0415  # heavy: only when a verb runs

    rows = _rows(path)
    steps = _steps(rows, path)
    judged = judge(steps.counts, steps.every, promise.rarer_than, promise.window)
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_HEADER)
    columns = (part[steps.places].tolist() for part in (judged.usual, judged.score, judged.alert))
    for (_, stamp, value), usual, score, alert in zip(rows, *columns, strict=True):
        writer.writerow([stamp, value, f"{usual:.4g}", f"{score:.4g}", int(alert)])


def _steps(rows, path):
    import numpy as np
    minutes=np.array([m for m,_,_ in rows]); d=np.diff(minutes); step=int(np.median(d)) if len(d) else 1
    pl=np.round((minutes-minutes[0])/step).astype(int)
    counts=np.full(pl[-1]+1,np.nan); counts[pl]=[_count(v) for _,_,v in rows]
    class S: pass
    s=S(); s.counts=counts; s.every=step; s.places=pl
    return s


def _rows(path: Path) -> list[tuple[int, str, str]]:
    """Every row as its minute, its stamp and its value."""
    rows: list[tuple[int, str, str]] = []
    latest, back = None, 0
    with open_table(path, ["timestamp", "value"]) as table:
        for number, row in table.rows():
            minute = _minute(row["timestamp"], f"{path}:{number}")
            back += latest is not None and minute < latest
            latest = minute if latest is None else max(latest, minute)
            rows.append((latest, row["timestamp"], row["value"]))
    if back:
        note(f"{path}: {count(back, 'row')} out of order, counted at the time of the row before")
    return rows


def _minute(stamp: str, place: str) -> int:
    try:
        at = datetime.fromisoformat(stamp.strip())
    except ValueError as error:
        says = f"{place}: '{stamp}' is no time: write it like 2026-11-22 12:00:00"
        raise click.ClickException(says) from error
    return int((at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp() // 60)


def _count(value: str) -> int:
    try:
        return max(round(float(value)), 0)
    except (ValueError, OverflowError):
        return 0

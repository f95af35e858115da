"""`sentinel detect`: spikes in a plain series of counts, by the code that judges rules."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sentinel.detect.series import SeriesDetector
from sentinel.model.phrase import PhraseError, Rarity, parse_duration, parse_rarity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

Row = tuple[str, str]


@click.command("detect")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--rarer-than", default="1 a month", show_default=True, help="How rare a false alarm must be.")
@click.option("--window", default="2 hours", show_default=True, help="The window that is counted.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="A folder: one answer a file, same name."
)
def verb(files: tuple[Path, ...], rarer_than: str, window: str, out: Path | None) -> int:
    """Read FILES (CSV `timestamp,value` at even steps) and add usual, score and alert to every row."""
    try:
        rarity, span = parse_rarity(rarer_than), parse_duration(window)
    except PhraseError as error:
        raise click.UsageError(f"{error}; {error.hint}") from error
    if len(files) > 1 and out is None:
        raise click.UsageError("several files need --out DIR")
    for path in files:
        if out is None:
            _answer(path, rarity, span, sys.stdout)
            continue
        out.mkdir(parents=True, exist_ok=True)
        with (out / path.name).open("w", newline="", encoding="utf-8") as target:
            _answer(path, rarity, span, target)
    return 0


def _answer(path: Path, rarity: Rarity, window: timedelta, target: object) -> None:
    rows = list(_rows(path))
    minutes = [_minute(path, k, stamp) for k, (stamp, _) in enumerate(rows)]
    step = max(minutes[1] - minutes[0], 1) if len(minutes) > 1 else 1
    detector = SeriesDetector(step, rarity.every, window)
    writer = csv.writer(target)  # type: ignore[arg-type]  # an open text file
    writer.writerow(["timestamp", "value", "usual", "score", "alert"])
    for (stamp, value), minute in zip(rows, minutes, strict=True):
        judged = detector.judge(minute, _count(value))
        writer.writerow([stamp, value, f"{judged.usual:.4g}", f"{judged.score:.4g}", int(judged.alert)])


def _rows(path: Path) -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        if not {"timestamp", "value"} <= set(rows.fieldnames or ()):
            raise click.ClickException(f"{path}: the header must hold timestamp and value")
        for row in rows:
            yield row["timestamp"] or "", row["value"] or ""


def _minute(path: Path, index: int, stamp: str) -> int:
    try:
        at = datetime.fromisoformat(stamp.strip())
    except ValueError as error:
        raise click.ClickException(f"{path}:{index + 2}: '{stamp}' is no timestamp") from error
    return int((at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp() // 60)


def _count(value: str) -> int:
    """A missing, negative or unreadable count counts as none."""
    try:
        return max(round(float(value)), 0)
    except (ValueError, OverflowError):
        return 0

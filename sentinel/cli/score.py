"""`sentinel score`: how negative texts are, in the order they came."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from sentinel.cli.labelled_file import stars
from sentinel.cli.options import table_type
from sentinel.cli.scorers import UNREAD, engine_option, model_option, scorer_of
from sentinel.cli.screen import as_json, note
from sentinel.cli.table_file import open_table
from sentinel.model.mention import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sentinel.model.mention import Score

_BATCH = 500


@click.command("score")
@click.argument("file", type=table_type, required=False)
@engine_option
@model_option
@click.option(
    "--explain", is_flag=True, help="Also the evidence (the words that decided), the engine and its version."
)
def verb(file: Path | None, engine: str, model: Path | None, *, explain: bool) -> int:
    """Print one JSON line for each text, in the same order: lang, polarity, negative, label, sure.

    FILE is a CSV with a `text` column (optional `lang`, `stars`); without it, every line of stdin is a text, an empty one too.

    `polarity` is -1 to 1; `negative` the probability, 0 to 1, that a person would call the text negative; `label` neg, neu or
    pos; `sure` 0 to 1. Where nothing can be read (a lone address, a language without word lists) `sure` is 0, `label` neu
    and `negative` the share of negatives among posts at large.
    """
    scorer = scorer_of(engine, model)
    if file is None and sys.stdin.isatty():
        note("type texts, one a line; Ctrl-D ends and answers")
    for batch in _batches(_rows(file) if file is not None else _lines(sys.stdin.buffer)):
        for score in scorer.score(batch):
            click.echo(as_json(_line(score, explain=explain)))
    return 0


def _batches(texts: Iterable[Text]) -> Iterator[tuple[Text, ...]]:
    ahead = iter(texts)
    while batch := tuple(itertools.islice(ahead, _BATCH)):
        yield batch


def _lines(raw: BinaryIO) -> Iterator[Text]:
    """Lines end at a line feed and nowhere else: a text may hold any other sign."""
    for number, line in enumerate(raw):
        text = line.decode("utf-8-sig" if number == 0 else "utf-8", "replace")
        yield Text(text.rstrip("\r\n").replace("\0", ""))


def _rows(file: Path) -> Iterator[Text]:
    with open_table(file, ["text"]) as table:
        for _, row in table.rows():
            yield Text(row["text"], row.get("lang") or None, stars(row))


def _line(score: Score, *, explain: bool) -> dict[str, Any]:
    line: dict[str, Any] = {
        "lang": score.lang,
        "polarity": 0.0 if score.polarity is None else score.polarity,
        "negative": UNREAD if score.negative is None else score.negative,
        "label": "neu" if score.label == "unknown" else score.label,
        "sure": score.sure,
    }
    if explain:
        line |= {"evidence": score.evidence, "engine": score.engine, "version": score.version}
    return line

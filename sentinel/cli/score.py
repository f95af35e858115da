"""`sentinel score`: how negative texts are, in the order they came."""

from __future__ import annotations

import csv
import itertools
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from sentinel.cli.screen import as_json
from sentinel.model.mention import Text
from sentinel.scoring import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.model.mention import Score

_BATCH = 500


@click.command("score")
@click.argument("file", type=click.File(encoding="utf-8-sig", errors="replace"), required=False)
@click.option("--engine", default="textblob", show_default=True, help="Which scorer.")
@click.option("--explain", is_flag=True, help="Also the words that decided, the engine and its version.")
def verb(file: TextIO | None, engine: str, *, explain: bool) -> int:
    """Score FILE, a CSV with a `text` column (optional `lang`, `stars`), or one text a line from stdin."""
    if engine not in registry.engines():
        raise click.UsageError(f"no engine is called {engine}; there is {', '.join(registry.engines())}")
    scorer = registry.scorer(engine)
    texts = _rows(file) if file is not None else (Text(line.rstrip("\r\n")) for line in sys.stdin)
    for batch in itertools.batched(texts, _BATCH) if hasattr(itertools, "batched") else _batches(texts):
        for score in scorer.score(batch):
            click.echo(as_json(_line(score, explain=explain)))
    return 0


def _batches(texts: Iterator[Text]) -> Iterator[tuple[Text, ...]]:
    while batch := tuple(itertools.islice(texts, _BATCH)):
        yield batch


def _rows(file: TextIO) -> Iterator[Text]:
    csv.field_size_limit(10_000_000)
    rows = csv.DictReader(line.replace("\0", "") for line in file)
    if "text" not in (rows.fieldnames or ()):
        raise click.ClickException(
            f"the CSV has no column 'text': it has {', '.join(rows.fieldnames or ['nothing'])}"
        )
    for row in rows:
        yield Text(row.get("text") or "", row.get("lang") or None, _stars(row.get("stars")))


def _stars(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _line(score: Score, *, explain: bool) -> dict[str, Any]:
    line: dict[str, Any] = {
        "lang": score.lang,
        "polarity": score.polarity,
        "negative": score.negative,
        "label": score.label,
        "sure": score.sure,
    }
    if explain:
        line |= {"evidence": score.evidence, "engine": score.engine, "version": score.version}
    return line

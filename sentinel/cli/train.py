"""`sentinel train`: a compact model of one's own, from one's own labelled posts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sentinel.cli.eval import answers, measure, show_figures
from sentinel.cli.labelled_file import read_labelled
from sentinel.cli.options import json_option, table_type
from sentinel.cli.screen import count, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.scoring.labelled import Labelled
    from sentinel.scoring.measures import Figures
    from sentinel.scoring.training import Fitted


@click.command("train")
@click.argument("files", nargs=-1, required=True, type=table_type)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("model.npz"), show_default=True,
    help="Where the model is written.",
)  # fmt: skip
@click.option(
    "--alone", is_flag=True, help="From these posts alone, not on top of the model that comes along."
)
@json_option
def verb(files: tuple[Path, ...], out: Path, *, alone: bool, as_json: bool) -> int:
    """Fit a model to FILES (CSVs as for `sentinel eval`) and write it, with how good it is beside the shipped one.

    The figures of the new model are of posts it was not fitted to: in five parts, each judged by a model of the other four;
    with three `source`s or more, every source by a model that has not seen it. Use it with `scoring: {model: FILE}`.

    Needs the extra `train`: pip install 'sentinel-alerts[train]'. Exit status 1 when rows had to be left out.
    """
    posts, bad = read_labelled(files)
    fitted = _fitted(posts, alone=alone)
    shipped = _shipped(posts)
    _write(out, posts, fitted)
    if as_json:
        print_json(
            {
                "model": str(out),
                "posts": len(posts),
                "new": asdict(fitted.whole),
                "shipped": asdict(shipped),
                "by_source": {name: asdict(each) for name, each in fitted.by_source.items()},
            }
        )
    else:
        _show(out, posts, fitted, shipped)
    return 1 if bad else 0


def _fitted(posts: Sequence[Labelled], *, alone: bool) -> Fitted:
    try:
        from sentinel.scoring.training import fit  # noqa: PLC0415  # heavy, and only in the extra
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"{missing.name} is not installed: pip install 'sentinel-alerts[train]'"
        ) from missing
    from sentinel.scoring.compact_engine import COMPACT, shipped  # noqa: PLC0415  # heavy: only when a verb runs

    try:
        return fit(posts, base=None if alone else shipped(COMPACT))
    except ValueError as too_few:
        raise click.ClickException(str(too_few)) from too_few


def _shipped(posts: Sequence[Labelled]) -> Figures:
    from sentinel.scoring.compact_engine import CompactScorer  # noqa: PLC0415  # heavy: only when a verb runs

    return measure(posts, answers(posts, CompactScorer().score), range(len(posts)))


def _write(out: Path, posts: Sequence[Labelled], fitted: Fitted) -> None:
    from sentinel.scoring.model import write_model  # noqa: PLC0415  # heavy: only when a verb runs

    made = datetime.now(UTC)
    card = {"posts": len(posts), "made": made.isoformat(timespec="seconds"), "figures": asdict(fitted.whole)}
    try:
        write_model(out, f"own {made:%Y-%m-%dT%H:%M:%S}", fitted.heads, card)
    except OSError as refused:
        raise click.ClickException(f"{out} cannot be written: {refused.strerror}") from refused


def _show(out: Path, posts: Sequence[Labelled], fitted: Fitted, shipped: Figures) -> None:
    lines = {"the new model": fitted.whole, "the shipped one": shipped}
    if len(fitted.by_source) > 1:
        lines |= {f"new, on {name}": each for name, each in fitted.by_source.items()}
    show_figures(lines)
    click.echo(f"\n{count(len(posts), 'post')}; the model is {out}. To use it, in sentinel.yaml:\n")
    click.echo(f"    scoring: {{model: {out}}}")

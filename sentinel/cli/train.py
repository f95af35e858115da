"""`sentinel train`: a compact model of one's own, from one's own labelled posts."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from sentinel.cli.eval import NOTHING, answers, measure, show_figures
from sentinel.cli.labelled_file import read_labelled
from sentinel.cli.options import json_option, table_type
from sentinel.cli.screen import count, note, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.scoring.labelled import Labelled
    from sentinel.scoring.measures import Figures
    from sentinel.scoring.training import Fitted

_SLOW = 2_000
_SURE = 2.0
"""Standard errors by which one model must lead before it is called better."""


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
    """Fit a model to FILES (CSVs as for `sentinel eval`) and write it, and say whether it is better than the shipped one.

    The figures of the new model are of posts it was not fitted to: in five parts, each judged by a model of the other four;
    with three `source`s or more no source is parted, so each is judged by a model that has not seen it. The shipped model
    is measured on the same posts. Use the new one with `scoring: {model: FILE}`.

    Needs the extra `train`: pip install 'sentinel-alerts[train]'. Exit status 1 when rows had to be left out.
    """
    posts, bad = read_labelled(files)
    if not posts:
        raise click.ClickException(NOTHING)
    if len(posts) > _SLOW:
        note(f"{count(len(posts), 'post')}: this takes minutes")
    fitted = _fitted(posts, alone=alone)
    compared = Compared(fitted.whole, _shipped(posts))
    _write(out, posts, fitted)
    if as_json:
        by_source = {name: asdict(each) for name, each in fitted.by_source.items()}
        about = {"model": str(out), "posts": len(posts), "better": compared.better}
        print_json(about | asdict(compared) | {"by_source": by_source})
    else:
        _show(out, compared, fitted.by_source)
    return 1 if bad else 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A new model beside the shipped one, on the same posts; the new one's figures are of posts it was not fitted to."""

    new: Figures
    shipped: Figures

    @property
    def error(self) -> float:
        """By how much chance moves the difference of the two AUCs: one standard error, their answers correlated by a half.

        Hanley and McNeil, Radiology 143 (1982) and 148 (1983).
        """
        first, second = _auc_error(self.new), _auc_error(self.shipped)
        return sqrt(first * first + second * second - first * second)

    @property
    def better(self) -> Literal["yes", "no", "unproven"]:
        """Whether the new model is the better one."""
        gain = (self.new.auc or 0.0) - (self.shipped.auc or 0.0)
        if abs(gain) <= _SURE * self.error:
            return "unproven"
        return "yes" if gain > 0 else "no"

    def verdict(self) -> str:
        """The same as a sentence."""
        figures = (
            f"AUC {self.new.auc:.3f}, the shipped one {self.shipped.auc:.3f}, on the same "
            f"{count(self.new.posts, 'post')}, none of which the new one had seen"
        )
        match self.better:
            case "yes":
                return f"The new model is better: {figures}."
            case "no":
                return f"The new model is worse, keep the shipped one: {figures}."
            case _:
                chance = f" Chance alone parts them by up to {_SURE * self.error:.3f}." if self.error else ""
                return f"Which is better cannot be told: {figures}.{chance} Label more posts."


def _auc_error(figures: Figures) -> float:
    """The standard error of one AUC (Hanley and McNeil, 1982)."""
    auc = figures.auc or 0.0
    negatives = round(figures.posts * figures.negative)
    others = figures.posts - negatives
    by_negatives = (negatives - 1) * (auc / (2 - auc) - auc * auc)
    by_others = (others - 1) * (2 * auc * auc / (1 + auc) - auc * auc)
    return sqrt((auc * (1 - auc) + by_negatives + by_others) / (negatives * others))


def _fitted(posts: Sequence[Labelled], *, alone: bool) -> Fitted:
    try:
        from sentinel.scoring.training import FOLDS, ON_TOP, fit  # noqa: PLC0415  # heavy, and only in the extra
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"`sentinel train` needs {missing.name}, which is not installed: pip install 'sentinel-alerts[train]'"
        ) from missing
    from sentinel.scoring.compact_engine import COMPACT, shipped  # noqa: PLC0415  # heavy: only when a verb runs

    try:
        with warnings.catch_warnings():
            # scikit-learn's, about its own steps: whoever labels posts can do nothing about them.
            warnings.filterwarnings("ignore", module="sklearn")
            return fit(posts) if alone else fit(posts, ON_TOP, shipped(COMPACT))
    except ValueError as too_few:
        raise click.ClickException(
            f"{too_few}. It takes {FOLDS} that are neg, {FOLDS} that are pos and {FOLDS} that are not, in more than"
            " one source where there are several; some 300 posts to be of use. `sentinel label` makes more"
        ) from too_few


def _shipped(posts: Sequence[Labelled]) -> Figures:
    """By the words alone, as the new model is measured: stars are added to either in service."""
    from sentinel.scoring.compact_engine import CompactScorer  # noqa: PLC0415  # heavy: only when a verb runs

    words = [replace(post, stars=None) for post in posts]
    return measure(words, answers(words, CompactScorer().score), range(len(words)))


def _write(out: Path, posts: Sequence[Labelled], fitted: Fitted) -> None:
    from sentinel.scoring.model import Model  # noqa: PLC0415  # heavy: only when a verb runs
    from sentinel.scoring.model_file import write_model  # noqa: PLC0415  # heavy: only when a verb runs

    made = datetime.now(UTC)
    card = {"posts": len(posts), "made": made.isoformat(timespec="seconds"), "figures": asdict(fitted.whole)}
    try:
        write_model(out, Model(f"own {made:%Y-%m-%dT%H:%M:%S}", fitted.heads, fitted.met, card))
    except OSError as refused:
        raise click.ClickException(f"{out} cannot be written: {refused.strerror}") from refused


def _show(out: Path, compared: Compared, by_source: dict[str, Figures]) -> None:
    lines = {"the new model": compared.new, "the shipped one": compared.shipped}
    if len(by_source) > 1:
        lines |= {f"new, on {name}": each for name, each in by_source.items()}
    show_figures(lines)
    click.echo(f"\n{compared.verdict()}\n")
    click.echo(f"The model is {out}. To use it, in sentinel.yaml (a path beside that file), then restart:\n")
    click.echo(f"    scoring: {{model: {out}}}")

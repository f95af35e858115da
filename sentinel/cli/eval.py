"""`sentinel eval`: how good a scorer is on posts that people have labelled, and where it errs worst."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.labelled_file import read_labelled
from sentinel.cli.options import json_option, table_type
from sentinel.cli.scorers import UNREAD, engine_option, model_option, scorer_of
from sentinel.cli.screen import count, note, print_json, safe, table
from sentinel.model.mention import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sentinel.model.mention import Score
    from sentinel.scoring.labelled import Labelled
    from sentinel.scoring.measures import Figures

NOTHING = "there is no labelled post; `sentinel label` makes some"
_BATCH = 1_000
_FEW = 200
_SHOWN = 160
_LINK = re.compile(r"https?://\S+")
_HEADER = ("", "posts", "negative", "AUC", "F1", "precision", "recall", "accuracy", "ECE", "neg called pos")


@click.command("eval")
@click.argument("files", nargs=-1, required=True, type=table_type)
@engine_option
@model_option
@click.option(
    "--worst",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="How many of the worst mistakes to show, each way.",
)
@json_option
def verb(files: tuple[Path, ...], engine: str, model: Path | None, worst: int, *, as_json: bool) -> int:
    """Measure a scorer on FILES: CSVs with `text` and `label` (neg, neu, pos), optional `lang`, `source`, `entity`, `stars`.

    \b
    negative   the share of the posts that people call negative
    AUC        the chance that a negative post is given more than another one (0.5: blind, 1: perfect)
    precision  of the posts it calls neg, how many are; recall: of those that are, how many it finds
    F1         between precision and recall, nearer to the lesser
    accuracy   how often its neg, neu or pos is what people said
    ECE        how far the probability lies from the share that is negative, on average (0: just right)

    Exit status 1 when rows had to be left out.
    """  # noqa: D301  # click's own sign: the lines of this part stay as they are
    posts, bad = read_labelled(files)
    if not posts:
        raise click.ClickException(NOTHING)
    scorer = scorer_of(engine, model)
    scores = answers(posts, scorer.score)
    groups = _groups(posts, scores)
    measured = {name: measure(posts, scores, rows) for name, rows in groups.items()}
    mistakes = _worst(posts, scores, worst)
    if as_json:
        print_json(
            {"engine": scorer.name, "version": scorer.version}
            | {"figures": {name: asdict(each) for name, each in measured.items()}, "worst": mistakes}
        )
    else:
        click.echo(f"{scorer.name} {scorer.version} on {count(len(posts), 'post')}\n")
        show_figures(measured)
        _show_mistakes(mistakes)
        if len(posts) < _FEW:
            note(
                f"\n{count(len(posts), 'post')}: too few to trust a second digit; from {_FEW} on figures hold still"
            )
    return 1 if bad else 0


def answers(posts: Sequence[Labelled], score: Callable[[Sequence[Text]], list[Score]]) -> list[Score]:
    """A scorer's answers about labelled posts, in their order."""
    asked = [Text(post.text, post.lang, post.stars, post.names) for post in posts]
    return [
        answer for start in range(0, len(asked), _BATCH) for answer in score(asked[start : start + _BATCH])
    ]


def measure(posts: Sequence[Labelled], scores: Sequence[Score], rows: Sequence[int]) -> Figures:
    """The figures over some of the posts."""
    from sentinel.scoring.measures import figures  # noqa: PLC0415  # heavy: only when a verb runs

    return figures(
        [posts[row].verdict for row in rows],
        [UNREAD if (p := scores[row].negative) is None else p for row in rows],
        [scores[row].label for row in rows],
    )


def show_figures(measured: dict[str, Figures]) -> None:
    """One line a group."""
    table(
        [
            (safe(name), f"{each.posts:,}", *(_number(value) for value in _values(each)))
            for name, each in measured.items()
        ],
        _HEADER,
    )


def _values(each: Figures) -> tuple[float | None, ...]:
    return (
        each.negative, each.auc, each.f1, each.precision, each.recall, each.accuracy, each.ece, each.called_positive,
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _groups(posts: Sequence[Labelled], scores: Sequence[Score]) -> dict[str, list[int]]:
    """All posts; those of each language, as given or else as read; those of each source."""
    from sentinel.scoring.vocabulary import LANGUAGES  # noqa: PLC0415  # heavy: only when a verb runs

    groups: dict[str, list[int]] = {"all": list(range(len(posts)))}
    for row, (post, score) in enumerate(zip(posts, scores, strict=True)):
        groups.setdefault(
            f"language {post.lang or (score.lang if score.lang in LANGUAGES else 'unknown')}", []
        ).append(row)
    for row, post in enumerate(posts):
        groups.setdefault(f"source {post.source}", []).append(row)
    return groups


def _worst(posts: Sequence[Labelled], scores: Sequence[Score], most: int) -> list[dict[str, Any]]:
    """Negatives that it holds for none, surest first; then what it holds for negative and is none. Copies once."""
    judged = {
        _LINK.sub("", post.text): (p, post, score)
        for post, score in zip(posts, scores, strict=True)
        if (p := score.negative) is not None
    }.values()
    missed = sorted((each for each in judged if each[1].verdict == "neg"), key=lambda each: each[0])
    alarms = sorted((each for each in judged if each[1].verdict != "neg"), key=lambda each: -each[0])
    return [
        {
            "label": post.verdict,
            "negative": round(p, 3),
            "called": score.label,
            "text": post.text,
            "evidence": score.evidence,
            "source": post.source,
        }
        for p, post, score in (
            *(each for each in missed[:most] if each[2].label != "neg"),
            *(each for each in alarms[:most] if each[2].label == "neg"),
        )
    ]


def _show_mistakes(mistakes: Sequence[dict[str, Any]]) -> None:
    if mistakes:
        click.echo("\nThe worst mistakes, and the words that decided:")
    for each in mistakes:
        click.echo(
            f"  {each['label']} called {each['called']} ({each['negative']:.2f})  {_line(each['text'])}"
        )
        click.echo(f"      {'; '.join(map(_line, each['evidence'])) or 'no word that it knows'}")


def _line(text: str) -> str:
    plain = " ".join(safe(text).split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"

"""`sentinel label`: an analyst's ten minutes: posts one by one, negative, neutral or positive."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from sentinel.cli.options import config_option, table_type
from sentinel.cli.plans import plan_of, store_of
from sentinel.cli.screen import count, fail, safe
from sentinel.cli.table_file import open_table
from sentinel.model.mention import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = ("text", "label", "lang", "source", "entity")
_PAGE = 1_000
_LOOKED_AT = 20_000
_KEYS: dict[str, Literal["neg", "neu", "pos"]] = {"n": "neg", "u": "neu", "p": "pos"}
_ASK = "  n negative · u neutral · p positive · s skip · b back · q quit "


@dataclass(frozen=True, slots=True)
class _Open:
    """A post that nobody has labelled yet."""

    text: str
    lang: str
    source: str
    entity: str
    unsure: float


@click.command("label")
@click.argument("file", type=table_type, required=False)
@config_option
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("labelled.csv"), show_default=True,
    help="The CSV that labels are added to.",
)  # fmt: skip
@click.option("--days", default=14, show_default=True, help="How far back posts of the store are shown.")
@click.option("--most", default=100, show_default=True, help="How many posts to show.")
def verb(file: Path | None, config: Path, out: Path, days: int, most: int) -> int:
    """Ask about posts one by one, those that the scorer is least sure of first, and add the answers to a CSV.

    The posts are those of the store, or the rows of FILE (a CSV with `text`, optional `lang`, `source`, `entity`). A post
    that stands in the CSV already is not asked again. `sentinel eval` and `sentinel train` read what is written.
    """
    done = _done(out)
    posts = _of_file(file) if file is not None else _of_store(config, days)
    waiting = sorted(_once(posts, done), key=lambda post: -post.unsure)[:most]
    if not waiting:
        return fail("there is no post that is not labelled yet")
    click.echo(f"{count(len(waiting), 'post')}; {len(done)} labelled before.\n")
    labelled = _ask(waiting)
    _add(out, labelled)
    click.echo(f"\n{count(len(labelled), 'label')} added to {out}.")
    return 0


def _ask(waiting: Sequence[_Open]) -> list[tuple[_Open, str]]:
    """One key a post; `b` goes back to the one before."""
    said: dict[int, str] = {}
    at = 0
    while at < len(waiting):
        post = waiting[at]
        click.echo(f"{at + 1}/{len(waiting)}  {safe(post.entity)}  {safe(post.source)}\n  {safe(post.text)}")
        click.echo(_ask_line(said.get(at)), nl=False)
        key = click.getchar().lower()
        click.echo(_KEYS.get(key, ""))
        if key in {"q", "\x03", "\x04"}:
            break
        if key == "b":
            at = max(at - 1, 0)
        elif key == "s":
            said.pop(at, None)
            at += 1
        elif key in _KEYS:
            said[at] = _KEYS[key]
            at += 1
    return [(waiting[place], label) for place, label in sorted(said.items())]


def _ask_line(before: str | None) -> str:
    return f"{_ASK}({before}) " if before else _ASK


def _done(out: Path) -> set[str]:
    if not out.exists():
        return set()
    with open_table(out, ["text", "label"]) as table:
        return {row["text"] for _, row in table.rows()}


def _once(posts: Iterable[_Open], done: set[str]) -> list[_Open]:
    return list({post.text: post for post in posts if post.text.strip() and post.text not in done}.values())


def _of_file(file: Path) -> list[_Open]:
    from sentinel.scoring.compact_engine import CompactScorer  # noqa: PLC0415  # heavy: only when a verb runs

    with open_table(file, ["text"]) as table:
        rows = [row for _, row in table.rows()]
    scores = CompactScorer().score([Text(row["text"], row.get("lang") or None) for row in rows])
    return [
        _Open(
            row["text"],
            row.get("lang", ""),
            row.get("source", "") or file.stem,
            row.get("entity", ""),
            1 - score.sure,
        )
        for row, score in zip(rows, scores, strict=True)
    ]


def _of_store(config: Path, days: int) -> list[_Open]:
    plan = plan_of(config)
    store = store_of(plan)
    since, after = datetime.now(UTC) - timedelta(days=days), 0
    posts: list[_Open] = []
    while len(posts) < _LOOKED_AT and (rows := store.mentions(since, after, _PAGE)):
        for _, post, mentions in rows:
            for mention in mentions:
                name = (
                    plan.config.brands[mention.brand].terms[0] if mention.brand in plan.config.brands else ""
                )
                lang = post.lang or mention.score.lang or ""
                posts.append(_Open(post.text, lang, post.source, name, 1 - mention.score.sure))
        after = rows[-1][0]
    return posts


def _add(out: Path, labelled: Sequence[tuple[_Open, str]]) -> None:
    new = not out.exists()
    with out.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        if new:
            rows.writerow(COLUMNS)
        rows.writerows((post.text, label, post.lang, post.source, post.entity) for post, label in labelled)

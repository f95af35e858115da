"""`sentinel label`: an analyst's ten minutes: posts one by one, negative, neutral or positive."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import click

from sentinel.cli.options import config_option, table_type
from sentinel.cli.plans import plan_of, store_of
from sentinel.cli.scorers import UNREAD
from sentinel.cli.screen import count, fail, safe
from sentinel.cli.table_file import open_table
from sentinel.folding import folded
from sentinel.model.mention import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from sentinel.model.mention import Score

COLUMNS = ("text", "label", "lang", "source", "entity")
_PAGE = 1_000
_LOOKED_AT = 20_000
_KEYS: dict[str, Literal["neg", "neu", "pos"]] = {"n": "neg", "u": "neu", "p": "pos"}
_ASK = "  n negative · u neutral · p positive · s skip · b back · q quit "
_SHOWN = {"s": "skipped", "b": "back", "q": "quit", **_KEYS}
_END = "q"
_ENDS = {_END, "\x03", "\x04"}
_LINK = re.compile(r"https?://\S+")


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
@click.option(
    "--days", type=click.IntRange(1, 3650), default=14, show_default=True,
    help="How far back posts of the store are shown.",
)  # fmt: skip
@click.option(
    "--most", type=click.IntRange(1), default=100, show_default=True, help="How many posts to show."
)
def verb(file: Path | None, config: Path, out: Path, days: int, most: int) -> int:
    """Ask about posts one by one, those that the scorer is least sure of first, and add the answers to a CSV.

    The posts are those of the store, or the rows of FILE (a CSV with `text`, optional `lang`, `source`, `entity`). A post
    that stands in the CSV already is not asked again; copies of one text are asked once. `sentinel eval` and `sentinel
    train` read what is written.

    Every answer is written as it is given: q, Ctrl-C or a closed terminal lose none.
    """
    done = _done(out)
    posts = _of_file(file) if file is not None else _of_store(config, days)
    waiting = sorted(_once(posts, done), key=lambda post: -post.unsure)[:most]
    if not waiting:
        return fail(_nothing(file, days, out, labelled=len(done)))
    with _Sheet(out) as sheet:
        click.echo(f"{count(len(waiting), 'post')} to label; {out} holds {count(len(done), 'label')}.\n")
        added = _walk(waiting, sheet)
    click.echo(f"\n{count(added, 'label')} added to {out}.")
    return 0


def _nothing(file: Path | None, days: int, out: Path, *, labelled: int) -> str:
    where = f"in {file}" if file is not None else f"in the store, from the last {count(days, 'day')}"
    if labelled:
        return f"there is no post {where} that {out} does not hold already"
    return f"there is no post {where}" + ("" if file is not None else ": --days looks farther back")


def _walk(waiting: Sequence[_Open], sheet: _Sheet) -> int:
    """One key a post; `b` goes back to the one before. How many are labelled in the end."""
    said: dict[int, str] = {}
    at = 0
    keys = _typed()
    while at < len(waiting):
        _show(at, waiting, said.get(at))
        key = next(key for key in keys if key in _SHOWN)
        click.echo(_SHOWN[key])
        if key == _END:
            break
        if key == "b":
            at = max(at - 1, 0)
            continue
        if key in _KEYS:
            said[at] = _KEYS[key]
        elif key == "s":
            said.pop(at, None)
        sheet.write([(waiting[place], label) for place, label in sorted(said.items())])
        at += 1
    return len(said)


def _typed() -> Iterator[str]:
    """Keys as they are struck; `q` for every other way out, and for ever after the end of input.

    Whoever types ahead sends several keys at once; an arrow or a function key is several signs and none of ours.
    """
    first = True
    while True:
        try:
            struck = click.getchar()
        except (KeyboardInterrupt, EOFError):
            struck = _END
        except OSError as gone:
            if first:
                raise click.ClickException("labels are typed at a terminal, and there is none") from gone
            struck = _END
        first = False
        if struck.startswith("\x1b"):
            continue
        for key in struck.lower() or _END:
            yield _END if key in _ENDS else key


def _show(at: int, waiting: Sequence[_Open], before: str | None) -> None:
    post = waiting[at]
    about = " · ".join(filter(None, map(safe, (post.entity, post.source))))
    click.echo(f"{at + 1}/{len(waiting)}  {about}\n  {safe(post.text)}")
    click.echo(f"{_ASK}({before}) " if before else _ASK, nl=False)


# ── the CSV ────────────────────────────────────────────────────────────────────────────────────────────────


class _Sheet:
    """The CSV: what stood in it stays, and behind it stand the answers of this walk."""

    def __init__(self, out: Path) -> None:
        """Opened before the first question: a file that cannot be written is told before, not after ten minutes.

        Raises click.ClickException when it has other columns than `COLUMNS`.
        """
        self._out = out
        try:
            self._file = out.open("a+b")
        except OSError as refused:
            raise click.ClickException(f"{out} cannot be written: {refused.strerror}") from refused
        self._file.seek(0)
        before = self._file.read()
        self._ends = len(before)
        header = before.lstrip().partition(b"\n")[0].decode("utf-8-sig", "replace").strip()
        if header not in {"", ",".join(COLUMNS)}:
            self._file.close()
            raise click.ClickException(
                f"{out} has not the columns {','.join(COLUMNS)}, with commas: name another file with -o"
                " (eval and train read several)"
            )
        self._lead = "" if not before or before.endswith(b"\n") else "\r\n"
        self._headed = bool(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self._out.stat().st_size == 0:
            self._out.unlink()

    def write(self, labelled: Sequence[tuple[_Open, str]]) -> None:
        """All answers of this walk in place of those written before: a person may go back."""
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        if not self._headed:
            rows.writerow(COLUMNS)
        rows.writerows((post.text, label, post.lang, post.source, post.entity) for post, label in labelled)
        self._file.truncate(self._ends)
        if labelled:
            self._file.write((self._lead + text.getvalue()).encode("utf-8", "replace"))
        self._file.flush()


def _done(out: Path) -> set[str]:
    if not out.exists() or out.stat().st_size == 0:
        return set()
    with open_table(out, ["text", "label"]) as table:
        return {_words(row["text"]) for _, row in table.rows()}


# ── the posts ──────────────────────────────────────────────────────────────────────────────────────────────


def _once(posts: Iterable[_Open], done: set[str]) -> list[_Open]:
    """One post of those with the same words; none without words."""
    found: dict[str, _Open] = {}
    for post in posts:
        if (words := _words(post.text)) and words not in done:
            found.setdefault(words, post)
    return list(found.values())


def _words(text: str) -> str:
    """A text apart from its links and spaces."""
    return " ".join(_LINK.sub(" ", text.replace("\0", "")).split())


def _unsure(score: Score) -> float:
    """How much a label would teach: what the scorer knows nothing of is often a bare name or a lone word, so not first."""
    return 1 - (score.sure if score.negative is not None else abs(2 * UNREAD - 1))


def _of_file(file: Path) -> list[_Open]:
    from sentinel.scoring.compact_engine import CompactScorer  # noqa: PLC0415  # heavy: only when a verb runs

    with open_table(file, ["text"]) as table:
        rows = [row for _, row in table.rows()]
    texts = [
        Text(row["text"], row.get("lang") or None, names=tuple(filter(None, [row.get("entity")])))
        for row in rows
    ]
    return [
        _Open(
            row["text"],
            row.get("lang") or score.lang or "",
            row.get("source") or file.stem,
            row.get("entity", ""),
            _unsure(score),
        )
        for row, score in zip(rows, CompactScorer().score(texts), strict=True)
    ]


def _of_store(config: Path, days: int) -> list[_Open]:
    plan = plan_of(config)
    store = store_of(plan)
    since, after = datetime.now(UTC) - timedelta(days=days), 0
    posts: list[_Open] = []
    while len(posts) < _LOOKED_AT and (rows := store.mentions(since, after, _PAGE)):
        for _, post, mentions in rows:
            for mention in mentions:
                brand = plan.config.brands.get(mention.brand)
                name = _named(post.text, brand.terms) if brand else ""
                lang = post.lang or mention.score.lang or ""
                posts.append(_Open(post.text, lang, post.source, name, _unsure(mention.score)))
        after = rows[-1][0]
    return posts


def _named(text: str, terms: Sequence[str]) -> str:
    """The longest of the names that stand in the text, for it is the one to be masked."""
    plain = folded(text)
    return max((term for term in terms if folded(term) in plain), key=len, default=terms[0])

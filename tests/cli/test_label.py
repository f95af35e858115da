"""label: a key a post, and no answer lost however the walk ends."""

from __future__ import annotations

import csv
import io
import os
import pty
import re
import subprocess
import sys
import termios
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from sentinel.model.mention import Counted, Mention, Score
from sentinel.model.post import Post, SourceName
from sentinel.store.contract import Batch
from sentinel.store.open import open_store
from tests.cli.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Typed

POSTS = ("the lift is late", "this is awful", "I love it", "we open at nine")
HEADER = "text,label,lang,source,entity"
_LOCAL = 3
"""Where the local modes stand among a terminal's settings."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("posts.csv").write_text("text\n" + "".join(f"{text}\n" for text in POSTS))


@pytest.fixture
def walk(typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Typed]:
    """`sentinel label` with these keys struck one after the other; an exception is what the terminal raises."""

    def run(keys: str | list[str | BaseException], *arguments: str) -> Typed:
        struck: Iterator[str | BaseException] = iter(keys)

        def getchar() -> str:
            key = next(struck)
            if isinstance(key, BaseException):
                raise key
            return key

        monkeypatch.setattr(click, "getchar", getchar)
        return typed("label", *(arguments or ("posts.csv",)))

    return run


def labels(out: str = "labelled.csv") -> list[str]:
    """The labels in the file, one a row."""
    return [row["label"] for row in csv.DictReader(io.StringIO(Path(out).read_text()))]


def test_a_key_a_post_makes_rows_that_eval_reads(
    walk: Callable[..., Typed], typed: Callable[..., Typed]
) -> None:
    answer = walk("nupn")
    assert (answer.status, answer.err) == (0, "")
    assert "4 posts to label; labelled.csv holds 0 labels." in answer.out
    assert "4 labels added to labelled.csv." in answer.out
    assert labels() == ["neg", "neu", "pos", "neg"]
    assert typed("eval", "labelled.csv").status == 0


@pytest.mark.parametrize(
    ("end", "status"),
    [
        pytest.param(["q"], 0, id="q"),
        pytest.param(["Q"], 0, id="a capital"),
        pytest.param([KeyboardInterrupt()], 0, id="Ctrl-C"),
        pytest.param(["\x03"], 0, id="Ctrl-C as a sign"),
        pytest.param([EOFError()], 0, id="Ctrl-D"),
        pytest.param([""], 0, id="the end of input"),
        pytest.param([OSError(5, "Input/output error")], 0, id="a terminal that is closed"),
        pytest.param([RuntimeError("nobody foresaw it")], 1, id="a mistake of our own"),
    ],
)
def test_no_answer_is_lost_however_the_walk_ends(
    walk: Callable[..., Typed], end: list[str | BaseException], status: int
) -> None:
    assert walk(["n", "p", *end]).status == status
    assert labels() == ["neg", "pos"]


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        pytest.param("nbpq", ["pos"], id="back and another answer"),
        pytest.param("nbsq", [], id="back and skipped"),
        pytest.param("bbnq", ["neg"], id="back from the first stays there"),
        pytest.param("xyznq", ["neg"], id="keys that mean nothing"),
        pytest.param(["np", "q"], ["neg", "pos"], id="typed ahead"),
        pytest.param(["\x1b[A", "n", "q"], ["neg"], id="an arrow"),
        pytest.param("snsnq", ["neg", "neg"], id="skipped"),
    ],
)
def test_a_person_may_think_again(
    walk: Callable[..., Typed], keys: str | list[str | BaseException], left: list[str]
) -> None:
    assert walk(keys).status == 0
    assert (labels() if left else Path("labelled.csv").exists()) == (left or False)


def test_a_walk_without_an_answer_leaves_no_file(walk: Callable[..., Typed]) -> None:
    assert walk("q").status == 0
    assert not Path("labelled.csv").exists()


def test_what_is_labelled_is_not_asked_again(walk: Callable[..., Typed]) -> None:
    walk("nnq")
    before = Path("labelled.csv").read_bytes()
    answer = walk("pbuq")
    assert "2 posts to label; labelled.csv holds 2 labels." in answer.out
    assert Path("labelled.csv").read_bytes().startswith(before)
    assert labels() == ["neg", "neg", "neu"]
    walk("p")
    answer = walk("n")
    assert (answer.status, answer.out) == (1, "")
    assert "there is no post in posts.csv that labelled.csv does not hold already" in answer.err


def test_copies_are_asked_once_and_empty_texts_never(walk: Callable[..., Typed]) -> None:
    Path("posts.csv").write_text('text\nawful https://a.example/1\nawful  https://a.example/2\n" "\n"a\nb"\n')
    assert "2 posts to label" in walk("q").out


def test_a_file_that_an_editor_left_without_its_last_line_end_is_gone_on_with(
    walk: Callable[..., Typed],
) -> None:
    Path("labelled.csv").write_text(f"\ufeff{HEADER}\nthis is awful,neg,,,")
    walk("pq")
    assert len(Path("labelled.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("text,label\na,neg\n", "name another file with -o", id="other columns"),
        pytest.param(f"{HEADER.replace(',', ';')}\na;neg;;;\n", "with commas", id="semicolons"),
        pytest.param("a,b\n", "no column 'text'", id="no such table"),
    ],
)
def test_a_csv_of_another_make_is_left_alone(walk: Callable[..., Typed], content: str, says: str) -> None:
    Path("labelled.csv").write_text(content)
    answer = walk([])
    assert (answer.status, answer.out) == (1, "")
    assert says in answer.err
    assert Path("labelled.csv").read_text() == content


def test_a_csv_that_cannot_be_written_is_told_before_the_first_question(walk: Callable[..., Typed]) -> None:
    answer = walk([], "posts.csv", "-o", "nowhere/labelled.csv")
    assert (answer.status, answer.out) == (1, "")
    assert "nowhere/labelled.csv cannot be written: No such file or directory" in answer.err


def test_without_a_terminal_it_says_so(walk: Callable[..., Typed]) -> None:
    answer = walk([OSError(6, "No such device or address")])
    assert answer.status == 1
    assert "labels are typed at a terminal" in answer.err


def test_an_empty_store_says_where_else_to_look(house: Path, walk: Callable[..., Typed]) -> None:
    answer = walk([], "--days", "3")
    assert answer.status == 1
    assert "no post in the store, from the last 3 days: --days looks farther back" in answer.err


def test_posts_of_the_store_come_with_the_name_that_stands_in_them(
    house: Path, walk: Callable[..., Typed]
) -> None:
    settings = house / "sentinel.yaml"
    settings.write_text(re.sub(r"terms: \[.*?\]", 'terms: ["Acme", "@acme_hotels"]', settings.read_text()))
    now = datetime.now(UTC)
    old = replace(_post("1", "Acme, two months ago", now), published_at=now - timedelta(days=60))
    posts = [old, _post("2", "the lift at @ACME_hotels is late", now), _post("3", "Acme is awful", now)]
    store = open_store("sqlite:///var/sentinel.db", house)
    store.keep(Batch(SourceName("fediverse"), [Counted(post, (_mention(post),)) for post in posts], now))
    store.close()
    assert "2 posts to label" in walk("nn", "--days", "14").out
    rows = {row["text"]: row for row in csv.DictReader(io.StringIO(Path("labelled.csv").read_text()))}
    late = rows["the lift at @ACME_hotels is late"]
    assert (late["entity"], late["lang"], late["source"]) == ("@acme_hotels", "en", "mastodon")
    assert rows["Acme is awful"]["entity"] == "Acme"


def _post(name: str, text: str, at: datetime) -> Post:
    return Post(source="mastodon", id=name, text=text, published_at=at, seen_at=at)


def _mention(post: Post) -> Mention:
    return Mention(post, "acme", Score("en", -0.5, 0.7, "neg", 0.4))


def test_what_the_scorer_doubts_is_asked_before_what_is_plain(walk: Callable[..., Typed]) -> None:
    Path("posts.csv").write_text("text\nthis is awful, a disgrace, never again\nxyzzy\nthe lift is late\n")
    shown = walk("q").out
    assert "1/3" in shown
    assert "never again" not in shown


def test_at_a_real_terminal_ctrl_c_keeps_the_answers() -> None:
    """The keys go through a terminal of the system's, raw mode and all."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sentinel", "label", "posts.csv"]
    with subprocess.Popen(  # noqa: S603  # our own verb
        command, stdin=theirs, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        for key in (b"n", b"p", b"\x03"):
            _asked(process.stdout.fileno(), theirs)
            os.write(ours, key)
        process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert labels() == ["neg", "pos"]


def _asked(stream: int, terminal: int) -> None:
    """Wait for the question, and until the terminal is raw: what is typed before that is thrown away."""
    seen = b""
    while b"q quit " not in seen:
        more = os.read(stream, 4096)
        assert more, seen.decode()
        seen += more
    while termios.tcgetattr(terminal)[_LOCAL] & termios.ICANON:
        os.sched_yield()

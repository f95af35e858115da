"""eval: figures of a scorer on labelled posts, its worst mistakes, and what it says of files it cannot use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

POSTS = """text,label,lang,source
this is awful,neg,en,x
una vergüenza,Negativo,es,x
I love it,1,en,reviews
we open at nine,neu,en,reviews
"""
MISTAKES = """text,label
this is awful https://a.example/1,pos
this is awful https://a.example/2,pos
I love it\x1b[2J,neg
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("posts.csv").write_text(POSTS)


def test_figures_are_of_all_of_each_language_and_of_each_source(typed: Callable[..., Typed]) -> None:
    answer = typed("eval", "posts.csv")
    assert answer.status == 0
    assert answer.out.startswith("compact ")
    assert " on 4 posts\n" in answer.out
    begun = [line.split("  ")[0] for line in answer.out.splitlines()]
    assert begun[3:8] == ["all", "language en", "language es", "source x", "source reviews"]
    assert "too few to trust" in answer.err


def test_for_machines_they_are_json(typed: Callable[..., Typed]) -> None:
    answer = typed("eval", "posts.csv", "--json")
    found = json.loads(answer.out)
    assert (answer.err, found["engine"], found["figures"]["all"]["posts"]) == ("", "compact", 4)
    assert found["figures"]["all"]["negative"] == 0.5
    assert set(found) == {"engine", "version", "figures", "worst"}


def test_the_worst_mistakes_are_named_once_with_the_words_that_decided(typed: Callable[..., Typed]) -> None:
    Path("posts.csv").write_text(MISTAKES)
    out = typed("eval", "posts.csv").out
    assert "pos called neg" in out
    assert "neg called pos" in out
    assert out.count("this is awful https") == 1
    assert "\x1b" not in out
    assert "The worst mistakes" not in typed("eval", "posts.csv", "--worst", "0").out


def test_a_language_that_is_not_given_is_the_one_read(typed: Callable[..., Typed]) -> None:
    Path("posts.csv").write_text(
        "text,label\nesto es una vergüenza y nadie responde,neg\nhttps://a.example,neu\n"
    )
    figures = json.loads(typed("eval", "posts.csv", "--json").out)["figures"]
    assert list(figures) == ["all", "language es", "language unknown", "source posts"]


def test_rows_that_are_left_out_are_named(typed: Callable[..., Typed]) -> None:
    Path("odd.csv").write_text("text,label\ngood,pos\n ,neg\nbad,angry\n" + "bad,?\n" * 5)
    answer = typed("eval", "odd.csv")
    assert answer.status == 1
    assert "odd.csv:3: there is no text (left out)" in answer.err
    assert "odd.csv:4: 'angry' is no label: write neg, neu or pos (left out)" in answer.err
    assert "2 more rows left out" in answer.err


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        pytest.param(["bare.csv"], 1, "no column 'label'; the columns are: text", id="no labels"),
        pytest.param(
            ["empty.csv"], 1, "there is no labelled post; `sentinel label` makes some", id="no post"
        ),
        pytest.param(["posts.csv", "--engine", "compct"], 2, "did you mean 'compact'?", id="misspelt"),
        pytest.param(
            ["posts.csv", "--engine", "lexicon", "--model", "posts.csv"],
            2,
            "lexicon takes no --model",
            id="lexicon",
        ),
        pytest.param(["posts.csv", "--engine", "transformer"], 2, "needs --model FOLDER", id="no folder"),
        pytest.param(
            ["posts.csv", "--engine", "transformer", "--model", "."],
            2,
            "holds no model.onnx",
            id="another folder",
        ),
        pytest.param(["posts.csv", "--model", "."], 2, "Is a directory", id="a folder for a file"),
        pytest.param(
            ["posts.csv", "--model", "posts.csv"], 2, "posts.csv is no model of sentinel", id="no model"
        ),
        pytest.param(["posts.csv", "--worst", "-1"], 2, "--worst", id="fewer than none"),
    ],
)
def test_what_cannot_be_measured_is_told_with_the_mend(
    typed: Callable[..., Typed], arguments: list[str], *, status: int, says: str
) -> None:
    Path("bare.csv").write_text("text\na\n")
    Path("empty.csv").write_text("text,label\n")
    answer = typed("eval", *arguments)
    assert (answer.status, answer.out) == (status, "")
    assert says in answer.err


@pytest.mark.parametrize("engine", ["compact", "lexicon", "textblob"])
def test_every_engine_that_comes_along_is_measured(typed: Callable[..., Typed], engine: str) -> None:
    assert typed("eval", "posts.csv", "--engine", engine).out.startswith(f"{engine} ")

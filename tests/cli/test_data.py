"""score, convert: tables in, lines out, in the same order, whatever is in them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

KEYS = ["lang", "polarity", "negative", "label", "sure"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lines(answer: Typed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.out.splitlines()]


def rows(answer: Typed) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.out)))


# ── score ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_line_of_stdin_is_a_text_an_empty_one_too(typed: Callable[..., Typed]) -> None:
    text = b"\xef\xbb\xbfThis is terrible\r\n\nI love it\n\x0b\x85\xff \x00 awful\nno line feed: great"
    answer = typed("score", stdin=text)
    found = lines(answer)
    assert answer.status == 0
    assert [one["label"] for one in found] == ["neg", "neu", "pos", "neg", "pos"]
    assert all(list(one) == KEYS for one in found)


def test_what_nobody_can_read_is_neu_with_no_sureness(typed: Callable[..., Typed]) -> None:
    [found] = lines(typed("score", stdin=b"xyzzy\n"))
    assert (found["label"], found["polarity"], found["negative"], found["sure"]) == ("neu", 0, 0.3, 0)


def test_more_lines_than_a_batch_keep_their_order(typed: Callable[..., Typed]) -> None:
    texts = [b"this is awful" if k % 3 else b"this is great" for k in range(1201)]
    found = lines(typed("score", stdin=b"\n".join(texts)))
    assert [one["label"] for one in found] == ["neg" if text == b"this is awful" else "pos" for text in texts]


@pytest.mark.parametrize(
    ("content", "labels"),
    [
        pytest.param(b"text,lang\nawful,en\ngreat,en\n", ["neg", "pos"], id="plain"),
        pytest.param(b"\xef\xbb\xbftext\r\nthis is awful\r\n", ["neg"], id="a byte order mark and CRLF"),
        pytest.param(b"Text;Lang\nawful;en\n", ["neg"], id="semicolons and capitals"),
        pytest.param(b"id\ttext\n1\tawful, really\n", ["neg"], id="tabs"),
        pytest.param(b'text,lang\n"awful,\r\n\r\nbad",en\n', ["neg"], id="a text of several lines"),
        pytest.param(b"text,lang\n,en\nawful,en\n", ["neu", "neg"], id="an empty text"),
        pytest.param(b"text\nthis is awf\x00ul\n", ["neg"], id="a NUL"),
        pytest.param(b"text\n\xff\xfe awful\n", ["neg"], id="broken letters"),
        pytest.param(b'text\n"this is awful', ["neg"], id="a quote that is not closed"),
        pytest.param(b"lang,text\nen\nen,awful,too,many\n", ["neu", "neg"], id="ragged rows"),
        pytest.param(b"text,stars\ngreat,1\ngreat,many\n", ["neg", "pos"], id="stars and no stars"),
        pytest.param(b"text\n", [], id="a header alone"),
    ],
)
def test_a_csv_is_read_as_people_have_it(
    typed: Callable[..., Typed], content: bytes, labels: list[str]
) -> None:
    Path("texts.csv").write_bytes(content)
    answer = typed("score", "texts.csv")
    assert (answer.status, answer.err) == (0, "")
    assert [one["label"] for one in lines(answer)] == labels


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x7fELF\x02\x01\x1b[2J"])
def test_a_file_without_the_column_is_told_and_cannot_move_the_terminal(
    typed: Callable[..., Typed], content: bytes
) -> None:
    Path("texts.csv").write_bytes(content)
    answer = typed("score", "texts.csv")
    assert (answer.status, answer.out) == (1, "")
    assert "texts.csv: the header names no column 'text'" in answer.err
    assert "\x1b" not in answer.err


def test_the_words_that_decided_are_shown_when_asked(typed: Callable[..., Typed]) -> None:
    [found] = lines(typed("score", "--explain", stdin=b"this is awful\n"))
    assert (list(found), found["engine"]) == ([*KEYS, "evidence", "engine", "version"], "compact")
    assert any("awful" in words for words in found["evidence"])


# ── convert ────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_become_posts_that_backtest_reads(house: Path, typed: Callable[..., Typed]) -> None:
    Path("posts.csv").write_text(
        "when,what,who,rating\n2026-01-01 12:00:00 -0800,Acme is bad,ada,1\n2026-01-02,Acme,,\n"
    )
    columns = ("--time", "when", "--text", "what", "--author", "who", "--stars", "rating")
    answer = typed("convert", "posts.csv", "--source", "x", "--lang", "en", *columns)
    first, second = lines(answer)
    assert answer.status == 0
    assert first | {"id": ""} == {
        "source": "x",
        "lang": "en",
        "id": "",
        "text": "Acme is bad",
        "published_at": "2026-01-01T20:00:00Z",
        "author": {"id": "ada"},
        "stars": 1.0,
    }
    assert "author" not in second
    assert first["id"] != second["id"]
    Path("posts.jsonl").write_text(answer.out)
    assert "0 incidents in 2 lines, 2 mentions" in typed("backtest", "posts.jsonl").out


def test_rows_that_are_no_posts_are_named_and_skipped(typed: Callable[..., Typed]) -> None:
    Path("p.csv").write_text(
        "text,timestamp\ngood,2026-01-01\n ,2026-01-01\nx,soon\nx,9999-12-31T23:59:59-23:00\n" + "y,\n" * 9
    )
    answer = typed("convert", "p.csv")
    assert (answer.status, len(lines(answer))) == (1, 1)
    assert "p.csv:3: no text (skipped)" in answer.err
    assert "p.csv:4: 'soon' is no usable time" in answer.err
    assert "p.csv: 7 more rows skipped" in answer.err


def test_a_column_that_is_not_there_is_told(typed: Callable[..., Typed]) -> None:
    Path("p.csv").write_text("text,timestamp\n")
    answer = typed("convert", "p.csv", "--stars", "Rating")
    assert (answer.status, "no column 'rating'; the columns are: text, timestamp" in answer.err) == (1, True)

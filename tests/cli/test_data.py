"""score, detect, convert: tables in, lines out, in the same order, whatever is in them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    assert [one["label"] for one in found] == ["neg", "unknown", "pos", "neg", "pos"]
    assert all(list(one) == KEYS for one in found)


def test_what_no_engine_can_read_is_unknown_and_not_neutral(typed: Callable[..., Typed]) -> None:
    [found] = lines(typed("score", stdin=b"xyzzy\n"))
    assert (found["label"], found["polarity"], found["negative"], found["sure"]) == ("unknown", 0, 0.28, 0)


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
        pytest.param(b"text,lang\n,en\nawful,en\n", ["unknown", "neg"], id="an empty text"),
        pytest.param(b"text\nthis is awf\x00ul\n", ["neg"], id="a NUL"),
        pytest.param(b"text\n\xff\xfe awful\n", ["neg"], id="broken letters"),
        pytest.param(b'text\n"this is awful', ["neg"], id="a quote that is not closed"),
        pytest.param(b"lang,text\nen\nen,awful,too,many\n", ["unknown", "neg"], id="ragged rows"),
        pytest.param(b"text,stars\nok,1\nok,many\n", ["neg", "unknown"], id="stars and no stars"),
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
    assert (found["evidence"], found["engine"]) == (["awful"], "textblob")


# ── detect ─────────────────────────────────────────────────────────────────────────────────────────────────


def series(values: Sequence[object], minutes: int = 30) -> str:
    stamps = [
        f"2026-01-{1 + k * minutes // 1440:02} {k * minutes // 60 % 24:02}:{k * minutes % 60:02}:00"
        for k in range(len(values))
    ]
    return "timestamp,value\n" + "".join(
        f"{stamp},{value}\n" for stamp, value in zip(stamps, values, strict=True)
    )


def test_every_row_comes_back_with_its_answer_and_a_storm_alerts_once(typed: Callable[..., Typed]) -> None:
    values: Sequence[object] = [2, 3, 1, 2] * 100 + [60, 80, 70] + [2, 3] * 4
    Path("counts.csv").write_text(series(values))
    answer = typed("detect", "counts.csv")
    found = rows(answer)
    assert answer.status == 0
    assert list(found[0]) == ["timestamp", "value", "usual", "score", "alert"]
    assert [row["value"] for row in found] == [str(value) for value in values]
    assert [k for k, row in enumerate(found) if row["alert"] == "1"] == [400]


def test_an_answer_rests_on_its_row_and_the_ones_before(typed: Callable[..., Typed]) -> None:
    values: Sequence[object] = [2, 3, 1, 2] * 50 + [60, 80]
    Path("all.csv").write_text(series(values))
    Path("some.csv").write_text(series(values[:150]))
    assert rows(typed("detect", "all.csv"))[:150] == rows(typed("detect", "some.csv"))


def test_odd_values_count_as_none_and_come_back_as_they_were(typed: Callable[..., Typed]) -> None:
    odd: Sequence[object] = ["", -4, "nan", "inf", "many", "1e400", 2.6]
    Path("counts.csv").write_text(series(odd))
    Path("plain.csv").write_text(series([0, 0, 0, 0, 0, 0, 3]))
    answer = typed("detect", "counts.csv")
    assert answer.status == 0
    assert [row["value"] for row in rows(answer)] == [str(value) for value in odd]
    same = rows(typed("detect", "plain.csv"))
    assert [row["score"] for row in rows(answer)] == [row["score"] for row in same]


def test_rows_out_of_order_are_said_and_answered(typed: Callable[..., Typed]) -> None:
    Path("c.csv").write_text(
        "timestamp,value\n2026-01-01 00:00,1\n2026-01-01 00:30,1\n2025-01-01 00:00,1\n2026-01-01 00:30,1\n"
    )
    answer = typed("detect", "c.csv")
    assert (answer.status, len(rows(answer))) == (0, 4)
    assert "c.csv: 1 row out of order" in answer.err
    assert all(float(row["usual"]) >= 0 for row in rows(answer))


def test_several_files_are_answered_into_a_folder_under_the_same_names(typed: Callable[..., Typed]) -> None:
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(series([1, 2, 3]))
    answer = typed("detect", "a.csv", "b.csv", "--out", "answers")
    assert (answer.status, answer.out) == (0, "")
    assert Path("answers/a.csv").read_text() == typed("detect", "a.csv").out
    assert Path("answers/b.csv").exists()


@pytest.mark.parametrize("out", [".", "x/.."])
def test_no_answer_overwrites_its_question(typed: Callable[..., Typed], out: str) -> None:
    Path("x").mkdir()
    Path("a.csv").write_text(series([1]))
    answer = typed("detect", "a.csv", "--out", out)
    assert (answer.status, "overwrite" in answer.err) == (2, True)
    assert Path("a.csv").read_text() == series([1])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no column 'timestamp'"),
        (b"timestamp,count\n", "no column 'value'"),
        (b"timestamp,value\nayer,1\n", "c.csv:2: 'ayer' is no time"),
        (b"\x7fELF\x02\xd0", "no column 'timestamp'"),
    ],
)
def test_what_is_no_series_is_told(typed: Callable[..., Typed], content: bytes, says: str) -> None:
    Path("c.csv").write_bytes(content)
    answer = typed("detect", "c.csv")
    assert (answer.status, says in answer.err) == (1, True)


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

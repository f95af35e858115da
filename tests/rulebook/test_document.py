from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from sentinel.errors import ProblemsFound
from sentinel.rulebook import document as module
from sentinel.rulebook.decode import MAX_BYTES
from sentinel.rulebook.document import MAX_NODES, path_words, read_document


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("22:00", "22:00"),
        ("0123", "0123"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2026-11-22", "2026-11-22"),
        ("=", "="),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("5", 5),
        ("-17", -17),
        ("0", 0),
        ("-0.25", -0.25),
        ("9" * 40, "9" * 40),
        ("'5'", "5"),
        ('"true"', "true"),
        ('""', ""),
        ("'null'", "null"),
    ],
)
def test_a_value_means_what_it_looks_like(written: str, value: Any) -> None:
    read = read_document(f"key: {written}\n", "x.yaml").plain["key"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert list(read_document("1: a\nno: b\nnull: c\n", "x.yaml").plain) == ["1", "no", "null"]


def test_every_value_knows_its_line_and_column() -> None:
    document = read_document("spike:\n  window: 2 hours\n  list:\n    - a\n    - b\n", "x.yaml")
    places = {path: (at.key_line, at.key_column, at.line, at.column) for path, at in document.places.items()}
    assert places[("spike", "window")] == (2, 3, 2, 11)
    assert places[("spike", "list", 1)] == (5, 7, 5, 7)
    assert document.place(("spike", "window", "nowhere", 3)) is document.places[("spike", "window")]


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake() -> None:
    document = read_document(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "x.yaml")
    assert document.plain == {"a": 1, "b": 2}
    assert document.places[("b",)].line == 2


def test_a_path_is_said_counting_from_one() -> None:
    assert path_words(("examples", "timelines", 1, "every")) == "examples.timelines[2].every"


def test_a_piece_of_a_block_of_text_is_shown_where_it_stands() -> None:
    document = read_document("say:\n  body: |\n    first\n    then {negativs} more\n", "x.yaml")
    problem = document.problem_in(("say", "body"), "{negativs}", ("wrong", "right"))
    assert (problem.line, problem.column) == (4, 10)


def test_a_tab_before_the_caret_does_not_move_it_and_nothing_unprintable_is_shown() -> None:
    problem = read_document("a: x #\t\u202ez\n", "x.yaml").problem(("a",), "wrong")
    assert problem.source_line == "a: x # \ufffdz"


BOMBS = {
    "merge keys": "a0: &a0 {k: 1}\n"
    + "".join(f"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 1000)),
    "aliases": "a: &a [x]\n" + "".join(f"b{i}: [{', '.join(['*a'] * 50)}]\n" for i in range(150)),
    "deep flow lists": "[" * 30_000,
    "deep flow sections": "{a: " * 20_000,
    "deep block lists": "- " * 30_000,
    "complex keys": "? " * 30_000,
    "braces as keys": "{" * 50_000,
    "many values": "- x\n" * (MAX_NODES + 1),
    "many keys": "".join(f"k{i}: v\n" for i in range(15_000)),
    "one endless line": "a: " + "x" * 250_000,
    "one endless key": "x" * 250_000 + ": a",
    "backslashes": '"' + "\\" * 250_000,
    "anchors": "&a " * 60_000,
    "too large": "#" * (MAX_BYTES + 1),
    "digits": f"a: {'9' * 250_000}\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in BOMBS.items()])
def test_a_bomb_is_read_or_refused_at_once(text: str) -> None:
    begun = time.perf_counter()
    problems = _problems(text)
    assert time.perf_counter() - begun < 1
    assert len(problems) <= 51
    assert sum(len(each) for each in problems) < 40_000


def test_the_parser_without_libyaml_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a: [no, {b: 22:00}]\nc: "\\u00e9"\nd: |\n  one\n  two\n'
    fast = read_document(text, "x.yaml")
    monkeypatch.setattr(module, "_LOADER", yaml.SafeLoader)
    assert read_document(text, "x.yaml").plain == fast.plain


@pytest.mark.parametrize(
    "text", ["a:\n\tb: 1\n", "a: b: c\n", "a: [x, y\nb: 2\n", 'a: "x\n', "a: @x\n", "a: *\n", 'a: "\\d"\n']
)
def test_without_libyaml_mistakes_are_told_in_the_same_words(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = _problems(text)
    monkeypatch.setattr(module, "_LOADER", yaml.SafeLoader)
    assert [each.split(": ", 1)[1].split("\n")[0] for each in _problems(text)] == [
        each.split(": ", 1)[1].split("\n")[0] for each in fast
    ]


def _problems(text: str) -> list[str]:
    try:
        read_document(text, "x.yaml")
    except ProblemsFound as found:
        return [problem.render() for problem in found.problems]
    return []

"""How a problem is printed: one line each, with nothing in it that a terminal would obey."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.problem import Problem, printable


def test_a_problem_shows_its_place_its_line_and_a_caret_below_the_mistake() -> None:
    problem = Problem("rules/a.yaml", 3, 5, "watch: no", source_line="    watch: x", hint="write it", level="warning")  # fmt: skip
    assert problem.render() == ("rules/a.yaml:3:5: warning: watch: no\n        watch: x\n        ^ write it")


def test_a_problem_with_a_whole_file_has_no_caret() -> None:
    assert (
        Problem("a.yaml", 0, 0, "it is empty", hint="fill it").render() == "a.yaml: it is empty\n    fill it"
    )


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param("\u0378", id="a sign of no alphabet"),
        pytest.param("\U00018d09", id="a sign that newer alphabets have"),
        pytest.param("\u202e", id="text turned around"),
        pytest.param("\u200b", id="a space of no width"),
        pytest.param("\x1b", id="escape"),
        pytest.param("\n", id="a line's end"),
        pytest.param("\ue000", id="a private sign"),
    ],
)
@pytest.mark.parametrize("part", ["file", "message", "source_line", "hint"])
def test_nothing_that_a_problem_quotes_moves_the_terminal(part: str, sign: str) -> None:
    parts = {"file": "a.yaml", "message": "wrong", "source_line": "key: x", "hint": "mend it"}
    whole = Problem(line=1, column=1, **{**parts, part: f"be{sign}hind"}).render().split("\n")  # type: ignore[arg-type]  # texts all
    assert len(whole) == 3
    assert all(line.isprintable() for line in whole)
    assert "be\ufffdhind" in "".join(whole)


@given(st.text())
def test_a_printable_line_keeps_its_columns(line: str) -> None:
    shown = printable(line)
    assert len(shown) == len(line)
    assert shown.isprintable()
    assert printable(shown) == shown

"""What the YAML parser complains of, in words for people who do not know that they are writing YAML.

The two parsers (libyaml's and PyYAML's own) word the same trouble differently; both are recognised here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

QUOTE_IT = 'put the text in quotes: "…"'


@dataclass(frozen=True, slots=True)
class _Saying:
    """If the parser's sentence holds one of `signs`: what to say; `at_start` points where the thing began."""

    signs: tuple[str, ...]
    message: str
    hint: str
    at_start: bool = False


_MISFIT = _Saying(
    ("expected key", "expected <block end>"),
    "this does not fit what stands above it",
    "lines of one section begin in the same column",
)
_BEHIND = _Saying(
    (),
    "something stands behind the end of a value",
    "a text that begins with {, [ or a quote goes whole into quotes: '…'",
)
_ENDED = _Saying(
    (),
    "the file ends here, and something is still open",
    "close the bracket or quote it began with, or finish the line above",
)
_GOES_ON = re.compile(r"(?:: +|- +)[\"'{\[]")
_SAYINGS = (
    _Saying(
        ("tab character",),
        "a tab stands where spaces belong",
        "indent with spaces",
    ),
    _Saying(
        ("mapping values are not allowed",),
        "a second ': ' in one line, or a line indented too far",
        f"if it is all one text, {QUOTE_IT}",
    ),
    _Saying(
        ("sequence entries are not allowed",),
        "a list cannot begin behind its key",
        "put each '- …' on a line of its own, or write [one, two]",
    ),
    _Saying(
        ("could not find expected ':'",),
        "this line is neither 'key: value' nor part of a list",
        "add the key, or indent it below the text it belongs to",
        at_start=True,
    ),
    _Saying(
        ("unexpected end of stream", "found unexpected document"),
        "a quote is opened here and never closed",
        "close it",
        at_start=True,
    ),
    _Saying(
        ("expected ',' or ']'", "flow sequence"),
        "the list opened here with [ is not closed, or a comma is missing",
        "separate with commas and close with ]",
        at_start=True,
    ),
    _Saying(
        ("expected ',' or '}'", "flow mapping"),
        "the section opened here with { is not closed, or a comma is missing",
        f"close it with }}; if it is a text, {QUOTE_IT}",
        at_start=True,
    ),
    _Saying(
        ("unknown escape character",),
        "a backslash in double quotes means something special",
        "use single quotes, or write \\\\",
    ),
    _Saying(
        ("scanning an alias", "scanning an anchor"),
        "a value cannot begin with * or &",
        QUOTE_IT,
        at_start=True,
    ),
    _Saying(
        (
            "tag handle",
            "scanning a tag",
            "parsing a tag",
            "scanning a directive",
            "incompatible YAML",
            "tag directive",
        ),
        "tags and directives (words that begin with ! or %) are not used here",
        "remove it, or put the text in quotes",
        at_start=True,
    ),
    _Saying(
        ("block scalar",),
        "after | or > the text begins on the next line",
        "move the text down, indented",
    ),
    _Saying(
        ("expected '-' indicator",),
        "this line belongs to no list entry",
        "begin it with '- ', or indent it as the line above its list",
    ),
    _Saying(
        ("expected node content", "expected the node content"),
        "something is missing here",
        "remove the comma, or write what belongs here",
    ),
    _MISFIT,
    _Saying(
        ("<document start>",),
        "the file goes on after its end ('...')",
        "remove the line '...'",
    ),
)
_UNKNOWN = _Saying((), "this cannot be read", "compare it with a file that works")
_STARTERS = "@`%"


def reword(error: Exception, lines: list[str]) -> tuple[tuple[int, int], tuple[str, str]]:
    """((line, column), (message, hint)) of what the parser raised; never the parser's own words."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return (1, 1), (_UNKNOWN.message, _UNKNOWN.hint)
    line, column = _mark(error.problem_mark or error.context_mark)
    if (
        letter := lines[line - 1][column - 1 : column] if line <= len(lines) else ""
    ) and "start any token" in str(error.problem):
        return (line, column), _wrong_start(letter)
    saying = _saying(f"{error.problem} {error.context}")
    if saying is _MISFIT and line <= len(lines) and _GOES_ON.search(lines[line - 1][: column - 1]):
        saying = _BEHIND
    if not saying.at_start and not "\n".join(lines[line - 1 :])[column - 1 :].strip():
        saying = _ENDED
    if saying.at_start and error.context_mark is not None:
        line, column = _mark(error.context_mark)
    return (line, column), (saying.message, saying.hint)


def _wrong_start(letter: str) -> tuple[str, str]:
    if letter in _STARTERS:
        return f"a value cannot begin with {letter}", QUOTE_IT
    return "a tab stands where spaces belong", "indent with spaces"


def _saying(text: str) -> _Saying:
    return next((each for each in _SAYINGS if any(sign in text for sign in each.signs)), _UNKNOWN)


def _mark(mark: yaml.Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)

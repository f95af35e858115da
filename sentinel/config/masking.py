"""A secret that was written into the file by mistake must not be printed with the mistake.

Problems show the line they speak of, in terminals and build logs. So whatever stands where a secret belongs, by the
type of the option or by its name, is blacked out before the first problem is made.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sentinel.model.secret import SecretRef
from sentinel.rulebook.keys import model_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import BaseModel

    from sentinel.model.problem import Problem
    from sentinel.rulebook.document import Document, KeyPath, Place

_TELLING = (
    r"(?:tokens?|secrets?|passwords?|passwd|passphrase|(?:api|access|private|signing)[_-]?keys?|credentials?"
    r"|authorization|bearer)"
)
_TELLING_KEY = re.compile(rf"(?i)(?:.*[_-])?{_TELLING}(?:[_-].*)?")
_TELLING_LINE = re.compile(rf"(?i)[\w-]*{_TELLING}[\"']?\s*[:=]\s*(?!\{{\s*(?:env|file)\b)(?P<value>\S.*)")
_IN_ADDRESS = re.compile(r"://[^/\s@]*?:(?P<value>[^/\s]+)@")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHORTEST = 3
_HOLDERS = {("sources",), ("channels",)}


def masked(document: Document, kinds: Mapping[KeyPath, type[BaseModel]]) -> tuple[Document, frozenset[str]]:
    """The document with secrets blacked out in its lines (values stay), and the secrets, to be kept out of messages.

    `kinds` says which options stand at which path.
    """
    lines = list(document.lines)
    found = dict(_literals(document, kinds))
    for path in found:
        _black_out(lines, document.places[path])
    words = {word for word in found.values() if len(word) >= _SHORTEST}
    return replace(document, lines=tuple(lines)), frozenset(words)


def unprintable(problems: Iterable[Problem], secrets: Iterable[str]) -> tuple[Problem, ...]:
    """The problems without the given secrets, and without passwords in addresses."""
    return tuple(_without(_line_cleaned(problem, _IN_ADDRESS), tuple(secrets)) for problem in problems)


def unprintable_unread(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same for a file that could not be read at all, where only a line's look tells what it holds."""
    return tuple(_line_cleaned(_line_cleaned(each, _TELLING_LINE), _IN_ADDRESS) for each in problems)


def _literals(document: Document, kinds: Mapping[KeyPath, type[BaseModel]]) -> Iterator[tuple[KeyPath, str]]:
    for path, place in document.places.items():
        if place.written and _is_secret(path, place.written, kinds):
            yield path, place.written


def _is_secret(path: KeyPath, written: str, kinds: Mapping[KeyPath, type[BaseModel]]) -> bool:
    """Whether a scalar stands where a secret belongs; the names in `{env: NAME}` and `{file: PATH}` are none."""
    options = kinds.get(path[:2])
    if path[-1:] == ("env",):
        return not _VARIABLE.fullmatch(written) and _is_secret(path[:-1], written, kinds)
    if path[-1:] == ("file",):
        return False
    if options is not None and model_at(options, path[2:]) is SecretRef:
        return True
    return path[:1] in _HOLDERS and any(_TELLING_KEY.fullmatch(str(step)) for step in path[2:])


def _black_out(lines: list[str], place: Place) -> None:
    for line in range(place.line, min(place.end_line, len(lines)) + 1):
        text = lines[line - 1]
        start = place.column - 1 if line == place.line else 0
        end = place.end_column - 1 if line == place.end_line else len(text)
        lines[line - 1] = text[:start] + "•" * len(text[start:end]) + text[end:]


def _line_cleaned(problem: Problem, pattern: re.Pattern[str]) -> Problem:
    line = problem.source_line
    for found in pattern.finditer(line):
        start, end = found.span("value")
        line = line[:start] + "•" * (end - start) + line[end:]
    return replace(problem, source_line=line)


def _without(problem: Problem, secrets: tuple[str, ...]) -> Problem:
    line, message, hint = problem.source_line, problem.message, problem.hint
    for secret in secrets:
        line = line.replace(secret, "•" * len(secret))
        message, hint = message.replace(secret, "•••"), hint.replace(secret, "•••")
    return replace(problem, source_line=line, message=message, hint=hint)

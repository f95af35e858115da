"""A YAML file as plain values that know where they stand, and nothing of YAML's surprises.

`no` is the word "no", `22:00` the text "22:00", `0123` and `1e3` are texts too; only what YAML 1.2 and JSON agree on
becomes more than text: true, false, null, whole numbers and decimals, and only unquoted. Anchors, aliases, tags,
merge keys and second documents are refused. Everything is judged on the stream of parser events, before anything is
built, so a file that would expand or nest without end is refused while it is still small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from sentinel.errors import ProblemsFound
from sentinel.model.phrase import shown
from sentinel.model.problem import Problem
from sentinel.rulebook.decode import checked_text, problem_at
from sentinel.rulebook.yaml_trouble import QUOTE_IT, reword

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

KeyPath = tuple[str | int, ...]
"""The way to a value: keys of sections and indices of lists, from the top."""

MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_PROBLEMS = 50
"""More mistakes than this in one file help nobody; the rest are counted."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser is ten times faster
_WRITE_OUT = 'write it out; if it is a text, put it in quotes: "…"'
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value and its key stand, from 1; the end is the first column behind it. In a list the key is the value.

    `written` is a scalar exactly as the parser read it (None for sections and lists); `quoted` whether it was.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    key_line: int
    key_column: int
    written: str | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. `plain` is its values as dict, list, str, int, float, bool and None; keys are texts."""

    file: str
    lines: tuple[str, ...]
    plain: Any
    places: Mapping[KeyPath, Place]

    def place(self, path: KeyPath) -> Place:
        """Where `path` stands, or the nearest thing above it that stands anywhere."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places[path]

    def value(self, path: KeyPath) -> Any:
        """The plain value at `path`, None if there is none."""
        value = self.plain
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def under(self, key: str) -> Document:
        """The same file seen as if all of it stood under one key: a bare list read as `words: [...]`."""
        places = {(key, *path): place for path, place in self.places.items()}
        return replace(self, plain={key: self.plain}, places={(): self.places[()], **places})

    def problem(
        self,
        path: KeyPath,
        message: str,
        hint: str = "",
        *,
        at_key: bool = False,
        level: Literal["error", "warning"] = "error",
    ) -> Problem:
        """A problem with the value (or key) at `path`."""
        place = self.place(path)
        at = (place.key_line, place.key_column) if at_key else (place.line, place.column)
        return replace(problem_at(self.file, self.lines, at, (message, hint)), level=level)

    def problem_in(
        self,
        path: KeyPath,
        piece: str,
        says: tuple[str, str],
        *,
        level: Literal["error", "warning"] = "error",
    ) -> Problem:
        """A problem with a piece of the text at `path`, shown where the piece stands in the file."""
        place = self.place(path)
        for line in range(place.line, min(place.end_line, len(self.lines)) + 1):
            start = place.column - 1 if line == place.line else 0
            if (found := self.lines[line - 1].find(piece, start)) >= 0:
                return replace(problem_at(self.file, self.lines, (line, found + 1), says), level=level)
        return self.problem(path, *says, level=level)


def read_document(raw: bytes | str, file: str) -> Document:
    """Read a file's content. Raises `ProblemsFound` with everything that is wrong with it as YAML."""
    text = checked_text(raw, file)
    lines = text.split("\n")
    builder = _Builder(file, lines, yaml.parse(text, Loader=_LOADER))
    plain = builder.read()
    if builder.problems:
        raise ProblemsFound(builder.problems)
    return Document(file, tuple(lines), plain, builder.places)


def path_words(path: KeyPath) -> str:
    """A path for people: `examples.timelines[2].every`; entries are counted from 1."""
    out = ""
    for step in path:
        word = f"[{step + 1}]" if isinstance(step, int) else step or "''"
        out += f".{word}" if out and isinstance(step, str) else word
    return out


def _scalar(written: str) -> str | int | float | bool | None:
    """What an unquoted scalar means. Leading zeros, exponents, hex, octal, .inf and .nan stay texts."""
    if written in _WORDS:
        return _WORDS[written]
    if _WHOLE.fullmatch(written):
        return int(written)
    return float(written) if _DECIMAL.fullmatch(written) else written


@dataclass(slots=True)
class _Builder:
    """Builds values from parser events; mistakes are collected, only endless files and bad YAML stop it."""

    file: str
    lines: list[str]
    events: Iterator[Any]
    places: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0
    depth: int = 0

    def read(self) -> Any:
        """The whole file."""
        self._next()  # the stream's start
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise ProblemsFound([Problem(self.file, 0, 0, "the file is empty")])
        plain = self._node(self._next(), ())
        self._next()  # the document's end
        if not isinstance(event := self._next(), yaml.StreamEndEvent):
            at = (event.start_mark.line + 1, 1)
            self._stop(at, "a second document begins here ('---')", "one file holds one document")
        return plain

    def _node(self, event: Any, path: KeyPath, key: tuple[int, int] | None = None) -> Any:
        self._count(event)
        self._refuse_cleverness(event)
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        written = event.value if isinstance(event, yaml.ScalarEvent) else None
        quoted = written is not None and not event.implicit[0]
        end = event.end_mark
        key = key or (line, column)
        self.places[path] = Place(line, column, end.line + 1, end.column + 1, key[0], key[1], written, quoted)
        if isinstance(event, yaml.MappingStartEvent):
            return self._section(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        if written is None:  # an alias, refused above
            return None
        if quoted:
            self._refuse_hidden(event)
        return written if quoted else _scalar(written)

    def _section(self, path: KeyPath) -> dict[str, Any]:
        section: dict[str, Any] = {}
        self.depth += 1
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, path)
            at = (event.start_mark.line + 1, event.start_mark.column + 1)
            if key in section:
                self._note(event, f"{shown(key)} stands here twice", self._first(path, key))
                key = None
            if key is None:
                self._node(self._next(), (*path, "?", self.nodes))  # read on, but keep it out of the values
            else:
                section[key] = self._node(self._next(), (*path, key), at)
        self.depth -= 1
        return section

    def _list(self, path: KeyPath) -> list[Any]:
        items: list[Any] = []
        self.depth += 1
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        self.depth -= 1
        return items

    def _key(self, event: Any, path: KeyPath) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            self._count(event)
            self._refuse_cleverness(event)
            if event.value == "<<" and event.implicit[0]:
                self._note(event, "merge keys (<<) are not used here", "write the keys out")
                return None
            self._refuse_hidden(event)
            return str(event.value)
        self._note(event, "a key must be a word", QUOTE_IT if not isinstance(event, yaml.AliasEvent) else "")
        self._node(event, (*path, "?", self.nodes))
        return None

    def _first(self, path: KeyPath, key: str) -> str:
        return f"it stands on line {self.places[(*path, key)].key_line} already; remove one"

    def _refuse_cleverness(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._note(event, "a value cannot begin with * (an alias)", _WRITE_OUT)
        elif event.anchor is not None:
            self._note(event, "a value cannot begin with & (an anchor)", _WRITE_OUT)
        elif event.tag is not None:
            self._note(event, "a value cannot begin with ! (a tag)", _WRITE_OUT)

    def _refuse_hidden(self, event: Any) -> None:
        if _CONTROL.search(event.value):
            self._note(event, "an escape in the quotes makes a character nobody can see", "remove it")

    def _count(self, event: Any) -> None:
        self.nodes += 1
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        if self.nodes > MAX_NODES:
            self._stop(at, f"the file holds more than {MAX_NODES:_} values", "split it")
        if self.depth > MAX_DEPTH:
            self._stop(at, f"sections stand deeper than {MAX_DEPTH} levels in each other", "")

    def _next(self) -> Any:
        try:
            return next(self.events)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            at, says = reword(error, self.lines)
            self._stop(at, *says)

    def _note(self, event: Any, message: str, hint: str) -> None:
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        self.problems.append(problem_at(self.file, self.lines, at, (message, hint)))
        if len(self.problems) >= MAX_PROBLEMS:
            raise ProblemsFound(self.problems)

    def _stop(self, at: tuple[int, int], message: str, hint: str) -> NoReturn:
        raise ProblemsFound([*self.problems, problem_at(self.file, self.lines, at, (message, hint))])

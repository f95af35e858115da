"""From values to types, and from pydantic's errors to problems that stand where the mistake was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from sentinel.errors import ProblemsFound
from sentinel.model.phrase import FROM_FILE, shown
from sentinel.rulebook.document import MAX_PROBLEMS, path_words
from sentinel.rulebook.keys import did_you_mean, keys_of, model_at, nearest
from sentinel.rulebook.sentences import LIST, SECTION, TEXT, WANTED, choices, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

    from sentinel.model.problem import Problem
    from sentinel.rulebook.document import Document, KeyPath

M = TypeVar("M", bound=BaseModel)

_REMARK = re.compile(r"[^:]*:\s+#")
_LISTABLE = re.compile(r"[\w @./+-]{1,40}")
_TEXTS = {"string_type", "path_type"}
_MISFITS: dict[tuple[str, type], tuple[str, str]] = {
    (TEXT, dict): ("a text belongs here, not keys", 'put the text in quotes: it begins with { or holds ": "'),
    (TEXT, list): ("one text belongs here, not a list", "remove the brackets or dashes"),
    (LIST, dict): ("a list belongs here, not keys", "begin each entry with '- '"),
    (SECTION, list): ("keys belong here, not a list", "write 'key: value' lines, indented"),
}
_NO_LITERAL = "a secret is written {env: NAME} or {file: PATH}, never here"


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a document that becomes one model: where it stands and what it is called if it is the whole file."""

    document: Document
    model: type[BaseModel]
    what: str
    at: KeyPath = ()


def build(model: type[M], plain: Any, section: Section) -> M:
    """`plain` (the section's values, shaped for the model) as the model. Raises `ProblemsFound`.

    Where a text is wanted, an unquoted number is taken as it was written: `any_of: [404]` is the word "404".
    """
    try:
        return _validated(model, plain)
    except ValidationError as error:
        if not _take_as_written(error, plain, section):
            raise ProblemsFound(located(error, section)) from error
    try:
        return _validated(model, plain)
    except ValidationError as error:
        raise ProblemsFound(located(error, section)) from error


def located(error: ValidationError, section: Section) -> list[Problem]:
    """Every error as a problem with its place; one mistake, one problem."""
    details = error.errors(include_url=False)[: 4 * MAX_PROBLEMS]  # a file of 10,000 mistakes is told of some
    meant = _meant_keys(details, section)
    told: set[tuple[KeyPath, str]] = set()
    problems: list[Problem] = []
    for detail in details:
        if (key := _identity(detail, section)) in told or detail["loc"] in meant:
            continue
        told.add(key)
        if len(told) > MAX_PROBLEMS:
            break
        problems.append(_problem(detail, section))
    return problems


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and line; within a place errors come before warnings."""
    return tuple(
        sorted(set(problems), key=lambda each: (each.file, each.line, each.column, each.level, each.message))
    )


def raise_errors(problems: Sequence[Problem]) -> None:
    """Raises `ProblemsFound` with all of them, in order, if one is an error; warnings alone pass."""
    if any(problem.level == "error" for problem in problems):
        raise ProblemsFound(sorted_problems(problems))


def _validated(model: type[M], plain: Any) -> M:
    return model.model_validate(plain, by_alias=True, by_name=False, context=FROM_FILE)


def _take_as_written(error: ValidationError, plain: Any, section: Section) -> bool:
    changed = False
    for detail in error.errors(include_url=False, include_context=False):
        if detail["type"] in _TEXTS and isinstance(detail["input"], bool | int | float):
            changed |= _rewrite(plain, _path(detail), section)
    return changed


def _rewrite(plain: Any, path: KeyPath, section: Section) -> bool:
    place = section.document.places.get((*section.at, *path))
    if place is None or place.written is None:
        return False
    for step in path[:-1]:
        plain = plain[step]
    plain[path[-1]] = place.written
    return True


def _path(detail: ErrorDetails) -> KeyPath:
    return tuple(detail["loc"]) + tuple(detail.get("ctx", {}).get("key", ()))


def _standing(detail: ErrorDetails, section: Section) -> KeyPath:
    """The path as far as it stands in the file: pydantic adds names of union members to it."""
    path = (*section.at, *_path(detail))
    while path not in section.document.places and len(path) > len(section.at):
        path = path[:-1]
    return path


def _identity(detail: ErrorDetails, section: Section) -> tuple[KeyPath, str]:
    if detail["type"] == "missing":
        return (*section.at, *_path(detail)), "missing"
    return _standing(detail, section), ""


def _meant_keys(details: Sequence[ErrorDetails], section: Section) -> set[tuple[int | str, ...]]:
    """Missing keys that are only missing because they were misspelt."""
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    meant = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *above, key = detail["loc"]
            if (near := nearest(str(key), _free_keys(section, tuple(above)))) is not None:
                meant.add((*above, near))
    return meant & missing


def _free_keys(section: Section, path: KeyPath) -> list[str]:
    """The keys of the section at `path` that are not written there yet."""
    model = model_at(section.model, path)
    written = section.document.value((*section.at, *path))
    taken = written if isinstance(written, dict) else {}
    one_of: frozenset[str] = getattr(model, "one_of", frozenset())
    shut = one_of if one_of.intersection(taken) else frozenset()
    return [key for key in keys_of(model) if key not in taken and key not in shut] if model else []


def _problem(detail: ErrorDetails, section: Section) -> Problem:
    if detail["type"] == "extra_forbidden":
        return _unknown_key(detail, section)
    if detail["type"] == "missing":
        return _missing_key(detail, section)
    path = _standing(detail, section)
    message, hint = _says(detail, section, path)
    return section.document.problem(path, f"{path_words(path)}: {message}" if path else message, hint)


def _unknown_key(detail: ErrorDetails, section: Section) -> Problem:
    *above, key = detail["loc"]
    free = _free_keys(section, tuple(above))
    path = (*section.at, *above)
    message = f"{shown(key)} is no key of {path_words(path) or section.what}"
    hint = did_you_mean(str(key), free, otherwise="still free here")
    return section.document.problem((*path, key), message, hint, at_key=True)


def _missing_key(detail: ErrorDetails, section: Section) -> Problem:
    *above, key = detail["loc"]
    path = (*section.at, *above)
    model = model_at(section.model, above)
    field = keys_of(model).get(str(key)) if model else None
    hint = f"add '{key}: …' ({(field.description or '').rstrip('.')})" if field else ""
    what = f"entry {key + 1}" if isinstance(key, int) else key
    says = f"{path_words(path)}: {what} is missing" if path else f"{what} is missing"
    return section.document.problem(path, says, hint, at_key=True)


def _says(detail: ErrorDetails, section: Section, path: KeyPath) -> tuple[str, str]:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if WANTED.get(kind) == SECTION and context.get("class_name") == "SecretRef":
        return _NO_LITERAL, "never put the secret itself into the file"
    if value is None or (kind in {"string_too_short", "too_short"} and not value):
        return "nothing is written here", _empty_hint(section.document, path)
    if misfit := _misfit(kind, value):
        return misfit
    place = section.document.places.get(path)
    word = place.written if place and place.written is not None else value
    message = sentence(kind, shown(word), context, detail["msg"])
    if kind in {"enum", "literal_error"}:
        near = nearest(str(word), choices(context))
        return message, f"did you mean '{near}'?" if near else ""
    among = context.get("among")
    near = nearest(str(word), among()) if among else None
    return message, f"did you mean '{near}'?" if near else str(context.get("hint", ""))


def _empty_hint(document: Document, path: KeyPath) -> str:
    place = document.place(path)
    line = document.lines[place.key_line - 1][place.key_column - 1 :]
    return "put it in quotes: # begins a remark" if _REMARK.match(line) else "write it, or remove the key"


def _misfit(kind: str, value: object) -> tuple[str, str] | None:
    """A list, a section or a single value where something of another build belongs."""
    wanted = WANTED.get(kind, "")
    if wanted == LIST and isinstance(value, str):
        hint = f"write it like [{value}]" if _LISTABLE.fullmatch(value) else "put it below, behind '- '"
        return "a list belongs here", hint
    if wanted == SECTION and not isinstance(value, dict | list):
        return f"{shown(value)} stands where keys belong", "write 'key: value' lines below, indented"
    return _MISFITS.get((wanted, type(value)))

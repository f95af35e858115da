"""From a folder of files to a `Book`: every file is read, every mistake of every file is told at once.

    rules/*.yaml            one rule a file
    rules/ladders/*.yaml    one ladder a file
    rules/lists/*.yaml      word lists

Other folders beside them are not read. Nothing is half accepted: one error anywhere and there is no book.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from sentinel.errors import ProblemsFound
from sentinel.model.problem import Problem
from sentinel.rulebook.checks import (
    NOT_YET,
    id_problem,
    judgment_mistakes,
    ladder_mistakes,
    misplaced,
    not_yet,
    rule_mistakes,
)
from sentinel.rulebook.decode import MAX_BYTES
from sentinel.rulebook.document import MAX_PROBLEMS, Document, read_document
from sentinel.rulebook.lint import climb_doubts, ladder_doubts, rule_doubts, twin_doubts
from sentinel.rulebook.lists import WordList, read_list, with_lists
from sentinel.rulebook.names import Known, Neighbours, ladder_names, quiet_hours_of, rule_names
from sentinel.rulebook.problems import Section, build, raise_errors, sorted_problems
from sentinel.rulebook.types import Book, Ladder, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")

_FILLED_IN = ("id", "file")


@dataclass(slots=True)
class _Findings:
    """Problems as they come up. A file's own are cut off after so many: the rest would help nobody."""

    problems: list[Problem] = field(default_factory=list)

    def note(self, some: Iterable[Problem]) -> None:
        self.problems.extend(islice(some, MAX_PROBLEMS))

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What `read` answers; None if it found problems, which are noted."""
        try:
            return read()
        except ProblemsFound as found:
            self.note(found.problems)
            return None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What rules refer to, as far as it could be read; a ladder with mistakes still lends its name."""

    lists: Mapping[str, WordList]
    ladders: Mapping[str, Ladder]
    near: Neighbours


def read_book(folder: Path, known: Known, *, shown: str | None = None) -> tuple[Book, tuple[Problem, ...]]:
    """All rules and ladders of `folder`, with the warnings. Raises `ProblemsFound` if there is any error.

    `shown` is what the folder is called in problems (default: its own name).
    """
    findings = _Findings()
    name = shown if shown is not None else folder.name
    if not folder.is_dir():
        raise ProblemsFound([Problem(name or str(folder), 0, 0, "there is no such folder of rules")])
    shelf = _read_shelf(folder, name, known, findings)
    documents = _documents(folder, name, findings)
    rules = [
        rule
        for rule_id, document in documents.items()
        if (rule := _read_rule(document, rule_id, known, shelf, findings))
    ]
    findings.note(twin_doubts(rules, documents))
    raise_errors(findings.problems)
    return Book(rules=tuple(rules), ladders=dict(shelf.ladders)), sorted_problems(findings.problems)


def read_rule_text(
    text: bytes | str, filename: str, known: Known, *, ladders: Mapping[str, Ladder] | None = None
) -> tuple[Rule, tuple[Problem, ...]]:
    """One rule from its text, with the warnings. Raises `ProblemsFound`.

    `filename` is shown in problems and its name gives the rule's id. Without `ladders` the ladder's name is taken on
    trust; word lists are not looked up.
    """
    findings = _Findings()
    quiet = (
        {key: frozenset(ladder.quiet_hours) for key, ladder in ladders.items()}
        if ladders is not None
        else None
    )
    shelf = _Shelf({}, ladders or {}, Neighbours(quiet_hours=quiet))
    rule_id = PurePath(filename).name.removesuffix(".yaml")
    rule = _read_rule(read_document(text, filename), rule_id, known, shelf, findings)
    raise_errors(findings.problems)
    if rule is None:  # no rule without an error, so this cannot be
        raise ProblemsFound(findings.problems)
    return rule, sorted_problems(findings.problems)


def read_ladder_text(text: bytes | str, filename: str, known: Known) -> tuple[Ladder, tuple[Problem, ...]]:
    """One ladder from its text, with the warnings. Raises `ProblemsFound`."""
    findings = _Findings()
    ladder_id = PurePath(filename).name.removesuffix(".yaml")
    ladder = _read_ladder(read_document(text, filename), ladder_id, known, findings)
    raise_errors(findings.problems)
    if ladder is None:  # as above
        raise ProblemsFound(findings.problems)
    return ladder, sorted_problems(findings.problems)


def _read_shelf(folder: Path, name: str, known: Known, findings: _Findings) -> _Shelf:
    list_files = _documents(folder / "lists", f"{name}/lists", findings)
    ladder_files = _documents(folder / "ladders", f"{name}/ladders", findings)
    lists = {
        key: words
        for key, document in list_files.items()
        if (words := findings.attempt(partial(read_list, document, key)))
    }
    ladders = {
        key: ladder
        for key, document in ladder_files.items()
        if (ladder := _read_ladder(document, key, known, findings))
    }
    near = Neighbours(
        {key: quiet_hours_of(each) for key, each in ladder_files.items()}, frozenset(list_files)
    )
    return _Shelf(lists, ladders, near)


def _read_rule(
    document: Document, rule_id: str, known: Known, shelf: _Shelf, findings: _Findings
) -> Rule | None:
    retired = document.value(("status",)) == "retired"
    findings.note(not_yet(document))
    if not retired:  # what a retired rule names may have gone with it
        findings.note(rule_names(document, known, shelf.near))
    rule = findings.attempt(partial(_rule_of, document, rule_id))
    if rule is None:
        return None
    findings.note(judgment_mistakes(rule, document))
    if not rule.judgments:
        return None
    findings.note(rule_mistakes(rule, document))
    if not retired:
        findings.note(rule_doubts(rule, document, known))
        if ladder := shelf.ladders.get(rule.then.escalate):
            findings.note(climb_doubts(rule, document, ladder))
    return _with_words(rule, shelf.lists)


def _with_words(rule: Rule, lists: Mapping[str, WordList]) -> Rule:
    """The rule with the words of the lists that it names."""
    words = with_lists(rule.watch.any_of, rule.watch.lists, lists)
    named: dict[str, Any] = {"watch": rule.watch.model_copy(update={"any_of": words})}
    if rule.crisis is not None:
        says = with_lists(rule.crisis.says, rule.crisis.lists, lists)
        named["crisis"] = rule.crisis.model_copy(update={"says": says})
    return rule.model_copy(update=named)


def _read_ladder(document: Document, ladder_id: str, known: Known, findings: _Findings) -> Ladder | None:
    findings.note(ladder_names(document, known))
    ladder = findings.attempt(partial(_ladder_of, document, ladder_id))
    if ladder is not None:
        findings.note(ladder_mistakes(ladder, document))
        findings.note(ladder_doubts(ladder, document))
    return ladder


def _rule_of(document: Document, rule_id: str) -> Rule:
    misplaced(document, "ladder", "a ladder", "rules/ladders/")
    plain = _named(_without_the_unbuilt(document), document, rule_id)
    return build(Rule, plain, Section(document, Rule, "a rule"))


def _ladder_of(document: Document, ladder_id: str) -> Ladder:
    misplaced(document, "rule", "a rule", "rules/")
    plain = _named(document.plain, document, ladder_id)
    return build(Ladder, plain, Section(document, Ladder, "a ladder"))


def _named(plain: Any, document: Document, own_id: str) -> Any:
    """The values with what the reader fills in; a file may not fill these in itself."""
    if not isinstance(plain, dict):
        raise ProblemsFound(
            [document.problem((), "a file consists of 'key: value' lines", "see docs/writing-rules.md")]
        )
    if taken := [key for key in _FILLED_IN if key in plain]:
        hint = "the file's name is its id; remove the line"
        raise ProblemsFound(
            [document.problem((key,), f"'{key}' is no key here", hint, at_key=True) for key in taken]
        )
    return {**plain, "id": own_id, "file": document.file}


def _without_the_unbuilt(document: Document) -> Any:
    """The values as a copy without the sections that are told of already."""
    plain = _copied(document.plain)
    for *above, key in NOT_YET:
        section = plain
        for step in above:
            section = section.get(step) if isinstance(section, dict) else None
        if isinstance(section, dict):
            section.pop(key, None)
    return plain


def _copied(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _copied(value) for key, value in plain.items()}
    return [_copied(value) for value in plain] if isinstance(plain, list) else plain


def _documents(folder: Path, name: str, findings: _Findings) -> dict[str, Document]:
    """The readable files of a folder by their ids, in the order of their names."""
    documents = {}
    for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        if path.name.startswith(".") or path.suffix not in {".yaml", ".yml"}:
            continue
        file = f"{name}/{path.name}"
        if (document := findings.attempt(partial(_document, path, file))) is not None:
            documents[path.stem] = document
    return documents


def _document(path: Path, file: str) -> Document:
    if path.suffix == ".yml":
        raise ProblemsFound(
            [Problem(file, 0, 0, "files of rules end in .yaml", hint=f"call it '{path.stem}.yaml'")]
        )
    if problem := id_problem(file, path.stem):
        raise ProblemsFound([problem])
    return read_document(read_bytes(path, file), file)


def read_bytes(path: Path, file: str) -> bytes:
    """A file's bytes, no more than may be parsed and one. Raises `ProblemsFound` when it cannot be read."""
    if not path.is_file():
        says = "there is no such file" if not path.exists() else "this is no ordinary file"
        raise ProblemsFound([Problem(file, 0, 0, says)])
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ProblemsFound([Problem(file, 0, 0, f"the file cannot be read: {reason}")]) from error

"""Word lists (`rules/lists/*.yaml`): words that several rules share."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sentinel.errors import ProblemsFound
from sentinel.rulebook.part import Part, Sentence, Word
from sentinel.rulebook.problems import Section, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel.rulebook.document import Document

MAX_WORDS = 10_000


class WordList(Part):
    """Words under a name. `id` is the file's name without the ending."""

    id: str
    file: str
    title: Sentence | None = Field(None, alias="list", description="What the words are, for people.")
    words: Annotated[tuple[Word, ...], Field(min_length=1, max_length=MAX_WORDS)] = Field(
        description="The words; a file may also be nothing but the list of them."
    )


def read_list(document: Document, list_id: str) -> WordList:
    """A list file as a `WordList`. Raises `ProblemsFound`."""
    given = {"id": list_id, "file": document.file}
    if isinstance(document.plain, list):
        bare: Any = {"words": list(document.plain), **given}
        return build(WordList, bare, Section(document.under("words"), WordList, "a word list"))
    if not isinstance(document.plain, dict):
        raise ProblemsFound([document.problem((), "a list of words belongs here", "begin each with '- '")])
    return build(WordList, {**document.plain, **given}, Section(document, WordList, "a word list"))


def list_id_of(written: str) -> str:
    """Which list is meant: `rules/lists/cleaning.yaml`, `cleaning.yaml` and `cleaning` are one."""
    return PurePosixPath(written).name.removesuffix(".yaml")


def with_lists(
    words: tuple[str, ...], named: tuple[str, ...], lists: Mapping[str, WordList]
) -> tuple[str, ...]:
    """Words and those of the named lists, each once, in order. Names without a list add nothing."""
    more = (word for name in named if (found := lists.get(list_id_of(name))) for word in found.words)
    return tuple(dict.fromkeys((*words, *more)))

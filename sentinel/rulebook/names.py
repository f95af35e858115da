"""Names that must exist elsewhere: brands, sources, channels, ladders, quiet hours, word lists, and `{fields}`.

Checked on the document, not on the rule made of it: a file with a mistake somewhere still gets its names checked.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.model.phrase import shown
from sentinel.rulebook.document import path_words
from sentinel.rulebook.fields import FIELDS, REPLY_FIELDS, field_mistakes
from sentinel.rulebook.keys import did_you_mean
from sentinel.rulebook.lists import list_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

    from sentinel.model.problem import Problem
    from sentinel.rulebook.document import Document, KeyPath

Names = AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What `sentinel.yaml` names; None: not known, so not checked.

    `sources` are names, `source_kinds` kinds; a rule may watch either. With `open_sources` (a recording is configured,
    whose posts carry site names of their own) an unknown source is only doubted. `starless` are names and kinds of
    sources whose posts never carry stars. `engines` are the scorers there are, with the languages that each reads (None:
    any); the one under `""` is that of sentinel.yaml. `modelless` are those that sentinel.yaml gives no model.
    """

    brands: Names | None = None
    sources: Names | None = None
    source_kinds: Names | None = None
    channels: Names | None = None
    open_sources: bool = False
    starless: Names = frozenset()
    engines: Mapping[str, Names | None] | None = None
    modelless: Names = frozenset()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The other files of the folder: each ladder's quiet hours by the ladder's id, and the ids of word lists."""

    quiet_hours: Mapping[str, Names] | None = None
    lists: Names | None = None


def rule_names(document: Document, known: Known, near: Neighbours) -> Iterator[Problem]:
    """Every name in a rule that exists nowhere."""
    yield from _unknown(document, ("watch", "brands"), known.brands, "brand of sentinel.yaml")
    for group in ("catches", "ignores"):
        for index in range(_length(document, ("examples", group))):
            path = ("examples", group, index, "brand")
            yield from _unknown(document, path, known.brands, "brand of sentinel.yaml")
    if known.sources is not None:
        sources = known.sources | (known.source_kinds or frozenset())
        level: Literal["error", "warning"] = "warning" if known.open_sources else "error"
        yield from _unknown(document, ("watch", "sources"), sources, "source of sentinel.yaml", level=level)
    if known.engines is not None:
        yield from _unknown(document, ("negative", "engine"), known.engines.keys() - {""}, "engine")
    for at, word in _written(document, ("negative", "engine")):
        if word in known.modelless:
            says = f"negative.engine: {shown(word)} has no model"
            hint = f"add 'scoring: {{{word}: {{model: FOLDER}}}}' to sentinel.yaml"
            yield document.problem(at, says, hint)
    yield from _unknown_lists(document, near.lists)
    yield from _unknown_ladder(document, near.quiet_hours)
    yield from _unknown_fields(document)


def ladder_names(document: Document, known: Known) -> Iterator[Problem]:
    """Every channel in a ladder that exists nowhere."""
    for index in range(_length(document, ("steps",))):
        yield from _unknown(document, ("steps", index, "tell"), known.channels, "channel of sentinel.yaml")


def quiet_hours_of(document: Document) -> Names:
    """The names of a ladder's quiet hours, whether or not the ladder is sound."""
    named = document.value(("quiet_hours",))
    return frozenset(named) if isinstance(named, dict) else frozenset()


def _length(document: Document, path: KeyPath) -> int:
    value = document.value(path)
    return len(value) if isinstance(value, list) else 0


def _written(document: Document, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """The texts at `path`: one, or those of a list."""
    value = document.value(path)
    if isinstance(value, list):
        for index in range(len(value)):
            yield from _written(document, (*path, index))
    elif value is not None and (place := document.places.get(path)) and place.written is not None:
        yield path, place.written.strip()


def _unknown(
    document: Document,
    path: KeyPath,
    known: Names | None,
    what: str,
    *,
    level: Literal["error", "warning"] = "error",
) -> Iterator[Problem]:
    if known is None:
        return
    for at, word in _written(document, path):
        if word and word not in known:
            message = f"{path_words(at)}: {shown(word)} is no {what}"
            yield document.problem(at, message, did_you_mean(word, known), level=level)


def _unknown_lists(document: Document, lists: Names | None) -> Iterator[Problem]:
    if lists is None:
        return
    for section in ("watch", "crisis"):
        for at, word in _written(document, (section, "list")):
            if list_id_of(word) not in lists:
                message = f"{path_words(at)}: there is no word list {shown(word)}"
                yield document.problem(at, message, did_you_mean(list_id_of(word), lists))


def _unknown_ladder(document: Document, quiet_hours: Mapping[str, Names] | None) -> Iterator[Problem]:
    if quiet_hours is None:
        return
    yield from _unknown(document, ("then", "escalate"), frozenset(quiet_hours), "ladder of rules/ladders/")
    ladder = document.value(("then", "escalate"))
    if isinstance(ladder, str) and ladder in quiet_hours:
        what = f"quiet hours of the ladder {shown(ladder)}"
        for problem_at, word in _written(document, ("then", "quiet")):
            if word not in quiet_hours[ladder]:
                message = f"then.quiet: {shown(word)} are no {what}"
                yield document.problem(problem_at, message, did_you_mean(word, quiet_hours[ladder]))


def _unknown_fields(document: Document) -> Iterator[Problem]:
    for key, known in {"title": FIELDS, "body": FIELDS, "reply": REPLY_FIELDS}.items():
        for path, text in _written(document, ("say", key)):
            for piece, (message, hint) in field_mistakes(text, known):
                yield document.problem_in(path, piece, (f"say.{key}: {message}", hint))

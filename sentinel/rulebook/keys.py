"""Which keys a section may hold, asked of the types; and the nearest one to what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

_LONGEST_WORD = 60
_FEW = 14


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys that may be written for `model`. A field without a description is filled in by the reader, not by people."""
    return {
        info.alias or name: info for name, info in model.model_fields.items() if info.description is not None
    }


def model_at(model: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel] | None:
    """The type of the section at `path` below `model`, if it is a section at all."""
    kind: Any = model
    for step in path:
        kind = next((inner for each in _alternatives(kind) if (inner := _inner(each, step))), None)
    return next((each for each in _alternatives(kind) if _is_model(each)), None)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    if len(word) > _LONGEST_WORD:
        return None
    folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "known here") -> str:
    """A hint: the nearest word; else, behind `otherwise`, all of them when they are few."""
    names = sorted(known)
    if (near := nearest(word, names)) is not None:
        return f"did you mean '{near}'?"
    return f"{otherwise}: {', '.join(names)}" if 0 < len(names) <= _FEW else ""


def _alternatives(kind: Any) -> Iterator[Any]:
    if get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in {Union, UnionType}:
        for each in get_args(kind):
            yield from _alternatives(each)
    else:
        yield kind


def _inner(kind: Any, step: str | int) -> Any:
    if _is_model(kind):
        field = keys_of(kind).get(str(step))
        return field.annotation if field else None
    origin, inside = get_origin(kind), get_args(kind)
    if not isinstance(origin, type) or not inside:
        return None
    if issubclass(origin, Mapping):
        return inside[-1]
    return inside[0] if issubclass(origin, Sequence | AbstractSet) else None


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)

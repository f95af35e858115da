"""What every section of an analyst's file is made of."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text that must say something."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
"""A word, phrase or name; an empty one would match everything."""


class Part(BaseModel):
    """The base of every section: frozen, and an unknown key is a mistake. Of the keys in `one_of` only one may stand."""

    one_of: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True
    )

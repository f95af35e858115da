"""What every scorer promises: a batch in, a score for each out, in order; pure, versioned, never an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.model.mention import Score, Text


class Scorer(Protocol):
    """Says how negative texts are."""

    @property
    def name(self) -> str:
        """The engine's name, as in `sentinel.yaml`."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever an answer could."""
        ...

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        """The `engine` and `version` that its scores bear: one pair, or several of a scorer that asks others."""
        ...

    def score(self, texts: Sequence[Text]) -> list[Score]:
        """One score a text, same order. A text it cannot assess is `unknown`, never neutral."""
        ...

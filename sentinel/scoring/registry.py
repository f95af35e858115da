"""The engines there are, by name. A new one is a file and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.scoring.textblob_engine import NAME as TEXTBLOB
from sentinel.scoring.textblob_engine import TextBlobScorer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel.scoring.contract import Scorer

_ENGINES: dict[str, Callable[[], Scorer]] = {
    TEXTBLOB: TextBlobScorer,
}


def engines() -> tuple[str, ...]:
    """The names that `scoring: {engine: …}` may bear."""
    return tuple(_ENGINES)


def scorer(name: str) -> Scorer:
    """The engine of that name. KeyError when there is none: whoever reads the config tells, with the names it knows."""
    return _ENGINES[name]()

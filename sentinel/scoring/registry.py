"""The engines there are, by name. A new one is a file and a line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentinel.scoring.chain import DEFAULT_ZONE, Chain, GreyZone
from sentinel.scoring.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sentinel.scoring.contract import Scorer

DEFAULT = "compact"


@dataclass(frozen=True, slots=True)
class Options:
    """What engines may be given: a compact `model` of the user's own, the folder of a `transformer` and when to ask it."""

    model: Path | None = None
    transformer: Path | None = None
    zone: GreyZone = DEFAULT_ZONE


NO_OPTIONS = Options()


def _textblob(_: Options) -> Scorer:
    from sentinel.scoring.textblob_engine import TextBlobScorer  # noqa: PLC0415  # only what is chosen is loaded

    return TextBlobScorer()


def _compact(options: Options) -> Scorer:
    from sentinel.scoring.compact_engine import CompactScorer  # noqa: PLC0415  # only what is chosen is loaded

    return CompactScorer() if options.model is None else CompactScorer.of_file(options.model)


def _lexicon(_: Options) -> Scorer:
    from sentinel.scoring.compact_engine import LEXICON, CompactScorer  # noqa: PLC0415  # only what is chosen is loaded

    return CompactScorer(LEXICON)


def _transformer(options: Options) -> Scorer:
    from sentinel.scoring.transformer_engine import TransformerScorer  # noqa: PLC0415  # only what is chosen is loaded

    if options.transformer is None:
        raise ValueError(
            "the engine 'transformer' needs the folder of a model: scoring: {transformer: {model: …}}"
        )
    return TransformerScorer(options.transformer)


_ENGINES: dict[str, tuple[Callable[[Options], Scorer], tuple[str, ...]]] = {
    "compact": (_compact, LANGUAGES),
    "lexicon": (_lexicon, LANGUAGES),
    "textblob": (_textblob, ("en",)),
    "transformer": (_transformer, ()),
}


def engines() -> tuple[str, ...]:
    """The names that `scoring: {engine: …}` may bear."""
    return tuple(_ENGINES)


def reads(names: Sequence[str]) -> frozenset[str] | None:
    """The languages whose words these engines know; None when one of them may know any."""
    languages = [_ENGINES[name][1] for name in names if name in _ENGINES]
    return frozenset(code for codes in languages for code in codes) if all(languages) else None


def scorer(name: str, options: Options = NO_OPTIONS) -> Scorer:
    """The engine of that name.

    KeyError when there is none: whoever reads the config tells, with the names it knows. ValueError or OSError, in words
    for ops, when its model cannot be had.
    """
    return _ENGINES[name][0](options)


def chain(names: Sequence[str], options: Options = NO_OPTIONS) -> Scorer:
    """These engines in turn, and the transformer, if one is given, for what they are not sure of. Errors as `scorer`."""
    quick = [scorer(name, options) for name in names]
    slow = scorer("transformer", options) if options.transformer and "transformer" not in names else None
    return quick[0] if len(quick) == 1 and slow is None else Chain(quick, slow, options.zone)

"""Several scorers as one: the next is asked where one knows nothing, and a slow one where the quick ones are not sure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentinel.model.mention import Score, Text
    from sentinel.scoring.contract import Scorer


@dataclass(frozen=True, slots=True)
class GreyZone:
    """P(negative) between which the quick scorers' answer is doubted, and how many texts of a page may be asked again."""

    low: float = 0.35
    high: float = 0.65
    at_most: int = 50

    def holds(self, score: Score) -> bool:
        """Whether to ask again: it is undecided, or nothing was known."""
        return score.negative is None or self.low <= score.negative <= self.high


DEFAULT_ZONE = GreyZone()


class Chain:
    """Asks `quick` in turn, each what those before it did not know; then `slow` about what lies in the grey zone.

    A score says which engine gave it, and its version also says in which chain: the same engine's answer alone, or with
    others asked first or after it, need not be the chain's.
    """

    def __init__(
        self, quick: Sequence[Scorer], slow: Scorer | None = None, zone: GreyZone = DEFAULT_ZONE
    ) -> None:
        self._quick = tuple(quick)
        self._slow = slow
        self._zone = zone
        self._engines = self._quick if slow is None else (*self._quick, slow)

    @property
    def name(self) -> str:
        """Of the first; a score says who gave it."""
        return self._quick[0].name

    @property
    def version(self) -> str:
        """Of all, since the answer of any may change the chain's, and when the slow one is asked."""
        engines = "+".join(f"{engine.name} {engine.version}" for engine in self._engines)
        zone = self._zone
        return engines if self._slow is None else f"{engines} {zone.low:g}-{zone.high:g} of {zone.at_most}"

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        """Those of all, as the chain marks them."""
        return frozenset(
            (name, self._marked(version)) for engine in self._engines for name, version in engine.voices
        )

    @cached_property
    def _mark(self) -> str:
        return blake2b(self.version.encode(), digest_size=3).hexdigest()

    def _marked(self, version: str) -> str:
        return f"{version}/{self._mark}"

    def score(self, texts: Sequence[Text]) -> list[Score]:
        """One score a text, same order."""
        scores = self._quick[0].score(texts)
        for engine in self._quick[1:]:
            self._ask(engine, texts, scores, lambda score: score.label == "unknown", len(texts))
        if self._slow is not None:
            self._ask(self._slow, texts, scores, self._zone.holds, self._zone.at_most)
        return [replace(score, version=self._marked(score.version)) for score in scores]

    @staticmethod
    def _ask(
        engine: Scorer,
        texts: Sequence[Text],
        scores: list[Score],
        doubted: Callable[[Score], bool],
        at_most: int,
    ) -> None:
        """Put the engine's answers in place of those doubted, where it knows one: the least sure first, if not all may be asked."""
        places = [place for place, score in enumerate(scores) if doubted(score)]
        places.sort(key=lambda place: scores[place].sure)
        places = places[:at_most]
        if not places:
            return
        for place, answer in zip(places, engine.score([texts[place] for place in places]), strict=True):
            if answer.label != "unknown":
                scores[place] = answer

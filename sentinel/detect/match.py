"""Which phrases stand in a text, and of which brands it therefore speaks: one automaton for all of them.

How a phrase is meant:

- It stands between word boundaries: "Miramar" is in "Miramar's" and "#miramar" and "@miramar", not in "Miramars".
- Case, diacritics and the kind and amount of white space do not matter (see `folding`).
- "@hotelmiramar" is only that handle, "#miramar" only that hashtag; neither is part of an address or a longer name.
- Words parted by a space, a hyphen or a comma may be parted by either of the first two in the text, or be run together
  (or joined by "_") in a hashtag: "Hotel Miramar" is in "hotel-miramar" and "#HotelMiramar", not in "hotelmiramar".
- Scripts that glue words together (Chinese, Japanese, Korean, Thai, …) and emoji need no boundary.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick

from sentinel.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

Place = tuple[int, int]
"""Start and end in the folded text: good for comparing, not for cutting the text as it was written."""

_PARTING = re.compile(r", |[ -]")
_SILENT = re.compile(r"[ ',.&-]")
_GLUED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff"  # Thai, Lao, Burmese, Jamo, Khmer
    "\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


class Found:
    """What stands in one text. Falsy when nothing does."""

    __slots__ = ("_places", "phrases")

    def __init__(self, places: Mapping[str, Sequence[Place]]) -> None:
        self._places = places
        self.phrases: AbstractSet[str] = places.keys()
        """The phrases as they were given."""

    def __bool__(self) -> bool:
        return bool(self._places)

    def places(self, phrase: str) -> Sequence[Place]:
        """Where it stands, from left to right."""
        return self._places.get(phrase, ())

    def beyond(self, phrase: str, exclusions: Iterable[str]) -> bool:
        """Whether `phrase` stands anywhere that none of the `exclusions` overlaps."""
        barred = _merged(place for exclusion in exclusions for place in self.places(exclusion))
        return any(_free(place, barred) for place in self.places(phrase))


NOTHING = Found({})


class Matcher:
    """Finds all phrases of brands and rules at once. Frozen once made; make a new one when rules change."""

    def __init__(self, phrases: Iterable[str]) -> None:
        wanted: dict[str, list[str]] = {}
        for phrase in dict.fromkeys(phrases):
            for spelling in _spellings(folded(phrase).strip()):
                wanted.setdefault(spelling, []).append(phrase)
        self._spellings = tuple(wanted)
        self._phrases = tuple(map(tuple, wanted.values()))
        self._find = AhoCorasick(self._spellings, store_patterns=False).find_matches_as_indexes

    def found(self, text: str) -> AbstractSet[str]:
        """The phrases, as given, that stand in `text`."""
        return self.look(text).phrases

    def look(self, text: str) -> Found:
        """The phrases that stand in `text`, and where."""
        plain = folded(text)
        hits = self._find(plain, overlapping=True)
        if not hits:
            return NOTHING
        places: dict[str, list[Place]] = {}
        for index, start, end in hits:
            if _apart(plain, start, end):
                for phrase in self._phrases[index]:
                    places.setdefault(phrase, []).append((start, end))
        return Found(places) if places else NOTHING


class Names(NamedTuple):
    """What a brand is called, and what only looks like it."""

    terms: tuple[str, ...]
    exclusions: tuple[str, ...] = ()


class Brands:
    """Of which brands a text speaks, given what stands in it."""

    def __init__(self, brands: Mapping[str, Names]) -> None:
        self._order = {brand: place for place, brand in enumerate(brands)}
        self._exclusions = {brand: names.exclusions for brand, names in brands.items()}
        self._called: dict[str, list[str]] = {}
        for brand, names in brands.items():
            for term in dict.fromkeys(names.terms):
                self._called.setdefault(term, []).append(brand)

    def phrases(self) -> frozenset[str]:
        """All that a matcher has to look for."""
        return frozenset(self._called).union(*self._exclusions.values())

    def of(self, found: Found) -> tuple[str, ...]:
        """The brands, in the order they were given.

        A term that overlaps an excluded phrase wherever it stands does not count: "Hotel Miramar, Florida" with
        "Miramar, Florida" excluded.
        """
        spoken_of = {
            brand
            for phrase in found.phrases
            for brand in self._called.get(phrase, ())
            if not self._exclusions[brand] or found.beyond(phrase, self._exclusions[brand])
        }
        return tuple(sorted(spoken_of, key=self._order.__getitem__) if spoken_of else ())


def _spellings(phrase: str) -> set[str]:
    if not phrase:
        return set()
    words = [word for word in _PARTING.split(phrase) if word]
    if len(words) < 2 or phrase[0] in "@#":  # noqa: PLR2004  # a single word
        return {phrase}
    spellings = {phrase, " ".join(words), "-".join(words)}
    tags = {_SILENT.sub("", phrase), "_".join(_SILENT.sub("", word) for word in words)}
    return spellings | {f"#{tag}" for tag in tags if all(map(_in_word, tag))}


def _apart(text: str, start: int, end: int) -> bool:
    """Whether no word is cut in two at either end."""
    return not (start and _cut(text[start - 1], text[start])) and not (
        end < len(text) and _cut(text[end], text[end - 1])
    )


def _cut(outside: str, edge: str) -> bool:
    if outside == " " or not _in_word(outside) or _GLUED.match(outside):
        return False
    return edge in "@#" or (_in_word(edge) and not _GLUED.match(edge))


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def _merged(places: Iterable[Place]) -> list[Place]:
    """The same ground in disjoint stretches from left to right, so that a text full of both costs no square."""
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _free(place: Place, barred: list[Place]) -> bool:
    before = bisect_left(barred, (place[1],)) - 1  # the last stretch that starts before the place ends
    return before < 0 or barred[before][1] <= place[0]

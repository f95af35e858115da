"""What a text shows: words that carry a feeling as they stand there, families of complaints, marks.

Valence is turned by a negator within three words before it, strengthened or weakened by the words before it, and weighs
more after a `but`. A fixed wording replaces the valence of its words. The scheme is that of VADER (Hutto & Gilbert,
ICWSM 2014): negation there is × −0.74, `but` × 0.5 before and × 1.5 after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sentinel.remembered import Remembered
from sentinel.scoring.phrases import find
from sentinel.scoring.tokens import ADDRESS, BRAND, HIGH, LAUGHTER, LONG, LOW, MENTION, NUMBER
from sentinel.scoring.vocabulary import faces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.scoring.phrases import Hit, Stage
    from sentinel.scoring.tokens import Tokens
    from sentinel.scoring.vocabulary import Means, Vocabulary

_LONG = re.compile(rf"(\w){LONG}")

SCOPE = 3
"""Words after a negator that it may turn."""
TURNED = -0.74
"""What is left of a valence that is negated."""
TURNED_BLAME = -0.4
"""The same of a blame: what is "not bad" is hardly praised."""
BEFORE_TURN, AFTER_TURN = 0.5, 1.5

_STOPS = frozenset((".", "!", "!!", "?", "?!", "…", ";", ":", ",", "(", ")", '"', "¡", "¿"))


_SHOWN = {
    NUMBER: "#",
    MENTION: "@…",
    ADDRESS: "…",
    BRAND: "…",
    LAUGHTER: "haha",
    HIGH: "a high grade",
    LOW: "a low grade",
}


@dataclass(slots=True)
class Feeling:
    """One word or wording with a valence, as it stands in the text."""

    at: int
    end: int
    valence: float
    negated: bool = False
    face: bool = False


@dataclass(slots=True)
class Signs:
    """All of it. `negated` are the positions of words that a negator may turn; `turn` where the last `but` stands."""

    words: list[str]
    feelings: list[Feeling] = field(default_factory=list)
    families: dict[str, tuple[int, int]] = field(default_factory=dict)
    negated: set[int] = field(default_factory=set)
    turn: int = -1
    stretched: int = 0
    shouted: int = 0

    def wording(self, at: int, end: int) -> str:
        """The words from `at` up to before `end`, as a person may read them."""
        return " ".join([_SHOWN.get(word, word) for word in self.words[at:end]])


class _Known(NamedTuple):
    """What is known of a word wherever it stands."""

    valence: float = 0.0
    face: bool = False
    negates: bool = False
    stops: bool = False
    begins: tuple[Stage[Means], ...] = ()


_PLAIN = _Known()


class Lens(Remembered[str, _Known]):
    """The words of one or two languages, looked up once each: the first language is asked first."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        super().__init__()
        self._vocabularies = tuple(vocabularies)

    def unstretched(self, word: str) -> str:
        """A stretched word (`looove`) as it was meant.

        As it stands (`pfff`, `Missstand`) or with two letters, where such a word is known; else with one.
        """
        if LONG not in word:
            return word
        for meant in (word, _LONG.sub(r"\1\1", word)):
            if self[meant] is not _PLAIN:
                return meant
        return word.replace(LONG, "")

    def look(self, word: str) -> _Known:
        """What the lists say of a word; one and the same `_PLAIN` where they say nothing."""
        if word in _STOPS:
            return _Known(stops=True)
        face = faces().get(word)
        begins = [node for each in self._vocabularies for node in each.phrases.first(word)]
        valence = face or next((found for each in self._vocabularies if (found := each.of(word))), 0.0)
        negates = any(word in each.negators for each in self._vocabularies)
        known = _Known(valence, face is not None, negates, begins=tuple(begins))
        return _PLAIN if known == _PLAIN else known


def signs(read: Tokens, lens: Lens) -> Signs:
    """What a text shows, seen through the words of its languages."""
    words = [lens.unstretched(word) for word in read.words] if read.stretched else read.words
    found = Signs(words, stretched=read.stretched, shouted=read.shouted)
    known = list(map(lens.__getitem__, words))
    wordings = _wordings(found, known)
    _walk(found, known, wordings)
    if wordings.turns:
        _turn(found, wordings.turns)
    return found


def _turn(found: Signs, turns: Iterable[int]) -> None:
    """Weighs what stands before the last `but` and after it; one within an idiom (`nothing but`) turns nothing."""
    idioms = [each for each in found.feelings if each.end > each.at + 1]
    turns = [turn for turn in turns if not any(each.at < turn < each.end for each in idioms)]
    if turns:
        found.turn = max(turns)
        for feeling in found.feelings:
            feeling.valence *= BEFORE_TURN if feeling.at < found.turn else AFTER_TURN


@dataclass(slots=True)
class _Wordings:
    """Idioms by where they begin, the longest of several; factors by where they end; turns; words that are part of those two."""

    idioms: dict[int, Hit[Means]] = field(default_factory=dict)
    factors: dict[int, float] = field(default_factory=dict)
    turns: list[int] = field(default_factory=list)
    spent: set[int] = field(default_factory=set)


def _wordings(found: Signs, known: Sequence[_Known]) -> _Wordings:
    """Every fixed wording; families are noted with what is found."""
    out = _Wordings()
    begins = [(at, word.begins) for at, word in enumerate(known) if word.begins]
    for hit in find(begins, found.words):
        start, end, means = hit.start, hit.end, hit.means
        if means.family:
            before = found.families.get(means.family)
            if before is None or end - start > before[1] - before[0]:
                found.families[means.family] = (start, end)
        elif means.valence:
            if start not in out.idioms or end > out.idioms[start].end:
                out.idioms[start] = hit
        else:
            if means.turn or means.factor >= 1:  # "sin embargo", "not only": the negator in it denies nothing
                out.spent.update(range(start, end))
            if means.turn:
                out.turns.append(start)
            else:
                out.factors[end] = means.factor
    return out


def _walk(found: Signs, known: Sequence[_Known], wordings: _Wordings) -> None:
    """Every word in turn: what it weighs where it stands."""
    negation_ends = strength_ends = idiom_ends = -1
    strength = 1.0
    idioms, factors = wordings.idioms, wordings.factors
    for at, word in enumerate(known):
        negated = at < negation_ends
        if negated:
            found.negated.add(at)
        if at in factors:
            strength, strength_ends = factors[at], at + 1
        if word is _PLAIN or at < idiom_ends:
            continue
        if word.stops:
            negation_ends = strength_ends = -1
            found.negated.discard(at)
            continue
        idiom = idioms.get(at)
        if idiom is not None or word.valence:
            feeling = (
                Feeling(at, idiom.end, idiom.means.valence)
                if idiom is not None
                else Feeling(at, at + 1, word.valence, face=word.face)
            )
            idiom_ends = feeling.end
            if at <= strength_ends:
                feeling.valence *= strength
            if negated and not feeling.face:
                feeling.valence *= TURNED if feeling.valence > 0 else TURNED_BLAME
                feeling.negated = True
            found.feelings.append(feeling)
        if word.negates and idiom is None and at not in wordings.spent:
            negation_ends = at + 1 + SCOPE

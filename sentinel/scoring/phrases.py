"""Fixed and half-fixed wordings, found among a text's words in one pass.

A phrase is words with spaces between. A word may be a stem with any ending (`cobr*`), one of several
(`contesta|responde`), any number (`#`), any one word (`_`), up to three words (`...`), or missing (`puede?`).
Gaps are bounded and a phrase has a bounded number of words, so the time is linear in the text.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sentinel.scoring.tokens import NUMBER, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

T = TypeVar("T")

GAP = 3
"""Words that `...` may stand for, at most."""

_NEVER_SKIPPED = frozenset((".", "!", "!!", "?", "?!", "…", ";"))
"""A gap stays within a sentence."""


class Hit(NamedTuple, Generic[T]):
    """Words `start` up to before `end`, and what the phrase found there means."""

    start: int
    end: int
    means: T


class Node(Generic[T]):
    """Where phrases stand after the same parts, as written. A part of many words leads to one node by each of them."""

    __slots__ = ("after_any", "after_gap", "lengths", "means", "parts", "stems", "words")

    def __init__(self) -> None:
        self.parts: dict[str, Node[T]] = {}
        self.words: dict[str, list[Node[T]]] = {}
        self.stems: dict[str, list[Node[T]]] = {}
        self.lengths: tuple[int, ...] = ()
        self.after_any: Node[T] | None = None
        self.after_gap: Node[T] | None = None
        self.means: list[T] = []

    def next(self, word: str) -> list[Node[T]]:
        """The nodes that `word` leads to."""
        found = self.words.get(word, _NONE)
        if self.lengths:
            found = [*found, *(node for size in self.lengths for node in self.stems.get(word[:size], ()))]
        if self.after_any is not None and word not in _NEVER_SKIPPED:
            found = [*found, self.after_any]
        return found

    def step(self, part: str) -> Node[T]:
        """The node after `part`, made if there is none."""
        if part == "...":
            self.after_gap = self.after_gap or Node()
            return self.after_gap
        if part == "_":
            self.after_any = self.after_any or Node()
            return self.after_any
        if (node := self.parts.get(part)) is None:
            node = self.parts[part] = Node()
            for atoms in _alternatives(part):
                self._lead(atoms, node)
        return node

    def _lead(self, atoms: tuple[str, ...], end: Node[T]) -> None:
        """Lead to `end` by these words, one after another."""
        at = self
        for atom in atoms[:-1]:
            between: Node[T] = Node()
            at._edge(atom, between)  # another of the same class
            at = between
        at._edge(atoms[-1], end)  # noqa: SLF001  # the same

    def _edge(self, atom: str, node: Node[T]) -> None:
        if atom.endswith("*"):
            stem = atom[:-1]
            self.lengths = tuple(sorted({*self.lengths, len(stem)}))
            self.stems.setdefault(stem, []).append(node)
        else:
            self.words.setdefault(atom, []).append(node)

    def sealed(self) -> None:
        """Let go of what only adding needs."""
        for node in self.parts.values():
            node.sealed()
        for between in (self.after_any, self.after_gap):
            if between is not None:
                between.sealed()
        self.parts = _NO_PARTS
        self.words = self.words or _NO_EDGES
        self.stems = self.stems or _NO_EDGES


_NONE: list[Any] = []
_NO_PARTS: dict[str, Any] = {}
_NO_EDGES: dict[str, list[Any]] = {}


class Phrases(Generic[T]):
    """Many phrases, looked for at once."""

    def __init__(self) -> None:
        self._root: Node[T] = Node()

    def add(self, written: str, means: T) -> None:
        """Take a phrase in. ValueError when it is none: nothing but gaps, or beginning with `_`."""
        for way in _ways(written):
            if not way or way[0] == "_":
                raise ValueError(f"{written!r} must begin with a word")
            node = self._root
            for part in way:
                node = node.step(part)
            if means not in node.means:
                node.means.append(means)

    def seal(self) -> None:
        """No more will be added: what only adding needs is let go."""
        self._root.sealed()

    def first(self, word: str) -> list[Node[T]]:
        """Where phrases stand that begin with `word`: what `find` is given. Worth remembering: most words begin none."""
        return self._root.next(word)


def find(begins: Iterable[tuple[int, Sequence[Node[T]]]], words: Sequence[str]) -> list[Hit[T]]:
    """All phrases found; `begins` are places in the text with what `first` says of the word there."""
    hits: list[Hit[T]] = []
    for start, nodes in begins:
        for node in nodes:
            if node.means:
                hits += [Hit(start, start + 1, means) for means in node.means]
            _follow(node, words, start, start + 1, hits)
    return hits


def _follow(node: Node[T], words: Sequence[str], start: int, at: int, hits: list[Hit[T]]) -> None:
    """Every way on from `node`, whose next word is `words[at]`."""
    if at >= len(words):
        return
    for step in node.next(words[at]):
        if step.means:
            hits += [Hit(start, at + 1, means) for means in step.means]
        _follow(step, words, start, at + 1, hits)
    if node.after_gap is not None:
        for skipped in range(GAP + 1):
            _follow(node.after_gap, words, start, at + skipped, hits)
            if at + skipped >= len(words) or words[at + skipped] in _NEVER_SKIPPED:
                break


def _ways(written: str) -> Iterator[tuple[str, ...]]:
    """Every sequence of parts that the phrase allows: with and without what may be missing; no gap at its ends."""
    choices = [
        (part[:-1], "") if part.endswith("?") and len(part) > 1 else (part,) for part in written.split()
    ]
    for choice in product(*choices):
        parts = [part for part in choice if part and (part in _GAPS or _alternatives(part))]
        while parts and parts[-1] == "...":
            parts.pop()
        while parts and parts[0] == "...":
            parts.pop(0)
        yield tuple(parts)


_GAPS = frozenset(("...", "_"))
_NUMBERS = tuple(
    (word,)
    for word in (
        f"{NUMBER} dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta two three four five six "
        "seven eight nine ten twelve twenty thirty duas quatro cinco sete oito nove dez vinte trinta deux trois quatre "
        "cinq sept huit neuf dix vingt trente zwei drei vier funf sechs sieben acht neun zehn zwanzig dreissig due tre "
        "quattro cinque sei sette otto nove dieci venti trenta"
    ).split()
)
"""What `#` stands for: digits, and the numbers that people write out in waits and prices, in any language."""


@lru_cache(maxsize=1024)
def _alternatives(part: str) -> tuple[tuple[str, ...], ...]:
    """The words, or sequences of words, that stand for a part."""
    return tuple(spelt for word in part.split("|") for spelt in _spellings(word))


def _spellings(word: str) -> Iterator[tuple[str, ...]]:
    if word == "#":
        yield from _NUMBERS
        return
    star = word.endswith("*")
    atoms = tokens(word[:-1] if star else word).words
    if not atoms:
        return
    yield (*atoms[:-1], atoms[-1] + "*") if star else tuple(atoms)
    if atoms[-1] == "n't" and len(atoms) > 1:
        yield (*atoms[:-2], atoms[-2] + "nt")

"""Fixed and half-fixed wordings, found among a text's words in one pass.

A phrase is words with spaces between. A word may be a stem with any ending (`cobr*`), one of several
(`contesta|responde`), any number (`#`), any one word (`_`), up to three words (`...`), or missing (`puede?`).
Gaps are bounded and a phrase has a bounded number of words, so the time is linear in the text.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count, product
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from sentinel.scoring.tokens import NUMBER, word_tokens

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


_BORN = count()
"""So that what is found comes in the order in which it was written, wherever nodes lie in memory."""


class Node(Generic[T]):
    """Where phrases stand after the same parts, as written. A part of many words leads to one node by each of them."""

    __slots__ = ("after_any", "after_gap", "born", "lengths", "means", "parts", "stems", "words")

    def __init__(self) -> None:
        self.born = next(_BORN)
        self.parts: dict[str, Node[T]] = {}
        self.words: dict[str, tuple[Node[T], ...]] = {}
        self.stems: dict[str, tuple[Node[T], ...]] = {}
        self.lengths: tuple[int, ...] = ()
        self.after_any: Node[T] | None = None
        self.after_gap: Node[T] | None = None
        self.means: tuple[T, ...] = ()

    def next(self, word: str) -> list[Node[T]]:
        """The nodes that `word` leads to, by itself or by its stem."""
        found = [*self.words.get(word, ())]
        for size in self.lengths:
            found += self.stems.get(word[:size], ())
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
            end = (node,)  # one for all its words: there are a hundred thousand
            for atoms in _alternatives(part):
                self._lead(atoms, end)
        return node

    def _lead(self, atoms: tuple[str, ...], end: tuple[Node[T]]) -> None:
        """Lead to `end` by these words, one after another."""
        at = self
        for atom in atoms[:-1]:
            between: Node[T] = Node()
            at._edge(atom, (between,))
            at = between
        at._edge(atoms[-1], end)  # noqa: SLF001  # the same

    def _edge(self, atom: str, end: tuple[Node[T]]) -> None:
        edges, key = self.words, atom
        if atom.endswith("*"):
            edges, key = self.stems, atom[:-1]
            if len(key) not in self.lengths:
                self.lengths = (*self.lengths, len(key))
        before = edges.get(key)
        edges[key] = end if before is None else before + end

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


_born = attrgetter("born")
_NO_PARTS: dict[str, Any] = {}
_NO_EDGES: dict[str, tuple[Any, ...]] = {}


class Stage(Generic[T]):
    """Where all phrases stand that a text may be in the middle of: some nodes, some of them within a gap, as one.

    Made when first come to, and remembered: a deterministic automaton, as much of it as texts ask for (the lazy subset
    construction of Aho, Sethi and Ullman, "Compilers", 3.7).
    """

    __slots__ = ("_made", "_nodes", "_one", "_past", "_skips", "known", "means")

    REMEMBERED = 500
    FEW = 12

    def __init__(self, nodes: _Nodes[T], made: _Stages[T]) -> None:
        """`nodes` with how many words each may still skip."""
        self._nodes = nodes
        self._made = made
        self.known: dict[str, Stage[T] | None] = {}
        self._one: Node[T] | None = None
        self._skips = any(skips or node.after_any is not None for node, skips in nodes)
        self._past: Stage[T] | None = None
        ends = sorted((node for node, skips in nodes if skips is None and node.means), key=_born)
        self.means = tuple(dict.fromkeys(means for node in ends for means in node.means))

    def after(self, word: str) -> Stage[T] | None:
        """Where they stand after `word`; None when none of them goes on so. Look into `known` first."""
        reached = self._reached(word)
        skipped = self._skips and word not in _NEVER_SKIPPED
        stage: Stage[T] | None
        if len(reached) == 1 and not skipped:
            stage = self._made.at(reached[0])
        elif reached:
            every: set[tuple[Node[T], int | None]] = {(node, None) for node in reached}
            stage = self._made.of(every.union(self._passing()) if skipped else every)
        else:
            stage = self._passed() if skipped else None
        if len(self.known) < self.REMEMBERED and self._made.remembered < self._made.MOST_REMEMBERED:
            self._made.remembered += 1
            self.known[word] = stage
        return stage

    def _reached(self, word: str) -> list[Node[T]]:
        """The nodes that the word itself leads to."""
        if len(self._nodes) > self.FEW:
            self._one = self._one or _merged(node for node, _ in self._nodes)
            return self._one.next(word)
        return [after for node, _ in self._nodes for after in node.next(word)]

    def _passing(self) -> Iterator[tuple[Node[T], int | None]]:
        """Where they stand after any word that may be skipped."""
        for node, skips in self._nodes:
            if skips:
                yield node, skips - 1
            if node.after_any is not None:
                yield node.after_any, None

    def _passed(self) -> Stage[T]:
        if self._past is None:
            self._past = self._made.of(self._passing())
        return self._past


def _merged(nodes: Iterable[Node[T]]) -> Node[T]:
    """The ways on from many nodes as those of one."""
    one: Node[T] = Node()
    for node in nodes:
        for word, after in node.words.items():
            one.words[word] = one.words.get(word, ()) + after
        for stem, after in node.stems.items():
            one.stems[stem] = one.stems.get(stem, ()) + after
    one.lengths = tuple({len(stem) for stem in one.stems})
    return one


_Nodes: TypeAlias = "frozenset[tuple[Node[T], int | None]]"


class _Stages(Generic[T]):
    """The stages made so far, each once; forgotten when texts have asked for very many."""

    MOST, MOST_REMEMBERED = 20_000, 200_000

    def __init__(self) -> None:
        self.remembered = 0
        self._made: dict[_Nodes[T], Stage[T]] = {}
        self._alone: dict[Node[T], Stage[T]] = {}

    def at(self, node: Node[T]) -> Stage[T]:
        """The stage of one node: what most words lead to."""
        if (stage := self._alone.get(node)) is None:
            if len(self._alone) >= self.MOST:
                self._alone.clear()
            stage = self._alone[node] = self.of(((node, None),))
        return stage

    def of(self, nodes: Iterable[tuple[Node[T], int | None]]) -> Stage[T]:
        """The stage of these nodes and of the gaps that begin right behind them."""
        every = set(nodes)
        waiting = list(every)
        while waiting:
            node, _ = waiting.pop()
            if node.after_gap is not None and (begun := (node.after_gap, GAP)) not in every:
                every.add(begun)
                waiting.append(begun)
        return self._stage(frozenset(every))

    def _stage(self, key: _Nodes[T]) -> Stage[T]:
        if (stage := self._made.get(key)) is None:
            if len(self._made) >= self.MOST:
                self._made.clear()
            stage = self._made[key] = Stage(key, self)
        return stage


class Phrases(Generic[T]):
    """Many phrases, looked for at once."""

    def __init__(self) -> None:
        self._root: Node[T] = Node()
        self._stages: _Stages[T] = _Stages()

    def add(self, written: str, means: T) -> None:
        """Take a phrase in. ValueError when it is none: nothing but gaps, or beginning with `_`."""
        for way in _ways(written):
            if not way or way[0] == "_":
                raise ValueError(f"{written!r} must begin with a word")
            node = self._root
            for part in way:
                node = node.step(part)
            if means not in node.means:
                node.means += (means,)

    def seal(self) -> None:
        """No more will be added: what only adding needs is let go."""
        self._root.sealed()

    def first(self, word: str) -> tuple[Stage[T], ...]:
        """Where phrases stand that begin with `word`: what `find` is given. Worth remembering: most words begin none."""
        nodes = self._root.next(word)
        return (self._stages.of((node, None) for node in nodes),) if nodes else ()


def find(begins: Iterable[tuple[int, Sequence[Stage[T]]]], words: Sequence[str]) -> list[Hit[T]]:
    """All phrases found; `begins` are places in the text with what `first` says of the word there."""
    hits: list[Hit[T]] = []
    length = len(words)
    for start, stages in begins:
        for begun in stages:
            stage: Stage[T] | None = begun
            at = start + 1
            while stage is not None:
                if stage.means:
                    hits += [Hit(start, at, means) for means in stage.means]
                if at >= length:
                    break
                word = words[at]
                stage = stage.known[word] if word in stage.known else stage.after(word)
                at += 1
    return hits


def _ways(written: str) -> Iterator[tuple[str, ...]]:
    """Every sequence of parts that the phrase allows: with and without what may be missing; no gap at its ends."""
    parts = written.split()
    if "?" not in written:
        yield _trimmed(parts)
        return
    choices = [(part[:-1], "") if part.endswith("?") and len(part) > 1 else (part,) for part in parts]
    for choice in product(*choices):
        yield _trimmed(choice)


def _trimmed(parts: Iterable[str]) -> tuple[str, ...]:
    kept = [part for part in parts if part and (part in _GAPS or _alternatives(part))]
    while kept and kept[-1] == "...":
        kept.pop()
    while kept and kept[0] == "...":
        kept.pop(0)
    return tuple(kept)


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


@lru_cache(maxsize=16_384)
def _alternatives(part: str) -> tuple[tuple[str, ...], ...]:
    """The words, or sequences of words, that stand for a part."""
    return tuple(spelt for word in part.split("|") for spelt in _spellings(word))


def _spellings(word: str) -> Iterator[tuple[str, ...]]:
    if word == "#":
        yield from _NUMBERS
        return
    star = word.endswith("*")
    atoms = word_tokens(word[:-1] if star else word)
    if not atoms:
        return
    yield (*atoms[:-1], atoms[-1] + "*") if star else atoms
    if atoms[-1] == "n't" and len(atoms) > 1:
        yield (*atoms[:-2], atoms[-2] + "nt")

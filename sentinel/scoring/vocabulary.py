"""What is known of a language's words: `lexicons/LL.tsv` and `families/LL.txt`, read when the language is first met.

A lexicon has sections `[words]` (a word or a stem with a star, tab, valence −4 … 4), `[phrases]` (the same for several
words), `[negators]`, `[intensifiers]` (a factor) and `[contrast]`; a families file has one section for each family, a
phrase a line. How phrases are written: see `phrases`. `# ` begins a comment.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from sentinel.scoring.phrases import Phrases
from sentinel.scoring.tokens import word_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("es", "en", "pt", "fr", "de", "it")
"""Those that have word lists."""

COMPLAINTS = (
    "money", "broken", "no answer", "waiting", "never again", "scam", "consumer body", "hygiene", "injury",
    "discrimination", "data leak", "staff", "sarcasm", "headline", "bad",
)  # fmt: skip
"""What complaints look like without a word of feeling."""

INNOCENTS = ("spared", "question", "job ad", "support reply", "good")
"""What looks like a complaint, or could, and is none."""


class Means(NamedTuple):
    """What a phrase stands for: a valence of its own, a family, a factor for what follows, or a turn (`but`)."""

    valence: float = 0.0
    family: str = ""
    factor: float = 0.0
    turn: bool = False


class Vocabulary:
    """One language's words."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.phrases: Phrases[Means] = Phrases()
        self.negators: set[str] = {"n't"} if language == "en" else set()
        self._words: dict[str, float] = {}
        self._stems: dict[str, float] = {}
        self._lengths: tuple[int, ...] = ()

    def of(self, word: str) -> float:
        """The valence of a word by itself, −4 to 4; 0 when it has none. A whole word goes before a stem, a long before a short."""
        if word in self._words:
            return self._words[word]
        for length in self._lengths:
            if length <= len(word) and (valence := self._stems.get(word[:length])):
                return valence
        return 0.0

    def add_word(self, written: str, valence: float) -> None:
        """A word, or a stem with a star. ValueError when it is none."""
        stem = written.endswith("*")
        spelt = word_tokens(written.rstrip("*"))
        if len(spelt) != 1:
            self.phrases.add(written, Means(valence=valence))
        elif stem:
            self._stems[spelt[0]] = valence
            self._lengths = tuple(sorted({*self._lengths, len(spelt[0])}, reverse=True))
        else:
            self._words[spelt[0]] = valence


@cache
def vocabulary(language: str) -> Vocabulary | None:
    """The words of a language; None for one that has no lists."""
    if language not in LANGUAGES:
        return None
    words = Vocabulary(language)
    with _collecting_nothing():
        _read(words)
    return words


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Fifty thousand objects are made here and none is garbage: looking for it meanwhile would double the time.

    Nor will they ever be: frozen, they are not looked through at every collection to come (100 ms each).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def _read(words: Vocabulary) -> None:
    language = words.language
    for section, line in _sections(f"lexicons/{language}.tsv"):
        _take(words, section, line)
    for family, line in _sections(f"families/{language}.txt"):
        if family not in COMPLAINTS and family not in INNOCENTS:
            raise ValueError(f"families/{language}.txt: there is no family {family!r}")
        words.phrases.add(line, Means(family=family))
    words.phrases.seal()


def _take(words: Vocabulary, section: str, line: str) -> None:
    written, _, number = (part.strip() for part in line.partition("\t"))
    match section:
        case "words":
            words.add_word(written, float(number))
        case "phrases":
            words.phrases.add(written, Means(valence=float(number)))
        case "negators":
            words.negators.update(spelt if len(spelt := word_tokens(written)) == 1 else ())
        case "intensifiers":
            words.phrases.add(written, Means(factor=float(number)))
        case "contrast":
            words.phrases.add(written, Means(turn=True))
        case _:
            raise ValueError(f"lexicons/{words.language}.tsv: there is no section [{section}]")


def _sections(name: str) -> Iterator[tuple[str, str]]:
    """Every line with the section it stands in."""
    section = ""
    for raw in files("sentinel.scoring").joinpath(name).read_text("utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("# ") or line == "#":
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        else:
            yield section, line


@cache
def faces() -> dict[str, float]:
    """Valences of emoji and emoticons, −4 to 4."""
    return {
        token: float(number)
        for _, line in _sections("lexicons/emoji.tsv")
        for token, _, number in [line.partition("\t")]
    }

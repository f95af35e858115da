"""A short post as words and marks, in one spelling; the same for the lists, the model and what they are asked about.

Addresses, mentions, numbers and the brand's own names each become one word that says only what stood there, so that
nothing can be learned from them; laughter and stretched words become what they mean.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from sentinel.folding import folded
from sentinel.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 2_000
"""Characters that are read: 300 words say what a review thinks; linear time bounds the rest."""

LONG = "ː"
"""Stands for the rest of a letter that is written three times or more: nobody can tell whether once or twice was meant."""

ADDRESS, MENTION, NUMBER, LAUGHTER, BRAND = "<http>", "<at>", "<0>", "<haha>", "<brand>"
HIGH, LOW = "<high>", "<low>"
"""A grade that somebody gives in words: 9/10 and more, 5 stars; 3/10 and less, 0 or 1 star."""

_TOKEN = re.compile(
    r"[@#]\w+"
    r"|n't\b|\w+"
    r"|<3+|<brand>|<high>|<low>"
    r"|[:;=]'?[-o]?(?:[()\[\]/\\|*]+|[dp](?!\w))"
    r"|[\U0001F170-\U0001FAFF\u2600-\u27BF\u231A\u231B\u23E9-\u23F3\u2B50\u2B55\u203C\u2049]"
    r"|[.,;:!?¡¿()…\n\"]+"
)
_ADDRESS = re.compile(r"https?:\S*|www\.\S+")
_GRADE = re.compile(
    r"(?<![\d/])(?:(?P<tenths>\d{1,2})\s?/\s?10(?!\s?/)|(?<!hotel )(?<!hotel de )(?<!un )(?P<stars>[015])\s?"
    r"(?:stars?|estrellas?|estrelas?|etoiles?|sterne?|stelle?|stella))\b"
)
_GRADED = ("/10", "/ 10", "star", "estre", "etoile", "stern", "stell")
_STRETCHED = re.compile(r"([^\W\d_])\1\1+")
_LAUGHTER = re.compile(
    rf"(?:a?(?:(?:jaj?){{2,}}|(?:hah?){{2,}})[jahs{LONG}]*|(?:(?:je){{2,}}|(?:he){{2,}}|(?:ji){{2,}}|(?:hi){{2,}}|(?:jo){{2,}})"
    rf"[jh]?{LONG}?|[kw]{LONG}|kk+|(?:rs){{2,}}r?|lo[ol{LONG}]*l{LONG}?|lmf?ao+{LONG}?|rofl|mdr{LONG}?|ptdr|xd+{LONG}?)\Z"
)
_LAUGHS = frozenset("ajhekwrlmpx")
"""What a laugh may begin with."""
_HASHTAG_JOINT = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_HASHTAG = re.compile(r"#\w+")
_CAPITALS = re.compile("[A-ZÀ-Þ]{3}")  # tells nearly every text that does not shout, in a tenth of the time
_SHOUT = re.compile(r"\b[A-ZÀ-Þ]{3,}\b")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")


class Tokens(NamedTuple):
    """`words` in order, marks (`.`, `!`, …) and emoji among them; `stretched` words (noooo) and words in CAPITALS."""

    words: list[str]
    stretched: int
    shouted: int


def tokens(text: str, names: tuple[str, ...] = ()) -> Tokens:
    """The words of a text; `names` of the brand are no words. Linear time, never an error."""
    text = text[:LONGEST]
    masked = finder(names) if names else None
    shouted = _SHOUT.findall(text) if _CAPITALS.search(text) else []
    if shouted and names:
        shouted = [word for word in shouted if folded(word) not in _words_of(names)]
    if "#" in text:
        text = _HASHTAG.sub(partial(_apart, masked), text)
    if "\n" in text:
        text = text.replace("\n", " . ")
    plain = folded(text)
    if not plain.isascii():
        plain = _SKIN.sub("", plain)
    if "http" in plain or "www." in plain:
        plain = _ADDRESS.sub(" http ", plain)
    if masked is not None:
        plain = masked.sub(f" {BRAND} ", plain)
    if "n't" in plain:
        plain = plain.replace("n't", " n't")
    if any([sign in plain for sign in _GRADED]):  # noqa: C419  # half the time of a generator
        plain = _GRADE.sub(_grade, plain)
    words = list(chain.from_iterable(map(_CHUNKS.__getitem__, plain.split())))
    return Tokens(words, sum([LONG in word for word in words]), len(shouted))


def word_tokens(written: str) -> tuple[str, ...]:
    """The words of a piece of a list: as `tokens`, and quick for the plain word that nearly all of them are."""
    plain = folded(written)
    return (_WORDS[plain],) if plain.isalpha() else tuple(tokens(written).words)


def _grade(found: re.Match[str]) -> str:
    """What a grade says, as a word; one in the middle stays a number."""
    share = int(found["tenths"]) / 10 if found["tenths"] else int(found["stars"]) / 5
    return f" {HIGH} " if _HIGH_FROM <= share <= 1 else f" {LOW} " if share <= _LOW_TO else found[0]


_HIGH_FROM, _LOW_TO = 0.9, 0.3


def _apart(masked: re.Pattern[str] | None, hashtag: re.Match[str]) -> str:
    """#NuncaMas as #Nunca Mas; #nuncamas stays whole, and so does a name of the brand."""
    if masked is not None and (masked.fullmatch(plain := folded(hashtag[0])) or masked.fullmatch(plain, 1)):
        return hashtag[0]
    return _HASHTAG_JOINT.sub(" ", hashtag[0])


@lru_cache(maxsize=4096)
def finder(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds a brand's names in folded text, the longest first; None when there is none."""
    spelt = sorted({plain for name in names if (plain := folded(name).strip())}, key=len, reverse=True)
    if not spelt:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in spelt))


@lru_cache(maxsize=4096)
def _words_of(names: tuple[str, ...]) -> frozenset[str]:
    """Whoever writes BBVA or IKEA does not shout."""
    return frozenset(word.strip("@#") for name in names for word in folded(name).split())


class _Words(Remembered[str, str]):
    """What a piece of text is as a word."""

    def look(self, piece: str) -> str:
        return _word(piece)


class _Chunks(Remembered[str, tuple[str, ...]]):
    """The words of what stands between two blanks: no token reaches over a blank. Long ones never come again."""

    LONGEST = 40

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        return self.look(chunk) if len(chunk) > self.LONGEST else super().__missing__(chunk)

    def look(self, chunk: str) -> tuple[str, ...]:
        return tuple(map(_WORDS.__getitem__, _TOKEN.findall(chunk)))


def _word(piece: str) -> str:
    first = piece[0]
    if first in _STAND_FOR:
        return _STAND_FOR[first](piece)
    if piece in {"http", "https"}:
        return ADDRESS
    if first.isdigit():
        return NUMBER
    if _STRETCHED.search(piece):
        piece = _STRETCHED.sub(rf"\1{LONG}", piece)
    return LAUGHTER if first in _LAUGHS and _LAUGHTER.match(piece) else piece


def _mark(piece: str) -> str:
    """A run of marks as the one that says most; emoticons stay as they are."""
    if piece[0] in ":;=" and len(piece) > 1 and not set(piece) <= set(".,;:!?…"):
        return _EMOTICONS.get(piece[-1], ":")
    if "!" in piece:
        return "?!" if "?" in piece else "!" if piece.count("!") == 1 else "!!"
    if "?" in piece:
        return "?"
    if "…" in piece or ".." in piece:
        return "…"
    return piece[0]


_EMOTICONS = {
    ")": ":)",
    "]": ":)",
    "d": ":d",
    "p": ":p",
    "*": ":*",
    "(": ":(",
    "[": ":(",
    "/": ":/",
    "\\": ":/",
    "|": ":|",
}
_STAND_FOR: dict[str, Callable[[str], str]] = {
    "@": lambda _: MENTION,
    "#": lambda piece: _word(piece[1:]),
    "<": lambda piece: piece if piece in {BRAND, HIGH, LOW} else "<3",
    **dict.fromkeys('.,;:=!?¡¿()…\n"', _mark),
}
_WORDS = _Words()
_CHUNKS = _Chunks()

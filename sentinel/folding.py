r"""One spelling for what people write in many: case, diacritics, white space, dashes and quotes folded away.

"HABITACIÓN" and "habitacion", "Straße" and "STRASSE", "Hotel\n Miramar" and "hotel miramar" fold to the same string.
Folding goes character by character, so that a phrase stands in a text exactly if its folded form stands in the folded
text.
"""

from __future__ import annotations

import re
import unicodedata

from sentinel.remembered import Remembered

_SAME = (
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("’‘ʼ′´`＇", "'")
    | dict.fromkeys("‐‑‒–—−﹣－", "-")
    | {"＃": "#", "＠": "@"}
)
"""What Unicode does not take apart, or takes for something else."""

_SPACES = "\u200b\u2060\ufeff\u180e"
"""Of no width, but they part words; all of `str.isspace` comes on top."""

_DIACRITICS = range(0x0300, 0x0370)
"""Of Latin, Greek and Cyrillic. Marks of other scripts are letters' own parts: が is not か."""


_NOT_ASCII = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[^\x00-\x7f][\u3099\u309a]?")
"""One letter, also where Korean and Japanese write it as two or three characters."""


def folded(text: str) -> str:
    """`text` in its one spelling: single spaces, no marks, no upper case, no lone surrogates. In linear time.

    (Normalising a whole text to NFC is not linear: 100 kB of mixed combining marks take 8 s.)
    """
    plain = text if text.isascii() else _NOT_ASCII.sub(_plain, text)
    plain = plain.lower()
    if "  " in plain or not plain.isprintable():
        plain = " ".join(plain.split())
    return plain


def _plain(letter: re.Match[str]) -> str:
    return _FOLDS[letter[0]]


class _Folds(Remembered[str, str]):
    """Filled as letters come."""

    def look(self, letter: str) -> str:
        return "".join(map(_fold, unicodedata.normalize("NFC", letter)))


def _fold(char: str) -> str:
    if char.isspace() or char in _SPACES:
        return " "
    if char in _SAME:
        return _SAME[char]
    if _invisible(char):
        return ""
    if unicodedata.category(char) == "Cs":
        return "\ufffd"  # half a character: the automaton takes none
    return _letters(char)


def _invisible(char: str) -> bool:
    # Marks, joiners, direction signs, soft hyphens and emoji variants: nobody sees them, so nothing hangs on them.
    return ord(char) in _DIACRITICS or unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


def _letters(char: str) -> str:
    # Compatibility forms only of letters (ﬁ, Ｍ, 𝐌): "Miramar™" must not become "miramartm".
    plain = _bare(unicodedata.normalize("NFKD" if char.isalpha() else "NFD", char)).casefold()
    spelt = "".join(_SAME.get(part, part) for part in plain)
    return unicodedata.normalize("NFC", _bare(unicodedata.normalize("NFD", spelt)))


def _bare(parts: str) -> str:
    return "".join(part for part in parts if ord(part) not in _DIACRITICS)


_FOLDS = _Folds()

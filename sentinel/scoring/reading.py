"""From what a scorer is asked to what the text shows: its languages, the part about the brand, its words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sentinel.scoring.language import language, second
from sentinel.scoring.signs import Lens, Signs, signs
from sentinel.scoring.tokens import tokens
from sentinel.scoring.vocabulary import LANGUAGES, vocabulary
from sentinel.scoring.whom import towards

if TYPE_CHECKING:
    from sentinel.model.mention import Text

FALLBACK = ("es", "en")
"""Read with, where a text's language cannot be told, or another may be mixed in, and none is configured: the two that most
posts come in."""


class Read(NamedTuple):
    """`lang` the text's own (None: cannot be told); `turned` when what it says is said of the other brand."""

    lang: str | None
    signs: Signs
    turned: bool = False


def read(asked: Text) -> Read:
    """Read one text. Never an error; linear in the text's length."""
    about = towards(asked)
    said = tokens(about.text, asked.names)
    first = language(asked.text, asked.lang, asked.allowed)
    spoken = () if first is None else (first, second(said.words, first, asked.allowed or FALLBACK))
    read_with = tuple([each for each in spoken or asked.allowed or FALLBACK if each in LANGUAGES][:2])
    return Read(first, signs(said, lens(read_with)), about.turned)


@cache
def lens(languages: tuple[str, ...]) -> Lens:
    """The word lists of these languages as one. There are a few dozen pairs at most."""
    return Lens([words for language in languages if (words := vocabulary(language)) is not None])

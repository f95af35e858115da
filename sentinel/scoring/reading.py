"""From what a scorer is asked to what the text shows: its languages, the part about the brand, its words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sentinel.scoring.language import hinted, language, second
from sentinel.scoring.signs import Lens, Signs, signs
from sentinel.scoring.tokens import tokens
from sentinel.scoring.vocabulary import LANGUAGES, vocabulary
from sentinel.scoring.whom import towards

if TYPE_CHECKING:
    from sentinel.model.mention import Text

FALLBACK = ("es", "en")
"""Read with, where a text's language cannot be told, or another may be mixed in, and none is configured: the two that most
posts come in."""


_GUESSED = 4
"""Words up to which the language of a text that does not say it is a guess."""
_MOST_LANGUAGES = 3


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
    usual = asked.allowed or FALLBACK
    spoken: tuple[str | None, ...] = usual
    if first is not None and (len(said.words) > _GUESSED or hinted(asked.lang)):
        spoken = (first, second(said.words, first, usual))
    elif first is not None:  # of three words nobody knows the language
        spoken = (first, *(each for each in usual if each != first))
    read_with = tuple([each for each in spoken if each in LANGUAGES][:_MOST_LANGUAGES])
    return Read(first, signs(said, lens(read_with)), about.turned)


@cache
def lens(languages: tuple[str, ...]) -> Lens:
    """The word lists of these languages as one. There are a few dozen pairs at most."""
    return Lens([words for language in languages if (words := vocabulary(language)) is not None])

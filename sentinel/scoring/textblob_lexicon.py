"""TextBlob's English lexicon and tables, loaded from the installed package without what `import textblob` drags in.

`import textblob` imports nltk, and nltk imports scipy.stats: 2.7 s and 118 MB, of which sentiment needs nothing. So
TextBlob's own module `_text` is executed from where the package is installed, under a private name, and its own
lexicon file is read by its own reader. An imported `textblob` is never touched: this is a second copy of one module.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

NEGATIONS = frozenset(("no", "not", "n't", "never"))
"""As `textblob.en` hands them to its analyzer."""

_ADVERB = "RB"
_ADJECTIVE = "JJ"
_SARCASM = "(!)"


class Word(NamedTuple):
    """A word of the lexicon; `modifies` says that it may strengthen or weaken the word after it."""

    polarity: float
    subjectivity: float
    intensity: float
    label: str | None
    modifies: bool


class Odd(NamedTuple):
    """A word outside the lexicon that still does something: an emoticon or "(!)", or (label None) "!" or a negation."""

    polarity: float = 0.0
    label: str | None = None


class Tables(NamedTuple):
    """All that is looked up for each token, made once from TextBlob's own data."""

    notable: dict[str, Word | Odd]
    """By lower-case form. Any other word only matters right after one of these."""
    tails: frozenset[str]
    """Tokens that may be the last piece of an emoticon or of a "( ! )" written with spaces."""
    joints: frozenset[str]
    """The last character of a token and the next token, where both may be pieces of such a thing."""
    punctuation: str
    """What is split off a word, without the full stop, which has its own rules."""
    abbreviations: frozenset[str]
    abbreviated: Callable[[str], re.Match[str] | None]
    emoticons: re.Pattern[str]
    """An emoticon, its pieces perhaps apart, and what follows it."""
    sarcasm: re.Pattern[str]
    find_tokens: Callable[[str], list[str]]
    """TextBlob's own tokeniser: a list of sentences, tokens separated by spaces."""


@cache
def tables() -> Tables:
    """The tables, built on the first call (about 0.1 s)."""
    text = pattern()
    tails, joints = _pieces(text)
    abbreviations = (text.RE_ABBR1, text.RE_ABBR2, text.RE_ABBR3)
    return Tables(
        notable=_odd(text) | _words(text),  # the lexicon goes first, as in TextBlob
        tails=tails,
        joints=joints,
        punctuation=text.PUNCTUATION.replace(".", ""),
        abbreviations=frozenset(text.ABBREVIATIONS),
        abbreviated=re.compile("|".join(rule.pattern for rule in abbreviations)).match,
        emoticons=text.RE_EMOTICONS,
        sarcasm=text.RE_SARCASM,
        find_tokens=text.Parser(language="en").find_tokens,
    )


@cache
def pattern() -> ModuleType:
    """TextBlob's module `_text` under a private name."""
    package = find_spec("textblob")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("textblob is not installed", name="textblob")
    path = Path(package.submodule_search_locations[0]) / "_text.py"
    spec = spec_from_file_location("_sentinel_textblob_text", path)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("textblob._text cannot be read", name="textblob._text")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _words(text: ModuleType) -> dict[str, Word | Odd]:
    lexicon = text.Sentiment(path=str(Path(text.MODULE) / "en" / "en-sentiment.xml"), synset="wordnet_id")
    lexicon.load()
    _derive_adverbs(lexicon)
    return {form: _word(senses, lexicon.labeler.get(form)) for form, senses in lexicon.items()}


def _word(senses: dict[str | None, Sequence[float]], label: str | None) -> Word:
    polarity, subjectivity, intensity = senses[None]  # the mean of its parts of speech
    return Word(polarity, subjectivity, intensity, label, _ADVERB in senses)


def _derive_adverbs(lexicon: Any) -> None:
    # As `textblob.en.Sentiment.load` does it: terrible → terribly, happy → happily.
    for form, senses in list(lexicon.items()):
        if _ADJECTIVE in senses:
            stem = form[:-1] + "i" if form.endswith("y") else form
            lexicon.annotate(stem.removesuffix("le") + "ly", _ADVERB, *senses[_ADJECTIVE])


def _odd(text: ModuleType) -> dict[str, Word | Odd]:
    odd: dict[str, Word | Odd] = dict.fromkeys(NEGATIONS | {"!"}, Odd())
    odd[_SARCASM] = Odd(0.0, text.IRONY)
    for (_, polarity), emoticons in text.EMOTICONS.items():
        for form in map(str.lower, emoticons):
            if _asked_about(form, text.PUNCTUATION):
                odd.setdefault(form, Odd(polarity, text.MOOD))  # the first group that holds it wins
    return odd


def _asked_about(form: str, punctuation: str) -> bool:
    # TextBlob's own shortcut, which also makes it deaf to "XD" and ":'''(".
    return not form.isalpha() and len(form) <= 5 and form not in punctuation  # noqa: PLR2004  # as it stands there


def _pieces(text: ModuleType) -> tuple[frozenset[str], frozenset[str]]:
    """A token that ends an emoticon, and the character before it: how a scattered one gives itself away.

    Tokens never end in "-" unless they are "-", so that of ":-." the "-" is watched instead of every full stop.
    """
    whole = {form for group in text.EMOTICONS.values() for form in group} | {_SARCASM}
    joints = {form[at:] for form in whole for at in range(len(form) - 1)}
    tails = {joint[1:] for joint in joints}
    return frozenset(tails - {"."} | {"-"}), frozenset(joints)

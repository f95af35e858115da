"""The words TextBlob would see, in its order, with next to none of its regular expressions.

TextBlob splits a text into sentences of tokens and then joins them all again; all that is left of the sentences is that
an emoticon or a "( ! )" whose pieces lie in two of them is not put together. So: split at white space, split the
punctuation off each chunk, and look for sentences only where two neighbours may be pieces of such a thing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sentinel.scoring.textblob_lexicon import tables

if TYPE_CHECKING:
    from sentinel.scoring.textblob_lexicon import Tables

_PARAGRAPH_MARK = "END-OF-SENTENCE"  # TextBlob puts it between paragraphs and drops it, an author's own too
_ENDING = frozenset(("...", ".", "!", "?"))
_CLOSING = _ENDING | frozenset("”’)")  # still belongs to the sentence that has ended


def tokens(text: str) -> list[str]:
    """Equal to `" ".join(textblob.en.tokenize(text)).split()`."""
    known = tables()
    found: list[str] = []
    for chunk in _spaced(text).split():
        if chunk.isalnum() or len(chunk) == 1:
            found.append(chunk)
        else:
            _split(chunk, found, known)
    if _PARAGRAPH_MARK in found:
        return " ".join(known.find_tokens(text)).split()
    if known.tails.isdisjoint(found) or not _in_pieces(found, known):
        return found
    if "\n\n" in text.replace("\r\n", "\n"):
        return " ".join(known.find_tokens(text)).split()
    return _joined(found, known)


def _spaced(text: str) -> str:
    if "'" in text:
        text = text.replace("n't", " n't").replace("'", " ' ")
    if '"' in text:
        text = text.replace('"', ' " ')
    if not text.isascii():
        for quote in "“”‘’":
            text = text.replace(quote, f" {quote} ")
    return text


def _split(chunk: str, found: list[str], known: Tables) -> None:
    body = chunk.lstrip(known.punctuation)
    found.extend(chunk[: len(chunk) - len(body)])
    word = body.rstrip(known.punctuation)
    if word.endswith("."):
        _split_dotted(body, found, known)
        return
    if word:
        found.append(word)
    found.extend(body[len(word) :])


def _split_dotted(body: str, found: list[str], known: Tables) -> None:
    if body[:-1].isalnum():  # the plain end of a sentence
        found.extend((body,) if _abbreviation(body, known) else (body[:-1], "."))
        return
    # Step by step as TextBlob does it: whether a full stop is part of the word depends on what was cut off before.
    tail: list[str] = []
    while body and (body[-1] == "." or body[-1] in known.punctuation):
        if body[-1] != ".":
            tail.append(body[-1])
            body = body[:-1]
        if body.endswith("..."):
            tail.append("...")
            body = body[:-3].rstrip(".")
        if body.endswith("."):
            if _abbreviation(body, known):
                break
            tail.append(".")
            body = body[:-1]
    if body:
        found.append(body)
    found.extend(reversed(tail))


def _abbreviation(word: str, known: Tables) -> bool:
    return word in known.abbreviations or known.abbreviated(word) is not None


def _in_pieces(found: list[str], known: Tables) -> bool:
    return any(before[-1] + after in known.joints for before, after in pairwise(found))


def _joined(found: list[str], known: Tables) -> list[str]:
    lines = known.sarcasm.sub("(!)", _by_sentence(found))
    return known.emoticons.sub(lambda one: one[1].replace(" ", "") + one[2], lines).split()


def _by_sentence(found: list[str]) -> str:
    # A line is a sentence: neither pattern reaches across a line break.
    parts: list[str] = []
    ended = False
    for token in found:
        if ended and token not in _CLOSING:
            parts.append("\n")
            ended = False
        parts.append(token)
        parts.append(" ")
        ended = ended or token in _ENDING
    return "".join(parts)

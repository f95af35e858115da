"""The `{fields}` that the words of an alert may name, and what is put in for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentinel.model.phrase import shown
from sentinel.rulebook.keys import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIELD = re.compile(r"\{([^{}]*)\}")
"""A field in a text; the group is its name."""

_BRACE = re.compile(r"[{}]")
_POSTS = {"top_post": "the most shared negative post", "first_post": "the earliest negative post"}

FIELDS: Mapping[str, str] = {
    "brand": "the brand's name in sentinel.yaml",
    "rule": "the rule's sentence",
    "severity": "notice, warning or critical",
    "window": "the window that is counted, e.g. 2 hours",
    "since": "when the storm is thought to have begun",
    "negatives": "negative posts in the window",
    "authors": "how many people wrote the negative ones",
    "usual": "how many negatives are usual for such a window",
    "times_usual": "negatives divided by what is usual",
    "source": "the site, if the rule groups by source",
    "sources": "the sites the negatives stand on",
    "incident": "the incident's id",
    **{
        f"{post}.{part}": f"{says}: {of_it}"
        for post, says in _POSTS.items()
        for part, of_it in {
            "text": "what it says",
            "link": "its address",
            "author": "who wrote it",
            "source": "the site it stands on",
            "shares": "how often it was shared",
            "followers": "how many follow who wrote it",
        }.items()
    },
}
"""Fields of `say.title` and `say.body`."""

REPLY_FIELDS: Mapping[str, str] = {**FIELDS, "author": "who wrote the post that is answered"}
"""Fields of `say.reply`."""


def field_mistakes(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each wrong field of a text: (the piece as it stands there, (message, hint))."""
    for found in FIELD.finditer(text):
        if (name := found.group(1)) not in known:
            yield found.group(), (f"{shown(found.group())} is no field", _meant(name, known))
    rest = FIELD.sub(lambda found: " " * len(found.group()), text)
    if alone := _BRACE.search(rest):
        line = text[alone.start() :].split("\n", 1)[0]
        says = f"a '{alone.group()}' stands alone", "braces only stand round a field's name, e.g. {brand}"
        yield line, says


def _meant(name: str, known: Mapping[str, str]) -> str:
    if name in REPLY_FIELDS and name not in known:
        return f"{{{name}}} is only known in say.reply; here {{top_post.{name}}} may be meant"
    near = nearest(name.strip(), known)
    return f"did you mean {{{near}}}?" if near else "docs/rule-reference.md lists the fields"

"""What X is asked for: brand terms packed into as few recent-search queries as fit.

X takes 512 characters a query (self-serve plans); a `since_id` belongs to one query text, so `key` names a query by
its text and a changed query starts a mark of its own.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from sentinel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 512
"""Characters in one query."""

_ENTITY = re.compile(r"@[A-Za-z0-9_]{1,15}|#\w+")


def key(query: str) -> str:
    """The short name under which a cursor keeps this query's mark."""
    return hashlib.blake2s(query.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def queries(terms: Sequence[str], languages: Sequence[str] = (), *, reposts: bool = True) -> tuple[str, ...]:
    """Every term in some query, none over `LONGEST`, in the order given.

    Raises `Refused` when there is nothing to ask for or a term alone is too long.
    """
    suffix = _suffix(languages, reposts=reposts)
    room = LONGEST - len(suffix) - len("()")
    groups: list[list[str]] = []
    used = 0
    for word in _words(terms):
        if len(word) > room:
            raise Refused(
                f"a brand term of {len(word)} characters does not fit into a query to X ({LONGEST})"
            )
        if not groups or used + len(" OR ") + len(word) > room:
            groups.append([])
            used = -len(" OR ")
        groups[-1].append(word)
        used += len(" OR ") + len(word)
    if not groups:
        raise Refused("there is nothing to ask X for: give brands terms, or the source a query")
    return tuple(f"({' OR '.join(group)}){suffix}" for group in groups)


def _suffix(languages: Sequence[str], *, reposts: bool) -> str:
    spoken = f" ({' OR '.join(f'lang:{code}' for code in languages)})" if languages else ""
    return spoken if reposts else f"{spoken} -is:retweet"


def _words(terms: Iterable[str]) -> list[str]:
    """Each term once, as X's grammar writes it: handles and hashtags bare (they match the entity), the rest quoted."""
    plain = (" ".join(term.replace('"', " ").split()) for term in terms)
    distinct = {term.casefold(): term for term in reversed([*plain]) if term}
    return [_written(term) for term in reversed(distinct.values())]


def _written(term: str) -> str:
    return term if _ENTITY.fullmatch(term) else f'"{term}"'

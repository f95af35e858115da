"""Brand terms packed into X's queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Refused
from sentinel.sources.x_query import LONGEST, key, queries


@pytest.mark.parametrize(
    ("terms", "languages", "reposts", "expected"),
    [
        pytest.param(["Hotel Miramar"], [], True, '("Hotel Miramar")', id="a name is quoted"),
        pytest.param(
            ["a b", "@hotel", "#mira"], [], True, '("a b" OR @hotel OR #mira)', id="entities are bare"
        ),
        pytest.param(["a"], ["es", "en"], True, '("a") (lang:es OR lang:en)', id="languages"),
        pytest.param(["a"], [], False, '("a") -is:retweet', id="no reposts"),
        pytest.param(
            ['say "hi"', " ", "Ana", "ana"], [], True, '("say hi" OR "Ana")', id="quotes go, each once"
        ),
        pytest.param(
            ["@a b", "#", "@"], [], True, '("@a b" OR "#" OR "@")', id="what is no entity is quoted"
        ),
    ],
)
def test_terms_become_one_query(terms: list[str], languages: list[str], reposts: bool, expected: str) -> None:  # noqa: FBT001  # a column of the table
    assert queries(terms, languages, reposts=reposts) == (expected,)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80), min_size=1, max_size=60))
def test_every_term_stands_in_some_query_and_none_is_too_long(terms: list[str]) -> None:
    words = {" ".join(term.replace('"', " ").split()) for term in terms} - {""}
    if not words:
        return
    made = queries(terms, ["es"], reposts=False)
    assert all(len(query) <= LONGEST for query in made)
    assert len({key(query) for query in made}) == len(made)
    folded = " ".join(made).casefold()
    assert all(word.casefold() in folded for word in words)


@pytest.mark.parametrize("terms", [pytest.param([], id="none"), pytest.param(["x" * 600], id="one too long")])
def test_what_cannot_be_asked_is_refused(terms: list[str]) -> None:
    with pytest.raises(Refused):
        queries(terms)

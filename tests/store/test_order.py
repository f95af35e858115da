"""Whatever the order, the splits, the repeats and the crashes: the tallies are those of the posts that are stored."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from sentinel.model.post import Author, Cursor
from sentinel.store.open import open_store
from tests.store.making import FEED, numbers, page, post, posts_in, span, sums, sums_in, sums_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel.model.mention import Tally
    from sentinel.model.post import Post
    from sentinel.store.sql import SqlStore

SPEAKS = ("miramar is bad", "miramar is fine", "acme and miramar, both bad", "acme")
SILENT = ("nothing to see",)


@st.composite
def looks(draw: st.DrawFn, texts: tuple[str, ...], *, deleted: bool) -> Post:
    """A look at one of a few posts, so that they meet often."""
    return post(
        name=draw(st.sampled_from("abc")),
        source=draw(st.sampled_from(["x", "mastodon"])),
        text=draw(st.sampled_from(texts)),
        at=draw(st.integers(0, 3)),
        seen=draw(st.integers(0, 9)),
        author=Author(id=draw(st.sampled_from(["ana", "leo"]))),
        engagement=numbers(likes=draw(st.none() | st.integers(0, 3))),
        deleted=deleted and draw(st.booleans()),
    )


def opened() -> SqlStore:
    return open_store("sqlite:///:memory:", Path())


def split(posts: list[Post], cuts: Iterable[int]) -> Iterator[list[Post]]:
    """The posts, in order, cut into pages."""
    edges = sorted({0, len(posts), *(cut % (len(posts) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(edges):
        yield posts[start:end]


@settings(max_examples=60, deadline=None)
@given(st.lists(looks(SPEAKS + SILENT, deleted=True), max_size=12), st.lists(st.integers(0, 12), max_size=4))
def test_tallies_are_those_of_the_stored_posts_and_the_changes_add_up_to_them(
    seen: list[Post], cuts: list[int]
) -> None:
    store = opened()
    changes: list[Tally] = []
    for some in split(seen, cuts):
        changes += store.keep(page(*some)).deltas
    assert sums_in(store) == sums_of(posts_in(store)) == sums(changes)
    assert store.overview().mentions == sum(len(found) for _, _, found in store.mentions(span(-9, 0).start))
    store.close()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_order_split_and_repetition_of_looks_ends_in_the_newest_look_at_each_post(
    data: st.DataObject,
) -> None:
    one_a_moment = st.lists(
        looks(SPEAKS, deleted=True), max_size=10, unique_by=lambda one: (one.source, one.id, one.seen_at)
    )
    seen = data.draw(one_a_moment)
    arrived = data.draw(
        st.permutations(
            seen + data.draw(st.lists(st.sampled_from(seen), max_size=4) if seen else st.just([]))
        )
    )
    store = opened()
    for some in split(arrived, data.draw(st.lists(st.integers(0, 14), max_size=4))):
        store.keep(page(*some))
    newest = {(one.source, one.id): one for one in sorted(seen, key=lambda one: one.seen_at)}
    there = [one for one in newest.values() if not one.deleted]
    assert sums_in(store) == sums_of(there)
    assert Counter(one.text for one in posts_in(store)) == Counter(one.text for one in there)
    store.close()


@pytest.mark.parametrize(
    ("url", "crashes"), [("sqlite:///s.db", KeyboardInterrupt), ("sqlite:///:memory:", RuntimeError)]
)
def test_a_crash_at_any_statement_changes_nothing_and_the_page_can_come_again(
    url: str, crashes: type[BaseException], tmp_path: Path
) -> None:
    store = open_store(url, tmp_path)
    store.keep(page(post("a", seen=1), post("b", seen=1), cursor=Cursor("1"), covered=span(0, 1)))
    again = page(
        post("a", "acme is bad", seen=2),
        post("b", seen=2, deleted=True),
        post("c"),
        post("c", "acme"),
        cursor=Cursor("2"),
        covered=span(1, 2),
    )
    before, told = sums_in(store), 0
    engine = store._doors._engines.writing
    countdown = [0]

    def crash(*_: object) -> None:
        countdown[0] -= 1
        if countdown[0] == 0:
            raise crashes

    event.listen(engine, "before_cursor_execute", crash)
    for told in range(1, 100):
        countdown[0] = told
        try:
            store.keep(again)
        except crashes:
            assert sums_in(store) == before
            assert store.cursor(FEED) == "1"
            assert store.coverage(span(0, 9)) == {FEED: (span(0, 1),)}
        else:
            break
    event.remove(engine, "before_cursor_execute", crash)
    assert told > 10
    assert store.cursor(FEED) == "2"
    assert sums_in(store) == sums_of([post("a", "acme is bad"), post("c", "acme")])
    store.close()

"""X's JSON → posts: what each field becomes, and what a bad item costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Unreachable
from sentinel.model.post import Author, Engagement
from sentinel.sources.x_answer import read_counts, read_page
from tests.sources.x.conftest import NOW, tweet

AGO = NOW - timedelta(minutes=5)


def page(*items: Any, **more: Any) -> dict[str, Any]:
    return {"data": list(items), "meta": {"result_count": len(items)}, **more}


def test_a_post_carries_everything_x_says_of_it() -> None:
    user = {"id": "42", "username": "ada", "name": "Ada", "public_metrics": {"followers_count": 1200}}
    item = tweet(AGO, text="Marks &amp; Co &lt;3", conversation_id="77")
    post = read_page(page(item, includes={"users": [user]}), NOW).posts[0]
    assert (post.source, post.id, post.text, post.lang) == ("x", item["id"], "Marks & Co <3", "es")
    assert (post.published_at, post.seen_at) == (AGO, NOW)
    assert post.author == Author("42", "@ada", 1200)
    assert post.engagement == Engagement(likes=5, shares=4, replies=2, views=900)
    assert (post.url, post.thread, post.repost_of) == (f"https://x.com/ada/status/{item['id']}", "77", None)


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        pytest.param(
            {"referenced_tweets": [{"type": "retweeted", "id": "9"}]}, "repost_of", "9", id="a repost"
        ),
        pytest.param({"referenced_tweets": [{"type": "quoted", "id": "9"}]}, "repost_of", None, id="a quote"),
        pytest.param(
            {"referenced_tweets": [None, {"type": "retweeted"}]}, "repost_of", None, id="odd references"
        ),
        pytest.param({"edit_history_tweet_ids": ["5", "6"]}, "id", "5", id="an edit keeps its first id"),
        pytest.param({"note_tweet": {"text": "long"}}, "text", "long", id="a long post"),
        pytest.param({"note_tweet": 3}, "text", "Hotel Miramar", id="an odd note"),
        pytest.param({"lang": "und"}, "lang", None, id="no language"),
        pytest.param({"lang": "in"}, "lang", "id", id="Indonesian, in its old code"),
        pytest.param({"lang": "zh-TW"}, "lang", "zh", id="a language with a region"),
        pytest.param({"lang": 7}, "lang", None, id="an odd language"),
        pytest.param({"public_metrics": None}, "engagement", Engagement(), id="no counters"),
        pytest.param(
            {"public_metrics": {"like_count": -1}}, "engagement", Engagement(), id="a negative counter"
        ),
        pytest.param({"author_id": None}, "author", Author(), id="no author"),
        pytest.param({"conversation_id": []}, "thread", None, id="an odd thread"),
        pytest.param({"text": "a\0b"}, "text", "ab", id="NUL"),
    ],
)
def test_one_field(change: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(read_page(page(tweet(AGO, **change)), NOW).posts[0], field) == expected


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param(tweet(AGO, text=None), id="no text"),
        pytest.param(tweet(AGO, id=17), id="an id that is a number"),
        pytest.param(tweet(AGO, id="17; drop"), id="an id that is no id"),
        pytest.param(tweet(AGO, created_at="2026-11-22T11:55:00"), id="a time without a zone"),
        pytest.param(tweet(AGO, created_at="yesterday"), id="no time"),
        pytest.param(tweet(AGO, created_at=None), id="a null time"),
        pytest.param(tweet(NOW + timedelta(hours=2)), id="the future"),
        pytest.param(tweet(AGO, created_at="9999-12-31T23:59:59-23:00"), id="a time beyond all calendars"),
    ],
)
def test_a_malformed_item_is_counted_and_costs_only_itself(item: object) -> None:
    answer = read_page(page(tweet(AGO, 1), item, tweet(AGO, 2)), NOW)
    assert len(answer.posts) == 2
    assert len(answer.skipped) == 1
    assert "Hotel" not in f"{answer.skipped}"
    assert answer.size == 3


def test_a_username_that_is_none_does_not_reach_the_address() -> None:
    users = [{"id": "42", "username": "../evil"}, {"id": []}, 3]
    post = read_page(page(tweet(AGO), includes={"users": users}), NOW).posts[0]
    assert post.url == f"https://x.com/i/web/status/{post.id}"
    assert post.author.name is None


def test_parts_that_x_left_out_are_counted_beside_the_posts() -> None:
    answer = read_page(page(tweet(AGO), errors=[{"title": "Not Found Error"}, {}]), NOW)
    assert len(answer.posts) == 1
    assert [skipped.where for skipped in answer.skipped] == ["errors"]


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param({}, id="nothing"),
        pytest.param({"errors": [{"title": "x"}]}, id="errors alone"),
        pytest.param({"data": [], "meta": []}, id="meta of another type"),
        pytest.param({"data": {}, "meta": {}}, id="data of another type"),
        pytest.param({"meta": {"result_count": 3}}, id="posts announced and not sent"),
        pytest.param({"data": [], "meta": {"next_token": 5}}, id="a token of another type"),
    ],
)
def test_what_is_not_x_s_shape_is_unreachable_never_an_empty_answer(answered: object) -> None:
    with pytest.raises(Unreachable):
        read_page(answered, NOW)


def test_nothing_found_is_an_answer() -> None:
    answer = read_page({"meta": {"result_count": 0}}, NOW)
    assert (answer.posts, answer.size, answer.next_token) == ((), 0, None)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(tweet(AGO))), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=4), json_values, json_values)
def test_whatever_stands_in_the_json_the_answer_is_posts_or_unreachable(
    items: list[object], includes: object, errors: object
) -> None:
    answer = read_page(page(*items, includes=includes, errors=errors), NOW)
    assert len(answer.posts) + len(answer.skipped) >= len(items)


def test_counts_are_spans_with_a_number() -> None:
    bucket = {"start": "2026-11-22T10:00:00.000Z", "end": "2026-11-22T11:00:00.000Z", "tweet_count": 7}
    ten, eleven = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (10, 11))
    assert read_counts({"data": [bucket], "meta": {"total_tweet_count": 7}}) == [(ten, eleven, 7)]


@pytest.mark.parametrize("bucket", [None, {}, {"start": 1}, {"start": "x", "end": "y", "tweet_count": 1}])
def test_counts_of_another_shape_are_unreachable(bucket: object) -> None:
    with pytest.raises(Unreachable):
        read_counts({"data": [bucket], "meta": {}})

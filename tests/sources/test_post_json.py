from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.post import Author, Engagement, Post, Skipped
from sentinel.sources import post_json
from sentinel.sources.post_json import read_item, read_line

LEAST: dict[str, Any] = {"source": "x", "id": "1", "text": "dirty", "published_at": "2026-03-14T12:00:00Z"}
FULL = LEAST | {
    "url": "https://x.test/1",
    "lang": "es-ES",
    "seen_at": "2026-03-14T13:00:40.5+01:00",
    "author": {"id": "42", "name": "@ada", "followers": 1200},
    "stars": 1,
    "engagement": {"likes": 3, "shares": 10, "replies": 2, "views": 900},
    "thread": "1590",
    "repost_of": None,
    "colour": "unknown to us",
}
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def line(**changes: Any) -> bytes:
    return json.dumps(LEAST | changes).encode()


def post(raw: bytes) -> Post:
    read = read_line(raw, 1)
    assert isinstance(read, Post), read
    return read


def test_a_full_line_becomes_a_post() -> None:
    assert post(json.dumps(FULL).encode()) == Post(
        source="x",
        id="1",
        text="dirty",
        published_at=NOON,
        seen_at=NOON + timedelta(seconds=40.5),
        url="https://x.test/1",
        lang="es",
        author=Author("42", "@ada", 1200),
        stars=1.0,
        engagement=Engagement(3, 10, 2, 900),
        thread="1590",
    )


def test_the_least_line_knows_nothing_more() -> None:
    assert post(line()) == Post("x", "1", "dirty", NOON, NOON)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"id": 1599}, "id", "1599"),
        ({"id": 2**70}, "id", str(2**70)),
        ({"author": {"id": 42}}, "author", Author("42")),
        ({"author": {"followers": -1, "name": "ada"}}, "author", Author(None, "ada")),
        ({"author": {"followers": 1.5}}, "author", Author()),
        ({"author": {"followers": 10**18}}, "author", Author()),
        ({"author": {"name": "two\nlines"}}, "author", Author(None, "two lines")),
        ({"author": "ada"}, "author", Author()),
        ({"engagement": {"likes": -3, "shares": "10", "views": True}}, "engagement", Engagement(shares=10)),
        ({"engagement": []}, "engagement", Engagement()),
        ({"stars": 6}, "stars", None),
        ({"stars": "4.5"}, "stars", 4.5),
        ({"stars": True}, "stars", None),
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"url": 5}, "url", None),
        ({"lang": "und"}, "lang", None),
        ({"lang": {}}, "lang", None),
        ({"text": "a" * 50_000}, "text", "a" * 40_000),
        ({"text": ""}, "text", ""),
        ({"text": "a\x00b"}, "text", "ab"),
        ({"text": "lone \ud800!"}, "text", "lone \ufffd!"),
        ({"deleted": True}, "deleted", True),
        ({"deleted": "yes"}, "deleted", False),
        ({"deleted": True, "text": None}, "text", ""),
        ({"seen_at": "2026-03-14T11:00:00Z"}, "seen_at", NOON),
        ({"seen_at": None}, "seen_at", NOON),
        ({"published_at": "2026-03-14T21:00:00+09:00"}, "published_at", NOON),
        ({"thread": 7}, "thread", "7"),
        ({"thread": ""}, "thread", None),
    ],
    ids=str,
)
def test_an_odd_value_is_mended(changes: dict[str, Any], field: str, value: object) -> None:
    assert getattr(post(line(**changes)), field) == value


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"[]", "it is not an object"),
        (b"null", "it is not an object"),
        (b"\xff\xfe", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"a":' * 50_000, "it is not JSON"),
        (b" " * (1024 * 1024 + 1), "it is longer than 1 MiB"),
        (line(id=None), "id is null"),
        (line(id=""), "id is not usable"),
        (line(id=True), "id is not usable"),
        (line(id="a" * 501), "id is not usable"),
        (line(source=None), "source is null"),
        (line(text=None), "text is null"),
        (line(text=5), "text is not usable"),
        (b'{"source": "x", "id": "1", "published_at": "2026-03-14T12:00:00Z"}', "text is missing"),
        (b'{"source": "x", "id": "1", "text": "a"}', "published_at is missing"),
        (line(published_at=None), "published_at is null"),
        (line(published_at="2026-03-14T12:00:00"), "published_at is not usable"),
        (line(published_at="yesterday"), "published_at is not usable"),
        (line(published_at=1773489600), "published_at is not usable"),
        (line(published_at="0001-01-01T00:00:00+14:00"), "published_at is not usable"),
        (line(published_at="2100-01-01T00:00:00Z"), "published_at is not usable"),
        (line(seen_at="soon"), "seen_at is not usable"),
        (b'{"source": "x", "id": NaN, "text": "a", "published_at": "2026-03-14T12:00:00Z"}', "id is null"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_line_that_is_no_post_is_named_by_its_number(raw: bytes, why: str) -> None:
    read = read_line(raw, 12)
    assert isinstance(read, Skipped)
    assert read.where == "line 12"
    assert read.why.startswith(why)
    assert "dirty" not in read.why


ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just("  spaced \u200b ")
)
FIELD = st.sampled_from([*FULL, "author.id", "author.name", "author.followers", "engagement.likes"])


def changed(field: str, value: object) -> dict[str, Any]:
    outer, _, inner = field.partition(".")
    return FULL | {outer: FULL[outer] | {inner: value} if inner else value}


@given(FIELD, ODD)
def test_both_ways_of_reading_agree(field: str, value: object) -> None:
    item = changed(field, value)
    raw = json.dumps(item).encode()
    assert read_line(raw, 1) == post_json._tolerant(raw, 1)


@given(
    st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2099, 12, 30)),  # noqa: DTZ001  # a zone is drawn
    st.integers(-14 * 60, 14 * 60),
)
def test_any_zone_means_the_same_moment(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert post(line(published_at=aware.isoformat())).published_at == aware


@given(st.binary(max_size=200))
def test_any_bytes_are_a_post_or_skipped(raw: bytes) -> None:
    assert isinstance(read_line(raw, 1), Post | Skipped)


def test_a_value_that_was_decoded_already_reads_the_same() -> None:
    assert read_item(FULL, "the body") == read_line(json.dumps(FULL).encode(), 1)
    assert read_item([], "the body") == Skipped("the body", "it is not an object")

# ruff: noqa: ASYNC240  # a test may wait for its own disk
from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sentinel.errors import Refused, Unreachable
from sentinel.model.post import Cursor, Page, Post, Skipped, SourceName, Span
from sentinel.sources.contract import Surroundings
from sentinel.sources.recorded import KIND, RecordedOptions

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def line(number: float, **changes: Any) -> str:
    at = minute(number).isoformat()
    return (
        json.dumps({"source": "x", "id": f"p{number}", "text": "dirty", "published_at": at} | changes) + "\n"
    )


class Following:
    """Somebody who follows a file, poll after poll, and keeps what comes as a store would."""

    def __init__(self, file: Path, **options: Any) -> None:
        made = RecordedOptions(kind="recorded", file=file, **options)
        self.source = KIND.build(SourceName("sample"), made, Surroundings(lambda _: "", file.parent))
        self.cursor: Cursor | None = None
        self.claims: list[Span] = []
        self.skipped: list[Skipped] = []
        self.pages: list[Page] = []

    async def poll(self, at: datetime) -> list[Post]:
        pages = [page async for page in self.source.pages(self.cursor, at)]
        for page in pages:
            self.cursor = page.cursor or self.cursor
            self.claims += [page.covered] if page.covered else []
            self.skipped += page.skipped
        self.pages = pages
        return [post for page in pages for post in page.posts]

    async def ids(self, at: datetime) -> list[str]:
        return [post.id for post in await self.poll(at)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


async def test_a_file_is_followed_as_it_grows(file: Path) -> None:
    file.write_text(line(1) + line(2))
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1", "p2"]
    assert await following.ids(minute(11)) == []
    with file.open("a") as more:
        more.write(line(11))
    assert await following.ids(minute(12)) == ["p11"]


async def test_half_a_line_waits_for_its_other_half(file: Path) -> None:
    half, rest = line(2)[:30], line(2)[30:]
    file.write_text(line(1) + half)
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1"]
    with file.open("a") as more:
        more.write(rest + "{broken\n")
    assert await following.ids(minute(11)) == ["p2"]
    assert [skipped.where for skipped in following.skipped] == ["line 3"]


async def test_a_last_line_without_its_end_is_delivered_once_it_is_whole(file: Path) -> None:
    file.write_text(line(1).rstrip("\n"))
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1"]
    with file.open("a") as more:
        more.write("\n" + "{broken\n" + line(2))
    assert await following.ids(minute(11)) == ["p2"]
    assert [skipped.where for skipped in following.skipped] == ["line 2"]


async def test_bad_lines_are_named_by_number_and_the_rest_goes_on(file: Path) -> None:
    file.write_text(f"\ufeff{line(1)}{{broken\n\n   \n{line(2, text=None)}{line(3)}")
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1", "p3"]
    assert following.skipped == [Skipped("line 2", "it is not JSON"), Skipped("line 5", "text is null")]


async def test_a_huge_line_is_passed_over_in_bounded_pieces(file: Path) -> None:
    file.write_text(line(1) + "x" * 10_000_000 + "\n" + line(3))
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1", "p3"]
    assert following.skipped == [Skipped("line 2", "it is longer than 1 MiB")]
    assert len(following.pages) > 1


async def test_a_huge_line_still_being_written_is_told_once(file: Path) -> None:
    file.write_text(line(1) + "x" * 2_000_000)
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1"]
    with file.open("a") as more:
        more.write("x" * 2_000_000 + "\n" + line(3))
    assert await following.ids(minute(11)) == ["p3"]
    assert following.skipped == [Skipped("line 2", "it is longer than 1 MiB")]


async def test_pages_hold_at_most_500_lines_and_each_moves_the_mark(file: Path) -> None:
    file.write_text("".join(line(number / 100) for number in range(1_234)))
    following = Following(file)
    assert len(await following.poll(minute(100))) == 1_234
    assert [len(page.posts) for page in following.pages] == [500, 500, 234]
    assert all(page.cursor for page in following.pages)
    assert [page.covered is None for page in following.pages] == [True, True, False]


@pytest.mark.parametrize("new", [line(7), line(7) + line(8) + line(9) + line(9.5)], ids=["shorter", "longer"])
async def test_a_file_that_was_replaced_is_read_from_its_beginning(file: Path, new: str) -> None:
    file.write_text(line(1) + line(2))
    following = Following(file)
    await following.poll(minute(10))
    file.write_text(new)
    assert (await following.ids(minute(11)))[0] == "p7"
    assert following.skipped == [
        Skipped("the file", "it was truncated or replaced: read again from its beginning")
    ]


async def test_a_copy_of_the_same_file_goes_on_where_it_was(file: Path, tmp_path: Path) -> None:
    file.write_text(line(1) + line(2))
    following = Following(file)
    await following.poll(minute(10))
    copy = tmp_path / "copy"
    copy.write_text(line(1) + line(2) + line(3))
    copy.replace(file)
    assert await following.ids(minute(11)) == ["p3"]
    assert following.skipped == []


async def test_a_line_is_held_until_its_time(file: Path) -> None:
    file.write_text(line(1) + line(2, seen_at=minute(20).isoformat()) + line(3))
    following = Following(file)
    assert await following.ids(minute(10)) == ["p1"]
    assert await following.ids(minute(19)) == []
    assert await following.ids(minute(20)) == ["p2", "p3"]
    assert await Following(file, hold_future=False).ids(minute(10)) == ["p1", "p2", "p3"]


async def test_one_absurd_time_does_not_hold_up_all_that_follow(file: Path) -> None:
    file.write_text(line(1, seen_at="2098-01-01T00:00:00Z") + line(2))
    following = Following(file)
    assert await following.ids(minute(10)) == ["p2"]
    assert following.skipped == [Skipped("line 1", "its seen_at lies more than 400 days ahead")]


async def test_now_is_moves_the_recording_to_the_first_poll_and_keeps_it_there(file: Path) -> None:
    file.write_text(line(-60) + line(-1) + line(2) + line(5))
    today = datetime(2030, 7, 1, 9, 0, tzinfo=UTC)
    following = Following(file, now_is="2026-03-14T12:00:00Z")
    past = await following.poll(today)
    assert [post.published_at for post in past] == [
        today - timedelta(minutes=60),
        today - timedelta(minutes=1),
    ]
    following.source = Following(file, now_is="2026-03-14T12:00:00Z").source  # the service restarts
    assert await following.poll(today + timedelta(minutes=1)) == []
    later = await following.poll(today + timedelta(minutes=2, seconds=30))
    assert [post.published_at for post in later] == [today + timedelta(minutes=2)]
    assert later[0].seen_at == today + timedelta(minutes=2)
    assert await following.ids(today + timedelta(minutes=5)) == ["p5"]


async def test_a_held_line_shows_that_the_recording_is_whole_up_to_the_poll(file: Path) -> None:
    file.write_text(line(1) + line(2) + line(30))
    following = Following(file, live=False)
    await following.poll(minute(10))
    await following.poll(minute(20))
    assert following.claims == [Span(minute(1), minute(10)), Span(minute(10), minute(20))]


async def test_a_live_file_is_whole_up_to_the_poll(file: Path) -> None:
    file.write_text(line(1) + line(2))
    following = Following(file)
    await following.poll(minute(10))
    await following.poll(minute(15))
    assert following.claims == [Span(minute(1), minute(10)), Span(minute(10), minute(15))]


async def test_a_file_that_is_not_live_is_whole_up_to_its_newest_line(file: Path) -> None:
    file.write_text(line(1) + line(2))
    following = Following(file, live=False)
    await following.poll(minute(10))
    await following.poll(minute(15))
    assert following.claims == [Span(minute(1), minute(2))]


async def test_the_silence_after_a_recording_that_ended_long_ago_is_not_claimed(file: Path) -> None:
    file.write_text(line(1) + line(2))
    following = Following(file)
    later = NOON + timedelta(days=900)
    await following.poll(later)
    await following.poll(later + timedelta(minutes=5))
    assert following.claims == [Span(minute(1), minute(2)), Span(later, later + timedelta(minutes=5))]


async def test_an_empty_file_claims_nothing(file: Path) -> None:
    file.write_text("")
    following = Following(file)
    assert await following.poll(minute(10)) == []
    assert following.claims == []


async def test_a_missing_file_is_unreachable_for_now(file: Path) -> None:
    with pytest.raises(Unreachable, match=r"posts\.jsonl is not there"):
        await Following(file).poll(NOON)


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
async def test_what_is_no_plain_file_is_refused(file: Path, make: Any) -> None:
    make(file)
    with pytest.raises(Refused, match=r"posts\.jsonl"):
        await Following(file).poll(NOON)


@pytest.mark.parametrize("written", ["yesterday", "2026-03-14T12:00:00", "2026-03-14", 5])
def test_now_is_needs_a_zone(file: Path, written: object) -> None:
    with pytest.raises(ValidationError, match="write a time with a zone"):
        Following(file, now_is=written)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 120), max_size=12), st.lists(st.integers(0, 400), max_size=6))
async def test_however_it_grows_every_line_comes_exactly_once_and_in_order(
    file: Path, seen: list[int], cuts: list[int]
) -> None:
    whole = "".join(
        line(0, id=str(number), seen_at=minute(at).isoformat()) for number, at in enumerate(sorted(seen))
    ).encode()
    following = Following(file)
    found: list[Post] = []
    for step, cut in enumerate([*sorted(cuts), len(whole)]):
        file.write_bytes(whole[:cut])
        found += await following.poll(minute(20 * step))
    found += await following.poll(minute(1_000))
    assert [post.id for post in found] == [str(number) for number in range(len(seen))]
    assert following.skipped == []

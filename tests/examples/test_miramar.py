"""The recording that `make run` plays: made by its script, sound in every line, and with nobody real in it."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
RECORDING = EXAMPLES / "miramar.jsonl"
FIELDS = {
    "source",
    "id",
    "url",
    "text",
    "lang",
    "published_at",
    "seen_at",
    "author",
    "stars",
    "engagement",
    "thread",
    "repost_of",
    "deleted",
}
LONGEST_X_HANDLE = 15
REAL_NAMES = re.compile(
    r"tripadvisor|google|twitter|booking|airbnb|expedia|trivago|hilton|marriott|meli[aá]|iberostar|riu\b|ryanair|iberia\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def maker() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLES))
        yield importlib.import_module("make_miramar")


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDING.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def posts(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first look at each post."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        first.setdefault((line["source"], line["id"]), line)
    return list(first.values())


def at(line: dict[str, Any], field: str) -> datetime:
    return datetime.fromisoformat(line[field])


def speaks_of_miramar(line: dict[str, Any]) -> bool:
    return (
        "Hotel Miramar" in line["text"]
        or re.search(r"\b(el|del|al|the) Miramar\b", line["text"], re.IGNORECASE) is not None
    )


def test_the_file_is_what_its_script_makes(maker: ModuleType) -> None:
    assert RECORDING.read_text(encoding="utf-8") == maker.recording()


def test_the_file_is_small_enough_to_ship() -> None:
    assert RECORDING.stat().st_size < 1_500_000


def test_every_line_has_the_fields_of_a_post_and_zoned_times_in_order(lines: list[dict[str, Any]]) -> None:
    assert all({"source", "id", "text", "published_at", "seen_at"} <= line.keys() <= FIELDS for line in lines)
    seen = [at(line, "seen_at") for line in lines]
    assert seen == sorted(seen)
    assert all(moment.tzinfo is not None for moment in seen)
    assert all(at(line, "published_at") <= at(line, "seen_at") for line in lines)


def test_ordinary_days_have_forty_to_seventy_mentions(posts: list[dict[str, Any]], maker: ModuleType) -> None:
    named = re.compile(r"\b(el|del|al|the|hotel) (Hotel )?(Miramar|Costa Sur)\b", re.IGNORECASE)
    elsewhere = re.compile(r"la costa sur|Miramar (police|air show|de Mar del Plata)", re.IGNORECASE)
    days = Counter(
        at(post, "published_at").date()
        for post in posts
        if named.search(post["text"]) and not elsewhere.search(post["text"])
    )
    whole_days = [(maker.NOW_IS - timedelta(days=n)).date() for n in range(1, maker.DAYS)]
    assert all(40 <= days[day] <= 70 for day in whole_days), days


def test_two_weeks_lie_before_the_present_and_a_quarter_of_an_hour_after(
    lines: list[dict[str, Any]], maker: ModuleType
) -> None:
    assert maker.NOW_IS - at(lines[0], "seen_at") > timedelta(days=13, hours=12)
    assert timedelta(minutes=12) < at(lines[-1], "seen_at") - maker.NOW_IS < timedelta(minutes=20)


def test_the_storm_crosses_the_rule_within_forty_seconds_of_the_present_and_not_before(
    posts: list[dict[str, Any]], maker: ModuleType
) -> None:
    storm = re.compile(
        r"cucaracha|chinches|cockroach|bed bugs|asco|vergonzos|vergüenza|verguenza|desastre|p[ée]sim",
        re.IGNORECASE,
    )

    def complaints(seconds: int) -> list[str]:
        end = maker.NOW_IS + timedelta(seconds=seconds)
        return [
            f"{post['source']}:{post['author']['id']}"
            for post in posts
            if speaks_of_miramar(post)
            and storm.search(post["text"])
            and at(post, "seen_at") <= end
            and at(post, "published_at") > end - timedelta(hours=2)
        ]

    assert 3 <= len(complaints(0)) <= 6
    assert len(complaints(15)) < 8
    assert len(complaints(35)) >= 8
    assert len(set(complaints(40))) >= 12
    assert len(complaints(900)) > 80


def test_the_storm_grows_and_then_slows_down(posts: list[dict[str, Any]], maker: ModuleType) -> None:
    minutes = Counter(
        int((at(post, "seen_at") - maker.NOW_IS).total_seconds() // 180)
        for post in posts
        if speaks_of_miramar(post) and at(post, "seen_at") >= maker.NOW_IS
    )
    assert minutes[1] > 20
    assert minutes[4] < minutes[1] / 2


def test_newer_looks_bring_growing_engagement_an_edit_and_a_deletion(lines: list[dict[str, Any]]) -> None:
    looks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in lines:
        looks.setdefault((line["source"], line["id"]), []).append(line)
    loudest = max(looks.values(), key=len)
    shares = [look["engagement"]["shares"] for look in loudest]
    assert shares == sorted(shares)
    assert shares[-1] > 1000
    assert len({look["text"] for look in loudest}) == 2
    assert any(look.get("deleted") for group in looks.values() for look in group[1:])


def test_reposts_and_threads_point_at_posts_of_the_recording(posts: list[dict[str, Any]]) -> None:
    known = {post["id"] for post in posts}
    pointed = [post[field] for post in posts for field in ("thread", "repost_of") if field in post]
    assert pointed
    assert set(pointed) <= known


def test_both_languages_and_all_four_sites_speak(posts: list[dict[str, Any]]) -> None:
    languages = Counter(post.get("lang") for post in posts)
    assert languages["es"] > 2 * languages["en"] > 300
    assert {post["source"] for post in posts} == {"x", "mastodon", "tripadvisor", "google"}


def test_it_is_made_of_more_than_250_written_lines() -> None:
    written = (EXAMPLES / "miramar_lines.txt").read_text(encoding="utf-8").splitlines()
    sentences = {line for line in written if " " in line and not line.startswith(("#", "["))}
    assert len(sentences) > 250


def test_nobody_in_it_can_be_real(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert str(urlsplit(line["url"]).hostname).endswith(".example")
        name = line["author"]["name"]
        if line["source"] == "x":
            assert len(name.removeprefix("@")) > LONGEST_X_HANDLE
        if line["source"] == "mastodon":
            assert name.endswith("@social.example")
        handles = re.findall(r"@(\w+)", line["text"])
        assert all(len(handle) > LONGEST_X_HANDLE for handle in handles), handles
        assert not REAL_NAMES.search(line["text"]), line["text"]
        assert "http" not in line["text"]


def test_the_present_of_the_recording_is_the_one_in_sentinel_yaml(maker: ModuleType) -> None:
    shipped = (ROOT / "sentinel.yaml").read_text(encoding="utf-8")
    moment = maker.NOW_IS.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert f'now_is: "{moment}"' in shipped

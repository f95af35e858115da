"""Odd calendars: a brand of which somebody speaks once a year, and days of 23 and of 25 hours.

Everything inside is UTC, in which no hour is skipped and none comes twice; people, though, live by their own clocks.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from math import pi, sin
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sentinel.cli.backtest import backtest
from sentinel.cli.recordings import read_recordings
from sentinel.detect.coverage import epoch_minute
from sentinel.model.mention import Tally
from tests.stand.desk import Desk, empty_desk
from tests.stand.hotel import CONFIG, NOON, plan, post
from tests.stand.judgments import rule_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sentinel.model.post import Post
    from sentinel.plan import Plan

MINUTE = timedelta(minutes=1)
FOUR_WEEKS = 28 * 1440
"""In minutes."""
KINDS = ("spike", "share", "share by the hour", "stars", "silence")


@pytest.fixture
def all_rules(tmp_path: Path) -> Plan:
    """A rule of each kind but crisis, in which one post is enough."""
    rules = {kind.replace(" ", "-"): rule_of(kind).replace("once a week", "once a month") for kind in KINDS}
    return plan(tmp_path, config=CONFIG, rules=rules)


# ── a brand with one post a year ────────────────────────────────────────────────────────────────────────────


def recorded(folder: Path, moments: list[str], **more: object) -> list[Post]:
    """A recording of bad posts at these moments, with their zones as written."""
    file = folder / "posts.jsonl"
    lines = [
        {
            "source": "x",
            "id": str(n),
            "text": "a dirty room at the Miramar",
            "published_at": at,
            "author": {"id": f"author {n}"},
            **more,
        }
        for n, at in enumerate(moments)
    ]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return list(read_recordings([file]))


def test_a_brand_with_one_post_a_year_is_neither_a_storm_nor_silent(all_rules: Plan, tmp_path: Path) -> None:
    years = [f"{year}-02-28T23:59:59Z" for year in range(2020, 2031)]
    posts = recorded(tmp_path, years, stars=1)
    done = asyncio.run(backtest(all_rules, posts))
    assert (len(done.raised), done.mentions) == (0, len(years))


def test_for_a_brand_with_one_post_a_year_a_few_in_an_hour_are_a_storm(
    all_rules: Plan, tmp_path: Path
) -> None:
    years = [f"{year}-02-28T12:00:00Z" for year in range(2020, 2026)]
    storm = [f"2026-02-28T12:{minute:02}:00Z" for minute in range(0, 25, 4)]
    found = asyncio.run(backtest(all_rules, recorded(tmp_path, [*years, *storm]))).raised
    (one,) = [one.incident for one in found if one.incident.rule == "spike"]
    assert one.opened_at == datetime(2026, 2, 28, 12, 17, tzinfo=UTC)
    assert one.peak.usual < 0.1


def test_a_crisis_word_once_a_year_is_raised_each_time_and_over_each_time(tmp_path: Path) -> None:
    once = rule_of("crisis").replace("2 posts", "1 post").replace("2 authors", "1 author")
    years = [f"{year}-02-28T23:59:59Z" for year in range(2020, 2031)]
    made = plan(tmp_path, rules={"crisis": once})
    found = asyncio.run(backtest(made, recorded(tmp_path, years))).raised
    assert [f"{one.incident.opened_at:%Y-%m-%d}" for one in found] == [
        f"{year}-03-01" if year % 4 else f"{year}-02-29" for year in range(2020, 2031)
    ]
    assert all(one.incident.closed_at is not None for one in found[:-1])


# ── days of 23 and of 25 hours ──────────────────────────────────────────────────────────────────────────────

CHANGES = pytest.mark.parametrize(
    ("zone", "day"),
    [
        pytest.param("Europe/Madrid", (2026, 3, 29), id="Madrid skips an hour"),
        pytest.param("Europe/Madrid", (2026, 10, 25), id="Madrid repeats an hour"),
        pytest.param("America/Santiago", (2026, 4, 5), id="Santiago repeats an hour"),
        pytest.param("America/Santiago", (2026, 9, 6), id="Santiago skips an hour"),
    ],
)


def rate(local: datetime) -> float:
    """Posts an hour by the local clock: a night, a day, and an evening when everybody writes."""
    hour = local.hour + local.minute / 60
    return 1 + 9 * max(0.0, sin((hour - 7) / 17 * pi)) ** 2 if hour >= 7 else 1.0


class People:
    """Who live by a local clock and write evenly: chance has no part in it, so what is raised is the calendar's doing."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.owed = 0.0
        self.written = 0

    def spoke(self, at: datetime) -> tuple[int, int]:
        """How many posts in this minute, and how many of them bad: every fifth of all."""
        self.owed += rate(at.astimezone(self.zone)) / 60
        before, many = self.written, int(self.owed)
        self.written, self.owed = before + many, self.owed - many
        return many, self.written // 5 - before // 5

    def past(self, begin: datetime) -> list[tuple[int, int, int]]:
        """The four weeks before `begin`: minute, posts, bad ones."""
        each = (
            (epoch_minute(begin) + ago, *self.spoke(begin + ago * MINUTE)) for ago in range(-FOUR_WEEKS, 0)
        )
        return [one for one in each if one[1]]

    def posts(self, at: datetime) -> list[Post]:
        """Those of this minute."""
        many, bad = self.spoke(at)
        minutes = (at - NOON) / MINUTE
        texts = ["a dirty room at the Miramar"] * bad + ["a lovely room at the Miramar"] * (many - bad)
        return [post(f"{at:%d %H:%M} {n}", minutes, text) for n, text in enumerate(texts)]


def lived(made: Plan, people: People, begin: datetime, extra: Callable[[datetime], list[Post]]) -> Desk:
    """A day and a half from `begin`, read every ten minutes, by a house that knows the four weeks before."""
    start = (begin - NOON) / MINUTE
    desk = empty_desk(made, start)
    desk.take(at=start, since=start - FOUR_WEEKS)
    past = people.past(begin)
    for counting in (watcher.counting for watcher in desk.flow.lookouts):
        key = counting.series("miramar", "x")
        tallies = [Tally(key, "x", *one) for one in past]
        desk.store.adopt(counting.fingerprint, tallies, begin - FOUR_WEEKS * MINUTE)
    desk.begin_anew(start)
    for ten in range(0, 36 * 60, 10):
        minutes = [begin + (ten + n) * MINUTE for n in range(10)]
        come = [one for minute in minutes for one in [*people.posts(minute), *extra(minute)]]
        desk.take(*come, at=start + ten + 10, since=start + ten)
        desk.look(start + ten + 10)
    return desk


@CHANGES
def test_people_who_move_their_clocks_are_no_storm_and_no_silence(
    all_rules: Plan, zone: str, day: tuple[int, int, int]
) -> None:
    begin = datetime(*day, tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=12)
    desk = lived(all_rules, People(zone), begin, lambda _: [])
    assert [(one.rule, one.why) for one in desk.incidents() if one.opened_at] == []
    desk.store.close()


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(datetime(2026, 10, 25, 0, 40, tzinfo=UTC), id="as Madrid goes back to two o'clock"),
        pytest.param(datetime(2026, 4, 5, 2, 40, tzinfo=UTC), id="as Santiago goes back to eleven o'clock"),
    ],
)
def test_a_storm_in_the_hour_that_comes_twice_is_one_storm(all_rules: Plan, first: datetime) -> None:
    zone = "Europe/Madrid" if first.month > 6 else "America/Santiago"

    def extra(at: datetime) -> list[Post]:
        since = (at - first) / MINUTE
        return [post(f"storm {since}", (at - NOON) / MINUTE)] if 0 <= since < 40 and since % 2 == 0 else []

    desk = lived(all_rules, People(zone), first - timedelta(hours=12), extra)
    (one,) = [one for one in desk.incidents() if one.rule == "spike" and one.opened_at]
    assert one.onset is not None
    assert abs(one.onset - first) <= timedelta(minutes=20)
    assert one.closed_at is not None
    desk.store.close()


def test_an_hour_that_comes_twice_is_two_hours(all_rules: Plan, tmp_path: Path) -> None:
    """Half past two, in summer time and again in winter time: an hour lies between, and half the posts are no storm."""
    summer = [f"2026-10-25T02:3{n}:00+02:00" for n in range(3)]
    winter = [f"2026-10-25T02:3{n}:00+01:00" for n in range(3)]
    before = ["2026-09-20T12:00:00+02:00"]
    posts = recorded(tmp_path, [*before, *summer, *winter])
    assert [one.published_at.hour for one in posts] == [10, 0, 0, 0, 1, 1, 1]
    assert asyncio.run(backtest(all_rules, posts)).raised == []
    more = [f"2026-10-25T02:3{n}:00+01:00" for n in range(3, 7)]
    all_at_once = recorded(tmp_path, [*before, *winter, *more])
    assert "spike" in {one.incident.rule for one in asyncio.run(backtest(all_rules, all_at_once)).raised}

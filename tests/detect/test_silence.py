"""A brand that falls silent, and a source that does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.detect.attention import Attention, BrandWords
from sentinel.detect.coverage import epoch_minute
from sentinel.detect.silence import quiet_since
from sentinel.model.mention import Tally
from sentinel.rulebook.types import Book
from sentinel.scoring.compact_engine import LEXICON, CompactScorer
from tests.detect.worlds import DAYS, HOUR, NOON, SILENCE, World, rule_of

ASKED = timedelta(hours=3)


@pytest.mark.parametrize(
    ("newest", "read_since", "last_ok", "since"),
    [
        pytest.param(-2, -9, 0, None, id="it spoke two hours ago"),
        pytest.param(-3, -9, 0, -3, id="three hours ago to the minute"),
        pytest.param(None, -9, 0, -9, id="it never spoke since it is read"),
        pytest.param(None, -2, 0, None, id="it has not been read for long"),
        pytest.param(-9, -9, -7, None, id="what was not read does not count"),
        pytest.param(-9, -9, None, None, id="it was never read without trouble"),
    ],
)
def test_a_source_is_quiet_when_it_was_read_and_said_nothing(
    newest: int | None, read_since: int | None, last_ok: int | None, since: int | None
) -> None:
    def hours(n: int | None) -> object:
        return None if n is None else NOON + n * HOUR

    found = quiet_since(hours(newest), hours(read_since), hours(last_ok), ASKED)  # type: ignore[arg-type]  # by hours()
    assert found == hours(since)


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        pytest.param(
            "press", "no post since 2026-03-04 07:00 UTC; r expects one within 3 hours", id="watched"
        ),
        pytest.param("blog", "", id="not watched by a rule that asks"),
    ],
)
def test_ops_are_told_of_the_watched_source_and_of_the_rule_that_expects_more(feed: str, says: str) -> None:
    rule = rule_of(SILENCE, watch="watch:\n  sources: [press]\n  quiet_source: 3 hours\n")
    brands = {"miramar": BrandWords(("Miramar",))}
    attention = Attention(
        Book(rules=(rule,)), brands, {"press": "feed", "blog": "mastodon"}, CompactScorer(LEXICON)
    )
    assert attention.quiet(feed, NOON - 5 * HOUR, NOON - 9 * HOUR, NOON) == says


def test_a_brand_that_is_always_talked_of_and_is_not_any_more() -> None:
    world = World(SILENCE).talk(days=DAYS, a_day=200).pass_by(hours=6)
    (found,) = world.signals()
    assert found.raised
    assert found.reading.onset == world.now - 6 * HOUR
    assert [verdict.says for verdict in found.verdicts if not verdict.holds] == []
    assert "(0 posts, usual 50.6, from 27.3 days of history)" in found.verdicts[-1].says


def test_time_that_nobody_read_is_blindness_not_silence() -> None:
    world = World(SILENCE).talk(days=DAYS, a_day=200).pass_by(hours=6, read=False)
    assert world.signals() == []
    (asked,) = world.signals(always=True)
    assert (asked.raised, asked.blind) == (False, True)


def test_half_of_a_window_read_in_silence_is_not_enough() -> None:
    world = World(SILENCE).talk(days=DAYS, a_day=2000).pass_by(hours=3, read=False).pass_by(hours=3)
    (found,) = world.signals()
    assert not found.raised
    assert "needed 80% of the window read, had 50%" in [verdict.says for verdict in found.verdicts]


def test_before_a_week_was_read_it_says_so_and_judges_nothing() -> None:
    world = World(SILENCE).talk(days=5, a_day=200).pass_by(hours=6)
    (found,) = world.signals()
    assert not found.raised
    assert "needed 1 week of reading to know what is usual, had 4 days" in [
        each.says for each in found.verdicts
    ]


def test_a_brand_of_which_hours_without_a_word_are_ordinary_is_never_silent() -> None:
    world = World(SILENCE).talk(days=DAYS, a_day=4).pass_by(hours=6)
    assert not any(found.raised for found in world.signals(always=True))


def test_what_is_usual_does_not_depend_on_when_its_posts_came() -> None:
    late = World(SILENCE).talk(days=DAYS, a_day=200).pass_by(hours=6)
    late.signals()
    (key,), first = late.keys, epoch_minute(late.now) - 9 * 1440
    late.tell(Tally(key, "x", first + 30 * n, 9, 0) for n in range(300))
    fresh = late.watcher.only({key})
    (found,) = late.signals()
    assert next(iter(fresh.signals(late.now, late.seen, set(), lambda *_: 0))) == found
    assert found.reading.usual > 60


def test_its_end_is_the_return_of_half_of_what_is_usual() -> None:
    world = World(SILENCE).talk(days=DAYS, a_day=200).pass_by(hours=6)
    (found,) = world.talk(days=1 / 4, a_day=150).signals(always=True)
    assert (found.raised, found.lingers) == (False, False)

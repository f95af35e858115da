"""Crisis words: one post is enough, at the next look, whatever is usual."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.model.mention import Tally
from tests.detect.worlds import CRISIS, World


def said(world: World, minutes_ago: int, posts: int = 1) -> World:
    return world.tell([Tally(world.keys[0], "x", epoch_minute(world.now) - minutes_ago, posts, posts)])


def test_a_single_post_is_enough_without_any_past() -> None:
    world = said(World(CRISIS).pass_by(1), 5)
    (found,) = world.signals()
    assert (found.raised, found.reading.negatives, found.reading.usual) == (True, 1, 0.0)
    assert found.reading.onset == minute_time(epoch_minute(world.now) - 5)
    assert [each.says for each in found.verdicts] == [
        "100% of the last 1 hour was read",
        "needed 1 post with such words, had 1",
        "needed 1 author, had 99",
    ]


@pytest.mark.parametrize(("minutes_ago", "heard"), [(1, True), (60, True), (61, False)])
def test_it_counts_for_as_long_as_its_window(minutes_ago: int, heard: bool) -> None:  # noqa: FBT001  # a table's column
    assert bool(said(World(CRISIS).pass_by(9), minutes_ago).signals()) is heard


def test_two_authors_are_asked_for_and_one_speaks_twice() -> None:
    world = said(World(CRISIS + "  at_least: 2 posts\n  from: 2 authors\n").pass_by(1), 5, posts=2)
    world.voices = 1
    (found,) = world.signals()
    assert (found.raised, found.lingers) == (False, True)


def test_a_post_that_is_deleted_was_never_said() -> None:
    world = said(said(World(CRISIS).pass_by(1), 5), 5, posts=-1)
    assert world.signals() == []
    assert [found.raised for found in world.signals(always=True)] == [False]


def test_moments_of_the_last_day_may_be_asked_for_again() -> None:
    world = said(World(CRISIS).pass_by(30), 20 * 60)
    at = world.now - timedelta(hours=20)
    assert [found.raised for found in world.signals(at=at + timedelta(minutes=1))] == [True]
    assert world.signals() == []


def test_of_ten_thousand_brands_only_the_one_that_was_spoken_of_is_looked_at() -> None:
    world = World(CRISIS, brands=10_000).pass_by(48)
    long_ago = epoch_minute(world.now) - 24 * 60
    world.tell(Tally(key, "x", long_ago, 1, 1) for key in world.keys)
    assert [found.reading.series for found in said(world, 5).signals()] == [world.keys[0]]

"""A program that posts the same complaint thousands of times in an hour is not as many people; people beside it are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sentinel.model.post import Author
from tests.stand.desk import Desk, open_desk
from tests.stand.hotel import RULE, after, plan, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sentinel.model.post import Post

MANY = 5_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(plan(tmp_path, rules={"dirty": RULE.replace("3 authors", "5 authors")}))
    yield made
    made.store.close()


def flood(by: Callable[[int], Author]) -> list[Post]:
    """The same words over an hour, evenly."""
    return [replace(post(f"bot {n}", n * 60 / MANY), author=by(n)) for n in range(MANY)]


def people(start: float) -> list[Post]:
    """Six of them, a minute apart, who choose the same words."""
    return [post(f"guest {n}", start + n) for n in range(6)]


ONE_HAND = pytest.mark.parametrize(
    "by",
    [
        pytest.param(lambda _: Author("bot", "@bot", 3), id="one account"),
        pytest.param(lambda _: Author(), id="nobody in particular"),
        pytest.param(lambda n: Author(f"bot {n}", f"@bot{n}", n % 10), id="throw-away accounts"),
    ],
)


def hour(desk: Desk, posts: list[Post]) -> None:
    """Minute by minute, as posts come, and an hour more."""
    waiting = sorted(posts, key=lambda one: one.published_at)
    for minute in range(1, 121):
        come = [one for one in waiting if one.published_at < after(minute)]
        waiting = waiting[len(come) :]
        desk.take(*come, at=minute, since=minute - 1)
        desk.look(minute)


@ONE_HAND
def test_the_same_words_five_thousand_times_raise_nothing(desk: Desk, by: Callable[[int], Author]) -> None:
    hour(desk, flood(by))
    assert desk.negatives() == MANY
    assert desk.incidents() == []


@ONE_HAND
def test_people_who_complain_in_the_same_hour_are_heard(desk: Desk, by: Callable[[int], Author]) -> None:
    hour(desk, flood(by) + people(30))
    one = desk.only()
    assert one.opened_at is not None
    assert one.peak.authors == len(people(30)) + 1
    assert [one.opened_at.hour, one.opened_at.minute] == [12, 34], (
        "the fourth of them, with the program, makes five"
    )

"""The share of negatives: what is usual, what is rare, and what is no rise at all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from sentinel.detect.coverage import epoch_minute
from sentinel.detect.share import fit, tail
from sentinel.model.mention import Tally
from tests.detect.worlds import DAYS, HOUR, SHARE, World


@pytest.mark.parametrize("k", [0, 1, 7, 20, 34])
def test_the_tail_is_that_of_a_beta_binomial(k: int) -> None:
    a, b = 0.2 * 49, 0.8 * 49
    assert tail(k, 34, 0.2, 1 / 50) == pytest.approx(float(betabinom.sf(k - 1, 34, a, b)))


def blocks(share: float, scatter: float = 0.0, weeks: int = 4, a_day: float = 240) -> tuple[object, object]:
    rng = np.random.default_rng(5)
    posts = rng.poisson(a_day / 24, (50, weeks * 168)).astype(float)
    each = np.full((50, weeks * 28), share)
    if scatter:
        size = 1 / scatter - 1
        each = rng.beta(share * size, (1 - share) * size, each.shape)
    return rng.binomial(posts.astype(int), np.repeat(each, 6, axis=1)).astype(float), posts


@pytest.mark.parametrize(("share", "scatter"), [(0.1, 0.0), (0.3, 0.0), (0.2, 0.05), (0.3, 0.2)])
def test_share_and_scatter_are_found_again(share: float, scatter: float) -> None:
    bad, posts = blocks(share, scatter)
    found = fit(bad, posts, 6, start=0, same_hour=False)  # type: ignore[arg-type]  # arrays
    assert found.share.mean() == pytest.approx(share, rel=0.05)
    assert found.scatter.mean() == pytest.approx(scatter, rel=0.25, abs=0.01)


def test_with_no_past_one_in_four_is_usual_and_hardly_anything_is_rare() -> None:
    nothing = np.zeros((1, 4 * 168))
    found = fit(nothing, nothing, 6, start=0, same_hour=False)
    assert found.share[0] == pytest.approx(0.25)
    assert tail(12, 20, 0.25, float(found.scatter[0])) > 0.02


def test_a_judgment_without_a_past_says_so() -> None:
    world = World(SHARE).pass_by(6)
    world.tell([Tally(world.keys[0], "x", epoch_minute(world.now) - 10, 20, 12)])
    world._read = [(world.now.timestamp() - 6 * 3600, world.now.timestamp())]  # nothing before
    (found,) = world.signals(always=True)
    assert not found.raised
    assert "usual 25%, no history yet: taken as one in four, loosely" in found.verdicts[-1].says


def test_a_past_storm_does_not_become_the_habit() -> None:
    bad, posts = (np.array(part) for part in blocks(0.1))
    before = fit(bad, posts, 6, start=0, same_hour=False)
    bad[:, 100:124], posts[:, 100:124] = 80, 100
    after = fit(bad, posts, 6, start=0, same_hour=False)
    assert after.share.mean() < 1.3 * before.share.mean()
    assert after.scatter.mean() < 0.1


def test_the_hour_of_the_week_has_a_share_of_its_own() -> None:
    posts = np.full((1, 4 * 168), 20.0)
    bad = np.full((1, 4 * 168), 2.0)
    bad[:, 10::168] = 12
    found = fit(bad, posts, 1, start=5, same_hour=True)
    row = np.array([0])
    assert found.usual(row, np.array([15])) > 2 * found.usual(row, np.array([16]))


def test_as_many_posts_as_ever_and_half_of_them_angry_is_a_rise() -> None:
    world = World(SHARE + "  above_usual: 2 times\n  above: 30%\n  from: 5 authors\n")
    world.talk(DAYS, 120, share=0.15).talk(1 / 4, 120, share=0.5)
    (found,) = world.signals()
    assert found.raised
    assert found.reading.usual == pytest.approx(5.3, abs=0.1)
    assert [each.says.partition(",")[0] for each in found.verdicts[1:4]] == [
        "needed 20 posts",
        "needed 5 authors",
        "asked for more than 30% negative",
    ]
    assert "15 of 33 negative, 45%; usual 16%, from 28 days of history" in found.verdicts[-1].says


def test_many_more_posts_in_the_usual_mood_are_none() -> None:
    world = World(SHARE).talk(DAYS, 120, share=0.15).talk(1 / 4, 1200, share=0.15)
    assert not any(found.raised for found in world.signals(always=True))


def test_four_of_five_is_nothing_while_twenty_are_asked_for() -> None:
    world = World(SHARE).talk(DAYS, 120, share=0.15).pass_by(6)
    end = epoch_minute(world.now)
    world.tell([Tally(world.keys[0], "x", end - 10, 5, 4)])
    (found,) = world.signals(always=True)
    assert not found.raised
    assert "needed 20 posts, had 5" in [each.says for each in found.verdicts]


def test_too_few_voices_are_no_rise() -> None:
    world = World(SHARE + "  from: 5 authors\n").talk(DAYS, 120, share=0.15).talk(1 / 4, 120, share=0.6)
    world.voices = 4
    (found,) = world.signals()
    assert not found.raised
    assert [each.says for each in found.verdicts if not each.holds] == ["needed 5 authors, had 4"]


def test_counts_that_come_late_are_judged_as_if_they_had_come_in_time() -> None:
    world = World(SHARE).talk(DAYS, 120, share=0.15)
    late = Tally(world.keys[0], "x", epoch_minute(world.now) - 60, 20, 18)
    then = world.now
    world.pass_by(5)
    assert not any(found.raised for found in world.signals(at=then))
    world.tell([late])
    assert any(found.raised for found in world.signals(at=then))
    alone = world.watcher.only({world.keys[0]})
    (again,) = alone.signals(then, world.seen, set(), lambda *_: 99)
    assert again == next(iter(world.signals(at=then)))


def test_what_is_usual_does_not_depend_on_when_its_posts_came() -> None:
    late = World(SHARE).talk(DAYS, 120, share=0.15).talk(1 / 4, 120, share=0.6)
    (before,) = late.signals(always=True)
    (key,), first = late.keys, epoch_minute(late.now) - 9 * 1440
    late.tell(Tally(key, "x", first + 30 * n, 9, 4) for n in range(300))
    fresh = late.watcher.only({key})
    (found,) = late.signals(always=True)
    assert next(iter(fresh.signals(late.now, late.seen, {key}, lambda *_: 99))) == found
    assert found.reading.usual > 1.2 * before.reading.usual


def test_time_that_nobody_read_is_in_neither_past_nor_present() -> None:
    world = World(SHARE).talk(DAYS, 120, share=0.15).pass_by(4, read=False).pass_by(2)
    (found,) = world.signals(always=True)
    assert found.blind
    assert found.reading.covered == pytest.approx(1 / 3, abs=0.01)
    assert found.reading.at - found.reading.window == world.now - 6 * HOUR

"""One source's life: what a round leaves behind, and when it is read next."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from sentinel import polling
from sentinel.errors import Refused, StoreBroken, Throttled, Unreachable
from sentinel.model.post import Cursor, Page, Skipped, SourceName
from sentinel.polling import PARKED_RETRY, Poller
from sentinel.store.contract import Kept, SourceHealth
from tests.stand.hotel import NOON, after, post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

EVERY = timedelta(minutes=5)


class Script:
    """A source that hands over pages and raises what it is told, in order."""

    name = SourceName("press")

    def __init__(self, *script: Page | Exception) -> None:
        self.script = list(script)

    async def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:  # noqa: ARG002  # the contract's
        while self.script:
            step = self.script.pop(0)
            if isinstance(step, Exception):
                raise step
            yield step

    async def close(self) -> None:
        """Nothing to let go of."""


def poller(*script: Page | Exception) -> Poller:
    return Poller(Script(*script), EVERY, SourceHealth(SourceName("press"), "new", NOON))


async def poll(one: Poller, at: datetime = NOON) -> SourceHealth:
    async def keep(page: Page) -> Kept:
        return Kept(new=len(page.posts))

    return await one.poll(None, at, keep, lambda: False)


PAGE = Page((), skipped=tuple(Skipped(f"item {n}", "no id") for n in range(5)))


@pytest.mark.parametrize(
    ("trouble", "state", "soonest", "latest"),
    [
        (Throttled("slowly", until=after(42)), "waiting", after(42), after(42)),
        (Throttled("slowly"), "waiting", NOON + EVERY, NOON + EVERY),
        (Unreachable("no route"), "unreachable", NOON + EVERY, NOON + EVERY * 1.1),
        (Refused("wrong token"), "parked", NOON + PARKED_RETRY, NOON + PARKED_RETRY),
        (KeyError("a post's own text"), "parked", NOON + PARKED_RETRY, NOON + PARKED_RETRY),
    ],
    ids=["throttled until a time", "throttled", "unreachable", "refused", "a mistake of its own"],
)
async def test_trouble_says_when_to_come_back(
    trouble: Exception, state: str, soonest: datetime, latest: datetime
) -> None:
    health = await poll(poller(trouble))
    assert health.state == state
    assert health.next_at is not None
    assert soonest <= health.next_at <= latest


async def test_a_mistake_of_its_own_is_placed_but_does_not_show_what_it_was_about() -> None:
    health = await poll(poller(KeyError("a post's own text")))
    assert health.says.startswith("it failed with KeyError in test_polling.py:")
    assert "own text" not in health.says


async def test_a_loss_is_said_once_and_its_recovery_once() -> None:
    one = poller(*[Unreachable("no route")] * 4)
    with capture_logs() as logs:
        for minute in range(6):
            await poll(one, after(minute * 60))
    assert [line["event"] for line in logs] == ["source_unreachable", "source_recovered"]


async def test_back_off_grows_and_is_bounded() -> None:
    one, waits = poller(*[Unreachable("no route")] * 12), []
    for minute in range(12):
        health = await poll(one, after(minute * 100))
        assert health.next_at is not None
        waits.append(health.next_at - after(minute * 100))
    assert waits[0] < waits[1] < waits[2] < waits[3]
    assert max(waits) <= timedelta(minutes=33)


async def test_what_was_skipped_is_counted_and_a_few_are_named() -> None:
    with capture_logs() as logs:
        health = await poll(poller(PAGE))
    assert health.skipped == 5
    assert [line["event"] for line in logs] == ["item_skipped"] * 3 + ["items_skipped"]


@pytest.mark.parametrize(
    "trouble", [StoreBroken("the disk is full"), KeyError("a mistake of ours")], ids=repr
)
async def test_what_goes_wrong_in_keeping_is_not_the_sources_trouble(trouble: Exception) -> None:
    async def fail(_: Page) -> Kept:
        raise trouble

    one = poller(PAGE)
    with pytest.raises(type(trouble)):
        await one.poll(None, NOON, fail, lambda: False)
    assert one.health.state == "new"


async def test_a_round_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "ROUND", timedelta(seconds=0.01))

    async def never(_: Page) -> Kept:
        await asyncio.Event().wait()
        raise AssertionError

    health = await poller(PAGE).poll(None, NOON, never, lambda: False)
    assert (health.state, health.says[:24]) == ("unreachable", "a round took longer than")


async def test_a_round_ends_after_the_page_in_hand_when_the_service_leaves() -> None:
    one = poller(Page(()), KeyError())

    async def keep(_: Page) -> Kept:
        return Kept()

    assert (await one.poll(None, NOON, keep, lambda: True)).state == "ok"


@pytest.mark.parametrize(
    ("now", "due"),
    [(1, 10), (10, 10), (400, 400), (-600, -590)],
    ids=["its time", "its time has come", "the clock leapt ahead", "the clock was put back"],
)
def test_a_clock_that_jumps_neither_hurries_nor_forgets_a_source(now: float, due: float) -> None:
    health = SourceHealth(SourceName("press"), "waiting", NOON, next_at=after(10))
    assert Poller(Script(), EVERY, health).due(after(now)) == after(due)


async def quietly(one: Poller, says: str, at: datetime = NOON) -> SourceHealth:
    async def keep(page: Page) -> Kept:
        return Kept(new=len(page.posts))

    return await one.poll(None, at, keep, lambda: False, lambda _: says)


async def test_a_source_that_says_nothing_is_told_once_and_so_is_its_first_word() -> None:
    one = poller()
    with capture_logs() as logs:
        healths = [await quietly(one, says) for says in ("no post for 3 hours", "no post for 4 hours", "")]
    assert [(health.state, health.says) for health in healths] == [
        ("quiet", "no post for 3 hours"),
        ("quiet", "no post for 4 hours"),
        ("ok", ""),
    ]
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("source_quiet", "error"),
        ("source_recovered", "info"),
    ]


async def test_the_newest_post_is_remembered_in_whatever_order_posts_come() -> None:
    one = poller(Page((post("2", at=9), post("1", at=4))), Page((post("3", at=7),)), Page(()))
    assert (await poll(one)).newest == after(9)

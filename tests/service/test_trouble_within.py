"""The service beside itself: a store that fails, a lease that is taken, in this very process."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from sentinel import app
from sentinel.clock import SystemClock
from sentinel.errors import StoreBroken, StoreBusy
from sentinel.house import House
from sentinel.store.open import open_store
from sentinel.tenancy import LEASE, TTL, Tenancy
from tests.stand.hotel import line, plan, post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sentinel.store.contract import Store

PAST_ALL_PROCESSES = 4_194_305
"""Linux numbers no process so high."""


@asynccontextmanager
async def service(folder: Path, store: Store) -> AsyncIterator[House]:
    """A whole house without its web, until the block ends."""
    made = plan(folder)
    clock = SystemClock()
    (folder / "posts.jsonl").write_text(line(post("a", 0)), encoding="utf-8")
    house = House(
        made,
        store,
        app.build_channels(made.config),
        app.build_sources(made.config),
        clock,
        lambda: app.read_rules(made.config),
    )

    async def no_web() -> None:
        """Nobody looks."""

    running = asyncio.create_task(house.service.run(no_web))
    await until(lambda: house.service.ready)
    yield house
    house.service.stop()
    await running
    store.close()


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # it is the service that gets on
            await asyncio.sleep(0.005)


async def another_look(house: House) -> None:
    before = house.service.beats.get("look")
    house.service._soon("look")
    await until(lambda: house.service.beats.get("look") is not before)


def _mistaken(_: object) -> None:
    raise KeyError("a mistake of ours")


async def test_a_page_that_cannot_be_kept_is_not_asked_for_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store("sqlite:///:memory:", tmp_path)
    tries = []

    def full(*_: object) -> None:
        tries.append(1)
        raise StoreBroken("the disk is full; free some space")

    monkeypatch.setattr(store, "keep", full)
    with capture_logs() as logs:
        async with service(tmp_path, store) as house:
            await until(lambda: house.service.beats.get("poll"))
            await another_look(house)
            assert house.beats()["poll"].error.startswith("the disk is full")
            assert house.beats()["look"].error == ""
    assert len(tries) == 1
    assert [one["why"] for one in logs if one["event"] == "beat_failed"] == [
        "the disk is full; free some space"
    ]


async def test_a_mistake_of_ours_in_a_beat_is_said_once_and_the_beat_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store("sqlite:///:memory:", tmp_path)
    with capture_logs() as logs:
        async with service(tmp_path, store) as house:
            await until(lambda: house.service.beats.get("look"))
            monkeypatch.setattr(house.service.flow, "look", _mistaken)
            for _ in range(3):
                await another_look(house)
            assert house.beats()["look"].error == "a mistake in sentinel itself: KeyError"
    assert len([one for one in logs if one["event"] == "beat_failed"]) == 1


async def test_a_service_whose_store_was_taken_over_stops(tmp_path: Path) -> None:
    store = open_store("sqlite:///:memory:", tmp_path)
    async with service(tmp_path, store) as house:
        store.release(LEASE, house.service._tenancy._holder)
        store.lease(LEASE, "elsewhere:1", TTL, house.now())
        house.service._soon("look")
        await until(lambda: house.service.failure)
    assert "epoch" in house.service.failure or "took over" in house.service.failure


async def test_a_dead_process_of_this_machine_holds_up_nobody(tmp_path: Path) -> None:
    store = open_store("sqlite:///:memory:", tmp_path)
    store.lease(LEASE, f"{socket.gethostname()}:{PAST_ALL_PROCESSES}", TTL, SystemClock().now())
    async with service(tmp_path, store) as house:
        assert house.service.ready


async def test_a_service_elsewhere_is_not_taken_for_dead(tmp_path: Path) -> None:
    store = open_store("sqlite:///:memory:", tmp_path)
    store.lease(LEASE, f"elsewhere:{PAST_ALL_PROCESSES}", TTL, SystemClock().now())
    with pytest.raises(StoreBusy, match="another sentinel"):
        Tenancy(store).take(SystemClock().now())
    store.close()


async def test_hanging_up_before_a_broken_rule_leaves_no_task_unheard(tmp_path: Path) -> None:
    store = open_store("sqlite:///:memory:", tmp_path)
    with capture_logs() as logs:
        async with service(tmp_path, store) as house:
            (tmp_path / "rules" / "dirty.yaml").write_text("rule: [", encoding="utf-8")
            await house.service._on_hangup()
            assert house.book().rule("dirty") is not None
    assert {"rule_problem", "rules_refused"} <= {one["event"] for one in logs}

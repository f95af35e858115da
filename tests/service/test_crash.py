"""Killed at any point, the service loses nothing and counts nothing twice."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from sentinel.model.message import DeliveryState
from sentinel.store.open import open_store
from tests.service.running import Running
from tests.stand.hotel import CONFIG, build, line, post
from tests.stand.http import Inbox

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.store.contract import Store

ROUNDS = 5
LIVE = CONFIG.replace("every: 1 second}", "every: 1 second, now_is: '2026-03-04T12:00:00Z'}")
PAST, STORM = 400, 60


def recording(folder: Path) -> None:
    """A fortnight, and a storm whose end arrives within the first seconds; then looks again: an edit and a deletion."""
    quiet = [post(f"q{n}", -50.0 * n, text="a lovely room at the Miramar") for n in range(PAST, 0, -1)]
    storm = [post(f"s{n}", (n - STORM + 20) / 240) for n in range(STORM)]
    later = [
        post("s0", -0.2, text="a lovely room at the Miramar", seen=0.1),
        post("s1", -0.2, deleted=True, seen=0.11),
    ]
    in_order = sorted([*quiet, *storm, *later], key=lambda one: one.seen_at)
    (folder / "posts.jsonl").write_text("".join(map(line, in_order)), encoding="utf-8")


def whole(store: Store) -> bool:
    """Everything is in, and counts as it must."""
    negatives = sum(
        tally.negatives for part in store.fingerprints() for tally in store.tallies(part, 0, 2**40)
    )
    return store.overview().posts == PAST + STORM and negatives == STORM - 2


@pytest.mark.parametrize("seed", [7])
def test_a_service_that_is_killed_again_and_again(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # chance, not secrecy
    with Inbox() as inbox:
        hook = f"{{kind: webhook, url: '{inbox.url}', allow_private: true}}"
        build(tmp_path, config=LIVE.replace("{kind: console}", hook, 1))
        recording(tmp_path)
        store = open_store("sqlite:///sentinel.db", tmp_path)
        for _ in range(ROUNDS):
            lines = chance.randint(1, 8)
            with Running(tmp_path) as service:
                service.until(partial(_worth_killing, service, lines, store), "something to interrupt")
                service.process.kill()
        with Running(tmp_path) as last:
            last.ready()  # nobody waits for the lease of the dead
            last.until(partial(whole, store), "all of it")
            last.until(partial(_all_told, store), "all to be told")
            assert last.leave()[0] == 0
    told = Counter(request.headers["idempotency-key"] for request in inbox.requests)
    (incident,) = store.incidents()
    rows = [row for row in store.deliveries(incident.id) if row.channel == "team"]
    assert set(told.values()) <= {1}, "nothing was told twice"
    assert (
        {row.key for row in rows if row.state is DeliveryState.SENT}
        <= told.keys()
        <= {row.key for row in rows}
    )
    ids = Counter(one.id for _, one, _ in store.mentions(datetime(2000, 1, 1, tzinfo=UTC), limit=10_000))
    assert len(ids) == PAST + STORM - 1
    assert set(ids.values()) == {1}
    assert incident.peak.negatives <= STORM
    store.close()


def _worth_killing(service: Running, lines: int, store: Store) -> bool:
    return len(service.log) >= lines or (whole(store) and bool(service.all("service_ready")))


def _all_told(store: Store) -> bool:
    """Or resting: what was interrupted on its way out is not said again within a minute."""
    rows = [row for one in store.incidents() for row in store.deliveries(one.id)]
    return bool(rows) and all(row.state is not DeliveryState.PENDING for row in rows)

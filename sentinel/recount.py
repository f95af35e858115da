"""Stored posts counted anew under rules whose counting part is new; the counts of others forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.detect.coverage import minute_time
from sentinel.detect.watchers import watcher_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.detect.attention import Attention
    from sentinel.store.contract import Epoch, Store

_PAGE = 1000


def bring_in_line(
    store: Store, attention: Attention, at: datetime, epoch: Callable[[], Epoch | None]
) -> None:
    """Make the store hold exactly the counts that these rules ask for, as far back as they can use them.

    A crash half-way is harmless: a counting part is known to the store only once its past has been counted whole.
    What is no longer asked for is forgotten last, so that rules which cannot be taken on leave the old ones whole.
    """
    wanted = {counting.fingerprint for counting in attention.countings}
    if new := wanted - store.fingerprints().keys():
        _count(store, attention, new, at, epoch)
    store.retain(wanted, epoch())


def _count(
    store: Store,
    attention: Attention,
    new: AbstractSet[str],
    at: datetime,
    epoch: Callable[[], Epoch | None],
) -> None:
    since = minute_time(min(watcher_for(counting, at).reach for counting in attention.countings))
    after = 0
    while rows := store.mentions(since, after, _PAGE):
        counted = [
            (row, attention.recount(post, attention.renewed(post, mentions))) for row, post, mentions in rows
        ]
        for part in new:
            mine = [
                (row, [one for one in counts if one.series.fingerprint == part]) for row, counts in counted
            ]
            store.recount(part, [pair for pair in mine if pair[1]], epoch())
        after = rows[-1][0]
    for part in new:
        store.reaches(part, since, epoch())

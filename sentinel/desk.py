"""A person's act on an incident: written with its log line and the messages it makes due, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sentinel.decide import decide
from sentinel.errors import SentinelError
from sentinel.store.contract import Conflict, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.model.incident import Incident
    from sentinel.respond.incident import Change
    from sentinel.rulebook.types import Book
    from sentinel.store.contract import Store

_TRIES = 5


def act_on(  # noqa: PLR0913, PLR0917  # where, on what, and what
    store: Store,
    book: Book,
    channels: Mapping[str, Channel],
    incident_id: str,
    act: Callable[[Incident], Change],
    at: datetime,
) -> Incident:
    """Apply `act` to the incident as it stands, again if somebody else changed it meanwhile. Raises SentinelError."""
    for _ in range(_TRIES):
        before = store.incident(incident_id)
        if before is None:
            raise SentinelError(f"there is no incident {incident_id}")
        after, acts = act(before)
        news = frozenset(one.kind for one in acts)
        decision = decide(store, book, after, news, at, channels)
        after = replace(after, version=before.version + 1)
        try:
            store.save(Outcome((after,), acts, decision.deliveries, decision.held))
        except Conflict:
            continue
        return after
    raise SentinelError(f"incident {incident_id} keeps changing: try again")

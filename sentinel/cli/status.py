"""`sentinel status`: health and lag, read from the store; works beside the running service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.options import config_option, json_option
from sentinel.cli.plans import plan_of, store_of
from sentinel.cli.screen import clock, count, print_json, safe, table
from sentinel.model.incident import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sentinel.model.incident import Incident
    from sentinel.plan import Plan
    from sentinel.sights import Blind, Waiting
    from sentinel.store.contract import Lease, Overview, SourceHealth

_LONGEST_LAG = timedelta(minutes=3)
"""A look that came to nothing is written down once a minute; after three of them something is stuck."""


@dataclass(frozen=True, slots=True)
class _Glance:
    """The store at a glance."""

    now: datetime
    lease: Lease | None
    looked: datetime | None
    sizes: Overview
    live: Sequence[Incident]
    sources: Sequence[SourceHealth]
    blind: Sequence[Blind]
    waiting: Mapping[str, Sequence[Waiting]]

    @property
    def running(self) -> bool:
        """Whether a service holds the store."""
        return self.lease is not None and self.lease.until > self.now

    @property
    def lag(self) -> timedelta | None:
        """How long ago the rules were judged, as far as it was written down."""
        return self.now - self.looked if self.looked else None

    @property
    def looking(self) -> bool:
        """Whether the rules are judged."""
        return self.lag is not None and self.lag < _LONGEST_LAG

    @property
    def well(self) -> bool:
        """What the exit status says."""
        return self.running and self.looking

    def forming(self) -> int:
        """How many of what is going on have not opened yet, and may never."""
        return sum(one.state is State.FORMING for one in self.live)


@click.command("status")
@config_option
@json_option
def verb(config: Path, *, as_json: bool) -> int:
    """Print health and lag. Exit status 0: the service runs and judges; 1: it does not run, or stopped looking.

    It reads the store alone and asks nobody, so it serves as a container's HEALTHCHECK. A source in trouble is shown, and
    does not make the exit status 1: the others go on.
    """
    seen = _look(plan_of(config), datetime.now(UTC))
    if as_json:
        print_json(_line(seen))
    else:
        _show(seen)
    return 0 if seen.well else 1


def _look(plan: Plan, now: datetime) -> _Glance:
    from sentinel.sights import Gaze, Sights  # noqa: PLC0415  # heavy: only when a verb runs

    store = store_of(plan)
    gazes = [Gaze.of(counting, now) for counting in plan.countings()]
    sights = Sights(store, plan.kinds)
    return _Glance(
        now=now,
        lease=store.holder("service"),
        looked=store.looked_until(),
        sizes=store.overview(),
        live=store.incidents(live=True),
        sources=[health for health in store.health() if health.source in plan.config.sources],
        blind=tuple(sights.blind(gazes, now).values()),
        waiting=sights.waiting(gazes, now),
    )


def _line(seen: _Glance) -> dict[str, Any]:
    return {
        "well": seen.well,
        "running": seen.running,
        "holder": seen.lease.holder if seen.lease and seen.running else None,
        "looked_until": seen.looked,
        "lag_seconds": seen.lag.total_seconds() if seen.lag is not None else None,
        "posts": seen.sizes.posts,
        "mentions": seen.sizes.mentions,
        "outbox": {"waiting": seen.sizes.outbox_waiting, "oldest": seen.sizes.oldest_waiting},
        "incidents": {"going_on": len(seen.live) - seen.forming(), "forming": seen.forming()},
        "blind": [
            {
                "rule": one.rule,
                "since": one.since,
                "unread": [{"source": name, "read_until": until} for name, until in one.sources],
            }
            for one in seen.blind
        ],
        "not_judged_yet": [
            {"rule": rule, "source": one.source, "until": one.until}
            for rule, found in seen.waiting.items()
            for one in found
        ],
        "sources": seen.sources,
    }


def _show(seen: _Glance) -> None:
    runs = f"runs as {seen.lease.holder}" if seen.lease and seen.running else "does not run"
    stuck = "" if seen.looking or not seen.running else ": it has stopped looking"
    lag = f" ({seen.lag.total_seconds():.0f} s ago{stuck})" if seen.lag is not None else ""
    click.echo(f"service    {runs}")
    click.echo(f"looked     {clock(seen.looked)}{lag}")
    click.echo(f"kept       {count(seen.sizes.posts, 'post')}, {count(seen.sizes.mentions, 'mention')}")
    click.echo(f"to send    {count(seen.sizes.outbox_waiting, 'message')}")
    click.echo(f"incidents  {len(seen.live) - seen.forming()} going on, {seen.forming()} forming")
    for one in seen.blind:
        click.echo(f"blind      {one.rule}: too little is read to judge it: {safe(one.says)}")
    for rule, found in seen.waiting.items():
        for new in found:
            click.echo(f"new        {rule}: {safe(new.says)}")
    if seen.sources:
        click.echo("")
        rows = [
            (one.source, one.state, clock(one.last_ok), one.posts, safe(one.says)) for one in seen.sources
        ]
        table(rows, ("source", "state", "last answer", "posts", "what is wrong"))

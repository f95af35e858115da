"""`sentinel status`: health and lag, read from the store; works beside the running service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sentinel.app import read_plan, store_of
from sentinel.cli.screen import clock, config_option, json_option, print_json, safe, table

if TYPE_CHECKING:
    from pathlib import Path


@click.command("status")
@config_option
@json_option
def verb(config: Path, *, as_json: bool) -> int:
    """Print health and lag; exit 0 when the service runs, 1 when it does not or has stopped looking."""
    plan = read_plan(config, check_secrets=False)
    store, now = store_of(plan.config), datetime.now(UTC)
    lease, looked, sizes = store.holder("service"), store.looked_until(), store.overview()
    running = lease is not None and lease.until > now
    live = store.incidents(live=True)
    sources = [health for health in store.health() if health.source in plan.config.sources]
    if as_json:
        print_json(
            {
                "running": running,
                "lease": lease,
                "looked_until": looked,
                "sizes": sizes,
                "incidents": live,
                "sources": sources,
            }
        )
        return 0 if running else 1
    click.echo(f"service   {'runs as ' + lease.holder if running and lease else 'does not run'}")
    lag = f" ({(now - looked).total_seconds():.0f} s ago)" if looked else ""
    click.echo(f"looked    {clock(looked)}{lag}")
    click.echo(f"kept      {sizes.posts} posts, {sizes.mentions} mentions")
    click.echo(f"to send   {sizes.outbox_waiting} messages")
    click.echo(f"incidents {len(live)} going on")
    click.echo("")
    rows = [(one.source, one.state, clock(one.last_ok), one.posts, safe(one.says)) for one in sources]
    table(rows, ("source", "state", "last answer", "posts", "what is wrong"))
    return 0 if running else 1

"""`sentinel run`: the service."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from sentinel.cli.options import config_option
from sentinel.cli.plans import plan_of, store_of
from sentinel.cli.screen import note, show_problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sentinel.plan import Plan


@click.command("run")
@config_option
def verb(config: Path) -> int:
    """Run the service until it is told to stop (SIGTERM, Ctrl-C); SIGHUP reads the rules again, all or none.

    Logs go to stderr, as JSON lines when that is not a terminal; what the console channel says goes to stdout. One service
    a store: a second one is refused. The exit status is 1 when it cannot begin, or when another one took its store over.
    """
    from sentinel.app import serve  # noqa: PLC0415  # heavy: only when a verb runs
    from sentinel.logs import configure  # noqa: PLC0415  # as above

    plan = plan_of(config, check_secrets=True)
    show_problems(plan.warnings)
    for sentence in _played(plan):
        note(sentence)
    configure(plan.config.log)
    return 1 if asyncio.run(serve(plan)) else 0


def _played(plan: Plan) -> Iterator[str]:
    """For each recording that plays as if it were now: that it does so only once a store."""
    recordings = {name for name, options in plan.config.sources.items() if getattr(options, "now_is", None)}
    if not recordings:
        return
    store = store_of(plan)
    try:
        met = [one.source for one in store.health() if one.source in recordings and one.posts]
    finally:
        store.close()
    for name in met:
        yield (
            f"{name}: this store has met the recording before, so it goes on from there;"
            f" to see it from its start, stop and remove {plan.config.store.removeprefix('sqlite:///')}*"
        )

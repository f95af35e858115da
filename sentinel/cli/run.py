"""`sentinel run`: the service."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from sentinel.app import read_plan, serve
from sentinel.cli.screen import config_option, show_problems
from sentinel.logs import configure

if TYPE_CHECKING:
    from pathlib import Path


@click.command("run")
@config_option
def verb(config: Path) -> int:
    """Run the service until it is told to stop (SIGTERM, Ctrl-C); SIGHUP reads the rules again."""
    plan = read_plan(config)
    show_problems(plan.warnings)
    configure(plan.config.log)
    failure = asyncio.run(serve(plan))
    return 1 if failure else 0

"""`sentinel replay`: recorded posts through the whole house, channels included."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sentinel.app import build_channels, read_plan
from sentinel.cli.recordings import read_recordings
from sentinel.cli.screen import clock, config_option, safe
from sentinel.rehearse import Rehearsal, span_of

if TYPE_CHECKING:
    from datetime import datetime

    from sentinel.flow import Looked
    from sentinel.plan import Plan


@click.command("replay")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@config_option
@click.option(
    "--speed",
    default="max",
    show_default=True,
    help="So many times real time (60: a minute a second), or max.",
)
def verb(files: tuple[Path, ...], config: Path, speed: str) -> int:
    """Play FILES (JSON lines of posts) and send what is due through the configured channels. Nothing is stored."""
    plan = read_plan(config)
    posts = read_recordings(files)
    if not posts:
        click.echo("no posts")
        return 0
    asyncio.run(_replay(plan, posts, _pace(speed)))
    return 0


def _pace(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        pace = float(speed)
    except ValueError:
        pace = 0.0
    if pace <= 0:
        raise click.UsageError(f"--speed is a number above 0 or max, not '{speed}'")
    return pace


async def _replay(plan: Plan, posts: list, pace: float | None) -> None:  # type: ignore[type-arg]
    channels = build_channels(plan.config)
    house = Rehearsal(plan, span_of(posts), channels)
    before: datetime | None = None
    try:
        async for looked in house.play(posts):
            if pace and before:
                await asyncio.sleep((house.clock.now() - before).total_seconds() / pace)
            before = house.clock.now()
            _say(looked, before)
    finally:
        for channel in channels.values():
            await channel.close()


def _say(looked: Looked, at: datetime) -> None:
    for act in looked.acts:
        click.echo(f"{clock(at)}  incident {act.incident} {act.kind.value}  {safe(act.text)}", err=True)
    for row in looked.deliveries:
        click.echo(f"{clock(at)}  {row.channel} is told: {row.kind.value} ({row.reason})", err=True)

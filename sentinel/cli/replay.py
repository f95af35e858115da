"""`sentinel replay`: recorded posts through the whole house, channels included."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import click

from sentinel.cli.options import config_option, files_argument
from sentinel.cli.plans import plan_of
from sentinel.cli.recordings import read_recordings
from sentinel.cli.screen import clock, count, note, safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sentinel.channels.contract import Channel
    from sentinel.flow import Looked
    from sentinel.model.message import Delivery
    from sentinel.model.post import Post
    from sentinel.plan import Plan
    from sentinel.rehearse import Rehearsal


@click.command("replay")
@files_argument
@config_option
@click.option(
    "--speed",
    default="max",
    show_default=True,
    help="So many times real time (60: a minute a second), or max.",
)
def verb(files: tuple[Path, ...], config: Path, speed: str) -> int:
    """Play FILES (JSON lines of posts) and send what is due through the channels of the configuration, for real.

    Nothing is stored. What happens is told on stderr; what the console channel says goes to stdout. The exit status is 1
    when a message did not get out. To touch no channel, and for JSON, there is `sentinel backtest`.
    """
    pace = _pace(speed)
    plan = plan_of(config, check_secrets=True)
    posts = read_recordings(files)
    if not posts:
        note("the recording is empty: there is nothing to play")
        return 0
    return _report(asyncio.run(_through(plan, posts, pace)), posts)


def _pace(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        pace = float(speed)
    except ValueError:
        pace = 0.0
    if pace <= 0 or not math.isfinite(pace):
        raise click.UsageError(f"--speed is a number above 0 or max, not '{speed}'")
    return pace


async def _through(plan: Plan, posts: Sequence[Post], pace: float | None) -> list[Sequence[Delivery]]:
    """Play all; the messages that were due, by incident."""
    from sentinel.app import build_channels  # noqa: PLC0415  # heavy: only when a verb runs
    from sentinel.rehearse import Rehearsal, span_of  # noqa: PLC0415  # as above

    channels: Mapping[str, Channel] = build_channels(plan.config)
    house = Rehearsal(plan, span_of(posts), channels)
    try:
        await _play(house, posts, pace)
    finally:
        for channel in channels.values():
            await channel.close()
    return [one.deliveries for one in house.raised()]


async def _play(house: Rehearsal, posts: Sequence[Post], pace: float | None) -> None:
    before: datetime | None = None
    async for looked in house.play(posts):
        now = house.clock.now()
        if pace and before:
            await asyncio.sleep((now - before).total_seconds() / pace)
        before = now
        _say(looked, now)


def _say(looked: Looked, at: datetime) -> None:
    for act in looked.acts:
        note(f"{clock(at)}  incident {act.incident} {act.kind.value}  {safe(act.text)}")
    for row in looked.deliveries:
        note(f"{clock(at)}  {row.channel} is told: {row.kind.value} ({row.reason})")


def _report(due: Sequence[Sequence[Delivery]], posts: Sequence[Post]) -> int:
    rows = [row for deliveries in due for row in deliveries]
    unsent = [row for row in rows if row.state.value not in {"sent", "skipped"}]
    for row in unsent:
        why = safe(row.error) or "the recording ended first"
        note(f"{row.channel} was not told of incident {row.incident}: {why}")
    sent = sum(row.state.value == "sent" for row in rows)
    note(f"{count(len(due), 'incident')}, {count(sent, 'message')} sent, in {count(len(posts), 'line')}")
    return 1 if unsent else 0

"""`sentinel backtest`: what would have been raised over recorded posts; no channel is touched."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.options import config_option, files_argument
from sentinel.cli.plans import plan_of
from sentinel.cli.recordings import read_recordings
from sentinel.cli.screen import as_json, clock, count
from sentinel.model.incident import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.model.post import Post
    from sentinel.plan import Plan
    from sentinel.rehearse import Raised

_STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a backtest came to: the incidents, oldest first, and how many times posts spoke of a brand."""

    raised: Sequence[Raised]
    mentions: int


@click.command("backtest")
@files_argument
@config_option
@click.option(
    "--json",
    "out",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False, writable=True),
    metavar="OUT",
    help="Also write one JSON line an incident to this file (-: to stdout, and nothing else there).",
)
def verb(files: tuple[Path, ...], config: Path, out: Path | None) -> int:
    """Play FILES (JSON lines of posts) through the rules on a stepped clock and print the incidents.

    Rules on trial are judged too, they tell nobody. All files are one stream, in the order in which the posts were seen.
    Nothing is stored. Bad lines are named on stderr and skipped.

    A line of --json holds rule, brand, key, severity, opened_at, told_at, closed_at, onset, peak {negatives, usual,
    authors}, notices, why and id. Times are UTC; null: it had not happened by the end of the recording. opened_at is the
    time of publishing; known_at is when posts that came late had shown it. taken_back: judged again, it was no incident.
    """
    if out is not None and out != _STDOUT and not out.parent.is_dir():
        raise click.UsageError(f"--json {out}: there is no folder {out.parent}")
    plan = plan_of(config)
    posts = read_recordings(files)
    found = asyncio.run(backtest(plan, posts))
    if out is not None:
        _write(out, "".join(as_json(line_of(one)) + "\n" for one in found.raised))
    if out != _STDOUT:
        for one in found.raised:
            show(one, plan)
        click.echo(_summary(found, posts))
    return 0


async def backtest(plan: Plan, posts: Sequence[Post]) -> Backtest:
    """Every incident that the rules would have opened on these posts."""
    from sentinel.rehearse import Rehearsal, span_of  # noqa: PLC0415  # heavy: only when a verb runs

    if not posts:
        return Backtest((), 0)
    house = Rehearsal(plan, span_of(posts))
    async for _ in house.play(posts):
        pass
    return Backtest(house.raised(), house.store.overview().mentions)


def _write(out: Path, lines: str) -> None:
    if out == _STDOUT:
        click.echo(lines, nl=False)
    else:
        out.write_text(lines, encoding="utf-8")


def line_of(one: Raised) -> dict[str, Any]:
    """An incident as the machine-readable line that scripts rely on."""
    incident, peak = one.incident, one.incident.peak
    return {
        "id": incident.id,
        "rule": incident.rule,
        "brand": incident.brand,
        "key": dict(incident.group),
        "severity": incident.severity.value,
        "opened_at": incident.opened_at,
        "told_at": one.told_at,
        "known_at": incident.known_at,
        "closed_at": incident.closed_at,
        "taken_back": incident.state is State.DROPPED,
        "onset": incident.onset,
        "peak": {"negatives": peak.negatives, "usual": round(peak.usual, 2), "authors": peak.authors},
        "notices": sum(row.message.loud for row in one.deliveries),
        "why": list(incident.why),
    }


def show(one: Raised, plan: Plan) -> None:
    """An incident as people read it."""
    incident, peak = one.incident, one.incident.peak
    rule = plan.book.rule(incident.rule)
    group = " ".join(value for _, value in incident.group)
    told = "on trial, tells nobody" if incident.trial else f"told {clock(one.told_at)}"
    over = "taken back" if incident.state is State.DROPPED else "closed"
    closed = f"{over} {clock(incident.closed_at)}" if incident.closed_at else "still going on at the end"
    authors = "?" if peak.authors is None else count(peak.authors, "author")
    click.echo(
        f"{incident.severity.value.upper()} {group}: {rule.rule if rule else incident.rule} ({incident.rule})\n"
        f"  since {clock(incident.onset)}  opened {clock(incident.opened_at)}  {told}\n"
        f"  {closed}; at its worst {count(peak.negatives, 'negative')} (usual {peak.usual:.1f}) by {authors}"
    )
    for why in incident.why:
        click.echo(f"  - {why}")


def _summary(found: Backtest, posts: Sequence[Post]) -> str:
    said = f"{count(len(found.raised), 'incident')} in {count(len(posts), 'line')}"
    if not posts:
        return f"{said}: the recording is empty"
    span = f"{clock(posts[0].seen_at)} to {clock(posts[-1].seen_at)}"
    if not found.mentions:
        return f"{said} ({span}): none of them speaks of a brand of the configuration"
    return f"{said}, {count(found.mentions, 'mention')} of a brand ({span})"

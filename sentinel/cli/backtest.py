"""`sentinel backtest`: what would have been raised over recorded posts; no channel is touched."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sentinel.app import read_plan
from sentinel.cli.recordings import read_recordings
from sentinel.cli.screen import as_json, clock, config_option
from sentinel.rehearse import Raised, Rehearsal, span_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.plan import Plan


@click.command("backtest")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@config_option
@click.option(
    "--json",
    "out",
    type=click.Path(path_type=Path, allow_dash=True),
    help="One line an incident, to this file (- for stdout).",
)
def verb(files: tuple[Path, ...], config: Path, out: Path | None) -> int:
    """Play FILES (JSON lines of posts) through the rules on a stepped clock and print the incidents."""
    plan = read_plan(config, check_secrets=False)
    raised = asyncio.run(backtest(plan, files))
    if out is not None:
        lines = "".join(as_json(line_of(one)) + "\n" for one in raised)
        if str(out) == "-":
            click.echo(lines, nl=False)
            return 0
        out.write_text(lines, encoding="utf-8")
    for one in raised:
        show(one, plan)
    click.echo(f"{len(raised)} incident{'' if len(raised) == 1 else 's'}")
    return 0


async def backtest(plan: Plan, files: Sequence[Path]) -> list[Raised]:
    """Every incident that the rules would have opened."""
    posts = read_recordings(files)
    if not posts:
        return []
    house = Rehearsal(plan, span_of(posts))
    async for _ in house.play(posts):
        pass
    return house.raised()


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
        "closed_at": incident.closed_at,
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
    click.echo(f"{incident.severity.value.upper()} {group}: {rule.rule if rule else incident.rule}")
    click.echo(
        f"  opened {clock(incident.opened_at)}  told {clock(one.told_at)}  closed {clock(incident.closed_at)}"
    )
    click.echo(
        f"  since {clock(incident.onset)}; at its worst {peak.negatives} negatives (usual {peak.usual:.1f}) by {peak.authors or '?'} authors"
    )
    for why in incident.why:
        click.echo(f"  - {why}")

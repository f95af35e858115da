"""`sentinel incidents`: list, show, ack, unack, close, note; works while the service runs.

A person's act is written with its log line and the messages it makes due in one transaction; the running service
finds the messages in the outbox and sends them.
"""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sentinel.app import build_channels, read_plan, store_of
from sentinel.cli.screen import clock, config_option, fail, json_option, print_json, safe, table
from sentinel.desk import act_on
from sentinel.model.phrase import PhraseError, parse_duration
from sentinel.respond import incident as life

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sentinel.model.incident import Incident
    from sentinel.plan import Plan
    from sentinel.respond.incident import Change
    from sentinel.store.contract import Store

who_option = click.option("--who", default=getpass.getuser, show_default="you", help="Who acts.")


@click.group("incidents")
def verb() -> None:
    """List, show, acknowledge, close and annotate incidents."""


@verb.command("list")
@config_option
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@json_option
def list_(config: Path, *, everything: bool, as_json: bool) -> int:
    """What is going on."""
    store = _open(config)[1]
    incidents = store.incidents(live=None if everything else True)
    if as_json:
        for incident in incidents:
            print_json(incident)
        return 0
    if not incidents:
        click.echo("nothing is going on" if not everything else "no incident yet")
        return 0
    rows = [
        (
            one.id,
            one.severity.value,
            one.state.value,
            one.brand,
            one.rule,
            clock(one.opened_at or one.formed_at),
            f"{one.peak.negatives} (usual {one.peak.usual:.1f})",
            ", ".join(ack.who for ack in one.acks) or "-",
        )
        for one in incidents
    ]
    table(rows, ("id", "severity", "state", "brand", "rule", "opened", "negatives", "taken on by"))
    return 0


@verb.command()
@click.argument("incident")
@config_option
@json_option
def show(incident: str, config: Path, *, as_json: bool) -> int:
    """One incident: why, what happened, who was told and who was not."""
    store = _open(config)[1]
    one = store.incident(incident)
    if one is None:
        return _unknown(incident)
    acts, rows, held = store.acts(one.id), store.deliveries(one.id), store.held(one.id)
    if as_json:
        print_json({"incident": one, "acts": acts, "deliveries": rows, "held": held})
        return 0
    click.echo(f"{one.id}  {one.severity.value}  {one.state.value}  {one.brand}  (rule {one.rule})")
    click.echo(
        f"at its worst {one.peak.negatives} negatives, usual {one.peak.usual:.1f}, {one.peak.authors or '?'} authors; since {clock(one.onset)}"
    )
    for why in one.why:
        click.echo(f"  - {why}")
    click.echo("log")
    for act in acts:
        click.echo(f"  {clock(act.at)}  {act.kind.value} by {safe(act.who)}  {safe(act.text)}")
    click.echo("told")
    for row in rows:
        click.echo(
            f"  {clock(row.sent_at or row.created_at)}  {row.channel}: {row.kind.value}, {row.state.value} ({row.reason}) {safe(row.error)}"
        )
    click.echo("not told")
    for item in held:
        step = f" (step {item.step + 1})" if item.step >= 0 else ""
        until = f" until {clock(item.until)}" if item.until else ""
        click.echo(f"  {item.channel}{step}: {item.reason.value}{until}")
    return 0


@verb.command()
@click.argument("incident")
@config_option
@who_option
@click.option("--for", "span", help="Only for so long, e.g. '30 minutes'.")
def ack(incident: str, config: Path, who: str, span: str | None) -> int:
    """Take it on: the ladder stops climbing."""
    now = datetime.now(UTC)
    try:
        until = now + parse_duration(span) if span else None
    except PhraseError as error:
        raise click.UsageError(f"--for: {error}; {error.hint}") from error
    return _act(
        incident, config, lambda one: life.acknowledge(one, who, now, until), f"{who} has taken it on"
    )


@verb.command()
@click.argument("incident")
@config_option
@who_option
def unack(incident: str, config: Path, who: str) -> int:
    """Take an acknowledgement back: the ladder climbs on."""
    now = datetime.now(UTC)
    return _act(incident, config, lambda one: life.unacknowledge(one, who, now), "nobody has it now")


@verb.command()
@click.argument("incident")
@config_option
@who_option
@click.option("--note", "text", default="", help="What it was.")
def close(incident: str, config: Path, who: str, text: str) -> int:
    """End it by hand."""
    now = datetime.now(UTC)
    return _act(incident, config, lambda one: life.close(one, now, who, text), "closed")


@verb.command()
@click.argument("incident")
@click.argument("text")
@config_option
@who_option
def note(incident: str, text: str, config: Path, who: str) -> int:
    """Write a remark into its log."""
    now = datetime.now(UTC)
    return _act(incident, config, lambda one: life.note(one, who, text, now), "noted", ended_too=True)


def _act(
    incident: str, config: Path, act: Callable[[Incident], Change], says: str, *, ended_too: bool = False
) -> int:
    plan, store = _open(config)
    one = store.incident(incident)
    if one is None:
        return _unknown(incident)
    if not one.state.live and not ended_too:
        return fail(f"incident {one.id} is over since {clock(one.closed_at)}")
    done = act_on(store, plan.book, build_channels(plan.config), one.id, act, datetime.now(UTC))
    click.echo(f"{done.id}: {says}")
    return 0


def _open(config: Path) -> tuple[Plan, Store]:
    plan = read_plan(config, check_secrets=False)
    return plan, store_of(plan.config)


def _unknown(incident: str) -> int:
    return fail(f"no incident is called '{incident}'; `sentinel incidents list --all` shows them")

"""`sentinel incidents`: list, show, ack, unack, close, note; works while the service runs.

A person's act is written with its log line and the messages it makes due in one transaction; the running service
finds the messages in the outbox and sends them.
"""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from sentinel.cli import incident_lines
from sentinel.cli.options import config_option, json_option
from sentinel.cli.plans import plan_of, store_of
from sentinel.cli.screen import clock, fail, print_json, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sentinel.model.incident import Incident
    from sentinel.respond.incident import Change


def _me() -> str:
    """Who is logged in; in a container there may be nobody by name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


incident_argument = click.argument("incident", metavar="ID")
who_option = click.option("--who", default=_me, show_default="you", help="Who acts, for the log.")


@click.group("incidents")
def verb() -> None:
    """List, show, acknowledge, close and annotate incidents; also while the service runs.

    An ID stands at the end of every alert. What you do is told, by the running service, to whoever was told of the incident.
    """


@verb.command("list")
@config_option
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@json_option
def list_(config: Path, *, everything: bool, as_json: bool) -> int:
    """What is going on, newest first; with --json one line an incident."""
    incidents = store_of(plan_of(config)).incidents(live=None if everything else True)
    if as_json:
        for incident in incidents:
            print_json(incident_lines.incident_line(incident))
    elif incidents:
        table([incident_lines.row(one) for one in incidents], incident_lines.COLUMNS)
    else:
        click.echo("no incident yet" if everything else "nothing is going on (--all: also what is over)")
    return 0


@verb.command()
@incident_argument
@config_option
@json_option
def show(incident: str, config: Path, *, as_json: bool) -> int:
    """One incident: why, what happened, who was told and who was not, each with the reason."""
    store = store_of(plan_of(config))
    one = store.incident(incident)
    if one is None:
        return _unknown(incident)
    found = incident_lines.dossier(store, one)
    if as_json:
        print_json(incident_lines.dossier_line(found))
    else:
        click.echo("\n".join(incident_lines.lines(found)))
    return 0


@verb.command()
@incident_argument
@config_option
@who_option
@click.option("--for", "span", help="Only for so long, e.g. '30 minutes'; then the ladder climbs on.")
@json_option
def ack(incident: str, config: Path, who: str, span: str | None, *, as_json: bool) -> int:
    """Take it on: the ladder stops climbing, news keep coming."""
    from sentinel.respond.incident import acknowledge  # noqa: PLC0415  # heavy: only when a verb runs

    now = datetime.now(UTC)
    until = now + _span(span) if span else None
    says = f"{who} has taken it on" + (f" until {clock(until)}" if until else "")
    return _act(incident, config, lambda one: acknowledge(one, who, now, until), says, as_json=as_json)


@verb.command()
@incident_argument
@config_option
@who_option
@json_option
def unack(incident: str, config: Path, who: str, *, as_json: bool) -> int:
    """Take every acknowledgement back: the ladder climbs on."""
    from sentinel.respond.incident import unacknowledge  # noqa: PLC0415  # as above

    now = datetime.now(UTC)
    says = "nobody has it now"
    return _act(incident, config, lambda one: unacknowledge(one, who, now), says, as_json=as_json)


@verb.command()
@incident_argument
@config_option
@who_option
@click.option("--note", "text", default="", help="What it was; it stays in the log.")
@json_option
def close(incident: str, config: Path, who: str, text: str, *, as_json: bool) -> int:
    """End it by hand."""
    from sentinel.respond import incident as life  # noqa: PLC0415  # as above

    now = datetime.now(UTC)
    return _act(incident, config, lambda one: life.close(one, now, who, text), "closed", as_json=as_json)


@verb.command()
@incident_argument
@click.argument("text")
@config_option
@who_option
@json_option
def note(incident: str, text: str, config: Path, who: str, *, as_json: bool) -> int:
    """Write TEXT into its log, also when it is over."""
    from sentinel.respond import incident as life  # noqa: PLC0415  # as above

    if not text.strip():
        raise click.UsageError("a note needs some words")
    now = datetime.now(UTC)

    def write(one: Incident) -> Change:
        return life.note(one, who, text.strip(), now)

    return _act(incident, config, write, "noted", as_json=as_json, ended_too=True)


def _act(  # noqa: PLR0913  # on what, what, and how it is said
    incident: str,
    config: Path,
    act: Callable[[Incident], Change],
    says: str,
    *,
    as_json: bool,
    ended_too: bool = False,
) -> int:
    from sentinel.app import build_channels  # noqa: PLC0415  # as above
    from sentinel.desk import act_on  # noqa: PLC0415  # as above

    plan = plan_of(config)
    store = store_of(plan)
    one = store.incident(incident)
    if one is None:
        return _unknown(incident)
    if not one.state.live and not ended_too:
        return fail(f"incident {one.id} is over since {clock(one.closed_at)}")
    done = act_on(store, plan.book, build_channels(plan.config), one.id, act, datetime.now(UTC))
    if as_json:
        print_json(incident_lines.incident_line(done))
    else:
        click.echo(f"{done.id}: {says}")
    return 0


def _span(text: str) -> timedelta:
    from sentinel.model.phrase import PhraseError, parse_duration  # noqa: PLC0415  # as above

    try:
        return parse_duration(text)
    except PhraseError as error:
        raise click.UsageError(f"--for: {error}; {error.hint}") from error


def _unknown(incident: str) -> int:
    return fail(f"no incident is called '{incident}'; `sentinel incidents list --all` shows them")

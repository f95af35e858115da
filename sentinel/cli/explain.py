"""`sentinel explain`: a rule as prose; why a post counts; which clause held at a time, and by how much."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sentinel.app import read_plan, store_of
from sentinel.cli.screen import clock, config_option, json_option, print_json, safe
from sentinel.model.post import Post
from sentinel.rulebook.prose import explain

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.plan import Plan
    from sentinel.rulebook.types import Rule


@click.command("explain")
@click.argument("rule")
@config_option
@click.option("--post", "text", help="A post's text: does it count, clause by clause?")
@click.option(
    "--at", "at", help="A time (RFC 3339, or 'now'): which clause held in the store, and by how much?"
)
@json_option
def verb(rule: str, config: Path, text: str | None, at: str | None, *, as_json: bool) -> int:
    """Explain RULE."""
    plan = read_plan(config, check_secrets=False)
    found = plan.book.rule(rule)
    if found is None:
        raise click.UsageError(
            f"no rule is called {rule}; there are {', '.join(r.id for r in plan.book.rules)}"
        )
    if text is not None:
        return _post(plan, found, text, as_json=as_json)
    if at is not None:
        return _moment(plan, found, _time(at), as_json=as_json)
    prose = explain(found, plan.book.ladders.get(found.then.escalate))
    if as_json:
        print_json({"rule": found.id, "prose": prose})
    else:
        click.echo(prose)
    return 0


def _post(plan: Plan, rule: Rule, text: str, *, as_json: bool) -> int:
    now = datetime.now(UTC)  # a post that is typed in is published now
    post = Post(source="example", id="typed", text=text, published_at=now, seen_at=now)
    attention = _alone(plan, rule).attention()
    found = attention.look(text)
    about = attention.about(post, found)
    brand = (about or rule.watch.brands or tuple(plan.config.brands))[0]
    score = plan.scorer.score([attention.text(post, (brand,))])[0]
    counting = attention.countings[0]
    count = counting.count(post, brand, score, found.phrases)
    answers = counting.explain(post, brand, score, found.phrases)
    if as_json:
        print_json({"brand": brand, "named": bool(about), "count": count, "score": score, "clauses": answers})
        return 0
    named = f"speaks of {', '.join(about)}" if about else f"names no brand (judged as if it spoke of {brand})"
    click.echo(f"The post {named}.")
    for answer in answers:
        click.echo(f"  {'yes' if answer.holds else 'no ':3} {answer.clause}: {safe(answer.says)}")
    verdict = (
        "not looked at by this rule"
        if count is None
        else f"negative, by {count.why}"
        if count.negative
        else "counted, not as a negative"
    )
    click.echo(f"So it is {verdict}.")
    return 0


def _alone(plan: Plan, rule: Rule) -> Plan:
    """The plan with this rule only, judging whatever its status."""
    from dataclasses import replace  # noqa: PLC0415  # the only place

    from sentinel.rulebook.types import Status  # noqa: PLC0415  # the same

    live = rule.model_copy(update={"status": Status.LIVE})
    return replace(plan, book=plan.book.model_copy(update={"rules": (live,)}))


def _moment(plan: Plan, rule: Rule, at: datetime, *, as_json: bool) -> int:
    signals = _alone(plan, rule).onlooker(store_of(plan.config), at).signals(rule.id, at)
    if as_json:
        print_json(signals)
        return 0
    if not signals:
        click.echo(f"At {clock(at)} nothing that this rule watches had been counted yet.")
    for signal in signals:
        group = ", ".join(f"{name} {value}" for name, value in signal.reading.series.group)
        click.echo(f"{group} at {clock(at)}: {'a spike' if signal.raised else 'no spike'}")
        for verdict in signal.verdicts:
            click.echo(f"  {'yes' if verdict.holds else 'no ':3} {verdict.clause.value}: {verdict.says}")
    return 0


def _time(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"'{text}' is not a time: write it like 2026-11-22T12:00:00Z") from error
    if at.tzinfo is None:
        raise click.UsageError(f"'{text}' has no zone: write it like {text}Z")
    return at.astimezone(UTC)

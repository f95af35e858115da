"""`sentinel explain`: a rule as prose; why a post counts; which clause held at a time, and by how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.options import config_option, json_option
from sentinel.cli.plans import plan_of, rule_of, store_of
from sentinel.cli.screen import clock, print_json, safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sentinel.detect.counting import Answer
    from sentinel.model.mention import Count, Score
    from sentinel.model.reading import Signal
    from sentinel.plan import Plan
    from sentinel.rulebook.types import Rule


@click.command("explain")
@click.argument("rule")
@config_option
@click.option("--post", "text", help="A post's text: does it count, clause by clause?")
@click.option(
    "--at", help="A time (2026-11-22T12:00:00Z, or 'now'): which clause held then, and by how much?"
)
@json_option
def verb(rule: str, config: Path, text: str | None, at: str | None, *, as_json: bool) -> int:
    """Say RULE (its id or its file) as prose. If the prose is not what you meant, the rule is not either.

    --post judges a text that you type, for each brand that it names; --at asks the store, also while the service runs.
    """
    if text is not None and at is not None:
        raise click.UsageError("--post and --at are two questions: ask one at a time")
    moment = _time(at) if at is not None else None
    plan = plan_of(config)
    found = rule_of(plan, rule)
    if text is not None:
        _post(plan, found, text, as_json=as_json)
    elif moment is not None:
        _moment(plan, found, moment, as_json=as_json)
    else:
        _prose(plan, found, as_json=as_json)
    return 0


def _prose(plan: Plan, rule: Rule, *, as_json: bool) -> None:
    from sentinel.rulebook.prose import explain  # noqa: PLC0415  # heavy: only when a verb runs

    prose = explain(rule, plan.book.ladders.get(rule.then.escalate))
    if as_json:
        print_json({"rule": rule.id, "prose": prose})
    else:
        click.echo(prose)


# ── a post ─────────────────────────────────────────────────────────────────────────────────────────────────


def _post(plan: Plan, rule: Rule, text: str, *, as_json: bool) -> None:
    from sentinel.model.post import Post  # noqa: PLC0415  # as above

    now = datetime.now(UTC)  # a post that is typed in is published now
    post = Post(source="example", id="typed", text=text, published_at=now, seen_at=now)
    attention = _alone(plan, rule).attention()
    found = attention.look(text)
    about = attention.about(post, found)
    counting = attention.countings[0]
    watched = tuple(filter(counting.watches_brand, about))
    brands = watched or (about or rule.watch.brands or tuple(plan.config.brands))[:1]
    if not as_json:
        named = (
            f"speaks of {', '.join(about)}"
            if about
            else f"names no brand (judged as if it spoke of {brands[0]})"
        )
        click.echo(f"The post {named}.")
    for brand in brands:
        score = attention.score(post, brand, counting)
        count = counting.count(post, brand, score, found.phrases)
        answers = counting.explain(post, brand, score, found.phrases)
        if as_json:
            print_json({"brand": brand, "named": bool(about)} | _counted(count, score, answers))
            continue
        for answer in answers:
            click.echo(f"  {_yes(holds=answer.holds)} {answer.clause}: {safe(answer.says)}")
        click.echo(f"So {f'for {brand} ' if len(brands) > 1 else ''}it is {_verdict(count)}.")


def _counted(count: Count | None, score: Score, answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "watched": count is not None,
        "counts": count is not None and count.negative,
        "why": count.why if count is not None else "",
        "score": score,
        "clauses": answers,
    }


def _verdict(count: Count | None) -> str:
    if count is None:
        return "not looked at by this rule"
    return f"negative, by {count.why}" if count.negative else "looked at, and not negative"


# ── a moment ───────────────────────────────────────────────────────────────────────────────────────────────


def _moment(plan: Plan, rule: Rule, at: datetime, *, as_json: bool) -> None:
    flow = _alone(plan, rule).onlooker(store_of(plan), at)
    signals = flow.signals(rule.id, at)
    if as_json:
        for signal in signals:
            print_json(_signal_line(signal))
        return
    if not signals:
        click.echo(f"At {clock(at)} nothing that this rule watches had been counted yet.")
    for signal in signals:
        group = ", ".join(f"{name} {value}" for name, value in signal.reading.series.group)
        click.echo(f"{group} at {clock(at)}: {'a spike' if signal.raised else 'no spike'}")
        for verdict in signal.verdicts:
            click.echo(f"  {_yes(holds=verdict.holds)} {verdict.clause.value}: {verdict.says}")
    for source in flow.waiting(rule.id, at):
        click.echo(f"{safe(source.says)}.")


def _signal_line(signal: Signal) -> dict[str, Any]:
    reading = signal.reading
    return {
        "rule": signal.rule,
        "key": dict(reading.series.group),
        "at": reading.at,
        "raised": signal.raised,
        "blind": signal.blind,
        "negatives": reading.negatives,
        "authors": reading.authors,
        "usual": round(reading.usual, 2),
        "window_minutes": reading.window.total_seconds() / 60,
        "covered": reading.covered,
        "onset": reading.onset,
        "clauses": signal.verdicts,
    }


def _alone(plan: Plan, rule: Rule) -> Plan:
    """The plan with this rule only, judging whatever its status."""
    from sentinel.rulebook.types import Status  # noqa: PLC0415  # heavy: only when a verb runs

    live = rule.model_copy(update={"status": Status.LIVE})
    return replace(plan, book=plan.book.model_copy(update={"rules": (live,)}))


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "no "


def _time(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        says = f"--at: '{text}' is not a time: write it like 2026-11-22T12:00:00Z"
        raise click.UsageError(says) from error
    if at.tzinfo is None:
        raise click.UsageError(f"--at: '{text}' has no zone: write it like {text}Z")
    return at.astimezone(UTC)

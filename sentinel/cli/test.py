"""`sentinel test`: the examples inside the rule files, timelines included, through the one flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sentinel.cli.options import config_option, json_option
from sentinel.cli.plans import plan_of, rule_of
from sentinel.cli.screen import count, print_json, safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sentinel.rehearse import Outcome


@click.command("test")
@click.argument("rules", nargs=-1)
@config_option
@json_option
def verb(rules: tuple[str, ...], config: Path, *, as_json: bool) -> int:
    """Run the examples of RULES (ids or files; all rules when none is named) on the code that runs live.

    Posts under `catches` must count as negatives and those under `ignores` must not; `timelines` are played on a clock of
    their own. With --json: one line an example with rule, example, passed and says.
    """
    from sentinel.rehearse import try_examples  # noqa: PLC0415  # heavy: only when a verb runs

    plan = plan_of(config)
    chosen = [rule_of(plan, name) for name in rules] or plan.book.rules
    outcomes = {rule.id: try_examples(plan, rule) for rule in chosen}
    every = [outcome for tried in outcomes.values() for outcome in tried]
    failed = sum(not outcome.passed for outcome in every)
    if as_json:
        for outcome in every:
            print_json(outcome)
        return 1 if failed else 0
    for rule, tried in outcomes.items():
        _show(rule, tried)
    click.echo(f"{count(len(every) - failed, 'example')} passed, {failed} failed")
    return 1 if failed else 0


def _show(rule: str, tried: Sequence[Outcome]) -> None:
    failed = [outcome for outcome in tried if not outcome.passed]
    for outcome in failed:
        click.echo(f"FAILED {rule}: {safe(outcome.example)}\n       {safe(outcome.says)}")
    if not tried:
        click.echo(f"{rule}: no examples yet; docs/writing-rules.md shows how to write them")
    elif not failed:
        click.echo(f"{rule}: {count(len(tried), 'example')}, all as written")

"""`sentinel test`: the examples inside the rule files, timelines included, through the one flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sentinel.app import read_plan
from sentinel.cli.screen import config_option, json_option, print_json, safe
from sentinel.rehearse import try_examples

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.rulebook.types import Rule


@click.command("test")
@click.argument("rules", nargs=-1)
@config_option
@json_option
def verb(rules: tuple[str, ...], config: Path, *, as_json: bool) -> int:
    """Run the examples of RULES (all rules when none is named)."""
    plan = read_plan(config, check_secrets=False)
    outcomes = [outcome for rule in _chosen(plan.book.rules, rules) for outcome in try_examples(plan, rule)]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if as_json:
        for outcome in outcomes:
            print_json(outcome)
        return 1 if failed else 0
    for outcome in failed:
        click.echo(f"FAILED {outcome.rule}: {safe(outcome.example)}\n       {safe(outcome.says)}")
    click.echo(f"{len(outcomes) - len(failed)} examples passed, {len(failed)} failed")
    return 1 if failed else 0


def _chosen(rules: tuple[Rule, ...], names: tuple[str, ...]) -> list[Rule]:
    known = {rule.id for rule in rules}
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(
            f"no rule is called {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    return [rule for rule in rules if not names or rule.id in names]

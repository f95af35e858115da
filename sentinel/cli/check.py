"""`sentinel check`: every problem of rules and config in one run."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel.app import read_plan
from sentinel.cli.screen import config_option, json_option, show_problems
from sentinel.errors import ProblemsFound


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@config_option
@click.option("--online", is_flag=True, help="Also try to read each source once.")
@json_option
def verb(paths: tuple[Path, ...], config: Path, *, online: bool, as_json: bool) -> int:
    """Every problem of rules and config: file, line, column, the line, a caret and the mend.

    PATHS narrow what is shown to these files and folders.
    """
    try:
        plan = read_plan(config)
    except ProblemsFound as found:
        return show_problems([one for one in found.problems if _wanted(one.file, paths)], as_json=as_json)
    status = show_problems([one for one in plan.warnings if _wanted(one.file, paths)], as_json=as_json)
    if not as_json:
        live = sum(rule.status.judges for rule in plan.book.rules)
        click.echo(
            f"{config}: {len(plan.config.brands)} brands, {len(plan.config.sources)} sources,"
            f" {len(plan.config.channels)} channels; {len(plan.book.rules)} rules, {live} of them judging: fine"
        )
    if online:
        from sentinel.cli.poll import try_sources  # noqa: PLC0415  # only when asked for

        status = max(status, try_sources(plan.config))
    return status


def _wanted(file: str, paths: tuple[Path, ...]) -> bool:
    here = Path(file).resolve()
    return not paths or any(here == path.resolve() or path.resolve() in here.parents for path in paths)

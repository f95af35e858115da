"""`sentinel check`: every problem of rules and config in one run. Its problems are its product: they go to stdout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sentinel.cli.options import config_option, json_option
from sentinel.cli.plans import plan_of, rules_of, settings_of
from sentinel.cli.screen import count, error_count, print_json, show_problems
from sentinel.errors import ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sentinel.config.types import Config
    from sentinel.model.problem import Problem
    from sentinel.rulebook.types import Ladder

_CONFIGURES = re.compile(rb"^brands\s*:", re.MULTILINE)
_CLIMBS = re.compile(rb"^ladder\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and in a few words what was looked at."""

    problems: tuple[Problem, ...]
    says: str


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@config_option
@click.option("--online", is_flag=True, help="Also read the first page of every source.")
@json_option
def verb(paths: tuple[Path, ...], config: Path, *, online: bool, as_json: bool) -> int:
    """Print every problem of rules and config: file, line, column, the line, a caret and the mend.

    Without PATHS: the configuration and all of its rules, ladders and lists. PATHS narrow it to these files and folders; a
    rule that stands elsewhere is checked as if it were among the configuration's rules, and another sentinel.yaml with
    its own. A line with `warning:` is a doubt; only mistakes make the exit status 1.
    """
    checked = look_at(config, paths)
    errors = error_count(checked.problems)
    answers = _online(config) if online and not errors else {}
    if as_json:
        warnings = len(checked.problems) - errors
        found = {"errors": errors, "warnings": warnings, "problems": checked.problems}
        print_json(found | ({"sources": answers} if online else {}))
    else:
        _show(checked, answers)
    return 1 if errors or any(answers.values()) else 0


def _show(checked: Checked, answers: Mapping[str, str]) -> None:
    if not show_problems(checked.problems, err=False):
        click.echo(f"{checked.says}: fine")
    for source, says in answers.items():
        click.echo(f"{source}: {says or 'answers'}")


def look_at(config: Path, paths: Sequence[Path]) -> Checked:
    """Everything wrong with these paths; with all that `config` names when there are none."""
    if not paths:
        return _whole(config)
    parts = [_part(path, config) for path in paths]
    problems = dict.fromkeys(problem for part in parts for problem in part.problems)
    return Checked(tuple(problems), ", ".join(part.says for part in parts))


def _whole(config: Path) -> Checked:
    try:
        plan = plan_of(config, check_secrets=True)
    except ProblemsFound as found:
        return Checked(found.problems, str(config))
    judging = sum(rule.status.judges for rule in plan.book.rules)
    parts = (
        count(len(plan.config.brands), "brand"),
        count(len(plan.config.sources), "source"),
        count(len(plan.config.channels), "channel"),
        f"{count(len(plan.book.rules), 'rule')} ({judging} judging)",
    )
    return Checked(plan.warnings, f"{config}: {', '.join(parts)}")


def _part(path: Path, config: Path) -> Checked:
    here = path.resolve()
    if path.is_dir() and (path / "sentinel.yaml").is_file():
        return _whole(path / "sentinel.yaml")
    if path.is_file() and here != config.resolve() and _has(path, _CONFIGURES):
        return _whole(path)
    try:
        settings = settings_of(config, check_secrets=here == config.resolve())
    except ProblemsFound as found:  # without sound names nothing else can be said
        return Checked(found.problems, str(path))
    if here == config.resolve():
        return Checked((), str(path))
    rules = (settings.folder / settings.rules).resolve()
    if here == rules or rules in here.parents:
        return Checked(tuple(_inside(path, settings)), str(path))
    return Checked(tuple(_elsewhere(path, settings)), f"{path} (with the names of {config})")


def _inside(path: Path, settings: Config) -> Iterator[Problem]:
    """The problems of the configuration's own rules, as far as they stand at `path`."""
    here = path.resolve()
    for problem in _problems(lambda: rules_of(settings)[1]):
        place = Path(problem.file).resolve()
        if here == place or here in place.parents:
            yield problem


def _elsewhere(path: Path, settings: Config) -> Sequence[Problem]:
    """The problems of a rule, a ladder or a folder of both that the configuration does not name."""
    from sentinel.app import known  # noqa: PLC0415  # heavy: only when a verb runs
    from sentinel.rulebook import read  # noqa: PLC0415  # as above

    names = known(settings)

    def one() -> Sequence[Problem]:
        if path.is_dir():
            return read.read_book(path, names, shown=str(path))[1]
        text = read.read_bytes(path, str(path))
        if _CLIMBS.search(text):
            return read.read_ladder_text(text, str(path), names)[1]
        return read.read_rule_text(text, str(path), names, ladders=_ladders(settings))[1]

    return _problems(one)


def _ladders(settings: Config) -> Mapping[str, Ladder] | None:
    """None when the rules they stand beside are not sound: their names are then taken on trust."""
    try:
        return rules_of(settings)[0].ladders
    except ProblemsFound:
        return None


def _problems(read: Callable[[], Sequence[Problem]]) -> Sequence[Problem]:
    try:
        return read()
    except ProblemsFound as found:
        return found.problems


def _has(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with path.open("rb") as opened:
        return pattern.search(opened.read(1 << 20)) is not None


def _online(config: Path) -> dict[str, str]:
    from sentinel.cli.poll import try_sources  # noqa: PLC0415  # only when asked for

    return try_sources(settings_of(config, check_secrets=True))

"""The way from a verb into the house: its files, its store, a rule by name.

`sentinel.app` is imported here and only when a verb runs: it knows every room, and that takes a second.
"""

from __future__ import annotations

import difflib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sentinel.errors import ProblemsFound
from sentinel.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sentinel.config.types import Config
    from sentinel.plan import Plan
    from sentinel.rulebook.types import Book, Rule
    from sentinel.store.contract import Store


def plan_of(config: Path, *, check_secrets: bool = False) -> Plan:
    """Everything people wrote, read and sound. Raises ProblemsFound.

    Only a verb that goes out to the world needs the secrets to be there.
    """
    from sentinel.app import read_plan  # noqa: PLC0415  # heavy: only when a verb runs

    _begin(config)
    return read_plan(config, check_secrets=check_secrets)


def settings_of(config: Path, *, check_secrets: bool = False) -> Config:
    """sentinel.yaml alone, whatever the rules are like. Raises ProblemsFound."""
    from sentinel.app import read_settings  # noqa: PLC0415  # as above

    _begin(config)
    return read_settings(config, check_secrets=check_secrets)


def rules_of(settings: Config) -> tuple[Book, tuple[Problem, ...]]:
    """The rules of a configuration, with the doubts about them. Raises ProblemsFound."""
    from sentinel.app import read_rules  # noqa: PLC0415  # as above

    return read_rules(settings)


def store_of(plan: Plan) -> Store:
    """The configured store, opened and up to date."""
    from sentinel import app  # noqa: PLC0415  # as above

    return app.store_of(plan.config)


def rule_of(plan: Plan, name: str) -> Rule:
    """The rule with this id; a file's name is taken for its id. Raises click.UsageError naming the nearest."""
    rule = plan.book.rule(name) or plan.book.rule(Path(name).stem)
    if rule is None:
        raise click.UsageError(unknown("rule", name, (one.id for one in plan.book.rules)))
    return rule


def unknown(noun: str, name: str, known: Iterable[str]) -> str:
    """`no rule is called limpiesa: did you mean 'limpieza'?`."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    there = f"there is {', '.join(names)}" if names else "there is none"
    return f"no {noun} is called {name}: " + (f"did you mean '{near[0]}'?" if near else there)


def _begin(config: Path) -> None:
    """Name the way out to somebody who has just begun; log only trouble: a verb's own words are its output."""
    from sentinel.logs import configure  # noqa: PLC0415  # as above

    configure()
    logging.getLogger().setLevel(logging.WARNING)
    if not config.exists():
        hint = '`sentinel init "Your Brand"` writes a first one; -c names another'
        raise ProblemsFound([Problem(str(config), 0, 0, "there is no such file", hint=hint)])

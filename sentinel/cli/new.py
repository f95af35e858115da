"""`sentinel new "A sentence"`: a draft rule that already reads, to be completed."""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import click

from sentinel.cli.init import plain
from sentinel.cli.options import config_option
from sentinel.cli.plans import settings_of
from sentinel.cli.screen import fail

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = 6


@click.command("new")
@click.argument("sentence")
@config_option
@click.option("--owner", default="community-team", show_default=True, help="Who answers for the rule.")
def verb(sentence: str, config: Path, owner: str) -> int:
    """Write a draft rule called SENTENCE into the folder of rules, where `check` accepts it as it is.

    The file is named for its first words. A draft is checked and never judged: complete it, add examples, then make it
    `status: trial`.
    """
    words = " ".join(sentence.split())
    if not words:
        raise click.UsageError('SENTENCE says what the rule is about, like "Complaints about the pool"')
    settings = settings_of(config)
    folder = settings.folder / settings.rules
    name = "-".join(plain(words).split("-")[:_WORDS]) or "new-rule"
    path = folder / f"{name}.yaml"
    if path.exists():
        return fail(f"{_near(path, config)} is there already; nothing was written")
    ladders = sorted(ladder.stem for ladder in (folder / "ladders").glob("*.yaml"))
    template = Template((files("sentinel.cli") / "first" / "draft.yaml").read_text(encoding="utf-8"))
    text = template.substitute(
        sentence=json.dumps(words, ensure_ascii=False),
        owner=json.dumps(owner, ensure_ascii=False),
        ladder=ladders[0] if ladders else "community",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"wrote {_near(path, config)}")
    click.echo(f"next: complete it, add examples, then sentinel check and sentinel test {name}")
    return 0


def _near(path: Path, config: Path) -> Path:
    """The file as seen from the configuration that was named."""
    return config.parent / path.relative_to(config.absolute().parent)

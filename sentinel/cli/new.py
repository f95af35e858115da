"""`sentinel new "A sentence"`: a draft rule that already reads, to be completed."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import click

from sentinel.app import read_plan
from sentinel.cli.screen import config_option, fail

if TYPE_CHECKING:
    from pathlib import Path

_DRAFT = """\
rule: {sentence}
status: draft                     # then trial, then live
owner: {owner}
why: |
  Say here why it matters, for whoever reads it in a year.

watch:
  any_of: []                      # words, one of which must stand in the post; empty: any post about the brand

negative:                         # any one suffices
  sentiment: below -0.25
  stars: at most 2
  says: []

spike:
  window: 2 hours
  at_least: 6 posts
  from: 5 authors
  rarer_than: once a month
  calm_after: 2 hours

then:
  severity: warning
  escalate: {ladder}

say:
  title: "{{brand}}: {{negatives}} negative posts in {{window}}"

noise:
  - Say here what looks like it and is not.
"""


@click.command("new")
@click.argument("sentence")
@config_option
@click.option("--owner", default="community-team", show_default=True)
def verb(sentence: str, config: Path, owner: str) -> int:
    """Write a draft rule for SENTENCE into the folder of rules."""
    plan = read_plan(config, check_secrets=False)
    path = plan.config.folder / plan.config.rules / f"{_slug(sentence)}.yaml"
    if path.exists():
        return fail(f"{path} is there already; nothing was written")
    ladder = next(iter(plan.book.ladders), "community")
    text = _DRAFT.format(sentence=json.dumps(sentence, ensure_ascii=False), owner=owner, ladder=ladder)
    path.write_text(text, encoding="utf-8")
    click.echo(
        f"wrote {path}\nnext: complete it, add examples, then sentinel check and sentinel test {path.stem}"
    )
    return 0


def _slug(sentence: str) -> str:
    plain = unicodedata.normalize("NFKD", sentence).encode("ascii", "ignore").decode().lower()
    words = "".join(ch if ch.isalnum() else " " for ch in plain).split()
    return "-".join(words[:6]) or "rule"

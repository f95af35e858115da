"""`sentinel init`: a first sentinel.yaml, a first rule and a first ladder."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel.cli.screen import fail

_CONFIG = """\
# What sentinel watches and whom it can tell. `sentinel check` finds every mistake in it.
brands:
  {brand}:
    terms: ["{term}"]
    languages: [es, en]

sources:
  fediverse: {{kind: mastodon, instance: https://mastodon.social, hashtags: [{tag}], every: 3 minutes}}
  hackernews: {{kind: hackernews, every: 10 minutes}}

channels:
  screen: {{kind: console}}
  # team: {{kind: slack, token: {{env: SLACK_BOT_TOKEN}}, channel: "#community"}}

store: sqlite:///var/sentinel.db
web: {{listen: "127.0.0.1:8080"}}
rules: rules/
"""

_LADDER = """\
ladder: Community team
steps:
  - tell: [screen]
    at: once
resolved: tell everyone who was told
"""

_RULE = """\
rule: Unusually many complaints
status: live
owner: community-team
why: |
  Several people complaining within two hours is how a storm begins. An early answer keeps it small.

negative:
  sentiment: below -0.25
  stars: at most 2
  says: ["nunca más", "never again", "estafa", "scam", "no funciona", "vergüenza"]

spike:
  window: 2 hours
  at_least: 6 posts
  from: 5 authors
  rarer_than: once a month
  hold: 2 minutes
  calm_after: 2 hours

then:
  severity: warning
  escalate: community

say:
  title: "{brand}: {negatives} complaints in {window}"

noise:
  - A sale or a holiday doubles volume, and complaints with it.

examples:
  catches:
    - "Nunca más, qué vergüenza"
  ignores:
    - "What a lovely place"
  timelines:
    - name: an ordinary day stays quiet
      usual: 2 per hour
      every: 30 minutes
      negatives: 1 0 2 1 1 0
      expect: quiet
    - name: a storm is told
      usual: 2 per hour
      every: 30 minutes
      negatives: 1 4 12 20
      expect: warning within 2 hours
"""


@click.command("init")
@click.argument("brand")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where to."
)
def verb(brand: str, folder: Path) -> int:
    """Write a first sentinel.yaml and rules/ for BRAND (its name as people write it)."""
    tag = "".join(ch for ch in brand.lower() if ch.isascii() and ch.isalnum()) or "brand"
    files = {
        folder / "sentinel.yaml": _CONFIG.format(brand=tag, term=brand.replace('"', ""), tag=tag),
        folder / "rules" / "negative-spike.yaml": _RULE,
        folder / "rules" / "ladders" / "community.yaml": _LADDER,
    }
    if there := [str(path) for path in files if path.exists()]:
        return fail(f"{', '.join(there)} is there already; nothing was written")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
    click.echo("next: sentinel check, sentinel test, sentinel run")
    return 0

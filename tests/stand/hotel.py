"""A small house to try things in: one hotel, one or two rules with words nobody mistakes, channels that listen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sentinel.app import read_plan
from sentinel.model.post import Author, Post

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.plan import Plan

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

CONFIG = """\
brands:
  miramar: {terms: ["Miramar"]}
sources:
  sample: {kind: recorded, file: posts.jsonl, every: 1 second}
channels:
  team: {kind: console}
  desk: {kind: console}
store: sqlite:///sentinel.db
web: {listen: "127.0.0.1:0"}
rules: rules/
log: json
"""
RULE = """\
rule: Complaints about dirty rooms
status: live
why: A hotel may have lost its cleaning crew.
negative:
  says: [dirty, filthy]
spike:
  window: 30 minutes
  at_least: 5 posts
  from: 3 authors
  rarer_than: once a week
  calm_after: 30 minutes
then:
  escalate: community
say:
  title: "{brand}: {negatives} complaints in {window}"
noise: [none so far]
examples:
  catches: ["a dirty room at the Miramar"]
  ignores: ["a lovely room at the Miramar"]
  timelines:
    - name: a crew walks out
      usual: 1 per day
      every: 10 minutes
      negatives: 2 4 6
      expect: warning within 30 minutes
"""
LADDER = """\
ladder: Community team
steps:
  - tell: [team]
    at: once
  - tell: [desk]
    after: 15 minutes
    unless: acknowledged
"""


def build(
    folder: Path,
    *,
    config: str = CONFIG,
    rules: dict[str, str] | None = None,
    ladder: str = LADDER,
) -> Path:
    """Write it all into a folder; the path of its sentinel.yaml."""
    (folder / "rules" / "ladders").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "ladders" / "community.yaml").write_text(ladder, encoding="utf-8")
    for name, text in (rules or {"dirty": RULE}).items():
        (folder / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")
    written = folder / "sentinel.yaml"
    written.write_text(config, encoding="utf-8")
    return written


def plan(folder: Path, **parts: Any) -> Plan:
    """The same, read."""
    return read_plan(build(folder, **parts))


def after(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + minutes * MINUTE


def post(
    name: str,
    at: float,
    text: str = "a dirty room at the Miramar",
    seen: float | None = None,
    author: str = "",
    **more: Any,
) -> Post:
    """A post published `at` minutes after noon and seen at `seen` (default: at once)."""
    return Post(
        source=more.pop("source", "x"),
        id=name,
        text=text,
        published_at=after(at),
        seen_at=after(at if seen is None else seen),
        author=Author(id=author or f"author {name}", name=f"@{author or name}"),
        **more,
    )


def line(one: Post) -> str:
    """As a line of a recording."""
    whole = {
        "source": one.source,
        "id": one.id,
        "text": one.text,
        "published_at": one.published_at.isoformat(),
        "seen_at": one.seen_at.isoformat(),
        "author": {"id": one.author.id, "name": one.author.name},
        **({"stars": one.stars} if one.stars is not None else {}),
        **({"deleted": True} if one.deleted else {}),
    }
    return json.dumps(whole, ensure_ascii=False) + "\n"

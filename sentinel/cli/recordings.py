"""Recorded posts for replay and backtest: JSON lines, in the order in which a poller would have had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sentinel.model.post import Post, Skipped
from sentinel.sources.post_json import read_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAMED = 5


def read_recordings(paths: Sequence[Path]) -> list[Post]:
    """All posts of all files by `seen_at` (stable); bad lines are named on stderr and skipped."""
    posts: list[Post] = []
    for path in paths:
        skipped: list[Skipped] = []
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                item = read_line(line, number)
                if isinstance(item, Post):
                    posts.append(item)
                else:
                    skipped.append(item)
        _say(path, skipped)
    posts.sort(key=lambda post: post.seen_at)
    return posts


def _say(path: Path, skipped: Sequence[Skipped]) -> None:
    for item in skipped[:_NAMED]:
        click.echo(f"{path}: {item.where}: {item.why} (skipped)", err=True)
    if len(skipped) > _NAMED:
        click.echo(f"{path}: {len(skipped) - _NAMED} more lines skipped", err=True)

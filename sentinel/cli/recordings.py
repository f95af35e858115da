"""Recorded posts for replay and backtest: JSON lines, in the order in which a poller would have had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.cli.screen import count, note
from sentinel.errors import SentinelError
from sentinel.model.post import Post, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_NAMED = 5


def read_recordings(paths: Sequence[Path]) -> list[Post]:
    """All posts of all files by `seen_at`, in whatever order they stand; bad lines are named on stderr and skipped.

    Only of looks at one post that were seen at the same time the order in the file counts: the later line is the newer.

    Raises SentinelError when there are lines and none of them is a post: nothing was tried then.
    """
    posts: list[Post] = []
    bad = 0
    for path in paths:
        items = list(_items(path))
        skipped = [item for item in items if isinstance(item, Skipped)]
        posts += [item for item in items if isinstance(item, Post)]
        bad += len(skipped)
        _say(path, skipped)
    if bad and not posts:
        raise SentinelError(
            "no line could be read as a post: each is a JSON object with source, id, text and published_at"
            " (`sentinel convert` makes such lines of a CSV)"
        )
    posts.sort(key=lambda post: (post.seen_at, post.published_at, post.source, post.id))
    return posts


def _items(path: Path) -> Iterator[Post | Skipped]:
    from sentinel.sources.post_json import read_line  # noqa: PLC0415  # heavy: only when a verb runs

    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield read_line(line, number)


def _say(path: Path, skipped: Sequence[Skipped]) -> None:
    for item in skipped[:_NAMED]:
        note(f"{path}: {item.where}: {item.why} (skipped)")
    if len(skipped) > _NAMED:
        note(f"{path}: {count(len(skipped) - _NAMED, 'more line')} skipped")

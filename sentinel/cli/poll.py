"""`sentinel poll`: one source, drained once; its posts as JSON lines; nothing stored."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.options import config_option
from sentinel.cli.plans import settings_of, unknown
from sentinel.cli.screen import as_json, count, fail, note
from sentinel.errors import Outside
from sentinel.model.post import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sentinel.config.types import Config
    from sentinel.model.post import Page, Post
    from sentinel.sources.contract import Source

_PATIENCE = 120.0
_NO_ANSWER = f"no answer within {_PATIENCE:.0f} seconds"


@click.command("poll")
@click.argument("source")
@config_option
@click.option("--since", metavar="CURSOR", help="Go on from here, as the poll before said on stderr.")
def verb(source: str, config: Path, since: str | None) -> int:
    """Read SOURCE (its name in sentinel.yaml) once, to the end, and print its posts as JSON lines.

    Nothing is stored. The lines are what backtest, replay and `recorded` read; how many there were, what was skipped and
    where to go on stands on stderr.
    """
    settings = settings_of(config)
    if source not in settings.sources:
        raise click.UsageError(unknown("source", source, settings.sources))
    try:
        asyncio.run(_drain(_one(settings, source), Cursor(since) if since else None))
    except Outside as error:
        return fail(f"{source}: {error}")
    except TimeoutError:
        return fail(f"{source}: {_NO_ANSWER}")
    return 0


def _one(settings: Config, name: str) -> Source:
    """This source alone: another one's missing secret is not its trouble."""
    from sentinel.app import build_sources  # noqa: PLC0415  # heavy: only when a verb runs

    alone = settings.model_copy(update={"sources": {name: settings.sources[name]}})
    return build_sources(alone)[0]


async def _drain(source: Source, since: Cursor | None) -> None:
    posts = skipped = 0
    cursor = since
    try:
        async with asyncio.timeout(_PATIENCE):
            async for page in source.pages(since, datetime.now(UTC)):
                _print(source.name, page)
                posts, skipped = posts + len(page.posts), skipped + len(page.skipped)
                cursor = page.cursor or cursor
    finally:
        await source.close()
    note(f"{source.name}: {count(posts, 'post')}, {skipped} skipped")
    if cursor:
        note(f"go on with --since {shlex.quote(cursor)}")


def _print(name: str, page: Page) -> None:
    for post in page.posts:
        click.echo(as_json(post_line(post)))
    for item in page.skipped:
        note(f"{name}: {item.where}: {item.why} (skipped)")


def post_line(post: Post) -> dict[str, Any]:
    """A post as the JSON line that `recorded`, `replay` and `backtest` read; nothing unknown is written."""
    return dict(_known(asdict(post)))


def _known(fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in fields.items():
        plain = dict(_known(value)) if isinstance(value, dict) else value
        if plain is not None and plain is not False and plain != {}:
            yield key, plain


def try_sources(settings: Config) -> dict[str, str]:
    """Read the first page of every source: what went wrong, or nothing, by name."""
    return {name: asyncio.run(_try(_one(settings, name))) for name in settings.sources}


async def _try(source: Source) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            async for _ in source.pages(None, datetime.now(UTC)):
                break
    except Outside as error:
        return str(error)
    except TimeoutError:
        return _NO_ANSWER
    finally:
        await source.close()
    return ""

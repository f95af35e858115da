"""`sentinel poll`: one source, drained once; its posts as JSON lines; nothing stored."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sentinel.app import build_sources, read_plan
from sentinel.cli.screen import as_json, config_option, fail
from sentinel.errors import Outside
from sentinel.model.post import Cursor

if TYPE_CHECKING:
    from pathlib import Path

    from sentinel.config.types import Config
    from sentinel.model.post import Post
    from sentinel.sources.contract import Source

_PATIENCE = 120.0


@click.command("poll")
@click.argument("source")
@config_option
@click.option("--since", help="Start from this cursor, as a poll before printed it on stderr.")
def verb(source: str, config: Path, since: str | None) -> int:
    """Read SOURCE once and print its posts as JSON lines."""
    plan = read_plan(config)
    found = next((one for one in build_sources(plan.config) if one.name == source), None)
    if found is None:
        raise click.UsageError(f"no source is called {source}; there are {', '.join(plan.config.sources)}")
    try:
        return asyncio.run(_drain(found, Cursor(since) if since else None, show=True))
    except (Outside, TimeoutError) as error:
        return fail(f"{source}: {error or 'it took too long'}")


async def _drain(source: Source, since: Cursor | None, *, show: bool) -> int:
    posts = skipped = 0
    cursor = since
    try:
        async with asyncio.timeout(_PATIENCE):
            async for page in source.pages(since, datetime.now(UTC)):
                posts, skipped = posts + len(page.posts), skipped + len(page.skipped)
                cursor = page.cursor or cursor
                for post in page.posts if show else ():
                    click.echo(as_json(post_line(post)))
                for item in page.skipped:
                    click.echo(f"{source.name}: {item.where}: {item.why} (skipped)", err=True)
                if not show:
                    break
    finally:
        await source.close()
    if show:
        click.echo(f"{source.name}: {posts} posts, {skipped} skipped; cursor {cursor}", err=True)
    return 0


def post_line(post: Post) -> dict[str, Any]:
    """A post as the JSON line that `recorded`, `replay` and `backtest` read; nothing unknown is written."""
    line = {key: value for key, value in asdict(post).items() if value is not None and value is not False}
    for part in ("author", "engagement"):
        line[part] = {key: value for key, value in line[part].items() if value is not None}
    return {key: value for key, value in line.items() if value != {}}


def try_sources(config: Config) -> int:
    """Read the first page of every source and say what came of it."""
    status = 0
    for source in build_sources(config):
        try:
            asyncio.run(_drain(source, None, show=False))
            click.echo(f"{source.name}: answers")
        except (Outside, TimeoutError) as error:
            click.echo(f"{source.name}: {type(error).__name__}: {error}")
            status = 1
    return status

"""Somebody who polls a source and keeps what comes as a store would: the last cursor, the claims, what was skipped."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sentinel.model.post import Cursor, Page, Post, Skipped, SourceName, Span
from sentinel.sources.contract import Surroundings
from sentinel.sources.registry import kind

if TYPE_CHECKING:
    from datetime import datetime

SECRET = "s3cret-t0ken"


class Poller:
    """`async with Poller("feed", url=…) as poller: posts = await poller.poll(at)`; the secret is always `SECRET`."""

    def __init__(self, name: str, *, brand_terms: tuple[str, ...] = (), **options: Any) -> None:
        made = kind(name)
        around = Surroundings(lambda _: SECRET, Path(), brand_terms)
        self.options = made.options.model_validate({"kind": name, "allow_private": True, **options})
        self.source = made.build(SourceName("sample"), self.options, around)
        self.cursor: Cursor | None = None
        self.claims: list[Span] = []
        self.skipped: list[Skipped] = []
        self.pages: list[Page] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.source.close()

    async def poll(self, at: datetime) -> list[Post]:
        """One drain; what was yielded before an error is kept all the same."""
        self.pages = []
        async with asyncio.timeout(20):
            async for page in self.source.pages(self.cursor, at):
                self.pages.append(page)
                self.cursor = page.cursor or self.cursor
                self.claims += [page.covered] if page.covered else []
                self.skipped += page.skipped
        return [post for page in self.pages for post in page.posts]

    async def ids(self, at: datetime) -> list[str]:
        return [post.id for post in await self.poll(at)]

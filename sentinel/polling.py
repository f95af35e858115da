"""One source's life: when it is read next, how it fares, and saying a loss once and its recovery once.

Every poll answers when to come back, so back-off, throttling and cadence need one mechanism only.
"""

from __future__ import annotations

import asyncio
import traceback
import zlib
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.model.phrase import say_duration

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from sentinel.model.post import Cursor, Page, Post
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Kept, SourceHealth

log = structlog.stdlib.get_logger()

_LONGEST_BACKOFF = timedelta(minutes=30)
PARKED_RETRY = timedelta(hours=1)
"""A parked source waits for a person; it is tried again at this pace in case the person acted at the other end."""
ROUND = timedelta(minutes=5)
"""No round may take longer: one that hangs would never be read again."""
_NAMED_SKIPS = 3


class Poller:
    """Reads one source whenever it is told to and says when to come back."""

    def __init__(self, source: Source, every: timedelta, health: SourceHealth) -> None:
        self.source = source
        self.every = every
        self.health = health

    async def poll(
        self,
        since: Cursor | None,
        at: datetime,
        keep: Callable[[Page], Awaitable[Kept]],
        stopping: Callable[[], bool],
        quiet: Callable[[SourceHealth], str] = lambda _: "",
    ) -> SourceHealth:
        """One round, drained: pages are kept one by one. The health it leaves says when to come back.

        `quiet` is asked after a round without trouble: what it says is wrong with a source that says nothing.
        Raises only what `keep` raises: that is not the source's trouble.
        """
        try:
            async with asyncio.timeout(ROUND.total_seconds()), aclosing(self._pages(since, at)) as pages:
                async for page in pages:
                    self._count(page, await keep(page))
                    if stopping():
                        break
        except Outside as error:
            return self._failed(error, at)
        except TimeoutError:
            return self._failed(Unreachable(f"a round took longer than {say_duration(ROUND)}"), at)
        return self._fine(at, quiet)

    async def _pages(self, since: Cursor | None, at: datetime) -> AsyncGenerator[Page, None]:
        """The source's pages; a connector's own mistake parks it, and does not stop the others."""
        async with aclosing(self.source.pages(since, at)) as pages:  # type: ignore[type-var]  # all are generators
            try:
                async for page in pages:
                    yield page
            except (Outside, TimeoutError):
                raise
            except Exception as error:
                raise Refused(f"it failed with {type(error).__name__} in {_place(error)}") from error

    def due(self, now: datetime) -> datetime:
        """When it is to be read next, by a clock that may have jumped: never later than was once asked for."""
        if self.health.next_at is None:
            return now
        return max(now, min(self.health.next_at, now + (self.health.next_at - self.health.at)))

    def _count(self, page: Page, kept: Kept) -> None:
        self.health = replace(
            self.health,
            posts=self.health.posts + kept.new,
            skipped=self.health.skipped + len(page.skipped),
            newest=max((*_known(self.health.newest), *map(_published, page.posts)), default=None),
        )
        for skipped in page.skipped[:_NAMED_SKIPS]:
            log.warning("item_skipped", source=self.source.name, where=skipped.where, why=skipped.why)
        if len(page.skipped) > _NAMED_SKIPS:
            log.warning("items_skipped", source=self.source.name, more=len(page.skipped) - _NAMED_SKIPS)

    def _fine(self, at: datetime, quiet: Callable[[SourceHealth], str]) -> SourceHealth:
        before = self.health.state
        again = at + self._jittered(self.every)
        fine = replace(self.health, state="ok", at=at, last_ok=at, next_at=again, failures=0, says="")
        if says := quiet(fine):
            self.health = replace(fine, state="quiet", says=says)
            if before != "quiet":
                log.error("source_quiet", source=self.source.name, why=says)
            return self.health
        if before not in {"ok", "new"}:
            log.info("source_recovered", source=self.source.name, after=before)
        self.health = fine
        return self.health

    def _failed(self, error: Outside, at: datetime) -> SourceHealth:
        state, next_at = self._answer(error, at)
        if state != self.health.state:
            say = log.error if state == "parked" else log.warning
            say(f"source_{state}", source=self.source.name, why=str(error), next_at=next_at.isoformat())
        self.health = replace(
            self.health,
            state=state,
            at=at,
            next_at=next_at,
            failures=self.health.failures + 1,
            says=str(error),
        )
        return self.health

    def _answer(self, error: Outside, at: datetime) -> tuple[str, datetime]:
        if isinstance(error, Throttled):
            return "waiting", error.resume_at(at, self.every)
        if isinstance(error, Refused):
            return "parked", at + PARKED_RETRY
        backoff = min(self.every * 2 ** min(self.health.failures, 8), max(_LONGEST_BACKOFF, self.every))
        return "unreachable", at + self._jittered(backoff)

    def _jittered(self, span: timedelta) -> timedelta:
        """Up to a tenth later, differently for each source, so that a thousand do not come at once."""
        return span * (1 + zlib.crc32(f"{self.source.name}{self.health.failures}".encode()) % 100 / 1000)


def _known(at: datetime | None) -> tuple[datetime, ...]:
    return () if at is None else (at,)


def _published(post: Post) -> datetime:
    """When, by a clock that runs ahead at most until it was seen."""
    return min(post.published_at, post.seen_at)


def _place(error: Exception) -> str:
    """Where in the code it happened. Not what it says: that may hold a post's text."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return "".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in last)

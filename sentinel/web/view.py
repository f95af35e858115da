"""What the running service shows to the web: the only thing this room knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sentinel.model.problem import Problem
    from sentinel.rulebook.types import Book
    from sentinel.store.contract import Store


@dataclass(frozen=True, slots=True)
class Beat:
    """How one of the service's beats (poll, look, tell, watch) fares.

    `last_run` is when its newest round ended and `seconds` how long that took, None before the first; `error` is one
    sentence if that round failed, else empty.
    """

    last_run: datetime | None = None
    seconds: float | None = None
    error: str = ""


class View(Protocol):
    """A running service, seen from outside. Times are aware UTC; `now` is the only source of time in this room."""

    @property
    def store(self) -> Store:
        """Where everything is kept. Its calls block: they are made in worker threads."""
        ...

    @property
    def started_at(self) -> datetime:
        """Since when the service runs."""
        ...

    def now(self) -> datetime:
        """The current moment."""
        ...

    def book(self) -> Book:
        """The rules and ladders in force."""
        ...

    def ready(self) -> tuple[bool, str]:
        """Whether the service does its work, and the sentence that says so or why not. Called in a worker thread."""
        ...

    def beats(self) -> Mapping[str, Beat]:
        """The beats by name, in the order in which they are to be shown."""
        ...

    def blind(self) -> Mapping[str, str]:
        """The rules too little of whose newest window was read to judge it, by id; in words, what is not read."""
        ...

    async def reload(self) -> tuple[bool, tuple[Problem, ...]]:
        """Read the rules again, all or nothing: whether they are in force now, and every problem found."""
        ...

    def acknowledge(self, incident: str, who: str) -> None:
        """A person takes an incident on. Blocks, and is called in a worker thread.

        Raises `Conflict` when the incident was changed meanwhile, `ValueError` (a sentence for people) when it cannot
        be taken on, and `StoreError`.
        """
        ...

"""Everything sentinel raises on purpose, split by who must act.

SentinelError
├── ProblemsFound          the writer of a file: every problem, each with its place
├── Outside                the world beyond this process did not do what was asked
│   ├── Throttled          nobody: it says when to come back
│   ├── Unreachable        nobody yet: back off, try again
│   └── Refused            a person: wrong credentials, no credit, gone for good
└── StoreError
    ├── StoreBusy          a person: another service holds this store
    ├── Fenced             nobody: this worker lost its lease and its write was refused
    ├── StoreTooNew        a person: the file was written by a newer sentinel
    └── StoreBroken        a person: unreadable, read-only, full or corrupted
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sentinel.model.problem import Problem


class SentinelError(Exception):
    """The root: catch it at the edge of a verb, never inside the flow."""


class ProblemsFound(SentinelError):
    """Files that people wrote hold mistakes; all of them are here, located."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problem(s)")


class Outside(SentinelError):
    """A source or channel did not answer as asked. `str()` is one plain sentence, free of secrets."""


class Throttled(Outside):
    """Asked to wait. Nobody needs to act.

    `until` is an absolute time (aware, UTC) when the other side gave one, `wait` a span when it gave that;
    both None: the caller chooses.
    """

    def __init__(self, message: str, *, until: datetime | None = None, wait: timedelta | None = None) -> None:
        self.until = until
        self.wait = wait
        super().__init__(message)

    def resume_at(self, now: datetime, default: timedelta) -> datetime:
        """When to come back: never before `now`."""
        if self.until is not None:
            return max(self.until, now)
        return now + (self.wait if self.wait is not None else default)


class Unreachable(Outside):
    """No usable answer this time (network, 5xx, nonsense in the body). Nobody needs to act yet.

    `ambiguous` is True when the request may have been carried out although no answer came: a channel must then
    look before it sends again.
    """

    def __init__(self, message: str, *, ambiguous: bool = False) -> None:
        self.ambiguous = ambiguous
        super().__init__(message)


class Refused(Outside):
    """A person must act: a wrong token (401), no credit (402), forbidden (403), gone (404, 410), a refused address."""


class StoreError(SentinelError):
    """The store cannot do its work."""


class StoreBusy(StoreError):
    """Another service holds the lease; `str()` says which and until when."""


class Fenced(StoreError):
    """A write was made under an epoch that is no longer the newest; nothing was written."""


class StoreTooNew(StoreError):
    """The schema is newer than this program."""


class StoreBroken(StoreError):
    """The file cannot be opened, read or written; `str()` names it and the mend."""

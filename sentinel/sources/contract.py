"""What every source promises.

- `pages` yields pages until it is drained for now, oldest knowledge first where the site allows; it may be abandoned
  after any page. A page's cursor is written by the store together with its posts; a source never saves anything.
- `at` is the moment of the poll (aware UTC), passed in: a source owns no clock. Posts get `seen_at=at` unless the
  site says otherwise.
- `covered` claims a span of published time as wholly read; claim nothing rather than too much.
- Trouble is one of three errors (`sentinel.errors`): Throttled, Unreachable, Refused. Nothing else leaves `pages`.
- A malformed item is counted in `Page.skipped` and the rest goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict, Field

from sentinel.model.phrase import Duration

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from pathlib import Path

    from sentinel.model.post import Cursor, Page, SourceName
    from sentinel.model.secret import SecretRef


class Source(Protocol):
    """Somewhere posts come from."""

    @property
    def name(self) -> SourceName:
        """Its name in `sentinel.yaml`."""
        ...

    def pages(self, since: Cursor | None, at: datetime) -> AsyncIterator[Page]:
        """Everything new since `since`, as of `at`, page by page."""
        ...

    async def close(self) -> None:
        """Let go of connections and files; safe to call twice."""
        ...


class SourceOptions(BaseModel):
    """What every source may be told in `sentinel.yaml`; each kind adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: str = Field(description="Which connector.")
    every: Duration = Field(timedelta(minutes=5), description="How often it is read, e.g. '5 minutes'.")
    allow_private: bool = Field(
        default=False, description="May reach private addresses (a stand-in on loopback)."
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source is handed besides its options.

    `reveal` turns a reference into the secret itself; `folder` is what relative paths are relative to;
    `terms` are all brands' terms, for sources that must search by words.
    """

    reveal: Callable[[SecretRef], str]
    folder: Path
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A registry line: how a kind is written in `sentinel.yaml` and how it is made of that.

    `gives_stars`: whether its posts may be reviews.
    """

    options: type[SourceOptions]
    build: Callable[[SourceName, SourceOptions, Surroundings], Source]
    says: str
    gives_stars: bool = True

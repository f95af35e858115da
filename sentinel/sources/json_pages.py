"""How somebody's JSON is paged: by number, by a link to the next page, or by a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from sentinel.sources.json_fields import reach

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 2_000
"""Characters of a cursor or link; a longer one is nonsense."""


class _Paging(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByNumber(_Paging):
    """`?page=1`, `?page=2` …, or `?offset=0`, `?offset=50` … with `step: 50`; an empty page is the end."""

    by: Literal["number"]
    param: str = Field("page", description="The parameter that says which page.")
    first: int = Field(1, description="The first page's number.")
    step: int = Field(1, ge=1, description="What is added for the next.")


class ByNext(_Paging):
    """The answer holds the address of the next page."""

    by: Literal["next"]
    path: str = Field(description="Where that address stands, e.g. 'links.next'.")


class ByCursor(_Paging):
    """The answer holds a word that asks for the next page."""

    by: Literal["cursor"]
    param: str = Field(description="The parameter that takes it.")
    path: str = Field(description="Where it stands, e.g. 'meta.next_cursor'.")


Paging = ByNumber | ByNext | ByCursor


@dataclass(frozen=True, slots=True)
class Turn:
    """One page to ask for: where, with which further parameters, its number, and the cursor it is asked by."""

    url: str
    params: tuple[tuple[str, str], ...] = ()
    number: int = 0
    token: str = ""

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What tells it from another: asked for twice, the pages go in circles."""
        return self.url, self.params


@dataclass(frozen=True, slots=True)
class Stop:
    """There is no next page. `why` is empty when that is the natural end."""

    why: str = ""


def first_turn(paging: Paging | None, url: str, token: str = "") -> Turn:
    """The page to begin with; `token` resumes at a cursor."""
    if isinstance(paging, ByNumber):
        return Turn(url, ((paging.param, str(paging.first)),), paging.first)
    if isinstance(paging, ByCursor) and token:
        return Turn(url, ((paging.param, token),), token=token)
    return Turn(url)


def next_turn(paging: Paging | None, turn: Turn, data: Any, here: str, *, empty: bool) -> Turn | Stop:
    """The page after `turn`, whose answer `data` came from `here`. An empty page ends only counting by number."""
    if isinstance(paging, ByNumber):
        number = turn.number + paging.step
        return Stop() if empty else Turn(turn.url, ((paging.param, str(number)),), number)
    if isinstance(paging, ByCursor):
        token = _word(reach(data, paging.path))
        return Turn(turn.url, ((paging.param, token),), token=token) if token else Stop()
    if isinstance(paging, ByNext):
        return _linked(_word(reach(data, paging.path)), here)
    return Stop()


def _word(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""


def _linked(link: str, here: str) -> Turn | Stop:
    """Only on the same site: whoever answers must not choose where the credentials go."""
    if not link:
        return Stop()
    try:
        target = urljoin(here, link)
        parts, own = urlsplit(target), urlsplit(here)
    except ValueError:
        return Stop("the link to the next page cannot be read")
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        return Stop("the link to the next page leads to another site: it is not followed")
    return Turn(target)


def merged(own: Mapping[str, str], turn: Turn) -> dict[str, str]:
    """The parameters to ask with; a link to the next page brings its own query, and only missing ones are added."""
    present = {part.partition("=")[0] for part in urlsplit(turn.url).query.split("&")}
    return {**{name: value for name, value in own.items() if name not in present}, **dict(turn.params)}

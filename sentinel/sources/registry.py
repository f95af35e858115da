"""Which kinds of sources there are. A kind's module is imported when somebody asks for it, not before."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel.sources.contract import SourceKind, SourceOptions

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "recorded": "sentinel.sources.recorded",
        "feed": "sentinel.sources.feed",
        "mastodon": "sentinel.sources.mastodon",
        "hackernews": "sentinel.sources.hackernews",
        "http_json": "sentinel.sources.http_json",
        "x": "sentinel.sources.x",
    }
)
"""Kind, as `sentinel.yaml` writes it → the module that holds it as `KIND`."""


def kind(name: str) -> SourceKind:
    """The kind of that name; raises KeyError for one that does not exist."""
    return cast("SourceKind", import_module(KINDS[name]).KIND)


def options_by_kind() -> dict[str, type[SourceOptions]]:
    """What each kind takes in `sentinel.yaml`."""
    return {name: kind(name).options for name in KINDS}

"""What the tests of rules and config share: a good folder, the names it uses, and invented kinds of sources."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from sentinel.channels.contract import ChannelOptions
from sentinel.model.secret import SecretRef
from sentinel.rulebook.names import Known
from sentinel.sources.contract import SourceOptions

HERE = Path(__file__).parent


class FeedOptions(SourceOptions):
    url: str = Field(description="Where the feed is.")


class RecordedOptions(SourceOptions):
    file: Path = Field(description="The recording.")
    speed: float = Field(1, gt=0, description="How fast.")
    live: bool = Field(default=False, description="Whether it grows.")


class SlackOptions(ChannelOptions):
    token: SecretRef = Field(description="The bot token.")
    channel: str = Field(min_length=1, description="The channel.")
    headers: dict[str, SecretRef] = Field({}, description="More headers.")
    mode: Literal["plain", "rich"] = Field("plain", description="How it looks.")


class ConsoleOptions(ChannelOptions):
    pass


SOURCES: dict[str, type[SourceOptions]] = {"feed": FeedOptions, "recorded": RecordedOptions}
CHANNELS: dict[str, type[ChannelOptions]] = {"slack": SlackOptions, "console": ConsoleOptions}
KNOWN = Known(
    brands=frozenset({"miramar", "costasur"}),
    sources=frozenset({"x", "mastodon", "tripadvisor"}),
    source_kinds=frozenset({"feed"}),
    starless=frozenset({"x", "mastodon"}),
    channels=frozenset({"team", "on_call", "lead_by_mail", "head_of_comms"}),
    engines={
        "": frozenset({"en", "es"}),
        "textblob": frozenset({"en"}),
        "compact": frozenset({"en", "es"}),
        "transformer": None,
    },
    modelless=frozenset({"transformer"}),
)


@pytest.fixture
def known() -> Known:
    return KNOWN


@pytest.fixture
def good() -> Path:
    return HERE / "good"


@pytest.fixture
def sources() -> dict[str, type[SourceOptions]]:
    return SOURCES


@pytest.fixture
def channels() -> dict[str, type[ChannelOptions]]:
    return CHANNELS

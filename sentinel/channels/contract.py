"""What every channel promises.

- `send` says the message once and returns a receipt. Given the receipt of the incident's first message it brings that
  one up to date and, if the message is `loud`, says the news below it (a thread, a reply), as the channel can.
- `can_edit` False: quiet updates (`loud` False) are not sent at all.
- `find` looks for a message that may have gone out before a crash (by `message.key`); a channel that cannot look
  says `can_find` False.
- Every text from outside is made inert. Nothing that a post contains may stop the alert.
- Trouble is one of three errors (`sentinel.errors`): Throttled, Unreachable (`ambiguous` when it may have gone out),
  Refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sentinel.model.message import Message, Receipt
    from sentinel.model.secret import SecretRef


class Channel(Protocol):
    """Somewhere people are told."""

    @property
    def name(self) -> str:
        """Its name in `sentinel.yaml`."""
        ...

    @property
    def can_edit(self) -> bool:
        """Whether what was said can be brought up to date without pinging anybody."""
        ...

    @property
    def can_find(self) -> bool:
        """Whether `find` can tell if a message went out."""
        ...

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        """Say it once; `receipt` is the incident's first message here, if there is one."""
        ...

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:
        """The receipt of `message` if it went out before; None if it surely did not."""
        ...

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        ...


class ChannelOptions(BaseModel):
    """What every channel may be told in `sentinel.yaml`; each kind adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: str = Field(description="Which channel.")
    allow_private: bool = Field(
        default=False, description="May reach private addresses (a stand-in on loopback)."
    )


@dataclass(frozen=True, slots=True)
class Doorway:
    """What a channel is handed besides its options: how to reveal a secret, and the folder of relative paths."""

    reveal: Callable[[SecretRef], str]
    folder: Path


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A registry line: how a kind is written in `sentinel.yaml` and how it is made of that."""

    options: type[ChannelOptions]
    build: Callable[[str, ChannelOptions, Doorway], Channel]
    says: str

"""The console: every loud message as a block of text on a stream, standard output unless told otherwise."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

from sentinel.channels.as_text import as_text
from sentinel.channels.aside import aside
from sentinel.channels.contract import ChannelOptions
from sentinel.channels.look import badge
from sentinel.errors import Unreachable
from sentinel.model.message import Message, Receipt

if TYPE_CHECKING:
    from sentinel.channels.contract import Channel, Doorway

SECONDS: Final = 5.0
"""How long a terminal that does not read (Ctrl-S, a full pipe) is waited for."""
WIDTH: Final = 78

_COLOURS: Final = {"CRITICAL": "1;31", "WARNING": "1;33", "NOTICE": "1;36", "CLOSED": "1;32"}


class ConsoleOptions(ChannelOptions):
    """The terminal that sentinel runs in; no options of its own."""


@dataclass(frozen=True, slots=True)
class Console:
    """A stream that people read."""

    name: str
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    can_edit: bool = False
    can_find: bool = False

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        """Print it; raises Unreachable when the stream is closed or does not take it."""
        text = block(message, colour=self._coloured())
        try:
            await aside(lambda: self._print(text), SECONDS)
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise Unreachable(f"the console takes nothing ({type(error).__name__})") from error
        return receipt or Receipt("{}")

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:  # noqa: ARG002  # contract
        """None: what was printed cannot be looked for."""
        return None

    async def close(self) -> None:
        """The stream is not ours to close."""

    def _coloured(self) -> bool:
        return not self.stream.closed and self.stream.isatty() and not os.environ.get("NO_COLOR")

    def _print(self, text: str) -> None:
        encoding = self.stream.encoding or "utf-8"
        self.stream.write(text.encode(encoding, "replace").decode(encoding))
        self.stream.flush()


def block(message: Message, *, colour: bool = False) -> str:
    """The message between two rules, its first line in the colour of its severity."""
    head, _, rest = as_text(message).partition("\n")
    if colour:
        head = f"\x1b[{_COLOURS[badge(message)[1]]}m{head}\x1b[0m"
    return f"{'─' * WIDTH}\n{head}\n{rest}\n{'─' * WIDTH}\n"


def build(name: str, options: ChannelOptions, door: Doorway) -> Channel:  # noqa: ARG001  # the registry's signature
    """A console channel; it has no options."""
    return Console(name)

"""What every channel shows alike: the badge before the headline, the moment of a quote, how to take an incident on."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from sentinel.channels.inert import brief, one_line, web_address
from sentinel.model.incident import State
from sentinel.model.reading import Severity

if TYPE_CHECKING:
    from sentinel.model.message import Message, Quote

_WORDS: Final = {Severity.CRITICAL: "CRITICAL", Severity.WARNING: "WARNING", Severity.NOTICE: "NOTICE"}
_SIGNS: Final = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟠", Severity.NOTICE: "🔵"}
_OVER: Final = ("✅", "CLOSED")


def badge(message: Message) -> tuple[str, str]:
    """A coloured sign and the word for it: colour is never the only mark of severity."""
    if not message.state.live:
        return _OVER
    return _SIGNS[message.severity], _WORDS[message.severity]


def title(message: Message, limit: int = 250, *, sign: bool = True) -> str:
    """`🔴 CRITICAL · headline` on one line of at most `limit` UTF-16 units."""
    mark, word = badge(message)
    start = f"{mark} {word} · " if sign else f"{word} · "
    room = limit - len(start) - 1
    return start + (brief(message.headline, room) or brief(f"Incident {message.incident}", room))


def byline(quote: Quote) -> str:
    """Who wrote it where and when (UTC), and what is special about it, on one line."""
    moment = quote.published_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = (brief(quote.author, 80), brief(quote.source, 40), moment, brief(quote.detail, 160))
    return " · ".join(part for part in parts if part)


def take_on(message: Message) -> str | None:
    """The command that takes the incident on; None when nobody needs to any more."""
    if message.state in {State.OPEN, State.CALMING, State.FORMING}:
        return f"sentinel incidents ack {one_line(message.incident)}"
    return None


def links(message: Message) -> list[tuple[str, str]]:
    """Label and address of every link that is safe to follow."""
    checked = ((brief(link.label, 75), web_address(link.url)) for link in message.links)
    return [(label or url, url) for label, url in checked if url]

"""A message in plain words and lines: what the console prints and what a mail says beside its HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sentinel.channels.inert import brief, clean, shorten, web_address
from sentinel.channels.look import byline, links, take_on, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.model.message import Message, Quote

LABEL: Final = 60
LINE: Final = 1_000
QUOTE: Final = 600


def as_text(message: Message) -> str:
    """The whole message, a paragraph for each of its parts; no line of a quote can pass for one of ours."""
    paragraphs = (
        [title(message), *(brief(line, LINE) for line in message.lines)],
        [f"{brief(label, LABEL)}: {brief(value, LINE)}" for label, value in message.facts],
        *(list(_quote(quote)) for quote in message.quotes),
        ["Suggested reply:", *_quoted(message.reply)] if message.reply else [],
        [f"{label}: {url}" for label, url in links(message)],
        list(_footer(message)),
    )
    return "\n\n".join("\n".join(filter(None, lines)) for lines in paragraphs if lines)


def _quote(quote: Quote) -> Iterator[str]:
    yield f"{brief(quote.label, LABEL)}: {byline(quote)}" if quote.label else byline(quote)
    yield from _quoted(quote.text)
    yield web_address(quote.url) or ""


def _quoted(text: str) -> Iterator[str]:
    return (f"  > {line}" for line in shorten(clean(text), QUOTE).split("\n"))


def _footer(message: Message) -> Iterator[str]:
    yield brief(message.why_told, LINE)
    yield f"Incident {brief(message.incident, 80)}" + (
        f", rule {brief(message.rule, 80)}" if message.rule else ""
    )
    if command := take_on(message):
        yield f"Take it on: {command}"

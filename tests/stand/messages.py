"""Messages to say: an evening at an invented hotel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sentinel.channels.contract import Doorway
from sentinel.model.incident import State
from sentinel.model.message import Link, Message, Quote
from sentinel.model.notice import NoticeKind
from sentinel.model.reading import Severity

AT = datetime(2026, 11, 22, 18, 31, tzinfo=UTC)

MESSAGE = Message(
    key="miramar-7/team/0/opened/1",
    incident="miramar-7",
    kind=NoticeKind.OPENED,
    severity=Severity.CRITICAL,
    state=State.OPEN,
    headline="Hotel Miramar: 41 complaints about cleaning in 2 hours, usual is 4",
    lines=("Going on since 18:20 UTC. Nobody has taken it on yet.", "They speak of: «cucaracha», «planta 3»"),
    facts=(("Negatives", "41 (usual 4.2, 10 times)"), ("Authors", "33"), ("Where", "x 21 · mastodon 14")),
    quotes=(
        Quote(
            label="First",
            text="Una cucaracha en la planta 3 & nobody <comes>",
            author="@ada",
            source="x",
            published_at=datetime(2026, 11, 22, 18, 17, tzinfo=UTC),
            url="https://x.test/ada/status/1599",
            detail="240000 followers",
        ),
    ),
    why_told="The incident opened and this step tells at once.",
    plain="Hotel Miramar: 41 negative posts, usual is 4.2\nGoing on since 18:20.\nIncident miramar-7",
    at=AT,
    links=(Link("Runbook", "https://wiki.test/cleaning"),),
    reply="Hola, sentimos lo ocurrido.",
    rule="cleaning-complaints",
    brand="Hotel Miramar",
)


def message(**changes: Any) -> Message:
    """The sample with some fields changed."""
    return replace(MESSAGE, **changes)


def hostile(text: str) -> Message:
    """The sample in which everything that can come from outside is `text`."""
    quote = Quote(text, text, text, text, AT, f"https://x.test/{text}", text)
    return message(
        headline=f"Miramar {text}",
        lines=(text, "dirty"),
        facts=((text, text), ("Authors", text)),
        quotes=(quote, quote),
        links=(Link(text, f"javascript:{text}"), Link(text, "https://wiki.test/cleaning")),
        plain=f"Miramar {text} dirty",
        reply=text,
        brand=text,
        why_told=f"Because {text}",
    )


def doorway(**secrets: str) -> Doorway:
    """Reveals `{env: NAME}` from the names given."""
    return Doorway(reveal=lambda reference: secrets[reference.env or ""], folder=Path())

"""Times, counts, states and hostile texts, as a person reads them on a page."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from markupsafe import Markup

from sentinel.model.incident import Incident, State
from sentinel.model.message import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sentinel.model.incident import Ack
    from sentinel.model.post import Post
    from sentinel.rulebook.types import Rule
    from sentinel.store.contract import Evidence

STATES = {
    State.FORMING: "forming, tells nobody yet",
    State.OPEN: "nobody has taken it on",
    State.ACKNOWLEDGED: "taken on",
    State.CALMING: "calming down",
    State.CLOSED: "closed",
    State.DROPPED: "came to nothing",
}
SOURCES = {
    "parked": "stopped, needs a person",
    "unreachable": "cannot be reached",
    "quiet": "read, and says nothing",
    "waiting": "asked to wait",
    "new": "not read yet",
    "ok": "reading",
}
"""A source's states in words, the most worrying first."""
DELIVERIES = {
    DeliveryState.PENDING: "waiting",
    DeliveryState.SENDING: "being sent",
    DeliveryState.SENT: "sent",
    DeliveryState.FAILED: "failed for good",
    DeliveryState.SKIPPED: "no longer needed",
}

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^]{1,2000}", re.IGNORECASE)
_TURNS_TEXT_ROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINT = "\N{NO-BREAK SPACE}"
_SIZES = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def inert(text: str) -> str:
    """The text without what could harm a reader's screen: control signs, lone surrogates, reversed writing."""
    return "".join(sign if _harmless(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _harmless(sign: str) -> bool:
    if sign in "\n\t":
        return True
    return sign not in _TURNS_TEXT_ROUND and unicodedata.category(sign) not in {"Cc", "Cs"}


def finalize(value: object) -> object:
    """What every template expression passes through, before it is escaped; markup of our own stays as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return inert(value)
    return "" if value is None else value


def clip(text: str, most: int = 400) -> str:
    """A text on one line, of at most so many signs."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def safe_url(url: str | None) -> str | None:
    """The address if a person may follow it: http or https and nothing odd; otherwise None."""
    return url if url and _ADDRESS.fullmatch(url) else None


def clock(at: datetime, now: datetime) -> str:
    """`18:20 UTC`; with its day if that is another one than today's: `20 Nov 18:20 UTC`, `20 Nov 2025 18:20 UTC`."""
    day = "" if at.date() == now.date() else f"{at.day} {at:%b} "
    year = "" if at.year == now.year else f"{at.year} "
    return f"{day}{year}{at:%H:%M} UTC"


def hour(at: datetime) -> str:
    """`18:20`."""
    return f"{at:%H:%M}"


def stamp(at: datetime) -> str:
    """`2026-11-22T18:20:05Z`, for machines."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def roughly(span: timedelta) -> str:
    """`12 s`, `4 min`, `2 h 5 min`, `3 d 4 h`: the two largest units, minutes and seconds alone."""
    left = max(int(span.total_seconds()), 0)
    parts: list[tuple[int, str]] = []
    for size, unit in _SIZES:
        n, left = divmod(left, size)
        if n or parts:
            parts.append((n, unit))
    kept = parts[:2] if parts and parts[0][1] in "dh" else parts[:1]
    return " ".join(f"{n}{_JOINT}{unit}" for n, unit in kept if n) or f"0{_JOINT}s"


def ago(at: datetime, now: datetime) -> str:
    """`4 min ago`, `in 2 h`, or `just now` within five seconds of it."""
    seconds = (now - at).total_seconds()
    if abs(seconds) < 5:  # noqa: PLR2004  # said in the docstring
        return "just now"
    return f"{roughly(now - at)} ago" if seconds > 0 else f"in {roughly(at - now)}"


def number(value: float | None) -> str:
    """`41`, `4.2`, `12 400`; `?` when unknown. Thin spaces between thousands."""
    if value is None:
        return "?"
    shown = f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:.1f}"  # noqa: PLR2004
    return shown.replace(",", "\N{NARROW NO-BREAK SPACE}")


def plural(count: float | None, one: str, many: str = "") -> str:
    """`1 author`, `33 authors`."""
    return f"{number(count)}{_JOINT}{one if count == 1 else many or one + 's'}"


def took(seconds: float) -> str:
    """`8 ms`, `1.4 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def ack_of(incident: Incident, now: datetime) -> Ack | None:
    """Who holds it at `now`: the newest acknowledgement that has not run out."""
    return next((ack for ack in reversed(incident.acks) if ack.until is None or ack.until > now), None)


def title_of(incident: Incident, rule: Rule | None) -> str:
    """The rule's sentence, or its id when the book no longer has it."""
    return rule.rule if rule else incident.rule


def key_of(incident: Incident) -> str:
    """What the incident is grouped by besides its brand: `source x`."""
    return " · ".join(f"{name} {value}" for name, value in incident.group if name != "brand")


def posts_of(evidence: Evidence) -> list[Post]:
    """The first post and the loudest ones, each once."""
    posts = ([evidence.first] if evidence.first else []) + list(evidence.loudest)
    return list({(post.source, post.id): post for post in posts}.values())

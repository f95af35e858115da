"""Posts for the benches: invented, tweet-like, always the same; each names one of a thousand invented brands."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = datetime(2026, 3, 4, tzinfo=UTC)

_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ra",
    "tu",
    "ven",
    "dor",
    "pel",
    "sin",
    "qua",
    "zor",
    "bra",
    "fen",
    "gol",
    "tis",
    "har",
    "wex",
    "yul",
]
_OPENINGS = (
    "@{handle} hi, third week in a row now.",
    "RT @someone_else: so, {brand} did it again...",
    "#{tag} anyone else with {brand} today??",
    "Just landed & went straight to {brand} w/ my sister.",
    "Dear {brand}, 2 e-mails and 3 calls so far:",
    "ok so I'm at {brand} right now,",
    "{brand}!",
    ".@{handle} are you guys there?",
)
_MIDDLES = (
    "we've waited two hours and nobody at the desk said a word",
    "the room was clean, view over the harbour, can't complain",
    "the app crashed while I was paying and they didn't send the refund",
    "you lost our bags in MAD (flight 1453) and now it's my problem?",
    "they've got a new menu since Monday, the coffee's great btw",
    "my order arrived broken, support says it's the courier's fault",
    "it's the same queue as every Friday, 45 min at least",
    "Pablo from your team sorted it out in 5 minutes",
)
_ENDINGS = (
    "- never again. http://t.co/{link}",
    ":) see you in May",
    "what on earth is going on!!",
    "#{tag} #help http://t.co/{link}",
    "5/10 I guess...",
    "“thanks for your patience” they said",
    "I want my money back.",
    "cc @{handle}",
)


def brands(count: int) -> list[str]:
    """Names of two invented words; all different."""
    dice = random.Random(11)  # noqa: S311  # repeatable, not secret
    names: dict[str, None] = {}
    while len(names) < count:
        words = ("".join(dice.choices(_SYLLABLES, k=dice.randint(2, 3))).title() for _ in range(2))
        names[" ".join(words)] = None
    return list(names)


def text(dice: random.Random, brand: str) -> str:
    """Some twenty words as people type them: handles, tags, links, contractions, and now and then a loaded word."""
    opening, ending = dice.choice(_OPENINGS), dice.choice(_ENDINGS)
    named = brand if "{brand}" not in opening else ""
    handle, tag = (f"{dice.choice(_SYLLABLES)}{dice.randint(1, 9999)}" for _ in range(2))
    link = f"{dice.getrandbits(48):012x}"
    said = " ".join(filter(None, (opening, named, dice.choice(_MIDDLES), ending)))
    return said.format(brand=brand, handle=handle, tag=tag, link=link)


def lines(count: int, names: list[str], share: float = 1.0) -> Iterator[bytes]:
    """JSON lines spread over a day; `share` of them name a brand, the others somebody unknown to us."""
    dice = random.Random(12)  # noqa: S311  # repeatable, not secret
    for number in range(count):
        said = text(dice, dice.choice(names) if dice.random() < share else "that place")
        at = (DAY + timedelta(days=number / count)).isoformat().replace("+00:00", "Z")
        author = dice.randint(1, 20_000)
        yield json.dumps(
            {
                "source": "x",
                "id": f"18{number:017d}",
                "text": said,
                "published_at": at,
                "lang": "en",
                "url": f"https://x.com/u{author}/status/18{number:017d}",
                "author": {"id": str(author), "name": f"u{author}", "followers": dice.randint(0, 5_000)},
                "engagement": {"likes": dice.randint(0, 40), "shares": dice.randint(0, 9), "replies": 0},
            }
        ).encode()

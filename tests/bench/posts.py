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
    "Honestly I can't believe what just happened at {brand},",
    "So {brand} did it again today and I don't know what to say:",
    "@friend42 have you ever been with {brand}? because",
    "Third time this month that I write to {brand} about this,",
    "Just got home from {brand} with the whole family and",
    "RT @someone: if you think of booking {brand} please read this first,",
    "Dear {brand}, could someone please have a look at my case?",
    "Not sure if {brand} reads any of this but anyway,",
)
_MIDDLES = (
    "we waited two hours in the cold and nobody at the desk cared,",
    "the staff were lovely and the room was clean and bright,",
    "the app crashed twice while I was paying and I'm still waiting for the refund,",
    "they lost our bags, gave us the wrong number and hung up on us,",
    "the new menu is pretty good and the coffee is great,",
    "my order arrived broken and the support was really rude about it,",
    "it was an ordinary evening with nothing much to tell about,",
    "the queue was long but it moved and people were kind,",
)
_ENDINGS = (
    "never again. http://t.co/a1B2c3",
    "will come back for sure :)",
    "what a terrible way to treat people!!",
    "anyone else? #travel #help",
    "5/10 I guess...",
    "thanks to Anna who sorted it out in the end",
    "I want my money back.",
    "see you in May",
)


def brands(count: int) -> list[str]:
    """Names of two invented words; all different."""
    dice = random.Random(11)  # noqa: S311  # repeatable, not secret
    names: dict[str, None] = {}
    while len(names) < count:
        words = ("".join(dice.choices(_SYLLABLES, k=dice.randint(2, 3))).title() for _ in range(2))
        names[" ".join(words)] = None
    return list(names)


def lines(count: int, names: list[str], share: float = 1.0) -> Iterator[bytes]:
    """JSON lines spread over a day; `share` of them name a brand, the others somebody unknown to us."""
    dice = random.Random(12)  # noqa: S311  # repeatable, not secret
    for number in range(count):
        brand = dice.choice(names) if dice.random() < share else "this place"
        said = " ".join((dice.choice(_OPENINGS), dice.choice(_MIDDLES), dice.choice(_ENDINGS)))
        at = (DAY + timedelta(days=number / count)).isoformat().replace("+00:00", "Z")
        author = dice.randint(1, 20_000)
        yield json.dumps(
            {
                "source": "x",
                "id": f"18{number:017d}",
                "text": said.format(brand=brand),
                "published_at": at,
                "lang": "en",
                "url": f"https://x.com/u{author}/status/18{number:017d}",
                "author": {"id": str(author), "name": f"u{author}", "followers": dice.randint(0, 5_000)},
                "engagement": {"likes": dice.randint(0, 40), "shares": dice.randint(0, 9), "replies": 0},
            }
        ).encode()

"""Who speaks in the example and how: chance, guests, texts, and a post with its later looks."""
# ruff: noqa: INP001  # a script beside its data, not a package

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
Lines: TypeAlias = dict[str, list[str]]
"""The sections of miramar_lines.txt."""

SITES = (("x", 0.44), ("tripadvisor", 0.23), ("google", 0.22), ("mastodon", 0.11))
HOTELS = {"miramar": ("Miramar", "Hotel Miramar"), "costasur": ("Costa Sur", "Hotel Costa Sur")}
HANDLES = {"miramar": "@hotelmiramar_ejemplo", "costasur": "@hotel_costasur_ejemplo"}
ADDRESS = {
    "x": "https://x.example/{name}/status/{id}",
    "mastodon": "https://social.example/{name}/{id}",
    "tripadvisor": "https://tripadvisor.example/reviews/{id}",
    "google": "https://maps.example/reviews/{id}",
}
SENTENCE = re.compile(r"(?:^|(?<=[^.][.!?] )|(?<=[^.][.!?] ¿))\w")
SHORTHAND = (
    ("porque", "xq"),
    (" que ", " q "),
    ("también", "tb"),
    ("habitación", "habitacion"),
    ("muy", "muuuy"),
)


class Dice:
    """Chance from one seed, built on `random()` alone: its sequence is promised for every version of Python."""

    def __init__(self, seed: int) -> None:
        self.unit = Random(seed).random  # noqa: S311  # a story, not a secret

    def between(self, low: float, high: float) -> float:
        """Anything from low up to high."""
        return low + (high - low) * self.unit()

    def chance(self, share: float) -> bool:
        """True for that share of the calls."""
        return self.unit() < share

    def skewed(self, scale: float) -> float:
        """Mostly small, sometimes large."""
        return -scale * math.log(1 - self.unit())

    def pick(self, items: Sequence[T]) -> T:
        """Any of them, all alike."""
        return items[int(self.unit() * len(items))]

    def weighed(self, items: Sequence[tuple[T, float]]) -> T:
        """Any of them, by weight."""
        left = self.unit() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The same in another order."""
        return sorted(items, key=lambda _: self.unit())


@dataclass(frozen=True, slots=True)
class Person:
    """An account that nobody has."""

    id: str
    name: str
    followers: int | None = None


class Guests:
    """A few hundred accounts of either language; the same people come back now and then."""

    def __init__(self, dice: Dice, lines: Lines) -> None:
        self._dice = dice
        self._there: dict[tuple[str, str], list[Person]] = defaultdict(list)
        for lang in ("es", "en"):
            for name in lines[f"{lang}.people.name"]:
                for habit in lines[f"{lang}.people.habit"]:
                    site = dice.weighed(SITES)
                    self._there[site, lang].append(self._person(site, name, habit))

    def _person(self, site: str, name: str, habit: str) -> Person:
        handle = f"{folded(name).lower()}_{habit}"
        number = 3000 + sum(map(len, self._there.values()))
        if site == "x":
            return Person(f"x{number}", f"@{handle}", 12 + int(self._dice.skewed(420)))
        if site == "mastodon":
            return Person(f"m{number}", f"@{handle}@social.example", 5 + int(self._dice.skewed(160)))
        return Person(f"{site[0]}{number}", f"{name} {habit[-1].upper()}.")

    def pick(self, site: str, lang: str) -> Person:
        """Somebody who is there."""
        return self._dice.pick(self._there[site, lang])

    def newcomers(self, site: str, lang: str) -> Iterator[Person]:
        """Everybody who is there, each once."""
        yield from self._dice.shuffled(self._there[site, lang])


class Speech:
    """Texts out of miramar_lines.txt; no text is said twice."""

    def __init__(self, dice: Dice, lines: Lines) -> None:
        self._dice = dice
        self._lines = lines
        self._decks: dict[str, list[str]] = defaultdict(list)
        self._said: set[str] = set()

    def post(self, lang: str, feeling: str, brand: str) -> str:
        """A short post: a line, often with something after it, as people type."""

        def attempt() -> str:
            text = self._name(self.draw(f"{lang}.{feeling}"), brand)
            if self._dice.chance(0.6) and (feeling != "neutral" or text.endswith("?")):
                text = joined(text, self.draw(f"{lang}.{feeling}.tail"))
            if self._dice.chance(0.06):
                text = f"{HANDLES[brand]} {text}"
            return self._typed(text, lang)

        return self._new(attempt)

    def review(self, lang: str, feeling: str, brand: str) -> str:
        """A review: how it was, one to three facts, a verdict."""

        def attempt() -> str:
            section = f"{lang}.review.{feeling}"
            facts = [self.draw(f"{section}.fact") for _ in range(1 + int(self._dice.unit() * 3))]
            parts = [self._name(self.draw(f"{section}.open"), brand), *facts, self.draw(f"{section}.close")]
            return " ".join(parts)

        return self._new(attempt)

    def line(self, section: str, brand: str = "miramar") -> str:
        """The next line of a section; posts as typed, reviews as written."""
        lang = "en" if section.endswith(".en") else "es"
        if "review" in section:
            return self._new(lambda: self._name(self.draw(section), brand))
        return self._new(lambda: self._typed(self._name(self.draw(section), brand), lang))

    def aside(self, section: str) -> str:
        """A line that is about something else; those may be said again."""
        return self._typed(self.draw(section), "")

    def draw(self, section: str) -> str:
        """The next line of this deck, shuffled anew when it is spent."""
        if not self._decks[section]:
            self._decks[section] = self._dice.shuffled(self._lines[section])
        return self._decks[section].pop()

    def _name(self, line: str, brand: str) -> str:
        name = self._dice.pick(HOTELS[brand])
        forms = {"el": f"el {name}", "del": f"del {name}", "al": f"al {name}", "the": f"the {name}"}
        text = line.format(h=HOTELS[brand][1], **forms)
        return SENTENCE.sub(lambda start: start[0].upper(), text)

    def _typed(self, text: str, lang: str) -> str:
        """As thumbs write it: accents, opening marks and capitals get lost."""
        if lang == "es":
            if self._dice.chance(0.5):
                text = text.replace("¿", "").replace("¡", "")
            if self._dice.chance(0.25):
                text = folded(text)
            for long, short in SHORTHAND:
                text = text.replace(long, short) if self._dice.chance(0.1) else text
        if self._dice.chance(0.2):
            text = text[0].lower() + text[1:]
        ending = self._dice.pick(("", "", "", "", "", "!", "...", "!!")) if text[-1].isalnum() else ""
        return text + ending

    def _new(self, attempt: Callable[[], str]) -> str:
        for _ in range(100):
            if (text := attempt()) not in self._said:
                self._said.add(text)
                return text
        raise LookupError("everything has been said: write more lines")


@dataclass(slots=True)
class Post:
    """A post and every later look at it. `site` is its source; times of looks are minutes after the first."""

    site: str
    text: str
    published_at: datetime
    seen_at: datetime
    author: Person
    lang: str | None = None
    stars: int | None = None
    repost_of: Post | None = None
    thread: Post | None = None
    id: str = ""
    engagement_seen: dict[str, int] = field(default_factory=dict)
    _later: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def look(self, after: float, **engagement: int) -> None:
        """Its counters, so many minutes later (0: at first sight)."""
        if after:
            self._later.append((after, {"engagement": engagement}))
        else:
            self.engagement_seen = engagement

    def edit(self, after: float, text: str, stars: int | None = None) -> None:
        """Rewritten by its author."""
        self._later.append((after, {"text": text} | ({"stars": stars} if stars else {})))

    def delete(self, after: float) -> None:
        """Taken back by its author."""
        self._later.append((after, {"deleted": True}))

    def lines(self) -> Iterator[dict[str, Any]]:
        """One line a look; what an earlier look changed stays changed."""
        line = self._first()
        yield line
        for after, change in sorted(self._later, key=lambda look: look[0]):
            line = line | change | {"seen_at": stamp(self.seen_at + timedelta(minutes=after))}
            yield line

    def _first(self) -> dict[str, Any]:
        person = self.author
        line: dict[str, Any] = {
            "source": self.site,
            "id": self.id,
            "url": ADDRESS[self.site].format(name=person.name, id=self.id),
            "text": self.text,
            "lang": self.lang,
            "published_at": stamp(self.published_at),
            "seen_at": stamp(self.seen_at),
            "author": {"id": person.id, "name": person.name, "followers": person.followers},
            "stars": self.stars,
            "engagement": self.engagement_seen,
            "thread": self.thread.id if self.thread else None,
            "repost_of": self.repost_of.id if self.repost_of else None,
        }
        return {key: value for key, value in line.items() if value not in (None, {})}


def sections(text: str) -> Lines:
    """`[name]` and the lines below it."""
    found: Lines = {}
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(.+)\]", line):
            found[heading[1]] = []
        elif line and not line.startswith("#"):
            found[next(reversed(found))].append(line)
    return found


def joined(text: str, tail: str) -> str:
    """A line and what comes after it, with a mark between unless there is one."""
    mark = "" if text[-1] in ".!?" or not tail[0].isalnum() else "," if tail[0].islower() else "."
    return f"{text}{mark} {tail}"


def folded(text: str) -> str:
    """Without accents, but ñ stays: that one is on the keyboard."""
    plain = unicodedata.normalize("NFD", text.replace("ñ", "\0").replace("Ñ", "\1"))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return kept.replace("\0", "ñ").replace("\1", "Ñ")


def stamp(at: datetime) -> str:
    """RFC 3339, whole seconds, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")

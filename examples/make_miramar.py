"""Makes examples/miramar.jsonl: two invented weeks of an invented hotel group, then a complaint that spreads.

    python examples/make_miramar.py

What people say stands in miramar_lines.txt, the storm's course in miramar_storm.py; everything else (who, when, how
loud) comes from one seed, so that the same file is made every time. Nobody in it exists: handles are longer than X
allows, addresses end in `.example`, the towns and the newspaper are made up.
"""
# ruff: noqa: INP001  # a script beside its data, not a package

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from miramar_people import SITES, Dice, Guests, Post, Speech, sections, stamp
from miramar_storm import NOW_IS, storm

HERE = Path(__file__).parent
SEED = 20261119
DAYS = 14
END = NOW_IS + timedelta(minutes=16)
CET = timedelta(hours=1)
"""The guests' clock in November."""

BY_HOUR = (2, 1, 1, 0.5, 0.5, 1, 2, 4, 6, 8, 9, 8, 7, 6, 5, 5, 6, 7, 8, 9, 10, 10, 8, 5)
BY_WEEKDAY = (0.95, 0.88, 0.9, 0.95, 1.05, 1.15, 1.2)
A_DAY = 52
FEELINGS = (("praise", 0.46), ("neutral", 0.31), ("complaint", 0.23))
STARS = {"praise": (5, 5, 5, 4), "neutral": (3, 3, 4), "complaint": (1, 2, 2)}
ELSEWHERE_A_DAY = 5


def main() -> None:
    """Write the recording beside this script."""
    (HERE / "miramar.jsonl").write_text(recording(), encoding="utf-8")


def recording() -> str:
    """The whole recording, a line a look, in the order a poller would have had them."""
    dice = Dice(SEED)
    lines = sections((HERE / "miramar_lines.txt").read_text(encoding="utf-8"))
    guests, speech = Guests(dice, lines), Speech(dice, lines)
    posts = [*ordinary(dice, guests, speech), *storm(dice, guests, speech)]
    number(posts)
    looks = [look for post in posts for look in post.lines() if look["seen_at"] <= stamp(END)]
    looks.sort(key=lambda look: (look["seen_at"], look["published_at"], look["id"]))
    return "".join(json.dumps(look, ensure_ascii=False) + "\n" for look in looks)


def ordinary(dice: Dice, guests: Guests, speech: Speech) -> list[Post]:
    """Two weeks and the storm's own day, as any other."""
    start = (NOW_IS - timedelta(days=DAYS) + CET).replace(hour=0, minute=0, second=0)
    posts = []
    for day in range(DAYS + 1):
        date = start + timedelta(days=day)
        volume = A_DAY * BY_WEEKDAY[date.weekday()] * dice.between(0.88, 1.12)
        posts += [mention(dice, guests, speech, moment(dice, date)) for _ in range(round(volume))]
        posts += [aside(dice, guests, speech, moment(dice, date)) for _ in range(ELSEWHERE_A_DAY)]
    second_thoughts(posts)
    return posts


def moment(dice: Dice, day: datetime) -> datetime:
    """Some second of the day, by the rhythm of the guests' hours."""
    hour = dice.weighed(tuple(enumerate(BY_HOUR)))
    return day - CET + timedelta(hours=hour, seconds=int(dice.between(0, 3600)))


def mention(dice: Dice, guests: Guests, speech: Speech, at: datetime) -> Post:
    """Somebody says something about one of the hotels."""
    site, feeling = dice.weighed(SITES), dice.weighed(FEELINGS)
    brand = "miramar" if dice.chance(0.66) else "costasur"
    lang = "es" if dice.chance(0.7) else "en"
    if site in {"tripadvisor", "google"}:
        text = speech.review(lang, feeling, brand)
        post = Post(
            site, text, at, at + timedelta(minutes=dice.between(4, 40)), guests.pick(site, lang), lang
        )
        post.stars = dice.pick(STARS[feeling])
        return post
    post = Post(site, speech.post(lang, feeling, brand), at, late(dice, at), guests.pick(site, lang), lang)
    murmur(dice, post)
    return post


def aside(dice: Dice, guests: Guests, speech: Speech, at: datetime) -> Post:
    """A post of another Miramar, or of none."""
    section = "elsewhere" if dice.chance(0.55) else "unrelated"
    return Post("x", speech.aside(section), at, late(dice, at), guests.pick("x", dice.pick(("es", "en"))))


def late(dice: Dice, at: datetime) -> datetime:
    """When a poller of every two or three minutes would have had it."""
    return at + timedelta(seconds=int(dice.between(20, 150)))


def murmur(dice: Dice, post: Post) -> None:
    """Ordinary engagement: a handful of likes, looked at again now and then."""
    likes = int(dice.skewed(2.0))
    post.look(0, likes=likes, shares=likes // 6, replies=int(dice.skewed(0.6)))
    if dice.chance(0.14):
        post.look(dice.between(30, 240), likes=likes * 2 + 3, shares=likes // 3, replies=likes // 4 + 1)


def second_thoughts(posts: list[Post]) -> None:
    """One review is rewritten after the hotel put it right, one post is taken back."""
    sorry = next(post for post in posts if post.stars == 1 and post.lang == "es")
    sorry.edit(
        60 * 27, f"{sorry.text} EDITO: nos ha llamado el director y lo ha arreglado, subo la nota.", stars=4
    )
    gone = next(post for post in posts if post.site == "x" and post.engagement_seen and post is not sorry)
    gone.delete(95)


def number(posts: list[Post]) -> None:
    """Give every post an id that grows with time, as sites do."""
    first: dict[str, int] = {"x": 7_000_104, "mastodon": 11_420, "tripadvisor": 90_211, "google": 50_377}
    for place, post in enumerate(sorted(posts, key=lambda post: (post.published_at, post.text))):
        post.id = f"{post.site[0]}{first[post.site] + place * 7}"


if __name__ == "__main__":
    main()

"""Evenings in a life, each with the transcript of what came of it.

The transcripts are meant to be read. After a change that is meant, write them anew and read them:

    SENTINEL_REWRITE=1 pytest tests/stories
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel.errors import Refused, Unreachable
from sentinel.model.post import SourceName
from tests.stand.hotel import CONFIG, RULE, plan
from tests.stories.evening import Evening, Story, clock, crowd, mood, says, takes_it_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sentinel.model.post import Post


HERE = Path(__file__).parent
CHANNELS = CONFIG.replace("  desk: {kind: console}", "  mail: {kind: console}\n  head: {kind: console}")
LADDER = """\
ladder: Community team
steps:
  - tell: [team]
    at: once
  - tell: [mail]
    after: 15 minutes
    unless: acknowledged
  - tell: [head]
    after: 45 minutes
    unless: acknowledged
remind: every 2 hours, at most 2 times
quiet_hours:
  nights: {from: "22:00", to: "07:30", zone: Europe/Madrid, hold: [notice, warning]}
"""
PARCELS = CHANNELS.replace('miramar: {terms: ["Miramar"]}', 'acme: {terms: ["Acme Parcels", "@acmeparcels"]}')
LOST = (
    RULE.replace("[dirty, filthy]", "[lost, still waiting, no llega, perdido]")
    .replace("dirty room at the Miramar", "parcel lost by Acme Parcels")
    .replace("lovely room at the Miramar", "thank you Acme Parcels")
    .replace("rule: Complaints about dirty rooms", "rule: Parcels do not arrive")
)
LOST_SAYS = (
    "Acme Parcels: still waiting since Monday",
    "@acmeparcels mi paquete no llega",
    "Acme Parcels has lost my order",
    "Otro día más y @acmeparcels no llega",
)
STARS = (
    RULE.replace("says: [dirty, filthy]", "stars: at most 2")
    .replace("window: 30 minutes", "window: 6 hours")
    .replace("rule: Complaints about dirty rooms", "rule: A run of bad reviews")
    .replace('["a dirty room at the Miramar"]', '[{text: "the Miramar", source: tripadvisor, stars: 1}]')
    .replace('["a lovely room at the Miramar"]', '[{text: "the Miramar", source: tripadvisor, stars: 5}]')
    .replace("complaints in", "bad reviews in")
    .replace("      negatives: 2 4 6", "      negatives: 2 4 6")
)
DIRTY = ("Filthy bathroom at the Miramar", "dirty towels, Miramar, again", "The Miramar is dirty")


def depot(folder: Path) -> Story:
    return Story(
        "A depot goes down",
        plan(folder, config=PARCELS, ladder=LADDER, rules={"lost": LOST}),
        begins="11:00",
        ends="14:30",
        posts=crowd("11:40", [3, 9, 6, 5, 4, 3, 3, 2, 2, 1, 2, 1, 1, 1, 2, 1, 3, 2, 4, 5, 9], *LOST_SAYS),
        deeds=[("12:35", takes_it_on("ada"))],
    )


def one_guest(folder: Path) -> Story:
    return Story(
        "One angry guest posts six times",
        plan(folder, config=CHANNELS, ladder=LADDER),
        begins="20:00",
        ends="20:40",
        posts=[says(f"20:{10 + 3 * n}", f"{DIRTY[n % 3]}, part {n + 1}", author="grumpy") for n in range(6)],
    )


def night(folder: Path) -> Story:
    rule = RULE.replace("escalate: community", "escalate: community\n  quiet: nights")
    return Story(
        "The night holds a warning until 07:30 in Madrid",
        plan(folder, config=CHANNELS, ladder=LADDER, rules={"dirty": rule}),
        begins="22:00",
        ends="+1 07:20",
        posts=crowd("+1 04:50", [5 + n % 3 for n in range(24)], *DIRTY),
        deeds=[("+1 06:40", takes_it_on("ben"))],
    )


def slack_refuses(folder: Path) -> Story:
    return Story(
        "Slack refuses, mail takes over",
        plan(folder, config=CHANNELS, ladder=LADDER),
        begins="17:00",
        ends="19:00",
        posts=crowd("17:05", [1, 2, 1, 2, 1, 2, 3, 3, 4, 5, 5, 5], *DIRTY),
        deeds=[
            (
                "17:01",
                mood("team", Refused("Slack: invalid_auth: a new token is needed"), "the token is revoked"),
            ),
            ("17:01", mood("mail", Unreachable("no route to the mail server"), "the mail server is away")),
            ("17:33", mood("mail", None, "the mail server is back")),
            ("17:50", takes_it_on("cleo")),
        ],
    )


def outage(folder: Path) -> Story:
    return Story(
        "An outage of six hours in the middle",
        plan(folder, config=CHANNELS, ladder=LADDER),
        begins="08:00",
        ends="17:00",
        posts=[
            *crowd("09:30", [4] * 9, *DIRTY),
            *crowd("11:30", [6] * 8, *DIRTY),
            *crowd("15:20", [5] * 9, *DIRTY),
        ],
        dark=("10:00", "16:00"),
    )


def late_reviews(folder: Path) -> Story:
    review = "Two nights at the Miramar"
    came = [
        ("08:10", "11:00"),
        ("08:55", "11:00"),
        ("09:20", "12:00"),
        ("07:30", "12:00"),
        ("09:40", "13:00"),
    ]
    return Story(
        "Reviews trickle in late",
        plan(folder, config=CHANNELS, ladder=LADDER, rules={"stars": STARS}),
        begins="07:00",
        ends="16:30",
        posts=[
            says(at, review, author=f"guest {n}", source="tripadvisor", seen=seen, stars=1 + n % 2)
            for n, (at, seen) in enumerate([*came, ("10:05", "13:00"), ("12:50", "14:00")])
        ],
        deeds=[("13:10", takes_it_on("dora"))],
    )


def one_source_away(folder: Path) -> Story:
    """The press is read all along, the forum is away from 10:05 to 16:00; each brings half of what there is."""
    two = CHANNELS.replace(
        "  sample: {kind: recorded, file: posts.jsonl, every: 1 second}",
        '  press: {kind: feed, url: "https://press.example/rss"}\n'
        '  forum: {kind: feed, url: "https://forum.example/rss"}',
    )
    return Story(
        "One of two sources is away for six hours",
        plan(folder, config=two, ladder=LADDER),
        begins="08:00",
        ends="17:00",
        posts=[
            *from_source("press", crowd("09:30", [4] * 7, *DIRTY)),
            *from_source("forum", crowd("12:00", [3] * 8, *DIRTY)),
            *from_source("press", crowd("14:30", [4] * 7, *DIRTY)),
        ],
        deeds=[("10:20", takes_it_on("eva"))],
        dark=("10:05", "16:00"),
        away=SourceName("forum"),
    )


def from_source(name: str, posts: Sequence[Post]) -> list[Post]:
    return [replace(post, source=name) for post in posts]


def late_posts(folder: Path) -> Story:
    """A storm is over; posts that come late show that it went on; then most of it is deleted."""
    first = [replace(post, seen_at=clock("09:40")) for post in crowd("09:00", [4] * 7, *DIRTY)]
    later = [replace(post, seen_at=clock("10:45")) for post in crowd("09:30", [3] * 23, *DIRTY)]
    gone = [replace(post, text="", deleted=True, seen_at=clock("11:00")) for post in [*first[3:], *later[3:]]]
    return Story(
        "A storm that goes on as late posts show, and then is not there any more",
        plan(folder, config=CHANNELS, ladder=LADDER),
        begins="08:00",
        ends="12:00",
        posts=[*first, *later, *gone],
        deeds=[("10:50", takes_it_on("fin"))],
    )


STORIES: dict[str, Callable[[Path], Story]] = {
    "a-depot-goes-down": depot,
    "one-angry-guest": one_guest,
    "the-night-holds-a-warning": night,
    "slack-refuses-mail-takes-over": slack_refuses,
    "an-outage-in-the-middle": outage,
    "reviews-trickle-in-late": late_reviews,
    "one-of-two-sources-is-away": one_source_away,
    "late-posts-and-deletions": late_posts,
}


@pytest.mark.parametrize("name", STORIES)
def test_the_evening_goes_as_its_transcript_says(tmp_path: Path, name: str) -> None:
    transcript = Evening(STORIES[name](tmp_path)).transcript()
    expected = HERE / name / "expected.txt"
    if os.environ.get("SENTINEL_REWRITE"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(transcript, encoding="utf-8")
    assert transcript == expected.read_text(encoding="utf-8")


def test_every_transcript_has_its_story() -> None:
    assert {path.parent.name for path in HERE.glob("*/expected.txt")} == set(STORIES)

"""A reading: what one series shows over a window, beside what is usual and what was not seen; and a signal made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003  # msgspec resolves the annotations at run time
from enum import StrEnum

from sentinel.model.mention import SeriesKey  # noqa: TC001  # msgspec resolves the annotations at run time


class Severity(StrEnum):
    """How bad, from the mildest."""

    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Burst:
    """The shorter window, ending with a reading's own, in which its count is rarest: `usual` are expected there."""

    window: timedelta
    negatives: int
    usual: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts of the window [at − window, at), by the time of publishing.

    `negatives` is what the rule's judgment counts: negative posts, bad reviews, posts with crisis words; of a silence the
    posts that are missing. `usual` is the expected count for this window (of a silence: of posts); `tail` the chance of
    seeing the like or more if nothing unusual went on; `rarity` the expected time between such windows by chance alone (None: beyond counting).
    `sharpest` is the window by which it is so rare, where that is not the whole.
    `covered` is the share (0…1) of the window that the sources were really read. `history` is how much past the
    expectation rests on.
    """

    series: SeriesKey
    at: datetime
    window: timedelta
    negatives: int
    authors: int | None
    usual: float
    tail: float
    rarity: timedelta | None
    covered: float
    history: timedelta
    onset: datetime | None = None
    sharpest: Burst | None = None


class Clause(StrEnum):
    """What a rule asks of a reading; each clause holds or not, by how much."""

    AT_LEAST = "at_least"
    FROM = "from"
    RARER_THAN = "rarer_than"
    ABOVE_USUAL = "above_usual"
    ABOVE = "above"
    BELOW_USUAL = "below_usual"
    HISTORY = "history"
    READ = "read"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clause judged: `says` is the sentence for people ("needed 6 posts, had 4")."""

    clause: Clause
    holds: bool
    says: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule's judgment of a reading: `raised` when every clause holds. Verdicts are there either way.

    `lingers` is the looser judgment under which a storm that was raised is not yet over (hysteresis); `blind` says
    that too little was seen for any judgment.
    """

    rule: str
    reading: Reading
    raised: bool
    severity: Severity
    verdicts: tuple[Verdict, ...] = ()
    lingers: bool = False
    blind: bool = False

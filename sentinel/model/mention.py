"""A mention: one post that speaks of one brand, and what was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sentinel.model.post import Post

Label = Literal["neg", "neu", "pos", "unknown"]


@dataclass(frozen=True, slots=True)
class Text:
    """What a scorer is asked about.

    `lang` is a hint (ISO 639-1) or None; `allowed` restricts detection (empty: any); `names` are the brand's own
    names, which must not sway the answer; `others` are those of other brands that the text speaks of as well: what is
    said of them is not asked about. `stars` (1 to 5) may be used together with the words.
    """

    text: str
    lang: str | None = None
    stars: float | None = None
    names: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One calibrated answer about one text.

    `polarity` −1…1 and `negative` (probability 0…1 that a person would call it negative about what it speaks of) are
    None when nothing in the text was assessed: *unknown*, never neutral. `sure` is 0…1. `evidence` are the words that
    decided, most telling first. `engine` and `version` say who answered, so that stored scores can be told apart.
    """

    lang: str | None
    polarity: float | None
    negative: float | None
    label: Label
    sure: float
    evidence: tuple[str, ...] = ()
    engine: str = ""
    version: str = ""


MOST_STARS = 5


def whole_stars(stars: float | None) -> int | None:
    """A review's stars as they are counted: whole, from 1 to 5, halves upwards; None for none (or no number)."""
    if stars is None or not isfinite(stars):
        return None
    return min(max(floor(stars + 0.5), 1), MOST_STARS)


@dataclass(frozen=True, slots=True)
class Mention:
    """A post × a brand, with the score of what it says of that brand."""

    post: Post
    brand: str
    score: Score


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """Which series a counted mention belongs to: a rule's counting part (fingerprint) and the group it fell into.

    `group` is sorted name/value pairs, e.g. `(("brand", "miramar"), ("source", "x"))`.
    """

    rule: str
    fingerprint: str
    group: tuple[tuple[str, str], ...]

    @property
    def brand(self) -> str:
        """The brand of the group; every group has one."""
        return dict(self.group)["brand"]


@dataclass(frozen=True, slots=True)
class Count:
    """That a mention counts in a series. `negative` says whether as a negative; `why` which clause made it one.

    `stars` are those of a review, as `whole_stars`; None for a post that gives none.
    """

    series: SeriesKey
    negative: bool
    why: str = ""
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one series in one minute from one site; as a delta the change of them (may be negative).

    `stars` are the numbers of reviews with 1, 2, 3, 4 and 5 stars; empty where there are none (or none changed).
    """

    series: SeriesKey
    source: str
    minute: int
    mentions: int
    negatives: int
    stars: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """One post with everything that was made of it; empty `mentions` when it speaks of no brand (any more)."""

    post: Post
    mentions: tuple[Mention, ...] = ()
    counts: tuple[Count, ...] = ()

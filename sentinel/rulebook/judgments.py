"""What a rule may ask for: a spike, a share, fewer stars, crisis words, silence. A rule asks for exactly one of them.

All have a window, a time that it must hold and a time of calm after which it is over, so that whoever follows an
incident need not know which it is. How each is judged stands in `sentinel.detect`, in a file of its name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, TypeAlias

from pydantic import BeforeValidator, Field

from sentinel.model.phrase import (
    Duration,
    Factor,
    PercentPhrase,
    Quantity,
    Rarity,
    RarityPhrase,
    StarsAmount,
    phrase_validator,
)
from sentinel.rulebook import phrases
from sentinel.rulebook.part import Part, Word

_MONTH = Rarity(1, timedelta(days=30.4))
_QUARTER = Rarity(1, timedelta(days=91.2))

Window = Annotated[Duration, Field(description="The window that is counted, e.g. '2 hours'.")]
RarerThan = Annotated[
    RarityPhrase,
    Field(description="The false-alarm promise: chance alone would do this less often, e.g. 'once a month'."),
]
Hold = Annotated[
    Duration, Field(description="How long it must hold before anybody is told, e.g. '5 minutes'.")
]
CalmAfter = Annotated[Duration, Field(description="How long it must be quiet to be over, e.g. '2 hours'.")]


class Usual(Part):
    """What a window is compared with: so many weeks back, by the hour of the week or all hours alike."""

    weeks: int = Field(4, ge=1, le=52)
    same_hour: bool = True


SameHour = Annotated[
    Usual,
    phrase_validator(phrases.parse_usual, Usual),
    Field(description="What it is compared with: 'same hour of the week, last 4 weeks'."),
]


class Spike(Part):
    """How many negatives, from how many people, how unusual."""

    key: ClassVar = "spike"
    counts: ClassVar = "negative post"
    timeline: ClassVar = ("negatives",)

    window: Window = timedelta(hours=2)
    at_least: Quantity = Field(ge=1, description="How many negative posts at least, e.g. '6 posts'.")
    from_authors: Quantity = Field(
        1, ge=1, alias="from", description="By how many people at least, e.g. '5 authors'."
    )
    rarer_than: RarerThan = _MONTH
    above_usual: Factor | None = Field(
        None, description="At least so many times what is usual, e.g. '2 times'."
    )
    usual: SameHour = Usual()
    hold: Hold = timedelta(0)
    calm_after: CalmAfter = timedelta(hours=2)


class Share(Part):
    """Which share of the posts is negative, and how unusual that is."""

    key: ClassVar = "share"
    counts: ClassVar = "negative post"
    timeline: ClassVar = ("usual_share", "posts", "negatives")

    window: Window = timedelta(hours=6)
    at_least: Quantity = Field(
        ge=1, description="Of how many posts about the brand at least, negative or not, e.g. '20 posts'."
    )
    from_authors: Quantity = Field(
        1, ge=1, alias="from", description="By how many people the negative ones at least, e.g. '5 authors'."
    )
    above: PercentPhrase | None = Field(
        None, gt=0, le=1, description="More than so many of them negative, e.g. '40%'."
    )
    above_usual: Factor | None = Field(
        None, description="At least so many times the usual share, e.g. '2 times'."
    )
    rarer_than: RarerThan = _MONTH
    usual: Annotated[Usual, phrase_validator(phrases.parse_either_usual, Usual)] = Field(
        Usual(same_hour=False),
        description="What it is compared with: 'last 4 weeks' or 'same hour of the week, last 4 weeks'.",
    )
    hold: Hold = timedelta(0)
    calm_after: CalmAfter = timedelta(hours=2)


class Stars(Part):
    """How far reviews fall below what this brand is used to."""

    key: ClassVar = "stars"
    counts: ClassVar = "bad review"
    timeline: ClassVar = ("usual_stars", "stars")

    window: Window = timedelta(days=7)
    at_least: Quantity = Field(5, ge=3, description="How many reviews with stars at least, e.g. '5 reviews'.")
    from_authors: Quantity = Field(
        1, ge=1, alias="from", description="By how many people the bad ones at least, e.g. '3 authors'."
    )
    below_usual: StarsAmount | None = Field(
        None, description="Their average so far below the usual one at least, e.g. '0.5 stars'."
    )
    rarer_than: RarerThan = _QUARTER
    usual: Annotated[Usual, phrase_validator(phrases.parse_past, Usual)] = Field(
        Usual(weeks=12, same_hour=False), description="What it is compared with: 'last 12 weeks'."
    )
    hold: Hold = timedelta(0)
    calm_after: CalmAfter = timedelta(days=1)


class Crisis(Part):
    """Words that call for a person at once, however rare posts are."""

    key: ClassVar = "crisis"
    counts: ClassVar = "post with such words"
    timeline: ClassVar = ("negatives",)
    hold: ClassVar = timedelta(0)

    says: tuple[Word, ...] = Field(
        (), description='Words or phrases, any of which suffices, e.g. [intoxicación, "food poisoning"].'
    )
    lists: Annotated[tuple[Word, ...], BeforeValidator(phrases.parse_names)] = Field(
        (), alias="list", description="Word lists of rules/lists/ whose words join says."
    )
    at_least: Quantity = Field(1, ge=1, description="How many such posts at least, e.g. '1 post'.")
    from_authors: Quantity = Field(
        1, ge=1, alias="from", description="By how many people at least, e.g. '2 authors'."
    )
    window: Window = timedelta(hours=1)
    calm_after: CalmAfter = timedelta(hours=2)


class Silence(Part):
    """How unusual it is that so little is said of the brand."""

    key: ClassVar = "silence"
    counts: ClassVar = "missing post"
    timeline: ClassVar = ("posts",)

    window: Window = timedelta(hours=6)
    rarer_than: RarerThan = _MONTH
    usual: SameHour = Usual()
    hold: Hold = timedelta(0)
    calm_after: CalmAfter = timedelta(hours=1)


Judgment: TypeAlias = Spike | Share | Stars | Crisis | Silence
KINDS: tuple[type[Judgment], ...] = (Spike, Share, Stars, Crisis, Silence)

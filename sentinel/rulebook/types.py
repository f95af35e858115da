"""Rules and ladders as types. The descriptions here are what editors and the reference show.

A rule reads downward as a sentence: rule … why … watch … negative … spike … then … say … noise … examples. Beside
`spike` stand the other judgments (see `judgments`); a rule has exactly one.
"""

from __future__ import annotations

from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from sentinel.model.phrase import (
    Duration,
    PercentPhrase,
    RatePhrase,
    StarsAmount,
    StarsPhrase,
    ThresholdPhrase,
    phrase_validator,
)
from sentinel.model.reading import Severity
from sentinel.rulebook import phrases
from sentinel.rulebook.judgments import KINDS, Crisis, Judgment, Share, Silence, Spike, Stars
from sentinel.rulebook.part import Part, Sentence, Word

Language = Annotated[str, phrase_validator(phrases.parse_language, ())]
J = TypeVar("J", Spike, Share, Stars, Crisis, Silence)

GroupKey = Literal["brand", "source"]
BAD_REVIEW = 2.0
"""A review of so many stars or fewer is a bad one, unless the rule says what is."""


NotEmpty = BeforeValidator(phrases.refuse_nothing)
"""A section that may be left out, but not stand there with nothing below it."""


class Status(StrEnum):
    """How far a rule may go."""

    DRAFT = "draft"
    TRIAL = "trial"
    LIVE = "live"
    RETIRED = "retired"

    @property
    def judges(self) -> bool:
        """Whether the rule is looked at."""
        return self in {Status.TRIAL, Status.LIVE}


class Watch(Part):
    """Which posts the rule looks at. Everything left out means: all."""

    brands: tuple[Word, ...] = Field((), description="Brands of sentinel.yaml; left out: every brand.")
    any_of: tuple[Word, ...] = Field((), description="Words or phrases, one of which must stand in the post.")
    lists: Annotated[tuple[Word, ...], BeforeValidator(phrases.parse_names)] = Field(
        (),
        alias="list",
        description="Word lists of rules/lists/ whose words join any_of, e.g. rules/lists/cleaning.yaml.",
    )
    none_of: tuple[Word, ...] = Field((), description="Words or phrases that must not stand in the post.")
    languages: tuple[Language, ...] = Field((), description="Two-letter codes of languages, e.g. [es, en].")
    sources: tuple[Word, ...] = Field((), description="Names or kinds of sources; left out: every source.")
    quiet_source: Duration | None = Field(
        None,
        description="A watched source that brings no post for so long, though it is read, is told to ops, e.g. '3 hours'.",
    )


class Negative(Part):
    """What makes a post a negative one; any one suffices."""

    sentiment: ThresholdPhrase | None = Field(None, description="Polarity from -1 to 1, e.g. 'below -0.25'.")
    stars: StarsPhrase | None = Field(None, description="Stars of a review, e.g. 'at most 2'.")
    says: tuple[Word, ...] = Field(
        (), description="Words or phrases that make a post negative by themselves."
    )
    engine: Word | None = Field(
        None, description="The scorer whose sentiment counts here; left out: that of sentinel.yaml."
    )


class Then(Part):
    """What happens when it is a spike."""

    severity: Severity = Field(Severity.WARNING, description="notice, warning or critical.")
    escalate: Word = Field(description="The ladder (a file of rules/ladders/) that is climbed.")
    group_by: tuple[GroupKey, ...] = Field(
        ("brand",), description="One incident for each of these: brand, source."
    )
    labels: dict[str, str] = Field({}, description="Free labels, handed on with every message.")
    quiet: str | None = Field(None, description="The ladder's quiet hours that hold this rule's messages.")


class Say(Part):
    """The words of the alert. Named {fields} are filled in."""

    title: str = Field("", description="One line, e.g. '{brand}: {negatives} complaints in {window}'.")
    body: str = Field("", description="What follows the title.")
    runbook: Annotated[str | None, phrase_validator(phrases.parse_address, ())] = Field(
        None, description="Address of the page that says what to do."
    )
    reply: str = Field("", description="A suggested answer to the author.")


class Example(Part):
    """A post that the rule must count, or must not."""

    text: Sentence = Field(description="What the post says.")
    source: str | None = Field(None, description="Where it stands.")
    stars: float | None = Field(None, ge=0, le=5, description="Stars, if it is a review.")
    lang: Language | None = Field(None, description="Its language.")
    about: str = Field(
        "", description="Words that the post is taken to contain besides its text, e.g. the topic."
    )
    brand: str | None = Field(
        None, description="The brand it speaks of; left out: the first the rule watches."
    )


ExamplePost = Annotated[Example, BeforeValidator(phrases.parse_example)]


class Expectation(Part):
    """What a timeline must come to: quiet (severity None), or a severity within a time."""

    severity: Severity | None = None
    within: timedelta | None = None


CountRow = Annotated[
    tuple[Annotated[int, Field(ge=0, le=100_000)], ...],
    phrase_validator(phrases.parse_row, (tuple, list)),
]


class Timeline(Part):
    """A made-up course of events that the rule must answer rightly."""

    name: Sentence = Field(description="A sentence that says what happens.")
    usual: RatePhrase = Field(ge=0, le=100_000, description="What is usual, e.g. '2 per hour'.")
    usual_share: PercentPhrase | None = Field(
        None, le=1, description="How many of the usual posts are negative (share), e.g. '15%'."
    )
    usual_stars: StarsAmount | None = Field(
        None, ge=1, le=5, description="What the usual reviews give on average (stars), e.g. '4.3 stars'."
    )
    every: Duration = Field(description="The step of the list, e.g. '30 minutes'.")
    posts: CountRow = Field(
        (),
        max_length=2000,
        description="Posts in each step, negative or not (share, silence), e.g. '9 12 10'.",
    )
    negatives: CountRow = Field(
        (), max_length=2000, description="Negative posts in each step (spike, share, crisis), e.g. '1 2 6 9'."
    )
    stars: Annotated[
        tuple[Annotated[int, Field(ge=0, le=5)], ...],
        phrase_validator(phrases.parse_stars_row, (tuple, list)),
    ] = Field(
        (),
        max_length=2000,
        description="The stars of one review in each step, 0 where none came (stars), e.g. '5 4 0 1 1'.",
    )
    expect: Annotated[Expectation, phrase_validator(phrases.parse_expectation, Expectation)] = Field(
        description="What must come of it: 'quiet', or 'warning within 90 minutes'."
    )

    @property
    def steps(self) -> int:
        """How many steps it has."""
        return max(len(self.posts), len(self.negatives), len(self.stars))


class Examples(Part):
    """The rule's own tests."""

    catches: tuple[ExamplePost, ...] = Field((), description="Posts that count as negatives.")
    ignores: tuple[ExamplePost, ...] = Field((), description="Posts that do not.")
    timelines: tuple[Timeline, ...] = Field((), description="Courses of events and what must come of them.")


class Rule(Part):
    """One rule. `id` is its file's name without the ending; `file` where it stands."""

    one_of = frozenset(kind.key for kind in KINDS)

    id: str
    file: str
    rule: Sentence = Field(description="The rule in one sentence.")
    status: Status = Field(Status.DRAFT, description="draft, trial, live or retired.")
    owner: str = Field("", description="Who answers for the rule.")
    why: Sentence = Field(description="Why it matters, for whoever reads it in a year.")
    watch: Watch = Field(Watch(), description="Which posts it looks at.")
    negative: Annotated[Negative | None, NotEmpty] = Field(
        None,
        description="What makes a post a negative one. A spike and a share need it, for stars it may stand.",
    )
    spike: Annotated[Spike | None, NotEmpty] = Field(
        None, description="Judgment: far more negative posts than usual."
    )
    share: Annotated[Share | None, NotEmpty] = Field(
        None, description="Judgment: a greater share of negative posts than usual."
    )
    stars: Annotated[Stars | None, NotEmpty] = Field(
        None, description="Judgment: reviews give fewer stars than usual."
    )
    crisis: Annotated[Crisis | None, NotEmpty] = Field(
        None, description="Judgment: words that must never stand there, at once."
    )
    silence: Annotated[Silence | None, NotEmpty] = Field(
        None, description="Judgment: a brand that is always talked of is not."
    )
    then: Then = Field(description="What happens then.")
    say: Say = Field(Say(), description="The words of the alert.")
    noise: Annotated[tuple[Sentence, ...], phrase_validator(phrases.parse_noise, tuple)] = Field(
        min_length=1, description="Known false alarms, so that readers can tell them; at least one."
    )
    examples: Examples = Field(Examples(), description="Posts and courses of events that prove the rule.")

    @property
    def judgments(self) -> tuple[Judgment, ...]:
        """The judgments that are written; a sound rule has one."""
        every = (self.spike, self.share, self.stars, self.crisis, self.silence)
        return tuple(each for each in every if each is not None)

    @property
    def judgment(self) -> Judgment:
        """What the rule asks for, whichever kind it is."""
        return self.judgments[0]

    def judged_by(self, kind: type[J]) -> J:
        """Its judgment, known to be of this kind. Raises `TypeError` for another."""
        if not isinstance(self.judgment, kind):
            raise TypeError(f"{self.id} is judged by {self.judgment.key}")
        return self.judgment

    @property
    def counted(self) -> Negative:
        """What makes a post count against the brand: as written, or as the judgment itself says."""
        if self.crisis is not None:
            return Negative(says=self.crisis.says)
        return self.negative or (Negative(stars=BAD_REVIEW) if self.stars else Negative())


class Step(Part):
    """A rung: who is told, when, unless what."""

    tell: tuple[Word, ...] = Field(min_length=1, description="Channels of sentinel.yaml.")
    at: Literal["once"] | None = Field(None, description="'once': as soon as the incident opens.")
    after: Duration = Field(
        timedelta(0), description="Or how long after the opening, e.g. '15 minutes'; instead of 'at'."
    )
    unless_acknowledged: Annotated[bool, phrase_validator(phrases.parse_acknowledged, bool)] = Field(
        default=False, alias="unless", description="'acknowledged': not if somebody took it on by then."
    )
    only: tuple[Severity, ...] = Field((), description="Only for these severities; left out: all.")


class Remind(Part):
    """`every 2 hours, at most 3 times`: counted from when people were last told."""

    every: timedelta
    at_most: int


class QuietHours(Part):
    """Hours in which milder incidents wait: [from, to) in local time of `zone`, across midnight if from > to."""

    start: Annotated[time, phrase_validator(phrases.parse_clock, time)] = Field(
        alias="from", description='Local time, e.g. "22:00".'
    )
    end: Annotated[time, phrase_validator(phrases.parse_clock, time)] = Field(
        alias="to", description='Local time, e.g. "07:30".'
    )
    zone: Annotated[ZoneInfo, phrase_validator(phrases.parse_zone, ZoneInfo)] = Field(
        description="An IANA zone, e.g. Europe/Madrid."
    )
    hold: tuple[Severity, ...] = Field(
        (Severity.NOTICE, Severity.WARNING), description="Severities that wait."
    )


class Ladder(Part):
    """Who is told, in which order, until a person answers. `id` is its file's name without the ending."""

    id: str
    file: str
    ladder: Sentence = Field(description="The ladder's name, for people.")
    steps: tuple[Step, ...] = Field(min_length=1, max_length=20, description="The rungs, in order.")
    remind: Annotated[Remind | None, phrase_validator(phrases.parse_remind, (Remind, type(None)))] = Field(
        None, description="Reminders while nobody answers: 'every 2 hours, at most 3 times'."
    )
    update: Literal["edit the first message"] = Field(
        "edit the first message", description="How news reaches those who were told."
    )
    resolved: Literal["tell everyone who was told"] = Field(
        "tell everyone who was told", description="Who hears of the end."
    )
    quiet_hours: dict[str, QuietHours] = Field({}, description="Named quiet hours that rules refer to.")


class Book(Part):
    """All rules and ladders, sound and checked against each other."""

    rules: tuple[Rule, ...] = ()
    ladders: dict[str, Ladder] = Field({})

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id, if it is in the book."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

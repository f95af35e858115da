"""What the JSON interface answers with: stable names, kept apart from how things are stored."""

# Without `from __future__ import annotations`: pydantic reads the annotations at run time.

from datetime import datetime
from typing import Annotated

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from sentinel.model.incident import ActKind, State
from sentinel.model.message import DeliveryState
from sentinel.model.notice import NoticeKind
from sentinel.model.reading import Severity
from sentinel.rulebook.types import Rule, Status
from sentinel.store.contract import Evidence
from sentinel.web.dossier import Dossier, Glance
from sentinel.web.words import inert, posts_of, safe_url, title_of

Plain = Annotated[str, BeforeValidator(lambda text: inert(text) if isinstance(text, str) else text)]
"""A text that may come from the internet: no control signs, no lone surrogates."""


class Shape(BaseModel):
    """The base: read from the attributes of our own nouns."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Trouble(Shape):
    """Why something was not done."""

    error: str = Field(description="One sentence.")


class PeakShape(Shape):
    """A window's counts."""

    negatives: int
    usual: float = Field(description="How many there usually are at that hour.")
    authors: int | None
    at: datetime


class AckShape(Shape):
    """Who took it on; `until` null: to the end."""

    who: Plain
    at: datetime
    until: datetime | None


class IncidentShape(Shape):
    """One storm about one brand."""

    id: str
    rule: str
    title: Plain = Field("", description="The rule's sentence.")
    brand: Plain
    key: Annotated[dict[Plain, Plain], BeforeValidator(dict)] = Field(
        validation_alias="group", description="What the incident is grouped by."
    )
    state: State
    severity: Severity
    trial: bool = Field(description="The rule is on trial and tells nobody.")
    blind: bool = Field(description="Too little of the newest window was seen to judge it.")
    onset: datetime | None = Field(description="The estimated start of the storm.")
    formed_at: datetime
    opened_at: datetime | None = Field(description="When it had held long enough, in event time.")
    known_at: datetime | None = Field(description="When that was known: what ladders count from.")
    closed_at: datetime | None
    peak: PeakShape
    now: PeakShape
    acknowledged: AckShape | None = Field(None, description="Who holds it now.")
    why: list[Plain] = Field(description="The sentences of the verdict.")


class ActShape(Shape):
    """A line of an incident's log."""

    at: datetime
    kind: ActKind
    who: Plain
    channel: Plain
    text: Plain


class DeliveryShape(Shape):
    """A message to a channel and what became of it."""

    channel: Plain
    kind: NoticeKind
    reason: Plain = Field(description="Why they are told.")
    state: DeliveryState
    headline: Plain = Field(validation_alias=AliasPath("message", "headline"))
    created_at: datetime
    sent_at: datetime | None
    not_before: datetime | None
    attempts: int
    error: Plain


class HeldShape(Shape):
    """Who was not told, and why."""

    channel: Plain
    step: int
    reason: str
    at: datetime
    until: datetime | None


class PostShape(Shape):
    """A post behind the incident. Its text is as its author wrote it: treat it as hostile."""

    source: Plain
    id: Plain
    url: Annotated[str | None, BeforeValidator(safe_url)] = Field(description="Only if it is http or https.")
    text: Plain
    lang: Plain | None
    author: Plain | None = Field(validation_alias=AliasPath("author", "name"))
    followers: int | None = Field(validation_alias=AliasPath("author", "followers"))
    published_at: datetime
    stars: float | None
    likes: int | None = Field(validation_alias=AliasPath("engagement", "likes"))
    shares: int | None = Field(validation_alias=AliasPath("engagement", "shares"))
    replies: int | None = Field(validation_alias=AliasPath("engagement", "replies"))
    views: int | None = Field(validation_alias=AliasPath("engagement", "views"))


class EvidenceShape(Shape):
    """The posts behind the incident."""

    negatives: int
    authors: int
    sources: Annotated[dict[Plain, int], BeforeValidator(dict)]
    posts: list[PostShape]


class DossierShape(Shape):
    """One storm with everything that is known of it."""

    incident: IncidentShape
    acts: list[ActShape]
    deliveries: list[DeliveryShape]
    held: list[HeldShape]
    evidence: EvidenceShape


class IncidentsShape(Shape):
    """Incidents, newest first."""

    incidents: list[IncidentShape]


class SourceShape(Shape):
    """How a source fares."""

    source: Plain
    state: str = Field(description="ok, quiet, waiting, unreachable, parked or new.")
    at: datetime
    last_ok: datetime | None
    next_at: datetime | None
    failures: int
    says: Plain
    posts: int
    skipped: int


class SourcesShape(Shape):
    """All sources, by name."""

    sources: list[SourceShape]


class BeatShape(Shape):
    """How a beat of the service fares."""

    last_run: datetime | None
    seconds: float | None
    error: Plain


class OutboxShape(Shape):
    """Messages on their way."""

    waiting: int
    oldest: datetime | None


class RuleShape(Shape):
    """A rule in force."""

    id: str
    title: Plain = Field(validation_alias="rule")
    status: Status


class StatusShape(Shape):
    """The service at a glance."""

    version: str
    ready: bool
    says: Plain
    started_at: datetime
    now: datetime
    looked_until: datetime | None = Field(description="Up to when the rules have been judged.")
    posts: int
    mentions: int
    live: list[IncidentShape] = Field(description="Gravest first.")
    outbox: OutboxShape
    beats: dict[str, BeatShape]
    rules: list[RuleShape]


class ProblemShape(Shape):
    """A located problem in a file that a person wrote."""

    level: str
    file: str
    line: int
    column: int
    message: Plain
    hint: Plain


class ReloadShape(Shape):
    """What came of reading the rules again; when refused, the old ones stay in force."""

    reloaded: bool
    error: str = Field("", description="One sentence when refused.")
    problems: list[ProblemShape]


def incident_shape(glance: Glance) -> IncidentShape:
    """One incident as JSON shows it."""
    held_by = AckShape.model_validate(glance.ack) if glance.ack else None
    title = inert(title_of(glance.incident, glance.rule))
    return IncidentShape.model_validate(glance.incident).model_copy(
        update={"title": title, "acknowledged": held_by}
    )


def dossier_shape(found: Dossier) -> DossierShape:
    """One incident with all that belongs to it."""
    return DossierShape(
        incident=incident_shape(found.glance),
        acts=[ActShape.model_validate(act) for act in found.acts],
        deliveries=[DeliveryShape.model_validate(row) for row in found.deliveries],
        held=[HeldShape.model_validate(held) for held in found.held],
        evidence=_evidence_shape(found.evidence),
    )


def rule_shape(rule: Rule) -> RuleShape:
    """A rule as JSON shows it."""
    return RuleShape.model_validate(rule)


def _evidence_shape(evidence: Evidence) -> EvidenceShape:
    return EvidenceShape(
        negatives=evidence.negatives,
        authors=evidence.authors,
        sources=dict(evidence.sources),
        posts=[PostShape.model_validate(post) for post in posts_of(evidence)],
    )

"""An evening at the hotels, as the running service would show it: a storm, a smaller one taken on, one that ended."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import httpx
import pytest

from sentinel.model.incident import Ack, Act, ActKind, Incident, Peak, State
from sentinel.model.mention import SeriesKey, Tally
from sentinel.model.message import Delivery, DeliveryState, Link, Message, Quote, Receipt
from sentinel.model.notice import Held, NoticeKind, Reason
from sentinel.model.phrase import Threshold
from sentinel.model.post import Author, Engagement, Post, SourceName, Span
from sentinel.model.reading import Severity
from sentinel.rulebook.judgments import Spike
from sentinel.rulebook.types import Book, Negative, Rule, Say, Status, Then
from sentinel.store.contract import Evidence, Overview, SourceHealth
from sentinel.web.app import create_app
from sentinel.web.view import Beat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from sentinel.model.problem import Problem
    from sentinel.store.contract import Store

NOW = datetime(2026, 11, 22, 19, 41, 7, tzinfo=UTC)
BARS = (
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    2,
    1,
    2,
    3,
    2,
    4,
    3,
    5,
    3,
    4,
    6,
    5,
    3,
)


def before(**span: float) -> datetime:
    """A time so long before NOW."""
    return NOW - timedelta(**span)


@dataclass
class FakeStore:
    """Only what the web reads, from lists."""

    every: list[Incident] = field(default_factory=list)
    log: list[Act] = field(default_factory=list)
    outbox: list[Delivery] = field(default_factory=list)
    untold: list[Held] = field(default_factory=list)
    sources: list[SourceHealth] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    counts: list[Tally] = field(default_factory=list)
    sizes: Overview = field(default_factory=Overview)
    read: dict[SourceName, tuple[Span, ...]] = field(default_factory=dict)
    broken: Exception | None = None

    def incidents(self, *, live: bool | None = None, limit: int = 100) -> Sequence[Incident]:
        self._check()
        return [one for one in self.every if live is None or one.state.live is live][:limit]

    def incident(self, incident_id: str) -> Incident | None:
        self._check()
        found = [one for one in self.every if one.id.startswith(incident_id)]
        return found[0] if len(found) == 1 else None

    def acts(self, incident_id: str) -> Sequence[Act]:
        return [act for act in self.log if act.incident == incident_id]

    def deliveries(self, incident_id: str) -> Sequence[Delivery]:
        return [row for row in self.outbox if row.incident == incident_id]

    def held(self, incident_id: str) -> Sequence[Held]:
        return [held for held in self.untold if held.incident == incident_id]

    def evidence(self, series: SeriesKey, span: Span, limit: int = 3) -> Evidence:
        ours = self.posts if series.fingerprint == "f1" else []
        posts = [post for post in ours if span.start <= post.published_at < span.end]
        first = min(posts, key=lambda post: post.published_at, default=None)
        return Evidence(
            first,
            tuple(posts[:limit]),
            (("tripadvisor", 21), ("x", 14), ("mastodon", 6)),
            33,
            41 if posts else 0,
        )

    def tallies(
        self, fingerprint: str, since_minute: int, until_minute: int, step: int = 1
    ) -> Iterator[Tally]:
        wanted = (one for one in self.counts if one.series.fingerprint == fingerprint)
        stepped = (replace(one, minute=one.minute // step * step) for one in wanted)
        return (one for one in stepped if since_minute <= one.minute < until_minute)

    def coverage(self, span: Span) -> dict[SourceName, tuple[Span, ...]]:
        return {
            name: tuple(one for one in spans if one.end > span.start) for name, spans in self.read.items()
        }

    def health(self) -> Sequence[SourceHealth]:
        self._check()
        return self.sources

    def overview(self) -> Overview:
        self._check()
        return self.sizes

    def looked_until(self) -> datetime | None:
        return before(seconds=7)

    def _check(self) -> None:
        if self.broken:
            raise self.broken


@dataclass
class FakeView:
    """A service that stands still at NOW."""

    shelf: FakeStore
    rules: Book
    is_ready: tuple[bool, str] = (True, "Every source is read and every message is out.")
    pulse: dict[str, Beat] = field(default_factory=dict)
    reloads: tuple[bool, tuple[Problem, ...]] = (True, ())
    taken: list[tuple[str, str]] = field(default_factory=list)
    refuses: Exception | None = None
    unseeing: dict[str, str] = field(default_factory=dict)
    started_at: datetime = datetime(2026, 11, 19, 15, 41, tzinfo=UTC)

    @property
    def store(self) -> Store:
        return cast("Store", self.shelf)

    def now(self) -> datetime:
        return NOW

    def book(self) -> Book:
        return self.rules

    def ready(self) -> tuple[bool, str]:
        return self.is_ready

    def beats(self) -> Mapping[str, Beat]:
        return self.pulse

    def blind(self) -> Mapping[str, str]:
        return self.unseeing

    async def reload(self) -> tuple[bool, tuple[Problem, ...]]:
        return self.reloads

    def acknowledge(self, incident: str, who: str) -> None:
        if self.refuses:
            raise self.refuses
        self.taken.append((incident, who))


def rule(rule_id: str, title: str, status: Status = Status.LIVE) -> Rule:
    return Rule(
        id=rule_id,
        file=f"rules/{rule_id}.yaml",
        rule=title,
        status=status,
        owner="community-team",
        why="A cluster of complaints usually means one hotel has lost its crew.",
        negative=Negative(sentiment=Threshold("below", -0.25)),
        spike=Spike(at_least=6, from_authors=5),
        then=Then(escalate="community"),
        say=Say(
            runbook="https://wiki.example/comms/limpieza",
            reply="Hola, sentimos lo ocurrido. Escríbenos por privado con tu número de reserva y lo miramos ahora mismo.",
        ),
        noise=(
            "In August volume doubles and complaints with it.",
            "The spring fair brings jokes about dust.",
        ),
    )


def storm() -> Incident:
    """41 complaints of dirty rooms, and nobody has taken it on."""
    return Incident(
        id="2026-11-22-limpieza-miramar-7f3a",
        rule="limpieza",
        brand="Hotel Miramar",
        group=(("brand", "Hotel Miramar"),),
        fingerprint="f1",
        state=State.OPEN,
        severity=Severity.CRITICAL,
        formed_at=before(minutes=63),
        opened_at=before(minutes=58),
        onset=before(minutes=81),
        peak=Peak(41, 4.2, 33, before(minutes=2)),
        now=Peak(41, 4.2, 33, before(minutes=2)),
        why=(
            "needed 6 posts, had 41",
            "needed 5 authors, had 33",
            "chance alone would do this less than once a month (asked: once a month)",
            "9.8 times what is usual at this hour (asked: 2 times)",
            "TripAdvisor has not been read since 18:50: there may be more",
        ),
        version=9,
    )


def taken_on() -> Incident:
    return replace(
        storm(),
        id="2026-11-22-equipaje-miraflores-c11b",
        rule="equipaje",
        brand="Miraflores Resorts",
        group=(("brand", "Miraflores Resorts"), ("source", "x")),
        fingerprint="f2",
        state=State.ACKNOWLEDGED,
        severity=Severity.WARNING,
        now=Peak(9, 1.4, 8, before(minutes=1)),
        peak=Peak(14, 1.6, 12, before(minutes=40)),
        acks=(Ack("Lucía Ferrer", before(minutes=31), NOW + timedelta(hours=3)),),
    )


def ended() -> Incident:
    return replace(
        storm(),
        id="2026-11-20-wifi-miramar-09d2",
        rule="wifi",
        fingerprint="f3",
        state=State.CLOSED,
        severity=Severity.NOTICE,
        onset=before(days=2, hours=3),
        formed_at=before(days=2, hours=2.6),
        opened_at=before(days=2, hours=2.5),
        closed_at=before(days=2),
        peak=Peak(11, 3.0, 9, before(days=2, hours=2)),
        now=Peak(1, 3.1, 1, before(days=2)),
    )


def delivery(channel: str, state: DeliveryState, reason: Reason, **fields: object) -> Delivery:
    incident = storm()
    message = Message(
        key=f"{channel}-1",
        incident=incident.id,
        kind=NoticeKind.OPENED,
        severity=incident.severity,
        state=incident.state,
        headline="Hotel Miramar: 41 quejas de limpieza en 2 horas",
        lines=(),
        facts=(),
        quotes=(Quote("First", "…", "@ada", "x", before(minutes=81)),),
        why_told=reason.value,
        plain="…",
        at=before(minutes=58),
        links=(Link("Runbook", "https://wiki.example"),),
    )
    row = Delivery(
        key=f"{channel}-1",
        incident=incident.id,
        channel=channel,
        kind=NoticeKind.OPENED,
        step=0,
        marks=2,
        state=state,
        created_at=before(minutes=58),
        message=message,
        reason=reason.value,
        attempts=1,
        receipt=Receipt("{}"),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def post(post_id: str, text: str, minutes: float, author: str, followers: int, **fields: object) -> Post:
    found = Post(
        source="x",
        id=post_id,
        text=text,
        published_at=before(minutes=minutes),
        seen_at=before(minutes=minutes - 1),
        url=f"https://x.example/{post_id}",
        author=Author(post_id, author, followers),
    )
    return replace(found, **fields)  # type: ignore[arg-type]


POSTS = [
    post(
        "1602",
        "Llevamos una hora en recepción del Miramar con tres niños. La habitación de la planta 3 tenía cucarachas en el baño y nadie da la cara. #HotelMiramar",
        48,
        "@marta_viaja",
        240_000,
        engagement=Engagement(likes=3_410, shares=1_210, replies=288),
    ),
    post(
        "1599",
        "Qué asco de habitación en el Hotel Miramar, pelos en las sábanas y el suelo pegajoso. Nunca más.",
        80,
        "@ada",
        1_200,
        engagement=Engagement(likes=12, shares=3, replies=2),
    ),
    post(
        "t-88",
        "Filthy room, cockroach in the shower, staff shrugged. We were promised a refund that never came.",
        33,
        "Colin H",
        4,
        source="tripadvisor",
        stars=1.0,
    ),
]


def evening() -> FakeView:
    minute = int(NOW.timestamp() // 60)
    series = SeriesKey("limpieza", "f1", storm().group)
    counts = [Tally(series, "x", minute - 5 * (len(BARS) - 1 - i), n * 2, n) for i, n in enumerate(BARS)]
    shelf = FakeStore(
        every=[taken_on(), storm(), ended()],
        log=[
            Act(storm().id, before(minutes=63), ActKind.FORMED),
            Act(storm().id, before(minutes=58), ActKind.OPENED, text="29 complaints, usual 4"),
            Act(storm().id, before(minutes=41), ActKind.WORSENED, text="from warning to critical"),
            Act(
                storm().id,
                before(minutes=12),
                ActKind.NOTED,
                "Joaquín",
                "cli",
                "He llamado al hotel: dos camareras de baja.",
            ),
        ],
        outbox=[
            delivery("team", DeliveryState.SENT, Reason.FIRST_STEP, sent_at=before(minutes=58)),
            delivery(
                "on_call", DeliveryState.SENT, Reason.CLIMBED, sent_at=before(minutes=43), attempts=2, step=1
            ),
            delivery(
                "lead_by_mail",
                DeliveryState.PENDING,
                Reason.CLIMBED,
                created_at=before(minutes=43),
                attempts=4,
                not_before=NOW + timedelta(minutes=4),
                error="mail.example.org did not answer within 30 seconds",
            ),
        ],
        untold=[
            Held(
                storm().id, "head_of_comms", 2, Reason.NOT_YET, before(minutes=43), NOW + timedelta(minutes=2)
            ),
            Held(storm().id, "night_desk", 3, Reason.HELD, before(minutes=58)),
        ],
        sources=[
            SourceHealth(
                SourceName("mastodon"),
                "ok",
                before(seconds=40),
                before(seconds=40),
                NOW + timedelta(minutes=4),
                posts=1_874,
            ),
            SourceHealth(
                SourceName("press"),
                "unreachable",
                before(minutes=2),
                before(minutes=51),
                NOW + timedelta(minutes=6),
                5,
                "press.example answers 503: trying again, ever more slowly",
                412,
                3,
            ),
            SourceHealth(
                SourceName("tripadvisor"),
                "parked",
                before(minutes=51),
                before(minutes=56),
                None,
                1,
                "TripAdvisor answers 401: the key is no longer good; put a new one into TRIPADVISOR_KEY",
                233,
            ),
            SourceHealth(
                SourceName("x"),
                "waiting",
                before(minutes=3),
                before(minutes=3),
                NOW + timedelta(minutes=9),
                0,
                "X asked to wait until 19:50",
                12_941,
            ),
        ],
        posts=POSTS,
        counts=counts,
        sizes=Overview(15_460, 16_022, 1, before(minutes=43)),
        read={SourceName("x"): (Span(before(hours=5), before(hours=2.6)), Span(before(hours=2.3), NOW))},
    )
    rules = (
        rule("equipaje", "Maletas perdidas en los traslados"),
        rule("limpieza", "Quejas de limpieza en los hoteles"),
        rule("overbooking", "Guests turned away at the desk", Status.TRIAL),
        rule("wifi", "Complaints about the wifi", Status.DRAFT),
    )
    pulse = {
        "poll": Beat(before(seconds=40), 1.83),
        "look": Beat(before(seconds=7), 0.012),
        "tell": Beat(before(seconds=7), 0.004, "mail.example.org did not answer within 30 seconds"),
        "watch": Beat(before(seconds=22), 0.001),
    }
    says = (
        "Ready, but TripAdvisor is stopped and press cannot be reached: there may be more than is seen here."
    )
    return FakeView(shelf, Book(rules=rules), (True, says), pulse)


@pytest.fixture
def view() -> FakeView:
    return evening()


@pytest.fixture
def knock(view: FakeView) -> Callable[..., httpx.AsyncClient]:
    """A browser at the door: `knock(caller=…, host=…)`."""

    def client(caller: str = "127.0.0.1", host: str = "localhost:8080") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(
            create_app(view, hosts=["sentinel.example"]), raise_app_exceptions=False, client=(caller, 50_000)
        )
        return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")

    return client


@pytest.fixture
async def web(knock: Callable[..., httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the machine itself."""
    async with _opened(knock()) as client:
        yield client


@asynccontextmanager
async def _opened(client: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    async with client:
        yield client

"""Posts, looks and pages made for the store's tests; what counts where follows from the text alone.

A text speaks of every brand that it names; it is a negative if it says `bad`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sentinel.model.incident import Incident, Peak, State
from sentinel.model.mention import Count, Counted, Mention, Score, SeriesKey, whole_stars
from sentinel.model.message import Delivery, DeliveryState, Message
from sentinel.model.notice import NoticeKind
from sentinel.model.post import Author, Engagement, Post, SourceName, Span
from sentinel.model.reading import Severity
from sentinel.store.contract import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sentinel.model.mention import Tally
    from sentinel.model.post import Cursor
    from sentinel.store.contract import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FEED = SourceName("press")
HOUR = timedelta(hours=1)
BRANDS = ("miramar", "acme")
PART = "part-1"
FIRST_MINUTE = int(NOON.timestamp()) // 60

Sums = dict[tuple[SeriesKey, str, int], tuple[int, int]]


def after(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def span(start: float, end: float) -> Span:
    """From so many minutes after noon to so many."""
    return Span(after(start), after(end))


def series(brand: str = "miramar", part: str = PART) -> SeriesKey:
    return SeriesKey("dirty-rooms", part, (("brand", brand),))


def post(
    name: str = "1", text: str = "miramar is bad", at: float = 0, seen: float | None = None, **more: Any
) -> Post:
    """A post published `at` and looked at at `seen` minutes after noon."""
    looked = at if seen is None else seen
    whole = {"source": "x", "author": Author(id=f"author-{name}"), **more}
    return Post(id=name, text=text, published_at=after(at), seen_at=after(looked), **whole)


def counts_of(one: Post, part: str = PART) -> tuple[Count, ...]:
    if one.deleted:
        return ()
    return tuple(
        Count(series(brand, part), "bad" in one.text, "says bad", whole_stars(one.stars))
        for brand in BRANDS
        if brand in one.text
    )


def look(one: Post, part: str = PART) -> Counted:
    """The post as the flow hands it over."""
    polarity = -0.7 if "bad" in one.text else 0.0
    score = Score("en", polarity, 0.9, "neg", 0.8, ("bad",), "words", "1")
    brands = () if one.deleted else tuple(brand for brand in BRANDS if brand in one.text)
    return Counted(one, tuple(Mention(one, brand, score) for brand in brands), counts_of(one, part))


def page(*posts: Post, cursor: Cursor | None = None, covered: Span | None = None) -> Batch:
    return Batch(FEED, [look(one) for one in posts], NOON, cursor, covered)


def sums(tallies: Iterable[Tally]) -> Sums:
    """Tallies as a table, those of one key added up."""
    spoken: Counter[tuple[SeriesKey, str, int]] = Counter()
    bad: Counter[tuple[SeriesKey, str, int]] = Counter()
    for tally in tallies:
        key = tally.series, tally.source, tally.minute
        spoken[key] += tally.mentions
        bad[key] += tally.negatives
    return {key: (spoken[key], bad[key]) for key in spoken if spoken[key] or bad[key]}


def sums_in(store: Store, part: str = PART) -> Sums:
    """All tallies that the store holds."""
    return sums(store.tallies(part, 0, 2**40))


def sums_of(posts: Iterable[Post]) -> Sums:
    """What the tallies of these posts must be, computed from nothing else."""
    spoken: Counter[tuple[SeriesKey, str, int]] = Counter()
    bad: Counter[tuple[SeriesKey, str, int]] = Counter()
    for one in posts:
        minute = int(one.published_at.timestamp()) // 60
        for count in counts_of(one):
            spoken[count.series, one.source, minute] += 1
            bad[count.series, one.source, minute] += count.negative
    return {key: (spoken[key], bad[key]) for key in spoken}


def posts_in(store: Store) -> list[Post]:
    """All posts that the store holds and that speak of a brand."""
    return [one for _, one, _ in store.mentions(NOON - timedelta(days=9999))]


def only(store: Store) -> Post:
    (one,) = posts_in(store)
    return one


def incident(name: str = "inc-1", version: int = 1, at: float = 0, state: State = State.OPEN) -> Incident:
    peak = Peak(41, 4.2, 33, after(at))
    return Incident(
        id=name,
        rule="dirty-rooms",
        brand="miramar",
        group=(("brand", "miramar"),),
        fingerprint=PART,
        state=state,
        severity=Severity.WARNING,
        formed_at=after(at),
        peak=peak,
        now=peak,
        why=("41 posts, usual 4",),
        version=version,
    )


def delivery(
    key: str, of: str = "inc-1", channel: str = "team", at: float = 0, not_before: float | None = None
) -> Delivery:
    message = Message(
        key=key,
        incident=of,
        kind=NoticeKind.OPENED,
        severity=Severity.WARNING,
        state=State.OPEN,
        headline="Hotel Miramar: 41 complaints",
        lines=("33 people",),
        facts=(("since", "12:00"),),
        quotes=(),
        why_told="you are the first step",
        plain="Hotel Miramar: 41 complaints",
        at=after(at),
    )
    return Delivery(
        key=key,
        incident=of,
        channel=channel,
        kind=NoticeKind.OPENED,
        step=0,
        marks=1,
        state=DeliveryState.PENDING,
        created_at=after(at),
        message=message,
        reason="the incident opened",
        not_before=None if not_before is None else after(not_before),
    )


def keys(deliveries: Sequence[Delivery]) -> list[str]:
    return [one.key for one in deliveries]


def numbers(**known: int | None) -> Engagement:
    return Engagement(**known)

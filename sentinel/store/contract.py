"""What every store promises.

- `keep` writes posts, mentions, counts, tallies, coverage and cursor in ONE transaction: a crash loses nothing and
  repeats nothing. It is idempotent by the post's (source, id): a newer look updates text, score and engagement and
  moves the tallies (out of the old series and minute, into the new); a look that says nothing new changes nothing.
- A look older than the newest one known changes nothing, in whatever order they come; this holds for a deletion that
  comes before its post was ever stored, too. (A look at a post that was never stored and speaks of no brand leaves no
  trace: an older one that spoke of a brand and comes later is kept. Most of what sources bring is of that kind.)
- `save` writes the outcome of a look (incidents, their log, messages due, what was held) in ONE transaction.
- Minutes are whole minutes since 1970-01-01T00:00Z, of the post's own time.
- Every write names the epoch of the lease it is made under, or None for a person's act and for rehearsals; a write
  under an epoch that is not the newest raises `Fenced` and changes nothing.
- All methods are synchronous and safe to call from several threads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from sentinel.model.incident import Act, Incident
    from sentinel.model.mention import Count, Counted, Mention, SeriesKey, Tally
    from sentinel.model.message import Delivery, Receipt
    from sentinel.model.notice import Held
    from sentinel.model.post import Cursor, Post, SourceName, Span

Epoch = NewType("Epoch", int)
"""Grows with every change of hands of a lease."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What `keep` takes: one page, matched, scored and counted. `feed` is the configured source it came from."""

    feed: SourceName
    counted: Sequence[Counted]
    at: datetime
    cursor: Cursor | None = None
    covered: Span | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What `keep` did: posts `new`, `changed`, `unchanged`, `gone` (deleted or no longer about any brand)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    deltas: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Posts behind a window of a series, negatives only.

    `first` is the earliest, `loudest` by shares, then likes, replies, followers (unknown last), `sources` how many
    from each site (most first), `authors` how many distinct voices (as `Store.voices`).
    """

    first: Post | None
    loudest: tuple[Post, ...]
    sources: tuple[tuple[str, int], ...]
    authors: int
    negatives: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `save` takes. Each incident's `version` must be one more than the stored one, else `Conflict`.

    `looked_until` moves the mark up to which the rules have been judged; `dropped_keys` are outbox rows that are no
    longer to be sent.
    """

    incidents: Sequence[Incident] = ()
    acts: Sequence[Act] = ()
    deliveries: Sequence[Delivery] = ()
    held: Sequence[Held] = ()
    looked_until: datetime | None = None
    skipped_keys: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares; stored so that `sentinel status` can tell beside the running service.

    `state` is `ok`, `quiet` (read without trouble, but it says nothing), `waiting` (throttled), `unreachable`, `parked`
    or `new`. `newest` is when the newest post that it ever brought was published, whatever that spoke of.
    """

    source: SourceName
    state: str
    at: datetime
    last_ok: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    says: str = ""
    posts: int = 0
    skipped: int = 0
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it stands: who holds what until when."""

    what: str
    holder: str
    epoch: Epoch
    until: datetime


class Conflict(Exception):
    """An incident was changed by somebody else meanwhile: read it again and decide again."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Sizes for status and metrics."""

    posts: int = 0
    mentions: int = 0
    outbox_waiting: int = 0
    oldest_waiting: datetime | None = None
    schema: str = ""
    extra: Mapping[str, int] = field(default_factory=dict)


class Store(Protocol):
    """Where everything is kept."""

    # leases
    def lease(self, what: str, holder: str, ttl: timedelta, at: datetime) -> Epoch | None:
        """Take or renew; None if another holder's lease still runs. A change of hands raises the epoch."""
        ...

    def release(self, what: str, holder: str) -> None:
        """Give it back at once (clean shutdown)."""
        ...

    def holder(self, what: str) -> Lease | None:
        """Who holds it, if anybody ever did."""
        ...

    # posts in
    def keep(self, batch: Batch, epoch: Epoch | None = None) -> Kept:
        """One page, one transaction."""
        ...

    def cursor(self, feed: SourceName) -> Cursor | None:
        """Where this source stands."""
        ...

    def coverage(self, span: Span) -> dict[SourceName, tuple[Span, ...]]:
        """Which parts of `span` each source has wholly read; merged, in order, cut to `span`."""
        ...

    # counts out
    def tallies(
        self, fingerprint: str, since_minute: int, until_minute: int, step: int = 1
    ) -> Iterator[Tally]:
        """Tallies of a rule's counting part in [since, until), summed over `step` minutes (the step's first minute)."""
        ...

    def volumes(self, fingerprint: str, since_minute: int, until_minute: int) -> dict[tuple[str, int], int]:
        """Mentions that a counting part counted in [since, until), by site and day since 1970: weights of sources."""
        ...

    def fingerprints(self) -> dict[str, datetime]:
        """Counting parts whose past has been counted, and since when their counts reach."""
        ...

    def adopt(self, fingerprint: str, tallies: Iterable[Tally], since: datetime) -> None:
        """Take counts as given history (a recount under a new counting part, or a rehearsal's past): replaces them."""
        ...

    def mentions(
        self, since: datetime, after: int = 0, limit: int = 1000
    ) -> Sequence[tuple[int, Post, tuple[Mention, ...]]]:
        """Stored posts published since, with row numbers to page on by, for a recount under changed rules."""
        ...

    def recount(
        self, fingerprint: str, rows: Sequence[tuple[int, Sequence[Count]]], epoch: Epoch | None = None
    ) -> None:
        """Add counts of stored posts (row number, counts) to a counting part; with tallies; idempotent."""
        ...

    def reaches(self, fingerprint: str, since: datetime, epoch: Epoch | None = None) -> None:
        """Note that a counting part's past has been counted back to `since`: said after the last `recount`."""
        ...

    def retain(self, fingerprints: Collection[str], epoch: Epoch | None = None) -> None:
        """Forget all counts of other counting parts: they no longer grow, so they must not be taken for a past."""
        ...

    def voices(self, series: SeriesKey, span: Span) -> int:
        """Distinct authors of the negatives published in `span`; those count as one who by `Post.said` may be one hand.

        Reads that span alone. One account is one voice however much it posts, and another one on another site.
        """
        ...

    def evidence(self, series: SeriesKey, span: Span, limit: int = 3) -> Evidence:
        """The posts behind a window."""
        ...

    # incidents
    def incidents(self, *, live: bool | None = None, limit: int = 100) -> Sequence[Incident]:
        """Newest first; `live` True only those going on, False only ended ones, None all."""
        ...

    def incident(self, incident_id: str) -> Incident | None:
        """By id, or by an unambiguous beginning of it."""
        ...

    def acts(self, incident_id: str) -> Sequence[Act]:
        """Its log, oldest first."""
        ...

    def held(self, incident_id: str) -> Sequence[Held]:
        """Who was last not told, and why."""
        ...

    def save(self, outcome: Outcome, epoch: Epoch | None = None) -> None:
        """The outcome of a look or of a person's act, one transaction. Raises `Conflict`, `Fenced`."""
        ...

    def looked_until(self) -> datetime | None:
        """Up to when the rules have been judged."""
        ...

    def unjudged_since(self) -> int | None:
        """The earliest minute whose counts `keep` has moved since a `save` last moved `looked_until`; None: none."""
        ...

    # messages out
    def deliveries(self, incident_id: str) -> Sequence[Delivery]:
        """All outbox rows of an incident, oldest first."""
        ...

    def due(self, at: datetime, limit: int = 100, besides: Collection[str] = ()) -> Sequence[Delivery]:
        """Rows to send now (`pending`, or `sending` left by a crash), oldest first, none before its `not_before`.

        Rows of the channels named by `besides` are left out, so that they cannot fill the answer up.
        """
        ...

    def sending(self, key: str, at: datetime, epoch: Epoch | None = None) -> None:
        """Committed before the call goes out: the row is `sending`, its attempts grow.

        Raises `Conflict` when it is no longer to be sent (skipped meanwhile, or sent): then do not call.
        """
        ...

    def sent(self, key: str, receipt: Receipt, at: datetime, epoch: Epoch | None = None) -> None:
        """The receipt, after the call."""
        ...

    def postpone(self, key: str, until: datetime, error: str, epoch: Epoch | None = None) -> None:
        """Not now: the row is `pending` again, not before `until`."""
        ...

    def fail(self, key: str, error: str, epoch: Epoch | None = None) -> None:
        """Never: the channel refused for good."""
        ...

    # health
    def note(self, health: SourceHealth) -> None:
        """How a source fares now."""
        ...

    def health(self) -> Sequence[SourceHealth]:
        """All sources, by name."""
        ...

    def overview(self) -> Overview:
        """Sizes for status and metrics."""
        ...

    def ping(self) -> None:
        """Raises `StoreBroken` when it cannot be read and written."""
        ...

    def close(self) -> None:
        """Let go of connections; safe to call twice."""
        ...

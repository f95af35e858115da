"""The store: each method opens one door (a view, or a transaction) and asks the file that knows those tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.store import (
    condition,
    coverage,
    evidence,
    incidents,
    leases,
    marks,
    outbox,
    past,
    taking_in,
    unjudged,
    volumes,
)
from sentinel.store.marks import Mark
from sentinel.store.series import SeriesNumbers
from sentinel.store.written import micros, moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

    from sentinel.model.incident import Act, Incident
    from sentinel.model.mention import Count, Mention, SeriesKey, Tally
    from sentinel.model.message import Delivery, Receipt
    from sentinel.model.notice import Held
    from sentinel.model.post import Cursor, Post, SourceName, Span
    from sentinel.store.contract import (
        Batch,
        Epoch,
        Evidence,
        Kept,
        Lease,
        Outcome,
        Overview,
        SourceHealth,
    )
    from sentinel.store.doors import Doors

_SERIES_AT_ONCE = 50
"""Tallies are read so many series at a time: what memory holds does not grow with the number of series."""


class SqlStore:
    """`sentinel.store.contract.Store` on SQLite or PostgreSQL; made by `open_store`, promises as written there."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._numbers = SeriesNumbers()

    # leases

    def lease(self, what: str, holder: str, ttl: timedelta, at: datetime) -> Epoch | None:
        """Take or renew; None if another holder's lease still runs."""
        with self._doors.writing() as conn:
            return leases.take(conn, what, holder, ttl, at)

    def release(self, what: str, holder: str) -> None:
        """Give it back at once: whoever takes it next gets a new epoch."""
        with self._doors.writing() as conn:
            leases.release(conn, what, holder)

    def holder(self, what: str) -> Lease | None:
        """Who holds it, or held it last; given back, its `until` is 1970."""
        with self._doors.reading() as conn:
            return leases.holder(conn, what)

    # posts in

    def keep(self, batch: Batch, epoch: Epoch | None = None) -> Kept:
        """One page, one transaction."""
        with self._doors.writing(epoch) as conn:
            kept = taking_in.keep(conn, batch, self._numbers)
            unjudged.moved(conn, kept.deltas)
            return kept

    def cursor(self, feed: SourceName) -> Cursor | None:
        """Where this source stands."""
        with self._doors.reading() as conn:
            return coverage.cursor(conn, feed)

    def coverage(self, span: Span) -> dict[SourceName, tuple[Span, ...]]:
        """Which parts of `span` each source has wholly read; sources that read none are left out."""
        with self._doors.reading() as conn:
            return coverage.covered(conn, span)

    # counts out

    def tallies(
        self, fingerprint: str, since_minute: int, until_minute: int, step: int = 1
    ) -> Iterator[Tally]:
        """Tallies of a counting part in [since, until), series by series; steps are counted from `since_minute`."""
        with self._doors.reading() as conn:
            part = list(self._numbers.part(conn, fingerprint).items())
        for start in range(0, len(part), _SERIES_AT_ONCE):
            some = dict(part[start : start + _SERIES_AT_ONCE])
            with self._doors.reading() as conn:
                found = past.tallies_of(conn, some, since_minute, until_minute, step)
            yield from found

    def volumes(self, fingerprint: str, since_minute: int, until_minute: int) -> dict[tuple[str, int], int]:
        """Mentions that a counting part counted, by site and day since 1970."""
        with self._doors.reading() as conn:
            return volumes.volumes(conn, fingerprint, since_minute, until_minute)

    def fingerprints(self) -> dict[str, datetime]:
        """Counting parts whose past has been counted, and since when their counts reach."""
        with self._doors.reading() as conn:
            return past.known_parts(conn)

    def adopt(self, fingerprint: str, tallies: Iterable[Tally], since: datetime) -> None:
        """Put these in the place of all that was counted under this part, single posts' counts included."""
        given = list(tallies)  # it may be read from this very store, which is about to be locked
        with self._doors.writing() as conn:
            past.adopt(conn, fingerprint, given, since, self._numbers)

    def mentions(
        self, since: datetime, after: int = 0, limit: int = 1000
    ) -> Sequence[tuple[int, Post, tuple[Mention, ...]]]:
        """Stored posts that speak of brands, in the order of their row numbers."""
        with self._doors.reading() as conn:
            return past.stored_mentions(conn, since, after, limit)

    def recount(
        self, fingerprint: str, rows: Sequence[tuple[int, Sequence[Count]]], epoch: Epoch | None = None
    ) -> None:
        """These posts count as told under this part; posts that are gone meanwhile do not."""
        with self._doors.writing(epoch) as conn:
            past.recount(conn, fingerprint, rows, self._numbers)

    def reaches(self, fingerprint: str, since: datetime, epoch: Epoch | None = None) -> None:
        """Note that a counting part's past has been counted back to `since`."""
        with self._doors.writing(epoch) as conn:
            past.reaches(conn, fingerprint, since)

    def retain(self, fingerprints: Collection[str], epoch: Epoch | None = None) -> None:
        """Forget all counts of other counting parts."""
        with self._doors.writing(epoch) as conn:
            past.retain(conn, fingerprints)

    def voices(self, series: SeriesKey, span: Span) -> int:
        """Distinct authors of the negatives in the minutes that `span` touches."""
        with self._doors.reading() as conn:
            return evidence.voices(conn, series, span)

    def evidence(self, series: SeriesKey, span: Span, limit: int = 3) -> Evidence:
        """The posts behind the minutes that `span` touches."""
        with self._doors.reading() as conn:
            return evidence.evidence(conn, series, span, limit)

    # incidents

    def incidents(self, *, live: bool | None = None, limit: int = 100) -> Sequence[Incident]:
        """Newest first; `live` True only those going on, False only ended ones, None all."""
        with self._doors.reading() as conn:
            return incidents.newest(conn, live, limit)

    def incident(self, incident_id: str) -> Incident | None:
        """By id, or by a beginning that only one id has."""
        with self._doors.reading() as conn:
            return incidents.find(conn, incident_id)

    def acts(self, incident_id: str) -> Sequence[Act]:
        """Its log, oldest first."""
        with self._doors.reading() as conn:
            return incidents.log_of(conn, incident_id)

    def held(self, incident_id: str) -> Sequence[Held]:
        """Who was last not told, and why; one a channel and step."""
        with self._doors.reading() as conn:
            return incidents.held_of(conn, incident_id)

    def save(self, outcome: Outcome, epoch: Epoch | None = None) -> None:
        """The outcome of a look or of a person's act, one transaction. Raises `Conflict`, `Fenced`."""
        with self._doors.writing(epoch) as conn:
            for incident in outcome.incidents:
                incidents.write(conn, incident)
            for act in outcome.acts:
                incidents.log(conn, act)
            for one in outcome.held:
                incidents.hold(conn, one)
            for delivery in outcome.deliveries:
                outbox.put_out(conn, delivery)
            for key, why in outcome.skipped_keys:
                outbox.skip(conn, key, why)
            if outcome.looked_until is not None:
                marks.write(conn, Mark.LOOKED_UNTIL, micros(outcome.looked_until))
                unjudged.judged(conn)

    def looked_until(self) -> datetime | None:
        """Up to when the rules have been judged."""
        with self._doors.reading() as conn:
            return moment(marks.read(conn, Mark.LOOKED_UNTIL))

    def unjudged_since(self) -> int | None:
        """The earliest minute whose counts have moved since the rules were last judged."""
        with self._doors.reading() as conn:
            return unjudged.since(conn)

    # messages out

    def deliveries(self, incident_id: str) -> Sequence[Delivery]:
        """All outbox rows of an incident, oldest first."""
        with self._doors.reading() as conn:
            return outbox.of_incident(conn, incident_id)

    def due(self, at: datetime, limit: int = 100, besides: Collection[str] = ()) -> Sequence[Delivery]:
        """Rows to send now, oldest first; none behind an older unsent one of its incident and channel."""
        with self._doors.reading() as conn:
            return outbox.due(conn, at, limit, besides)

    def sending(self, key: str, at: datetime, epoch: Epoch | None = None) -> None:
        """Committed before the call goes out. Raises `Conflict` when it is no longer to be sent."""
        with self._doors.writing(epoch) as conn:
            outbox.sending(conn, key, at)

    def sent(self, key: str, receipt: Receipt, at: datetime, epoch: Epoch | None = None) -> None:
        """The receipt, after the call."""
        with self._doors.writing(epoch) as conn:
            outbox.sent(conn, key, receipt, at)

    def postpone(self, key: str, until: datetime, error: str, epoch: Epoch | None = None) -> None:
        """Not now: the row is `pending` again, not before `until`."""
        with self._doors.writing(epoch) as conn:
            outbox.postpone(conn, key, until, error)

    def fail(self, key: str, error: str, epoch: Epoch | None = None) -> None:
        """Never: the channel refused for good."""
        with self._doors.writing(epoch) as conn:
            outbox.fail(conn, key, error)

    # health

    def note(self, health: SourceHealth) -> None:
        """How a source fares now."""
        with self._doors.writing() as conn:
            condition.note(conn, health)

    def health(self) -> Sequence[SourceHealth]:
        """All sources, by name."""
        with self._doors.reading() as conn:
            return condition.noted(conn)

    def overview(self) -> Overview:
        """Sizes for status and metrics."""
        with self._doors.reading() as conn:
            return condition.overview(conn)

    def ping(self) -> None:
        """Raises `StoreBroken` when it cannot be read and written."""
        with self._doors.writing() as conn:
            condition.ping(conn)

    def close(self) -> None:
        """Let go of connections; safe to call twice."""
        self._doors.close()

"""THE FLOW. Read this file first.

    take_in   a page of posts  → what was made of it, in one transaction
    look      all rules, now   → incidents moved, messages due, in one transaction
    tell      messages due     → sent, with receipts

The service calls these on the real clock; replay, backtest and the examples in rule files call the same ones on a
stepped clock. All memory that matters is in the store: the panels here are built from it and can be built again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.decide import decide
from sentinel.detect.attention import clamp
from sentinel.detect.coverage import Seen, epoch_minute, minute_time, union
from sentinel.detect.lookout import Lookout
from sentinel.detect.moments import LONGEST, Sight, moments
from sentinel.model.mention import SeriesKey
from sentinel.model.post import Span
from sentinel.respond.incident import advance, close
from sentinel.store.contract import Batch, Conflict, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.decide import Decision
    from sentinel.detect.attention import Attention
    from sentinel.model.incident import Act, ActKind, Incident
    from sentinel.model.mention import Tally
    from sentinel.model.message import Delivery
    from sentinel.model.notice import Held
    from sentinel.model.post import Page, SourceName
    from sentinel.model.reading import Signal
    from sentinel.outbox import Outbox, Sent
    from sentinel.rulebook.types import Book
    from sentinel.store.contract import Epoch, Kept, Store

_MINUTE = timedelta(minutes=1)
_SEEN_FOR = timedelta(hours=1)
"""So long may a reading of the coverage be used while no source has claimed more."""
_TRIES = 3


def no_epoch() -> Epoch | None:
    """The epoch of a rehearsal or of a person's act: none."""
    return None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: what happened to incidents, which messages are now due, how many incidents go on."""

    acts: tuple[Act, ...] = ()
    incidents: tuple[Incident, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    held: tuple[Held, ...] = ()
    live: int = 0


@dataclass(slots=True)
class _Memory:
    """What a look leaves for the next one; a look that could not be saved leaves nothing.

    `looked` is the last moment that was judged, `sights` how far each rule's eyes have been open, `settled` with which
    revision, and until when, an incident without news need not be asked about again.
    """

    looked: datetime | None
    sights: dict[str, Sight] = field(default_factory=dict)
    settled: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)


class Flow:
    """One book of rules at work on one store. A reload makes a new flow; nothing is lost with the old one."""

    def __init__(  # noqa: PLR0913  # the seams of the whole, each named
        self,
        *,
        book: Book,
        attention: Attention,
        store: Store,
        outbox: Outbox,
        kinds: Mapping[str, str],
        at: datetime,
        epoch: Callable[[], Epoch | None] = no_epoch,
    ) -> None:
        self.book = book
        self.attention = attention
        self.store = store
        self._kinds = kinds
        self._epoch = epoch
        self._outbox = outbox
        self._memory = _Memory(store.looked_until())
        self._saved: datetime | None = None
        self._seen: dict[str, Seen] = {}
        self._seen_at: datetime | None = None
        self.lookouts = tuple(Lookout(counting, at) for counting in attention.countings)
        self._fill_panels(epoch_minute(at) + 1)

    def _fill_panels(self, until: int) -> None:
        for lookout in self.lookouts:
            tallies = self.store.tallies(lookout.counting.fingerprint, lookout.reach, until)
            lookout.add(tallies)

    # ── in ──────────────────────────────────────────────────────────────────────────────────────────────

    def take_in(self, feed: SourceName, page: Page, at: datetime) -> Kept:
        """Match, score, count and keep one page: posts, tallies, coverage and cursor in one transaction."""
        counted = self.attention.counted([clamp(post, at) for post in page.posts])
        batch = Batch(feed, counted, at, page.cursor, page.covered)
        kept = self.store.keep(batch, self._epoch())
        moved: dict[str, list[Tally]] = {}
        for tally in kept.deltas:
            moved.setdefault(tally.series.fingerprint, []).append(tally)
        for lookout in self.lookouts:
            lookout.add(moved.get(lookout.counting.fingerprint, ()))
        if page.covered is not None:
            self._seen_at = None
        return kept

    # ── look ────────────────────────────────────────────────────────────────────────────────────────────

    def look(self, at: datetime) -> Looked:
        """Judge every rule up to `at`, minute by minute where minutes were missed, and decide who is told.

        Whoever is told is told once, of how it stands at `at`: what happened meanwhile is one summary.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._look(at)
            except Conflict:  # a person acted in between: decide again with what they did
                continue
        return self._look(at)

    def _look(self, at: datetime) -> Looked:
        before = {incident.id: incident for incident in self.store.incidents(live=True, limit=100_000)}
        after = dict(before)
        memory = _Memory(at)
        acts = sorted(self._judged(after, at, memory), key=lambda act: act.at)
        acts += _orphans(after, self.book, at)
        _note_late_openings(before, after, at)
        changed = [after[key] for key in after if after[key] != before.get(key)]
        decisions = self._decisions(after.values(), acts, at, memory)
        looked = Looked(
            acts=tuple(acts),
            incidents=tuple(replace(incident, version=incident.version + 1) for incident in changed),
            deliveries=tuple(row for decision in decisions for row in decision.deliveries),
            held=tuple(held for decision in decisions for held in decision.held),
            live=sum(incident.state.live for incident in after.values()),
        )
        self._save(looked, at)
        self._memory = memory
        return looked

    def _save(self, looked: Looked, at: datetime) -> None:
        """Write what came of it. A look that came to nothing moves the mark once a minute: judging again is harmless."""
        news = looked.acts or looked.incidents or looked.deliveries or looked.held
        if news or self._saved is None or at - self._saved >= _MINUTE:
            outcome = Outcome(looked.incidents, looked.acts, looked.deliveries, looked.held, at)
            self.store.save(outcome, self._epoch())
            self._saved = at

    def _judged(self, incidents: dict[str, Incident], at: datetime, memory: _Memory) -> Iterator[Act]:
        """Every rule at all its moments up to `at`: incidents are replaced by what has become of them."""
        covered = self._covered(at)
        for lookout in self.lookouts:
            seen = covered[lookout.rule.id]
            sight = self._sight(lookout, seen)
            since = sight.back_to(seen, lookout.window, self._memory.looked)
            ended = self._ended(lookout, since)
            for moment in moments(since, at):
                yield from self._judge(lookout, moment, incidents, seen, ended)
            memory.sights[lookout.rule.id] = sight.onwards(seen, lookout.window, at)

    def _sight(self, lookout: Lookout, seen: Seen) -> Sight:
        known = self._memory.sights.get(lookout.rule.id)
        return known or Sight.at_start(seen, lookout.window, self._memory.looked)

    def _ended(self, lookout: Lookout, since: datetime | None) -> dict[SeriesKey, datetime]:
        """Until when each series had an incident that has ended: going back must not open it again."""
        if since is None or since == self._memory.looked:
            return {}
        mark = lookout.counting.fingerprint
        return {
            SeriesKey(one.rule, mark, one.group): one.closed_at
            for one in reversed(self.store.incidents(live=False, limit=1000))
            if one.rule == lookout.rule.id and one.closed_at is not None and one.closed_at > since
        }

    def _judge(
        self,
        lookout: Lookout,
        at: datetime,
        incidents: dict[str, Incident],
        covered: Seen,
        ended: Mapping[SeriesKey, datetime],
    ) -> Iterator[Act]:
        """One rule at one moment."""
        rule = lookout.rule
        mark = lookout.counting.fingerprint
        live = {
            SeriesKey(rule.id, mark, incident.group): replace(incident, fingerprint=mark)
            for incident in incidents.values()
            if incident.rule == rule.id and incident.state.live
        }
        for signal in lookout.signals(at, covered, live.keys(), self.store.voices):
            series = signal.reading.series
            if series in ended and at <= ended[series]:
                continue
            change = advance(live.get(series), signal, rule)
            if change is not None:
                incidents[change[0].id] = change[0]
                yield from change[1]

    def _decisions(
        self, incidents: Iterable[Incident], acts: Sequence[Act], at: datetime, memory: _Memory
    ) -> list[Decision]:
        """Who is told of what. An incident without news is not asked about before its next rung, reminder or morning."""
        news: defaultdict[str, set[ActKind]] = defaultdict(set)
        for act in acts:
            news[act.incident].add(act.kind)
        decisions = []
        for incident in incidents:
            revision, again = settled = self._memory.settled.get(incident.id, (-1, None))
            if not news[incident.id] and incident.revision == revision and (again is None or at < again):
                memory.settled[incident.id] = settled
                continue
            decision = self._decide(incident, news[incident.id], at)
            decisions.append(decision)
            if incident.state.live:
                again = at if decision.deliveries else decision.again
                memory.settled[incident.id] = (incident.revision, again)
        return decisions

    def _decide(self, incident: Incident, news: AbstractSet[ActKind], at: datetime) -> Decision:
        return decide(self.store, self.book, incident, news, at, self._outbox.channels)

    def _covered(self, at: datetime) -> dict[str, Seen]:
        """For each rule, the time that at least one of the sources it watches was really read."""
        if self._seen_at is None or at - self._seen_at > _SEEN_FOR:
            reaches = [minute_time(lookout.reach) for lookout in self.lookouts]
            spans = self.store.coverage(Span(min([*reaches, at - LONGEST]), at + _SEEN_FOR * 2))
            self._seen = {lookout.rule.id: self._watched(lookout, spans) for lookout in self.lookouts}
            self._seen_at = at
        return self._seen

    def _watched(self, lookout: Lookout, spans: Mapping[SourceName, Sequence[Span]]) -> Seen:
        watches = lookout.counting.watches_feed
        read = union(
            span
            for feed, feed_spans in spans.items()
            if watches(feed, self._kinds.get(feed, ""))
            for span in feed_spans
        )
        return Seen(tuple(read))

    def signals(self, rule_id: str, at: datetime) -> list[Signal]:
        """How a rule judges each of its series at `at`, changing nothing: for `explain` and failing examples."""
        covered = self._covered(at)
        return [
            signal
            for lookout in self.lookouts
            if lookout.rule.id == rule_id
            for signal in lookout.signals(at, covered[rule_id], lookout.series(), self.store.voices)
        ]

    # ── out ─────────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, at: datetime) -> list[Sent]:
        """Send what is due, with receipts. Another round may be begun while one hangs on a channel."""
        return await self._outbox.send_due(at)


def _orphans(incidents: dict[str, Incident], book: Book, at: datetime) -> Iterable[Act]:
    """End the incidents of rules that judge no more: removed, retired or a draft again."""
    acts: list[Act] = []
    for incident in list(incidents.values()):
        rule = book.rule(incident.rule)
        if incident.state.live and (rule is None or not rule.status.judges):
            incidents[incident.id], more = close(incident, at, text="its rule was removed or retired")
            acts += more
    return acts


def _note_late_openings(before: Mapping[str, Incident], after: dict[str, Incident], at: datetime) -> None:
    """What turns out to have opened a while ago opens now: nobody could take it on before, so no rung's turn has passed."""
    for incident in list(after.values()):
        known = before.get(incident.id)
        opened = incident.opened_at if known is None or known.opened_at is None else None
        if opened is not None and incident.state.live and at - opened > _MINUTE:
            after[incident.id] = replace(incident, opened_at=at)

"""THE FLOW. Read this file first.

    take_in   a page of posts  → what was made of it, in one transaction
    look      all rules, now   → incidents moved, messages due, in one transaction
    tell      messages due     → sent, with receipts

The service calls these on the real clock; replay, backtest and the examples in rule files call the same ones on a
stepped clock. All memory that matters is in the store: the panels here are built from it and can be built again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.detect.attention import clamp
from sentinel.detect.coverage import epoch_minute, minute_time, union
from sentinel.detect.judge import judge
from sentinel.detect.lookout import Lookout
from sentinel.model.incident import ActKind, Incident, State
from sentinel.model.mention import SeriesKey
from sentinel.model.message import Delivery, DeliveryState
from sentinel.model.notice import Notice, NoticeKind
from sentinel.model.post import Span
from sentinel.outbox import Outbox
from sentinel.respond.incident import advance, close
from sentinel.respond.ladder import Case, due
from sentinel.respond.wording import Story, word
from sentinel.store.contract import Batch, Conflict, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.detect.attention import Attention
    from sentinel.detect.panel import Delta
    from sentinel.model.incident import Act
    from sentinel.model.notice import Held
    from sentinel.model.post import Page, SourceName
    from sentinel.model.reading import Signal
    from sentinel.outbox import Sent
    from sentinel.rulebook.types import Book, Rule
    from sentinel.store.contract import Epoch, Kept, Store

_MINUTE = timedelta(minutes=1)
_LONGEST_CATCH_UP = timedelta(days=1)
_SEEN_FOR = timedelta(hours=1)
"""So long may a reading of the coverage be used while no source has claimed more."""
_RECOUNT_PAGE = 1000
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


class Flow:
    """One book of rules at work on one store. A reload makes a new flow; nothing is lost with the old one."""

    def __init__(  # noqa: PLR0913  # the seams of the whole, each named
        self,
        *,
        book: Book,
        attention: Attention,
        store: Store,
        channels: Mapping[str, Channel],
        kinds: Mapping[str, str],
        at: datetime,
        epoch: Callable[[], Epoch | None] = no_epoch,
    ) -> None:
        self.book = book
        self.attention = attention
        self.store = store
        self._kinds = kinds
        self._epoch = epoch
        self._outbox = Outbox(store, channels, epoch)
        self._looked = store.looked_until()
        self._saved: datetime | None = None
        self._seen: dict[str, list[tuple[float, float]]] = {}
        self._seen_at: datetime | None = None
        self._settled: dict[str, tuple[int, datetime | None]] = {}
        self.lookouts = tuple(Lookout(counting, at) for counting in attention.countings)
        self._load(at)

    # ── in ──────────────────────────────────────────────────────────────────────────────────────────────

    def take_in(self, feed: SourceName, page: Page, at: datetime) -> Kept:
        """Match, score, count and keep one page: posts, tallies, coverage and cursor in one transaction."""
        counted = self.attention.counted([clamp(post, at) for post in page.posts])
        batch = Batch(feed, counted, at, page.cursor, page.covered)
        kept = self.store.keep(batch, self._epoch())
        moved: dict[str, list[Delta]] = {}
        for tally in kept.deltas:
            delta = (tally.series, tally.minute, tally.negatives)
            moved.setdefault(tally.series.fingerprint, []).append(delta)
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
        acts: list[Act] = []
        covered = self._covered(at)
        for moment in _moments(self._looked, at):
            for lookout in self.lookouts:
                acts += self._judge(lookout, moment, after, covered[lookout.rule.id])
        acts += _orphans(after, self.book, at)
        changed = [after[key] for key in after if after[key] != before.get(key)]
        due_now = [self._due(incident, acts, at) for incident in after.values()]
        looked = Looked(
            acts=tuple(acts),
            incidents=tuple(replace(incident, version=incident.version + 1) for incident in changed),
            deliveries=tuple(row for rows, _ in due_now for row in rows),
            held=tuple(held for _, rows in due_now for held in rows),
            live=sum(incident.state.live for incident in after.values()),
        )
        self._save(looked, at)
        return looked

    def _save(self, looked: Looked, at: datetime) -> None:
        """Write what came of it. A look that came to nothing moves the mark once a minute: judging again is harmless."""
        news = looked.acts or looked.incidents or looked.deliveries or looked.held
        if news or self._saved is None or at - self._saved >= _MINUTE:
            outcome = Outcome(looked.incidents, looked.acts, looked.deliveries, looked.held, at)
            self.store.save(outcome, self._epoch())
            self._saved = at
        self._looked = at

    def _judge(
        self,
        lookout: Lookout,
        at: datetime,
        incidents: dict[str, Incident],
        covered: Sequence[tuple[float, float]],
    ) -> Iterator[Act]:
        """One rule at one moment: incidents are replaced by what has become of them."""
        rule = lookout.rule
        mark = lookout.counting.fingerprint
        live = {
            SeriesKey(rule.id, mark, incident.group): replace(incident, fingerprint=mark)
            for incident in incidents.values()
            if incident.rule == rule.id and incident.state.live
        }
        for reading in lookout.readings(at, covered, live.keys()):
            enough = reading.negatives >= rule.spike.at_least
            span = Span(at - reading.window, at)
            voices = self.store.voices(reading.series, span) if enough else None
            signal: Signal = judge(rule, replace(reading, authors=voices))
            change = advance(live.get(reading.series), signal, rule)
            if change is not None:
                incidents[change[0].id] = change[0]
                yield from change[1]

    def _due(
        self, incident: Incident, acts: Sequence[Act], at: datetime
    ) -> tuple[list[Delivery], list[Held]]:
        """The messages now due for an incident, in words; and who is not told, where that is news.

        An incident of which nothing changed is not asked about again before its next rung, reminder or morning.
        """
        news = frozenset(act.kind for act in acts if act.incident == incident.id)
        revision, again = self._settled.get(incident.id, (-1, None))
        if not news and incident.revision == revision and (again is None or at < again):
            return [], []
        decision = decide(self.store, self.book, incident, news, at, self._outbox.channels)
        self._settled[incident.id] = (incident.revision, at if decision.deliveries else decision.again)
        if not incident.state.live:
            self._settled.pop(incident.id)
        return decision.deliveries, decision.held

    def _covered(self, at: datetime) -> dict[str, list[tuple[float, float]]]:
        """For each rule, the time that at least one of the sources it watches was really read."""
        if self._seen_at is None or at - self._seen_at > _SEEN_FOR:
            reaches = [minute_time(lookout.reach) for lookout in self.lookouts]
            spans = self.store.coverage(Span(min([*reaches, at - _LONGEST_CATCH_UP]), at + _SEEN_FOR * 2))
            self._seen = {lookout.rule.id: self._watched(lookout, spans) for lookout in self.lookouts}
            self._seen_at = at
        return self._seen

    def _watched(
        self, lookout: Lookout, spans: Mapping[SourceName, Sequence[Span]]
    ) -> list[tuple[float, float]]:
        watches = lookout.counting.watches_feed
        return union(
            span
            for feed, feed_spans in spans.items()
            if watches(feed, self._kinds.get(feed, ""))
            for span in feed_spans
        )

    def signals(self, rule_id: str, at: datetime) -> list[Signal]:
        """How a rule judges each of its series at `at`, changing nothing: for `explain` and failing examples."""
        covered = self._covered(at)
        found = []
        for lookout in self.lookouts:
            if lookout.rule.id != rule_id:
                continue
            everything = set(lookout.panel.rows)
            for reading in lookout.readings(at, covered[rule_id], everything):
                voices = self.store.voices(reading.series, Span(at - reading.window, at))
                found.append(judge(lookout.rule, replace(reading, authors=voices)))
        return found

    # ── out ─────────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, at: datetime) -> list[Sent]:
        """Send what is due, with receipts."""
        return await self._outbox.send_due(at)

    # ── start ───────────────────────────────────────────────────────────────────────────────────────────

    def _load(self, at: datetime) -> None:
        """Fill the panels from the store; count stored posts anew for rules whose counting part is new."""
        marks = {lookout.counting.fingerprint for lookout in self.lookouts}
        self.store.retain(marks, self._epoch())
        if new := marks - self.store.fingerprints().keys():
            self._recount(new)
        until = epoch_minute(at) + 1
        for lookout in self.lookouts:
            tallies = self.store.tallies(lookout.counting.fingerprint, lookout.reach, until)
            lookout.add((tally.series, tally.minute, tally.negatives) for tally in tallies)

    def _recount(self, fingerprints: set[str]) -> None:
        since = minute_time(min(lookout.reach for lookout in self.lookouts))
        after = 0
        while rows := self.store.mentions(since, after, _RECOUNT_PAGE):
            counted = [(row, self.attention.recount(post, mentions)) for row, post, mentions in rows]
            for fingerprint in fingerprints:
                mine = [
                    (row, [count for count in counts if count.series.fingerprint == fingerprint])
                    for row, counts in counted
                ]
                self.store.recount(fingerprint, [pair for pair in mine if pair[1]], self._epoch())
            after = rows[-1][0]
        for fingerprint in fingerprints:
            self.store.reaches(fingerprint, since, self._epoch())


@dataclass(frozen=True, slots=True)
class Decision:
    """Messages due, ready to be saved; who is not told, where that is news; when to ask again without news."""

    deliveries: list[Delivery]
    held: list[Held]
    again: datetime | None = None


def decide(  # noqa: PLR0913, PLR0917  # what a decision about one incident rests on
    store: Store,
    book: Book,
    incident: Incident,
    news: frozenset[ActKind],
    at: datetime,
    channels: Mapping[str, Channel],
) -> Decision:
    """Who is told of an incident after `news`. People's acts end here too."""
    rule = book.rule(incident.rule)
    ladder = book.ladders.get(rule.then.escalate) if rule else None
    if rule is None or ladder is None:
        return Decision([], [])
    quiet = ladder.quiet_hours.get(rule.then.quiet) if rule.then.quiet else None
    answer = due(Case(incident, ladder, quiet, store.deliveries(incident.id), news, at))
    notices = [notice for notice in answer.notices if _can_say(notice, channels)]
    story = _story(store, incident, rule, at) if notices else Story()
    rows = [_delivery(notice, incident, rule, story) for notice in notices]
    last = {(held.channel, held.step): (held.reason, held.until) for held in store.held(incident.id)}
    held = [row for row in answer.held if last.get((row.channel, row.step)) != (row.reason, row.until)]
    return Decision(rows, held, answer.again)


def _can_say(notice: Notice, channels: Mapping[str, Channel]) -> bool:
    """A silent edit goes only where something can be edited."""
    channel = channels.get(notice.channel)
    return notice.kind is not NoticeKind.UPDATE or channel is None or channel.can_edit


def _delivery(notice: Notice, incident: Incident, rule: Rule, story: Story) -> Delivery:
    seed = f"{notice.incident}\n{notice.channel}\n{notice.kind}\n{notice.step}\n{notice.marks}\n{notice.at}"
    key = hashlib.blake2b(seed.encode(), digest_size=10).hexdigest()
    return Delivery(
        key=key,
        incident=incident.id,
        channel=notice.channel,
        kind=notice.kind,
        step=notice.step,
        marks=notice.marks,
        state=DeliveryState.PENDING,
        created_at=notice.at,
        not_before=notice.at,
        message=word(key, notice, incident, rule, story),
        reason=notice.reason.name.lower(),
    )


def _story(store: Store, incident: Incident, rule: Rule, at: datetime) -> Story:
    series = SeriesKey(incident.rule, incident.fingerprint, incident.group)
    start = min(incident.onset or incident.formed_at, incident.formed_at - rule.spike.window)
    evidence = store.evidence(series, Span(start, at + _MINUTE))
    return Story(evidence.first, evidence.loudest, evidence.sources)


def _moments(looked_until: datetime | None, at: datetime) -> Iterator[datetime]:
    """Every whole minute since the last look (a day at most), then `at` itself."""
    if looked_until is not None:
        since = max(looked_until, at - _LONGEST_CATCH_UP)
        moment = since.replace(second=0, microsecond=0) + _MINUTE
        while moment < at:
            yield moment
            moment += _MINUTE
    yield at


def _orphans(incidents: dict[str, Incident], book: Book, at: datetime) -> Iterable[Act]:
    """End the incidents of rules that judge no more: removed, retired or a draft again."""
    acts: list[Act] = []
    for incident in list(incidents.values()):
        rule = book.rule(incident.rule)
        if incident.state.live and (rule is None or not rule.status.judges):
            ended, more = close(incident, at, text="its rule was removed or retired")
            incidents[incident.id] = (
                ended if incident.state is not State.FORMING else replace(ended, state=State.DROPPED)
            )
            acts += more
    return acts

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
from math import ceil
from typing import TYPE_CHECKING

from sentinel.decide import decide
from sentinel.detect.attention import clamp
from sentinel.detect.coverage import epoch_minute, minute_time
from sentinel.detect.moments import LONGEST_MINUTES, begun, ending
from sentinel.detect.watchers import watcher_for
from sentinel.rejudge import Past, Rejudged, rejudge
from sentinel.respond.incident import close
from sentinel.sights import Gaze, Sights
from sentinel.store.contract import Batch, Conflict, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sentinel.decide import Decision
    from sentinel.detect.attention import Attention
    from sentinel.detect.feeds import Feeds
    from sentinel.detect.watcher import Watcher
    from sentinel.model.incident import Act, ActKind, Incident
    from sentinel.model.mention import SeriesKey, Tally
    from sentinel.model.message import Delivery
    from sentinel.model.notice import Held
    from sentinel.model.post import Page, SourceName
    from sentinel.model.reading import Signal
    from sentinel.outbox import Outbox, Sent
    from sentinel.rulebook.types import Book
    from sentinel.sights import Blind, Waiting
    from sentinel.store.contract import Epoch, Kept, Store

_MINUTE = timedelta(minutes=1)
_TRIES = 3


def no_epoch() -> Epoch | None:
    """The epoch of a rehearsal or of a person's act: none."""
    return None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: what happened to incidents, which messages are now due, how many incidents go on.

    `blinded` are the rules that cannot see from now on, `sighted` those that can again.
    """

    acts: tuple[Act, ...] = ()
    incidents: tuple[Incident, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    held: tuple[Held, ...] = ()
    live: int = 0
    blinded: tuple[Blind, ...] = ()
    sighted: tuple[Blind, ...] = ()


@dataclass(slots=True)
class _Memory:
    """What a look leaves for the next one; a look that could not be saved leaves nothing.

    `judged` is the newest moment (minutes since 1970) that was over when it was judged, `pasts` what each rule remembers
    of its own, `ended` the incidents of the last day that are over (None: to be read), `settled` with which revision,
    and until when, an incident without news need not be asked about again.
    """

    judged: int | None
    pasts: dict[str, Past] = field(default_factory=dict)
    ended: dict[str, Incident] | None = None
    settled: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    blind: dict[str, Blind] = field(default_factory=dict)


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
        self._epoch = epoch
        self._outbox = outbox
        self._sights = Sights(store, kinds)
        self._memory = _Memory(_judged_before(store))
        self._moved: dict[str, dict[SeriesKey, int]] = {}
        self._saved: datetime | None = None
        self._watchers: dict[str, Watcher] = {
            counting.rule.id: watcher_for(counting, at) for counting in attention.countings
        }
        self._out: dict[str, frozenset[str]] = {}
        for rule in self._watchers:
            self._fill(rule, at, at)

    @property
    def lookouts(self) -> tuple[Watcher, ...]:
        """The rules' eyes, in the order of the book."""
        return tuple(self._watchers.values())

    def _gazes(self) -> list[Gaze]:
        return [Gaze(one.counting, one.window, one.reach) for one in self.lookouts]

    def _feeds(self, at: datetime) -> Mapping[str, Feeds]:
        """The sources of each rule, as is known at `at`."""
        return self._sights.of(self._gazes(), at)

    def _fill(self, rule: str, moment: datetime, at: datetime) -> None:
        """Let a rule's eyes hold the counts that are judged at `moment`; anew if other sources are on probation then."""
        feeds = self._feeds(at)[rule]
        out = feeds.out(moment.timestamp())
        if out == self._out.get(rule):
            return
        anew = watcher_for(self._watchers[rule].counting, at)
        tallies = self.store.tallies(anew.counting.fingerprint, anew.reach, epoch_minute(at) + 1)
        anew.add(tally for tally in tallies if feeds.brought_in(tally, out))
        self._watchers[rule], self._out[rule] = anew, out

    # ── in ──────────────────────────────────────────────────────────────────────────────────────────────

    def take_in(self, feed: SourceName, page: Page, at: datetime) -> Kept:
        """Match, score, count and keep one page: posts, tallies, coverage and cursor in one transaction."""
        counted = self.attention.counted([clamp(post, at) for post in page.posts])
        batch = Batch(feed, counted, at, page.cursor, page.covered)
        kept = self.store.keep(batch, self._epoch())
        moved: dict[str, list[Tally]] = {}
        for tally in kept.deltas:
            moved.setdefault(tally.series.fingerprint, []).append(tally)
        for watcher in self.lookouts:
            self._count(watcher, moved.get(watcher.counting.fingerprint, ()))
        if page.covered is not None:
            self._sights.claimed(feed)
        return kept

    def _count(self, watcher: Watcher, deltas: Sequence[Tally]) -> None:
        """Move a rule's counts, and note from which minute on its series are to be judged again."""
        if not deltas:
            return
        rule = watcher.rule.id
        feeds, out, moved = self._sights.known[rule], self._out[rule], self._moved.setdefault(rule, {})
        judged = [tally for tally in deltas if feeds.brought_in(tally, out)]
        watcher.add(judged)
        for tally in judged:
            moved[tally.series] = min(moved.get(tally.series, tally.minute), tally.minute)

    # ── look ────────────────────────────────────────────────────────────────────────────────────────────

    def look(self, at: datetime) -> Looked:
        """Judge every rule up to `at`, and again from where counts of the last day have moved; decide who is told.

        Whoever is told is told once, of how it stands at `at`: what happened meanwhile is one summary.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._look(at)
            except Conflict:  # a person acted in between: decide again with what they did
                self._memory.ended = None
        return self._look(at)

    def _look(self, at: datetime) -> Looked:
        live = {incident.id: incident for incident in self.store.incidents(live=True, limit=100_000)}
        ended = self._ended(live, at)
        before = ended | live
        after = dict(before)
        memory = _Memory(begun(at))
        acts = sorted(self._judged(after, at, memory), key=lambda act: act.at)
        acts += _orphans(after, self.book, at)
        changed = [after[key] for key in after if after[key] != before.get(key)]
        news = {act.incident for act in acts}
        decisions = self._decisions(
            [one for one in after.values() if one.state.live or one.id in news], acts, at, memory
        )
        memory.blind = self._sights.blind(self._gazes(), at)
        looked = Looked(
            acts=tuple(acts),
            incidents=tuple(replace(incident, version=incident.version + 1) for incident in changed),
            deliveries=tuple(row for decision in decisions for row in decision.deliveries),
            held=tuple(held for decision in decisions for held in decision.held),
            live=sum(incident.state.live for incident in after.values()),
            blinded=tuple(one for rule, one in memory.blind.items() if rule not in self._memory.blind),
            sighted=tuple(one for rule, one in self._memory.blind.items() if rule not in memory.blind),
        )
        self._save(looked, at)
        written = {one.id: one for one in looked.incidents}
        memory.ended = {key: written.get(key, one) for key, one in after.items() if not one.state.live}
        self._memory = memory
        self._moved = {}
        return looked

    def _save(self, looked: Looked, at: datetime) -> None:
        """Write what came of it. A look that came to nothing moves the mark once a minute: judging again is harmless."""
        news = looked.acts or looked.incidents or looked.deliveries or looked.held
        if news or self._saved is None or at - self._saved >= _MINUTE:
            outcome = Outcome(looked.incidents, looked.acts, looked.deliveries, looked.held, at)
            self.store.save(outcome, self._epoch())
            self._saved = at

    def _ended(self, live: Mapping[str, Incident], at: datetime) -> dict[str, Incident]:
        """The incidents that ended within the last day: what is judged again may be theirs."""
        known = self._memory.ended
        if known is None:
            known = {one.id: one for one in self.store.incidents(live=False, limit=1000)}
        gone = (
            {one.id for past in self._memory.pasts.values() for one in past.going()}
            - live.keys()
            - known.keys()
        )
        found = [*known.values(), *filter(None, map(self.store.incident, gone))]
        oldest = at - timedelta(minutes=LONGEST_MINUTES)
        recent = (one for one in found if one.closed_at and (one.hushed or one.closed_at >= oldest))
        return {one.id: one for one in recent if one.id not in live}

    def _judged(self, incidents: dict[str, Incident], at: datetime, memory: _Memory) -> Iterator[Act]:
        """Every rule up to `at`: incidents are replaced by what has become of them."""
        for rule, feeds in self._feeds(at).items():
            past, moved = self._memory.pasts.get(rule, Past()), self._moved.get(rule, {})
            judged = self._memory.judged
            for until in _stops(feeds, judged, ending(at)):
                self._fill(rule, minute_time(until), at)
                watcher, floor = self._watchers[rule], _turned(feeds, until)
                asked = Rejudged(watcher, feeds, past, moved, judged, floor, self.store.voices)
                mine = [one for one in incidents.values() if one.rule == rule]
                judged, moved = min(begun(at), until), {}
                changes, past = rejudge(asked, mine, judged, until, at)
                incidents.update({incident.id: incident for incident, _ in changes})
                yield from (act for _, acts in changes for act in acts)
            memory.pasts[rule] = past

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

    def signals(self, rule_id: str, at: datetime) -> list[Signal]:
        """How a rule judges each of its series at `at`, changing nothing: for `explain` and failing examples."""
        feeds = self._feeds(at)
        seconds = at.timestamp()
        return [
            signal
            for watcher in self.lookouts
            if watcher.rule.id == rule_id
            for signal in watcher.signals(
                at, feeds[rule_id].seen(seconds), watcher.series(), self.store.voices
            )
        ]

    def blind(self) -> Mapping[str, Blind]:
        """The rules that were blind when they were last looked at, by id."""
        return self._memory.blind

    def waiting(self, rule_id: str, at: datetime) -> Sequence[Waiting]:
        """The sources of a rule that are on probation at `at`: what they bring is kept, and not judged yet."""
        return self._sights.waiting(self._gazes(), at).get(rule_id, ())

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


def _stops(feeds: Feeds, judged: int | None, until: int) -> list[int]:
    """Up to which moments the same sources are judged together, one stretch after the other; the last is `until`."""
    begin = until if judged is None else judged + 1
    turns = feeds.turns(begin * 60.0, until * 60.0)
    return [*dict.fromkeys(ceil(turn / 60) - 1 for turn in turns), until]


def _turned(feeds: Feeds, until: int) -> int:
    """After which moment the sources that are judged at `until` have been judged together."""
    return ceil(max([0.0, *feeds.turns(0.0, until * 60.0)]) / 60) - 1


def _judged_before(store: Store) -> int | None:
    """Up to which moment all is judged: a flow before this one may have kept posts and judged them no more."""
    looked, moved = store.looked_until(), store.unjudged_since()
    if looked is None:
        return None
    return begun(looked) if moved is None else min(begun(looked), moved)

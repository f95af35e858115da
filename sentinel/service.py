"""When things happen: the beats of the running service.

poll   each source when its last round said to come back; kept pages call for a look at once
look   every rule, every ten seconds and whenever something new was kept
tell   the outbox, every two seconds and whenever a look made something due
watch  the lease is renewed, and the wall clock is held against the monotonic one

poll, look and tell are jobs of APScheduler; watch is a plain task, because a scheduler that lives by the wall clock
cannot notice when that clock jumps.
"""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from sentinel.errors import Fenced, ProblemsFound, SentinelError
from sentinel.model.incident import ActKind
from sentinel.model.notice import Reason
from sentinel.polling import Poller
from sentinel.store.contract import SourceHealth

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from sentinel.clock import Clock
    from sentinel.flow import Flow, Looked
    from sentinel.model.post import Page, SourceName
    from sentinel.outbox import Sent
    from sentinel.sights import Blind
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Kept, Store
    from sentinel.tenancy import Tenancy

log = structlog.stdlib.get_logger()

_WATCH_SECONDS = 5.0
_LOOK_SECONDS = 10
_TELL_SECONDS = 2
_TELLS_AT_ONCE = 20
"""Rounds of tell that may hang, each on another channel, before the beat stops."""
_DRAIN_SECONDS = 3.0
_JUMP_SECONDS = 30.0
_SHORTEST_WAIT = timedelta(milliseconds=200)
_AFTER_TROUBLE = timedelta(seconds=15)
"""When a source is read again whose page could not be kept: that is the store's trouble, and the site's posts stay."""

_ACTS = {kind: f"incident_{kind.value}" for kind in ActKind}


@dataclass(frozen=True, slots=True)
class BeatRun:
    """How a beat's newest round went."""

    at: datetime
    seconds: float
    error: str = ""


class Service:
    """The house at work. `open_flow` makes the flow it starts with, `read_again` the one of a reload, all or nothing."""

    def __init__(  # noqa: PLR0913, PLR0917  # what a running service consists of
        self,
        store: Store,
        tenancy: Tenancy,
        sources: Sequence[tuple[Source, timedelta]],
        clock: Clock,
        open_flow: Callable[[], Flow],
        read_again: Callable[[], Flow],
    ) -> None:
        self.store = store
        self.clock = clock
        self.started_at = clock.now()
        self.ready = False
        self.failure = ""
        self.beats: dict[str, BeatRun] = {}
        self.pollers = {
            source.name: Poller(source, every, _unread(source, clock)) for source, every in sources
        }
        self._flow: Flow | None = None
        self._tenancy = tenancy
        self._open_flow, self._read_again = open_flow, read_again
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._house = asyncio.Lock()
        self._stop = asyncio.Event()
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def flow(self) -> Flow:
        """The flow in force. A reload exchanges it whole."""
        assert self._flow is not None  # noqa: S101  # made before any beat
        return self._flow

    def blind(self) -> Mapping[str, Blind]:
        """The rules that were blind when they were last looked at; none before the first look."""
        return self._flow.blind() if self._flow is not None else {}

    # ── life ────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self, opened: Callable[[], Awaitable[None]]) -> None:
        """Until told to stop. `opened` is awaited once the store is ours (the web server). Raises StoreBusy."""
        self._listen_for_signals()
        await asyncio.to_thread(self._tenancy.take, self.clock.now())
        try:
            async with self._house:
                self._flow = await asyncio.to_thread(self._open_flow)
            await asyncio.to_thread(self._know_sources)
            await opened()
            await self._work()
        finally:
            if not self.failure:
                await asyncio.to_thread(self._tenancy.give_back)
        log.info("service_stopped", why=self.failure or "asked to")

    async def _work(self) -> None:
        self._scheduler.add_listener(_on_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self._arm()
        self._scheduler.start()
        watch = asyncio.create_task(self._watch(), name="watch")
        self.ready = True
        log.info("service_ready", sources=len(self.pollers), rules=len(self.flow.lookouts))
        await self._stop.wait()
        self.ready = False
        await self._leave(watch)

    def stop(self) -> None:
        """Finish what is in hand and leave."""
        self._stop.set()

    async def _leave(self, watch: asyncio.Task[None]) -> None:
        """Drain first: a coroutine cancelled by the scheduler would leave its page half read."""
        self._scheduler.pause()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_DRAIN_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        watch.cancel()
        self._scheduler.shutdown(wait=False)
        await asyncio.gather(watch, return_exceptions=True)

    def _know_sources(self) -> None:
        """A restart keeps what was counted but asks anew: what was parked may have been mended."""
        known = {health.source: health for health in self.store.health()}
        for name, poller in self.pollers.items():
            if (old := known.get(name)) is not None:
                poller.health = replace(
                    poller.health,
                    last_ok=old.last_ok,
                    posts=old.posts,
                    skipped=old.skipped,
                    newest=old.newest,
                )
            self.store.note(poller.health)

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._track(self._on_hangup()))

    def _track(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _arm(self) -> None:
        """(Re)create all jobs: at the start, and after the wall clock has jumped."""
        now = self.clock.now()
        self._scheduler.remove_all_jobs()
        for name, poller in self.pollers.items():
            self._poll_at(name, poller.due(now))
        self._every(_LOOK_SECONDS, "look", self._look, now)
        self._every(_TELL_SECONDS, "tell", self._tell, now, at_once=_TELLS_AT_ONCE)

    def _every(
        self, seconds: int, name: str, work: Callable[[], Awaitable[None]], first: datetime, at_once: int = 1
    ) -> None:
        self._scheduler.add_job(
            self._on_beat,
            "interval",
            (name, work),
            seconds=seconds,
            id=name,
            next_run_time=first,
            max_instances=at_once,
        )

    # ── beats ───────────────────────────────────────────────────────────────────────────────────────────

    def _poll_at(self, name: SourceName, at: datetime) -> None:
        self._scheduler.add_job(
            self._on_beat,
            "date",
            ("poll", lambda: self._poll(name)),
            run_date=at,
            id=f"poll:{name}",
            replace_existing=True,
        )

    async def _on_beat(self, beat: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run one round of a beat; what goes wrong is said once, and the beat goes on."""
        if self._stop.is_set():
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # the scheduler runs every job in a task
        self._running.add(task)
        started, error = time.monotonic(), ""
        try:
            await work()
        except Fenced as problem:
            self._fail(str(problem))
        except (SentinelError, OSError) as problem:
            error = str(problem) or type(problem).__name__
            self._say_trouble(beat, error)
        except Exception as problem:  # noqa: BLE001  # a mistake of ours must not stop the beat for good
            error = f"a mistake in sentinel itself: {type(problem).__name__}"
            self._say_trouble(beat, error, exc_info=True)
        finally:
            self._running.discard(task)
            self.beats[beat] = BeatRun(self.clock.now(), time.monotonic() - started, error)

    def _say_trouble(self, beat: str, error: str, *, exc_info: bool = False) -> None:
        """Once, until it changes or goes away."""
        before = self.beats.get(beat)
        if before is None or before.error != error:
            log.error("beat_failed", beat=beat, why=error, exc_info=exc_info)

    async def _poll(self, name: SourceName) -> None:
        poller = self.pollers[name]
        at = self.clock.now()
        again = at + max(poller.every, _AFTER_TROUBLE)
        try:
            since = await asyncio.to_thread(self.store.cursor, name)
            keep = partial(self._keep, name)
            health = await poller.poll(since, at, keep, self._stop.is_set, self._quiet)
            again = health.next_at or again
            await asyncio.to_thread(self.store.note, health)
        finally:
            if not self._stop.is_set():
                self._poll_at(name, max(again, self.clock.now() + _SHORTEST_WAIT))

    def _quiet(self, health: SourceHealth) -> str:
        """What is wrong with a source that is read and says nothing, by the rules that watch it."""
        return self.flow.attention.quiet(health.source, health.newest, self.started_at, health.last_ok)

    async def _keep(self, source: SourceName, page: Page) -> Kept:
        async with self._house:
            kept = await asyncio.to_thread(self.flow.take_in, source, page, self.clock.now())
        if kept.new or kept.changed or kept.gone:
            log.info("page_kept", source=source, new=kept.new, changed=kept.changed, gone=kept.gone)
            self._soon("look")
        return kept

    async def _look(self) -> None:
        async with self._house:
            looked = await asyncio.to_thread(self.flow.look, self.clock.now())
        _say_looked(looked)
        if looked.deliveries:
            self._soon("tell")

    async def _tell(self) -> None:
        for sent in await self.flow.tell(self.clock.now()):
            _say_sent(sent)

    def _soon(self, job: str) -> None:
        if self._scheduler.get_job(job) is not None:
            self._scheduler.modify_job(job, next_run_time=self.clock.now())

    async def _watch(self) -> None:
        """Renew the lease; notice when the wall clock jumps and put all jobs on the new time."""
        wall, mono = self.clock.now(), time.monotonic()
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            now, tick = self.clock.now(), time.monotonic()
            jump = (now - wall).total_seconds() - (tick - mono)
            wall, mono = now, tick
            if abs(jump) > _JUMP_SECONDS:
                log.warning("clock_jumped", seconds=round(jump))
                self._arm()
            await self._on_beat("watch", self._renew)

    async def _renew(self) -> None:
        if not await asyncio.to_thread(self._tenancy.renew, self.clock.now()):
            raise Fenced("another sentinel took over this store")

    def _fail(self, why: str) -> None:
        log.error("service_fenced", why=why)
        self.failure = why
        self._stop.set()

    # ── reload ──────────────────────────────────────────────────────────────────────────────────────────

    async def reload(self) -> None:
        """Take a new book, all or nothing: on any problem the old one stays. Raises what was wrong, after it was said."""
        async with self._house:
            try:
                self._flow = await asyncio.to_thread(self._read_again)
            except Exception as problem:
                _say_refused(problem)
                raise
        log.info("rules_reloaded", rules=len(self.flow.lookouts))
        now = self.clock.now()
        for name, poller in self.pollers.items():
            if poller.health.state == "parked":
                self._poll_at(name, now)

    async def _on_hangup(self) -> None:
        try:
            await self.reload()
        except Fenced as problem:
            self._fail(str(problem))
        except Exception:  # noqa: BLE001, S110  # it was said: nobody waits for this answer
            pass


def _unread(source: Source, clock: Clock) -> SourceHealth:
    return SourceHealth(source.name, "new", clock.now())


def _on_trouble(event: Any) -> None:
    if event.code == EVENT_JOB_ERROR:
        log.error("job_failed", job=event.job_id, why=repr(event.exception))
    else:
        log.warning("job_missed", job=event.job_id)


def _say_looked(looked: Looked) -> None:
    for act in looked.acts:
        log.info(_ACTS[act.kind], incident=act.incident, who=act.who, why=act.text)
    for lost in looked.blinded:
        log.warning("rule_blind", rule=lost.rule, unread=lost.says, since=_written(lost.since))
    for found in looked.sighted:
        log.info("rule_sees_again", rule=found.rule, was_blind_since=_written(found.since))
    for held in looked.held:
        if held.reason is Reason.HELD:
            log.info("notice_held", incident=held.incident, channel=held.channel, why=held.reason.value)


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else "always"


def _say_sent(sent: Sent) -> None:
    row = sent.delivery
    facts: Mapping[str, object] = {"incident": row.incident, "channel": row.channel, "kind": row.kind.value}
    if sent.outcome == "sent":
        log.info("notice_sent", reason=row.reason, **facts)
    elif sent.outcome == "failed":
        log.error("notice_failed", why=sent.says, **facts)
    elif row.error != sent.says:
        log.warning("notice_postponed", why=sent.says, **facts)


def _say_refused(problem: Exception) -> None:
    """Every problem with its place, so that ops need not run `sentinel check` to see what is wrong."""
    if isinstance(problem, ProblemsFound):
        for one in problem.problems:
            if one.level == "error":
                log.error("rule_problem", at=one.place, why=one.message, hint=one.hint)
    why = str(problem) if isinstance(problem, SentinelError) else type(problem).__name__
    log.error("rules_refused", why=f"{why}; the rules read before stay in force")

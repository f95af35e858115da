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
import os
import signal
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from sentinel.errors import Fenced, SentinelError, StoreBusy, StoreError
from sentinel.model.incident import ActKind
from sentinel.model.notice import Reason
from sentinel.polling import Poller
from sentinel.store.contract import SourceHealth

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sentinel.clock import Clock
    from sentinel.flow import Flow, Looked
    from sentinel.model.post import Page, SourceName
    from sentinel.outbox import Sent
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Epoch, Kept, Store

log = structlog.stdlib.get_logger()

LEASE = "service"
LEASE_TTL = timedelta(seconds=30)
_WATCH_SECONDS = 5.0
_LOOK_SECONDS = 10
_TELL_SECONDS = 2
_DRAIN_SECONDS = 3.0
_JUMP_SECONDS = 30.0


_ACTS = {kind: f"incident_{kind.value}" for kind in ActKind}


@dataclass(frozen=True, slots=True)
class BeatRun:
    """How a beat's newest round went."""

    at: datetime
    seconds: float
    error: str = ""


class Service:
    """The house at work. `flow` may be exchanged whole by a reload."""

    def __init__(
        self,
        flow: Callable[[Callable[[], Epoch | None]], Flow],
        store: Store,
        sources: Sequence[tuple[Source, timedelta]],
        clock: Clock,
        reload: Callable[[Callable[[], Epoch | None]], Flow],
    ) -> None:
        self.clock = clock
        self.store = store
        self.beats: dict[str, BeatRun] = {}
        self.epoch: Epoch | None = None
        self.started_at = clock.now()
        self.ready = False
        self._make_flow, self._reload = flow, reload
        known = {health.source: health for health in store.health()}
        self.pollers = {
            source.name: Poller(source, every, _health(known.get(source.name), source, self.started_at))
            for source, every in sources
        }
        self.flow: Flow | None = None
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._house = asyncio.Lock()
        self._stop = asyncio.Event()
        self._running: set[asyncio.Task[Any]] = set()
        self.failure: str = ""

    # ── life ────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self, opened: Callable[[], Awaitable[None]]) -> None:
        """Until told to stop. `opened` is awaited once the lease is held (the web server). Raises StoreBusy."""
        await self._take_lease()
        self.flow = await asyncio.to_thread(self._make_flow, lambda: self.epoch)
        for poller in self.pollers.values():
            await asyncio.to_thread(self.store.note, poller.health)
        await opened()
        self._listen_for_signals()
        self._scheduler.add_listener(self._on_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
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
        if not self.failure:
            await asyncio.to_thread(self.store.release, LEASE, self._holder)
        log.info("service_stopped", why=self.failure or "asked to")

    async def _take_lease(self) -> None:
        held = await asyncio.to_thread(self.store.holder, LEASE)
        if held is not None and held.holder != self._holder and _is_gone(held.holder):
            await asyncio.to_thread(self.store.release, LEASE, held.holder)
        self.epoch = await asyncio.to_thread(
            self.store.lease, LEASE, self._holder, LEASE_TTL, self.clock.now()
        )
        if self.epoch is None:
            held = await asyncio.to_thread(self.store.holder, LEASE)
            who, until = (held.holder, f"{held.until:%H:%M:%S} UTC") if held else ("another", "soon")
            raise StoreBusy(
                f"another sentinel ({who}) works on this store; its lease runs until {until} unless it renews it."
                " Stop it first, or give this one a store of its own (`store:` in sentinel.yaml)."
            )

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._track(self.reload()))

    def _arm(self) -> None:
        """(Re)create all jobs: at the start, and after the wall clock has jumped."""
        now = self.clock.now()
        self._scheduler.remove_all_jobs()
        for name in self.pollers:
            self._poll_at(name, now)
        self._scheduler.add_job(
            self._on_beat,
            "interval",
            ("look", self._look),
            seconds=_LOOK_SECONDS,
            id="look",
            next_run_time=now,
        )
        self._scheduler.add_job(
            self._on_beat,
            "interval",
            ("tell", self._tell),
            seconds=_TELL_SECONDS,
            id="tell",
            next_run_time=now,
        )

    def _on_trouble(self, event: Any) -> None:
        if event.code == EVENT_JOB_ERROR:
            log.error("job_failed", job=event.job_id, why=repr(event.exception))
        else:
            log.warning("job_missed", job=event.job_id)

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
        """Run one round of a beat; what goes wrong is said and the beat goes on."""
        if self._stop.is_set():
            return
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
        started, error = time.monotonic(), ""
        try:
            await work()
        except Fenced as problem:
            self._fail(str(problem))
        except (SentinelError, OSError, TimeoutError) as problem:
            error = str(problem) or type(problem).__name__
            self._say_trouble(beat, error)
        except Exception as problem:  # noqa: BLE001  # a mistake of ours in one round must not end the beat
            error = f"{type(problem).__name__}: {problem}"
            self._say_trouble(beat, error, exc_info=True)
        finally:
            self.beats[beat] = BeatRun(self.clock.now(), time.monotonic() - started, error)
            if task is not None:
                self._running.discard(task)

    def _say_trouble(self, beat: str, error: str, *, exc_info: bool = False) -> None:
        """Once, until it changes or goes away."""
        before = self.beats.get(beat)
        if before is None or before.error != error:
            log.error("beat_failed", beat=beat, why=error, exc_info=exc_info)

    async def _poll(self, name: SourceName) -> None:
        poller = self.pollers[name]
        at = self.clock.now()
        news = 0
        try:
            since = await asyncio.to_thread(self.store.cursor, poller.source.name)
            health, news = await poller.poll(
                since, at, lambda page: self._keep(poller, page), self._stop.is_set
            )
            await asyncio.to_thread(self.store.note, health)
        finally:
            if not self._stop.is_set():
                now = self.clock.now()
                self._poll_at(name, max(poller.health.next_at or now, now + timedelta(milliseconds=200)))
                if news:
                    self._soon("look")

    async def _keep(self, poller: Poller, page: Page) -> Kept:
        async with self._house:
            assert self.flow is not None  # noqa: S101  # made before any beat
            kept = await asyncio.to_thread(self.flow.take_in, poller.source.name, page, self.clock.now())
        if kept.new or kept.changed or kept.gone:
            log.info(
                "page_kept", source=poller.source.name, new=kept.new, changed=kept.changed, gone=kept.gone
            )
        return kept

    async def _look(self) -> None:
        async with self._house:
            assert self.flow is not None  # noqa: S101  # made before any beat
            looked = await asyncio.to_thread(self.flow.look, self.clock.now())
        _say_looked(looked)
        if looked.deliveries:
            self._soon("tell")

    async def _tell(self) -> None:
        assert self.flow is not None  # noqa: S101  # made before any beat
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
            await self._renew(now)

    async def _renew(self, now: datetime) -> None:
        try:
            epoch = await asyncio.to_thread(self.store.lease, LEASE, self._holder, LEASE_TTL, now)
        except StoreError as problem:
            log.error("lease_not_renewed", why=str(problem))  # noqa: TRY400  # the sentence says it all
            return
        if epoch is None or epoch != self.epoch:
            self._fail("another sentinel took over this store")
        self.beats["watch"] = BeatRun(now, 0.0)

    def _fail(self, why: str) -> None:
        log.error("service_fenced", why=why)
        self.failure = why
        self._stop.set()

    # ── reload ──────────────────────────────────────────────────────────────────────────────────────────

    async def reload(self) -> None:
        """Take a new book, all or nothing: on any problem the old one stays."""
        async with self._house:
            try:
                flow = await asyncio.to_thread(self._reload, lambda: self.epoch)
            except SentinelError as problem:
                log.error("rules_refused", why=str(problem))  # noqa: TRY400  # the sentence says it all
                raise
            self.flow = flow
        log.info("rules_reloaded", rules=len(flow.lookouts))
        now = self.clock.now()
        for name, poller in self.pollers.items():
            if poller.health.state == "parked":
                self._poll_at(name, now)

    def _track(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _health(known: SourceHealth | None, source: Source, at: datetime) -> SourceHealth:
    """A restart keeps the counts but asks anew: what was parked may have been mended."""
    fresh = SourceHealth(source.name, "new", at)
    if known is None:
        return fresh
    return SourceHealth(source.name, "new", at, known.last_ok, posts=known.posts, skipped=known.skipped)


def _is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more: a crash must not cost a lease's length."""
    host, _, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _say_looked(looked: Looked) -> None:
    for act in looked.acts:
        log.info(_ACTS[act.kind], incident=act.incident, who=act.who, why=act.text)
    for held in looked.held:
        if held.reason is Reason.HELD:
            log.info("notice_held", incident=held.incident, channel=held.channel, why=held.reason.value)


def _say_sent(sent: Sent) -> None:
    row = sent.delivery
    facts: Mapping[str, object] = {"incident": row.incident, "channel": row.channel, "kind": row.kind.value}
    if sent.outcome == "sent":
        log.info("notice_sent", reason=row.reason, **facts)
    elif sent.outcome == "failed":
        log.error("notice_failed", why=sent.says, **facts)
    elif row.error != sent.says:
        log.warning("notice_postponed", why=sent.says, **facts)

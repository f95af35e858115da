"""A running service: its parts put together, what a reload reads again, and how the web sees it (`web.view.View`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sentinel.desk import act_on
from sentinel.errors import ProblemsFound
from sentinel.outbox import Outbox
from sentinel.respond.incident import acknowledge
from sentinel.service import Service
from sentinel.tenancy import Tenancy
from sentinel.web.view import Beat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.clock import Clock
    from sentinel.flow import Flow
    from sentinel.model.incident import Incident
    from sentinel.model.problem import Problem
    from sentinel.plan import Plan
    from sentinel.respond.incident import Change
    from sentinel.rulebook.types import Book
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Epoch, Store

    ReadRules = Callable[[], tuple[Book, tuple[Problem, ...]]]


class House:
    """The service with what it stands on. Brands, sources and channels stay as they were at the start."""

    def __init__(  # noqa: PLR0913, PLR0917  # everything it stands on
        self,
        plan: Plan,
        store: Store,
        channels: Mapping[str, Channel],
        sources: Sequence[Source],
        clock: Clock,
        read_rules: ReadRules,
    ) -> None:
        self.store = store
        self._plan = plan
        self._clock = clock
        self._read_rules = read_rules
        self._tenancy = Tenancy(store)
        self._outbox = Outbox(store, channels, self._epoch)
        timed = [(source, plan.config.sources[source.name].every) for source in sources]
        self.service = Service(store, self._tenancy, timed, clock, self._first_flow, self._next_flow)

    # ── what the web sees ───────────────────────────────────────────────────────────────────────────────

    @property
    def started_at(self) -> datetime:
        """Since when the service runs."""
        return self.service.started_at

    def now(self) -> datetime:
        """The current moment, by the service's clock."""
        return self._clock.now()

    def book(self) -> Book:
        """The rules and ladders in force."""
        return self._plan.book

    def ready(self) -> tuple[bool, str]:
        """Whether the service does its work."""
        if not self.service.ready:
            return False, "the service is starting or stopping"
        self.store.ping()
        return True, "ready"

    def beats(self) -> dict[str, Beat]:
        """The beats in the order in which a post meets them."""
        runs = self.service.beats
        return {
            name: Beat(run.at, run.seconds, run.error) if (run := runs.get(name)) else Beat()
            for name in ("poll", "look", "tell", "watch")
        }

    def blind(self) -> dict[str, str]:
        """The rules that could not see when they were last looked at, and what is not read."""
        return {rule: one.says for rule, one in self.service.blind().items()}

    async def reload(self) -> tuple[bool, tuple[Problem, ...]]:
        """Read the rules again, all or nothing."""
        try:
            await self.service.reload()
        except ProblemsFound as found:
            return False, found.problems
        return True, self._plan.warnings

    def acknowledge(self, incident: str, who: str) -> None:
        """A person takes an incident on. Raises ValueError with a sentence when that cannot be."""
        at = self.now()

        def take(one: Incident) -> Change:
            if not one.state.live:
                raise ValueError(f"incident {one.id} is over")
            return acknowledge(one, who, at)

        act_on(self.store, self.book(), self._outbox.channels, incident, take, at)

    # ── what the service asks for ───────────────────────────────────────────────────────────────────────

    def _epoch(self) -> Epoch | None:
        return self._tenancy.epoch

    def _first_flow(self) -> Flow:
        return self._plan.flow(self.store, self._outbox, self._clock.now(), self._epoch)

    def _next_flow(self) -> Flow:
        """A flow of the rules as they are now; until it is whole, everything stays as it was."""
        book, warnings = self._read_rules()
        plan = replace(self._plan, book=book, warnings=warnings)
        flow = plan.flow(self.store, self._outbox, self._clock.now(), self._epoch)
        self._plan = plan
        return flow

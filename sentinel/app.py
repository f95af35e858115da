"""The wiring: the only room that knows every room. What is chosen here is chosen nowhere else."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from sentinel.channels import registry as channel_kinds
from sentinel.channels.contract import Doorway
from sentinel.clock import SystemClock
from sentinel.config.read import read_config
from sentinel.config.secrets import Secrets
from sentinel.desk import act_on
from sentinel.errors import ProblemsFound
from sentinel.model.post import SourceName
from sentinel.plan import Plan
from sentinel.respond.incident import acknowledge
from sentinel.rulebook.names import Known
from sentinel.rulebook.read import read_book
from sentinel.scoring import registry as scorers
from sentinel.service import Service
from sentinel.sources import registry as source_kinds
from sentinel.sources.contract import Surroundings
from sentinel.store.open import open_store
from sentinel.web.app import create_app
from sentinel.web.serve import Server
from sentinel.web.view import Beat

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.clock import Clock
    from sentinel.config.types import Config
    from sentinel.flow import Flow
    from sentinel.model.incident import Incident
    from sentinel.model.problem import Problem
    from sentinel.respond.incident import Change
    from sentinel.rulebook.types import Book
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Epoch, Store

log = structlog.stdlib.get_logger()


def read_plan(path: Path, *, check_secrets: bool = True) -> Plan:
    """Read sentinel.yaml and its rules. Raises ProblemsFound with every mistake of all files."""
    config = read_settings(path, check_secrets=check_secrets)
    book, warnings = read_rules(config)
    engine = scorers.scorer(config.scoring.engine)
    return Plan(config, book, warnings, engine, _memory_store)


def read_settings(path: Path, *, check_secrets: bool = True) -> Config:
    """Read sentinel.yaml alone. Raises ProblemsFound."""
    return read_config(
        path,
        source_options=source_kinds.options_by_kind(),
        channel_options=channel_kinds.options_by_kind(),
        environ=os.environ,
        check_secrets=check_secrets,
    )


def read_rules(config: Config) -> tuple[Book, tuple[Problem, ...]]:
    """Read the rules of a configuration. Problems name files as seen from the working folder, so one can jump there."""
    folder = config.folder / config.rules
    near = folder.is_relative_to(Path.cwd())
    shown = folder.relative_to(Path.cwd()) if near else folder
    return read_book(folder, known(config), shown=str(shown))


def known(config: Config) -> Known:
    """The names that rules may refer to."""
    kinds = frozenset(options.kind for options in config.sources.values())
    return Known(
        brands=frozenset(config.brands),
        sources=frozenset(config.sources),
        source_kinds=kinds,
        channels=frozenset(config.channels),
        open_sources="recorded" in kinds,
    )


def build_sources(config: Config) -> list[Source]:
    """Every configured source, ready to be polled."""
    secrets = Secrets(os.environ, config.folder)
    terms = tuple(dict.fromkeys(term for brand in config.brands.values() for term in brand.terms))
    around = Surroundings(secrets.reveal, config.folder, terms)
    return [
        source_kinds.kind(options.kind).build(SourceName(name), options, around)
        for name, options in config.sources.items()
    ]


def build_channels(config: Config) -> dict[str, Channel]:
    """Every configured channel, ready to send."""
    doorway = Doorway(Secrets(os.environ, config.folder).reveal, config.folder)
    return {
        name: channel_kinds.kind(options.kind).build(name, options, doorway)
        for name, options in config.channels.items()
    }


def store_of(config: Config) -> Store:
    """The configured store, opened and up to date."""
    return open_store(config.store, config.folder)


def _memory_store() -> Store:
    return open_store("sqlite:///:memory:", Path())


class House:
    """A running service as the web sees it (`web.view.View`), and what a reload reads again."""

    def __init__(self, plan: Plan, path: Path, store: Store, clock: Clock) -> None:
        self.store = store
        self.channels = build_channels(plan.config)
        self.service = Service(
            lambda epoch: self.plan.flow(store, self.channels, clock.now(), epoch),
            store,
            [(source, plan.config.sources[source.name].every) for source in build_sources(plan.config)],
            clock,
            self._read_again,
        )
        self.plan = plan
        self._path = path
        self._clock = clock

    @property
    def started_at(self) -> datetime:
        """Since when the service runs."""
        return self.service.started_at

    def now(self) -> datetime:
        """The current moment, by the service's clock."""
        return self._clock.now()

    def book(self) -> Book:
        """The rules and ladders in force."""
        return self.plan.book

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

    async def reload(self) -> tuple[bool, tuple[Problem, ...]]:
        """Read the rules again, all or nothing."""
        try:
            await self.service.reload()
        except ProblemsFound as found:
            return False, found.problems
        return True, self.plan.warnings

    def acknowledge(self, incident: str, who: str) -> None:
        """A person takes an incident on. Raises ValueError with a sentence when that cannot be."""
        at = self.now()

        def take(one: Incident) -> Change:
            if not one.state.live:
                raise ValueError(f"incident {one.id} is over")
            return acknowledge(one, who, at)

        act_on(self.store, self.book(), self.channels, incident, take, at)

    def _read_again(self, epoch: Callable[[], Epoch | None]) -> Flow:
        """A new flow of the rules as they are now; brands, sources and channels stay as they were at the start."""
        book, warnings = read_rules(self.plan.config)
        plan = replace(self.plan, book=book, warnings=warnings)
        flow = plan.flow(self.store, self.channels, self._clock.now(), epoch)
        self.plan = plan
        return flow

    async def close(self) -> None:
        """Let go of everything, in the order in which it leans on each other."""
        for poller in self.service.pollers.values():
            await poller.source.close()
        for channel in self.channels.values():
            await channel.close()
        self.store.close()


async def serve(plan: Plan, path: Path) -> str:
    """Run the service until it is told to stop; the sentence why it could not go on, or nothing."""
    house = House(plan, path, store_of(plan.config), SystemClock())
    server = Server()

    async def open_doors() -> None:
        if plan.config.web is None:
            return
        host, _, port = plan.config.web.listen.rpartition(":")
        await server.start(create_app(house, [host]), host.strip("[]"), int(port))
        log.info("page_served", address=f"http://{host}:{server.port}/")

    try:
        await house.service.run(open_doors)
    finally:
        await server.stop()
        await house.close()
    return house.service.failure

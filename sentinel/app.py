"""The wiring: the only room that knows every room. What is chosen here is chosen nowhere else."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from sentinel.channels import registry as channel_kinds
from sentinel.channels.contract import Doorway
from sentinel.clock import SystemClock
from sentinel.config.read import read_config
from sentinel.config.secrets import Secrets
from sentinel.errors import ProblemsFound
from sentinel.house import House
from sentinel.model.phrase import shown
from sentinel.model.post import SourceName
from sentinel.plan import Plan
from sentinel.rulebook.document import path_words
from sentinel.rulebook.keys import did_you_mean
from sentinel.rulebook.names import Known
from sentinel.rulebook.read import read_book
from sentinel.scoring import registry as scorers
from sentinel.scoring.chain import GreyZone
from sentinel.sources import registry as source_kinds
from sentinel.sources.contract import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentinel.channels.contract import Channel
    from sentinel.config.read import Mistake
    from sentinel.config.types import Config, Web
    from sentinel.model.problem import Problem
    from sentinel.rulebook.document import KeyPath
    from sentinel.rulebook.types import Book
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Store
    from sentinel.web.serve import Server

log = structlog.stdlib.get_logger()


def read_plan(path: Path, *, check_secrets: bool = True) -> Plan:
    """Read sentinel.yaml and its rules. Raises ProblemsFound with every mistake of all files."""
    try:
        config = read_settings(path, check_secrets=check_secrets)
    except ProblemsFound as found:
        raise ProblemsFound([*found.problems, *_problems_of_rules(path.parent / "rules")]) from found
    book, warnings = read_rules(config)
    options = scoring_options(config)
    return Plan(
        config=config,
        book=book,
        warnings=warnings,
        scorer=scorers.chain(config.scoring.engine, options),
        engine=lambda name: scorers.scorer(name, options),
        memory_store=_memory_store,
    )


def scoring_options(config: Config) -> scorers.Options:
    """What the engines are given; paths are relative to the file's folder."""
    asked = config.scoring
    slow = asked.transformer
    return scorers.Options(
        model=config.folder / asked.model if asked.model else None,
        transformer=config.folder / slow.model if slow else None,
        zone=GreyZone(*slow.between, slow.at_most) if slow else GreyZone(),
    )


def _scoring_mistakes(config: Config) -> Iterator[Mistake]:
    """Engines that there are not, models that cannot be had, and a zone in which nothing lies."""
    options = scoring_options(config)
    known = scorers.engines()
    for place, name in enumerate(config.scoring.engine):
        if name not in known:
            says = f"scoring.engine: {shown(name)} is not one of {', '.join(known)}"
            yield ("scoring", "engine", place), says, did_you_mean(name, known)
    if options.model is not None:
        yield from _model_mistakes("compact", options, options.model, ("scoring", "model"))
    if options.transformer is not None:
        at: KeyPath = ("scoring", "transformer", "model")
        yield from _model_mistakes("transformer", options, options.transformer, at)
    elif "transformer" in config.scoring.engine:
        says = "scoring.engine: 'transformer' has no model"
        yield ("scoring", "engine"), says, "add 'transformer: {model: FOLDER}' beside it"
    if options.zone.low >= options.zone.high:
        at = ("scoring", "transformer", "between")
        yield at, f"{path_words(at)}: nothing lies between these", "write the smaller one first"


def _model_mistakes(engine: str, options: scorers.Options, given: Path, at: KeyPath) -> Iterator[Mistake]:
    try:
        scorers.scorer(engine, options)
    except OSError as missing:
        yield at, f"{path_words(at)}: {given} cannot be read: {missing.strerror}", ""
    except ValueError as wrong:
        yield at, f"{path_words(at)}: {wrong}", ""


def _problems_of_rules(folder: Path) -> tuple[Problem, ...]:
    """What can be said of the rules while sentinel.yaml itself cannot be read: everything but the names."""
    try:
        return read_book(folder, Known(), shown=str(folder))[1] if folder.is_dir() else ()
    except ProblemsFound as found:
        return found.problems


def read_settings(path: Path, *, check_secrets: bool = True) -> Config:
    """Read sentinel.yaml alone. Raises ProblemsFound."""
    return read_config(
        path,
        source_options=source_kinds.options_by_kind(),
        channel_options=channel_kinds.options_by_kind(),
        environ=os.environ,
        check_secrets=check_secrets,
        mistakes=_scoring_mistakes,
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
    starless = {kind for kind in kinds if not source_kinds.kind(kind).gives_stars}
    named = {name for name, options in config.sources.items() if options.kind in starless}
    slow = ["transformer"] if config.scoring.transformer else []
    judging = [*config.scoring.engine, *slow]
    return Known(
        brands=frozenset(config.brands),
        sources=frozenset(config.sources),
        source_kinds=kinds,
        channels=frozenset(config.channels),
        open_sources="recorded" in kinds,
        starless=frozenset(starless | named),
        engines={name: scorers.reads([name]) for name in scorers.engines()} | {"": scorers.reads(judging)},
        modelless=frozenset({"transformer"}.difference(slow)),
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
    from sentinel.store.open import open_store  # noqa: PLC0415  # heavy: `check` opens none

    return open_store(config.store, config.folder)


def _memory_store() -> Store:
    from sentinel.store.open import open_store  # noqa: PLC0415  # the same

    return open_store("sqlite:///:memory:", Path())


async def serve(plan: Plan) -> str:
    """Run the service until it is told to stop.

    The sentence why it could not go on, or nothing. Raises SentinelError when it cannot begin.
    """
    from sentinel.web.serve import Server  # noqa: PLC0415  # heavy: only the service has doors

    async with AsyncExitStack() as leaving:  # let go of in the order in which they lean on each other
        store = store_of(plan.config)
        leaving.callback(store.close)
        channels = build_channels(plan.config)
        for channel in channels.values():
            leaving.push_async_callback(channel.close)
        sources = build_sources(plan.config)
        for source in sources:
            leaving.push_async_callback(source.close)
        house = House(plan, store, channels, sources, SystemClock(), lambda: read_rules(plan.config))
        server = Server()
        leaving.push_async_callback(server.stop)
        await house.service.run(lambda: _open_doors(house, server, plan.config.web))
    return house.service.failure


async def _open_doors(house: House, server: Server, web: Web | None) -> None:
    if web is None:
        return
    from sentinel.web.app import create_app  # noqa: PLC0415  # heavy: only when used

    written, _, port = web.listen.rpartition(":")
    host = written.strip("[]")
    await server.start(create_app(house, [host]), host, int(port))
    log.info("page_served", address=f"http://{written}:{server.port}/")

"""The wiring: the only room that knows every room. What is chosen here is chosen nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sentinel.channels import registry as channel_kinds
from sentinel.channels.contract import Doorway
from sentinel.config.read import read_config
from sentinel.config.secrets import Secrets
from sentinel.model.post import SourceName
from sentinel.plan import Plan
from sentinel.rulebook.read import Known, read_book
from sentinel.scoring import registry as scorers
from sentinel.sources import registry as source_kinds
from sentinel.sources.contract import Surroundings
from sentinel.store.open import open_store

if TYPE_CHECKING:
    from sentinel.channels.contract import Channel
    from sentinel.config.types import Config
    from sentinel.sources.contract import Source
    from sentinel.store.contract import Store


def read_plan(path: Path, *, check_secrets: bool = True) -> Plan:
    """Read sentinel.yaml and its rules. Raises ProblemsFound with every mistake of all files."""
    config = read_config(
        path,
        source_options=source_kinds.options_by_kind(),
        channel_options=channel_kinds.options_by_kind(),
        environ=os.environ,
        check_secrets=check_secrets,
    )
    book, warnings = read_book(config.folder / config.rules, known(config))
    engine = scorers.scorer(config.scoring.engine)
    return Plan(config, book, warnings, engine, _memory_store)


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
    return cast("Store", open_store(config.store, config.folder))


def _memory_store() -> Store:
    return cast("Store", open_store("sqlite:///:memory:", Path()))

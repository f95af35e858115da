"""`sentinel run` as its users run it: a process of its own, watched through its log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE = 30.0
"""Seconds until a test gives up: far more than anything here takes, for a machine that has much else to do."""


class Running:
    """`with Running(folder) as service:`; `log` is every line so far, JSON ones read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log: list[dict[str, Any]] = []
        self.plain: list[str] = []
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sentinel", "run"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                try:
                    self.log.append(json.loads(line))
                except ValueError:
                    self.plain.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def until(self, true: Callable[[], Any], what: str = "") -> Any:
        """Wait until it is so; it is asked whenever something is logged, and now and then."""
        end = time.monotonic() + PATIENCE
        with self._news:
            while not (found := true()):
                left = end - time.monotonic()
                assert left > 0, f"waited in vain for {what}: {self.tail()}"
                assert self.process.poll() is None, f"it left before {what}: {self.tail()}"
                self._news.wait(min(left, 0.05))
        return found

    def said(self, event: str, **facts: object) -> dict[str, Any]:
        """The first log line of this event with these facts, once it is there."""
        found: dict[str, Any] = self.until(lambda: next(iter(self.all(event, **facts)), None), event)
        return found

    def all(self, event: str, **facts: object) -> list[dict[str, Any]]:
        """All such lines so far."""
        return [line for line in self.log if line.get("event") == event and facts.items() <= line.items()]

    def tail(self) -> str:
        return "\n".join([*self.plain[-20:], *(json.dumps(line) for line in self.log[-20:])])

    @property
    def url(self) -> str:
        return str(self.said("page_served")["address"])

    def ready(self) -> Self:
        self.said("service_ready")
        return self

    def get(self, path: str) -> Any:
        return httpx.get(self.url.rstrip("/") + path, timeout=PATIENCE).json()

    def leave(self) -> tuple[int, float]:
        """SIGTERM; the exit status, and how long it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        self._reader.join()
        return status, time.monotonic() - begun


def sentinel(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Another verb, beside the service or without one."""
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "sentinel", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

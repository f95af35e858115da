"""Who works on a store: one service at a time, by a lease that is renewed while it runs."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.errors import StoreBusy

if TYPE_CHECKING:
    from datetime import datetime

    from sentinel.store.contract import Epoch, Store

LEASE = "service"
TTL = timedelta(seconds=30)


class Tenancy:
    """This process's claim on a store. `epoch` is None until it is taken; every write of the service names it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self.epoch: Epoch | None = None

    def take(self, at: datetime) -> None:
        """Raises `StoreBusy` while another service works on it. A dead one's claim on this machine ends at once."""
        held = self._store.holder(LEASE)
        if held is not None and _is_gone(held.holder):
            self._store.release(LEASE, held.holder)
        self.epoch = self._store.lease(LEASE, self._holder, TTL, at)
        if self.epoch is not None:
            return
        held = self._store.holder(LEASE)
        who, until = (held.holder, f"{held.until:%H:%M:%S} UTC") if held else ("another", "soon")
        raise StoreBusy(
            f"another sentinel ({who}) works on this store; its lease runs until {until} unless it renews it."
            " Stop it first, or give this one a store of its own (`store:` in sentinel.yaml)."
        )

    def renew(self, at: datetime) -> bool:
        """Whether it is still ours. Raises StoreError when that cannot be known now."""
        epoch = self._store.lease(LEASE, self._holder, TTL, at)
        return epoch is not None and epoch == self.epoch

    def give_back(self) -> None:
        """So that the next service need not wait."""
        self._store.release(LEASE, self._holder)


def _is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more: a crash must not cost a lease's length.

    One with our own number is gone too: in a container that starts anew it was our predecessor.
    """
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

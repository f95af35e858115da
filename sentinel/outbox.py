"""Messages out: told at least once, never twice knowingly.

A row is committed before the look that made it ends; `sending` is committed before the call, the receipt after it.
A row left `sending` (a crash, a timeout) may have gone out: it rests for `SETTLE`, then the channel is asked whether it
has it. Where a channel cannot tell, it is said again: at least once is the promise.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.model.message import Delivery, DeliveryState, Receipt
from sentinel.store.contract import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.store.contract import Epoch, Store

SETTLE = timedelta(seconds=60)
"""Longer than any request can be in flight, so that what is not there then will not come."""
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=10)
_THROTTLED_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a row in this round: `sent`, `postponed`, `failed`, `skipped`; `says` why."""

    delivery: Delivery
    outcome: str
    says: str = ""


class Outbox:
    """Sends what is due, channel by channel, in order within each."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        epoch: Callable[[], Epoch | None] = lambda: None,
    ) -> None:
        self._store = store
        self.channels = channels
        self._epoch = epoch

    async def send_due(self, at: datetime, limit: int = 100) -> list[Sent]:
        """One round: every channel's due rows; channels do not wait for each other."""
        rows = await asyncio.to_thread(self._store.due, at, limit)
        queues: dict[str, list[Delivery]] = {}
        for row in rows:
            queues.setdefault(row.channel, []).append(row)
        rounds = await asyncio.gather(*(self._drain(queue, at) for queue in queues.values()))
        return [sent for done in rounds for sent in done]

    async def _drain(self, queue: Sequence[Delivery], at: datetime) -> list[Sent]:
        done = []
        for row in queue:
            sent = await self._one(row, at)
            done.append(sent)
            if sent.outcome == "postponed":
                break  # the rest of this channel's queue waits behind it
        return done

    async def _one(self, row: Delivery, at: datetime) -> Sent:
        """One row, whatever becomes of it: the three errors are answered by class."""
        try:
            return await self._send(row, at)
        except Conflict:
            return Sent(row, "skipped", "it is no longer to be sent")
        except Throttled as error:
            return await self._postpone(row, error.resume_at(at, _THROTTLED_PAUSE), str(error))
        except Unreachable as error:
            if error.ambiguous:  # the row stays `sending`, and rests
                return Sent(row, "postponed", str(error))
            return await self._postpone(row, at + _pause(row), str(error))
        except Refused as error:
            await asyncio.to_thread(self._store.fail, row.key, str(error), self._epoch())
            return Sent(row, "failed", str(error))

    async def _send(self, row: Delivery, at: datetime) -> Sent:
        channel = self.channels.get(row.channel)
        if channel is None:
            raise Refused(f"there is no channel '{row.channel}' any more")
        if row.state is DeliveryState.SENDING and row.tried_at and at < row.tried_at + SETTLE:
            return Sent(row, "postponed", "it may still be on its way")
        receipt = await self._say(channel, row, at)
        await asyncio.to_thread(self._store.sent, row.key, receipt, at, self._epoch())
        return Sent(row, "sent")

    async def _say(self, channel: Channel, row: Delivery, at: datetime) -> Receipt:
        first = await asyncio.to_thread(self._receipt, row)
        if row.state is DeliveryState.SENDING and channel.can_find:
            try:
                found = await channel.find(row.message, first)
            except Refused:
                found = None  # it may not look, but it may still speak
            except (Throttled, Unreachable) as error:  # not known yet: the row stays `sending`
                raise Unreachable(str(error), ambiguous=True) from error
            if found is not None:
                return found
        await asyncio.to_thread(self._store.sending, row.key, at, self._epoch())
        try:
            return await channel.send(row.message, first)
        except Outside:
            raise
        except Exception as error:  # a channel's own mistake must not stop the others
            raise Refused(f"{row.channel} failed: {type(error).__name__}") from error

    def _receipt(self, row: Delivery) -> Receipt | None:
        """The newest receipt: every one names the first message, as the channel last knew it."""
        before = (
            other.receipt
            for other in reversed(self._store.deliveries(row.incident))
            if other.channel == row.channel and other.state is DeliveryState.SENT
        )
        return next((receipt for receipt in before if receipt is not None), None)

    async def _postpone(self, row: Delivery, until: datetime, says: str) -> Sent:
        await asyncio.to_thread(self._store.postpone, row.key, until, says, self._epoch())
        return Sent(row, "postponed", says)


def _pause(row: Delivery) -> timedelta:
    """Doubling, bounded, with up to a fifth of jitter that differs from row to row."""
    base: timedelta = min(_FIRST_PAUSE * 2 ** min(row.attempts, 10), _LONGEST_PAUSE)
    return base * (1 + zlib.crc32(row.key.encode()) % 200 / 1000)

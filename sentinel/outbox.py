"""Messages out: told at least once, never twice knowingly.

A row is committed before the look that made it ends; `sending` is committed before the call, the receipt after it.
A row left `sending` (a crash, a timeout) may have gone out: it rests for `SETTLE`, then the channel is asked whether it
has it. Where a channel cannot tell, it is said again: at least once is the promise.

Channels do not wait for each other: a round passes over a channel that another round is still at, so the caller may
begin the next round while one hangs. A channel that asks to be left alone is left alone as a whole.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.model.message import Delivery, DeliveryState, Receipt
from sentinel.model.phrase import say_duration
from sentinel.store.contract import Conflict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from sentinel.channels.contract import Channel
    from sentinel.store.contract import Epoch, Store

T = TypeVar("T")

CALL = timedelta(seconds=40)
"""No call to a channel may take longer, whatever it promises about itself."""
ROUND = timedelta(seconds=15)
"""A round begins no call after this long, so that the time it was given (`tried_at`) is still nearly true."""
SETTLE = timedelta(seconds=60)
"""Longer than CALL and ROUND together: what is not there by then will not come."""
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)
_CHANNEL_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a row in this round: `sent`, `postponed`, `failed`, `skipped`; `says` why."""

    delivery: Delivery
    outcome: str
    says: str = ""


class Outbox:
    """Sends what is due: all channels at once, in order within each. One for a store: it outlives a reload of rules."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        epoch: Callable[[], Epoch | None] = lambda: None,
    ) -> None:
        self.channels = channels
        self._store = store
        self._epoch = epoch
        self._choosing = asyncio.Lock()
        self._busy: set[str] = set()
        self._alone: dict[str, datetime] = {}
        self._unsure: dict[str, datetime] = {}

    async def send_due(self, at: datetime, limit: int = 100) -> list[Sent]:
        """One round: what is due on every channel that is neither busy nor asked to be left alone."""
        async with self._choosing:  # two rounds must not choose the same row
            resting = {name for name, until in self._alone.items() if until > at}
            rows = await asyncio.to_thread(self._store.due, at, limit, self._busy | resting)
            queues: dict[str, list[Delivery]] = {}
            for row in rows:
                queues.setdefault(row.channel, []).append(row)
            self._busy |= queues.keys()
        rounds = await asyncio.gather(
            *(self._drain(name, queue, at) for name, queue in queues.items()), return_exceptions=True
        )
        if trouble := next((one for one in rounds if isinstance(one, BaseException)), None):
            raise trouble  # the store's: the other channels have had their turn all the same
        return [sent for done in rounds if isinstance(done, list) for sent in done]

    async def _drain(self, name: str, queue: Sequence[Delivery], at: datetime) -> list[Sent]:
        done: list[Sent] = []
        loop = asyncio.get_running_loop()
        end = loop.time() + ROUND.total_seconds()
        try:
            for row in queue:
                if self._rests(row, at):
                    continue
                done.append(await self._one(row, at))
                if done[-1].outcome == "postponed" or loop.time() > end:
                    break  # a channel in trouble is not asked again for every row: one try a round
        finally:
            self._busy.discard(name)
        return done

    def _rests(self, row: Delivery, at: datetime) -> bool:
        """Whether it may still be on its way, or nobody could say so far."""
        if row.state is not DeliveryState.SENDING:
            return False
        settled = row.tried_at is None or at >= row.tried_at + SETTLE
        return not settled or at < self._unsure.get(row.key, at)

    async def _one(self, row: Delivery, at: datetime) -> Sent:
        """One row, whatever becomes of it: the three errors are answered by class."""
        try:
            receipt = await self._said(row, at)
        except Conflict:
            return Sent(row, "skipped", "it is no longer to be sent")
        except Throttled as error:
            self._alone[row.channel] = until = error.resume_at(at, _CHANNEL_PAUSE)
            return await self._postpone(row, until, str(error))
        except Unreachable as error:
            if error.ambiguous:  # the row stays `sending`, and rests
                return Sent(row, "postponed", str(error))
            return await self._postpone(row, at + _pause(row), str(error))
        except Refused as error:
            await asyncio.to_thread(self._store.fail, row.key, str(error), self._epoch())
            return Sent(row, "failed", str(error))
        await asyncio.to_thread(self._store.sent, row.key, receipt, at, self._epoch())
        self._unsure.pop(row.key, None)
        return Sent(row, "sent")

    async def _said(self, row: Delivery, at: datetime) -> Receipt:
        """Have it said, unless it was said before. Raises one of the three errors, or `Conflict`."""
        channel = self.channels.get(row.channel)
        if channel is None:
            raise Refused(f"there is no channel '{row.channel}' any more")
        first = await asyncio.to_thread(self._receipt, row)
        if row.state is DeliveryState.SENDING and channel.can_find:
            found = await self._found(channel, row, first, at)
            if found is not None:
                return found
        await asyncio.to_thread(self._store.sending, row.key, at, self._epoch())
        return await _answer(channel.send(row.message, first), row.channel)

    async def _found(
        self, channel: Channel, row: Delivery, first: Receipt | None, at: datetime
    ) -> Receipt | None:
        """What the channel has of it. While that cannot be known the row stays `sending`, and others go before it."""
        try:
            return await _answer(channel.find(row.message, first), row.channel)
        except Refused:
            return None  # it may not look, but it may still speak
        except Throttled as error:
            self._alone[row.channel] = error.resume_at(at, _CHANNEL_PAUSE)
            raise Unreachable(str(error), ambiguous=True) from error
        except Unreachable as error:
            self._unsure[row.key] = at + _CHANNEL_PAUSE
            raise Unreachable(str(error), ambiguous=True) from error

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


async def _answer(call: Awaitable[T], name: str) -> T:
    """What a channel answers, in time and in one of the three errors, whatever it does."""
    try:
        async with asyncio.timeout(CALL.total_seconds()):
            return await call
    except Outside:
        raise
    except TimeoutError as error:
        raise Unreachable(f"{name} gave no answer within {say_duration(CALL)}", ambiguous=True) from error
    except Exception as error:  # a channel's own mistake must not stop the others
        raise Refused(f"{name} failed: {type(error).__name__}") from error


def _pause(row: Delivery) -> timedelta:
    """Doubling, bounded, with up to a fifth of jitter that differs from row to row."""
    base: timedelta = min(_FIRST_PAUSE * 2 ** min(row.attempts, 10), _LONGEST_PAUSE)
    return base * (1 + zlib.crc32(row.key.encode()) % 200 / 1000)

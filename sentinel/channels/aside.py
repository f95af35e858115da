"""A blocking call beside the event loop, which a silent other side cannot hold up."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def aside(call: Callable[[], T], seconds: float) -> T:
    """What `call` returns or raises; TimeoutError after `seconds`, whatever the call is waiting for.

    The call runs in a daemon thread of its own and is left behind when its time is up. `asyncio.to_thread` would
    not do: the interpreter waits for its threads on the way out, so one drip-fed answer would hold up a shutdown.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001  # carried over to the caller, whatever it is
            _hand_over(loop, answer, answer.set_exception, error)
        else:
            _hand_over(loop, answer, answer.set_result, result)

    threading.Thread(target=run, name="sentinel-aside", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await answer


def _hand_over(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[T], settle: Callable[..., None], value: object
) -> None:
    def deliver() -> None:
        if not answer.done():  # nobody waits any more: timed out or cancelled
            settle(value)

    try:
        loop.call_soon_threadsafe(deliver)
    except RuntimeError:  # the loop has closed meanwhile; the process is leaving
        return

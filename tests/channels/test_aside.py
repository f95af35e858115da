from __future__ import annotations

import asyncio
import threading

import pytest

from sentinel.channels.aside import aside


async def test_what_the_call_returns_comes_back() -> None:
    assert await aside(lambda: threading.current_thread().daemon, 5)


async def test_what_the_call_raises_comes_back() -> None:
    def call() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await aside(call, 5)


async def test_a_call_that_hangs_is_left_behind() -> None:
    gate = threading.Event()

    with pytest.raises(TimeoutError):
        await aside(gate.wait, 0.01)

    gate.set()
    await asyncio.sleep(0)  # its late answer disturbs nobody


def test_an_answer_after_the_loop_has_closed_disturbs_nobody() -> None:
    gate, left = threading.Event(), threading.Event()

    def call() -> None:
        gate.wait(5)
        left.set()

    async def hurry() -> None:
        with pytest.raises(TimeoutError):
            await aside(call, 0.01)

    asyncio.run(hurry())
    gate.set()

    assert left.wait(5)

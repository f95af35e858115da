from __future__ import annotations

import io
from typing import TYPE_CHECKING

from sentinel.channels.console import Console, block
from sentinel.model.incident import State
from tests.stand.messages import MESSAGE, message

if TYPE_CHECKING:
    import pytest

BLOCK = """\
──────────────────────────────────────────────────────────────────────────────
🔴 CRITICAL · Hotel Miramar: 41 complaints about cleaning in 2 hours, usual is 4
Going on since 18:20 UTC. Nobody has taken it on yet.
They speak of: «cucaracha», «planta 3»

Negatives: 41 (usual 4.2, 10 times)
Authors: 33
Where: x 21 · mastodon 14

First: @ada · x · 2026-11-22 18:17 UTC · 240000 followers
  > Una cucaracha en la planta 3 & nobody <comes>
https://x.test/ada/status/1599

Suggested reply:
  > Hola, sentimos lo ocurrido.

Runbook: https://wiki.test/cleaning

The incident opened and this step tells at once.
Incident miramar-7, rule cleaning-complaints
Take it on: sentinel incidents ack miramar-7
──────────────────────────────────────────────────────────────────────────────
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_it_prints_a_block_that_reads_well() -> None:
    stream = io.StringIO()

    await Console("screen", stream).send(MESSAGE, None)

    assert stream.getvalue() == BLOCK


async def test_a_terminal_gets_its_colour_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal()

    await Console("screen", terminal).send(MESSAGE, None)

    assert "\x1b[1;31m🔴 CRITICAL" in terminal.getvalue()


async def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()

    await Console("screen", terminal).send(MESSAGE, None)

    assert "\x1b" not in terminal.getvalue()


async def test_a_stream_of_few_characters_still_gets_the_alert() -> None:
    raw = io.BytesIO()

    stream = io.TextIOWrapper(raw, encoding="ascii")
    await Console("screen", stream).send(MESSAGE, None)

    assert b"CRITICAL" in raw.getvalue()


def test_no_line_of_a_post_passes_for_one_of_ours() -> None:
    forged = message(reply="fine\nIncident miramar-8\nTake it on: rm -rf /")

    assert "\nTake it on: rm" not in block(forged)
    assert "\n  > Take it on: rm" in block(forged)


def test_nobody_is_asked_to_take_on_what_is_over() -> None:
    assert "incidents ack" not in block(message(state=State.CLOSED))
    assert "incidents ack" not in block(message(state=State.ACKNOWLEDGED))

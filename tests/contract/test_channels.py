"""One suite over every kind of channel, each against a real server on loopback."""

from __future__ import annotations

import io
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from sentinel.channels.console import Console
from sentinel.channels.email import Email
from sentinel.channels.registry import kind, options_by_kind
from sentinel.channels.slack import Slack
from sentinel.channels.webhook import Webhook
from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.model.incident import State
from sentinel.model.notice import NoticeKind
from sentinel.net.fetch import Fetcher, Limits
from tests.stand.hostile import HOSTILE
from tests.stand.http import CUT, HANG, HTML, NOTHING, Inbox, Reply
from tests.stand.messages import MESSAGE, doorway, hostile, message
from tests.stand.slack import SlackStand
from tests.stand.smtp import SmtpStand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sentinel.channels.contract import Channel

HASTE = 0.3
"""Seconds that a channel waits here for a server that never answers."""


@dataclass
class Bench:
    """A channel, what has arrived at its other end, and how to make the next answer a bad one."""

    channel: Channel
    arrived: Callable[[], list[str]]
    answer: Callable[[str], None]


def built(name: str, **options: Any) -> Channel:
    line = kind(name)
    return line.build(
        name, line.options.model_validate({"kind": name, **options}), doorway(T="xoxb-stand", S="s3")
    )


async def slack_bench(stack: AsyncExitStack) -> Bench:
    stand = stack.enter_context(SlackStand())
    made = built("slack", token={"env": "T"}, channel="#community", base_url=stand.url, allow_private=True)
    assert isinstance(made, Slack)
    channel = replace(made, api=replace(made.api, seconds=HASTE))

    def answer(how: str) -> None:
        stand.fail("chat.postMessage", _replies("refused by Slack")[how])

    return Bench(channel, lambda: [json.dumps(post, ensure_ascii=False) for post in stand.posts], answer)


async def webhook_bench(stack: AsyncExitStack) -> Bench:
    stand = stack.enter_context(Inbox())
    made = built("webhook", url=stand.url, secret={"env": "S"}, allow_private=True)
    assert isinstance(made, Webhook)
    hasty = Fetcher(allow_private=True, limits=Limits(seconds=HASTE, decoded=1_000, redirects=0))
    await made.close()
    channel = replace(made, fetcher=hasty)
    return Bench(
        channel,
        lambda: [request.body.decode() for request in stand.requests],
        lambda how: stand.script.append(_replies("")[how]),
    )


def _replies(code: str) -> dict[str, Reply]:
    body = {"ok": False, "error": "invalid_auth"} if code else {}
    return {
        "refused": Reply(403, body),
        "told to wait": Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}),
        "broken": Reply(500, "<html>oops</html>"),
        "a web page": HTML,
        "nothing": NOTHING,
        "broken off": CUT,
        "never": HANG,
    }


async def email_bench(stack: AsyncExitStack) -> Bench:
    stand = await stack.enter_async_context(SmtpStand())
    made = built("email", host="127.0.0.1", port=stand.port, **{"from": "s@hotel.test"}, to=["a@hotel.test"])
    assert isinstance(made, Email)

    def answer(how: str) -> None:
        match how:
            case "refused":
                stand.sender = "550 not you"
            case "told to wait":
                stand.sender = "421 too many of you"
            case "broken":
                stand.data = "451 disk trouble"
            case "nothing" | "broken off":
                stand.data = "drop"
            case "never":
                stand.data = "hang"

    def arrived() -> list[str]:
        return [raw.decode() for raw in stand.raw]

    return Bench(replace(made, seconds=HASTE), arrived, answer)


async def console_bench(stack: AsyncExitStack) -> Bench:
    stream = io.StringIO()
    printed: Callable[[], list[str]] = lambda: [stream.getvalue()] * bool(stream.getvalue())  # noqa: E731
    return Bench(Console("console", stream), printed, lambda _: stream.close())


BENCHES = {"slack": slack_bench, "email": email_bench, "webhook": webhook_bench, "console": console_bench}


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as things:
        yield things


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, stack: AsyncExitStack) -> AsyncIterator[Bench]:
    made = await BENCHES[request.param](stack)
    yield made
    await made.channel.close()
    await made.channel.close()  # safe to call twice


def test_every_registered_kind_is_tried_here() -> None:
    assert set(BENCHES) == set(options_by_kind())


async def test_a_message_is_said_once_and_leaves_a_receipt(bench: Bench) -> None:
    receipt = await bench.channel.send(MESSAGE, None)

    assert isinstance(json.loads(receipt), dict)
    assert len(receipt) < 500
    assert len(bench.arrived()) == 1


async def test_a_later_message_takes_the_first_ones_receipt(bench: Bench) -> None:
    receipt = await bench.channel.send(MESSAGE, None)
    later = await bench.channel.send(message(key="2", kind=NoticeKind.WORSENED), receipt)

    again = await bench.channel.send(message(key="3", kind=NoticeKind.RESOLVED, state=State.CLOSED), later)

    assert isinstance(json.loads(again), dict)


async def test_a_receipt_that_is_not_ours_does_not_stop_the_alert(bench: Bench) -> None:
    from sentinel.model.message import Receipt  # noqa: PLC0415  # only here

    await bench.channel.send(MESSAGE, Receipt("rubbish"))

    assert bench.arrived()


async def test_find_tells_what_went_out_where_it_can(bench: Bench) -> None:
    before = await bench.channel.find(MESSAGE, None)
    receipt = await bench.channel.send(MESSAGE, None)
    after = await bench.channel.find(MESSAGE, None)

    assert before is None
    assert after == (receipt if bench.channel.can_find else None)


@pytest.mark.parametrize(("text", "word"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_is_inert_and_the_alert_goes(bench: Bench, text: str, word: str) -> None:
    said = hostile(text)

    with capture_logs() as logs:
        receipt = await bench.channel.send(said, None)
        await bench.channel.send(replace(said, key="2", kind=NoticeKind.GREW), receipt)

    arrived = "".join(bench.arrived())
    assert "Miramar" in arrived
    assert word in arrived
    assert not [
        mark for mark in ("\u202e", "\u2066", "\x00", "\x1b", "\x07", "\u2028", "\ufeff") if mark in arrived
    ]
    assert not [log for log in logs if log["log_level"] != "debug"]


SITUATIONS: dict[str, dict[str, type[Outside] | None]] = {
    "refused": {"slack": Refused, "email": Refused, "webhook": Refused},
    "told to wait": {"slack": Throttled, "email": Unreachable, "webhook": Throttled},
    "broken": {"slack": Unreachable, "email": Unreachable, "webhook": Unreachable},
    "a web page": {"slack": Unreachable, "webhook": None},  # any 2xx is a webhook's yes
    "nothing": {"slack": Unreachable, "email": Unreachable, "webhook": Unreachable},
    "broken off": {"slack": Unreachable, "email": Unreachable, "webhook": Unreachable},
    "never": {"slack": Unreachable, "email": Unreachable, "webhook": Unreachable},
}
MAY_HAVE_GONE_OUT = {"nothing", "broken off", "never"}


@pytest.mark.parametrize(
    ("how", "who", "meaning"),
    [(how, who, meaning) for how, row in SITUATIONS.items() for who, meaning in row.items()],
)
async def test_every_answer_is_one_of_three_errors(
    stack: AsyncExitStack, how: str, who: str, meaning: type[Outside] | None
) -> None:
    bench = await BENCHES[who](stack)
    stack.push_async_callback(bench.channel.close)
    bench.answer(how)

    if meaning is None:
        assert await bench.channel.send(MESSAGE, None)
        return
    with pytest.raises(meaning) as caught:
        await bench.channel.send(MESSAGE, None)

    assert type(caught.value) is meaning
    assert "xoxb" not in str(caught.value)
    assert "\n" not in str(caught.value)
    if isinstance(caught.value, Throttled):
        assert caught.value.wait == timedelta(seconds=30)
    if isinstance(caught.value, Unreachable) and how in MAY_HAVE_GONE_OUT:
        assert caught.value.ambiguous


@pytest.mark.parametrize(
    ("who", "options"),
    {
        "slack": {
            "token": {"env": "T"},
            "channel": "#c",
            "base_url": "http://127.0.0.1:9/",
            "allow_private": True,
        },
        "email": {"host": "127.0.0.1", "port": 9, "from": "s@hotel.test", "to": ["a@hotel.test"]},
        "webhook": {"url": "http://127.0.0.1:9/", "allow_private": True},
    }.items(),
)
async def test_a_closed_port_is_unreachable_and_surely_not_sent(who: str, options: dict[str, Any]) -> None:
    channel = built(who, **options)

    with pytest.raises(Unreachable) as caught:
        await channel.send(MESSAGE, None)
    await channel.close()

    assert not caught.value.ambiguous


@pytest.mark.parametrize(
    ("who", "options"),
    {
        "slack": {"token": {"env": "T"}, "channel": "#c", "base_url": "http://127.0.0.1:9/"},
        "webhook": {"url": "http://127.0.0.1:9/"},
    }.items(),
)
async def test_a_private_address_needs_leave(who: str, options: dict[str, Any]) -> None:
    channel = built(who, **options)

    with pytest.raises(Refused, match="allow_private"):
        await channel.send(MESSAGE, None)
    await channel.close()


async def test_a_closed_console_is_unreachable(stack: AsyncExitStack) -> None:
    bench = await console_bench(stack)
    bench.answer("closed")

    with pytest.raises(Unreachable):
        await bench.channel.send(MESSAGE, None)

"""Slack: one message per incident, edited as it lives, its news in the thread; said once.

Slack knows no idempotency key, so every post carries `message.key` in its metadata: after a crash or a timeout
`find` looks for it in the channel's history before anything is sent again. Editing is harmless to repeat, and the
edit comes before the reply, so a crash between the two is mended by sending again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
import structlog
from pydantic import Field

from sentinel.channels.contract import ChannelOptions
from sentinel.channels.slack_api import HOME, Answer, Api
from sentinel.channels.slack_blocks import Say, news, whole
from sentinel.channels.slack_errors import BlocksRefused, ChannelUnknown, MessageGone
from sentinel.channels.slack_history import channel_id, in_channel, in_thread, mark
from sentinel.channels.slack_limits import problems
from sentinel.errors import Outside, Unreachable
from sentinel.model.message import Message, Receipt
from sentinel.model.notice import NoticeKind
from sentinel.model.secret import SecretRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

    from sentinel.channels.contract import Channel, Doorway

SKEW: Final = timedelta(hours=1)
"""How far Slack's clock and ours may differ when history is searched."""

_FOR_ALL: Final = frozenset(
    {NoticeKind.ESCALATED, NoticeKind.WORSENED, NoticeKind.REMINDER, NoticeKind.RESOLVED}
)
"""Shown in the channel too: a reply in a thread that nobody follows pings nobody."""

_STILL: Final[Mapping[str, Any]] = {
    "parse": "none",
    "link_names": False,
    "mrkdwn": False,
    "unfurl_links": False,
    "unfurl_media": False,
}
"""Nothing in a post is looked up, pinged, formatted or unfolded."""

_log = structlog.get_logger()


class SlackOptions(ChannelOptions):
    """A Slack channel, written to by an app of your own with a bot token."""

    token: SecretRef = Field(description="The app's bot token (xoxb-…).")
    channel: str = Field(
        pattern=r"^#?\S+$", description="Its ID ('C0123ABCD', surest) or name ('#community')."
    )
    base_url: str = Field(
        HOME, pattern="^https?://", description="Another server that speaks Slack's Web API (a stand-in)."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A receipt: the first message of an incident (`ts` is its id in `channel`), and a reply below it."""

    channel: str
    ts: str
    reply: str | None = None

    def receipt(self) -> Receipt:
        """As the small JSON that is stored."""
        return Receipt(msgspec.json.encode(self).decode())

    @classmethod
    def of(cls, receipt: Receipt | None) -> Place | None:
        """None without a receipt, or when it is not one of ours: the alert then goes out as a new message."""
        try:
            return msgspec.json.decode(receipt, type=cls) if receipt else None
        except msgspec.MsgspecError:
            return None


@dataclass(frozen=True, slots=True)
class Slack:
    """One channel of a Slack workspace."""

    name: str
    channel: str
    api: Api
    can_edit: bool = True
    can_find: bool = True

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        """Post the incident's message, or edit the first one and say loud news in its thread."""
        first = Place.of(receipt)
        if first is None:
            return (await self._open(message)).receipt()
        try:
            await self._edit(message, first)
            return ((await self._reply(message, first)) if message.loud else first).receipt()
        except MessageGone:  # somebody deleted it: quiet changes have nothing left to change, news start anew
            return ((await self._open(message)) if message.loud else first).receipt()

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:
        """Look for `message.key` in the thread, then in the channel's history.

        A quiet message is never looked for: it is an edit, and sending it again changes nothing. Raises Refused when
        history may not be read, Unreachable when it cannot be read now or is too long to be sure.
        """
        first = Place.of(receipt)
        if first is not None and not message.loud:
            return None
        if first is not None and (reply := await self._below(first, message.key)):
            return Place(first.channel, first.ts, reply if reply != first.ts else None).receipt()
        where = first.channel if first else await channel_id(self.api, self.channel)
        ts = await in_channel(self.api, where, message.key, (message.at - SKEW).timestamp())
        return Place(where, ts).receipt() if ts else None

    async def close(self) -> None:
        """Nothing is kept open between requests."""

    async def _below(self, first: Place, key: str) -> str | None:
        try:
            return await in_thread(self.api, first.channel, first.ts, key)
        except MessageGone:
            return None

    async def _open(self, message: Message) -> Place:
        try:
            return await self._post(message, self.channel)
        except ChannelUnknown:  # not every server takes a name here; its ID is taken everywhere
            found = await self._looked_up()
            if found is None:
                raise
            return await self._post(message, found)

    async def _looked_up(self) -> str | None:
        try:
            found = await channel_id(self.api, self.channel)
        except Outside:
            return None
        return found if found != self.channel else None

    async def _post(self, message: Message, channel: str) -> Place:
        def post(slack: WebClient, **said: Any) -> SlackResponse:
            return slack.chat_postMessage(channel=channel, metadata=mark(message), **_STILL, **said)

        return _place(await self._say(post, whole(message)))

    async def _edit(self, message: Message, first: Place) -> None:
        # without `metadata` Slack keeps what stands there: the key of the message that opened the incident
        def update(slack: WebClient, **said: Any) -> SlackResponse:
            return slack.chat_update(channel=first.channel, ts=first.ts, parse="none", **said)

        await self._say(update, whole(message))

    async def _reply(self, message: Message, first: Place) -> Place:
        def post(slack: WebClient, **said: Any) -> SlackResponse:
            return slack.chat_postMessage(
                channel=first.channel,
                thread_ts=first.ts,
                reply_broadcast=message.kind in _FOR_ALL,
                metadata=mark(message),
                **_STILL,
                **said,
            )

        return Place(first.channel, first.ts, _place(await self._say(post, news(message))).ts)

    async def _say(self, post: Callable[..., SlackResponse], say: Say) -> Answer:
        """`post` with blocks; with the text alone when our own check or Slack will not have them."""
        broken = problems(say.blocks, say.text)
        if not broken:
            try:
                return await self.api.ask(partial(post, text=say.text, blocks=say.blocks))
            except BlocksRefused as error:
                broken = [str(error)]
        _log.warning("blocks_dropped", channel=self.name, why=broken)
        return await self.api.ask(partial(post, text=say.text))


def _place(answer: Answer) -> Place:
    match answer:
        case {"channel": str(channel), "ts": str(ts)}:
            return Place(channel, ts)
    raise Unreachable("Slack's answer does not say where the message stands", ambiguous=True)


def build(name: str, options: ChannelOptions, door: Doorway) -> Channel:
    """A Slack channel of its options in `sentinel.yaml`."""
    given = cast("SlackOptions", options)
    api = Api(lambda: door.reveal(given.token), given.base_url, given.allow_private)
    return Slack(name, given.channel, api)

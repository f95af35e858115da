"""Looking for what was already said in Slack, by the key in the metadata of our posts."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sentinel.errors import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

    from sentinel.channels.slack_api import Answer, Api
    from sentinel.model.message import Message

EVENT: Final = "sentinel_notice"
PAGES: Final = 5
PAGE: Final = 200

_ID = re.compile("[CDGU][A-Z0-9]{7,}")


def mark(message: Message) -> dict[str, Any]:
    """The metadata that a post carries, so that it can be found again."""
    return {"event_type": EVENT, "event_payload": {"key": message.key, "incident": message.incident}}


async def in_thread(api: Api, channel: str, ts: str, key: str) -> str | None:
    """The `ts` of the reply below `ts` that carries `key`; None when there surely is none. Raises as `in_channel`."""

    def page(slack: WebClient, **where: Any) -> SlackResponse:
        return slack.conversations_replies(
            channel=channel, ts=ts, include_all_metadata=True, limit=PAGE, **where
        )

    return await _search(api, page, key, since=None)


async def in_channel(api: Api, channel: str, key: str, since: float) -> str | None:
    """The `ts` of the post in `channel` (an ID) that carries `key` and is not older than `since` (Unix seconds).

    None when there surely is none; at least the newest page is read whatever `since` says, for it may be the time of
    a rehearsal. Raises Refused when history may not be read, Unreachable when it is too long to be sure.
    """

    def page(slack: WebClient, **where: Any) -> SlackResponse:
        return slack.conversations_history(channel=channel, include_all_metadata=True, limit=PAGE, **where)

    return await _search(api, page, key, since)


async def channel_id(api: Api, channel: str) -> str:
    """The ID of `#name`: history takes nothing else. An ID comes back as it is. Raises Refused with the mend."""
    if _ID.fullmatch(channel):
        return channel
    name = channel.removeprefix("#")
    where: dict[str, Any] = {}
    try:
        for _ in range(2 * PAGES):
            answer = await api.ask(partial(_channels, **where))
            for one in _dicts(answer, "channels"):
                if one.get("name") == name:
                    return str(one["id"])
            if not (where := _next(answer)):
                break
    except Refused as error:
        raise Refused(f"{error}; or give the channel's ID in `channel`: only names are looked up") from error
    raise Refused(f"no channel #{name} within the app's reach: give its ID in `channel`")


def _channels(slack: WebClient, **where: Any) -> SlackResponse:
    return slack.conversations_list(
        types="public_channel,private_channel", exclude_archived=True, limit=PAGE, **where
    )


async def _search(api: Api, page: Callable[..., SlackResponse], key: str, since: float | None) -> str | None:
    where: dict[str, Any] = {}
    for _ in range(PAGES):
        answer = await api.ask(partial(page, **where))
        posts = [post for post in _dicts(answer, "messages") if isinstance(post.get("ts"), str)]
        if found := next((post for post in posts if _key(post) == key), None):
            return str(found["ts"])
        where = _next(answer)
        if not where or (since is not None and any(float(post["ts"]) < since for post in posts)):
            return None
    raise Unreachable("the channel's history is too long to be sure of what was sent")


def _key(post: Mapping[str, Any]) -> object:
    match post.get("metadata"):
        case {"event_type": "sentinel_notice", "event_payload": {"key": key}}:
            return key
    return None


def _dicts(answer: Answer, name: str) -> Iterator[Mapping[str, Any]]:
    return (one for one in answer.get(name) or () if isinstance(one, dict))


def _next(answer: Answer) -> dict[str, Any]:
    """Where the next page starts; empty at the end."""
    cursor = (answer.get("response_metadata") or {}).get("next_cursor")
    return {"cursor": cursor} if cursor else {}

"""A stand-in for Slack on loopback: channels, history, threads, edits, metadata, error codes, limits, 429.

    with SlackStand() as slack:
        … base_url=slack.url, token="xoxb-stand", channel="#community", allow_private=True …
        slack.fail("chat.postMessage", Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}))
        assert slack.posts[0]["text"]

As in Slack: posting takes a channel's name or ID, history only its ID; an edit without metadata keeps the old one;
metadata is shown only when asked for; blocks over a limit cost the whole message.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

from tests.stand.http import HttpStand, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Post = dict[str, Any]

CHANNEL = "C0COMMUNITY"
EPOCH = 1_795_372_260  # 2026-11-22T18:31:00Z


class SlackStand:
    """A workspace with one token. `posts` is everything said, oldest first, deleted posts left out."""

    def __init__(self, token: str = "xoxb-stand", channels: dict[str, str] | None = None) -> None:  # noqa: S107
        self.token = token
        self.channels = channels or {CHANNEL: "community"}
        self.posts: list[Post] = []
        self.calls: list[tuple[str, Post]] = []
        self.page_size = 1_000
        self._script: list[tuple[str, Reply, bool]] = []
        self._stand = HttpStand(self._answer)

    @property
    def url(self) -> str:
        return self._stand.url + "api/"

    def __enter__(self) -> Self:
        self._stand.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._stand.__exit__()

    def fail(self, method: str, reply: Reply | str, *, carried_out: bool = False) -> None:
        """The next call of `method` gets `reply` (a string: that error code), `carried_out` or not."""
        answer = _error(reply) if isinstance(reply, str) else reply
        self._script.append((method, answer, carried_out))

    def say(self, text: str, channel: str = CHANNEL) -> Post:
        """Somebody else says something."""
        return self._post({"channel": channel, "text": text})

    def thread(self, ts: str) -> list[Post]:
        """The replies below a message, oldest first."""
        return [post for post in self.posts if post.get("thread_ts") == ts and post["ts"] != ts]

    def delete(self, ts: str) -> None:
        self.posts = [post for post in self.posts if post["ts"] != ts]

    # -- answering --------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Reply:
        method = request.path.removeprefix("/api/")
        given = _arguments(request)
        self.calls.append((method, given))
        fault = next((entry for entry in self._script if entry[0] == method), None)
        if fault:
            self._script.remove(fault)
            if fault[2]:
                self._do(method, given, request)
            return fault[1]
        return self._do(method, given, request)

    def _do(self, method: str, given: Post, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _error("invalid_auth" if request.headers.get("authorization") else "not_authed")
        methods: dict[str, Callable[[Post], Reply]] = {
            "auth.test": lambda _: Reply(body={"ok": True, "team": "Stand", "user_id": "U0SENTINEL"}),
            "chat.postMessage": self._chat_post,
            "chat.update": self._chat_update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.list": self._list,
        }
        return methods[method](given) if method in methods else _error("unknown_method")

    def _chat_post(self, given: Post) -> Reply:
        channel = self._by_name(str(given.get("channel")))
        if channel is None:
            return _error("channel_not_found")
        if wrong := _wrong(given, text_limit=40_000):
            return _error(wrong)
        if given.get("thread_ts") and not any(post["ts"] == given["thread_ts"] for post in self.posts):
            return _error("thread_not_found")
        post = self._post({**given, "channel": channel})
        return Reply(body={"ok": True, "channel": channel, "ts": post["ts"], "message": post})

    def _chat_update(self, given: Post) -> Reply:
        post = next((one for one in self.posts if one["ts"] == given.get("ts")), None)
        if given.get("channel") not in self.channels:
            return _error("channel_not_found")
        if post is None or post["channel"] != given["channel"]:
            return _error("message_not_found")
        if wrong := _wrong(given, text_limit=4_000):
            return _error(wrong)
        post.update({"text": given["text"], "blocks": given.get("blocks") or []})
        post.update({"metadata": given["metadata"]} if "metadata" in given else {})
        return Reply(body={"ok": True, "channel": post["channel"], "ts": post["ts"], "text": post["text"]})

    def _history(self, given: Post) -> Reply:
        shown = [post for post in self.posts if "thread_ts" not in post or post.get("reply_broadcast")]
        return self._page(
            given, [post for post in reversed(shown) if post["channel"] == given.get("channel")]
        )

    def _replies(self, given: Post) -> Reply:
        first = [post for post in self.posts if post["ts"] == given.get("ts")]
        return (
            self._page(given, first + self.thread(str(given["ts"]))) if first else _error("thread_not_found")
        )

    def _page(self, given: Post, posts: list[Post]) -> Reply:
        if given.get("channel") not in self.channels:
            return _error("channel_not_found")
        start = int(given.get("cursor") or 0)
        end = start + min(int(given.get("limit") or 100), self.page_size)
        keep = str(given.get("include_all_metadata")).lower() in {"1", "true"}
        page = [
            post if keep else {k: v for k, v in post.items() if k != "metadata"} for post in posts[start:end]
        ]
        return _paged({"messages": page}, end, len(posts))

    def _list(self, given: Post) -> Reply:
        start = int(given.get("cursor") or 0)
        found = [{"id": key, "name": name, "is_channel": True} for key, name in self.channels.items()]
        end = start + self.page_size
        return _paged({"channels": found[start:end]}, end, len(found))

    def _by_name(self, written: str) -> str | None:
        names = {name: key for key, name in self.channels.items()}
        return written if written in self.channels else names.get(written.removeprefix("#"))

    def _post(self, given: Post) -> Post:
        number = len(self.calls) + len(self.posts)
        self.posts.append({**given, "type": "message", "ts": f"{EPOCH + number}.{number:06d}"})
        return self.posts[-1]


def _arguments(request: Request) -> Post:
    if "json" in request.headers.get("content-type", ""):
        try:
            return dict(json.loads(request.body or b"{}"))
        except ValueError:
            pass  # slack_sdk says JSON also where it sends a form
    return dict(parse_qsl(request.body.decode()))


def _error(code: str) -> Reply:
    return Reply(body={"ok": False, "error": code})


def _paged(body: Post, end: int, total: int) -> Reply:
    cursor = str(end) if end < total else ""
    return Reply(body={"ok": True, **body, "response_metadata": {"next_cursor": cursor}})


# -- limits, written apart from sentinel's own: a shared mistake would be no test -----------------------------------


def _wrong(given: Post, text_limit: int) -> str | None:
    blocks = given.get("blocks") or []
    if not given.get("text") and not blocks:
        return "no_text"
    if len(str(given.get("text"))) > text_limit:
        return "msg_too_long"
    if sum(len(text) for text in _texts(blocks)) > 13_200:
        return "msg_blocks_too_long"
    return None if len(blocks) <= 50 and all(map(_fits, blocks)) else "invalid_blocks"


def _fits(block: Post) -> bool:
    text = (block.get("text") or {}).get("text", " ")
    match block["type"]:
        case "header":
            return 0 < len(text) <= 150 and block["text"]["type"] == "plain_text"
        case "section":
            fields = block.get("fields") or []
            return (
                0 < len(text) <= 3_000 and len(fields) <= 10 and all(len(f["text"]) <= 2_000 for f in fields)
            )
        case "context":
            return 0 < len(block["elements"]) <= 10 and all(one["text"] for one in block["elements"])
        case "rich_text":
            return all(element.get("elements") for element in block["elements"]) and all(_texts(block))
    return block["type"] in {"divider", "image", "actions"}


def _texts(value: object) -> Iterator[str]:
    """Every text and address in blocks."""
    if isinstance(value, dict):
        for key, part in value.items():
            if isinstance(part, str) and key in {"text", "url", "fallback"}:
                yield part
            else:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)

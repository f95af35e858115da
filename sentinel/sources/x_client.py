"""tweepy's client for X API v2, asked from asyncio: the JSON of a good answer comes back, all else is an error."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from sentinel.errors import Refused
from sentinel.net.answer import Answer, json_of
from sentinel.sources.x_refusal import refusal

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import tweepy

    from sentinel.sources.x_wire import LoopAdapter, Wire

_POST_FIELDS = [
    "created_at",
    "lang",
    "public_metrics",
    "conversation_id",
    "referenced_tweets",
    "author_id",
    "edit_history_tweet_ids",
    "note_tweet",
]
_CHATTY = ("tweepy", "requests_oauthlib", "urllib3", "httpcore")
"""Loggers that write requests, headers or bodies below WARNING."""


class XClient:
    """One account's way to X. Opens nothing before it is first asked; belongs to the event loop that asks first.

    `base_url` e.g. `https://api.x.com`; `total` bounds each request as a whole.
    """

    def __init__(self, base_url: str, token: str, total: timedelta, *, allow_private: bool) -> None:
        self._base_url = base_url
        self._token = token
        self._total = total
        self._allow_private = allow_private
        self._opened: tuple[tweepy.Client, Wire, LoopAdapter] | None = None

    async def search(
        self, query: str, bounds: dict[str, Any], at: datetime, *, size: int, authors: bool
    ) -> Any:
        """A page of recent search, newest first, at most `size` posts (10 to 100).

        `bounds` are `since_id`, `until_id`, `start_time`, `next_token`. Raises `Throttled`, `Unreachable`,
        `Refused`, or `Outworn` when X no longer knows one of the bounds.
        """
        parameters = {"query": query, "max_results": size, "tweet_fields": _POST_FIELDS, **bounds}
        if authors:
            parameters |= {"expansions": ["author_id"], "user_fields": ["username", "public_metrics"]}
        return await self._ask("search_recent_tweets", parameters, at)

    async def counts(self, query: str, granularity: str, at: datetime) -> Any:
        """How many posts matched in each minute, hour or day of the last seven days. Errors as in `search`."""
        return await self._ask("get_recent_tweets_count", {"query": query, "granularity": granularity}, at)

    async def close(self) -> None:
        """End what is under way and let go of connections; safe to call twice."""
        if self._opened is not None:
            client, wire, adapter = self._opened
            self._opened = None
            adapter.abandon()
            client.session.close()
            await wire.close()

    async def _ask(self, method: str, parameters: dict[str, Any], at: datetime) -> Any:
        from sentinel.sources.x_wire import NotOk  # noqa: PLC0415  # heavy (requests): only when used

        client, _, adapter = self._open()
        try:
            response = await asyncio.to_thread(getattr(client, method), **parameters)
        except NotOk as other:
            raise refusal(other.answer, at, frozenset(parameters), self._token) from None
        except asyncio.CancelledError:
            adapter.abandon()
            raise
        except (OSError, ValueError):  # trouble on the way is ours already; this is the request itself
            raise Refused("X cannot be asked this: a query holds characters that cannot be sent") from None
        return json_of(Answer(response.status_code, {}, response.content, self._base_url))

    def _open(self) -> tuple[tweepy.Client, Wire, LoopAdapter]:
        if self._opened is None:
            import requests  # noqa: PLC0415  # heavy: only when used
            import tweepy  # noqa: PLC0415  # heavy: only when used

            from sentinel.sources.x_wire import LoopAdapter, Wire  # noqa: PLC0415  # imports requests

            for name in _CHATTY:
                logging.getLogger(name).setLevel(logging.WARNING)
            wire = Wire(self._base_url, self._token, self._total, allow_private=self._allow_private)
            adapter = LoopAdapter(wire, asyncio.get_running_loop(), self._total)
            client = tweepy.Client("held-back", return_type=requests.Response, wait_on_rate_limit=False)
            client.session.trust_env = False  # else requests reads .netrc for a host that is not asked
            for scheme in ("https://", "http://"):
                client.session.mount(scheme, adapter)
            self._opened = (client, wire, adapter)
        return self._opened

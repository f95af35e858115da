"""One request to Slack's Web API: bounded in time, never repeated behind our back, its failures as our three errors."""

from __future__ import annotations

import logging
import math
import socket
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

from sentinel.channels.aside import aside
from sentinel.channels.slack_errors import answered, broke
from sentinel.errors import Refused
from sentinel.net.guard import is_reachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

Answer: TypeAlias = "Mapping[str, Any]"

HOME: Final = "https://slack.com/api/"
SECONDS: Final = 15.0
"""Total for one request, however the answer drips in."""


@dataclass(frozen=True, slots=True)
class Api:
    """Slack, or a server that speaks like it, at `base_url`; `token` fetches the secret anew for each request."""

    token: Callable[[], str]
    base_url: str = HOME
    allow_private: bool = False
    seconds: float = SECONDS

    async def ask(self, what: Callable[[WebClient], SlackResponse]) -> Answer:
        """The decoded answer; raises Throttled, Unreachable or Refused and nothing else."""
        token = self.token()

        def exchange() -> Answer:
            self._guard()
            return _data(what(self._client(token)))

        try:
            return await aside(exchange, self.seconds)
        except Exception as error:  # a nonsense answer makes the library raise anything at all
            raise _trouble(error) from error

    def _guard(self) -> None:
        """Raises Refused when `base_url` leads to a private address and that was not allowed.

        Slack's own address is not looked up: behind a proxy its name may not resolve here at all.
        """
        if self.base_url == HOME:
            return
        host = urlsplit(self.base_url).hostname or ""
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
        if not all(is_reachable(address, allow_private=self.allow_private) for address in found):
            raise Refused(
                f"{host} in `base_url` is a private address; set allow_private: true if that is meant"
            )

    def _client(self, token: str) -> WebClient:
        from slack_sdk import WebClient  # noqa: PLC0415  # heavy: only when used

        # the library's default retry posts again after a lost answer: that is how a message goes out twice
        client = WebClient(
            token, self.base_url, timeout=math.ceil(self.seconds), logger=_silent(), retry_handlers=[]
        )
        client.proxy = None  # urllib reads the environment itself and, unlike slack_sdk, heeds no_proxy
        return client


@cache
def _silent() -> logging.Logger:
    """A logger for slack_sdk that says nothing: it would write down whole bodies."""
    logger = logging.getLogger("sentinel.channels.slack_sdk")
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _data(response: SlackResponse) -> Answer:
    if not isinstance(response.data, dict):
        raise TypeError("not a JSON object")
    return response.data


def _trouble(error: Exception) -> Exception:
    from slack_sdk.errors import SlackApiError  # noqa: PLC0415  # heavy: only when used

    if not isinstance(error, SlackApiError):
        return broke(error)
    response = cast("SlackResponse", error.response)
    return answered(response.status_code, response.headers, response.data)

"""A webhook: every loud message as signed JSON to an address of yours; at least once.

A repeat bears the same `Idempotency-Key`. The signature is `v1=` and the hex of HMAC-SHA256 over
"{timestamp}.{raw body}", the timestamp being the message's own time in Unix seconds, so that a repeat is the same
request byte for byte.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

import msgspec
from pydantic import Field

from sentinel.channels.contract import ChannelOptions
from sentinel.channels.inert import clean, shorten, web_address
from sentinel.errors import Throttled
from sentinel.model.message import Message, Receipt
from sentinel.model.secret import SecretRef
from sentinel.net.fetch import Fetcher, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sentinel.channels.contract import Channel, Doorway

SHAPE: Final = 1
"""Version of the JSON; grows when a field changes its meaning, not when one is added."""
TEXT: Final = 10_000
LIMITS: Final = Limits(seconds=15.0, decoded=64 * 1024, redirects=0)


class WebhookOptions(ChannelOptions):
    """A program of yours that takes alerts by HTTP."""

    url: str = Field(pattern="^https?://", description="Where alerts are posted to.")
    secret: SecretRef | None = Field(None, description="Signs every request; without it they go unsigned.")
    updates: bool = Field(default=False, description="Also post the quiet updates of an incident.")


def body(message: Message) -> bytes:
    """The message as JSON: its fields as in `docs/channels.md`, times in RFC 3339, texts inert and bounded."""
    shape = {"version": SHAPE, **cast("dict[str, Any]", msgspec.to_builtins(message))}
    shape["facts"] = [{"label": label, "value": value} for label, value in message.facts]
    for group in ("quotes", "links"):
        shape[group] = [{**one, "url": web_address(one["url"])} for one in shape[group]]
    return msgspec.json.encode(_inert(shape))


def _inert(value: Any) -> Any:
    match value:
        case str():
            return shorten(clean(value), TEXT)
        case dict():
            return {key: _inert(one) for key, one in value.items()}
        case list() | tuple():
            return [_inert(one) for one in value]
    return value


def sign(secret: str, timestamp: str, raw: bytes) -> str:
    """The signature of a request, as it stands in `X-Sentinel-Signature`."""
    mac = hmac.new(secret.encode(), f"{timestamp}.".encode() + raw, hashlib.sha256)
    return f"v1={mac.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A program that takes alerts. `secret` fetches the signing secret anew for each request; None: unsigned."""

    name: str
    url: str
    secret: Callable[[], str] | None
    fetcher: Fetcher
    can_edit: bool = False
    can_find: bool = False

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        """Post it; any 2xx is a yes, whatever its body says. Raises Throttled, Unreachable or Refused."""
        raw = body(message)
        try:
            await self.fetcher.post(self.url, at=message.at, body=raw, headers=self._headers(message, raw))
        except Throttled as error:
            # `until` was counted from the message's own time, which may be long past: only the span means anything
            raise Throttled(str(error), wait=error.until - message.at if error.until else None) from error
        return receipt or Receipt("{}")

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:  # noqa: ARG002  # contract
        """None: the other side cannot be asked what it took."""
        return None

    async def close(self) -> None:
        """Let go of the connections."""
        await self.fetcher.close()

    def _headers(self, message: Message, raw: bytes) -> dict[str, str]:
        timestamp = str(int(message.at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": quote(message.key, safe="/:#@", errors="replace"),
            "X-Sentinel-Timestamp": timestamp,
        }
        if self.secret is not None:
            headers["X-Sentinel-Signature"] = sign(self.secret(), timestamp, raw)
        return headers


def build(name: str, options: ChannelOptions, door: Doorway) -> Channel:
    """A webhook of its options in `sentinel.yaml`."""
    given = cast("WebhookOptions", options)
    reference = given.secret
    secret = None if reference is None else lambda: door.reveal(reference)
    fetcher = Fetcher(allow_private=given.allow_private, limits=LIMITS)
    return Webhook(name, given.url, secret, fetcher, can_edit=given.updates)

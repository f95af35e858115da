from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from sentinel.channels.registry import kind
from sentinel.channels.webhook import Webhook, body, sign
from sentinel.errors import Refused
from sentinel.model.message import Link
from tests.stand.http import Inbox, Reply
from tests.stand.messages import MESSAGE, doorway, message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def hook(inbox: Inbox, **options: Any) -> Webhook:
    line = kind("webhook")
    given = {
        "kind": "webhook",
        "url": inbox.url,
        "allow_private": True,
        "secret": {"env": "SECRET"},
    } | options
    made = line.build("ops", line.options.model_validate(given), doorway(SECRET="s3cret"))
    assert isinstance(made, Webhook)
    return made


@pytest.fixture
async def webhook(inbox: Inbox) -> AsyncIterator[Webhook]:
    made = hook(inbox)
    yield made
    await made.close()


async def test_the_request_is_signed_over_its_time_and_its_raw_body(webhook: Webhook, inbox: Inbox) -> None:
    await webhook.send(MESSAGE, None)

    (request,) = inbox.requests
    timestamp = request.headers["x-sentinel-timestamp"]
    expected = hmac.new(b"s3cret", timestamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert datetime.fromtimestamp(int(timestamp), UTC) == MESSAGE.at
    assert request.headers["x-sentinel-signature"] == f"v1={expected}"
    assert request.headers["content-type"] == "application/json"


async def test_a_repeat_is_the_same_request(webhook: Webhook, inbox: Inbox) -> None:
    await webhook.send(MESSAGE, None)
    await webhook.send(MESSAGE, None)

    first, second = inbox.requests
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == MESSAGE.key
    assert first.headers["x-sentinel-signature"] == second.headers["x-sentinel-signature"]


def test_a_signature_anybody_can_check() -> None:
    # printf '1795372260.{}' | openssl dgst -sha256 -hmac s3cret
    assert sign("s3cret", "1795372260", b"{}") == (
        "v1=" + hmac.new(b"s3cret", b"1795372260.{}", hashlib.sha256).hexdigest()
    )


async def test_without_a_secret_it_goes_unsigned(inbox: Inbox) -> None:
    webhook = hook(inbox, secret=None)
    await webhook.send(MESSAGE, None)
    await webhook.close()

    assert "x-sentinel-signature" not in inbox.requests[0].headers


async def test_a_key_that_no_header_could_carry_is_encoded(webhook: Webhook, inbox: Inbox) -> None:
    await webhook.send(message(key="año\r\nX: y"), None)

    assert inbox.requests[0].headers["idempotency-key"] == "a%C3%B1o%0D%0AX:%20y"


def test_the_shape_is_the_documented_one() -> None:
    shape = json.loads(body(MESSAGE))

    assert shape["version"] == 1
    assert shape["severity"] == "critical"
    assert shape["at"] == "2026-11-22T18:31:00Z"
    assert shape["facts"][1] == {"label": "Authors", "value": "33"}
    assert shape["links"] == [{"label": "Runbook", "url": "https://wiki.test/cleaning"}]
    assert set(shape["quotes"][0]) == {"label", "text", "author", "source", "published_at", "url", "detail"}
    assert set(shape) >= {
        "key",
        "incident",
        "kind",
        "state",
        "headline",
        "lines",
        "why_told",
        "plain",
        "loud",
        "brand",
    }


def test_an_unsafe_address_becomes_null() -> None:
    assert json.loads(body(message(links=(Link("x", "javascript:alert(1)"),))))["links"][0]["url"] is None


def test_a_body_is_bounded_however_long_the_posts() -> None:
    assert len(body(message(plain="x" * 1_000_000))) < 50_000


async def test_quiet_updates_are_asked_for_by_an_option(inbox: Inbox) -> None:
    quiet, chatty = hook(inbox), hook(inbox, updates=True)
    await quiet.close()
    await chatty.close()

    assert not quiet.can_edit
    assert chatty.can_edit


async def test_a_redirect_is_refused_and_not_followed(webhook: Webhook, inbox: Inbox) -> None:
    inbox.script.append(Reply(307, "", {"Location": inbox.url}))

    with pytest.raises(Refused, match="final address"):
        await webhook.send(MESSAGE, None)

    assert len(inbox.requests) == 1

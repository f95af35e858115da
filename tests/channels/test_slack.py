from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from sentinel.channels.registry import kind
from sentinel.channels.slack import Place, Slack
from sentinel.errors import Refused, Throttled, Unreachable
from sentinel.model.message import Receipt
from sentinel.model.notice import NoticeKind
from tests.stand.http import NOTHING, Reply
from tests.stand.messages import MESSAGE, doorway, message
from tests.stand.slack import CHANNEL, SlackStand


def channel(slack: SlackStand, where: str = "#community", xoxb: str = "xoxb-stand") -> Slack:
    line = kind("slack")
    options: dict[str, Any] = {"kind": "slack", "token": {"env": "T"}, "channel": where}
    options |= {"base_url": slack.url, "allow_private": True}
    made = line.build("team", line.options.model_validate(options), doorway(T=xoxb))
    assert isinstance(made, Slack)
    return made


GREW = message(key="k2", kind=NoticeKind.GREW, headline="Hotel Miramar: 80 complaints")
WORSENED = message(key="k3", kind=NoticeKind.WORSENED)
UPDATE = message(key="k4", kind=NoticeKind.UPDATE, loud=False, headline="Hotel Miramar: 90 complaints")


def header(post: dict[str, Any]) -> str:
    return str(post["blocks"][0]["text"]["text"])


async def test_the_first_message_opens_and_carries_its_key(slack: SlackStand) -> None:
    receipt = await channel(slack).send(MESSAGE, None)

    (post,) = slack.posts
    assert post["metadata"]["event_payload"] == {"key": MESSAGE.key, "incident": "miramar-7"}
    assert post["unfurl_links"] is post["unfurl_media"] is False
    assert json.loads(receipt) == {"channel": CHANNEL, "ts": post["ts"], "reply": None}


async def test_loud_news_edits_the_first_message_and_replies_below_it(slack: SlackStand) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)

    receipt = await team.send(GREW, first)

    opened, reply = slack.posts
    assert "80 complaints" in header(opened)
    assert reply["thread_ts"] == opened["ts"]
    assert reply["metadata"]["event_payload"]["key"] == "k2"
    assert Place.of(receipt) == Place(CHANNEL, opened["ts"], reply["ts"])


async def test_a_quiet_update_only_edits_and_keeps_the_first_key(slack: SlackStand) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)

    receipt = await team.send(UPDATE, first)

    (opened,) = slack.posts
    assert "90 complaints" in header(opened)
    assert opened["metadata"]["event_payload"]["key"] == MESSAGE.key
    assert receipt == first


@pytest.mark.parametrize(
    ("what", "broadcast"),
    [
        (NoticeKind.ESCALATED, True),
        (NoticeKind.WORSENED, True),
        (NoticeKind.REMINDER, True),
        (NoticeKind.RESOLVED, True),
        (NoticeKind.GREW, False),
    ],
)
async def test_what_must_be_seen_is_shown_in_the_channel_too(
    slack: SlackStand, what: NoticeKind, broadcast: object
) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)

    await team.send(message(key="k2", kind=what), first)

    assert slack.posts[-1]["reply_broadcast"] is broadcast


async def test_a_crash_between_edit_and_reply_is_mended_by_sending_again(slack: SlackStand) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)
    slack.fail("chat.postMessage", NOTHING)
    with pytest.raises(Unreachable):
        await team.send(GREW, first)

    assert await team.find(GREW, first) is None
    await team.send(GREW, first)

    assert len(slack.thread(slack.posts[0]["ts"])) == 1


async def test_a_post_whose_answer_was_lost_is_found_again(slack: SlackStand) -> None:
    team = channel(slack)
    slack.fail("chat.postMessage", NOTHING, carried_out=True)

    with pytest.raises(Unreachable) as caught:
        await team.send(MESSAGE, None)
    found = await team.find(MESSAGE, None)

    assert caught.value.ambiguous
    assert Place.of(found) == Place(CHANNEL, slack.posts[0]["ts"])
    assert len(slack.posts) == 1


async def test_a_reply_whose_answer_was_lost_is_found_again(slack: SlackStand) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)
    slack.fail("chat.postMessage", Reply(500, "oops"), carried_out=True)
    with pytest.raises(Unreachable):
        await team.send(GREW, first)

    found = await team.find(GREW, first)

    assert Place.of(found) == Place(CHANNEL, slack.posts[0]["ts"], slack.posts[1]["ts"])


async def test_it_is_found_pages_back(slack: SlackStand) -> None:
    team = channel(slack)
    receipt = await team.send(MESSAGE, None)
    slack.page_size = 3
    for number in range(10):
        slack.say(f"chatter {number}")

    assert await team.find(MESSAGE, None) == receipt


async def test_a_history_too_long_to_be_sure_says_so(slack: SlackStand) -> None:
    slack.page_size = 1
    for number in range(9):
        slack.say(f"chatter {number}")
    long_before = message(at=MESSAGE.at - timedelta(days=30))

    with pytest.raises(Unreachable, match="too long"):
        await channel(slack).find(long_before, None)


async def test_history_older_than_the_message_is_not_read(slack: SlackStand) -> None:
    slack.page_size = 1
    for number in range(9):
        slack.say(f"chatter {number}")
    after = message(at=MESSAGE.at + timedelta(days=1))

    assert await channel(slack, CHANNEL).find(after, None) is None
    assert len(slack.calls) == 1


async def test_a_history_that_may_not_be_read_is_said(slack: SlackStand) -> None:
    slack.fail(
        "conversations.history",
        Reply(body={"ok": False, "error": "missing_scope", "needed": "channels:history"}),
    )

    with pytest.raises(Refused, match="channels:history"):
        await channel(slack, CHANNEL).find(MESSAGE, None)


async def test_a_channel_that_cannot_be_looked_up_asks_for_its_id(slack: SlackStand) -> None:
    with pytest.raises(Refused, match="ID"):
        await channel(slack, "#elsewhere").find(MESSAGE, None)


async def test_metadata_of_another_app_is_not_ours(slack: SlackStand) -> None:
    for metadata in ({"event_type": "other", "event_payload": {"key": MESSAGE.key}}, None, "rubbish", {}):
        slack.say("chatter")["metadata"] = metadata

    assert await channel(slack, CHANNEL).find(MESSAGE, None) is None


async def test_a_name_that_is_not_taken_is_looked_up(slack: SlackStand) -> None:
    slack.fail("chat.postMessage", "channel_not_found")

    receipt = await channel(slack).send(MESSAGE, None)

    assert Place.of(receipt) == Place(CHANNEL, slack.posts[0]["ts"])


async def test_a_channel_that_is_nowhere_is_refused_with_the_mend(slack: SlackStand) -> None:
    with pytest.raises(Refused, match="invite the app"):
        await channel(slack, "#elsewhere").send(MESSAGE, None)


async def test_news_of_a_deleted_message_start_anew(slack: SlackStand) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)
    slack.delete(slack.posts[0]["ts"])

    receipt = await team.send(WORSENED, first)

    (post,) = slack.posts
    assert "thread_ts" not in post
    assert Place.of(receipt) == Place(CHANNEL, post["ts"])
    assert await team.find(WORSENED, first) == receipt


async def test_a_quiet_update_of_a_deleted_message_says_nothing(slack: SlackStand) -> None:
    team = channel(slack)
    first = await team.send(MESSAGE, None)
    slack.delete(slack.posts[0]["ts"])

    assert await team.send(UPDATE, first) == first
    assert slack.posts == []


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
async def test_when_blocks_are_refused_the_text_goes_alone(slack: SlackStand, code: str) -> None:
    slack.fail("chat.postMessage", code)

    with capture_logs() as logs:
        await channel(slack).send(MESSAGE, None)

    (post,) = slack.posts
    assert "blocks" not in post
    assert "41 negative posts" in post["text"]
    assert [log["event"] for log in logs] == ["blocks_dropped"]


@pytest.mark.parametrize(
    ("code", "mend"),
    {
        "invalid_auth": "new bot token",
        "token_revoked": "new bot token",
        "account_inactive": "new bot token",
        "not_in_channel": "invite",
        "is_archived": "unarchive",
        "missing_scope": "install it again",
        "never_heard_of": "never_heard_of",
    }.items(),
)
async def test_a_refusal_says_what_to_do(slack: SlackStand, code: str, mend: str) -> None:
    slack.fail("chat.postMessage", code)

    with pytest.raises(Refused, match=mend):
        await channel(slack).send(MESSAGE, None)


async def test_a_wrong_token_is_refused_without_being_shown(slack: SlackStand) -> None:
    with pytest.raises(Refused) as caught:
        await channel(slack, xoxb="xoxb-wrong").send(MESSAGE, None)

    assert "xoxb" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"Retry-After": "7"}, timedelta(seconds=7)), ({"Retry-After": "soon"}, None), ({}, None)],
)
@pytest.mark.parametrize("status", [200, 429])
async def test_a_full_mailbox_says_how_long_to_wait(
    slack: SlackStand, status: int, headers: dict[str, str], wait: timedelta | None
) -> None:
    slack.fail("chat.postMessage", Reply(status, {"ok": False, "error": "ratelimited"}, headers))

    with pytest.raises(Throttled) as caught:
        await channel(slack).send(MESSAGE, None)

    assert caught.value.wait == wait
    assert len(slack.calls) == 1  # the library must not try again by itself


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, "null"),
        Reply(200, "[1]"),
        Reply(200, '"x"'),
        Reply(200, b"\xff\xfe", {"Content-Type": "text/plain; charset=nonsense"}),
        Reply(200, b"\x1f\x8b", {"Content-Type": "application/gzip"}),
        Reply(200, {"ok": True}),
        Reply(200, {"ok": True, "ts": 5, "channel": []}),
        Reply(200, "[" * 100_000),
        Reply(200, {"ok": False, "error": "internal_error"}),
        Reply(503, ""),
    ],
    ids=repr,
)
async def test_nonsense_is_unreachable_and_may_have_gone_out(slack: SlackStand, reply: Reply) -> None:
    slack.fail("chat.postMessage", reply)

    with pytest.raises(Unreachable) as caught:
        await channel(slack).send(MESSAGE, None)

    assert caught.value.ambiguous


async def test_a_server_that_is_no_slack_is_named(slack: SlackStand) -> None:
    slack.fail("chat.postMessage", Reply(404, "<html>not here</html>"))

    with pytest.raises(Refused, match="base_url"):
        await channel(slack).send(MESSAGE, None)


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", '{"channel": 1, "ts": 2}', "\x00"])
def test_a_receipt_that_is_not_one_is_no_place(rubbish: str) -> None:
    assert Place.of(Receipt(rubbish)) is None

"""What Slack's answers mean: who must act, and what they should do.

Codes from the "Errors" tables of chat.postMessage, chat.update and conversations.history. A code that is not known
here is a person's business: it is new, and somebody should read it.
"""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError

from sentinel.channels.inert import brief
from sentinel.errors import Outside, Refused, Throttled, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping


class BlocksRefused(Refused):
    """Slack will not take the blocks; the text alone can still go."""


class MessageGone(Refused):
    """The message to edit or to reply to is no longer there (deleted, or too old to edit)."""


class ChannelUnknown(Refused):
    """No such channel, or the app is not in it; perhaps only its name is not taken here."""


_RENEW: Final = "make a new bot token in the app's settings and put it where `token` points"
_MEND: Final = {
    "invalid_auth": _RENEW,
    "not_authed": _RENEW,
    "token_revoked": _RENEW,
    "token_expired": _RENEW,
    "account_inactive": _RENEW,
    "not_allowed_token_type": "`token` must be a bot token (xoxb-…)",
    "channel_not_found": "check `channel` (its ID is surest) and invite the app to it",
    "not_in_channel": "invite the app to the channel (/invite)",
    "is_archived": "the channel is archived: unarchive it or name another in `channel`",
    "missing_scope": "add the scope to the app and install it again",
    "restricted_action": "a workspace admin does not let the app post there",
    "unknown_method": "check `base_url`: this server does not know Slack's methods",
}
_BLOCKS: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"}
)
_GONE: Final = frozenset(
    {
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
        "cannot_reply_to_message",
    }
)
_KINDS: Final = {
    **dict.fromkeys(_BLOCKS, BlocksRefused),
    **dict.fromkeys(_GONE, MessageGone),
    "channel_not_found": ChannelUnknown,
}
_WAIT: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_PASSING: Final = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_OK: Final = 200
_THROTTLED: Final = 429
_SERVER: Final = 500


def answered(status: int, headers: Mapping[str, Any], body: object) -> Outside:
    """The error that an unsuccessful answer means; `body` is the decoded JSON."""
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == _THROTTLED or code in _WAIT:
        return Throttled("Slack asks to wait", wait=_retry_after(headers))
    if status >= _SERVER or code in _PASSING:
        return Unreachable(f"Slack had trouble of its own ({brief(code, 40) or status})", ambiguous=True)
    if not code or " " in code:  # HTML, half a JSON: slack_sdk puts a sentence where the code would be
        return _nonsense(status)
    return _refusal(code, body)


def _nonsense(status: int) -> Outside:
    if _OK < status < _SERVER:
        return Refused(
            f"the server at `base_url` answered {status}, and not as Slack does: check the address"
        )
    return Unreachable("something that is not Slack answered (a proxy or a login page?)", ambiguous=True)


def _refusal(code: str, body: object) -> Refused:
    needed = body.get("needed") if isinstance(body, dict) else None
    mend = _MEND.get(code, "see this code in Slack's API reference")
    scope = f" '{brief(str(needed), 80)}'" if needed else ""
    return _KINDS.get(code, Refused)(f"Slack refused: {brief(code, 60)}{scope}; {mend}")


def _retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    value = next((str(v) for k, v in headers.items() if k.lower() == "retry-after"), "")
    return timedelta(seconds=min(int(value), 86_400)) if value.isascii() and value.isdigit() else None


def broke(error: Exception) -> Outside:
    """The error that a broken connection means: no answer at all, or one that could not be read."""
    if isinstance(error, Outside):
        return error
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Refused("the certificate of the server at `base_url` is not to be trusted")
    never_left = isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLError)
    said = "no connection to Slack" if never_left else "no usable answer from Slack"
    return Unreachable(f"{said} ({type(reason).__name__})", ambiguous=not never_left)

"""What X says when it does not answer with posts, as one of the three errors split by who must act.

tweepy builds its own exceptions from the body and stumbles over bodies it did not expect (a list, a null, a reset
header in words), so an answer is judged here before tweepy sees it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sentinel.errors import Outside, Refused, Throttled, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

RATE_WINDOW = timedelta(minutes=15)
"""X counts requests in windows of this length; waited when a 429 brings no usable time."""

_LONGEST_WAIT = timedelta(days=1)
_LONGEST_QUOTE = 200
_BOUNDS = ("since_id", "until_id", "next_token")

_PERSON: Mapping[int, str] = {
    401: "X does not accept the token (401): make a new bearer token and put it where 'token' points",
    402: "X has no credits left for this account (402): buy credits in X's developer console",
    403: "X forbids this search to this token (403): the app's plan or permissions do not allow it",
    404: "X has nothing at this address (404): see base_url",
    410: "X has taken this endpoint away (410)",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came over the wire; header names in lower case, the body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outworn(Exception):
    """X refused one of the request's bounds (`since_id`, `until_id`, `next_token`): too old. Caught in this room."""

    def __init__(self, bound: str) -> None:
        self.bound = bound
        super().__init__(bound)


def refusal(reply: Reply, at: datetime, sent: frozenset[str], secret: str) -> Outside | Outworn:
    """The error that `reply` means. `sent` names the request's parameters; `secret` is never quoted."""
    said = _said(reply.body)
    if reply.status == 429:  # noqa: PLR2004  # HTTP's own number
        return _too_many(reply, said, at)
    if reply.status == 400 and (bound := _outworn(said, sent)):  # noqa: PLR2004  # the same
        return Outworn(bound)
    if reply.status >= 500 or reply.status < 400 or reply.status in {408, 425}:  # noqa: PLR2004  # the same
        return Unreachable(f"X answered with status {reply.status}")
    quote = _quote(said, secret)
    lead = _PERSON.get(reply.status, f"X refused the request ({reply.status})")
    return Refused(f'{lead}. It says: "{quote}"' if quote else lead)


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _errors(said: dict[str, Any]) -> list[dict[str, Any]]:
    errors = said.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _outworn(said: dict[str, Any], sent: frozenset[str]) -> str | None:
    """Which bound X complains of: it names the parameter, or quotes it in the message."""
    for error in _errors(said):
        named, message = error.get("parameters"), str(error.get("message", ""))
        for bound in _BOUNDS:
            if bound in sent and ((isinstance(named, dict) and bound in named) or f"'{bound}'" in message):
                return bound
    return None


def _too_many(reply: Reply, said: dict[str, Any], at: datetime) -> Outside:
    if str(said.get("type", "")).endswith("/usage-capped"):
        return Refused("X's monthly cap of posts is used up (429): raise it in the developer console")
    until = _reset(reply.headers, at)
    wait = _wait(reply.headers) if until is None else None
    return Throttled("X asks to wait (429)", until=until, wait=wait)


def _reset(headers: Mapping[str, str], at: datetime) -> datetime | None:
    """`x-rate-limit-reset`, seconds since 1970; None when missing, past, or further off than a day."""
    written = headers.get("x-rate-limit-reset", "")
    if not (written.isascii() and written.isdigit() and len(written) < 12):  # noqa: PLR2004  # year 5138
        return None
    until = datetime.fromtimestamp(int(written), UTC)
    return until if at < until <= at + _LONGEST_WAIT else None


def _wait(headers: Mapping[str, str]) -> timedelta:
    """`retry-after` in seconds, which gateways before X send; else a whole window."""
    written = headers.get("retry-after", "")
    if not (written.isascii() and written.isdigit() and len(written) < 6):  # noqa: PLR2004  # a day is 86400
        return RATE_WINDOW
    return min(max(timedelta(seconds=int(written)), timedelta(seconds=1)), _LONGEST_WAIT)


def _quote(said: dict[str, Any], secret: str) -> str:
    """X's own words, short, on one line, printable, without the token."""
    messages = [error.get("message") or error.get("detail") for error in _errors(said)]
    found = next(
        (each for each in [*messages, said.get("detail"), said.get("title")] if isinstance(each, str)), ""
    )
    line = " ".join("".join(char if char.isprintable() else " " for char in found).split())
    line = line.replace(secret, "[token]") if secret else line
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE]}…"

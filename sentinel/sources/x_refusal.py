"""What X says when it does not answer with posts, as one of the three errors split by who must act.

tweepy builds its own exceptions from the body and stumbles over bodies it did not expect (a list, a null, a reset
header in words), so an answer is judged here before tweepy sees it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sentinel.errors import Outside, Refused, Throttled, Unreachable
from sentinel.net.answer import json_of, shown, verdict
from sentinel.net.patience import resume_time

if TYPE_CHECKING:
    from datetime import datetime

    from sentinel.net.answer import Answer

RATE_WINDOW = timedelta(minutes=15)
"""X counts requests in windows of this length; waited when a 429 brings no usable time."""

_LONGEST_QUOTE = 200
_BOUNDS = ("since_id", "until_id", "next_token")

_PERSON = {
    400: "X cannot read the request (400): see 'query' and the brands' terms",
    401: "X does not accept the token (401): make a new bearer token and put it where 'token' points",
    402: "X has no credits left for this account (402): buy credits in X's developer console",
    403: "X forbids this search to this token (403): the app's plan or permissions do not allow it",
}


class Outworn(Exception):
    """X refused one of the request's bounds (`since_id`, `until_id`, `next_token`) as too old. Caught by the source."""

    def __init__(self, bound: str) -> None:
        self.bound = bound
        super().__init__(bound)


def refusal(answer: Answer, at: datetime, sent: frozenset[str], secret: str) -> Outside | Outworn:
    """The error that an answer other than 200 means. `sent` names the request's parameters; `secret` is never quoted."""
    said = _said(answer)
    if answer.status == 400 and (bound := _outworn(said, sent)):  # noqa: PLR2004  # HTTP's own number
        return Outworn(bound)
    if answer.status == 429:  # noqa: PLR2004  # the same
        return _too_many(answer, said, at)
    if 300 <= answer.status < 400 and "location" in answer.headers:  # noqa: PLR2004  # the same
        return Refused(
            "X redirects elsewhere, and the token does not follow: put the final address in base_url"
        )
    if answer.status in _PERSON:
        quote = _quote(said, secret)
        return Refused(_PERSON[answer.status] + (f". X says: “{quote}”" if quote else ""))
    try:
        verdict(answer.status, answer.headers, shown(answer.url), at)
    except Outside as error:
        return error
    return Unreachable(f"X answered with status {answer.status}")


def _said(answer: Answer) -> dict[str, Any]:
    try:
        said = json_of(answer)
    except Unreachable:
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


def _too_many(answer: Answer, said: dict[str, Any], at: datetime) -> Outside:
    if str(said.get("type", "")).endswith("/usage-capped"):
        return Refused("X's monthly cap of posts is used up (429): raise it in the developer console")
    until = resume_time(answer.headers, at)
    return Throttled("X asks to wait (429)", until=until, wait=None if until else RATE_WINDOW)


def _quote(said: dict[str, Any], secret: str) -> str:
    """X's own words, short, on one line, printable, without the token."""
    messages = [error.get("message") or error.get("detail") for error in _errors(said)]
    candidates = [*messages, said.get("detail"), said.get("title")]
    found = next((each for each in candidates if isinstance(each, str)), "")
    line = " ".join("".join(char if char.isprintable() else " " for char in found).split())
    line = line.replace(secret, "[token]")
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE]}…"

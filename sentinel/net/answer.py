"""What came back: status, headers, body; what it means; and its JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sentinel.errors import Refused, Throttled, Unreachable
from sentinel.net.patience import resume_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_LONGEST_SHOWN = 120
_LONGEST_NUMBER = 32
"""Digits of a whole number in JSON; a longer one is nobody's identifier (and Python refuses 4,300)."""

_ASKS_A_PERSON = {
    401: "refused the credentials (401): check the token or key",
    402: "wants to be paid (402): add credit or change the plan",
    403: "forbids this (403): check what the account is allowed to read",
    404: "was not found (404): check the address",
    410: "is gone for good (410): find its new address or remove it",
}
_PASSING = {408, 425}
"""4xx answers that speak of the moment, not of the request: too slow, too early."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `headers` finds names in any case; `url` is where it finally came from, secrets included."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(repr=False)


def shown(url: str, *, path: bool = True) -> str:
    """An address as it may be printed: without user, password, query and fragment, and cut to a sane length."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an unreadable address"
    text = f"{parts.scheme}://{host}{parts.path if path else ''}"
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return printable if len(printable) <= _LONGEST_SHOWN else printable[:_LONGEST_SHOWN] + "…"


def verdict(status: int, headers: Mapping[str, str], who: str, at: datetime) -> None:
    """Raises what a status means; 2xx and 304 pass. `at` (aware, UTC) turns spans into times.

    429 and a 503 that says when → `Throttled`; 401, 402, 403, 404, 410, the other 4xx and a redirect that was not
    followed → `Refused`, saying what a person must do; 408, 425, 5xx and anything odd → `Unreachable`.
    """
    if 200 <= status < 300 or status == 304:  # noqa: PLR2004  # HTTP's own numbers
        return
    if status == 429 or (status == 503 and "retry-after" in headers):  # noqa: PLR2004  # the same
        raise Throttled(f"{who} asks us to wait ({status})", until=resume_time(headers, at))
    if 300 <= status < 400:  # noqa: PLR2004  # the same
        raise Refused(f"{who} redirects elsewhere ({status}): put the final address")
    if 400 <= status < 500 and status not in _PASSING:  # noqa: PLR2004  # the same
        mend = f"refused the request ({status}): check its settings"
        raise Refused(f"{who} {_ASKS_A_PERSON.get(status, mend)}")
    raise Unreachable(f"{who} answered with status {status}")


def json_of(answer: Answer) -> Any:
    """The answer's JSON. Raises `Unreachable`, in one sentence, for a web page, half a document or nothing.

    Mended rather than refused, because one odd item must not cost a whole page: broken UTF-8 and lone surrogates
    become U+FFFD; NaN, Infinity and numbers of more than 32 digits become None.
    """
    who = shown(answer.url)
    text = answer.body.decode(json.detect_encoding(answer.body), "replace").lstrip("\ufeff").strip()
    if not text:
        raise Unreachable(f"{who} answered nothing where JSON was expected")
    if text.startswith("<"):
        raise Unreachable(f"{who} answered with a web page where JSON was expected")
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"{who} answered with broken JSON") from error


def loads(text: str) -> Any:
    """JSON, mended as `json_of` says; raises ValueError or RecursionError."""
    value = json.loads(text, parse_constant=_nothing, parse_int=_whole, parse_float=_real)
    return _without_lone_surrogates(value) if "\\ud" in text or "\\uD" in text else value


def _nothing(_: str) -> None:
    return None


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _real(digits: str) -> float | None:
    number = float(digits)
    return number if abs(number) < float("inf") else None


def _without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(part) for part in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(k): _without_lone_surrogates(v) for k, v in value.items()}
    return value

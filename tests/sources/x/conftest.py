"""A stand-in for X: recent search as X's documents describe it, served on loopback or asked in process."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sentinel.model.post import SourceName
from sentinel.sources.contract import Surroundings
from sentinel.sources.x import KIND, XSource
from tests.stand.wire import Ask, Say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sentinel.model.secret import SecretRef

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKEN = "AAAAinvented%2Ftoken"
WINDOW = timedelta(days=7)
X_EPOCH_MS = 1288834974657


def snowflake(at: datetime, number: int = 0) -> int:
    """An id as X makes them: milliseconds since its own epoch, then a number."""
    return ((int(at.timestamp() * 1000) - X_EPOCH_MS) << 22) | number


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def tweet(at: datetime, number: int = 0, text: str | None = "Hotel Miramar", **more: Any) -> dict[str, Any]:
    """A post as X writes it."""
    made_up = str(snowflake(at, number))
    return {
        "id": made_up,
        "text": text,
        "created_at": written(at),
        "author_id": "42",
        "lang": "es",
        "conversation_id": made_up,
        "edit_history_tweet_ids": [made_up],
        "public_metrics": {
            "retweet_count": 3,
            "reply_count": 2,
            "like_count": 5,
            "quote_count": 1,
            "bookmark_count": 0,
            "impression_count": 900,
        },
        **more,
    }


def problem(status: int, title: str, detail: str, **more: Any) -> Say:
    body = {"title": title, "detail": detail, "type": "about:blank", "status": status, **more}
    return Say(status, json.dumps(body).encode(), {"content-type": "application/problem+json"})


def invalid(message: str, **parameters: str) -> Say:
    named = {name: [value] for name, value in parameters.items()}
    return problem(
        400,
        "Invalid Request",
        "One or more parameters to your request was invalid.",
        errors=[{"message": message, "parameters": named}],
    )


@dataclass
class StandIn:
    """X's recent search. `posts` are what was ever published; `faults` are answered first, None meaning no fault."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    now: datetime = NOW
    page_most: int = 100
    faults: deque[Say | None] = field(default_factory=deque)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    on_request: Callable[[], None] = lambda: None

    def answer(self, ask: Ask) -> Say:
        """What X would answer."""
        self.on_request()
        self.asked.append(ask.query)
        if self.faults and (fault := self.faults.popleft()) is not None:
            return fault
        if ask.headers.get("authorization") != f"Bearer {TOKEN}":
            return problem(401, "Unauthorized", "Unauthorized")
        if (refused := self._refused(ask.query)) is not None:
            return refused
        return self._counts() if "counts" in ask.path else self._page(ask.query)

    def _refused(self, asked: Mapping[str, str]) -> Say | None:
        if {"since_id", "until_id"} & asked.keys() and {"start_time", "end_time"} & asked.keys():
            return invalid(
                "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'."
            )
        floor = self.now - WINDOW
        for bound in ("since_id", "until_id"):
            if bound in asked and int(asked[bound]) < snowflake(floor):
                return invalid(
                    f"'{bound}' must be a tweet id created after {floor:%Y-%m-%dT%H:%MZ}. Please use a "
                    f"'{bound}' that is larger than {snowflake(floor)}",
                    **{bound: asked[bound]},
                )
        if "start_time" in asked and datetime.fromisoformat(asked["start_time"]) < floor:
            return invalid(f"'start_time' must be on or after {floor:%Y-%m-%dT%H:%MZ}", start_time="…")
        if not 10 <= int(asked.get("max_results", "10")) <= 100 or len(asked["query"]) > 512:
            return invalid("The `max_results` query parameter value is not between 10 and 100")
        return None

    def _page(self, asked: Mapping[str, str]) -> Say:
        most = min(int(asked.get("max_results", "10")), self.page_most)
        found = self._matching(asked)
        page, rest = found[:most], found[most:]
        meta: dict[str, Any] = {"result_count": len(page)}
        body: dict[str, Any] = {"meta": meta}
        if page:
            body["data"] = page
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if page and self.users and asked.get("expansions") == "author_id":
            body["includes"] = {"users": self.users}
        if rest:
            meta["next_token"] = f"b26v89c19zqg8o3f{page[-1]['id']}"
        limits = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "449"}
        return Say(200, json.dumps(body).encode(), limits)

    def _matching(self, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        below = min(
            int(asked.get("until_id", 2**63)), int(asked.get("next_token", "b26v89c19zqg8o3f")[16:] or 2**63)
        )
        above = int(asked.get("since_id", 0))
        start = datetime.fromisoformat(asked.get("start_time", "2000-01-01T00:00:00Z"))
        words = re.findall(r'"([^"]+)"', asked["query"])
        visible = [
            post
            for post in self.posts
            if above < int(post["id"]) < below
            and datetime.fromisoformat(post["created_at"]) >= max(start, self.now - WINDOW)
            and any(word in post["text"] for word in words)
        ]
        return sorted(visible, key=lambda post: int(post["id"]), reverse=True)

    def _counts(self) -> Say:
        bucket = {"start": written(NOW - timedelta(hours=1)), "end": written(NOW), "tweet_count": 7}
        return Say(200, json.dumps({"data": [bucket], "meta": {"total_tweet_count": 7}}).encode())


def make_source(folder: Path, url: str, terms: tuple[str, ...] = ("Hotel Miramar",), **more: Any) -> XSource:
    def reveal(_: SecretRef) -> str:
        return f"{TOKEN}\n"

    written_options = {
        "kind": "x",
        "token": {"env": "X_TOKEN"},
        "base_url": url,
        "allow_private": True,
        "total_timeout": "5 seconds",
        **more,
    }
    options = KIND.options.model_validate(written_options)
    source = KIND.build(SourceName("chatter"), options, Surroundings(reveal, folder, terms))
    assert isinstance(source, XSource)
    return source

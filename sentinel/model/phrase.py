"""The small grammars of values: `30 minutes`, `12 posts`, `once a month`, `50_000 people`, `below -0.25`.

Each parser takes what was written and answers with a value or raises `PhraseError`, whose hint says how to write it.
The annotated types at the end put the parsers into pydantic models (rules, config, source options).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

UNITS: dict[str, timedelta] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30.4),
    "quarter": timedelta(days=91.2),
    "year": timedelta(days=365),
}
"""A month is 30.4 days, as in the false-alarm figures; a quarter three of them."""

_NUMBER = r"(?P<number>\d[\d_]*(?:\.\d+)?)"
_LENGTH = re.compile(rf"{_NUMBER} +(?P<unit>second|minute|hour|day|week|month|quarter|year)s?")
_COUNT = re.compile(r"(?P<number>\d[\d_]*)(?: +[a-z]+)?")
_TIMES = re.compile(rf"{_NUMBER}(?: +times)?")
_RARITY = re.compile(
    r"(?:(?P<word>once|twice)|(?P<number>\d[\d_]*)(?: +times)?) +(?:a|an|every|per)"
    r" +(?P<unit>hour|day|week|month|quarter|year)"
)
_RATE = re.compile(rf"{_NUMBER}(?: +[a-z]+)? +(?:per|an|a) +(?P<unit>minute|hour|day|week)")
_THRESHOLD = re.compile(r"(?P<side>below|above) +(?P<number>[-−]?\d+(?:\.\d+)?)")
_AT_MOST = re.compile(r"at most +(?P<number>\d(?:\.\d+)?)(?: +stars?)?")


class PhraseError(ValueError):
    """Something written does not follow its small grammar; `hint` says how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Rarity:
    """So many times in so long: `once a month` is 1 in 30.4 days."""

    times: int
    per: timedelta

    @property
    def every(self) -> timedelta:
        """The mean time between two."""
        return self.per / self.times


@dataclass(frozen=True, slots=True)
class Threshold:
    """`below -0.25` or `above 0.7`."""

    side: str
    value: float

    def holds(self, value: float) -> bool:
        """Whether `value` lies on the side that was asked for."""
        return value < self.value if self.side == "below" else value > self.value


def _match(pattern: re.Pattern[str], value: object, what: str, hint: str) -> re.Match[str]:
    if (found := pattern.fullmatch(" ".join(str(value).split()).lower())) is None:
        msg = f"'{value}' is not {what}"
        raise PhraseError(msg, hint)
    return found


def _number(text: str) -> float:
    return float(text.replace("_", "").replace("−", "-"))


def parse_duration(value: object) -> timedelta:
    """`30 minutes`, `2 hours`, `1 day` → a positive timedelta."""
    hint = "write it like '30 minutes'"
    found = _match(_LENGTH, value, "a length of time", hint)
    try:
        span = _number(found["number"]) * UNITS[found["unit"]]
    except OverflowError:
        span = timedelta(0)
    if span <= timedelta(0):
        msg = f"'{value}' is not a usable length of time"
        raise PhraseError(msg, hint)
    return span


def parse_count(value: object) -> int:
    """`12 posts`, `8 authors`, `50_000 people`, `1_000 shares` → a whole number."""
    return int(_number(_match(_COUNT, value, "a count", "write it like '12 posts'")["number"]))


def parse_times(value: object) -> float:
    """`2 times` → 2.0."""
    return _number(_match(_TIMES, value, "a factor", "write it like '2 times'")["number"])


def parse_rarity(value: object) -> Rarity:
    """`once a month`, `twice a week`, `1 a month`, `3 times a year` → Rarity."""
    hint = "write it like 'once a month'"
    found = _match(_RARITY, value, "a rarity", hint)
    times = {"once": 1, "twice": 2}.get(found["word"] or "") or int(_number(found["number"] or "0"))
    if times < 1:
        msg = f"'{value}' is not a rarity"
        raise PhraseError(msg, hint)
    return Rarity(times, UNITS[found["unit"]])


def parse_rate(value: object) -> float:
    """`2 per hour`, `5 a day` → how many an hour."""
    found = _match(_RATE, value, "a rate", "write it like '2 per hour'")
    return _number(found["number"]) * (UNITS["hour"] / UNITS[found["unit"]])


def parse_threshold(value: object) -> Threshold:
    """`below -0.25`, `above 0.7` → Threshold."""
    found = _match(_THRESHOLD, value, "a threshold", "write it like 'below -0.25'")
    return Threshold(found["side"], _number(found["number"]))


def parse_at_most(value: object) -> float:
    """`at most 2` → 2.0 (stars)."""
    return _number(_match(_AT_MOST, value, "a number of stars", "write it like 'at most 2'")["number"])


def say_duration(span: timedelta) -> str:
    """A timedelta as a phrase, in the largest unit that fits whole: `90 minutes`, `2 hours`, `1 day`."""
    seconds = span.total_seconds()
    for name in ("week", "day", "hour", "minute"):
        size = UNITS[name].total_seconds()
        if seconds >= size and seconds % size == 0:
            n = int(seconds // size)
            return f"{n} {name}{'' if n == 1 else 's'}"
    return f"{seconds:g} seconds"


def _validator(parse: Any, kind: type | tuple[type, ...]) -> BeforeValidator:  # any of the parsers
    def read(value: object) -> object:
        if isinstance(value, kind) and not isinstance(value, str | bool):
            return value
        try:
            return parse(value)
        except PhraseError as error:
            raise PydanticCustomError(
                "phrase", "{message}", {"message": str(error), "hint": error.hint}
            ) from error

    return BeforeValidator(read)


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "examples": [example]})


Duration = Annotated[
    timedelta,
    _validator(parse_duration, timedelta),
    _schema(r"\d[\d_]*(\.\d+)? +(second|minute|hour|day|week|month|quarter|year)s?", "30 minutes"),
]
Quantity = Annotated[int, _validator(parse_count, int), _schema(r"\d[\d_]*( +[a-z]+)?", "12 posts")]
Factor = Annotated[
    float, _validator(parse_times, (int, float)), _schema(r"\d[\d_]*(\.\d+)?( +times)?", "2 times")
]
RarityPhrase = Annotated[
    Rarity,
    _validator(parse_rarity, Rarity),
    _schema(
        r"(once|twice|\d+( +times)?) +(a|an|every|per) +(hour|day|week|month|quarter|year)",
        "once a month",
    ),
]
RatePhrase = Annotated[
    float,
    _validator(parse_rate, (int, float)),
    _schema(r"\d[\d_]*(\.\d+)?( +[a-z]+)? +(per|an|a) +(minute|hour|day|week)", "2 per hour"),
]
ThresholdPhrase = Annotated[
    Threshold,
    _validator(parse_threshold, Threshold),
    _schema(r"(below|above) +-?\d+(\.\d+)?", "below -0.25"),
]
StarsPhrase = Annotated[
    float,
    _validator(parse_at_most, (int, float)),
    _schema(r"at most +\d(\.\d+)?( +stars?)?", "at most 2"),
]

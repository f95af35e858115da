"""The small grammars of values: `30 minutes`, `12 posts`, `once a month`, `50_000 people`, `below -0.25`.

Each parser takes what was written and answers with a value or raises `PhraseError`, whose hint says how to write it.
The annotated types at the end put the parsers into pydantic models (rules, config, source options).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

FROM_FILE = {"from_file": True}
"""The validation context of a file that a person wrote: a bare number there must follow its phrase's grammar too."""

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

LONGEST = timedelta(days=3653)
"""No length of time in a file means more than ten years; past it, arithmetic on dates would break."""

_NUMBER = r"(?P<number>[0-9][0-9_]{0,14}(?:\.[0-9]{1,9})?)"
_WHOLE = r"(?P<number>[0-9][0-9_]{0,14})"
_UNIT = r"(?:second|minute|hour|day|week|month|quarter|year)s?"
_LENGTH = re.compile(rf"{_NUMBER} +(?P<unit>second|minute|hour|day|week|month|quarter|year)s?")
_COUNT = re.compile(rf"{_WHOLE}(?: +(?!{_UNIT}$)[^\W\d_]+)?")
_TIMES = re.compile(rf"{_NUMBER}(?: +times)?")
_RARITY = re.compile(
    rf"(?:(?P<word>once|twice)|{_WHOLE}(?: +times)?) +(?:a|an|every|per)"
    r" +(?P<unit>hour|day|week|month|quarter|year)"
)
_RATE = re.compile(rf"{_NUMBER}(?: +[^\W\d_]+)? +(?:per|an|a) +(?P<unit>minute|hour|day|week)")
_THRESHOLD = re.compile(r"(?P<side>below|above) +(?P<number>[-−]?[0-9](?:\.[0-9]{1,9})?)")
_AT_MOST = re.compile(r"at most +(?P<number>[0-9](?:\.[0-9]{1,3})?)(?: +stars?)?")
_PERCENT = re.compile(rf"{_NUMBER} ?%")
_STARS = re.compile(r"(?P<number>[0-9](?:\.[0-9]{1,3})?) +stars?")
_MOST_OFTEN = 1000
_MOST_STARS = 5
_SHOWN = 60


class PhraseError(ValueError):
    """Something written does not follow its small grammar; `hint` says how to write it.

    `among`, if given, answers with the words to look for the one that was meant; asked only if the problem is shown.
    """

    def __init__(self, message: str, hint: str, among: Callable[[], list[str]] | None = None) -> None:
        self.hint = hint
        self.among = among
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


def shown(value: object) -> str:
    """What was written, fit to stand in a one-line sentence: quoted, short, nothing unprintable."""
    if isinstance(value, dict | list | tuple):
        return "this"
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    line = "".join(letter if letter.isprintable() else " " for letter in text[: _SHOWN + 1])
    return f"'{line}'" if len(line) <= _SHOWN else f"'{line[: _SHOWN - 1]}…'"


def match_phrase(pattern: re.Pattern[str], value: object, what: str, hint: str) -> re.Match[str]:
    """The match of a whole phrase, spaces and capitals aside; else a `PhraseError` that says it is not `what`."""
    words = " ".join(str(value).split()).lower() if isinstance(value, str | int | float) else ""
    if (found := pattern.fullmatch(words)) is None:
        raise PhraseError(f"{shown(value)} is not {what}", hint)
    return found


def _number(text: str) -> float:
    return float(text.replace("_", "").replace("−", "-"))


def parse_duration(value: object) -> timedelta:
    """`30 minutes`, `2 hours`, `1 day` → a positive timedelta of at most ten years."""
    hint = "write it like '30 minutes'"
    found = match_phrase(_LENGTH, value, "a length of time", hint)
    try:
        span = _number(found["number"]) * UNITS[found["unit"]]
    except OverflowError:
        span = timedelta(0)
    if not timedelta(0) < span <= LONGEST:
        raise PhraseError(f"{shown(value)} is not a usable length of time", hint)
    return span


def parse_count(value: object) -> int:
    """`12 posts`, `8 authors`, `50_000 people`, `1_000 shares` → a whole number. `12 minutes` is none."""
    found = match_phrase(_COUNT, value, "a count", "write it like '12 posts'")
    return int(found["number"].replace("_", ""))


def parse_times(value: object) -> float:
    """`2 times` → 2.0."""
    hint = "write it like '2 times'"
    times = _number(match_phrase(_TIMES, value, "a factor", hint)["number"])
    if times <= 0:
        raise PhraseError(f"{shown(value)} is not a factor", hint)
    return times


def parse_rarity(value: object) -> Rarity:
    """`once a month`, `twice a week`, `1 a month`, `3 times a year` → Rarity."""
    hint = "write it like 'once a month'"
    found = match_phrase(_RARITY, value, "a rarity", hint)
    times = {"once": 1, "twice": 2}.get(found["word"] or "") or int(_number(found["number"]))
    if not 1 <= times <= _MOST_OFTEN:
        raise PhraseError(f"{shown(value)} is not a rarity", hint)
    return Rarity(times, UNITS[found["unit"]])


def parse_rate(value: object) -> float:
    """`2 per hour`, `5 a day` → how many an hour."""
    found = match_phrase(_RATE, value, "a rate", "write it like '2 per hour'")
    return _number(found["number"]) * (UNITS["hour"] / UNITS[found["unit"]])


def parse_threshold(value: object) -> Threshold:
    """`below -0.25`, `above 0.7` → Threshold; polarity runs from -1 to 1."""
    found = match_phrase(_THRESHOLD, value, "a threshold", "write it like 'below -0.25'")
    number = _number(found["number"])
    if not -1 <= number <= 1:
        raise PhraseError(f"{shown(value)} lies outside what can be", "sentiment runs from -1 to 1")
    return Threshold(found["side"], number)


def parse_at_most(value: object) -> float:
    """`at most 2` → 2.0 (stars)."""
    found = match_phrase(_AT_MOST, value, "a number of stars", "write it like 'at most 2'")
    number = _number(found["number"])
    if not 0 < number <= _MOST_STARS:
        raise PhraseError(f"{shown(value)} is not a number of stars", "stars run from 1 to 5")
    return number


def parse_percent(value: object) -> float:
    """`40%` → 0.4: a share, more than nothing and at most all."""
    hint = "write it like '40%'"
    share = _number(match_phrase(_PERCENT, value, "a share", hint)["number"]) / 100
    if not 0 < share <= 1:
        raise PhraseError(f"{shown(value)} is not a share", "a share is more than 0% and at most 100%")
    return share


def parse_stars(value: object) -> float:
    """`0.5 stars`, `4.3 stars` → a number of stars, more than 0 and at most 5."""
    number = _number(match_phrase(_STARS, value, "a number of stars", "write it like '0.5 stars'")["number"])
    if not 0 < number <= _MOST_STARS:
        raise PhraseError(f"{shown(value)} is not a number of stars", "stars run from 1 to 5")
    return number


def say_duration(span: timedelta) -> str:
    """A timedelta as a phrase, in the largest unit that fits whole: `90 minutes`, `2 hours`, `1 day`."""
    for name in ("week", "day", "month", "hour", "minute", "second"):
        if span >= UNITS[name] and not span % UNITS[name]:
            n = span // UNITS[name]
            return f"{n} {name}{'' if n == 1 else 's'}"
    return f"{span.total_seconds():g} seconds"


def say_rarity(rarity: Rarity) -> str:
    """A rarity as its phrase: `once a month`, `3 times a year`."""
    often = {1: "once", 2: "twice"}.get(rarity.times, f"{rarity.times} times")
    unit = next((name for name, size in UNITS.items() if size == rarity.per), None)
    if unit is None:
        return f"{often} in {say_duration(rarity.per)}"
    return f"{often} {'an' if unit == 'hour' else 'a'} {unit}"


def phrase_validator(parse: Callable[[object], T], kind: type | tuple[type, ...]) -> BeforeValidator:
    """The parser as a pydantic validator. A value that is of `kind` (never str) passes, unless it stands in a file.

    With the context `FROM_FILE` a bare number is read as what was written: `usual: 2` is then no rate.
    """

    def read(value: object, info: ValidationInfo) -> object:
        ready = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if ready and not (info.context == FROM_FILE and isinstance(value, int | float)):
            return value
        try:
            return parse(value)
        except PhraseError as error:
            context = {"message": str(error), "hint": error.hint, "among": error.among}
            raise PydanticCustomError("phrase", "{message}", context) from error

    return BeforeValidator(read)


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "examples": [example]})


Duration = Annotated[
    timedelta,
    phrase_validator(parse_duration, timedelta),
    _schema(r"\d[\d_]*(\.\d+)? +(second|minute|hour|day|week|month|quarter|year)s?", "30 minutes"),
]
Quantity = Annotated[int, phrase_validator(parse_count, int), _schema(r"\d[\d_]*( +[a-z]+)?", "12 posts")]
Factor = Annotated[
    float, phrase_validator(parse_times, (int, float)), _schema(r"\d[\d_]*(\.\d+)?( +times)?", "2 times")
]
RarityPhrase = Annotated[
    Rarity,
    phrase_validator(parse_rarity, Rarity),
    _schema(
        r"(once|twice|\d+( +times)?) +(a|an|every|per) +(hour|day|week|month|quarter|year)",
        "once a month",
    ),
]
RatePhrase = Annotated[
    float,
    phrase_validator(parse_rate, (int, float)),
    _schema(r"\d[\d_]*(\.\d+)?( +[a-z]+)? +(per|an|a) +(minute|hour|day|week)", "2 per hour"),
]
ThresholdPhrase = Annotated[
    Threshold,
    phrase_validator(parse_threshold, Threshold),
    _schema(r"(below|above) +-?\d+(\.\d+)?", "below -0.25"),
]
StarsPhrase = Annotated[
    float,
    phrase_validator(parse_at_most, (int, float)),
    _schema(r"at most +\d(\.\d+)?( +stars?)?", "at most 2"),
]
PercentPhrase = Annotated[
    float, phrase_validator(parse_percent, (int, float)), _schema(r"\d[\d_]*(\.\d+)? ?%", "40%")
]
StarsAmount = Annotated[
    float, phrase_validator(parse_stars, (int, float)), _schema(r"\d(\.\d+)? +stars?", "0.5 stars")
]

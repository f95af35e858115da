"""The phrases that only rules and ladders use: `last 4 weeks`, `at most 3 times`, `within 90 minutes`, `22:00`.

Each parser answers with what pydantic makes the section of, or raises `PhraseError`, as in `sentinel.model.phrase`.
"""

from __future__ import annotations

import re
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import ValidationInfo  # noqa: TC002  # pydantic reads the annotation at run time

from sentinel.model.phrase import FROM_FILE, PhraseError, match_phrase, parse_duration, shown

_SAME_HOUR = r"same hour of the week(?:, last (?P<weeks>[0-9]{1,3}) weeks?)?"
_USUAL = re.compile(_SAME_HOUR)
_LAST = re.compile(r"last (?P<last>[0-9]{1,3}) weeks?")
_EITHER = re.compile(rf"{_SAME_HOUR}|{_LAST.pattern}")
_REMIND = re.compile(r"every (?P<every>[^,]{1,40}), at most (?P<most>[0-9]{1,3}) times?")
_EXPECT = re.compile(r"quiet|(?P<severity>notice|warning|critical)(?: within (?P<within>.{1,40}))?")
_ROW = re.compile(r"[0-9]{1,9}(?: [0-9]{1,9})*")
_CLOCK = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])")
_LANGUAGE = re.compile(r"[a-z]{2}")
_ADDRESS = re.compile(r"https?://[^\s/][^\s]*")
_NOTHING = {"none", "nothing", "no", "n/a", "na", "-", "nada", "ninguno", "ninguna", "todo", "tbd", "unknown"}
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_MOST_WEEKS = 8
_MOST_WEEKS_OF_REVIEWS = 52
_MOST_REMINDERS = 50
_MOST_STARS = 5


def parse_usual(value: object) -> dict[str, Any]:
    """`same hour of the week, last 4 weeks` → how many weeks back (4 if unsaid)."""
    hint = "write it like 'same hour of the week, last 4 weeks'"
    found = match_phrase(_USUAL, value, "something to compare with", hint)
    return _usual(value, found["weeks"] or "4", _MOST_WEEKS, hint)


def parse_either_usual(value: object) -> dict[str, Any]:
    """`same hour of the week, last 4 weeks` or `last 4 weeks`."""
    hint = "write it like 'last 4 weeks' or 'same hour of the week, last 4 weeks'"
    found = match_phrase(_EITHER, value, "something to compare with", hint)
    return _usual(value, found["last"] or found["weeks"] or "4", _MOST_WEEKS, hint, hour=not found["last"])


def parse_past(value: object) -> dict[str, Any]:
    """`last 12 weeks`: all of them alike."""
    hint = "write it like 'last 12 weeks'"
    found = match_phrase(_LAST, value, "something to compare with", hint)
    return _usual(value, found["last"], _MOST_WEEKS_OF_REVIEWS, hint, hour=False)


def _usual(value: object, weeks: str, most: int, hint: str, *, hour: bool = True) -> dict[str, Any]:
    if not 1 <= int(weeks) <= most:
        raise PhraseError(f"{shown(value)} does not look back between 1 and {most} weeks", hint)
    return {"weeks": int(weeks), "same_hour": hour}


def parse_remind(value: object) -> dict[str, Any]:
    """`every 2 hours, at most 3 times`; reminders always end."""
    hint = "write it like 'every 2 hours, at most 3 times'"
    found = match_phrase(_REMIND, value, "a bounded reminder", hint)
    most = int(found["most"])
    if not 1 <= most <= _MOST_REMINDERS:
        raise PhraseError(f"{shown(value)} does not remind between 1 and {_MOST_REMINDERS} times", hint)
    return {"every": parse_duration(found["every"]), "at_most": most}


def parse_expectation(value: object) -> dict[str, Any]:
    """`quiet`, `warning`, `warning within 90 minutes`."""
    hint = "write it like 'quiet' or 'warning within 90 minutes'"
    found = match_phrase(_EXPECT, value, "an expectation", hint)
    within = found["within"]
    return {"severity": found["severity"], "within": parse_duration(within) if within else None}


def parse_row(value: object) -> list[int]:
    """`1 0 2 6 9` → the counts of a timeline's steps."""
    hint = "write it like '1 0 2 6 9'"
    found = match_phrase(_ROW, value, "a row of counts", hint)
    return [int(each) for each in found.group().split()]


def parse_stars_row(value: object) -> list[int]:
    """`5 4 0 1 1` → the stars of one review in each step, 0 where none came."""
    hint = "write it like '5 4 0 1 1': one review a step, 0 for none"
    stars = [int(each) for each in match_phrase(_ROW, value, "a row of stars", hint).group().split()]
    if max(stars) > _MOST_STARS:
        raise PhraseError(f"{shown(value)} holds more than {_MOST_STARS} stars", hint)
    return stars


def refuse_nothing(value: object, info: ValidationInfo) -> object:
    """In a file, a key with nothing behind it is a mistake even where the key may be left out."""
    if value is None and info.context == FROM_FILE:
        raise ValueError("nothing is written here")
    return value


def parse_example(value: object) -> object:
    """A post may be written as its bare text."""
    return {"text": str(value)} if isinstance(value, str | int | float) else value


def parse_names(value: object) -> object:
    """A single name may stand for a list of one."""
    return [value] if isinstance(value, str) else value


def parse_clock(value: object) -> time:
    """`22:00` → a time of day, without a zone."""
    found = match_phrase(_CLOCK, value, "a time of day", 'write it like "22:00"')
    return time(int(found["hour"]), int(found["minute"]))


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


def parse_zone(value: object) -> ZoneInfo:
    """An IANA zone by its name, capitals as they are: `Europe/Madrid`."""
    name = value if isinstance(value, str) else ""
    try:
        if _ZONE.fullmatch(name):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass  # the sentence below says it better
    raise PhraseError(f"{shown(value)} is not a time zone", "write it like 'Europe/Madrid'", _zones)


def parse_acknowledged(value: object) -> bool:
    """`acknowledged` → True: the only thing a step can wait for."""
    if value == "acknowledged":
        return True
    raise PhraseError(f"{shown(value)} is nothing a step can hang on", "write 'unless: acknowledged'")


def parse_noise(value: object) -> object:
    """A list of known false alarms; "none" is refused, also in other words."""
    alone = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(alone, str) and alone.strip().rstrip(".").casefold() in _NOTHING:
        hint = "name at least one thing that looks like this and is harmless"
        raise PhraseError(f"{shown(alone)} is refused: every rule has false alarms", hint)
    return value


def parse_language(value: object) -> str:
    """A language's two-letter code."""
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value
    raise PhraseError(f"{shown(value)} is not a language's two-letter code", "write it like 'es' or 'en'")


def parse_address(value: object) -> str | None:
    """An address on the web, or nothing."""
    if value is None or (isinstance(value, str) and _ADDRESS.fullmatch(value)):
        return value
    raise PhraseError(f"{shown(value)} is not an address", "write it like 'https://wiki.example/…'")

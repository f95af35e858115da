from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sentinel.sources import clean

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ODD: list[Any] = [None, True, [], {}, object(), float("nan"), float("inf"), -1, "", "x" * 10_000, b"x"]


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "read",
    [clean.count, clean.stars, clean.link, clean.language, clean.moment, clean.epoch],
    ids=lambda f: f.__name__,
)
def test_what_makes_no_sense_is_unknown(read: Any, value: Any) -> None:
    assert read(value) is None


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (7, 7), ("12", 12), (10**12, 10**12), (10**12 + 1, None), (1.0, None), ("٣", None)],
)
def test_counters(value: object, count: int | None) -> None:
    assert clean.count(value) == count


@pytest.mark.parametrize(("value", "stars"), [(0, 0), (5, 5), (5.1, None), ("3.5", 3.5), ("five", None)])
def test_ratings(value: object, stars: float | None) -> None:
    assert clean.stars(value) == stars


@pytest.mark.parametrize(
    ("value", "lang"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("EN_us", "en"),
        ("zh-Hant-TW", "zh"),
        ("und", None),
        ("zxx", None),
        ("e", None),
    ],
)
def test_languages(value: str, lang: str | None) -> None:
    assert clean.language(value) == lang


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-14T12:00:00Z", NOON),
        ("2026-03-14T12:00:00.000Z", NOON),
        ("2026-03-14T14:00:00+02:00", NOON),
        ("2026-03-14", None),
        ("2026-03-14T12:00:00", None),
        ("1989-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59-23:59", None),
    ],
)
def test_moments(value: str, moment: datetime | None) -> None:
    assert clean.moment(value) == moment


@pytest.mark.parametrize(
    ("value", "per_second"), [(1773489600, 1), ("1773489600", 1), (1773489600.0, 1), (1773489600000, 1000)]
)
def test_epochs(value: object, per_second: int) -> None:
    assert clean.epoch(value, per_second) == NOON

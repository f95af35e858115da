"""Times and counts, as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sentinel.web import words

NOW = datetime(2026, 11, 22, 19, 41, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (12.9, "12 s"),
        (60, "1 min"),
        (299, "4 min"),
        (3_600, "1 h"),
        (7_500, "2 h 5 min"),
        (86_400 * 3 + 14_400, "3 d 4 h"),
        (86_400 + 120, "1 d"),
        (-5, "0 s"),
    ],
)
def test_a_span_is_said_in_its_largest_units(seconds: float, said: str) -> None:
    assert words.roughly(timedelta(seconds=seconds)).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "just now"), (4, "just now"), (-4, "just now"), (300, "5 min ago"), (-300, "in 5 min")],
)
def test_a_time_is_said_from_now(seconds: float, said: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "19:41 UTC"),
        (NOW - timedelta(days=2), "20 Nov 19:41 UTC"),
        (NOW - timedelta(days=400), "18 Oct 2025 19:41 UTC"),
    ],
    ids=["today", "this-year", "before"],
)
def test_a_clock_says_its_day_only_when_it_is_another(at: datetime, said: str) -> None:
    assert words.clock(at, NOW) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "?"), (0, "0"), (0.3, "0.3"), (4.0, "4"), (4.24, "4.2"), (12.6, "13"), (12_400, "12 400")],
)
def test_a_count_is_as_exact_as_it_helps(value: float | None, said: str) -> None:
    assert words.number(value).replace("\N{NARROW NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize("text", ["árbol 👍🏽 \u200dfamily", "line\nbreak\ttab", "שלום", "नमस्ते"])
def test_honest_texts_of_any_script_stay_as_they_are(text: str) -> None:
    assert words.inert(text) == text

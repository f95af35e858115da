"""Quiet hours by the local clock, nights of the changes of the clock included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.reading import Severity
from sentinel.respond.quiet import held_until
from sentinel.rulebook.types import QuietHours

MADRID = "Europe/Madrid"


def hours(start: str = "22:00", end: str = "07:30", zone: str = MADRID) -> QuietHours:
    return QuietHours.model_validate({"from": start, "to": end, "zone": zone})


def utc(day: int, month: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        pytest.param(hours(), utc(10, 1, "20:59"), None, id="a minute before"),
        pytest.param(hours(), utc(10, 1, "21:00"), utc(11, 1, "06:30"), id="at the beginning"),
        pytest.param(hours(), utc(11, 1, "06:29"), utc(11, 1, "06:30"), id="after midnight"),
        pytest.param(hours(), utc(11, 1, "06:30"), None, id="at the end"),
        pytest.param(hours("13:00", "15:00"), utc(10, 7, "12:00"), utc(10, 7, "13:00"), id="a siesta, in summer"),
        pytest.param(hours("13:00", "15:00"), utc(10, 7, "13:00"), None, id="after the siesta"),
        pytest.param(hours("09:00", "09:00"), utc(10, 7, "07:00"), None, id="that end when they begin: never"),
        pytest.param(hours("00:00", "07:00"), utc(10, 1, "23:00"), utc(11, 1, "06:00"), id="from midnight"),
        pytest.param(hours("22:00", "00:00"), utc(10, 1, "22:59"), utc(10, 1, "23:00"), id="to midnight"),
        pytest.param(hours(), utc(28, 3, "21:30"), utc(29, 3, "05:30"), id="a night an hour shorter"),
        pytest.param(hours(), utc(29, 3, "05:29"), utc(29, 3, "05:30"), id="its last minute"),
        pytest.param(hours(end="02:30"), utc(29, 3, "01:10"), utc(29, 3, "01:30"), id="an end that the clock leaps over"),
        pytest.param(hours(end="02:30"), utc(29, 3, "01:30"), None, id="comes an hour later"),
        pytest.param(hours(), utc(24, 10, "20:30"), utc(25, 10, "06:30"), id="a night an hour longer"),
        pytest.param(hours(end="02:30"), utc(25, 10, "00:29"), utc(25, 10, "00:30"), id="an end that comes twice"),
        pytest.param(hours(end="02:30"), utc(25, 10, "01:10"), None, id="holds only once"),
        pytest.param(hours(zone="Asia/Kolkata"), utc(10, 1, "16:30"), utc(11, 1, "02:00"), id="half an hour off"),
    ],
)  # fmt: skip
def test_when_they_let_go(quiet: QuietHours, at: datetime, until: datetime | None) -> None:
    assert held_until(quiet, Severity.WARNING, at) == until


def test_what_is_grave_does_not_wait() -> None:
    assert held_until(hours(), Severity.CRITICAL, utc(10, 1, "23:00")) is None


def test_without_quiet_hours_nothing_waits() -> None:
    assert held_until(None, Severity.NOTICE, utc(10, 1, "23:00")) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001  # its bounds
    st.times().map(lambda t: f"{t:%H:%M}"),
    st.times().map(lambda t: f"{t:%H:%M}"),
)
def test_the_end_is_ahead_near_and_holds_no_more(at: datetime, start: str, end: str) -> None:
    quiet = hours(start, end)
    until = held_until(quiet, Severity.WARNING, at)
    if until is not None:
        assert at < until <= at + timedelta(hours=25)
        assert held_until(quiet, Severity.WARNING, until) is None
        assert held_until(quiet, Severity.WARNING, until - timedelta(seconds=1)) == until

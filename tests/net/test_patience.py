from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.net.patience import LONGEST, RESETS, resume_time

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
EPOCH = int(AT.timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "Sat, 14 Mar 2026 12:02:00 GMT"}, 120),
        ({"retry-after": "99999999"}, 86_400),
        ({"retry-after": str(EPOCH + 60)}, 86_400),
        ({"x-rate-limit-reset": str(EPOCH + 900)}, 900),
        ({"x-ratelimit-reset": str((EPOCH + 900) * 1000)}, 900),
        ({"x-ratelimit-reset": "2026-03-14T12:05:00.123456Z"}, 300.123456),
        ({"x-ratelimit-reset": "2026-03-14T13:05:00+01:00"}, 300),
        ({"ratelimit-reset": "45"}, 45),
        ({"retry-after": "nonsense", "ratelimit-reset": "45"}, 45),
        ({"retry-after": "30", "x-ratelimit-reset": str(EPOCH + 900)}, 30),
        ({"x-ratelimit-reset": "9999-12-31T23:59:59-14:00", "ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-reset": "1e300"}, 86_400),
    ],
    ids=str,
)
def test_a_wait_is_understood(headers: dict[str, str], seconds: float) -> None:
    assert resume_time(headers, AT) == AT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    ["", "-5", "0", "nan", "inf", "soon", "Sat, 99 Mar 2026", str(EPOCH - 60), "2001-01-01T00:00:00Z"],
)
@pytest.mark.parametrize("name", RESETS)
def test_nonsense_and_the_past_say_nothing(name: str, value: str) -> None:
    assert resume_time({name: value}, AT) is None


@given(st.sampled_from(("retry-after", *RESETS)), st.text(max_size=40) | st.integers().map(str))
def test_whatever_is_said_the_wait_is_bounded(name: str, value: str) -> None:
    until = resume_time({name: value}, AT)
    assert until is None or AT < until <= AT + LONGEST

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.incident import Act, ActKind
from sentinel.store.written import from_json, micros, minutes_of, moment, plain, real, to_json, whole
from tests.store.making import NOON, span


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_comes_back_as_it_was(at: datetime) -> None:
    assert moment(micros(at)) == at


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros(datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point


def test_a_span_is_read_in_the_minutes_it_touches() -> None:
    first = micros(NOON) // 60_000_000
    assert minutes_of(span(0, 2)) == (first, first + 2)
    assert minutes_of(span(0.5, 2.1)) == (first, first + 3)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_is_written_is_always_text_that_a_database_takes(text: str) -> None:
    written = plain(text)
    assert "\0" not in written
    assert written.encode().decode() == written == plain(written)


@pytest.mark.parametrize(
    ("number", "kept"), [(10**30, 2**63 - 1), (-(10**30), 1 - 2**63), (5, 5), (None, None)]
)
def test_a_counter_beyond_belief_is_cut(number: int | None, kept: int | None) -> None:
    assert whole(number) == kept


def test_not_a_number_is_unknown() -> None:
    assert (real(float("nan")), real(3), real(None)) == (None, 3.0, None)


def test_json_stands_half_a_character() -> None:
    act = Act("inc-1", NOON, ActKind.NOTED, "ana", text="half \ud83d of it")
    assert from_json(to_json(act), Act).text == "half ? of it"

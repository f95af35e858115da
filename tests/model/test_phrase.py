"""The small grammars: what they read, what they refuse and how they say so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sentinel.model import phrase
from sentinel.model.phrase import (
    FROM_FILE,
    PhraseError,
    Quantity,
    Rarity,
    RatePhrase,
    StarsPhrase,
    Threshold,
    parse_at_most,
    parse_count,
    parse_duration,
    parse_rarity,
    parse_rate,
    parse_threshold,
    parse_times,
    say_duration,
    say_rarity,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PARSERS = (
    parse_duration,
    parse_count,
    parse_times,
    parse_rarity,
    parse_rate,
    parse_threshold,
    parse_at_most,
)


@pytest.mark.parametrize(
    ("parse", "written", "value"),
    [
        (parse_duration, "30 minutes", timedelta(minutes=30)),
        (parse_duration, " 1  Hour ", timedelta(hours=1)),
        (parse_duration, "0.5 hours", timedelta(minutes=30)),
        (parse_duration, "1 month", timedelta(days=30.4)),
        (parse_count, "12 posts", 12),
        (parse_count, "50_000 people", 50_000),
        (parse_count, "6 opiniones", 6),
        (parse_count, 6, 6),
        (parse_times, "2.5 times", 2.5),
        (parse_rarity, "once a month", Rarity(1, timedelta(days=30.4))),
        (parse_rarity, "3 times a year", Rarity(3, timedelta(days=365))),
        (parse_rarity, "twice every week", Rarity(2, timedelta(weeks=1))),
        (parse_rarity, "1 a month", Rarity(1, timedelta(days=30.4))),
        (parse_rate, "2 per hour", 2.0),
        (parse_rate, "12 posts a day", 0.5),
        (parse_threshold, "below -0.25", Threshold("below", -0.25)),
        (parse_threshold, "above 0.7", Threshold("above", 0.7)),
        (parse_at_most, "at most 2", 2.0),
        (parse_at_most, "at most 1.5 stars", 1.5),
    ],
)
def test_what_is_written_is_read(parse: Callable[[object], object], written: object, value: object) -> None:
    assert parse(written) == value


@pytest.mark.parametrize(
    ("parse", "written", "says", "hint"),
    [
        (parse_duration, "30min", "'30min' is not a length of time", "write it like '30 minutes'"),
        (parse_duration, 30, "'30' is not a length of time", "write it like '30 minutes'"),
        (parse_duration, "0 hours", "'0 hours' is not a usable length of time", "write it like '30 minutes'"),
        (
            parse_duration,
            "99999999 years",
            "'99999999 years' is not a usable length of time",
            "write it like '30 minutes'",
        ),
        (parse_duration, {"hours": 1}, "this is not a length of time", "write it like '30 minutes'"),
        (parse_duration, None, "'null' is not a length of time", "write it like '30 minutes'"),
        (parse_count, "12 minutes", "'12 minutes' is not a count", "write it like '12 posts'"),
        (parse_count, -5, "'-5' is not a count", "write it like '12 posts'"),
        (parse_count, True, "'true' is not a count", "write it like '12 posts'"),
        (parse_times, "0 times", "'0 times' is not a factor", "write it like '2 times'"),
        (parse_rarity, "0 a month", "'0 a month' is not a rarity", "write it like 'once a month'"),
        (parse_rarity, "monthly", "'monthly' is not a rarity", "write it like 'once a month'"),
        (parse_threshold, "below -25", "'below -25' is not a threshold", "write it like 'below -0.25'"),
        (parse_threshold, "below -2", "'below -2' lies outside what can be", "sentiment runs from -1 to 1"),
        (parse_at_most, 2, "'2' is not a number of stars", "write it like 'at most 2'"),
        (parse_at_most, "at most 7", "'at most 7' is not a number of stars", "stars run from 1 to 5"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_mend(
    parse: Callable[[object], object], written: object, says: str, hint: str
) -> None:
    with pytest.raises(PhraseError) as caught:
        parse(written)
    assert (str(caught.value), caught.value.hint) == (says, hint)


@given(st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.none(), st.lists(st.integers())))
def test_any_value_is_read_or_refused_and_nothing_else(value: object) -> None:
    for parse in PARSERS:
        says = _refusal(parse, value)
        assert len(says) < 140
        assert says.isprintable()


def _refusal(parse: Callable[[object], object], value: object) -> str:
    try:
        parse(value)
    except PhraseError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("parse", PARSERS)
def test_a_number_of_a_hundred_thousand_digits_is_refused_at_once(parse: Callable[[object], object]) -> None:
    with pytest.raises(PhraseError):
        parse("9" * 100_000 + " minutes")


@given(st.integers(1, 300_000_000))
def test_a_length_of_time_said_reads_back_as_itself(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(say_duration(span)) == span


@given(st.integers(1, 1000), st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]))
def test_a_rarity_said_reads_back_as_itself(times: int, unit: str) -> None:
    rarity = Rarity(times, phrase.UNITS[unit])
    assert parse_rarity(say_rarity(rarity)) == rarity


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=30.4), "1 month"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(milliseconds=1500), "1.5 seconds"),
    ],
)
def test_lengths_of_time_are_said_in_the_largest_whole_unit(span: timedelta, words: str) -> None:
    assert say_duration(span) == words


def test_a_rarity_of_no_named_unit_is_still_said() -> None:
    assert say_rarity(Rarity(2, timedelta(days=10))) == "twice in 10 days"


def test_code_may_hand_over_numbers_but_a_file_must_follow_the_grammar() -> None:
    rate: TypeAdapter[float] = TypeAdapter(RatePhrase)
    stars: TypeAdapter[float] = TypeAdapter(StarsPhrase)
    assert rate.validate_python(2.0) == 2.0
    assert stars.validate_python(2.0) == 2.0
    with pytest.raises(ValidationError):
        rate.validate_python(2, context=FROM_FILE)
    with pytest.raises(ValidationError):
        stars.validate_python(2, context=FROM_FILE)
    assert TypeAdapter(Quantity).validate_python(6, context=FROM_FILE) == 6


def test_a_threshold_holds_strictly_on_its_side() -> None:
    assert [Threshold("below", -0.25).holds(at) for at in (-0.3, -0.25, 0.0)] == [True, False, False]
    assert [Threshold("above", 0.7).holds(at) for at in (0.8, 0.7, 0.0)] == [True, False, False]


def test_a_rarity_knows_the_mean_time_between_two() -> None:
    assert Rarity(2, timedelta(weeks=1)).every == timedelta(days=3.5)

"""Where a series' course stood: what is remembered of a day, and where a walk can begin."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.moments import LONGEST_MINUTES
from sentinel.model.incident import Incident, Peak
from sentinel.walk import Trail, worth_keeping
from tests.stand.storms import NOON, incident, series

STORM = incident()


def storm_of(minute: int) -> Incident:
    return incident(now=Peak(minute, 1.0, None, NOON))


def walked(moments: range, storms: set[int]) -> Trail:
    trail = Trail()
    for moment in moments:
        trail.note(moment, storm_of(moment) if moment in storms else None)
    return trail


@given(st.integers(0, 3000), st.integers(1, 2000), st.integers(0, 3500))
def test_a_standing_that_is_known_is_the_right_one(begin: int, length: int, asked: int) -> None:
    storms = set(range(begin, begin + length))
    trail = walked(range(3500), storms)
    found = trail.at(asked)
    if found is None or asked < 3500 - LONGEST_MINUTES:
        return
    moment, stood = found
    if stood is None:
        assert asked not in storms
        assert not storms & set(range(moment, asked + 1)), "nothing began since"
    else:
        assert stood == storm_of(moment)
        assert moment in storms
        assert asked not in storms or asked - moment < 10


def test_the_newest_moments_are_all_known_and_memory_stays_small() -> None:
    trail = walked(range(5 * LONGEST_MINUTES), set(range(5 * LONGEST_MINUTES)))
    newest = 5 * LONGEST_MINUTES - 1
    assert all(trail.at(newest - back) == (newest - back, storm_of(newest - back)) for back in range(100))
    assert len(trail.moments) < 500
    oldest = trail.at(newest - LONGEST_MINUTES + 1)
    assert oldest is not None


def test_a_long_storm_is_known_from_its_first_moment_on() -> None:
    begin = 2203
    trail = walked(range(3000), set(range(begin, 3000)))
    assert trail.at(begin - 1) == (0, None)
    assert trail.at(begin + 3) == (begin, storm_of(begin))


def test_before_its_first_moment_nothing_is_known() -> None:
    assert walked(range(10, 20), {15}).at(9) is None


def test_what_is_about_to_be_walked_again_is_forgotten() -> None:
    trail = walked(range(20), {5, 6, 7, 8})
    assert trail.until(6).at(19) == (6, storm_of(6))
    assert trail.at(19) == (9, None), "the one it came from keeps it"


def test_trails_on_which_nothing_went_on_for_a_day_are_let_go() -> None:
    trails = {series("a"): walked(range(9), {3}), series("b"): walked(range(9), {8}), series("c"): Trail()}
    assert worth_keeping(trails, 5).keys() == {series("b")}
    assert worth_keeping(trails, 3).keys() == {series("a"), series("b")}

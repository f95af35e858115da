"""Few events of many series: sums in any order, kept for as long as they can be used."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.ledger import Ledger
from sentinel.model.mention import SeriesKey

KEYS = [SeriesKey("r", "r", (("brand", name),)) for name in ("miramar", "acme")]
CHANGES = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(90, 120), st.integers(-1, 2), st.integers(0, 2))
)


def told(changes: list[tuple[SeriesKey, int, int, int]]) -> list[list[list[int]]]:
    ledger = Ledger(2, 100)
    for key in KEYS:
        ledger.row(key)
    for key, minute, *numbers in changes:
        ledger.add(key, minute, numbers)
    found = [ledger.events(row, 0, 200) for row in range(2)]
    return [
        [[int(m), *n] for m, n in zip(minutes, numbers.tolist(), strict=True)] for minutes, numbers in found
    ]


@given(CHANGES, st.randoms())
def test_the_order_of_arrival_changes_nothing(
    changes: list[tuple[SeriesKey, int, int, int]], chance: object
) -> None:
    shuffled = list(changes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert told(shuffled) == told(changes)


def test_what_lies_before_its_reach_is_none_of_its_business() -> None:
    assert told([(KEYS[0], 99, 1, 1), (KEYS[0], 100, 1, 0)]) == [[[100, 1, 0]], []]


def test_a_change_that_is_taken_back_never_happened() -> None:
    assert told([(KEYS[1], 110, 1, 2), (KEYS[1], 110, -1, -2)]) == [[], []]


def test_only_series_with_something_recent_are_active() -> None:
    ledger = Ledger(1, 0)
    for minute, key in enumerate(KEYS):
        ledger.add(key, minute, (1,))
    assert [ledger.keys[row] for row in ledger.active(1)] == [KEYS[1]]


def test_one_made_of_some_series_is_a_copy() -> None:
    ledger = Ledger(1, 0)
    ledger.add(KEYS[0], 5, (1,))
    alone = ledger.only([KEYS[0]])
    alone.add(KEYS[0], 5, (1,))
    assert [int(one.events(0, 0, 9)[1].sum()) for one in (ledger, alone)] == [1, 2]


def test_what_is_forgotten_is_gone() -> None:
    ledger = Ledger(1, 0)
    for minute in (5, 50):
        ledger.add(KEYS[0], minute, (1,))
    ledger.forget(0, 6)
    assert ledger.events(0, 0, 99)[0].tolist() == [50]

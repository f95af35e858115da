"""Cells as narrow as their counts allow, whatever comes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.ring import Ring

ROWS, LENGTH = 3, 10
MOVE = st.tuples(st.integers(0, ROWS - 1), st.integers(100, 100 + LENGTH - 1), st.integers(-300, 70_000))


def ring() -> Ring:
    one = Ring(LENGTH)
    one.grow(ROWS)
    return one


@given(st.lists(st.lists(MOVE, min_size=1, max_size=6), max_size=6))
def test_it_holds_what_was_put_in_never_below_zero(batches: list[list[tuple[int, int, int]]]) -> None:
    one, sums = ring(), Counter[tuple[int, int]]()
    for batch in batches:
        one.add(*np.array(batch, np.int64).T)
        for row, slot, change in batch:
            sums[row, slot] += change
    held = one.take(slice(0, ROWS), np.arange(100, 100 + LENGTH))
    expected = [[max(sums[row, slot], 0) for slot in range(100, 100 + LENGTH)] for row in range(ROWS)]
    assert held.tolist() == expected


@pytest.mark.parametrize(
    ("most", "width"),
    [
        pytest.param(127, 1, id="a byte"),
        pytest.param(128, 2, id="just past a byte"),
        pytest.param(32_768, 4, id="past two"),
        pytest.param(2**31, 8, id="past four"),
    ],
)
def test_cells_grow_as_wide_as_the_largest_needs(most: int, width: int) -> None:
    one = ring()
    one.add(np.array([1, 1]), np.array([5, 5]), np.array([most - 1, 1]))
    assert one.nbytes == ROWS * LENGTH * width
    assert one.take(np.array([1]), np.array([5])).tolist() == [[most]]


@pytest.mark.parametrize("first", range(LENGTH))
def test_sums_run_round_the_edge(first: int) -> None:
    one = ring()
    slots = np.arange(first, first + LENGTH)
    one.add(np.zeros(LENGTH, np.int64), slots, np.arange(LENGTH))
    assert one.sums(ROWS, slots[2:7]).tolist() == [2 + 3 + 4 + 5 + 6, 0, 0]
    assert one.sums(ROWS, slots[:0]).tolist() == [0, 0, 0]


def test_some_rows_alone_are_a_copy() -> None:
    one = ring()
    one.add(np.array([2]), np.array([3]), np.array([7]))
    alone = one.only(np.array([2]))
    one.clear(np.array([3]))
    assert alone.take(slice(0, 1), np.array([3])).tolist() == [[7]]
    assert one.take(slice(2, 3), np.array([3])).tolist() == [[0]]

"""With little history more is asked: the first days take more complaints to be rarer than once a month than later ones."""

from __future__ import annotations

import pytest

from tests.promise.warm_up import needed, needed_of_a_stranger

pytestmark = pytest.mark.promise


def test_where_nothing_was_ever_read_it_takes_far_more_than_after_a_day() -> None:
    assert needed_of_a_stranger() >= 2 * needed(2.0, 1)


@pytest.mark.parametrize("rate", [2.0, 10.0])
def test_the_longer_the_past_the_fewer_it_takes(rate: float) -> None:
    assert needed(rate, 1) > needed(rate, 3) > needed(rate, 28)

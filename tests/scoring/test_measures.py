"""How good answers are."""

from __future__ import annotations

from dataclasses import asdict
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scoring.labelled import VERDICTS
from sentinel.scoring.measures import auc, calibration_error, figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentinel.model.mention import Label
    from sentinel.scoring.labelled import Verdict

LABELS: tuple[Label, ...] = ("neg", "neu", "pos", "unknown")
_CHANCES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5, 0.75, 1.0]) | st.floats(0, 1)
_ANSWERS = st.lists(st.tuples(st.booleans(), _CHANCES), min_size=1, max_size=40)


def slowly(is_negative: Sequence[bool], chances: Sequence[float]) -> float | None:
    """Of all pairs of a negative and another one, the share that is in the right order; ties count half."""
    negatives = [chance for said, chance in zip(is_negative, chances, strict=True) if said]
    others = [chance for said, chance in zip(is_negative, chances, strict=True) if not said]
    pairs = list(product(negatives, others))
    return sum((one > other) + (one == other) / 2 for one, other in pairs) / len(pairs) if pairs else None


@given(_ANSWERS)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(answers: list[tuple[bool, float]]) -> None:
    is_negative, chances = zip(*answers, strict=True)
    found, expected = auc(np.array(is_negative), np.array(chances)), slowly(is_negative, chances)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("is_negative", "chances", "error"),
    [
        pytest.param([1, 1, 0, 0], [1, 1, 0, 0], 0, id="sure and right"),
        pytest.param([1, 1, 0, 0], [0, 0, 1, 1], 1, id="sure and wrong"),
        pytest.param([1, 0], [0.5, 0.5], 0, id="half of them at one half"),
        pytest.param([1, 1], [0.75, 0.75], 0.25, id="too careful"),
        pytest.param([1, 0, 0, 0], [0.75, 0.75, 0.15, 0.15], 0.2, id="the mean over posts of two tenths"),
        pytest.param([1, 0, 0], [0.62, 0.68, 0.65], 0.65 - 1 / 3, id="within a tenth means are compared"),
        pytest.param([1, 0, 0, 0], [0.95, 0.05, 0.05, 0.05], 0.05, id="tenths weigh by their posts"),
    ],
)
def test_the_calibration_error_is_the_distance_within_tenths(
    is_negative: list[int], chances: list[float], error: float
) -> None:
    assert calibration_error(np.array(is_negative, bool), np.array(chances)) == pytest.approx(error)


@given(_ANSWERS)
def test_the_calibration_error_is_a_share(answers: list[tuple[bool, float]]) -> None:
    is_negative, chances = (np.array(each) for each in zip(*answers, strict=True))
    assert 0 <= calibration_error(is_negative, chances.astype(float)) <= 1


def test_figures_of_a_few_posts_by_hand() -> None:
    said: list[Verdict] = ["neg", "neg", "neg", "neu", "pos", "pos"]
    labels: list[Label] = ["neg", "neg", "pos", "unknown", "pos", "neg"]
    found = figures(said, [0.9, 0.8, 0.2, 0.4, 0.1, 0.7], labels)
    assert asdict(found) == pytest.approx(
        {
            "posts": 6,
            "negative": 0.5,
            "auc": 7 / 9,
            "f1": 2 / 3,
            "precision": 2 / 3,
            "recall": 2 / 3,
            "accuracy": 4 / 6,
            "ece": (0.1 + 0.2 + 0.8 + 0.4 + 0.1 + 0.7) / 6,
            "called_positive": 1 / 3,
        }
    )


def test_without_negatives_nothing_is_said_of_them() -> None:
    found = figures(["pos", "neu"], [0.2, 0.9], ["pos", "neg"])
    assert (found.auc, found.recall, found.f1, found.called_positive) == (None, None, None, None)
    assert (found.negative, found.precision, found.accuracy) == (0, 0, 0.5)


def test_of_nothing_but_negatives_there_is_no_order() -> None:
    found = figures(["neg", "neg"], [0.2, 0.9], ["pos", "neg"])
    assert found.auc is None
    assert (found.negative, found.precision, found.recall, found.called_positive) == (1, 1, 0.5, 0.5)


def test_where_nothing_is_called_negative_there_is_no_precision() -> None:
    found = figures(["neg", "pos"], [0.4, 0.1], ["neu", "pos"])
    assert found.precision is None
    assert (found.recall, found.f1, found.auc) == (0, 0, 1)


def test_what_is_unknown_is_right_where_nothing_was_said() -> None:
    assert figures(["neu"], [0.3], ["unknown"]).accuracy == 1
    assert figures(["neg"], [0.3], ["unknown"]).accuracy == 0


@given(
    st.lists(st.tuples(st.sampled_from(VERDICTS), _CHANCES, st.sampled_from(LABELS)), min_size=1, max_size=40)
)
def test_every_figure_is_a_share_or_none(answers: list[tuple[Verdict, float, Label]]) -> None:
    said, chances, labels = zip(*answers, strict=True)
    found = figures(said, chances, labels)
    shares = (found.auc, found.f1, found.precision, found.recall, found.called_positive)
    assert all(share is None or 0 <= share <= 1 for share in (*shares, found.accuracy, found.ece))
    if found.precision and found.recall:
        assert found.f1 == pytest.approx(
            2 * found.precision * found.recall / (found.precision + found.recall)
        )

"""How good answers are, beside what people said: the figures of `sentinel eval`, `train` and the model card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sentinel.model.mention import Label
    from sentinel.scoring.labelled import Verdict

BINS = 10
"""Of the calibration error: tenths of probability."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`auc`, `f1`, `precision`, `recall` of negative against the rest, `accuracy` of the three labels, all 0 to 1.

    `ece` is the expected calibration error (Guo et al., 2017; ten equal bins); `called_positive` the share of
    negatives labelled `pos`. None where the posts cannot tell: all negative, or none.
    """

    posts: int
    negative: float
    auc: float | None
    f1: float | None
    precision: float | None
    recall: float | None
    accuracy: float
    ece: float
    called_positive: float | None


def figures(said: Sequence[Verdict], negative: Sequence[float], labels: Sequence[Label]) -> Figures:
    """Measure answers (`negative` is P(negative)) against verdicts, one of each a post. At least one post."""
    is_negative = np.array([each == "neg" for each in said])
    found = np.array([each == "neg" for each in labels])
    probabilities = np.asarray(negative, float)
    hits = int((is_negative & found).sum())
    precision = hits / int(found.sum()) if found.any() else None
    recall = hits / int(is_negative.sum()) if is_negative.any() else None
    called = np.array([each == "pos" for each in labels])
    right = [
        label == verdict or (label == "unknown" and verdict == "neu")
        for label, verdict in zip(labels, said, strict=True)
    ]
    return Figures(
        posts=len(said),
        negative=float(is_negative.mean()),
        auc=auc(is_negative, probabilities),
        f1=None if recall is None else 2 * hits / (int(found.sum()) + int(is_negative.sum())),
        precision=precision,
        recall=recall,
        accuracy=float(np.mean(right)),
        ece=calibration_error(is_negative, probabilities),
        called_positive=float(called[is_negative].mean()) if is_negative.any() else None,
    )


def auc(is_negative: NDArray[Any], probabilities: NDArray[Any]) -> float | None:
    """The chance that a negative post is given more than another one; ties count half (Mann and Whitney)."""
    positives = int(is_negative.sum())
    others = len(is_negative) - positives
    if not positives or not others:
        return None
    _, place, count = np.unique(probabilities, return_inverse=True, return_counts=True)
    middle_ranks = np.cumsum(count) - (count - 1) / 2
    ranks = middle_ranks[place][is_negative].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * others))


def calibration_error(is_negative: NDArray[Any], probabilities: NDArray[Any]) -> float:
    """How far, on average over posts, a tenth's probabilities lie from its share of negatives."""
    tenth = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    error = 0.0
    for each in range(BINS):
        here = tenth == each
        if here.any():
            error += float(here.mean()) * abs(
                float(is_negative[here].mean()) - float(probabilities[here].mean())
            )
    return error

"""Fitting a compact model to labelled posts: two logistic regressions over features and hashed grams, made int8.

Needs scikit-learn (the extra `train`); scoring needs neither it nor this module.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.sparse import csr_matrix, diags_array, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold

from sentinel.model.mention import Text
from sentinel.scoring.compact_engine import label
from sentinel.scoring.features import NAMES, features
from sentinel.scoring.grams import buckets, grams
from sentinel.scoring.measures import Figures, figures
from sentinel.scoring.model import Head, Model, mark, probability
from sentinel.scoring.reading import read
from sentinel.scoring.vocabulary import COMPLAINTS, INNOCENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sentinel.scoring.labelled import Labelled, Verdict

HEADS: tuple[Verdict, Verdict] = ("neg", "pos")
FOLDS = 5
Learns = Literal["all", "tone", "wordings"]
_WORDINGS = frozenset(
    (*COMPLAINTS, *INNOCENTS, "complaints", "praise beside a complaint", "praise for trouble", "innocence")
)
_FEWEST_SOURCES = 3
_TRUST = 3.0
"""How freely the model that one starts from is weighed beside single features."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is fitted. Chosen on sets that it was not fitted to; see `docs/model-card.md`."""

    buckets: int = 2**18
    """Places for weights of grams, a power of two; 0: none (the model of `lexicon`)."""
    grams: float = 1.5
    """How freely grams are weighed beside features."""
    freedom: float = 0.5
    """Inverse strength of the L2 penalty."""
    learns: Learns = "all"
    """`tone`: what marks and valences weigh; `wordings`: grams and families. The rest is left as it was, or at 0."""


RECIPE = Recipe()
ON_TOP = Recipe(freedom=0.1)
"""Of a model that starts from another: it moves less. Mean AUC on thirteen sources, each held out: .874, against .870 at 0.5."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model's heads, and how it does on posts that it was not fitted to (cross-validated, and by source)."""

    heads: tuple[Head, Head]
    met: frozenset[int]
    whole: Figures
    by_source: dict[str, Figures]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Posts as numbers: a row of features and grams each, what was said of it, where it is from, what `base` thinks.

    Of grams only those `places` have a column that some post fills: the others would stay 0.
    """

    matrix: csr_matrix
    places: NDArray[Any]
    met: frozenset[int]
    said: NDArray[Any]
    sources: NDArray[Any]
    weights: NDArray[Any]
    leaning: NDArray[Any] | None = None

    def taken(self, which: NDArray[Any]) -> _Rows:
        """Some of them."""
        leaning = None if self.leaning is None else self.leaning[which]
        return _Rows(
            self.matrix[which],
            self.places,
            self.met,
            self.said[which],
            self.sources[which],
            self.weights[which],
            leaning,
        )


def fit(posts: Sequence[Labelled], recipe: Recipe = RECIPE, base: Model | None = None) -> Fitted:
    """Fit a model; with `base`, one that starts from what that model knows (and has as many buckets).

    ValueError when there are too few posts of a kind to tell negatives from the rest.
    """
    verdicts = [post.verdict for post in posts]
    for head in HEADS:
        if not FOLDS <= verdicts.count(head) <= len(verdicts) - FOLDS:
            raise ValueError(
                f"too few posts to learn from: {verdicts.count(head)} of {len(verdicts)} are {head}"
            )
    rows = _rows(posts, recipe, base)
    outside = np.zeros((len(posts), len(HEADS)))
    for learn, ask in _folds(rows):
        for place, head in enumerate(HEADS):
            raw = _raw(rows.taken(learn), head, place, recipe, base)
            outside[ask, place] = raw.logits(rows.taken(ask))
    heads = tuple(
        _calibrated(_raw(rows, head, place, recipe, base), outside[:, place], rows, head)
        for place, head in enumerate(HEADS)
    )
    return Fitted((heads[0], heads[1]), rows.met, *_measured(rows, heads, outside))


def _rows(posts: Sequence[Labelled], recipe: Recipe, base: Model | None) -> _Rows:
    data: list[float] = []
    places: list[int] = []
    ends = [0]
    leaning: list[tuple[float, float]] = []
    met: Counter[int] = Counter()
    for post in posts:
        found = read(Text(post.text, lang=post.lang, names=post.names)).signs
        for place, value in features(found).items():
            places.append(place)
            data.append(value)
        if recipe.buckets and (hashed := buckets(grams(found), recipe.buckets)):
            places += [len(NAMES) + place for place in hashed]
            data += [recipe.grams / sqrt(len(hashed))] * len(hashed)
        ends.append(len(places))
        if recipe.buckets:
            met.update({mark(word) for word in found.words if word[0].isalpha()})
        if base is not None:
            leaning.append(base.raw(found))
    columns, filled = np.unique([*range(len(NAMES)), *places], return_inverse=True)
    matrix = csr_matrix((data, filled[len(NAMES) :], ends), shape=(len(posts), len(columns)))
    matrix.sum_duplicates()
    known = frozenset(word for word, posts_with_it in met.items() if posts_with_it > 1)
    return _Rows(
        matrix,
        columns[len(NAMES) :] - len(NAMES),
        known if base is None else known | base.met,
        np.array([post.verdict for post in posts]),
        np.array([post.source for post in posts]),
        np.array([post.weight for post in posts]),
        np.array(leaning) if leaning else None,
    )


def _folds(rows: _Rows) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """By source where there are several: how it does on a source that it has never seen is what will be asked of it.

    Not so where a verdict would be missing then (`neg.csv`, `pos.csv`): nobody learns what is never shown.
    """
    sources = len(set(rows.sources))
    if sources >= _FEWEST_SOURCES:
        folds = list(GroupKFold(min(sources, FOLDS)).split(rows.matrix, rows.said, rows.sources))
        if all(set(HEADS) <= set(rows.said[learn]) for learn, _ in folds):
            yield from folds
            return
    few = np.count_nonzero(rows.said == "neu") < FOLDS  # too few for one in every part: it says so on stderr
    kinds = np.where(rows.said == "neu", HEADS[1], rows.said) if few else rows.said
    yield from StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows.matrix, kinds)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A fitted head before it is rounded and calibrated; `weights` of grams count for their sum over √count."""

    bias: float
    dense: NDArray[Any]
    weights: NDArray[Any]
    recipe: Recipe

    def logits(self, rows: _Rows) -> NDArray[Any]:
        """Log-odds of every row."""
        weights = np.concatenate([self.dense, self.weights[rows.places] / self.recipe.grams])
        return np.asarray(rows.matrix @ weights + self.bias)


def _raw(rows: _Rows, head: Verdict, place: int, recipe: Recipe, base: Model | None) -> _Raw:
    matrix = rows.matrix if recipe.learns == "all" else rows.matrix @ diags_array(_free(rows, recipe.learns))
    if rows.leaning is not None:
        matrix = hstack([matrix, csr_matrix(_TRUST * rows.leaning[:, place : place + 1])], format="csr")
    fitted = LogisticRegression(C=recipe.freedom, max_iter=400).fit(matrix, rows.said == head, rows.weights)
    weights, bias = fitted.coef_[0], float(fitted.intercept_[0])
    dense, hashed = weights[: len(NAMES)], np.zeros(recipe.buckets)
    hashed[rows.places] = weights[len(NAMES) : len(NAMES) + len(rows.places)] * recipe.grams
    if base is None:
        return _Raw(bias, dense, hashed, recipe)
    share, before = _TRUST * float(weights[-1]), base.head(place)
    if before.grams:
        hashed += share * before.scale * np.frombuffer(before.grams, np.int8)
    return _Raw(bias + share * before.bias, dense + share * np.array(before.dense), hashed, recipe)


def _free(rows: _Rows, learns: Learns) -> NDArray[Any]:
    """1 for what may be learned, else 0."""
    wordings = np.concatenate([[float(name in _WORDINGS) for name in NAMES], np.ones(len(rows.places))])
    return wordings if learns == "wordings" else 1 - wordings


def _calibrated(raw: _Raw, outside: NDArray[Any], rows: _Rows, head: Verdict) -> Head:
    """Rounded to int8, with the slope and offset that fit the answers about posts it was not fitted to (Platt, 1999)."""
    slope, offset = _platt(outside, rows, head)
    scale = float(np.abs(raw.weights).max(initial=0.0)) / 127 or 1.0
    rounded = np.clip(np.rint(raw.weights / scale), -127, 127).astype(np.int8)
    return Head(raw.bias, tuple(map(float, raw.dense)), rounded.tobytes(), scale, slope, offset)


def _platt(logits: NDArray[Any], rows: _Rows, head: Verdict) -> tuple[float, float]:
    fitted = LogisticRegression(C=1e6).fit(logits.reshape(-1, 1), rows.said == head, rows.weights)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def _measured(
    rows: _Rows, heads: Sequence[Head], outside: NDArray[Any]
) -> tuple[Figures, dict[str, Figures]]:
    chances = np.array(
        [
            [probability(float(value) * head.slope + head.offset) for value in outside[:, place]]
            for place, head in enumerate(heads)
        ]
    ).T

    def of(which: NDArray[Any]) -> Figures:
        labels = [label(negative, positive) for negative, positive in chances[which].tolist()]
        return figures(rows.said[which].tolist(), chances[which, 0].tolist(), labels)

    by_source = {str(source): of(rows.sources == source) for source in dict.fromkeys(rows.sources)}
    return of(np.ones(len(outside), bool)), by_source

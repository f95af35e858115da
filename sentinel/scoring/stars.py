"""Stars together with words: one probability.

The stars are the author's own verdict, so they dominate: up to two stars stay negative and from four up stay not
negative, whatever the words look like ("not bad at all" fools a lexicon more easily than a person fools the stars).
At three stars the words decide. Stated, not fitted: no reviews with stars are licensed for training.
"""

from __future__ import annotations

from math import exp, isfinite, log

_LOG_ODDS = (3.0, 2.0, 0.0, -2.0, -3.0)
"""Of a negative verdict at 1, 2, 3, 4, 5 stars: 95, 88, 50, 12 and 5 in 100; straight lines between."""

_WORDS_AT_MOST, _AT_THREE = 1.0, 2.0
"""How far words may move the log-odds either way; at three stars, which say nothing, farther."""

FEWEST, MOST = 1.0, 5.0
_MIDDLE = 3.0


def usable(stars: float | None) -> float | None:
    """The stars within 1 to 5 (0 counts as 1), or None when there are none or no number."""
    return None if stars is None or not isfinite(stars) else min(max(stars, FEWEST), MOST)


def with_stars(stars: float, negative: float | None) -> float:
    """P(negative) of `stars` (1 to 5) and of the words, whose own probability `negative` is None if nothing was assessed."""
    most = _WORDS_AT_MOST + (_AT_THREE - _WORDS_AT_MOST) * max(0.0, 1 - abs(stars - _MIDDLE))
    words = 0.0 if negative is None else _clip(_logit(negative), most)
    return 1 / (1 + exp(-(_of(stars) + words)))


def with_both(
    stars: float | None, negative: float | None, positive: float | None
) -> tuple[float | None, float | None]:
    """P(negative) and P(positive) of the words and of `stars`, if there are any: praise is blame seen from the other end."""
    if stars is None:
        return negative, positive
    return with_stars(stars, negative), with_stars(FEWEST + MOST - stars, positive)


def said(stars: float) -> str:
    """As evidence names them."""
    return f"{stars:g} star{'' if stars == 1 else 's'}"


def _of(stars: float) -> float:
    below = min(int(stars - FEWEST), len(_LOG_ODDS) - 2)
    share = stars - FEWEST - below
    return _LOG_ODDS[below] * (1 - share) + _LOG_ODDS[below + 1] * share


def _logit(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return log(p / (1 - p))


def _clip(odds: float, most: float) -> float:
    return min(max(odds, -most), most)

"""The few dozen numbers that both scorers of our own weigh: what `signs` found, bounded and named.

All are 0 when nothing was found, and all grow slower than what they count, so that a long text does not outweigh itself.
"""

from __future__ import annotations

from math import log1p, sqrt
from typing import TYPE_CHECKING

from sentinel.scoring.tokens import ADDRESS, LAUGHTER, MENTION, NUMBER
from sentinel.scoring.vocabulary import COMPLAINTS, INNOCENTS

if TYPE_CHECKING:
    from sentinel.scoring.signs import Signs

NAMES = (
    "praise", "blame", "tone", "best", "worst", "first", "last", "count of good", "count of bad", "negated good",
    "negated bad", "good face", "bad face", "turn", "stretched", "shouted", "!", "!!", "?", "?!", "…", "address",
    "mention", "number", "laughter", "short", "length", "mixed", "praise beside a complaint", "praise for trouble", "complaints", "innocence", "nothing",
    "negations", *COMPLAINTS, *INNOCENTS,
)  # fmt: skip
_AT = {name: index for index, name in enumerate(NAMES)}
_MARKS = {mark: _AT[mark] for mark in ("!", "!!", "?", "?!", "…")} | {
    ADDRESS: _AT["address"],
    MENTION: _AT["mention"],
    NUMBER: _AT["number"],
    LAUGHTER: _AT["laughter"],
}
_FAMILIES = {name: _AT[name] for name in (*COMPLAINTS, *INNOCENTS)}
_LENGTH, _IS_SHORT, _STRETCHED, _SHOUTED = _AT["length"], _AT["short"], _AT["stretched"], _AT["shouted"]
_NEGATIONS, _TURN = _AT["negations"], _AT["turn"]
_COMPLAINTS = frozenset(COMPLAINTS)
_SHORT = 6
_BREATH = 32
_TROUBLES = frozenset(("money", "broken", "no answer", "waiting", "staff"))
_ALPHA = 15.0
"""VADER's: how soon the tone of a whole text approaches ±1."""


def features(found: Signs) -> dict[int, float]:
    """The features of one text by their place in `NAMES`; those left out are 0."""
    out: dict[int, float] = {}
    _tone(found, out)
    _said(found, out)
    _shape(found, out)
    return out


def _said(found: Signs, out: dict[int, float]) -> None:
    """Families of wordings."""
    families = found.families
    if not families:
        if not found.feelings:
            out[_AT["nothing"]] = 1.0
        return
    for family in families:
        out[_FAMILIES[family]] = 1.0
    complaints = len(families.keys() & _COMPLAINTS)
    if complaints:
        out[_AT["complaints"]] = log1p(complaints)
        if any(feeling.valence > 0 for feeling in found.feelings):
            out[_AT["praise beside a complaint"]] = 1.0
            if _one_breath(found):
                out[_AT["praise for trouble"]] = 1.0
    if len(families) > complaints:
        out[_AT["innocence"]] = 1.0


def _one_breath(found: Signs) -> bool:
    """Whether somebody waits, pays twice or is not answered and praises it in the same short post, with no `but`: mockery."""
    return (
        len(found.words) <= _BREATH
        and found.turn < 0
        and not _TROUBLES.isdisjoint(found.families)
        and "spared" not in found.families
    )


def _shape(found: Signs, out: dict[int, float]) -> None:
    """How it is written, whatever it says."""
    there = set(found.words)
    for mark, place in _MARKS.items():  # in one order, so that sums come out the same in every process
        if mark in there:
            out[place] = 1.0
    length = len(found.words)
    out[_LENGTH] = log1p(length) / 4
    if length <= _SHORT:
        out[_IS_SHORT] = 1.0
    if found.stretched:
        out[_STRETCHED] = 1.0
    if found.shouted:
        out[_SHOUTED] = log1p(found.shouted) / 2
    if found.negated:
        out[_NEGATIONS] = 1.0
    if found.turn >= 0:
        out[_TURN] = 1.0


def _tone(found: Signs, out: dict[int, float]) -> None:
    feelings = found.feelings
    if not feelings:
        return
    good = bad = 0.0
    goods = bads = 0
    for feeling in feelings:
        valence = feeling.valence
        if valence > 0:
            good += valence
            goods += 1
            if feeling.negated:
                out[_AT["negated bad"]] = 1.0
            if feeling.face:
                out[_AT["good face"]] = 1.0
        else:
            bad -= valence
            bads += 1
            if feeling.negated:
                out[_AT["negated good"]] = 1.0
            if feeling.face:
                out[_AT["bad face"]] = 1.0
    total = good - bad
    valences = [feeling.valence for feeling in feelings]
    out[_AT["praise"]] = log1p(good)
    out[_AT["blame"]] = log1p(bad)
    out[_AT["tone"]] = 2 * total / sqrt(total * total + _ALPHA)
    out[_AT["best"]] = max(*valences, 0.0) / 2
    out[_AT["worst"]] = -min(*valences, 0.0) / 2
    out[_AT["first"]] = _bounded(valences[0])
    out[_AT["last"]] = _bounded(valences[-1])
    out[_AT["count of good"]] = log1p(goods)
    out[_AT["count of bad"]] = log1p(bads)
    if goods and bads:
        out[_AT["mixed"]] = 1.0


def _bounded(valence: float) -> float:
    return max(-4.0, min(4.0, valence)) / 2

"""Every clause with its sentence, either way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sentinel.detect.clauses import say_rarity
from sentinel.detect.judge import judge, say_history
from sentinel.model.reading import Clause
from tests.stand.storms import reading, rule

DAY = timedelta(days=1)


def says(clause: Clause, spike: dict[str, Any] | None = None, **changes: Any) -> tuple[bool, str]:
    verdicts = judge(rule(spike=spike or {}), reading(**changes)).verdicts
    [found] = [verdict for verdict in verdicts if verdict.clause is clause]
    return found.holds, found.says


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (says(Clause.AT_LEAST), (True, "needed 6 posts, had 12")),
        (says(Clause.AT_LEAST, negatives=5), (False, "needed 6 posts, had 5")),
        (says(Clause.AT_LEAST, {"at_least": "1 post"}, negatives=0), (False, "needed 1 post, had 0")),
        (says(Clause.FROM), (True, "needed 3 authors, had 9")),
        (says(Clause.FROM, {"from": "1 author"}, authors=0), (False, "needed 1 author, had 0")),
        (says(Clause.FROM, authors=None), (False, "needed 3 authors, not counted: too few posts")),
        (says(Clause.SEEN), (True, "100% of the last 2 hours was read")),
        (
            says(Clause.SEEN, covered=0.499, negatives=1),
            (False, "49% of the last 2 hours was read: there may be more"),
        ),
        (
            says(Clause.RARER_THAN, rarity=9 * DAY, usual=4.25),
            (
                False,
                (
                    "asked for rarer than once in 30.4 days, by chance this happens once in 9 days"
                    " (usual 4.2, from 28 days of history)"
                ),
            ),
        ),
        (
            says(Clause.RARER_THAN, rarity=None, history=timedelta(0)),
            (
                True,
                (
                    "asked for rarer than once in 30.4 days, by chance this happens less than once in a thousand years"
                    " (usual 1.0, no history yet: taken as one in four hours, loosely)"
                ),
            ),
        ),
        (
            says(Clause.ABOVE_USUAL, {"above_usual": "2 times"}, usual=8.0),
            (False, "asked for 2 times what is usual, was 1.5 times"),
        ),
        (
            says(Clause.ABOVE_USUAL, {"above_usual": "2 times"}, usual=0.0),
            (True, "asked for 2 times what is usual, was more than 999 times"),
        ),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_each_clause_says_what_it_asked_and_what_it_got(
    answer: tuple[bool, str], expected: tuple[bool, str]
) -> None:
    assert answer == expected


@pytest.mark.parametrize(
    ("every", "words"),
    [
        (timedelta(seconds=5), "once in less than a minute"),
        (timedelta(minutes=1), "once in 1 minute"),
        (timedelta(minutes=40), "once in 40 minutes"),
        (timedelta(hours=1), "once in 1 hour"),
        (timedelta(hours=23.5), "once in 23.5 hours"),
        (DAY, "once in 1 day"),
        (400.4 * DAY, "once in 400 days"),
        (800 * DAY, "once in 2.19 years"),
        (365_000 * DAY, "once in 1000 years"),
        (None, "less than once in a thousand years"),
    ],
)
def test_rarities_read_well(every: timedelta | None, words: str) -> None:
    assert say_rarity(every) == words


def test_a_short_history_is_told_in_hours() -> None:
    assert say_history(timedelta(hours=5)) == "from 5 hours of history"


def test_it_is_raised_only_when_every_clause_holds() -> None:
    assert judge(rule(), reading()).raised
    for change in (
        {"negatives": 5},
        {"authors": 2},
        {"authors": None},
        {"rarity": 30 * DAY},
    ):
        assert not judge(rule(), reading(**change)).raised


@pytest.mark.parametrize(
    ("negatives", "usual", "lingers"),
    [
        pytest.param(3, 1.0, True, id="half of what was asked for"),
        pytest.param(2, 1.0, False, id="less than half"),
        pytest.param(5, 4.0, False, id="near what is usual"),
        pytest.param(6, 4.0, True, id="half as much again as usual"),
    ],
)
def test_a_storm_lingers_until_it_is_half_gone(negatives: int, usual: float, *, lingers: bool) -> None:
    assert judge(rule(), reading(negatives, usual=usual)).lingers is lingers


def test_a_window_mostly_unread_is_not_called_calm() -> None:
    signal = judge(rule(), reading(1, covered=0.2))
    assert (signal.blind, signal.lingers, signal.raised) == (True, False, False)


def test_what_was_seen_of_a_window_may_be_a_spike_by_itself() -> None:
    signal = judge(rule(), reading(50, covered=0.2))
    assert (signal.blind, signal.lingers, signal.raised) == (False, True, True)

"""The past is counted anew when who judges it changed, and only then: over a real store, with the engines that ship."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stand.desk import open_desk
from tests.stand.hotel import CONFIG, RULE, plan, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sentinel.plan import Plan
    from tests.stand.desk import Desk

SPANISH = "una vergüenza, nunca más en el Miramar"
ENGLISH = "this is awful, Miramar"
BY_FEELING = RULE.replace("  says: [dirty, filthy]", "  sentiment: below -0.25")
BY_LEXICON = BY_FEELING.replace("  sentiment: below -0.25", "  sentiment: below -0.25\n  engine: lexicon")


def house(folder: Path, scoring: str = "", rule: str = BY_FEELING, brands: str = "") -> Plan:
    """The hotel, judged as `scoring` says; TextBlob reads no Spanish, the engines of our own do."""
    config = CONFIG.replace('  miramar: {terms: ["Miramar"]}\n', brands) if brands else CONFIG
    return plan(folder, config=config + (f"scoring: {scoring}\n" if scoring else ""), rules={"dirty": rule})


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """A desk of such a house that has read two posts."""
    desks = []

    def build(scoring: str = "", rule: str = BY_FEELING, brands: str = "") -> Desk:
        desks.append(open_desk(house(tmp_path, scoring, rule, brands)))
        desks[-1].take(post("es", 1, text=SPANISH), post("en", 2, text=ENGLISH), at=3, since=0)
        return desks[-1]

    yield build
    for desk in desks:
        desk.store.close()


@pytest.mark.parametrize(
    ("then", "now"),
    [
        pytest.param("{engine: textblob}", "", id="one that reads more"),
        pytest.param("", "{engine: textblob}", id="one that reads less"),
        pytest.param("{engine: textblob}", "{engine: lexicon}", id="the lists alone"),
        pytest.param("{engine: textblob}", "{engine: [textblob, compact]}", id="a second one behind it"),
        pytest.param("{engine: [textblob, compact]}", "{engine: textblob}", id="the second one gone"),
    ],
)
def test_another_engine_counts_the_past_anew(
    opened: Callable[..., Desk], tmp_path: Path, then: str, now: str
) -> None:
    heard = {"{engine: textblob}": 1}  # the English one
    desk = opened(then)
    assert desk.negatives() == heard.get(then, 2)
    desk.begin_anew(4, house(tmp_path, now))
    assert desk.negatives() == heard.get(now, 2)
    desk.begin_anew(5, house(tmp_path, then))
    assert desk.negatives() == heard.get(then, 2), "and back"


@pytest.mark.parametrize(
    "now",
    [
        pytest.param("{engine: lexicon}", id="another of one version"),
        pytest.param("{engine: [compact, lexicon]}", id="the same and one behind it"),
        pytest.param("{engine: [lexicon, compact]}", id="the same behind another"),
    ],
)
def test_every_change_of_who_judges_is_another_past(
    opened: Callable[..., Desk], tmp_path: Path, now: str
) -> None:
    desk = opened()
    before = desk.store.fingerprints().keys()
    desk.begin_anew(4, house(tmp_path, now))
    assert desk.store.fingerprints().keys().isdisjoint(before)


def test_a_restart_with_the_same_engine_counts_nothing_anew(
    opened: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = opened("{engine: [compact, textblob]}")
    monkeypatch.setattr(desk.store, "mentions", None)
    desk.begin_anew(4, house(tmp_path, "{engine: [compact, textblob]}"))
    assert desk.negatives() == 2


def test_a_rule_without_sentiment_keeps_its_past_whoever_judges(
    opened: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_words = RULE.replace("[dirty, filthy]", "[nunca más]")
    desk = opened("", by_words)
    monkeypatch.setattr(desk.store, "mentions", None)
    desk.begin_anew(4, house(tmp_path, "{engine: textblob}", by_words))
    assert desk.negatives() == 1


def test_a_rule_with_an_engine_of_its_own_keeps_its_past_when_that_of_all_changes(
    opened: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = opened("{engine: textblob}", BY_LEXICON)
    assert desk.negatives() == 2
    monkeypatch.setattr(desk.store, "mentions", None)
    desk.begin_anew(4, house(tmp_path, "{engine: [textblob, compact]}", BY_LEXICON))
    assert desk.negatives() == 2


@pytest.mark.parametrize(
    ("then", "now"),
    [
        pytest.param(BY_FEELING, BY_LEXICON, id="begins to ask for one"),
        pytest.param(BY_LEXICON, BY_FEELING, id="asks no longer"),
        pytest.param(BY_LEXICON, BY_LEXICON.replace("lexicon", "textblob"), id="asks for another"),
    ],
)
def test_a_rule_that_asks_for_another_engine_counts_its_past_anew(
    opened: Callable[..., Desk], tmp_path: Path, then: str, now: str
) -> None:
    desk = opened("{engine: textblob}", then)
    assert desk.negatives() == (2 if then == BY_LEXICON else 1)
    desk.begin_anew(4, house(tmp_path, "{engine: textblob}", now))
    assert desk.negatives() == (2 if now == BY_LEXICON else 1)


def test_a_rule_changed_later_is_counted_by_todays_engine_too(
    opened: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = opened("{engine: textblob}")
    desk.begin_anew(4, house(tmp_path, ""))
    milder = BY_FEELING.replace("below -0.25", "below -0.2")
    desk.begin_anew(5, house(tmp_path, "", milder))
    assert desk.negatives() == 2, "the scores that were stored are still those of textblob"


@pytest.mark.parametrize(
    "rule", [pytest.param(BY_FEELING, id="one engine"), pytest.param(BY_LEXICON, id="two")]
)
def test_a_brand_that_is_gone_is_left_out_of_the_past(
    opened: Callable[..., Desk], tmp_path: Path, rule: str
) -> None:
    both = '  miramar: {terms: ["Miramar"]}\n  palace: {terms: ["Palace"]}\n'
    desk = opened("{engine: textblob}", rule, both)
    desk.take(post("both", 4, text="this is awful, Palace and Miramar"), at=5, since=3)
    desk.begin_anew(
        6, house(tmp_path, "", rule.replace("below -0.25", "below -0.2"), '  palace: {terms: ["Palace"]}\n')
    )
    assert desk.negatives() == 1

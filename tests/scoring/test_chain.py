"""Several scorers as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.mention import Score, Text
from sentinel.scoring.chain import Chain, GreyZone
from sentinel.scoring.compact_engine import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass
class Says:
    """A scorer that has an answer for some texts, and remembers what it was asked."""

    name: str
    answers: Mapping[str, float]
    version: str = "1"
    asked: list[list[str]] = field(default_factory=list)

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        return frozenset({(self.name, self.version)})

    def score(self, texts: Sequence[Text]) -> list[Score]:
        self.asked.append([each.text for each in texts])
        return [self._score(self.answers.get(each.text)) for each in texts]

    def _score(self, negative: float | None) -> Score:
        sure = 0.0 if negative is None else abs(2 * negative - 1)
        return Score(None, None, negative, label(negative, None), sure, (), self.name, self.version)


def asked(chain: Chain, *texts: str) -> list[tuple[str, float | None]]:
    return [(score.engine, score.negative) for score in chain.score([Text(text) for text in texts])]


def test_the_next_is_asked_what_those_before_it_did_not_know() -> None:
    one, two, three = Says("one", {"a": 0.9}), Says("two", {"a": 0.1, "b": 0.2}), Says("three", {"c": 0.3})
    chain = Chain([one, two, three])
    assert asked(chain, "a", "b", "c", "d") == [("one", 0.9), ("two", 0.2), ("three", 0.3), ("one", None)]
    assert (one.asked, two.asked, three.asked) == ([["a", "b", "c", "d"]], [["b", "c", "d"]], [["c", "d"]])


def test_nobody_is_asked_about_nothing() -> None:
    one, two, slow = Says("one", {"a": 0.9}), Says("two", {}), Says("slow", {})
    chain = Chain([one, two], slow)
    assert asked(chain, "a") == [("one", 0.9)]
    assert asked(chain) == []
    assert two.asked == slow.asked == []


@pytest.mark.parametrize(
    ("negative", "engine"),
    [
        pytest.param(0.34, "quick", id="below the zone"),
        pytest.param(0.35, "slow", id="where it begins"),
        pytest.param(0.5, "slow", id="in it"),
        pytest.param(0.65, "slow", id="where it ends"),
        pytest.param(0.66, "quick", id="above it"),
        pytest.param(None, "slow", id="unknown"),
    ],
)
def test_the_slow_one_is_asked_where_the_quick_ones_are_not_sure(negative: float | None, engine: str) -> None:
    quick = Says("quick", {} if negative is None else {"a": negative})
    assert asked(Chain([quick], Says("slow", {"a": 0.99})), "a")[0][0] == engine


def test_the_slow_one_is_asked_last() -> None:
    slow = Says("slow", {"a": 0.99, "b": 0.98})
    chain = Chain([Says("one", {}), Says("two", {"a": 0.9, "b": 0.5})], slow)
    assert asked(chain, "a", "b") == [("two", 0.9), ("slow", 0.98)]
    assert slow.asked == [["b"]]


def test_what_the_slow_one_does_not_know_stays_as_it_was() -> None:
    chain = Chain([Says("quick", {"a": 0.5})], Says("slow", {}))
    assert asked(chain, "a", "b") == [("quick", 0.5), ("quick", None)]


def test_when_not_all_may_be_asked_the_least_sure_are() -> None:
    quick = Says("quick", {"a": 0.4, "b": 0.5, "c": 0.6, "d": 0.49, "e": 0.9})
    slow = Says("slow", dict.fromkeys("abcdef", 0.99))
    asked(Chain([quick], slow, GreyZone(at_most=3)), "a", "b", "c", "d", "e", "f")
    assert slow.asked == [["b", "f", "d"]]


def test_a_zone_may_leave_the_slow_one_out() -> None:
    slow = Says("slow", {"a": 0.99})
    assert asked(Chain([Says("quick", {"a": 0.5})], slow, GreyZone(at_most=0)), "a") == [("quick", 0.5)]
    assert slow.asked == []


def test_a_chain_is_called_by_its_first_and_changes_with_any() -> None:
    chain = Chain([Says("one", {}), Says("two", {}, "2")], Says("slow", {}, "abc"))
    assert chain.name == "one"
    assert chain.version == "one 1+two 2+slow abc 0.35-0.65 of 50"
    assert Chain([Says("one", {}), Says("two", {}, "2")]).version == "one 1+two 2"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Chain([Says("one", {}), Says("two", {})]), id="without the slow one"),
        pytest.param(
            Chain([Says("two", {}), Says("one", {})], Says("slow", {})), id="asked in another order"
        ),
        pytest.param(Chain([Says("one", {}), Says("two", {}, "2")], Says("slow", {})), id="another version"),
        pytest.param(
            Chain([Says("one", {}), Says("two", {})], Says("slow", {}), GreyZone(0.2)), id="a wider zone"
        ),
        pytest.param(Says("one", {}), id="the first alone"),
    ],
)
def test_a_score_tells_one_chain_from_another(other: Chain | Says) -> None:
    chain = Chain([Says("one", {}), Says("two", {})], Says("slow", {}))
    assert {name for name, _ in chain.voices} == {"one", "two", "slow"}
    assert chain.voices.isdisjoint(other.voices)


def test_a_score_bears_a_voice_of_its_chain() -> None:
    chain = Chain([Says("one", {"a": 0.9}), Says("two", {"b": 0.9})], Says("slow", {"c": 0.9}))
    scores = chain.score([Text(text) for text in "abcd"])
    assert [score.engine for score in scores] == ["one", "two", "slow", "one"]
    assert {(score.engine, score.version) for score in scores} == chain.voices


_ANSWERS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1))


@given(_ANSWERS, _ANSWERS, _ANSWERS, st.lists(st.sampled_from("abcdef"), max_size=8), st.integers(0, 5))
def test_every_text_has_the_answer_of_one_of_them(
    one: dict[str, float], two: dict[str, float], three: dict[str, float], texts: list[str], at_most: int
) -> None:
    engines = {"one": one, "two": two, "slow": three}
    slow = Says("slow", three)
    chain = Chain([Says("one", one), Says("two", two)], slow, GreyZone(at_most=at_most))
    found = asked(chain, *texts)
    assert len(found) == len(texts)
    for text, (engine, negative) in zip(texts, found, strict=True):
        assert negative == engines[engine].get(text)
        assert negative is not None or (text not in one and text not in two)
    assert sum(map(len, slow.asked)) <= at_most

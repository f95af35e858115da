"""Which posts a rule counts, which of them as negatives, and that the explanation says the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.counting import Counting
from sentinel.model.mention import Score
from tests.stand.storms import post, rule

KINDS = {"press": "feed", "blogs": "feed", "x": "x"}
UNKNOWN = Score("es", None, None, "unknown", 0.0, engine="textblob")


def score(polarity: float | None, lang: str | None = "en") -> Score:
    return Score(lang, polarity, 0.5, "neg", 0.9, ("bad",), "textblob", "1")


def why(
    found: set[str], polarity: float | None = 0.0, watch: dict[str, Any] | None = None, **changes: Any
) -> str | None:
    counting = Counting(rule(watch=watch or {}), KINDS)
    count = counting.count(post(**changes), "miramar", score(polarity), found)
    return None if count is None else count.why


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(why(set()), "", id="counted, not negative"),
        pytest.param(why(set(), -0.5), "sentiment", id="sentiment below the threshold"),
        pytest.param(why(set(), -0.25), "", id="sentiment on the threshold is not below it"),
        pytest.param(why({"never again"}, -0.5), "says", id="a phrase goes before sentiment"),
        pytest.param(why({"never again"}, -0.5, stars=2), "stars", id="stars go before all"),
        pytest.param(why(set(), 0.9, stars=2.5), "", id="too many stars"),
        pytest.param(why(set(), None), "", id="what nobody can judge is never negative"),
        pytest.param(why(set(), float("nan")), "", id="nor what is not a number"),
        pytest.param(why(set(), watch={"any_of": ["dirt"]}), None, id="none of the words"),
        pytest.param(why({"dirt"}, watch={"any_of": ["dirt", "filth"]}), "", id="one of the words"),
        pytest.param(why({"dirt", "hiring"}, watch={"any_of": ["dirt"], "none_of": ["hiring"]}), None, id="barred"),
        pytest.param(why(set(), watch={"languages": ["es"]}), None, id="another language"),
        pytest.param(why(set(), watch={"languages": ["es"]}, lang="es"), "", id="the post's own language goes first"),
        pytest.param(why(set(), watch={"sources": ["feed"]}), None, id="another source"),
        pytest.param(why(set(), watch={"sources": ["feed"]}, source="press"), "", id="a kind names its sources"),
        pytest.param(why(set(), watch={"sources": ["press"]}, source="blogs"), None, id="a name names only itself"),
    ],
)  # fmt: skip
def test_what_counts_and_why(answer: str | None, expected: str | None) -> None:
    assert answer == expected


words = st.sets(st.sampled_from(["dirt", "hiring", "never again"]))
watches = st.fixed_dictionaries(
    {},
    optional={
        "any_of": st.just(["dirt"]),
        "none_of": st.just(["hiring"]),
        "languages": st.just(["es"]),
        "sources": st.sampled_from([["x"], ["feed"]]),
        "brands": st.just(["miramar"]),
    },
)


@given(
    words,
    watches,
    st.sampled_from([None, -1.0, -0.25, 0.5]),
    st.sampled_from([None, 0.0, 1.0, 2.0, 5.0]),
    st.sampled_from([None, "es", "en"]),
    st.sampled_from(["x", "press", "elsewhere"]),
)
def test_the_explanation_agrees_with_the_count(  # noqa: PLR0917  # what a post can be
    found: set[str],
    watch: dict[str, Any],
    polarity: float | None,
    stars: float | None,
    lang: str | None,
    source: str,
) -> None:
    counting = Counting(rule(watch=watch), KINDS)
    one = post(lang=lang, stars=stars, source=source)
    count = counting.count(one, "miramar", score(polarity, None), found)
    answers = {
        answer.clause: answer.holds
        for answer in counting.explain(one, "miramar", score(polarity, None), found)
    }
    negative = {answers.pop(clause) for clause in ("stars", "says", "sentiment")}
    assert (count is not None) is all(answers.values())
    if count is not None:
        assert count.negative is any(negative)
        assert bool(count.why) is count.negative


@pytest.mark.parametrize(
    ("stars", "says"),
    [(None, "it has no stars"), (1.0, "it has 1 star, asked for at most 2"), (4.5, "it has 4.5 stars, asked for at most 2")],
)  # fmt: skip
def test_stars_are_explained(stars: float | None, says: str) -> None:
    answers = Counting(rule(), KINDS).explain(post(stars=stars), "miramar", UNKNOWN, set())
    assert says in [answer.says for answer in answers if answer.clause == "stars"]


def test_an_unreadable_text_is_explained_by_its_engine() -> None:
    answers = Counting(rule(), KINDS).explain(post(), "miramar", UNKNOWN, set())
    assert answers[-1].says == "the textblob engine found nothing it can judge (es)"


@pytest.mark.parametrize(
    ("sources", "name", "kind", "watched"),
    [
        ([], "press", "feed", True),
        (["feed"], "press", "feed", True),
        (["x"], "press", "feed", False),
        (["tripadvisor"], "sample", "recorded", True),
    ],
)
def test_which_sources_a_rule_waits_for(sources: list[str], name: str, kind: str, *, watched: bool) -> None:
    counting = Counting(rule(watch={"sources": sources}), {**KINDS, "sample": "recorded"})
    assert counting.watches_feed(name, kind) is watched


def test_a_series_for_each_group_and_always_the_same_one() -> None:
    one = Counting(rule(), KINDS)
    each = Counting(rule(then={"group_by": ["brand", "source"]}), KINDS)
    assert one.series("miramar", "x") is one.series("miramar", "press")
    assert each.series("miramar", "x").group == (("brand", "miramar"), ("source", "x"))
    assert one.fingerprint != each.fingerprint

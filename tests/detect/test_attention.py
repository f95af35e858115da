"""From a page of posts to what was made of each, in order, scored once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.attention import Attention, BrandWords, account, clamp
from sentinel.model.mention import Mention, Score, Text
from sentinel.model.post import Author
from sentinel.rulebook.types import Book
from tests.stand.storms import HOUR, NOON, post, rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sentinel.detect.attention import Judge

BRANDS = {
    "miramar": BrandWords(("Miramar",), ("Miramar, Florida",), ("es",), frozenset({"@hotelmiramar"})),
    "costasur": BrandWords(("Costa Sur",), languages=("es", "en")),
}


class Ear:
    """A scorer that finds everything equally bad (or good), and remembers what it was asked."""

    def __init__(self, name: str = "ear", version: str = "1", polarity: float = -0.9) -> None:
        self.voices = frozenset({(name, version)})
        self.asked: list[list[Text]] = []
        self._voice = name, version
        self._polarity = polarity

    def score(self, texts: Sequence[Text]) -> list[Score]:
        self.asked.append(list(texts))
        return [self.said(text.text) for text in texts]

    def said(self, text: str) -> Score:
        return Score("en", self._polarity, 0.9, "neg", 1.0, (text,), *self._voice)


def attention(ear: Ear, *rules: Any, asked_for: Mapping[str, Judge] | None = None) -> Attention:
    return Attention(Book(rules=rules or (rule(),)), BRANDS, {}, ear, asked_for or {})


def by_feeling(engine: str | None = None, **more: Any) -> Any:
    """A rule that counts by sentiment alone."""
    return rule(negative={"sentiment": "below -0.25", "stars": None, "says": (), "engine": engine}, **more)


def test_a_page_keeps_its_order_and_is_scored_at_once_for_each_brand() -> None:
    ear = Ear()
    page = [post("Miramar!", id="1"), post("nothing", id="2"), post("Costa Sur and Miramar", id="3")]
    counted = attention(ear).counted(page)
    assert [one.post.id for one in counted] == ["1", "2", "3"]
    assert [[mention.brand for mention in one.mentions] for one in counted] == [
        ["miramar"],
        [],
        ["miramar", "costasur"],
    ]
    assert [one.mentions[0].score.evidence for one in counted if one.mentions] == [
        ("Miramar!",),
        ("Costa Sur and Miramar",),
    ]
    assert [len(texts) for texts in ear.asked] == [3]


def test_a_page_about_nobody_is_not_scored() -> None:
    ear = Ear()
    assert [one.mentions for one in attention(ear).counted([post("nothing"), post("Miramar, Florida")])] == [
        (),
        (),
    ]
    assert ear.asked == []


def test_the_scorer_knows_the_names_and_languages() -> None:
    ear = Ear()
    attention(ear).counted([post("Costa Sur and Miramar", lang="es", stars=2.0)])
    said, allowed, miramar, costasur = "Costa Sur and Miramar", ("en", "es"), ("Miramar",), ("Costa Sur",)
    assert ear.asked == [
        [
            Text(said, "es", 2.0, miramar, allowed, costasur),
            Text(said, "es", 2.0, costasur, allowed, miramar),
        ]
    ]


def test_a_brands_own_account_does_not_count_for_it_but_for_others() -> None:
    own = post("Miramar is better than Costa Sur", author=Author("1", "@HotelMiramar"))
    [counted] = attention(Ear()).counted([own])
    assert [mention.brand for mention in counted.mentions] == ["costasur"]


def test_a_post_without_an_author_counts() -> None:
    [counted] = attention(Ear()).counted([post("Miramar", author=Author())])
    assert [mention.brand for mention in counted.mentions] == ["miramar"]


def test_a_deleted_post_speaks_of_nobody() -> None:
    [counted] = attention(Ear()).counted([post("Miramar", deleted=True)])
    assert counted.mentions == ()
    assert counted.counts == ()


def test_each_brand_counts_only_in_the_rules_that_watch_it() -> None:
    one, other = rule(watch={"brands": ["miramar"]}), rule(id="other", watch={"brands": ["costasur"]})
    draft = rule(id="draft", status="draft")
    [counted] = attention(Ear(), one, other, draft).counted([post("Costa Sur and Miramar")])
    assert {(count.series.rule, count.series.brand) for count in counted.counts} == {
        ("complaints", "miramar"),
        ("other", "costasur"),
    }


def test_a_recount_says_what_the_first_count_said() -> None:
    house = attention(Ear())
    [counted] = house.counted([post("Costa Sur and Miramar, never again")])
    assert house.recount(counted.post, counted.mentions) == counted.counts
    assert {count.why for count in counted.counts} == {"says"}


# ── whose account it is ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "author", "own"),
    [
        pytest.param(BrandWords(("Miramar", "@hotelmiramar")), "@hotelmiramar", True, id="a handle among its names"),
        pytest.param(BrandWords(("Miramar", "@HotelMiramar")), "hotelmiramar", True, id="without the @"),
        pytest.param(BrandWords(("Miramar",), own_accounts=frozenset({"HOTELMIRAMAR"})), "@HotelMiramar", True, id="in capitals"),
        pytest.param(BrandWords(("Miramar",), own_accounts=frozenset({" @hotelmiramar "})), "hotelmiramar", True, id="with spaces around"),
        pytest.param(BrandWords(("Miramar",), own_accounts=frozenset({"@hotelmiramar@example.social"})), "@HotelMiramar@Example.social", True, id="on an instance"),
        pytest.param(BrandWords(("Miramar", "@hotelmiramar")), "@hotelmiramar@example.social", False, id="the same name on an instance is another"),
        pytest.param(BrandWords(("Miramar", "@hotelmiramar")), "@hotelmiramarfan", False, id="a longer name"),
        pytest.param(BrandWords(("Miramar",)), "Miramar", False, id="a name that is no handle"),
        pytest.param(BrandWords(("Miramar", "@")), "", False, id="nobody's name is nobody's account"),
        pytest.param(BrandWords(("Miramar",), own_accounts=frozenset({"@"})), None, False, id="no name at all"),
    ],
)  # fmt: skip
def test_what_a_brands_own_account_writes_never_counts(
    words: BrandWords, author: str | None, *, own: bool
) -> None:
    house = Attention(Book(rules=(rule(),)), {"miramar": words}, {}, Ear())
    [counted] = house.counted([post("Miramar: never again", author=Author("1", author))])
    assert bool(counted.mentions) is not own
    assert bool(counted.counts) is not own


def test_a_reply_of_the_brands_own_account_does_not_count_and_the_complaint_does() -> None:
    complaint = post("@hotelmiramar never again Miramar", id="1")
    reply = post("Miramar is sorry. Never again!", id="2", author=Author("9", "HotelMiramar"))
    counted = attention(Ear()).counted([complaint, reply])
    assert [len(one.counts) for one in counted] == [1, 0]


@given(st.text().map(lambda text: "".join(text.split())))
def test_an_accounts_name_is_compared_alike_however_it_is_written(name: str) -> None:
    assert account(f" @{name} ") == account(name)
    assert account(account(name)) == account(name)


# ── what is said of others ──────────────────────────────────────────────────────────────────────────────────


def test_the_names_of_others_are_told_even_if_the_post_counts_for_them_not() -> None:
    ear = Ear()
    attention(ear).counted([post("Miramar is better than Costa Sur", author=Author("1", "@HotelMiramar"))])
    [[asked]] = ear.asked
    assert (asked.names, asked.others) == (("Costa Sur",), ("Miramar",))


def test_one_post_is_asked_about_alike_by_whatever_way() -> None:
    ear = Ear()
    house, said = attention(ear, by_feeling()), post("Costa Sur and Miramar")
    [counted] = house.counted([said])
    house.renewed(
        said, [Mention(said, each.brand, Score(None, None, None, "unknown", 0)) for each in counted.mentions]
    )
    for brand in ("miramar", "costasur"):
        house.score(said, brand, house.countings[0])
    live, renewed, *single = ear.asked
    assert live == renewed == [text for texts in single for text in texts]


# ── scores of another engine ────────────────────────────────────────────────────────────────────────────────


def stored(one: Any, ear: Ear, *brands: str) -> list[Mention]:
    return [Mention(one, brand, ear.said(one.text)) for brand in brands]


@pytest.mark.parametrize(
    ("then", "today", "anew"),
    [
        pytest.param(Ear("ear", "1"), Ear("ear", "1"), False, id="the same"),
        pytest.param(Ear("ear", "1"), Ear("ear", "2"), True, id="another version"),
        pytest.param(Ear("ear", "1"), Ear("eye", "1"), True, id="another engine of the same version"),
        pytest.param(Ear("", ""), Ear("ear", "1"), True, id="nobody knows whose"),
    ],
)
def test_a_stored_score_is_renewed_only_if_another_engine_gave_it(
    then: Ear, today: Ear, *, anew: bool
) -> None:
    said = post("Costa Sur and Miramar")
    old = stored(said, then, "miramar", "costasur")
    renewed = attention(today).renewed(said, old)
    assert [each.brand for each in renewed] == ["miramar", "costasur"]
    assert {(each.score.engine, each.score.version) for each in renewed} == today.voices
    assert (renewed != tuple(old)) is anew
    assert len(today.asked) == anew


def test_one_score_of_another_engine_renews_those_beside_it() -> None:
    said, today = post("Costa Sur and Miramar"), Ear()
    mixed = [*stored(said, today, "miramar"), *stored(said, Ear("old"), "costasur")]
    renewed = attention(today).renewed(said, mixed)
    assert {each.score.engine for each in renewed} == {"ear"}


@pytest.mark.parametrize("then", [pytest.param(Ear(), id="same"), pytest.param(Ear("old"), id="another")])
def test_mentions_of_a_brand_that_is_gone_are_left_out(then: Ear) -> None:
    said = post("Costa Sur and Palace")
    house = attention(Ear(), by_feeling("own"), asked_for={"own": Ear("own")})
    renewed = house.renewed(said, stored(said, then, "palace", "costasur"))
    assert [each.brand for each in renewed] == ["costasur"]
    assert [count.series.brand for count in house.recount(said, renewed)] == ["costasur"]
    assert house.renewed(said, stored(said, then, "palace")) == ()
    assert house.recount(said, stored(said, then, "palace")) == ()


# ── engines that single rules ask for ───────────────────────────────────────────────────────────────────────


def test_a_rule_counts_by_the_engine_it_asks_for_and_the_others_by_the_one_of_all() -> None:
    mild = Ear("mild", polarity=0.5)
    house = attention(Ear(), by_feeling(), by_feeling("mild", id="mildly"), asked_for={"mild": mild})
    [counted] = house.counted([post("Miramar, well")])
    assert {count.series.rule: count.negative for count in counted.counts} == {"complaints": True, "mildly": False}  # fmt: skip
    assert [mention.score.engine for mention in counted.mentions] == ["ear"]
    assert house.recount(counted.post, counted.mentions) == counted.counts


def test_an_engine_is_asked_once_for_a_post_and_only_of_brands_whose_rules_ask() -> None:
    mild = Ear("mild")
    of_miramar = {"watch": {"brands": ["miramar"]}}
    rules = [
        by_feeling("mild", **of_miramar),
        by_feeling("mild", id="again", **of_miramar),
        by_feeling(id="all"),
    ]
    house = attention(Ear(), *rules, asked_for={"mild": mild})
    house.counted([post("Costa Sur and Miramar"), post("Costa Sur"), post("nothing")])
    assert [[text.names for text in texts] for texts in mild.asked] == [[("Miramar",)]]
    assert mild.asked[0][0].others == ("Costa Sur",)


def test_an_engine_is_not_asked_where_no_sentiment_counts() -> None:
    mild = Ear("mild")
    house = attention(Ear(), rule(negative={"sentiment": None, "engine": "mild"}), asked_for={"mild": mild})
    [counted] = house.counted([post("Miramar, never again")])
    assert [count.why for count in counted.counts] == ["says"]
    assert mild.asked == []


def test_a_single_post_is_judged_by_the_engine_of_the_rule() -> None:
    house = attention(Ear(), by_feeling(), by_feeling("mild", id="mildly"), asked_for={"mild": Ear("mild")})
    asked = [house.score(post("Miramar"), "miramar", counting).engine for counting in house.countings]
    assert asked == ["ear", "mild"]


# ── which past is one with today's ──────────────────────────────────────────────────────────────────────────


def marks(ear: Ear, *rules: Any, **asked_for: Ear) -> list[str]:
    return [counting.fingerprint for counting in attention(ear, *rules, asked_for=asked_for).countings]


@pytest.mark.parametrize(
    "other",
    [pytest.param(Ear("ear", "2"), id="another version"), pytest.param(Ear("eye", "1"), id="another engine")],
)
def test_another_scorer_is_another_past_for_rules_that_count_by_sentiment_alone(other: Ear) -> None:
    by_words = rule(id="words", negative={"sentiment": None})
    own = by_feeling("own", id="own")
    rules = by_feeling(), rule(id="mixed"), by_words, own
    before, after = marks(Ear(), *rules, own=Ear("own")), marks(other, *rules, own=Ear("own"))
    assert [left == right for left, right in zip(before, after, strict=True)] == [False, False, True, True]
    after = marks(Ear(), *rules, own=other)
    assert [left == right for left, right in zip(before, after, strict=True)] == [True, True, True, False]


def test_the_same_scorer_is_the_same_past() -> None:
    assert marks(Ear(), by_feeling(), rule(id="mixed")) == marks(Ear(), by_feeling(), rule(id="mixed"))


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_was_published_after_it_was_seen_or_taken_in() -> None:
    late = post(published_at=NOON + HOUR, seen_at=NOON)
    ahead = post(published_at=NOON + timedelta(days=9999), seen_at=NOON + timedelta(days=9999))
    assert clamp(late, NOON + HOUR).published_at == NOON
    assert clamp(ahead, NOON).published_at == NOON
    assert clamp(post(), NOON + HOUR) == post()

"""From a page of posts to what was made of each, in order, scored once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sentinel.detect.attention import Attention, BrandWords, clamp
from sentinel.model.mention import Score, Text
from sentinel.model.post import Author
from sentinel.rulebook.types import Book
from tests.stand.storms import HOUR, NOON, post, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

BRANDS = {
    "miramar": BrandWords(("Miramar",), ("Miramar, Florida",), ("es",), frozenset({"@hotelmiramar"})),
    "costasur": BrandWords(("Costa Sur",), languages=("es", "en")),
}


class Ear:
    """A scorer that finds everything bad, and remembers what it was asked."""

    version = "1"
    voices = frozenset({("ear", "1")})

    def __init__(self) -> None:
        self.asked: list[list[Text]] = []

    def score(self, texts: Sequence[Text]) -> list[Score]:
        self.asked.append(list(texts))
        return [Score("en", -0.9, 0.9, "neg", 1.0, (text.text,)) for text in texts]


def attention(ear: Ear, *rules: Any) -> Attention:
    return Attention(Book(rules=rules or (rule(),)), BRANDS, {}, ear)


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


def test_nothing_was_published_after_it_was_seen_or_taken_in() -> None:
    late = post(published_at=NOON + HOUR, seen_at=NOON)
    ahead = post(published_at=NOON + timedelta(days=9999), seen_at=NOON + timedelta(days=9999))
    assert clamp(late, NOON + HOUR).published_at == NOON
    assert clamp(ahead, NOON).published_at == NOON
    assert clamp(post(), NOON + HOUR) == post()

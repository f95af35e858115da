"""What every store promises, on each store there is: a SQLite file, SQLite in memory, and PostgreSQL where a server is at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from sentinel.errors import Fenced, StoreError
from sentinel.model.incident import Act, ActKind, State
from sentinel.model.mention import Tally
from sentinel.model.message import DeliveryState, Receipt
from sentinel.model.notice import Held, Reason
from sentinel.model.post import Author, Cursor, SourceName
from sentinel.store.contract import Batch, Conflict, Epoch, Kept, Outcome, SourceHealth, Store
from sentinel.store.open import open_store
from sentinel.store.schema import VERSIONS
from tests.stand.postgresql import AVAILABLE, emptied, server
from tests.store.making import (
    FEED,
    FIRST_MINUTE,
    NOON,
    PART,
    after,
    counts_of,
    delivery,
    incident,
    keys,
    look,
    numbers,
    only,
    page,
    post,
    posts_in,
    series,
    span,
    sums,
    sums_in,
    sums_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOUR = timedelta(hours=1)
ANA: dict[str, Any] = {"author": Author("ana")}
NOBODY: dict[str, Any] = {"author": Author()}


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("postgresql")) as address:
        yield address


@pytest.fixture(params=["file", "memory", *(["postgresql"] if AVAILABLE else [])])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    match request.param:
        case "file":
            url = "sqlite:///var/sentinel.db"
        case "memory":
            url = "sqlite:///:memory:"
        case _:
            url = emptied(request.getfixturevalue("postgresql"))
    opened: Store = open_store(url, tmp_path)
    yield opened
    opened.close()


class TestLease:
    def test_the_first_to_come_gets_it(self, store: Store) -> None:
        assert store.holder("service") is None
        assert store.lease("service", "one", HOUR, NOON) == 1
        held = store.holder("service")
        assert held is not None
        assert (held.holder, held.epoch, held.until) == ("one", 1, NOON + HOUR)

    def test_a_second_holder_is_refused_until_it_expires(self, store: Store) -> None:
        store.lease("service", "one", HOUR, NOON)
        assert store.lease("service", "two", HOUR, after(59)) is None
        assert store.lease("service", "two", HOUR, after(60)) == 2

    def test_its_holder_renews_it_under_the_same_epoch_even_late(self, store: Store) -> None:
        store.lease("service", "one", HOUR, NOON)
        assert store.lease("service", "one", HOUR, after(30)) == 1
        assert store.lease("service", "two", HOUR, after(70)) is None
        assert store.lease("service", "one", HOUR, after(200)) == 1

    def test_given_back_it_is_free_at_once_and_the_epoch_grows(self, store: Store) -> None:
        store.lease("service", "one", HOUR, NOON)
        store.release("service", "two")
        assert store.lease("service", "two", HOUR, NOON) is None
        store.release("service", "one")
        assert store.lease("service", "one", HOUR, NOON) == 2

    def test_leases_do_not_know_each_other(self, store: Store) -> None:
        store.lease("service", "one", HOUR, NOON)
        assert store.lease("upkeep", "two", HOUR, NOON) == 1

    def test_a_write_under_an_old_epoch_is_refused_and_changes_nothing(self, store: Store) -> None:
        old = store.lease("service", "one", HOUR, NOON)
        new = store.lease("service", "two", HOUR, after(61))
        with pytest.raises(Fenced):
            store.keep(page(post(), cursor=Cursor("1"), covered=span(0, 1)), old)
        with pytest.raises(Fenced):
            store.save(Outcome([incident()], looked_until=NOON), old)
        assert not posts_in(store)
        assert store.cursor(FEED) is None
        assert store.incidents() == []
        assert store.keep(page(post()), new).new == 1

    def test_an_epoch_that_nobody_was_given_is_refused(self, store: Store) -> None:
        with pytest.raises(Fenced):
            store.keep(page(post()), Epoch(1))

    def test_a_person_writes_while_the_service_holds_the_lease(self, store: Store) -> None:
        epoch = store.lease("service", "one", HOUR, NOON)
        store.save(Outcome([incident()]), epoch)
        store.save(Outcome([incident(version=2, state=State.ACKNOWLEDGED)]))
        assert [one.state for one in store.incidents()] == [State.ACKNOWLEDGED]


class TestKeep:
    def test_a_post_comes_back_as_it_went_in(self, store: Store) -> None:
        one = post(
            at=1.5,
            seen=7.000001,
            url="https://example.org/1",
            lang="en",
            author=Author("7", "Ana", 240_000),
            stars=2.5,
            engagement=numbers(likes=0, shares=3, replies=None, views=2**40),
            thread="t",
            repost_of="0",
        )
        store.keep(Batch(FEED, [look(one)], NOON))
        [(row, back, mentions)] = store.mentions(NOON)
        assert (row, back) == (1, one)
        assert mentions == look(one).mentions

    def test_a_new_post_counts_at_its_own_minute_whenever_it_arrives(self, store: Store) -> None:
        kept = store.keep(page(post(at=3.9, seen=500)))
        tally = Tally(series(), "x", FIRST_MINUTE + 3, 1, 1)
        assert kept == Kept(new=1, deltas=(tally,))
        assert list(store.tallies(PART, 0, 2**40)) == [tally]

    def test_a_post_that_speaks_of_no_brand_is_passed_over(self, store: Store) -> None:
        kept = store.keep(page(post(text="good morning"), cursor=Cursor("1")))
        assert kept == Kept()
        assert store.overview().posts == 0
        assert store.cursor(FEED) == "1"

    def test_the_same_page_twice_changes_nothing(self, store: Store) -> None:
        pages = page(post("1"), post("2", "miramar and acme"), cursor=Cursor("c"), covered=span(0, 1))
        store.keep(pages)
        before = sums_in(store)
        assert store.keep(pages) == Kept(unchanged=2)
        assert sums_in(store) == before

    def test_an_edited_text_moves_the_tallies(self, store: Store) -> None:
        store.keep(page(post(text="miramar is bad", seen=1)))
        kept = store.keep(page(post(text="acme is lovely", seen=2)))
        out = Tally(series("miramar"), "x", FIRST_MINUTE, -1, -1)
        into = Tally(series("acme"), "x", FIRST_MINUTE, 1, 0)
        assert (kept.new, kept.changed) == (0, 1)
        assert set(kept.deltas) == {out, into}
        assert sums_in(store) == sums([into])
        assert only(store).text == "acme is lovely"

    def test_a_text_that_is_no_longer_negative_leaves_the_mention(self, store: Store) -> None:
        store.keep(page(post(text="miramar is bad", seen=1)))
        kept = store.keep(page(post(text="miramar is fine", seen=2)))
        assert kept.deltas == (Tally(series(), "x", FIRST_MINUTE, 0, -1),)

    def test_a_corrected_time_moves_the_post_to_its_minute(self, store: Store) -> None:
        store.keep(page(post(at=5, seen=9)))
        kept = store.keep(page(post(at=8, seen=10)))
        assert kept.changed == 1
        assert {(tally.minute - FIRST_MINUTE, tally.mentions) for tally in kept.deltas} == {(5, -1), (8, 1)}

    def test_newer_counters_are_written_and_move_no_tally(self, store: Store) -> None:
        store.keep(page(post(seen=1, engagement=numbers(likes=9, shares=5, views=7))))
        kept = store.keep(page(post(seen=2, engagement=numbers(likes=4, shares=None, views=7))))
        assert kept == Kept(changed=1)
        assert only(store).engagement == numbers(likes=4, shares=5, views=7)

    def test_unknown_followers_do_not_overwrite_known_ones(self, store: Store) -> None:
        store.keep(page(post(seen=1, author=Author("7", "Ana", 100))))
        assert store.keep(page(post(seen=2, author=Author("7", "Ana")))) == Kept(unchanged=1)
        assert only(store).author.followers == 100

    def test_a_changed_score_alone_is_a_change(self, store: Store) -> None:
        first, again = look(post(seen=1)), look(post(seen=2))
        (mention,) = again.mentions
        surer = replace(again, mentions=(replace(mention, score=replace(mention.score, sure=0.99)),))
        store.keep(Batch(FEED, [first], NOON))
        assert store.keep(Batch(FEED, [surer], NOON)) == Kept(changed=1)
        assert [found[0].score.sure for _, _, found in store.mentions(NOON)] == [0.99]

    def test_an_older_look_does_not_overwrite_a_newer_one(self, store: Store) -> None:
        store.keep(page(post(text="acme is bad", seen=5)))
        assert store.keep(page(post(text="miramar is bad", seen=4))) == Kept(unchanged=1)
        assert only(store).text == "acme is bad"

    def test_a_look_that_says_nothing_new_still_counts_as_the_newest(self, store: Store) -> None:
        store.keep(page(post(text="acme is bad", seen=1)))
        store.keep(page(post(text="acme is bad", seen=9)))
        assert store.keep(page(post(text="miramar is bad", seen=5))) == Kept(unchanged=1)
        assert only(store).seen_at == after(1)

    def test_the_later_line_of_a_page_wins(self, store: Store) -> None:
        kept = store.keep(page(post(text="acme is bad"), post("2"), post(text="miramar is bad")))
        assert (kept.new, kept.changed) == (2, 1)
        assert kept.deltas == (Tally(series(), "x", FIRST_MINUTE, 2, 2),)

    def test_a_deleted_post_is_wiped_and_counts_no_more(self, store: Store) -> None:
        store.keep(page(post(seen=1, url="https://example.org/1")))
        kept = store.keep(page(post(text="whatever stood here", seen=2, deleted=True)))
        assert kept == Kept(gone=1, deltas=(Tally(series(), "x", FIRST_MINUTE, -1, -1),))
        assert sums_in(store) == {}
        assert posts_in(store) == []
        assert store.evidence(series(), span(0, 60)).negatives == 0
        assert store.overview().mentions == 0
        assert store.keep(page(post(seen=3, deleted=True))) == Kept(unchanged=1)

    def test_an_older_look_does_not_bring_a_deleted_post_back(self, store: Store) -> None:
        store.keep(page(post(seen=1)))
        store.keep(page(post(seen=3, deleted=True)))
        assert store.keep(page(post(seen=2))) == Kept(unchanged=1)
        assert sums_in(store) == {}

    def test_a_deletion_may_come_before_its_post_was_ever_stored(self, store: Store) -> None:
        gone = post(text="what stood here", seen=3, url="https://example.org/1", deleted=True)
        assert store.keep(page(gone)) == Kept(gone=1)
        assert store.keep(page(post(seen=2))) == Kept(unchanged=1)
        assert store.keep(page(gone)) == Kept(unchanged=1)
        assert sums_in(store) == {}
        assert posts_in(store) == []
        assert store.overview().mentions == 0

    def test_what_is_seen_after_its_deletion_is_there_again(self, store: Store) -> None:
        store.keep(page(post(seen=3, deleted=True)))
        kept = store.keep(page(post(seen=4)))
        assert (kept.new, kept.changed) == (0, 1)
        assert sums_in(store) == sums_of([post()])
        assert only(store).text == post().text
        assert store.overview().mentions == 1

    def test_within_a_page_a_deletion_goes_before_an_older_look(self, store: Store) -> None:
        kept = store.keep(page(post(seen=3, deleted=True), post(seen=2), post("2", seen=2)))
        assert (kept.new, kept.gone, kept.unchanged) == (1, 1, 1)
        assert sums_in(store) == sums_of([post("2")])

    def test_a_post_that_moves_to_another_brand_moves_its_voice_and_its_stars(self, store: Store) -> None:
        store.keep(page(post(stars=1.0, seen=1)))
        kept = store.keep(page(post(text="acme is bad", stars=2.0, at=3, seen=4)))
        out = Tally(series("miramar"), "x", FIRST_MINUTE, -1, -1, (-1, 0, 0, 0, 0))
        into = Tally(series("acme"), "x", FIRST_MINUTE + 3, 1, 1, (0, 1, 0, 0, 0))
        assert set(kept.deltas) == {out, into}
        assert [store.voices(series(brand), span(0, 9)) for brand in ("miramar", "acme")] == [0, 1]
        assert store.keep(page(post(stars=1.0, seen=2))) == Kept(unchanged=1)
        assert sums_in(store) == sums([into])

    def test_a_post_that_leaves_the_brand_is_gone_and_may_come_back(self, store: Store) -> None:
        store.keep(page(post(seen=1)))
        assert store.keep(page(post(text="somewhere else is bad", seen=2))).gone == 1
        assert sums_in(store) == {}
        assert store.keep(page(post(seen=3))).changed == 1
        assert sums_in(store) == sums_of([post()])

    def test_posts_of_two_sites_with_one_id_are_two(self, store: Store) -> None:
        kept = store.keep(page(post(source="x"), post(source="mastodon")))
        assert kept.new == 2
        assert {tally.source for tally in kept.deltas} == {"x", "mastodon"}

    def test_a_hostile_text_does_not_block_its_page(self, store: Store) -> None:
        text = "miramar \0 is bad \ud800 ☂ '; drop table posts; --"
        hostile = post("\0", text, author=Author("\udfff", "\0", 10**30), stars=float("nan"), source="x\0")
        pages = page(hostile, post("2"))
        assert store.keep(pages).new == 2
        assert store.keep(pages) == Kept(unchanged=2)
        assert posts_in(store)[0].text == "miramar \ufffd is bad ? ☂ '; drop table posts; --"

    def test_more_posts_than_one_lookup_holds(self, store: Store) -> None:
        many = [post(str(number), at=number / 7) for number in range(1, 778)]
        assert store.keep(page(*many)).new == 777
        assert store.keep(page(*many, post("new"))) == Kept(
            new=1, unchanged=777, deltas=(Tally(series(), "x", FIRST_MINUTE, 1, 1),)
        )
        assert sums_in(store) == sums_of([*many, post("new")])


class TestStars:
    """Reviews are counted by their stars, beside the tallies of all posts and under the same promises."""

    def test_a_review_counts_by_its_whole_stars(self, store: Store) -> None:
        kept = store.keep(page(post("1", stars=4.5), post("2", stars=1.2), post("3", stars=0), post("4")))
        tally = Tally(series(), "x", FIRST_MINUTE, 4, 4, (2, 0, 0, 0, 1))
        assert kept.deltas == (tally,)
        assert list(store.tallies(PART, 0, 2**40)) == [tally]

    def test_the_same_review_twice_counts_once(self, store: Store) -> None:
        store.keep(page(post(stars=1)))
        assert store.keep(page(post(stars=1, seen=5))) == Kept(unchanged=1)
        assert stars_in(store) == (1, 0, 0, 0, 0)

    def test_other_stars_move_it_though_no_tally_moves(self, store: Store) -> None:
        store.keep(page(post(stars=5, seen=1)))
        kept = store.keep(page(post(stars=1, seen=2)))
        assert kept.deltas == (Tally(series(), "x", FIRST_MINUTE, 0, 0, (1, 0, 0, 0, -1)),)
        assert stars_in(store) == (1, 0, 0, 0, 0)

    def test_stars_taken_back_leave_the_post(self, store: Store) -> None:
        store.keep(page(post(stars=2, seen=1)))
        store.keep(page(post(seen=2)))
        assert list(store.tallies(PART, 0, 2**40)) == [Tally(series(), "x", FIRST_MINUTE, 1, 1)]

    def test_a_deleted_review_counts_no_more(self, store: Store) -> None:
        store.keep(page(post(stars=2, seen=1), post("2", stars=2)))
        store.keep(page(post(seen=2, deleted=True)))
        assert stars_in(store) == (0, 1, 0, 0, 0)

    def test_they_are_summed_over_steps_like_the_tallies(self, store: Store) -> None:
        store.keep(page(*(post(str(minute), at=minute, stars=minute + 1) for minute in range(4))))
        found = store.tallies(PART, FIRST_MINUTE, FIRST_MINUTE + 9, step=2)
        assert [tally.stars for tally in found] == [(1, 1, 0, 0, 0), (0, 0, 1, 1, 0)]

    def test_given_history_brings_its_own_and_another_part_forgets_them(self, store: Store) -> None:
        store.keep(page(post(stars=5)))
        store.adopt(PART, [Tally(series(), "x", FIRST_MINUTE, 3, 1, (1, 0, 0, 2, 0))], NOON)
        assert stars_in(store) == (1, 0, 0, 2, 0)
        store.retain([])
        assert stars_in(store) == (0,) * 5

    def test_a_recount_counts_them_too(self, store: Store) -> None:
        store.keep(page(post(stars=3)))
        [(row, one, _)] = store.mentions(NOON)
        for _ in range(2):
            store.recount("part-2", [(row, counts_of(one, "part-2"))])
        assert stars_in(store, "part-2") == (0, 0, 1, 0, 0)


def stars_in(store: Store, part: str = PART) -> tuple[int, ...]:
    found = [tally.stars or (0,) * 5 for tally in store.tallies(part, 0, 2**40)]
    return tuple(map(sum, zip(*found, strict=True))) or (0,) * 5


class TestCoverage:
    def test_a_cursor_stays_where_it_was_without_a_new_one(self, store: Store) -> None:
        store.keep(page(cursor=Cursor("1")))
        store.keep(page())
        assert store.cursor(FEED) == "1"
        store.keep(page(cursor=Cursor("2")))
        assert store.cursor(FEED) == "2"
        assert store.cursor(SourceName("other")) is None

    @pytest.mark.parametrize(
        ("kept", "whole"),
        [
            pytest.param([(0, 5), (5, 9)], [(0, 9)], id="spans that touch become one"),
            pytest.param([(0, 5), (3, 9)], [(0, 9)], id="spans that overlap become one"),
            pytest.param([(5, 9), (0, 2), (1, 6)], [(0, 9)], id="a span closes a gap"),
            pytest.param([(0, 9), (3, 4)], [(0, 9)], id="a span inside another adds nothing"),
            pytest.param([(3, 4), (0, 9)], [(0, 9)], id="a span round another swallows it"),
            pytest.param([(0, 2), (7, 9)], [(0, 2), (7, 9)], id="a gap stays a gap"),
            pytest.param([(0, 2), (4, 4)], [(0, 2)], id="an empty span claims nothing"),
        ],
    )
    def test_spans_grow_together(
        self, store: Store, kept: list[tuple[int, int]], whole: list[tuple[int, int]]
    ) -> None:
        for start, end in kept:
            store.keep(page(covered=span(start, end)))
        assert store.coverage(span(-100, 100)) == {FEED: tuple(span(*piece) for piece in whole)}

    def test_what_was_asked_is_cut_out_of_it(self, store: Store) -> None:
        store.keep(page(covered=span(0, 10)))
        store.keep(page(covered=span(20, 30)))
        assert store.coverage(span(5, 25)) == {FEED: (span(5, 10), span(20, 25))}
        assert store.coverage(span(10, 20)) == {}


class TestTallies:
    def test_steps_are_summed_from_the_first_minute_asked_for(self, store: Store) -> None:
        store.keep(page(*(post(str(minute), at=minute) for minute in (0, 2, 3, 4, 9))))
        found = store.tallies(PART, FIRST_MINUTE + 2, FIRST_MINUTE + 9, step=2)
        assert [(tally.minute - FIRST_MINUTE, tally.mentions) for tally in found] == [(2, 2), (4, 1)]

    def test_another_part_is_not_mixed_in(self, store: Store) -> None:
        store.keep(Batch(FEED, [look(post(), "part-2")], NOON))
        assert sums_in(store) == {}
        assert len(sums_in(store, "part-2")) == 1

    def test_given_history_replaces_what_was_there(self, store: Store) -> None:
        store.keep(page(post("old")))
        given = [Tally(series("acme"), "x", FIRST_MINUTE - minute, 5, 2) for minute in range(3)]
        store.adopt(PART, iter(given), after(-3))
        assert sums_in(store) == sums(given)
        assert store.fingerprints() == {PART: after(-3)}
        store.keep(page(post("new", text="acme is bad")))
        assert sums_in(store)[series("acme"), "x", FIRST_MINUTE] == (6, 3)

    def test_a_series_made_by_a_write_that_failed_is_made_again(self, store: Store) -> None:
        tallies = [Tally(series(brand), "x", FIRST_MINUTE, 1, 0) for brand in ("miramar", "acme")]
        broken = replace(tallies[1], mentions=None)  # type: ignore[arg-type]  # to make the write fail half-way
        for _ in range(2):
            with pytest.raises(IntegrityError):
                store.adopt(PART, [tallies[0], broken], NOON)
        store.adopt(PART, tallies, NOON)
        assert sums_in(store) == sums(tallies)

    def test_history_may_be_adopted_from_the_store_itself(self, store: Store) -> None:
        store.keep(page(post()))
        before = sums_in(store)
        store.adopt(PART, store.tallies(PART, 0, 2**40), NOON)
        assert sums_in(store) == before

    def test_stored_posts_are_counted_again_for_a_changed_rule(self, store: Store) -> None:
        posts = [post(str(number), at=number) for number in range(25)]
        store.keep(page(*posts, post("gone", seen=1)))
        store.keep(page(post("gone", seen=2, deleted=True)))
        at = 0
        while rows := store.mentions(NOON, at, limit=10):
            at = rows[-1][0]
            for _ in range(2):
                store.recount("part-2", [(row, counts_of(one, "part-2")) for row, one, _ in rows])
        store.reaches("part-2", NOON)
        first, second = sums_in(store, PART), sums_in(store, "part-2")
        assert len(second) == 25
        assert list(second.values()) == list(first.values())
        assert store.fingerprints() == {"part-2": NOON}
        assert store.voices(series(part="part-2"), span(0, 60)) == 25

    def test_a_recount_leaves_posts_alone_that_are_gone_meanwhile(self, store: Store) -> None:
        store.keep(page(post(seen=1)))
        [(row, one, _)] = store.mentions(NOON)
        store.keep(page(post(seen=2, deleted=True)))
        store.recount("part-2", [(row, counts_of(one, "part-2")), (99, counts_of(one, "part-2"))])
        assert sums_in(store, "part-2") == {}

    def test_posts_of_a_recount_are_paged_by_time_and_row(self, store: Store) -> None:
        store.keep(page(*(post(str(minute), at=minute) for minute in (9, 1, 5))))
        assert [(row, one.id) for row, one, _ in store.mentions(after(2))] == [(1, "9"), (3, "5")]
        assert [row for row, _, _ in store.mentions(NOON, after=1, limit=1)] == [2]

    def test_parts_that_left_the_rules_are_forgotten(self, store: Store) -> None:
        one = look(post())
        store.keep(Batch(FEED, [replace(one, counts=one.counts + counts_of(one.post, "part-2"))], NOON))
        store.reaches(PART, NOON)
        store.reaches("part-2", NOON)
        store.retain({"part-2"})
        assert store.fingerprints() == {"part-2": NOON}
        assert sums_in(store, PART) == {}
        assert len(sums_in(store, "part-2")) == 1


class TestEvidence:
    def test_a_series_nobody_counted_in_has_none(self, store: Store) -> None:
        assert store.voices(series(), span(0, 60)) == 0
        assert store.evidence(series(), span(0, 60)).first is None

    def test_it_tells_the_first_the_loudest_the_sites_and_the_people(self, store: Store) -> None:
        store.keep(
            page(
                post("early", at=-1),
                post("first", at=0, author=Author(id="ana")),
                post("liked", at=2, author=Author(id="ana"), engagement=numbers(likes=900)),
                post("shared", at=3, engagement=numbers(shares=2), source="mastodon"),
                post("known", at=4, author=Author(id="star", followers=10**6)),
                post("fine", text="miramar is fine", at=4, engagement=numbers(shares=99)),
                post("late", at=10),
            )
        )
        found = store.evidence(series(), span(0, 10))
        assert found.first is not None
        assert found.first.id == "first"
        assert [one.id for one in found.loudest] == ["shared", "liked", "known"]
        assert found.sources == (("x", 3), ("mastodon", 1))
        assert (found.authors, found.negatives) == (3, 4)
        assert store.voices(series(), span(0, 10)) == 3

    @pytest.mark.parametrize(
        ("posts", "voices"),
        [
            pytest.param([ANA, {**ANA, "text": "miramar is so bad"}, ANA], 1, id="one account, many posts"),
            pytest.param([ANA, {**ANA, "source": "mastodon"}], 2, id="one name on two sites"),
            pytest.param(
                [{"author": Author("1", "Ana")}, {"author": Author("1", "Bea")}], 1, id="a new name"
            ),
            pytest.param(
                [{"author": Author(name="Ana")}, {"author": Author(name="Bea")}], 2, id="names alone"
            ),
            pytest.param([NOBODY, NOBODY, NOBODY], 1, id="nobody, the same words"),
            pytest.param([NOBODY, {**NOBODY, "source": "mastodon"}], 1, id="nobody, printed on two sites"),
            pytest.param([NOBODY, {**NOBODY, "text": " Miramar\n IS  bad"}], 1, id="capitals and spaces"),
            pytest.param(
                [{**NOBODY, "text": f"miramar is bad https://t.co/{n}"} for n in range(3)],
                1,
                id="links apart",
            ),
            pytest.param([NOBODY, {**NOBODY, "text": "miramar is so bad"}], 2, id="nobody, other words"),
            pytest.param([NOBODY, ANA], 2, id="nobody and somebody"),
            pytest.param([NOBODY, {**NOBODY, "repost_of": "0"}], 2, id="shared by nobody we know"),
            pytest.param([{"author": Author(str(n))} for n in range(4)], 4, id="unknown followers"),
            pytest.param([{"author": Author(str(n), followers=10)} for n in range(4)], 4, id="used accounts"),
            pytest.param([{"author": Author(str(n), followers=9)} for n in range(4)], 1, id="made for it"),
            pytest.param(
                [{"author": Author(str(n), followers=9), "repost_of": "0"} for n in range(4)], 4, id="reposts"
            ),
            pytest.param([{"author": Author("1", followers=0)}, NOBODY], 1, id="made for it, and nobody"),
            pytest.param(
                [{"author": Author("1", followers=0), "text": f"miramar is bad {n}"} for n in range(4)],
                1,
                id="one unknown account, other words",
            ),
            pytest.param(
                [{"author": Author(str(n), followers=0), "text": f"miramar is bad {n}"} for n in range(4)],
                4,
                id="newcomers in their own words",
            ),
        ],
    )
    def test_who_counts_as_one_voice(self, store: Store, posts: list[dict[str, Any]], voices: int) -> None:
        one_each = [post(str(n), at=n / 60, **one) for n, one in enumerate(posts)]
        for one in reversed(one_each):  # whoever comes first, one of them stands for all
            store.keep(page(one))
        assert store.voices(series(), span(0, 1)) == voices
        assert store.evidence(series(), span(0, 1)).authors == voices

    def test_reviews_without_words_are_a_voice_each(self, store: Store) -> None:
        silent = [look(post(str(n), author=Author(), stars=1.0)) for n in range(3)]
        store.keep(Batch(FEED, [replace(one, post=replace(one.post, text=" ")) for one in silent], NOON))
        assert store.voices(series(), span(0, 1)) == 3

    def test_a_voice_is_counted_in_its_window_alone(self, store: Store) -> None:
        store.keep(page(*(post(str(n), at=n, author=Author()) for n in range(9))))
        assert [store.voices(series(), span(0, 2)), store.voices(series(), span(9, 20))] == [1, 0]

    def test_followers_that_a_later_look_does_not_see_are_remembered(self, store: Store) -> None:
        store.keep(page(*(post(str(n), seen=1, author=Author(str(n), followers=2)) for n in range(3))))
        again = page(*(post(str(n), seen=2, author=Author(str(n))) for n in range(3)))
        assert store.keep(again) == Kept(unchanged=3)
        assert store.voices(series(), span(0, 1)) == 1

    def test_words_that_are_edited_apart_are_voices_apart(self, store: Store) -> None:
        store.keep(page(post("1", author=Author(), seen=1), post("2", author=Author(), seen=1)))
        store.keep(page(post("2", "miramar, how bad", author=Author(), seen=2)))
        assert store.voices(series(), span(0, 1)) == 2


class TestIncidents:
    def test_each_write_must_be_one_version_further(self, store: Store) -> None:
        store.save(Outcome([incident(version=1)]))
        store.save(Outcome([incident(version=2)]))
        for version in (1, 2, 4):
            with pytest.raises(Conflict):
                store.save(Outcome([incident(version=version)], looked_until=after(5)))
        assert store.looked_until() is None
        with pytest.raises(Conflict):
            store.save(Outcome([incident("unheard-of", version=5)]))

    def test_they_are_found_newest_first_by_state_and_by_the_beginning_of_their_id(
        self, store: Store
    ) -> None:
        old, young = incident("ab-1", at=0, state=State.CLOSED), incident("ab-2", at=9)
        store.save(Outcome([young, old]))
        assert list(store.incidents()) == [young, old]
        assert list(store.incidents(limit=1)) == [young]
        assert list(store.incidents(live=True)) == [young]
        assert list(store.incidents(live=False)) == [old]
        assert store.incident("ab-1") == old
        for unclear in ("ab", "", "%", "ab_1", "zz"):
            assert store.incident(unclear) is None
        store.save(Outcome([incident("cd-1")]))
        assert store.incident("c") == incident("cd-1")

    def test_acts_are_kept_in_order_and_of_those_not_told_the_newest(self, store: Store) -> None:
        acts = [Act("inc-1", after(1), ActKind.NOTED, "ana", "cli", f"note {number}") for number in range(3)]
        held = Held("inc-1", "team", 0, Reason.HELD, after(1), after(9))
        newer = replace(held, reason=Reason.NOT_YET, at=after(2), until=None)
        store.save(Outcome(acts=acts, held=[held]))
        store.save(Outcome(acts=[replace(acts[0], at=after(0))], held=[newer, replace(held, step=1)]))
        assert [act.text for act in store.acts("inc-1")] == ["note 0", "note 0", "note 1", "note 2"]
        assert list(store.held("inc-1")) == [newer, replace(held, step=1)]
        assert list(store.acts("inc-2")) == []

    def test_the_mark_of_what_was_judged_moves(self, store: Store) -> None:
        assert store.looked_until() is None
        store.save(Outcome(looked_until=after(1.5)))
        assert store.looked_until() == after(1.5)


class TestOutbox:
    def test_a_row_goes_its_way_to_sent(self, store: Store) -> None:
        store.save(Outcome(deliveries=[delivery("k")]))
        assert list(store.due(NOON)) == [delivery("k")]
        store.sending("k", after(1))
        (row,) = store.due(after(1))
        assert (row.state, row.attempts, row.tried_at) == (DeliveryState.SENDING, 1, after(1))
        store.sent("k", Receipt('{"ts":"1"}'), after(2))
        assert store.due(after(3)) == []
        (row,) = store.deliveries("inc-1")
        assert (row.state, row.receipt, row.sent_at) == (DeliveryState.SENT, '{"ts":"1"}', after(2))

    def test_the_same_row_twice_is_one_and_stays_as_it_is(self, store: Store) -> None:
        store.save(Outcome(deliveries=[delivery("k")]))
        store.sending("k", NOON)
        store.sent("k", Receipt("r"), NOON)
        store.save(Outcome(deliveries=[delivery("k", at=5)]))
        assert [row.state for row in store.deliveries("inc-1")] == [DeliveryState.SENT]

    def test_none_leaves_before_its_time_nor_after_a_postponement(self, store: Store) -> None:
        store.save(Outcome(deliveries=[delivery("k", not_before=5)]))
        assert store.due(after(4)) == []
        assert keys(store.due(after(5))) == ["k"]
        store.sending("k", after(5))
        store.postpone("k", after(9), "slack said 503")
        assert store.due(after(8)) == []
        (row,) = store.due(after(9))
        assert (row.state, row.error, row.attempts) == (DeliveryState.PENDING, "slack said 503", 1)

    def test_one_waits_behind_an_older_one_of_its_incident_and_channel(self, store: Store) -> None:
        store.save(
            Outcome(
                deliveries=[
                    delivery("b", at=1),
                    delivery("a", at=2),
                    delivery("c", at=2),
                    delivery("mail", at=2, channel="desk"),
                    delivery("other", of="inc-2", at=3),
                ]
            )
        )
        assert keys(store.due(after(9))) == ["b", "mail", "other"]
        store.sending("b", after(9))
        store.postpone("b", after(60), "not now")
        assert keys(store.due(after(10))) == ["mail", "other"]
        store.fail("b", "gone for good")
        assert keys(store.due(after(10))) == ["a", "mail", "other"]
        store.sent("a", Receipt("r"), after(10))
        assert keys(store.due(after(10), limit=1)) == ["c"]

    def test_what_is_skipped_is_not_sent(self, store: Store) -> None:
        store.save(Outcome(deliveries=[delivery("k")]))
        store.save(Outcome(skipped_keys=[("k", "somebody took it on"), ("unheard-of", "")]))
        assert store.due(NOON) == []
        with pytest.raises(Conflict):
            store.sending("k", NOON)
        (row,) = store.deliveries("inc-1")
        assert (row.state, row.error) == (DeliveryState.SKIPPED, "somebody took it on")

    def test_what_may_be_on_its_way_is_seen_to_its_end_though_skipped(self, store: Store) -> None:
        store.save(Outcome(deliveries=[delivery("k")]))
        store.sending("k", NOON)
        store.save(Outcome(skipped_keys=[("k", "somebody took it on")]))
        assert [row.state for row in store.due(NOON)] == [DeliveryState.SENDING]

    def test_a_row_that_is_not_there_is_said(self, store: Store) -> None:
        with pytest.raises(StoreError, match="no message k"):
            store.sent("k", Receipt("r"), NOON)

    def test_no_receipt_is_written_under_an_old_epoch(self, store: Store) -> None:
        old = store.lease("service", "one", HOUR, NOON)
        store.save(Outcome(deliveries=[delivery("k")]), old)
        store.lease("service", "two", HOUR, after(61))
        writes: list[Callable[[], None]] = [
            lambda: store.sending("k", NOON, old),
            lambda: store.sent("k", Receipt("r"), NOON, old),
            lambda: store.postpone("k", NOON, "", old),
            lambda: store.fail("k", "", old),
        ]
        for write in writes:
            with pytest.raises(Fenced):
                write()
        assert list(store.due(NOON)) == [delivery("k")]


class TestUnjudged:
    """What has been counted since the rules were last judged is remembered across a crash."""

    def test_the_earliest_minute_that_moved_is_kept_until_a_look_has_judged_it(self, store: Store) -> None:
        assert store.unjudged_since() is None
        store.keep(page(post("1", at=7)))
        store.keep(page(post("2", at=3), post("3", at=9)))
        assert store.unjudged_since() == FIRST_MINUTE + 3
        store.keep(page(post("4", at=5)))
        assert store.unjudged_since() == FIRST_MINUTE + 3
        store.save(Outcome(deliveries=[delivery("k")]))
        assert store.unjudged_since() == FIRST_MINUTE + 3, "a person's act judges nothing"
        store.save(Outcome(looked_until=after(10)))
        assert store.unjudged_since() is None
        store.keep(page(post("5", at=8)))
        assert store.unjudged_since() == FIRST_MINUTE + 8

    def test_a_page_that_moves_no_count_leaves_nothing_to_judge(self, store: Store) -> None:
        store.keep(page(post("1", at=7)))
        store.save(Outcome(looked_until=after(10)))
        store.keep(page(post("1", at=7)))
        assert store.unjudged_since() is None


class TestVolumes:
    def test_mentions_are_summed_by_site_and_day(self, store: Store) -> None:
        key, day = series(), 24 * 60
        given = [
            Tally(key, "x", 10 * day + 5, 3, 1),
            Tally(key, "x", 10 * day + 900, 4, 0),
            Tally(key, "x", 11 * day, 1, 1),
            Tally(key, "press", 10 * day, 2, 2),
            Tally(key, "x", 9 * day, 50, 0),
        ]
        store.adopt(key.fingerprint, given, NOON)
        found = store.volumes(key.fingerprint, 10 * day, 12 * day)
        assert found == {("x", 10): 7, ("x", 11): 1, ("press", 10): 2}
        assert store.volumes("another part", 0, 12 * day) == {}


class TestHealth:
    def test_the_newest_word_on_each_source_is_kept(self, store: Store) -> None:
        press = SourceHealth(SourceName("press"), "new", NOON)
        better = SourceHealth(SourceName("press"), "ok", after(1), after(1), after(6), 0, "", 12, 1)
        apart = SourceHealth(SourceName("apart"), "parked", NOON, failures=3, says="401: wrong token")
        for one in (press, apart, better):
            store.note(one)
        assert list(store.health()) == [apart, better]

    def test_sizes_are_told(self, store: Store) -> None:
        store.keep(page(post("1", "miramar and acme"), post("2")))
        store.save(Outcome(deliveries=[delivery("late", at=4, of="inc-2"), delivery("early", at=2)]))
        sizes = store.overview()
        assert (sizes.posts, sizes.mentions, sizes.outbox_waiting) == (2, 3, 2)
        assert sizes.oldest_waiting == after(2)
        assert sizes.schema == VERSIONS[-1]

    def test_it_answers_a_ping_and_closes_twice(self, store: Store) -> None:
        store.ping()
        store.close()
        store.close()

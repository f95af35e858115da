"""The sources of a rule: what they weigh, which of them are on probation, and what that makes of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.detect.feeds import A_DAY, Feed, Feeds, Probation
from sentinel.model.mention import Tally
from tests.stand.storms import series

if TYPE_CHECKING:
    from sentinel.detect.coverage import Spans

HOUR = 3600.0
NOW = 400 * A_DAY
INF = float("inf")
MONTH: Spans = ((NOW - 28 * A_DAY, NOW),)


def feed(name: str, spans: Spans = MONTH, kind: str = "feed") -> Feed:
    return Feed(name, kind, spans)


def days(before: int) -> int:
    return 400 - before


def tally(source: str, at: float) -> Tally:
    return Tally(series(), source, int(at // 60), 1, 1)


def weights(feeds: Feeds, at: float = NOW) -> list[float]:
    return [round(weight, 2) for weight, _ in feeds.seen(at).parts]


# ── weights ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_source_is_all_there_is() -> None:
    assert Feeds([feed("a")]).seen(NOW).spans == MONTH
    assert Feeds([feed("a")]).seen(NOW).parts == ()


def test_without_a_past_all_weigh_alike() -> None:
    assert weights(Feeds([feed("a"), feed("b")])) == [0.5, 0.5]


def test_a_source_weighs_what_it_brings_in_the_time_that_it_was_read() -> None:
    half: Spans = ((NOW - 28 * A_DAY, NOW - 16 * A_DAY), (NOW - 2 * A_DAY, NOW))
    feeds = Feeds([feed("a"), feed("b", half)], {("a", days(20)): 300, ("b", days(20)): 150})
    assert weights(feeds) == [0.5, 0.5]
    assert weights(Feeds([feed("a"), feed("b")], {("a", days(20)): 300, ("b", days(20)): 100})) == [
        0.75,
        0.25,
    ]


def test_sources_of_a_kind_share_what_their_site_brought_and_a_recording_what_is_nobody_elses() -> None:
    feeds = Feeds(
        [feed("x1", kind="x"), feed("x2", kind="x"), feed("file", kind="recorded")],
        {("x", days(3)): 600, ("tripadvisor", days(3)): 600},
    )
    assert weights(feeds) == [0.25, 0.25, 0.5]


def test_what_a_day_brings_weighs_from_the_next_day_on() -> None:
    feeds = Feeds([feed("a"), feed("b")], {("a", days(0)): 10_000, ("b", days(2)): 10})
    before = [weight for weight, _ in feeds.seen(NOW - 1).parts]
    assert weights(feeds) == pytest.approx(before, abs=0.01)
    assert feeds.seen(NOW) is feeds.seen(NOW + 5 * HOUR), "weights rest while the day lasts"


def test_the_gap_of_one_source_leaves_as_much_unseen_as_it_brings() -> None:
    gap: Spans = ((NOW - 28 * A_DAY, NOW - 6 * HOUR),)
    feeds = Feeds([feed("a"), feed("b", gap)], {("a", days(3)): 750, ("b", days(3)): 250})
    seen = feeds.seen(NOW)
    assert seen.share(NOW - 2 * HOUR, NOW) == pytest.approx(0.75, abs=0.01)
    assert seen.share(NOW - 12 * HOUR, NOW) == pytest.approx(1 - 0.25 / 2, abs=0.01)
    hour = int(NOW // 3600)
    assert seen.hourly(hour - 8, hour).tolist() == pytest.approx([1, 1] + [0.75] * 6, abs=0.01)
    assert feeds.unread(NOW - 2 * HOUR, NOW) == [("b", NOW - 6 * HOUR)]


# ── probation ───────────────────────────────────────────────────────────────────────────────────────────────

NEW: Spans = ((NOW - 5 * HOUR, NOW),)
BACK: Spans = ((NOW - 28 * A_DAY, NOW - 9 * A_DAY), (NOW - 5 * HOUR, NOW))
SHORTLY_AWAY: Spans = ((NOW - 28 * A_DAY, NOW - 10 * HOUR), (NOW - 5 * HOUR, NOW))
WEEK: Spans = ((NOW - 7 * A_DAY, NOW),)
JOINS = NOW - 5 * HOUR + A_DAY


@pytest.mark.parametrize(
    ("feeds", "probations"),
    [
        pytest.param([feed("a"), feed("b")], [], id="both old"),
        pytest.param([feed("a", NEW), feed("b", NEW)], [], id="both new"),
        pytest.param([feed("a", NEW)], [], id="the only one"),
        pytest.param([feed("a"), feed("b", NEW)], [Probation("b", -INF, JOINS)], id="new beside an old one"),
        pytest.param([feed("a"), feed("b", BACK)], [Probation("b", NOW - 5 * HOUR, JOINS)], id="away for days"),
        pytest.param([feed("a"), feed("b", SHORTLY_AWAY)], [], id="away for hours"),
        pytest.param([feed("a", BACK), feed("b", BACK)], [], id="all were away"),
        pytest.param([feed("a"), feed("b", ())], [Probation("b", -INF, INF)], id="not read so far"),
        pytest.param([feed("a", ()), feed("b", ())], [], id="nothing read so far"),
        pytest.param([feed("a"), feed("b", WEEK)], [Probation("b", -INF, NOW - 6 * A_DAY)], id="over long ago"),
    ],
)  # fmt: skip
def test_who_is_on_probation(feeds: list[Feed], probations: list[Probation]) -> None:
    assert list(Feeds(feeds).probations) == probations


def test_what_a_new_source_brings_is_judged_after_its_first_day() -> None:
    feeds = Feeds([feed("a"), feed("b", ((NOW - 5 * HOUR, NOW + 9 * A_DAY),))])
    out = feeds.out(NOW)
    assert out == {"b"}
    assert not feeds.brought_in(tally("b", NOW), out)
    assert feeds.brought_in(tally("a", NOW), out)
    assert feeds.brought_in(tally("elsewhere", NOW), out)
    assert feeds.waiting(NOW) == [("b", JOINS)]
    assert feeds.out(JOINS) == frozenset()
    assert feeds.turns(NOW, JOINS) == [JOINS]
    assert feeds.turns(JOINS, NOW + 9 * A_DAY) == []


def test_a_site_that_an_old_source_may_have_brought_is_judged() -> None:
    feeds = Feeds([feed("x1", kind="x"), feed("x2", NEW, kind="x")])
    assert feeds.brought_in(tally("x", NOW), feeds.out(NOW))


def test_on_probation_it_is_no_part_of_what_is_seen_and_then_what_is_usual_rises_by_its_share() -> None:
    grown: Spans = ((NOW - 5 * HOUR, NOW + 2 * A_DAY),)
    old: Spans = ((NOW - 28 * A_DAY, NOW + 2 * A_DAY),)
    feeds = Feeds([feed("a", old), feed("b", grown)], {("a", days(0)): 100, ("b", days(0)): 100})
    assert feeds.seen(NOW).parts == ()
    later = NOW + 1.5 * A_DAY
    (mine, _), (theirs, _) = feeds.seen(later).parts
    assert mine + theirs == pytest.approx(1)
    hour = int(NOW // 3600)
    seen = feeds.seen(later)
    assert seen.hourly(hour - 8, hour).tolist() == pytest.approx([mine] * 3 + [1] * 5)
    assert seen.share(NOW, later) == pytest.approx(1)

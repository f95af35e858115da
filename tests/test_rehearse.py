"""The same flow on a stepped clock: examples of rule files, and recordings without hindsight."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sentinel.model.incident import State
from sentinel.model.message import DeliveryState
from sentinel.model.post import Span
from sentinel.rehearse import Outcome, Raised, Rehearsal, span_of, try_examples
from sentinel.rulebook.judgments import Spike
from tests.stand.hotel import LADDER, MINUTE, RULE, after, plan, post

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sentinel.model.post import Post
    from sentinel.plan import Plan


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # an evening takes a while


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(tmp_path_factory.mktemp("hotel"))


# ── examples ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tried(tmp_path: Path) -> Callable[[str, str], dict[str, Outcome]]:
    """The rule with one change, and how its examples fare, by their beginnings."""

    def attempt(old: str, new: str) -> dict[str, Outcome]:
        assert old in RULE
        made = plan(tmp_path, rules={"dirty": RULE.replace(old, new)})
        return {one.example.split(":")[0]: one for one in try_examples(made, made.book.rules[0])}

    return attempt


def test_sound_examples_pass(usual: Plan) -> None:
    outcomes = try_examples(usual, usual.book.rules[0])
    assert [one.passed for one in outcomes] == [True, True, True]
    assert outcomes[0].example == "catches: a dirty room at the Miramar"
    assert all(not one.says for one in outcomes)


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        (
            'room at the Miramar"]\n  i',
            'room at the Miramar", "a damp room at the Miramar"]\n  i',
            "catches",
            "says does not",
        ),
        ('"a lovely room', '"a filthy room', "ignores", "says holds"),
        ("negatives: 2 4 6", "negatives: 1 1 1", "timeline", "nothing opened: needed 5 posts, had 3"),
        ("expect: warning", "expect: critical", "timeline", "it opened as warning only"),
        ("within 30 minutes", "within 5 minutes", "timeline", "it opened only after"),
        ("warning within 30 minutes", "quiet", "timeline", "it opened after"),
        ("calm_after", "hold: 2 hours\n  calm_after", "timeline", "it formed but did not hold"),
    ],
    ids=lambda value: value if value in {"catches", "ignores", "timeline"} else "",
)
def test_a_failing_example_says_why(
    tried: Callable[[str, str], dict[str, Outcome]], old: str, new: str, kind: str, words: str
) -> None:
    outcomes = tried(old, new)
    assert not outcomes[kind].passed
    assert words in outcomes[kind].says
    assert all(one.passed for name, one in outcomes.items() if name != kind)


def test_a_rule_on_trial_or_a_draft_is_tried_as_if_it_were_live(tmp_path: Path) -> None:
    made = plan(tmp_path, rules={"dirty": RULE.replace("status: live", "status: trial")})
    assert all(one.passed for one in try_examples(made, made.book.rules[0]))


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────


class EveryMinute(Rehearsal):
    """The plain way: a look at every single minute."""

    async def _advance(self, tick):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
        moment = self.clock.now().replace(second=0, microsecond=0) + MINUTE
        while moment < tick:
            if (looked := await self._beat(moment)) is not None:
                yield looked
            moment += MINUTE


def play(made: Rehearsal, posts: Sequence[Post], end: float = 600) -> list[Raised]:
    async def all_of_it() -> None:
        async for _ in made.play(sorted(posts, key=lambda one: one.seen_at)):
            pass
        async for _ in made.until(after(end)):
            pass

    asyncio.run(all_of_it())
    return made.raised()


def whole(posts: Sequence[Post]) -> Span:
    return Span(after(-60 * 24 * 14), max(span_of(posts).end, after(600)))


def begun(made: Rehearsal) -> Rehearsal:
    """With its fortnight of silence behind it."""
    made.clock.move_to(after(-10))
    return made


@st.composite
def evenings(draw: st.DrawFn) -> list[Post]:
    """Bursts and single posts over eight hours; some are seen late, some are good words, some by one author."""
    posts: list[Post] = []
    for burst in range(draw(st.integers(1, 3))):
        start, many = draw(st.integers(0, 400)), draw(st.integers(1, 14))
        step, late = draw(st.sampled_from([0.5, 1, 4])), draw(st.sampled_from([0, 0.7, 12, 90]))
        for n in range(many):
            at = start + n * step
            text = "a lovely room at the Miramar" if n % 5 == 4 else "a dirty room at the Miramar"
            posts.append(post(f"{burst}-{n}", at, text=text, seen=at + late, author=f"author {n % 7}"))
    return posts


@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(posts=evenings())
def test_skipping_quiet_minutes_raises_what_stepping_every_minute_raises(
    usual: Plan, posts: list[Post]
) -> None:
    skipped, stepped = (play(begun(kind(usual, whole(posts))), posts) for kind in (Rehearsal, EveryMinute))
    assert [_seen(one) for one in skipped] == [_seen(one) for one in stepped]


def _seen(one: Raised) -> tuple[object, ...]:
    told = [(row.channel, row.kind, row.sent_at) for row in one.deliveries]
    bare = replace(one.incident, version=0)
    return bare.formed_at, bare.opened_at, bare.closed_at, bare.state, bare.peak.negatives, one.told_at, told


@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
@given(posts=evenings())
def test_nothing_is_told_before_what_justifies_it_could_be_known(usual: Plan, posts: list[Post]) -> None:
    rule = usual.book.rules[0]
    for one in play(Rehearsal(usual, whole(posts)), posts):
        told = one.told_at
        assert told is not None
        known = [post for post in posts if post.seen_at <= told and "dirty" in post.text]
        assert len(known) >= rule.judged_by(Spike).at_least
        assert one.incident.opened_at is not None
        assert one.incident.opened_at <= told


def test_what_was_seen_late_opened_when_it_was_published_and_is_told_when_it_was_seen(usual: Plan) -> None:
    posts = [post(f"s{n}", n, seen=25) for n in range(8)] + [post("later", 45)]
    (one,) = play(Rehearsal(usual, whole(posts)), posts)
    assert one.incident.opened_at == after(5)
    assert one.told_at == one.incident.known_at == after(25)


def test_what_quiet_hours_hold_is_told_when_they_end(tmp_path: Path) -> None:
    held = LADDER + 'quiet_hours:\n  noon: {from: "12:00", to: "18:00", zone: UTC, hold: [warning]}\n'
    rule = RULE.replace("escalate: community", "escalate: community\n  quiet: noon")
    made = plan(tmp_path, ladder=held, rules={"dirty": rule})
    posts = [post(f"s{n}", 10 + n) for n in range(8)]
    (one,) = play(Rehearsal(made, whole(posts)), posts)
    assert one.incident.state is State.CLOSED
    assert [(row.state, row.sent_at) for row in one.deliveries] == [(DeliveryState.SENT, after(360))]
    assert one.told_at == after(360)


def test_posts_out_of_order_do_not_turn_the_clock_back(usual: Plan) -> None:
    posts = [post("b", 10), post("a", 5), *(post(f"s{n}", 11 + n) for n in range(6))]

    async def all_of_it() -> None:
        async for _ in made.play(posts):
            pass
        async for _ in made.until(after(17)):
            pass

    made = Rehearsal(usual, whole(posts))
    asyncio.run(all_of_it())
    assert made.clock.now() == after(17)
    assert [one.incident.peak.negatives for one in made.raised()] == [8]


def test_what_was_published_in_the_recordings_last_minute_counts(usual: Plan) -> None:
    posts = [post(f"s{n}", 10) for n in range(8)]
    made = begun(Rehearsal(usual, whole(posts)))

    async def all_of_it() -> None:
        async for _ in made.play(posts):
            pass

    asyncio.run(all_of_it())
    assert [one.incident.peak.negatives for one in made.raised()] == [8]

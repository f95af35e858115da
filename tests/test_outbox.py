"""What becomes of a row, whatever the channel answers and whenever the process dies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel import outbox as room
from sentinel.errors import Refused, StoreBroken, Throttled, Unreachable
from sentinel.model.message import DeliveryState, Message, Receipt
from sentinel.outbox import SETTLE, Outbox
from sentinel.store.contract import Outcome
from sentinel.store.open import open_store
from tests.store.making import NOON, delivery, incident

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sentinel.model.message import Delivery
    from sentinel.store.contract import Store

Answer = Exception | type[BaseException] | str


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Mouth:
    """A channel that answers from a script, then always with yes. What it took stands in `said`.

    An answer is an error to raise, `took` and then an error, `hang`, or `yes`.
    """

    name: str = "team"
    can_edit: bool = True
    can_find: bool = False
    script: list[Answer] = field(default_factory=list)
    looks: list[Answer] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    given: list[Receipt | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def send(self, message: Message, receipt: Receipt | None) -> Receipt:
        self.asked.append(message.key)
        answer = self.script.pop(0) if self.script else "yes"
        if answer == "hang":
            await asyncio.Event().wait()
        if answer == "took and died":
            self.said.append(message.key)
            raise Killed
        if not isinstance(answer, str):
            raise answer
        self.said.append(message.key)
        self.given.append(receipt)
        return Receipt(f"first of {message.incident}")

    async def find(self, message: Message, receipt: Receipt | None) -> Receipt | None:  # noqa: ARG002  # contract
        answer = self.looks.pop(0) if self.looks else "yes"
        if not isinstance(answer, str):
            raise answer
        return Receipt("found") if message.key in self.said else None

    async def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store("sqlite:///:memory:", Path())
    yield opened
    opened.close()


def put(store: Store, *rows: Delivery) -> None:
    known = {one.id for one in store.incidents()}
    new = [incident(name) for name in {row.incident for row in rows} - known]
    store.save(Outcome(incidents=new, deliveries=rows))


def at(seconds: float = 0) -> datetime:
    return NOON + timedelta(seconds=seconds)


def state(store: Store, key: str = "a", of: str = "inc-1") -> Delivery:
    return next(row for row in store.deliveries(of) if row.key == key)


WAIT = timedelta(seconds=30)

TABLE: dict[str, tuple[Answer, str, DeliveryState, str]] = {
    "yes": ("yes", "sent", DeliveryState.SENT, ""),
    "throttled until a time": (
        Throttled("wait", until=at(90)),
        "postponed",
        DeliveryState.PENDING,
        "wait",
    ),
    "throttled for a span": (Throttled("wait", wait=WAIT), "postponed", DeliveryState.PENDING, "wait"),
    "unreachable": (Unreachable("no route"), "postponed", DeliveryState.PENDING, "no route"),
    "no answer, it may have gone out": (
        Unreachable("cut off", ambiguous=True),
        "postponed",
        DeliveryState.SENDING,
        "",
    ),
    "refused": (Refused("no such channel"), "failed", DeliveryState.FAILED, "no such channel"),
    "a mistake of the channel's own": (
        KeyError("ts"),
        "failed",
        DeliveryState.FAILED,
        "team failed: KeyError",
    ),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
async def test_a_row_becomes_what_the_channel_answered(
    store: Store, row: tuple[Answer, str, DeliveryState, str]
) -> None:
    answer, outcome, after, error = row
    put(store, delivery("a"))
    (sent,) = await Outbox(store, {"team": Mouth(script=[answer])}).send_due(at())
    assert sent.outcome == outcome
    assert state(store).state is after
    assert state(store).error == error
    assert state(store).attempts == 1


@pytest.mark.parametrize(
    ("answer", "early", "late"),
    [
        (Throttled("wait", until=at(90)), 89, 90),
        (Throttled("wait", wait=timedelta(seconds=45)), 44, 45),
        (Throttled("wait"), 29, 30),
        (Unreachable("no route"), 4, 7),
    ],
    ids=["until a time", "for a span", "for as long as we like", "unreachable"],
)
async def test_a_postponed_row_waits_its_time_and_then_goes_out(
    store: Store, answer: Exception, early: float, late: float
) -> None:
    put(store, delivery("a"))
    box = Outbox(store, {"team": Mouth(script=[answer])})
    await box.send_due(at())
    assert await box.send_due(at(early)) == []
    (sent,) = await box.send_due(at(late))
    assert sent.outcome == "sent"


async def test_pauses_grow_and_are_bounded(store: Store) -> None:
    put(store, delivery("a"))
    box = Outbox(store, {"team": Mouth(script=[Unreachable("no route")] * 12)})
    moment, pauses = at(), []
    for _ in range(12):
        await box.send_due(moment)
        again = state(store).not_before
        assert again is not None
        pauses.append(again - moment)
        moment = again
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(seconds=7)
    assert pauses[-1] <= timedelta(minutes=6)


async def test_an_unknown_channel_fails_aloud(store: Store) -> None:
    put(store, delivery("a", channel="gone"))
    (sent,) = await Outbox(store, {}).send_due(at())
    assert (sent.outcome, sent.says) == ("failed", "there is no channel 'gone' any more")
    assert state(store).state is DeliveryState.FAILED


async def test_a_row_that_was_called_off_meanwhile_is_skipped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, delivery("a"))
    mouth = Mouth()
    rows = store.due(at())
    monkeypatch.setattr(store, "due", lambda *_: rows)
    store.save(Outcome(skipped_keys=[("a", "it is over")]))
    (sent,) = await Outbox(store, {"team": mouth}).send_due(at())
    assert sent.outcome == "skipped"
    assert mouth.asked == []


async def die(store: Store, mouth: Mouth, seconds: float = 0) -> None:
    """A process that dies in the middle of its round."""
    with pytest.raises(Killed):
        await Outbox(store, {"team": mouth}).send_due(at(seconds))
    assert state(store).state is DeliveryState.SENDING


@pytest.mark.parametrize(
    ("can_find", "died", "times"),
    [
        (True, "took and died", 1),
        (True, Killed, 1),
        (False, "took and died", 2),
        (False, Killed, 1),
    ],
    ids=["it finds it", "it finds nothing", "it cannot look and had taken it", "it cannot look and had not"],
)
async def test_after_a_crash_a_row_rests_until_it_is_settled_whether_it_went_out(
    store: Store, *, can_find: bool, died: Answer, times: int
) -> None:
    put(store, delivery("a"))
    mouth = Mouth(can_find=can_find, script=[died])
    await die(store, mouth)
    box = Outbox(store, {"team": mouth})
    assert await box.send_due(at(SETTLE.total_seconds() - 1)) == []
    (sent,) = await box.send_due(at(SETTLE.total_seconds()))
    assert sent.outcome == "sent"
    assert len(mouth.said) == times
    assert state(store).receipt == ("found" if died == "took and died" and can_find else "first of inc-1")


@pytest.mark.parametrize(
    ("trouble", "early", "late"),
    [
        (Throttled("not so often", wait=timedelta(seconds=100)), 159, 160),
        (Unreachable("no route"), 89, 90),
        (TimeoutError(), 89, 90),
    ],
    ids=["throttled", "unreachable", "silent"],
)
async def test_while_nobody_can_look_the_row_is_neither_sent_again_nor_forgotten(
    store: Store, trouble: Exception, early: float, late: float
) -> None:
    put(store, delivery("a"))
    mouth = Mouth(can_find=True, script=["took and died"], looks=[trouble])
    await die(store, mouth)
    box = Outbox(store, {"team": mouth})
    (first,) = await box.send_due(at(60))
    assert first.outcome == "postponed"
    assert state(store).state is DeliveryState.SENDING
    assert await box.send_due(at(early)) == []
    (then,) = await box.send_due(at(late))
    assert then.outcome == "sent"
    assert mouth.said == ["a"]


@pytest.mark.parametrize("trouble", [Refused("no right to read"), KeyError("messages")], ids=repr)
async def test_a_channel_that_may_not_look_still_speaks(store: Store, trouble: Exception) -> None:
    put(store, delivery("a"))
    mouth = Mouth(can_find=True, script=["took and died"], looks=[trouble])
    await die(store, mouth)
    await Outbox(store, {"team": mouth}).send_due(at(60))
    assert mouth.said == ["a", "a"]


async def test_an_incidents_messages_go_out_in_order_and_know_the_first(store: Store) -> None:
    put(store, delivery("a"), delivery("b", at=1), delivery("c", at=2))
    mouth = Mouth(script=[Unreachable("no route")])
    box = Outbox(store, {"team": mouth})
    for seconds in range(0, 300, 10):
        await box.send_due(at(seconds))
    assert mouth.said == ["a", "b", "c"]
    assert mouth.given == [None, "first of inc-1", "first of inc-1"]


async def test_a_row_that_rests_does_not_hold_up_other_incidents(store: Store) -> None:
    put(store, delivery("a"), delivery("b", of="inc-2", at=0.01))
    mouth = Mouth(script=["took and died"])
    await die(store, mouth)
    done = await Outbox(store, {"team": mouth}).send_due(at(2))
    assert [(one.delivery.key, one.outcome) for one in done] == [("b", "sent")]


async def test_a_throttled_channel_is_left_alone_as_a_whole(store: Store) -> None:
    put(store, *(delivery(f"k{n}", of=f"inc-{n}") for n in range(5)))
    mouth = Mouth(script=[Throttled("slowly", wait=timedelta(seconds=20))])
    box = Outbox(store, {"team": mouth})
    for seconds in range(0, 20, 2):
        await box.send_due(at(seconds))
    assert len(mouth.asked) == 1
    await box.send_due(at(20))
    assert len(mouth.said) == 5


async def test_many_rows_of_a_throttled_channel_do_not_crowd_out_another(store: Store) -> None:
    put(store, *(delivery(f"k{n:03}", of=f"inc-{n}") for n in range(120)))
    team, desk = Mouth(script=[Throttled("slowly", wait=timedelta(hours=1))]), Mouth("desk")
    box = Outbox(store, {"team": team, "desk": desk})
    await box.send_due(at())
    put(store, delivery("z", of="inc-z", channel="desk"))
    await box.send_due(at(2))
    assert desk.said == ["z"]


async def test_a_hung_channel_holds_up_nobody_and_is_given_up_in_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CALL", timedelta(seconds=0.5))
    put(store, delivery("a"), delivery("b", of="inc-2", channel="desk"))
    team, desk = Mouth(script=["hang"]), Mouth("desk")
    box = Outbox(store, {"team": team, "desk": desk})
    first = asyncio.create_task(box.send_due(at()))
    while not team.asked or box._busy != {"team"}:  # noqa: ASYNC110  # it is the other round that gets on
        await asyncio.sleep(0.001)
    put(store, delivery("c", of="inc-3", channel="desk"), delivery("d", of="inc-4"))
    (second,) = await box.send_due(at(2))
    assert second.delivery.key == "c"
    assert team.asked == ["a"], "the channel that hangs is not asked for more"
    outcomes = {one.delivery.key: (one.outcome, one.says) for one in await first}
    assert outcomes["a"] == ("postponed", "team gave no answer within 0.5 seconds")
    assert state(store).state is DeliveryState.SENDING


async def test_trouble_of_the_store_is_raised_after_the_others_had_their_turn(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, delivery("a"), delivery("b", of="inc-2", channel="desk"))
    team, desk = Mouth(), Mouth("desk")
    sending = store.sending

    def full(key: str, *rest: Any) -> None:
        if key == "a":
            raise StoreBroken("the disk is full")
        sending(key, *rest)

    monkeypatch.setattr(store, "sending", full)
    box = Outbox(store, {"team": team, "desk": desk})
    with pytest.raises(StoreBroken, match="disk is full"):
        await box.send_due(at())
    assert desk.said == ["b"]
    assert team.asked == [], "what is not written down is not sent"


ANSWERS = st.sampled_from(
    [
        "yes",
        "took and died",
        Killed,
        Throttled("wait", wait=timedelta(seconds=10)),
        Unreachable("no route"),
        Unreachable("cut off", ambiguous=True),
    ]
)


@settings(max_examples=30, deadline=None)
@given(
    script=st.lists(ANSWERS, max_size=8),
    looks=st.lists(st.sampled_from(["yes", Unreachable("no route"), Throttled("wait")]), max_size=3),
    can_find=st.booleans(),
)
def test_whatever_happens_everything_is_said_in_order_and_with_finding_only_once(
    script: list[Answer], looks: list[Answer], *, can_find: bool
) -> None:
    store = open_store("sqlite:///:memory:", Path())
    mouth = Mouth(can_find=can_find, script=list(script), looks=list(looks))
    put(store, delivery("a"), delivery("b", at=1), delivery("x", of="inc-2"))

    async def live() -> None:
        box = Outbox(store, {"team": mouth})
        for seconds in range(0, 3600, 60):
            try:
                await box.send_due(at(seconds))
            except Killed:
                box = Outbox(store, {"team": mouth})

    asyncio.run(live())
    rows = [*store.deliveries("inc-1"), *store.deliveries("inc-2")]
    store.close()
    assert {row.state for row in rows} == {DeliveryState.SENT}
    first = list(dict.fromkeys(mouth.said))
    assert set(first) == {"a", "b", "x"}
    assert first.index("a") < first.index("b")
    if can_find:
        assert len(mouth.said) == 3

"""incidents and status: what a community manager and ops type while the service runs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sentinel.model.incident import Act, ActKind, Incident, Peak, State
from sentinel.model.post import SourceName, Span
from sentinel.model.reading import Severity
from sentinel.store.contract import Batch, Outcome
from sentinel.store.open import open_store
from sentinel.web.shapes import ActShape, DeliveryShape, DossierShape, HeldShape, IncidentShape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sentinel.store.sql import SqlStore
    from tests.cli.conftest import Typed

NOW = datetime.now(UTC).replace(microsecond=0)
BEFORE = NOW - timedelta(minutes=30)
PEAK = Peak(14, 1.25, 12, NOW)
STORM = Incident(
    id="storm001",
    rule="negative-spike",
    brand="acme",
    group=(("brand", "acme"),),
    fingerprint="negative-spike:1",
    state=State.OPEN,
    severity=Severity.WARNING,
    formed_at=BEFORE,
    opened_at=BEFORE,
    onset=BEFORE - timedelta(hours=1),
    peak=PEAK,
    now=PEAK,
    why=("needed 6 posts, had 14",),
    version=1,
)
OVER = replace(STORM, id="over0001", group=(("brand", "other"),), state=State.CLOSED, closed_at=NOW)
FORMING = replace(STORM, id="maybe001", group=(("brand", "third"),), state=State.FORMING, opened_at=None)


@pytest.fixture
def store(house: Path) -> Iterator[SqlStore]:
    """The store of the house, with a storm, one that is over and one that forms."""
    store = open_store("sqlite:///var/sentinel.db", house)
    opened = Act("storm001", BEFORE, ActKind.OPENED, text="needed 6 posts, had 14")
    store.save(Outcome((STORM, OVER, FORMING), (opened,), looked_until=NOW))
    yield store
    store.close()


def run_it(store: SqlStore, until: timedelta = timedelta(seconds=30)) -> None:
    store.lease("service", "there:1", until, datetime.now(UTC))


# ── incidents ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_shows_what_is_going_on(store: SqlStore, typed: Callable[..., Typed]) -> None:
    answer = typed("incidents", "list")
    assert answer.status == 0
    assert "storm001  warning" in answer.out
    assert "14 (usual 1.2)" in answer.out
    assert "over0001" not in answer.out
    assert "over0001" in typed("incidents", "list", "--all").out


def test_machines_get_the_names_that_the_web_uses(store: SqlStore, typed: Callable[..., Typed]) -> None:
    listed = [json.loads(line) for line in typed("incidents", "list", "--json").out.splitlines()]
    assert {one["id"] for one in listed} == {"storm001", "maybe001"}
    typed("incidents", "ack", "storm001")
    found = json.loads(typed("incidents", "show", "storm001", "--json").out)
    assert set(found) == set(DossierShape.model_fields) - {"evidence"}
    assert set(found["incident"]) >= set(IncidentShape.model_fields) - {"title"}
    assert found["incident"]["key"] == {"brand": "acme"}
    for part, shape in (("acts", ActShape), ("deliveries", DeliveryShape), ("held", HeldShape)):
        assert all(set(entry) == set(shape.model_fields) for entry in found[part])


def test_a_life_from_the_keyboard(store: SqlStore, typed: Callable[..., Typed]) -> None:
    assert typed("incidents", "ack", "storm001", "--who", "ana").out == "storm001: ana has taken it on\n"
    assert "ana" in typed("incidents", "list").out
    assert (
        typed("incidents", "note", "storm001", "called the hotel", "--who", "ana").out == "storm001: noted\n"
    )
    assert typed("incidents", "unack", "storm001").out == "storm001: nobody has it now\n"
    assert typed("incidents", "close", "storm001", "--note", "a false alarm").out == "storm001: closed\n"
    shown = typed("incidents", "show", "storm001").out
    for line in ("acknowledged by ana", "called the hotel", "unacknowledged by", "a false alarm"):
        assert line in shown
    again = typed("incidents", "ack", "storm001")
    assert (again.status, "is over since" in again.err) == (1, True)
    assert typed("incidents", "note", "storm001", "for the record").status == 0


def test_an_act_answers_machines_with_the_incident(store: SqlStore, typed: Callable[..., Typed]) -> None:
    found = json.loads(
        typed("incidents", "ack", "storm001", "--who", "ana", "--for", "30 minutes", "--json").out
    )
    assert (found["state"], found["acknowledged"]["who"]) == ("acknowledged", "ana")
    assert found["acknowledged"]["until"] is not None


@pytest.mark.parametrize(
    "act", [["show"], ["ack"], ["unack"], ["close"], ["note", "words"]], ids=lambda act: act[0]
)
def test_an_incident_that_is_not_there_is_told(
    store: SqlStore, typed: Callable[..., Typed], act: list[str]
) -> None:
    answer = typed("incidents", act[0], "nobody", *act[1:])
    assert (answer.status, answer.out) == (1, "")
    assert "no incident is called 'nobody'" in answer.err


def test_whoever_takes_it_on_needs_no_secret_of_ops(
    store: SqlStore, typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    config = Path("sentinel.yaml")
    slack = 'screen: {kind: slack, token: {env: NO_SUCH_TOKEN}, channel: "#c"}'
    config.write_text(config.read_text().replace("screen: {kind: console}", slack))
    assert typed("incidents", "ack", "storm001").status == 0


def test_what_people_write_cannot_move_the_terminal(store: SqlStore, typed: Callable[..., Typed]) -> None:
    typed("incidents", "note", "storm001", "a\x1b[2Jb\nc", "--who", "x\x07y")
    shown = typed("incidents", "show", "storm001").out
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", shown)


def test_an_incident_says_when_it_was_known_late_and_that_it_cannot_be_judged(
    store: SqlStore, typed: Callable[..., Typed]
) -> None:
    assert "came late" not in typed("incidents", "show", "storm001").out
    late = replace(STORM, known_at=BEFORE + timedelta(minutes=20), blind=True, version=2)
    store.save(Outcome((late,)))
    shown = typed("incidents", "show", "storm001").out
    assert f"posts that came late showed it at {late.known_at:%Y-%m-%d %H:%M}" in shown
    assert "too little is being read to judge it now" in shown


# ── status ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_status_is_well_while_the_service_runs_and_looks(
    store: SqlStore, typed: Callable[..., Typed]
) -> None:
    run_it(store)
    answer = typed("status")
    assert answer.status == 0
    assert "service    runs as there:1" in answer.out
    assert "incidents  1 going on, 1 forming" in answer.out
    found = json.loads(typed("status", "--json").out)
    assert (found["well"], found["incidents"]) == (True, {"going_on": 1, "forming": 1})


def test_status_is_1_when_no_service_runs(store: SqlStore, typed: Callable[..., Typed]) -> None:
    answer = typed("status")
    assert (answer.status, "does not run" in answer.out) == (1, True)
    assert json.loads(typed("status", "--json").out)["running"] is False


def test_status_is_1_when_the_service_has_stopped_looking(house: Path, typed: Callable[..., Typed]) -> None:
    store = open_store("sqlite:///var/sentinel.db", house)
    store.save(Outcome(looked_until=NOW - timedelta(minutes=10)))
    run_it(store)
    answer = typed("status")
    found = json.loads(typed("status", "--json").out)
    store.close()
    assert (answer.status, "it has stopped looking" in answer.out) == (1, True)
    assert (found["running"], found["well"]) == (True, False)


def test_a_second_service_is_refused_in_a_sentence(store: SqlStore, typed: Callable[..., Typed]) -> None:
    run_it(store)
    answer = typed("run")
    assert answer.status == 1
    assert "sentinel: another sentinel (there:1) works on this store" in answer.err
    assert "Traceback" not in answer.err


def test_status_says_which_rules_are_blind_and_for_want_of_what(
    store: SqlStore, typed: Callable[..., Typed]
) -> None:
    answer = typed("status")
    assert re.search(
        r"^blind +negative-spike: too little is read to judge it: \w+ \(never read\)",
        answer.out,
        re.MULTILINE,
    )
    (blind,) = json.loads(typed("status", "--json").out)["blind"]
    assert (blind["rule"], blind["since"]) == ("negative-spike", None)
    feed = blind["unread"][0]["source"]
    store.keep(Batch(SourceName(feed), (), NOW, covered=Span(NOW - timedelta(days=2), datetime.now(UTC))))
    assert "blind " not in typed("status").out
    assert json.loads(typed("status", "--json").out)["blind"] == []


def test_status_and_explain_say_which_source_is_too_new_to_be_judged(
    store: SqlStore, typed: Callable[..., Typed]
) -> None:
    for feed, since in (("fediverse", timedelta(days=9)), ("hackernews", timedelta(hours=3))):
        store.keep(Batch(SourceName(feed), (), NOW, covered=Span(NOW - since, NOW)))
    day = f"{NOW + timedelta(hours=21):%Y-%m-%d %H:%M}"
    says = f"hackernews is new beside older sources: what it brings is kept, and judged from {day}"
    assert f"new        negative-spike: {says}" in typed("status").out
    assert says in typed("explain", "negative-spike", "--at", "now").out
    (new,) = json.loads(typed("status", "--json").out)["not_judged_yet"]
    assert (new["rule"], new["source"]) == ("negative-spike", "hackernews")

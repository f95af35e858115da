"""backtest, replay, poll: recorded posts through the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

DOCUMENTED = {
    "rule", "brand", "key", "severity", "opened_at", "told_at", "closed_at", "onset", "peak", "notices", "why",
}  # fmt: skip


def storm() -> list[dict[str, Any]]:
    """Two calm weeks, one complaint each afternoon; then thirty within an hour."""
    calm = [(f"2026-03-{day:02}T15:00:00Z", f"calm{day}") for day in range(1, 15)]
    loud = [(f"2026-03-15T15:{minute:02}:00Z", f"loud{minute}") for minute in range(0, 60, 2)]
    return [
        {"source": "x", "id": name, "text": "Acme: nunca más", "published_at": at, "author": {"id": name}}
        for at, name in calm + loud
    ]


@pytest.fixture
def recording(house: Path) -> Path:
    path = house / "storm.jsonl"
    path.write_text("".join(json.dumps(post) + "\n" for post in storm()))
    return path


def test_a_backtest_prints_the_storm_for_people(recording: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("backtest", recording)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("WARNING acme: Unusually many complaints (negative-spike)\n")
    assert "1 incident in 44 lines, 44 mentions of a brand" in answer.out.splitlines()[-1]


def test_a_backtest_writes_one_line_an_incident_with_the_documented_keys(
    recording: Path, typed: Callable[..., Typed]
) -> None:
    assert typed("backtest", recording, "--json", "out.jsonl").out == typed("backtest", recording).out
    [line] = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert set(line) >= DOCUMENTED
    assert line["key"] == {"brand": "acme"}
    assert set(line["peak"]) == {"negatives", "usual", "authors"}
    assert line["onset"] <= line["opened_at"] <= line["told_at"]
    assert line["notices"] >= 1


def test_on_stdout_the_lines_stand_alone(recording: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("backtest", recording, "--json", "-")
    assert [json.loads(line)["rule"] for line in answer.out.splitlines()] == ["negative-spike"]


def test_several_files_are_one_stream_in_any_order(recording: Path, typed: Callable[..., Typed]) -> None:
    posts = recording.read_text().splitlines(keepends=True)
    Path("a.jsonl").write_text("".join(posts[1::2]))
    Path("b.jsonl").write_text("".join(posts[::2]))
    whole = json.loads(typed("backtest", recording, "--json", "-").out)
    parts = json.loads(typed("backtest", "a.jsonl", "b.jsonl", "--json", "-").out)
    assert parts == whole


def test_bad_lines_are_named_and_the_rest_go_on(recording: Path, typed: Callable[..., Typed]) -> None:
    recording.write_text("nonsense\n\n{}\n" + recording.read_text() + '{"source": "x"' + "\n[]" * 5)
    answer = typed("backtest", recording)
    assert answer.status == 0
    assert f"{recording}: line 1: it is not JSON (skipped)" in answer.err
    assert f"{recording}: 3 more lines skipped" in answer.err
    assert "1 incident in 44 lines" in answer.out


def test_a_file_without_any_post_is_a_mistake_and_an_empty_one_is_not(
    house: Path, typed: Callable[..., Typed]
) -> None:
    Path("bad.jsonl").write_bytes(b"\x00\xff\n{}\n")
    Path("empty.jsonl").write_text("")
    bad = typed("backtest", "bad.jsonl")
    assert (bad.status, bad.out, "sentinel convert" in bad.err) == (1, "", True)
    empty = typed("backtest", "empty.jsonl", "--json", "out.jsonl")
    assert (empty.status, Path("out.jsonl").read_text()) == (0, "")
    assert typed("replay", "bad.jsonl").status == 1
    assert typed("replay", "empty.jsonl").status == 0


def test_posts_about_something_else_are_said_to_be_so(recording: Path, typed: Callable[..., Typed]) -> None:
    recording.write_text(recording.read_text().replace("Acme", "Umbrella"))
    assert "none of them speaks of a brand" in typed("backtest", recording).out


def test_a_folder_that_is_not_there_is_told_before_the_work(
    recording: Path, typed: Callable[..., Typed]
) -> None:
    answer = typed("backtest", recording, "--json", "no/out.jsonl")
    assert (answer.status, "there is no folder no" in answer.err) == (2, True)


def test_a_replay_speaks_through_the_channels_and_tells_what_happens_on_stderr(
    recording: Path, typed: Callable[..., Typed]
) -> None:
    answer = typed("replay", recording)
    assert answer.status == 0
    assert "incidents ack" in answer.out  # the console channel's message
    assert "screen is told: opened" in answer.err
    assert "1 incident," in answer.err.splitlines()[-1]
    assert not Path("var").exists()


def test_a_replay_whose_channel_refuses_ends_with_1(recording: Path, typed: Callable[..., Typed]) -> None:
    config = Path("sentinel.yaml")
    hook = 'screen: {kind: webhook, url: "https://127.0.0.1:9/"}'  # a private address that nobody allowed
    config.write_text(config.read_text().replace("screen: {kind: console}", hook))
    answer = typed("replay", recording)
    assert answer.status == 1
    assert "screen was not told of incident" in answer.err


def test_what_poll_prints_can_be_backtested(recording: Path, typed: Callable[..., Typed]) -> None:
    config = Path("sentinel.yaml")
    config.write_text(
        config.read_text().replace("sources: ", "sources:\n  tape: {kind: recorded, file: storm.jsonl}\n  # ")
    )
    polled = typed("poll", "tape")
    assert polled.status == 0
    assert [json.loads(line)["id"] for line in polled.out.splitlines()] == [post["id"] for post in storm()]
    assert "tape: 44 posts, 0 skipped" in polled.err
    assert not Path("var").exists()
    Path("polled.jsonl").write_text(polled.out)
    again = typed("backtest", "polled.jsonl", "--json", "-")
    assert again.out == typed("backtest", recording, "--json", "-").out
    cursor = polled.err.partition("--since '")[2].rstrip().removesuffix("'")
    assert typed("poll", "tape", "--since", cursor).out == ""


def test_a_source_that_fails_is_one_sentence(house: Path, typed: Callable[..., Typed]) -> None:
    config = Path("sentinel.yaml")
    config.write_text(
        config.read_text().replace("sources: ", "sources:\n  tape: {kind: recorded, file: no.jsonl}\n  # ")
    )
    answer = typed("poll", "tape")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("sentinel: tape: ")
    assert answer.err.count("\n") == 1


def test_a_poll_minds_no_other_source_s_secret(
    recording: Path, typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    config = Path("sentinel.yaml")
    two = "sources:\n  tape: {kind: recorded, file: storm.jsonl}\n  x: {kind: x, token: {env: NO_SUCH_TOKEN}}\n  # "
    config.write_text(config.read_text().replace("sources: ", two))
    assert typed("poll", "tape").status == 0
    assert "NO_SUCH_TOKEN" in typed("check").out
    refused = typed("poll", "x")
    assert (refused.status, "NO_SUCH_TOKEN" in refused.err) == (1, True)

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

RULE = Path("rules/negative-spike.yaml")
LADDER = Path("rules/ladders/community.yaml")


def misspell(path: Path, right: str = "status: live", wrong: str = "status: lvie") -> None:
    path.write_text(path.read_text().replace(right, wrong))


@pytest.fixture
def broken(house: Path) -> Path:
    misspell(RULE)
    return house


def test_what_init_writes_is_sound(house: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("check")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == "sentinel.yaml: 1 brand, 2 sources, 1 channel, 1 rule (1 judging): fine\n"


def test_problems_are_its_product_and_stand_on_stdout(broken: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("check")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out.startswith("rules/negative-spike.yaml:2:9: status: 'lvie' is not one of")
    assert "^ did you mean 'live'?" in answer.out
    assert answer.out.endswith("1 problem, 0 warnings\n")


@pytest.mark.parametrize("verb", [["test"], ["status"], ["run"], ["explain", "negative-spike"]])
def test_to_other_verbs_problems_are_trouble_and_go_to_stderr(
    broken: Path, typed: Callable[..., Typed], verb: list[str]
) -> None:
    answer = typed(*verb)
    assert (answer.status, answer.out) == (1, "")
    assert "did you mean 'live'?" in answer.err


def test_machines_get_every_part_of_a_problem(broken: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("check", "--json")
    found = json.loads(answer.out)
    assert (answer.status, found["errors"], found["warnings"]) == (1, 1, 0)
    [problem] = found["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("rules/negative-spike.yaml", 2, 9)


def test_a_configuration_elsewhere_names_files_that_one_can_open(
    broken: Path, typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(broken.parent)
    answer = typed("check", "-c", f"{broken.name}/sentinel.yaml")
    place = answer.out.partition(":")[0]
    assert place == f"{broken.name}/rules/negative-spike.yaml"
    assert Path(place).is_file()


def test_a_path_narrows_it_to_that_file(broken: Path, typed: Callable[..., Typed]) -> None:
    assert typed("check", LADDER).status == 0
    assert typed("check", RULE).status == 1
    assert typed("check", "rules").status == 1
    assert typed("check", LADDER, RULE).status == 1
    assert typed("check", "sentinel.yaml").status == 0


def test_a_rule_outside_the_folder_is_checked_with_the_names_of_the_configuration(
    house: Path, typed: Callable[..., Typed]
) -> None:
    draft = house / "drafts" / "mine.yaml"
    draft.parent.mkdir()
    draft.write_text(RULE.read_text())
    assert typed("check", draft).out.endswith("(with the names of sentinel.yaml): fine\n")
    misspell(draft, "escalate: community", "escalate: comunity")
    answer = typed("check", draft)
    assert answer.status == 1
    assert f"{draft}:" in answer.out
    assert "did you mean 'community'?" in answer.out


def test_a_ladder_and_a_folder_outside_are_checked_too(house: Path, typed: Callable[..., Typed]) -> None:
    other = house / "other"
    (other / "ladders").mkdir(parents=True)
    (other / "mine.yaml").write_text(RULE.read_text())
    (other / "ladders" / "community.yaml").write_text(LADDER.read_text())
    assert typed("check", other, other / "ladders" / "community.yaml").status == 0
    misspell(other / "ladders" / "community.yaml", "[screen]", "[scren]")
    assert "did you mean 'screen'?" in typed("check", other).out
    assert "did you mean 'screen'?" in typed("check", other / "ladders" / "community.yaml").out


def test_another_configuration_is_checked_with_its_own_rules(
    broken: Path, typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("init", "Other", "--dir", "elsewhere")
    assert typed("check", "elsewhere/sentinel.yaml").status == 0
    assert typed("check", "elsewhere").status == 0
    misspell(Path("elsewhere") / RULE)
    assert typed("check", "elsewhere").status == 1


def test_a_doubt_is_shown_and_is_no_mistake(house: Path, typed: Callable[..., Typed]) -> None:
    misspell(RULE, "at_least: 6 posts", "at_least: 3 posts")  # fewer posts than authors
    answer = typed("check")
    assert answer.status == 0
    assert "warning:" in answer.out
    assert answer.out.endswith("fine\n")


def test_a_broken_configuration_is_told_whatever_was_asked(house: Path, typed: Callable[..., Typed]) -> None:
    misspell(Path("sentinel.yaml"), "kind: console", "kind: consol")
    answer = typed("check", RULE)
    assert answer.status == 1
    assert "did you mean 'console'?" in answer.out


def test_a_source_that_cannot_be_read_is_named_when_asked(house: Path, typed: Callable[..., Typed]) -> None:
    Path("posts.jsonl").write_text("")
    config = Path("sentinel.yaml")
    head, _, tail = config.read_text().partition("  fediverse:")
    after = tail[tail.index("\nchannels:") :]
    config.write_text(
        f"{head}  here: {{kind: recorded, file: posts.jsonl}}\n  gone: {{kind: recorded, file: no.jsonl}}\n{after}"
    )
    answer = typed("check", "--online")
    assert answer.status == 1
    assert "here: answers\n" in answer.out
    assert "gone: answers" not in answer.out
    assert set(json.loads(typed("check", "--online", "--json").out)["sources"]) == {"here", "gone"}

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.errors import ProblemsFound
from sentinel.model.reading import Severity
from sentinel.rulebook.judgments import Spike
from sentinel.rulebook.names import Known
from sentinel.rulebook.read import read_book, read_ladder_text, read_rule_text


@pytest.fixture
def rules(good: Path, tmp_path: Path) -> Path:
    """A copy of the good folder, to be spoilt."""
    return Path(shutil.copytree(good / "rules", tmp_path / "rules"))


def _mistakes(folder: Path, known: Known) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        read_book(folder, known)
    return [f"{each.file}:{each.line}: {each.message}" for each in caught.value.problems]


def test_a_good_folder_becomes_a_book(good: Path, known: Known) -> None:
    book, warnings = read_book(good / "rules", known)
    assert [rule.id for rule in book.rules] == ["limpieza", "sketch"]
    assert list(book.ladders) == ["community"]
    assert [warning.message for warning in warnings] == []


def test_the_surface_becomes_the_types(good: Path, known: Known) -> None:
    book, _ = read_book(good / "rules", known)
    rule, ladder = book.rules[0], book.ladders["community"]
    assert rule.file == "rules/limpieza.yaml"
    assert rule.watch.any_of == ("limpieza", "sucio", "dirty", "cucaracha", "filthy")
    assert rule.judged_by(Spike).from_authors == 5
    assert rule.judged_by(Spike).usual.weeks == 4
    assert [example.text for example in rule.examples.catches][1] == "ok"
    assert [timeline.negatives for timeline in rule.examples.timelines] == [(1, 0, 2, 1, 1, 0), (1, 2, 6, 9)]
    assert rule.examples.timelines[0].expect.severity is None
    assert rule.examples.timelines[1].expect.within == timedelta(minutes=90)
    assert [step.after for step in ladder.steps] == [timedelta(minutes=each) for each in (0, 15, 45)]
    assert [step.unless_acknowledged for step in ladder.steps] == [False, True, True]
    assert ladder.steps[2].only == (Severity.CRITICAL,)
    assert (ladder.remind.every, ladder.remind.at_most) == (timedelta(hours=2), 3) if ladder.remind else False
    assert str(ladder.quiet_hours["nights"].zone) == "Europe/Madrid"


def test_all_mistakes_of_all_files_are_told_at_once_in_order(rules: Path, known: Known) -> None:
    _replace(rules / "limpieza.yaml", "status: live", "status: lvie")
    _replace(rules / "limpieza.yaml", "2 hours", "2h")
    _replace(rules / "sketch.yaml", "escalate: community", "escalate: comunity")
    _replace(rules / "ladders/community.yaml", "[team]", "[taem]")
    (rules / "lists/bare.yaml").write_text("a: [\n")
    assert _mistakes(rules, known) == [
        "rules/ladders/community.yaml:3: steps[1].tell[1]: 'taem' is no channel of sentinel.yaml",
        "rules/limpieza.yaml:2: status: 'lvie' is not one of draft, trial, live, retired",
        "rules/limpieza.yaml:22: spike.window: '2h' is not a length of time",
        "rules/lists/bare.yaml:2: the file ends here, and something is still open",
        "rules/sketch.yaml:5: then.escalate: 'comunity' is no ladder of rules/ladders/",
    ]


def test_a_ladder_with_a_mistake_still_lends_its_name(rules: Path, known: Known) -> None:
    _replace(rules / "ladders/community.yaml", "15 minutes", "15min")
    assert _mistakes(rules, known) == [
        "rules/ladders/community.yaml:6: steps[2].after: '15min' is not a length of time"
    ]


def test_an_unknown_word_list_is_told_and_the_nearest_offered(rules: Path, known: Known) -> None:
    _replace(rules / "limpieza.yaml", "lists/cleaning", "lists/cleanin")
    with pytest.raises(ProblemsFound) as caught:
        read_book(rules, known)
    assert [each.hint for each in caught.value.problems] == ["did you mean 'cleaning'?"]


@pytest.mark.parametrize(
    "written", ["cleaning", "cleaning.yaml", "[cleaning, bare]", "../lists/cleaning.yaml"]
)
def test_a_word_list_may_be_named_in_several_ways(written: str, rules: Path, known: Known) -> None:
    _replace(rules / "limpieza.yaml", "rules/lists/cleaning.yaml", written)
    book, _ = read_book(rules, known)
    assert "filthy" in book.rules[0].watch.any_of


def test_an_unknown_source_is_only_doubted_while_a_recording_is_read(rules: Path, known: Known) -> None:
    closed = Known(sources=frozenset({"x"}), source_kinds=frozenset({"feed"}))
    opened = Known(sources=frozenset({"x"}), source_kinds=frozenset({"feed"}), open_sources=True)
    assert len(_mistakes(rules, closed)) == 1
    _, warnings = read_book(rules, opened)
    assert [each.level for each in warnings] == ["warning"]


def test_what_a_retired_rule_names_may_be_gone(rules: Path) -> None:
    (rules / "sketch.yaml").unlink()
    _replace(rules / "limpieza.yaml", "status: live", "status: retired")
    _replace(rules / "limpieza.yaml", "escalate: community", "escalate: gone")
    book, warnings = read_book(rules, Known(brands=frozenset(), sources=frozenset()))
    assert (book.rules[0].status.judges, warnings) == (False, ())


def test_two_rules_that_count_the_same_are_doubted(rules: Path, known: Known) -> None:
    shutil.copy(rules / "limpieza.yaml", rules / "limpieza-2.yaml")
    _, warnings = read_book(rules, known)
    assert [each.message for each in warnings] == [
        "watch: this rule counts exactly what rules/limpieza-2.yaml counts"
    ]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "Dirty Rooms.yaml",
            "the file's name 'Dirty Rooms' holds more than small letters (a-z), digits, - and _",
        ),
        (
            "habitación.yaml",
            "the file's name 'habitación' holds more than small letters (a-z), digits, - and _",
        ),
        ("rooms.yml", "files of rules end in .yaml"),
    ],
)
def test_a_file_that_cannot_be_a_rule_by_its_name_is_told(
    name: str, says: str, rules: Path, known: Known
) -> None:
    shutil.copy(rules / "sketch.yaml", rules / name)
    assert _mistakes(rules, known) == [f"rules/{name}:0: {says}"]


def test_hidden_files_and_other_folders_are_left_alone(rules: Path, known: Known) -> None:
    (rules / ".draft.yaml").write_text("nonsense: [")
    (rules / "sketch.yaml~").write_text("nonsense: [")
    (rules / "README.md").write_text("# Rules")
    assert len(read_book(rules, known)[0].rules) == 2


def test_a_folder_named_like_a_rule_and_a_file_nobody_may_read_are_told(rules: Path, known: Known) -> None:
    (rules / "folder.yaml").mkdir()
    assert _mistakes(rules, known) == ["rules/folder.yaml:0: this is no ordinary file"]


def test_a_pipe_is_not_waited_for(rules: Path, known: Known) -> None:
    os.mkfifo(rules / "pipe.yaml")
    assert _mistakes(rules, known) == ["rules/pipe.yaml:0: this is no ordinary file"]


def test_a_missing_folder_is_told(tmp_path: Path, known: Known) -> None:
    assert _mistakes(tmp_path / "nowhere", known) == ["nowhere:0: there is no such folder of rules"]


def test_an_empty_folder_is_an_empty_book(tmp_path: Path, known: Known) -> None:
    book, warnings = read_book(tmp_path, known)
    assert (book.rules, book.ladders, warnings) == ((), {}, ())


def test_a_rule_may_be_read_by_itself(good: Path, known: Known) -> None:
    text = (good / "rules/sketch.yaml").read_text()
    rule, warnings = read_rule_text(text, "rules/sketch.yaml", known)
    assert (rule.id, rule.judged_by(Spike).at_least, warnings) == ("sketch", 4, ())


def test_a_ladder_may_be_read_by_itself(known: Known) -> None:
    with pytest.raises(ProblemsFound) as caught:
        read_ladder_text("ladder: x\nsteps: [{tell: [nobody]}]\n", "x.yaml", known)
    assert len(caught.value.problems) == 1


def test_a_thousand_rules_are_checked_in_three_seconds(good: Path, known: Known, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(good / "rules", tmp_path / "rules"))
    text = (folder / "limpieza.yaml").read_text()
    for number in range(1000):
        (folder / f"rule-{number}.yaml").write_text(text.replace("sucio", f"sucio{number}"))
    begun = time.process_time()
    book, warnings = read_book(folder, known)
    assert time.process_time() - begun < 3
    assert (len(book.rules), warnings) == (1002, ())


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

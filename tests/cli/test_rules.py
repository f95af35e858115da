"""test, explain, new: what an analyst types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import ROOT, count_by_feeling

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

RULE = Path("rules/negative-spike.yaml")


@pytest.mark.parametrize("config", ["sentinel.yaml", "examples/airlines/sentinel.yaml"])
def test_the_examples_of_every_rule_that_ships_come_out_as_written(
    typed: Callable[..., Typed], config: str
) -> None:
    answer = typed("test", "-c", ROOT / config)
    assert answer.status == 0
    assert ", 0 failed" in answer.out.splitlines()[-1]
    assert "no examples yet" not in answer.out


@pytest.mark.parametrize("config", ["sentinel.yaml", "examples/airlines/sentinel.yaml"])
def test_everything_that_ships_is_sound_without_a_doubt(typed: Callable[..., Typed], config: str) -> None:
    answer = typed("check", "-c", ROOT / config)
    assert answer.status == 0
    assert "warning" not in answer.out


def test_what_init_writes_passes_its_own_examples(house: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("test")
    assert answer.status == 0
    assert answer.out == "negative-spike: 4 examples, all as written\n4 examples passed, 0 failed\n"


def test_an_example_that_fails_says_which_and_why(house: Path, typed: Callable[..., Typed]) -> None:
    RULE.write_text(RULE.read_text().replace('"Nunca más, qué vergüenza"', '"Muy bonito todo"'))
    answer = typed("test", "negative-spike")
    assert answer.status == 1
    assert "FAILED negative-spike: catches: Muy bonito todo" in answer.out
    assert "says does not" in answer.out
    lines = [json.loads(line) for line in typed("test", "--json").out.splitlines()]
    assert {"rule", "example", "passed", "says"} == set(lines[0])
    assert any(not line["passed"] for line in lines)


def test_a_rule_is_named_by_its_id_or_by_its_file(house: Path, typed: Callable[..., Typed]) -> None:
    assert typed("test", "negative-spike").out == typed("test", RULE).out
    assert typed("explain", "negative-spike").out == typed("explain", RULE).out


def test_a_rule_reads_back_as_prose(house: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("explain", "negative-spike")
    assert answer.status == 0
    assert "at least 6 negative posts" in answer.out
    assert json.loads(typed("explain", "negative-spike", "--json").out)["rule"] == "negative-spike"


def test_a_post_is_judged_clause_by_clause(house: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("explain", "negative-spike", "--post", "Acme? Nunca más")
    assert answer.status == 0
    assert answer.out.startswith("The post speaks of acme.\n")
    assert answer.out.endswith("So it is negative, by says.\n")
    found = json.loads(typed("explain", "negative-spike", "--post", "What a day", "--json").out)
    assert (found["named"], found["counts"]) == (False, False)


@pytest.mark.parametrize("engine", ["compact", "lexicon", "textblob"])
def test_the_prose_names_the_engine_that_a_rule_asks_for(
    house: Path, typed: Callable[..., Typed], engine: str
) -> None:
    count_by_feeling(RULE, engine)
    told = " ".join(typed("explain", "negative-spike").out.split())
    assert f"A post is negative if its sentiment, as the engine {engine} reads it, is below -0.25." in told


def test_the_prose_names_no_engine_where_the_rule_asks_for_none(
    house: Path, typed: Callable[..., Typed]
) -> None:
    count_by_feeling(RULE)
    told = " ".join(typed("explain", "negative-spike").out.split())
    assert "A post is negative if its sentiment is below -0.25." in told


SPANISH = "Acme: una vergüenza, nunca más"


@pytest.mark.parametrize(
    ("engine", "counts"),
    [
        pytest.param("", True, id="that of all"),
        pytest.param("lexicon", True, id="lexicon"),
        pytest.param("textblob", False, id="one that reads English only"),
    ],
)
def test_a_post_is_judged_by_the_engine_that_its_rule_asks_for(
    house: Path, typed: Callable[..., Typed], engine: str, *, counts: bool
) -> None:
    count_by_feeling(RULE, engine)
    found = json.loads(typed("explain", "negative-spike", "--post", SPANISH, "--json").out)
    assert found["score"]["engine"] == (engine or "compact")
    assert found["counts"] is counts
    RULE.write_text(RULE.read_text().replace('"Nunca más, qué vergüenza"', f'"{SPANISH}"'))
    answer = typed("test", "negative-spike")
    assert answer.status == (0 if counts else 1)
    assert (f"FAILED negative-spike: catches: {SPANISH}" in answer.out) is not counts


def test_an_engine_is_not_asked_where_the_rule_counts_by_no_sentiment(
    house: Path, typed: Callable[..., Typed]
) -> None:
    count_by_feeling(RULE, "textblob")
    RULE.write_text(RULE.read_text().replace("sentiment: below -0.25", "says: [nunca más]"))
    assert "warning: negative.engine: without 'sentiment' no engine is asked" in typed("check").out
    found = json.loads(typed("explain", "negative-spike", "--post", SPANISH, "--json").out)
    assert (found["why"], found["score"]["engine"]) == ("says", "compact")


@pytest.fixture
def two_brands(house: Path) -> Path:
    """The same house, which also watches another brand."""
    config = Path("sentinel.yaml")
    config.write_text(config.read_text().replace("brands:\n", "brands:\n  other: {terms: [Other]}\n"))
    return house


def test_a_post_that_names_two_brands_is_judged_for_each(
    two_brands: Path, typed: Callable[..., Typed]
) -> None:
    count_by_feeling(RULE)
    said = "Acme was awful. Other was wonderful!"
    lines = typed("explain", "negative-spike", "--post", said, "--json").out.splitlines()
    assert {found["brand"]: found["counts"] for found in map(json.loads, lines)} == {
        "other": False,
        "acme": True,
    }
    told = typed("explain", "negative-spike", "--post", said).out
    assert told.startswith("The post speaks of other, acme.\n  yes brands: it speaks of other\n")
    assert "So for other it is looked at, and not negative.\n" in told
    assert told.endswith("So for acme it is negative, by sentiment.\n")


def test_a_post_that_names_two_brands_is_judged_for_the_one_that_the_rule_watches(
    two_brands: Path, typed: Callable[..., Typed]
) -> None:
    RULE.write_text(RULE.read_text().replace("\nnegative:", "\nwatch:\n  brands: [acme]\nnegative:", 1))
    said = "Acme was awful, never again. Other was wonderful!"
    found = json.loads(typed("explain", "negative-spike", "--post", said, "--json").out)
    assert (found["brand"], found["watched"], found["counts"]) == ("acme", True, True)


def test_a_post_cannot_move_the_terminal(house: Path, typed: Callable[..., Typed]) -> None:
    answer = typed("explain", "negative-spike", "--post", "Acme \x1b[2J\x07 nunca más")
    assert answer.status == 0
    assert "\x1b" not in answer.out


def test_a_moment_before_anything_was_counted_is_said_to_be_so(
    house: Path, typed: Callable[..., Typed]
) -> None:
    answer = typed("explain", "negative-spike", "--at", "2026-11-22T12:00:00Z")
    assert answer.status == 0
    assert "nothing that this rule watches had been counted" in answer.out
    assert typed("explain", "negative-spike", "--at", "now", "--json").out == ""


@pytest.mark.parametrize(
    ("sentence", "file"),
    [
        ("Una frase", "una-frase.yaml"),
        ("La piscina está fría: $5, «no» \"sí\" 'x' {brand}", "la-piscina-esta-fria-5-no.yaml"),
        ("日本", "new-rule.yaml"),
        ("two\nlines # and: more", "two-lines-and-more.yaml"),
        ("../../etc/passwd", "etc-passwd.yaml"),
    ],
)
def test_a_sentence_becomes_a_draft_that_check_accepts(
    house: Path, typed: Callable[..., Typed], sentence: str, file: str
) -> None:
    answer = typed("new", sentence)
    assert answer.status == 0
    assert answer.out.startswith(f"wrote rules/{file}\n")
    checked = typed("check")
    assert checked.status == 0
    assert "2 rules (1 judging): fine" in checked.out
    assert "no examples yet" in typed("test", Path(file).stem).out
    again = typed("new", sentence)
    assert (again.status, "nothing was written" in again.err) == (1, True)


def test_a_draft_can_be_begun_while_another_rule_is_broken(house: Path, typed: Callable[..., Typed]) -> None:
    RULE.write_text("rule: [")
    assert typed("new", "Another one").status == 0


@pytest.mark.parametrize(
    "brand", ["Acme", 'Café Ñandú: "el bueno" $x', "日本", "{a}", "# no", "a\nb", "x" * 200]
)
def test_init_is_sound_for_any_brand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: Callable[..., Typed], brand: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed("init", brand).status == 0
    assert typed("check").status == 0


def test_init_works_without_a_brand_and_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: Callable[..., Typed]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed("init").status == 0
    assert typed("check").status == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    answer = typed("init", "Acme")
    assert (answer.status, "nothing was written" in answer.err) == (1, True)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}

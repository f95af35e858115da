"""`scoring:` in sentinel.yaml as ops meet it: what `sentinel check` says of good and bad sections."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sentinel.scoring import transformer_engine
from sentinel.scoring.compact_engine import shipped
from sentinel.scoring.model_file import write_model
from tests.cli.conftest import count_by_feeling
from tests.stand.classifier import classifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Typed

CONFIG = Path("sentinel.yaml")
RULE = Path("rules/negative-spike.yaml")


@pytest.fixture
def models(house: Path) -> Path:
    """The house with models beside it: one that is sound and some that are not."""
    write_model(house / "own.npz", shipped("compact"))
    (house / "text.npz").write_text("no model")
    (house / "older.npz").write_bytes(_of_another_version((house / "own.npz").read_bytes()))
    (house / "folder.npz").mkdir()
    classifier(house / "sound")
    classifier(house / "moods", ["angry", "calm", "glad"])
    for missing in ("model.onnx", "tokenizer.json", "config.json"):
        (classifier(house / f"without {missing}") / missing).unlink()
    (classifier(house / "torn") / "config.json").write_text("{")
    return house


def _of_another_version(model: bytes) -> bytes:
    arrays = dict(np.load(io.BytesIO(model)))
    about = json.loads(arrays["about"].tobytes()) | {"format": 0}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def score_with(section: str) -> None:
    CONFIG.write_text(f"{CONFIG.read_text()}scoring: {section}\n")


@pytest.mark.parametrize(
    "section",
    [
        pytest.param("{}", id="empty"),
        pytest.param("{engine: compact}", id="one engine"),
        pytest.param("{engine: [compact]}", id="a list of one"),
        pytest.param("{engine: [lexicon, textblob, compact]}", id="a list of several"),
        pytest.param("{model: own.npz}", id="a model of one's own, relative to the file"),
        pytest.param("{transformer: {model: sound}}", id="a transformer"),
        pytest.param("{transformer: {model: sound, between: [0, 1], at_most: 1}}", id="asked about everything"),
        pytest.param("{transformer: {model: sound, between: [0.4, 0.41]}}", id="asked about little"),
        pytest.param("{engine: transformer, transformer: {model: sound}}", id="a transformer alone"),
        pytest.param("{engine: [textblob, transformer], transformer: {model: sound}}", id="a transformer in a list"),
    ],
)  # fmt: skip
def test_a_sound_section_is_fine(models: Path, typed: Callable[..., Typed], section: str) -> None:
    score_with(section)
    answer = typed("check")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.endswith(": fine\n")


@pytest.mark.parametrize(
    ("section", "at", "says", "hint"),
    [
        pytest.param("{engine: compct}", "compct", "scoring.engine: 'compct' is not one of compact, lexicon, textblob, transformer", "did you mean 'compact'?", id="an engine misspelt"),
        pytest.param("{engine: vader}", "vader", "scoring.engine: 'vader' is not one of compact, lexicon, textblob, transformer", "known here: compact, lexicon, textblob, transformer", id="an engine nobody knows"),
        pytest.param("{engine: [compact, lexicn]}", "lexicn", "scoring.engine: 'lexicn' is not one of", "did you mean 'lexicon'?", id="one of several misspelt"),
        pytest.param("{engine: []}", "[]", "scoring.engine: nothing is written here", "", id="no engine in the list"),
        pytest.param("{engine: 3}", "3", "scoring.engine: '3' is not a text", "", id="a number"),
        pytest.param("{engine: null}", "null", "scoring.engine: nothing is written here", "", id="nothing"),
        pytest.param("{engine: {compact: 1}}", "{compact", "scoring.engine: a list belongs here, not keys", "", id="keys"),
        pytest.param("compact", "compact", "scoring: 'compact' stands where keys belong", "", id="no section"),
        pytest.param("{engin: compact}", "engin", "'engin' is no key of scoring", "did you mean 'engine'?", id="a key misspelt"),
        pytest.param("{model: gone.npz}", "gone.npz", "gone.npz cannot be read: No such file", "", id="a model that is not there"),
        pytest.param("{model: folder.npz}", "folder.npz", "folder.npz cannot be read: Is a directory", "", id="a folder for a model"),
        pytest.param("{model: text.npz}", "text.npz", "text.npz is no model of sentinel, or a broken one", "", id="no model at all"),
        pytest.param("{model: older.npz}", "older.npz", "older.npz was made for another version of sentinel: train it anew", "", id="a model of another version"),
        pytest.param("{engine: textblob, model: text.npz}", "text.npz", "text.npz is no model of sentinel", "", id="a broken model that nobody uses"),
        pytest.param("{engine: transformer}", "transformer}", "scoring.engine: 'transformer' has no model", "add 'transformer: {model: FOLDER}' beside it", id="an engine without its model"),
        pytest.param("{engine: [compact, transformer]}", "[compact", "scoring.engine: 'transformer' has no model", "add 'transformer: {model: FOLDER}' beside it", id="the same in a list"),
        pytest.param("{transformer: {at_most: 5}}", "transformer", "scoring.transformer: model is missing", "add 'model: …'", id="a transformer without a folder"),
        pytest.param("{transformer: {model: nowhere}}", "nowhere", "nowhere holds no model.onnx: export the model with", "", id="no such folder"),
        pytest.param("{transformer: {model: without model.onnx}}", "without", "holds no model.onnx", "", id="a folder without the model"),
        pytest.param("{transformer: {model: without tokenizer.json}}", "without", "holds no tokenizer.json", "", id="a folder without the tokenizer"),
        pytest.param("{transformer: {model: without config.json}}", "without", "holds no config.json", "", id="a folder without the config"),
        pytest.param("{transformer: {model: torn}}", "torn", "torn/config.json names no classes (id2label)", "", id="a config that is torn"),
        pytest.param("{transformer: {model: moods}}", "moods", "the class 'angry' is neither negative, neutral, positive nor stars", "", id="classes of another trade"),
        pytest.param("{transformer: {model: sound, between: [0.6, 0.4]}}", "[0.6", "scoring.transformer.between: nothing lies between these", "write the smaller one first", id="the zone reversed"),
        pytest.param("{transformer: {model: sound, between: [0.5, 0.5]}}", "[0.5", "scoring.transformer.between: nothing lies between these", "", id="a zone of no width"),
        pytest.param("{transformer: {model: sound, between: [0.3, 1.5]}}", "1.5", "scoring.transformer.between[2]: '1.5' must be 1 or less", "", id="the zone beyond 1"),
        pytest.param("{transformer: {model: sound, between: [-0.1, 0.5]}}", "-0.1", "scoring.transformer.between[1]: '-0.1' must be 0 or more", "", id="the zone below 0"),
        pytest.param("{transformer: {model: sound, between: [35%, 0.5]}}", "35%", "scoring.transformer.between[1]: '35%' is not a number", "", id="the zone in percent"),
        pytest.param("{transformer: {model: sound, between: [0.4]}}", "between", "scoring.transformer.between: entry 2 is missing", "", id="half a zone"),
        pytest.param("{transformer: {model: sound, between: [0.1, 0.2, 0.3]}}", "[0.1", "scoring.transformer.between: too many entries stand here", "", id="a zone of three"),
        pytest.param("{transformer: {model: sound, at_most: 0}}", "0}", "scoring.transformer.at_most: '0' must be 1 or more", "", id="never asked"),
    ],
)  # fmt: skip
def test_a_bad_section_is_told_with_its_place_and_mend(  # noqa: PLR0917  # as the table gives them
    models: Path, typed: Callable[..., Typed], section: str, at: str, says: str, hint: str
) -> None:
    score_with(section)
    answer = typed("check", "--json")
    assert answer.status == 1
    [problem] = json.loads(answer.out)["problems"]
    assert says in problem["message"]
    assert hint in problem["hint"]
    line = CONFIG.read_text().splitlines()[problem["line"] - 1]
    assert line[problem["column"] - 1 :].startswith(at)


def test_every_mistake_of_a_section_is_told_at_once(models: Path, typed: Callable[..., Typed]) -> None:
    score_with("{engine: [compct, lexicn], model: gone.npz, transformer: {model: nowhere, between: [1, 0]}}")
    answer = typed("check")
    assert answer.out.endswith("5 problems, 0 warnings\n")


def test_a_transformer_without_its_extra_says_what_to_install(
    models: Path, typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer_engine, "find_spec", lambda package: package != "tokenizers" or None)
    score_with("{transformer: {model: sound}}")
    answer = typed("check")
    assert answer.status == 1
    assert "tokenizers is not installed: pip install 'sentinel-alerts[transformer]'" in answer.out


@pytest.mark.parametrize("verb", [["test"], ["run"], ["explain", "negative-spike"]])
def test_no_verb_runs_with_an_engine_that_cannot_be_had(
    models: Path, typed: Callable[..., Typed], verb: list[str]
) -> None:
    score_with("{model: gone.npz}")
    answer = typed(*verb)
    assert (answer.status, answer.out) == (1, "")
    assert "gone.npz cannot be read" in answer.err


def test_a_rule_that_asks_for_the_transformer_needs_its_model(
    models: Path, typed: Callable[..., Typed]
) -> None:
    count_by_feeling(RULE, "transformer")
    answer = typed("check")
    assert answer.status == 1
    assert "negative.engine: 'transformer' has no model" in answer.out
    score_with("{transformer: {model: sound}}")
    assert typed("check").status == 0


@pytest.mark.parametrize(
    ("section", "engine", "doubted"),
    [
        pytest.param("{}", "textblob", "es", id="an engine of English"),
        pytest.param("{engine: textblob}", "compact", "", id="an engine that reads more than that of all"),
        pytest.param(
            "{transformer: {model: sound}}", "transformer", "", id="an engine that may read anything"
        ),
    ],
)
def test_a_rule_in_a_language_that_its_engine_cannot_read_is_doubted(
    models: Path, typed: Callable[..., Typed], section: str, engine: str, doubted: str
) -> None:
    score_with(section)
    count_by_feeling(RULE, engine, "[es, en]")
    answer = typed("check")
    assert answer.status == 0
    told = f"the engine {engine} reads no sentiment in {doubted}: those posts never count"
    assert (told in answer.out) is bool(doubted)


def test_a_transformer_for_doubtful_posts_may_read_any_language(
    models: Path, typed: Callable[..., Typed]
) -> None:
    count_by_feeling(RULE, languages="[nl]")
    assert "no scorer reads sentiment in nl" in typed("check").out
    score_with("{transformer: {model: sound}}")
    assert "nl" not in typed("check").out

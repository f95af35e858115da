from __future__ import annotations

from typing import get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core.core_schema import ErrorType

from sentinel.errors import ProblemsFound
from sentinel.rulebook.document import read_document
from sentinel.rulebook.judgments import Spike
from sentinel.rulebook.keys import did_you_mean, keys_of, model_at, nearest
from sentinel.rulebook.problems import Section, build
from sentinel.rulebook.sentences import SAYINGS, UNSAYABLE, WANTED, sentence
from sentinel.rulebook.types import Rule, Timeline

HANDLED_ELSEWHERE = {"missing", "extra_forbidden"}


class Shelf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: str = Field("", description="A word.")
    words: list[str] = Field([], description="Words.")
    free: dict[str, str] = Field({}, description="Anything.")
    either: int | list[int] = Field(0, description="One or many.")
    small: int = Field(0, le=3, description="At most three.")
    inner: Shelf | None = Field(None, description="Another.")


def test_every_error_type_of_pydantic_has_its_sentence() -> None:
    every = set(get_args(ErrorType))
    assert every - set(WANTED) - set(SAYINGS) - UNSAYABLE - HANDLED_ELSEWHERE == set()


def test_no_sentence_speaks_pydantic() -> None:
    jargon = ("input should", "valid", "instance", "mapping", "tuple", "dict", "string", "field required")
    spoken = " | ".join([*WANTED.values(), *SAYINGS.values()]).lower()
    assert [word for word in jargon if word in spoken] == []


def test_our_own_errors_speak_for_themselves() -> None:
    assert sentence("phrase", "'x'", {"message": "'x' is not {braces}"}, "") == "'x' is not {braces}"
    assert sentence("our_own", "'x'", {}, "a plain sentence") == "a plain sentence"
    assert sentence("recursion_loop", "'x'", {}, "Recursion error") == "'x' cannot stand here"


def _build(text: str) -> Shelf | list[str]:
    document = read_document(text, "x.yaml")
    try:
        return build(Shelf, dict(document.plain), Section(document, Shelf, "a shelf"))
    except ProblemsFound as found:
        return [problem.message for problem in found.problems]


def test_where_a_text_is_wanted_a_number_is_taken_as_it_was_written() -> None:
    built = _build("word: 404\nwords: [1.50, true, '7', x]\nfree: {a: 1}\n")
    assert built == Shelf(word="404", words=["1.50", "true", "7", "x"], free={"a": "1"})


def test_a_number_out_of_bounds_is_no_text_to_be_taken() -> None:
    assert _build("word: 404\nsmall: 7\n") == ["small: '7' must be 3 or less"]


def test_one_mistake_in_a_choice_of_types_is_told_once() -> None:
    assert _build("either: x\n") == ["either: 'x' is not a whole number"]


def test_an_unknown_key_deep_down_names_its_section() -> None:
    assert _build("inner: {inner: {wrod: x}}\n") == ["'wrod' is no key of inner.inner"]


def test_ten_thousand_mistakes_are_told_of_in_part() -> None:
    text = "words:\n" + "  - {a: b}\n" * 4000
    assert len(list(_build(text))) == 50


def test_the_type_at_a_path_is_found_through_lists_and_aliases() -> None:
    assert model_at(Rule, ("examples", "timelines", 3)) is Timeline
    assert model_at(Rule, ("then", "labels", "team")) is None
    assert "from" in keys_of(Spike)
    assert "id" not in keys_of(Rule)


def test_the_nearest_word_is_offered_else_all_of_a_few() -> None:
    assert nearest("Windw", ["window", "hold"]) == "window"
    assert nearest("x" * 1000, ["window"]) is None
    assert did_you_mean("zzz", ["a", "b"]) == "known here: a, b"
    assert did_you_mean("zzz", [f"w{i}" for i in range(100)]) == ""

"""Which engines there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sentinel.scoring.registry import Options, chain, engines, reads, scorer
from tests.stand.classifier import classifier

if TYPE_CHECKING:
    from pathlib import Path


def test_every_engine_bears_its_name(tmp_path: Path) -> None:
    options = Options(transformer=classifier(tmp_path))
    assert {name: scorer(name, options).name for name in engines()} == {name: name for name in engines()}


def test_an_unknown_engine_is_a_key_error_for_whoever_reads_the_config() -> None:
    with pytest.raises(KeyError, match="textblub"):
        scorer("textblub")


def test_a_transformer_without_a_model_is_told_what_to_write() -> None:
    with pytest.raises(ValueError, match="needs the folder of a model"):
        scorer("transformer")


def test_one_engine_alone_is_no_chain() -> None:
    assert chain(["lexicon"]).voices == scorer("lexicon").voices


def test_a_transformer_that_is_given_is_asked_after_the_others(tmp_path: Path) -> None:
    asked = chain(["textblob", "compact"], Options(transformer=classifier(tmp_path)))
    assert {engine for engine, _ in asked.voices} == {"textblob", "compact", "transformer"}


@pytest.mark.parametrize(
    ("names", "languages"),
    [
        pytest.param(["textblob"], {"en"}, id="one"),
        pytest.param(
            ["textblob", "compact"], {"en", "es", "pt", "fr", "de", "it"}, id="what any of them reads"
        ),
        pytest.param(["compact", "transformer"], None, id="who knows what a model of one's own reads"),
    ],
)
def test_which_languages_they_read(names: list[str], languages: set[str] | None) -> None:
    assert reads(names) == languages

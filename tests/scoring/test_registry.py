"""Which engines there are."""

from __future__ import annotations

import pytest

from sentinel.scoring.registry import engines, scorer


def test_every_engine_bears_its_name() -> None:
    assert "textblob" in engines()
    for name in engines():
        assert scorer(name).name == name


def test_an_unknown_engine_is_a_key_error_for_whoever_reads_the_config() -> None:
    with pytest.raises(KeyError, match="textblub"):
        scorer("textblub")

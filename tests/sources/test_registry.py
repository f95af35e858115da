from __future__ import annotations

import subprocess
import sys

import pytest

from sentinel.sources.contract import SourceOptions
from sentinel.sources.registry import KINDS, kind, options_by_kind


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_says_what_it_is_and_describes_its_options(name: str) -> None:
    made = kind(name)
    assert made.says
    assert issubclass(made.options, SourceOptions)
    assert all(field.description for field in made.options.model_fields.values())
    assert made.options.model_json_schema()["properties"]["kind"]


def test_the_options_of_all_kinds_are_known() -> None:
    assert set(options_by_kind()) == set(KINDS)


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kind("telegraph")


def test_knowing_the_options_loads_nothing_heavy() -> None:
    code = (
        "import sys; from sentinel.sources.registry import options_by_kind; options_by_kind();"
        "print([m for m in ('feedparser', 'tweepy', 'httpx', 'requests') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own
    assert told.stdout.strip() == "[]"

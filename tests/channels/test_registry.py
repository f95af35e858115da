from __future__ import annotations

import subprocess
import sys

import pytest

from sentinel.channels.contract import ChannelOptions
from sentinel.channels.registry import kind, options_by_kind


def test_every_kind_has_its_options_and_a_sentence() -> None:
    assert set(options_by_kind()) == {"slack", "email", "webhook", "console"}
    for name, options in options_by_kind().items():
        assert issubclass(options, ChannelOptions)
        assert kind(name).options is options
        assert kind(name).says


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kind("pigeon")


def test_listing_the_kinds_loads_no_heavy_library() -> None:
    code = "import sys, sentinel.channels.registry; print(*{'slack_sdk', 'aiosmtplib', 'jinja2'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603  # our own code

    assert done.stdout.strip() == ""

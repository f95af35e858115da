"""Figures that a test prints, past pytest's capturing: they are the point of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def say(request: pytest.FixtureRequest, table: str) -> None:
    """Print this now."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{table}\n")  # noqa: T201  # as above

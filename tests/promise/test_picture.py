"""The picture in the documents shows what the detector says now."""

from __future__ import annotations

import pytest

from tests.promise.picture import PLACE, draw, scene

pytestmark = pytest.mark.promise


def test_the_picture_is_what_the_detector_says_now() -> None:
    assert PLACE.read_text(encoding="utf-8") == draw(scene()), "draw it anew: python -m tests.promise.picture"


def test_it_shows_one_alert_that_begins_with_the_storm() -> None:
    assert draw(scene()).count("<circle") == 1

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stand.http import Inbox
from tests.stand.slack import SlackStand

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def slack() -> Iterator[SlackStand]:
    with SlackStand() as stand:
        yield stand


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as stand:
        yield stand

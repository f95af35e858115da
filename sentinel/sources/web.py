"""What sources that ask over HTTP have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from sentinel.model.phrase import Duration
from sentinel.sources.contract import SourceOptions

if TYPE_CHECKING:
    from sentinel.net.fetch import Fetcher


class WebOptions(SourceOptions):
    """Options of every source that asks over HTTP."""

    timeout: Duration = Field(
        timedelta(seconds=30), description="The longest one request may take, from asking to the last byte."
    )


def fetcher(options: WebOptions, decoded: int = 8 * 1024 * 1024) -> Fetcher:
    """The bounded client these options ask for; `decoded` is the most bytes an answer may have."""
    from sentinel.net.fetch import Fetcher, Limits  # noqa: PLC0415  # heavy: only when something is asked

    limits = Limits(seconds=options.timeout.total_seconds(), decoded=decoded)
    return Fetcher(allow_private=options.allow_private, limits=limits)

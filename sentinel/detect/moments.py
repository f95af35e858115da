"""Which moments a rule is to be judged at: every whole minute since it was last judged with its eyes open, then now.

While nothing can be read, moments pass unjudged. When what was published then is read after all, the rule goes back
to where its sight had ended: an outage is judged as it was, and told as one summary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sentinel.detect.judge import BLIND_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sentinel.detect.coverage import Seen

LONGEST = timedelta(days=1)
"""How far back a rule is judged at most: what came and went before that is no news any more."""
_MINUTE = timedelta(minutes=1)


def moments(since: datetime | None, at: datetime) -> Iterator[datetime]:
    """Every whole minute after `since` (a day at most), then `at` itself; `since` None: only `at`."""
    if since is not None:
        moment = _minute(max(since, at - LONGEST)) + _MINUTE
        while moment < at:
            yield moment
            moment += _MINUTE
    yield at


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a rule's eyes have been open: up to when it was judged with them, and what had been read by then."""

    until: datetime | None
    covered: Seen

    @classmethod
    def at_start(cls, covered: Seen, window: timedelta, looked: datetime | None) -> Sight:
        """Of a rule that was judged up to `looked` by a process before this one."""
        if looked is None:
            return cls(None, covered)
        return cls(_last_seen(covered, window, looked - LONGEST, looked), covered)

    def back_to(self, covered: Seen, window: timedelta, looked: datetime | None) -> datetime | None:
        """After which moment the rule is to be judged, now that `covered` is known and all was looked at by `looked`."""
        if looked is None or self.until is None or self.until >= looked or covered == self.covered:
            return looked
        shows = _last_seen(covered, window, max(self.until, looked - LONGEST), looked) > self.until
        return self.until if shows else looked

    def onwards(self, covered: Seen, window: timedelta, at: datetime) -> Sight:
        """After the rule has been judged up to `at`."""
        if sees(covered, window, at):
            return Sight(at, covered)
        if self.until is None or covered == self.covered:
            return Sight(self.until, covered)
        return Sight(_last_seen(covered, window, max(self.until, at - LONGEST), at), covered)


def sees(covered: Seen, window: timedelta, at: datetime) -> bool:
    """Whether enough of the window that ends at `at` was read to judge it."""
    end = at.timestamp()
    return covered.share(end - window.total_seconds(), end) >= BLIND_BELOW


def _last_seen(covered: Seen, window: timedelta, since: datetime, at: datetime) -> datetime:
    """The last moment in (since, at] at which enough was read; `since` if there is none."""
    moment = at
    while moment > since:
        if sees(covered, window, moment):
            return moment
        whole = _minute(moment)
        moment = whole if whole < moment else moment - _MINUTE
    return since


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)

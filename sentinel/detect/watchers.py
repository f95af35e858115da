"""The watcher that a rule's judgment calls for: the one place where kinds of judgments are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.detect.crisis import CrisisWatcher
from sentinel.detect.lookout import Lookout
from sentinel.detect.share import ShareWatcher
from sentinel.detect.silence import SilenceWatcher
from sentinel.detect.stars import StarsWatcher
from sentinel.rulebook.judgments import Crisis, Share, Silence, Spike, Stars

if TYPE_CHECKING:
    from datetime import datetime

    from sentinel.detect.counting import Counting
    from sentinel.detect.watcher import Watcher


def watcher_for(counting: Counting, at: datetime) -> Watcher:
    """Eyes for this rule, with nothing seen yet, at `at`."""
    match counting.rule.judgment:
        case Spike():
            return Lookout(counting, at)
        case Share() as asked:
            return ShareWatcher(counting, asked, at)
        case Stars() as asked:
            return StarsWatcher(counting, asked, at)
        case Crisis() as asked:
            return CrisisWatcher(counting, asked, at)
        case Silence() as asked:
            return SilenceWatcher(counting, asked, at)

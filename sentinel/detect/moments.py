"""The moments at which rules are judged: whole minutes since 1970, each the end of a window.

The minute that is going on is judged by its end, as far as it is known, and judged again until it is over: so what an
incident says of its own times does not depend on when somebody happened to look.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = timedelta(days=1)
"""How far back rules are judged again: what reaches farther back is counted, and judged no more."""
LONGEST_MINUTES = int(LONGEST.total_seconds() // 60)


def begun(at: datetime) -> int:
    """The newest moment whose window is over at `at`."""
    return int(at.timestamp() // 60)


def ending(at: datetime) -> int:
    """The moment that ends the minute which is going on at `at`; `at` itself when it is a whole minute."""
    return -int(-at.timestamp() // 60)

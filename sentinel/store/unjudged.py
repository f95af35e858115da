"""From which minute on counts have moved since the rules were last judged: kept with the posts, forgotten with a look.

A crash between the two loses no judgment: the next look goes back to there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sentinel.store import marks
from sentinel.store.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from sentinel.model.mention import Tally

_NONE = -1


def moved(conn: Connection, deltas: Sequence[Tally]) -> None:
    """These counts have moved."""
    if not deltas:
        return
    first = min(tally.minute for tally in deltas)
    before = since(conn)
    if before is None or first < before:
        marks.write(conn, Mark.UNJUDGED, first)


def judged(conn: Connection) -> None:
    """All that had moved has been judged."""
    if since(conn) is not None:
        marks.write(conn, Mark.UNJUDGED, _NONE)


def since(conn: Connection) -> int | None:
    """The earliest minute whose counts have moved; None: no count has."""
    found = marks.read(conn, Mark.UNJUDGED)
    return None if found is None or found == _NONE else found

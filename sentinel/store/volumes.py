"""How much each site brought of what a rule counts, day by day: what its sources are weighed by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from sentinel.store.driver import One
from sentinel.store.schema import series, tallies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Dialect, Executable

_A_DAY = 24 * 60


def volumes(conn: Connection, fingerprint: str, since: int, until: int) -> dict[tuple[str, int], int]:
    """Mentions by (site, day since 1970) in the minutes [since, until)."""
    rows: Sequence[Any] = _VOLUMES.run(conn, fingerprint, since, until).all()
    return {(site, first // _A_DAY): int(many) for site, first, many in rows}


def _volumes(_: Dialect) -> Executable:
    first = tallies.c.minute - tallies.c.minute % _A_DAY
    part = select(series.c.id).where(series.c.fingerprint == bindparam("of_part"))
    within = (tallies.c.minute >= bindparam("since")) & (tallies.c.minute < bindparam("until"))
    return (
        select(tallies.c.source, first.label("first"), func.sum(tallies.c.mentions))
        .where(tallies.c.series.in_(part), within)
        .group_by(tallies.c.source, "first")
    )


_VOLUMES = One(_volumes, ("of_part", "since", "until"))

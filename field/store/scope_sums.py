"""Whether each scope's sum is that of its rows: by it tablets find out whether they hold what is here."""

from sqlalchemy import Connection, func, select

from field.store.rows import FEED, SCOPES
from field.sync.wire import CHECKSUM_MAX

_HALF = 1 << 24
_SUMS = (
    select(
        SCOPES.c.name,
        SCOPES.c.checksum,
        # Halves: the sum of many whole ones would be too large for a 64-bit integer.
        func.coalesce(func.sum(FEED.c.digest // _HALF), 0).label("high"),
        func.coalesce(func.sum(FEED.c.digest % _HALF), 0).label("low"),
    )
    .select_from(SCOPES.outerjoin(FEED, FEED.c.scope == SCOPES.c.id))
    .group_by(SCOPES.c.name, SCOPES.c.checksum)
    .order_by(SCOPES.c.name)
)


def drifted(tx: Connection) -> list[str]:
    """The scopes whose sum is not that of the rows that are there."""
    return [
        row.name
        for row in tx.execute(_SUMS)
        if (int(row.high) * _HALF + int(row.low)) & CHECKSUM_MAX != row.checksum
    ]

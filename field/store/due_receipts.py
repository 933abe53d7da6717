"""Which reports have landed and have no receipt yet: noted with their rows, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from field.store import receipt_tables
from field.store.bulk import Rows
from field.sync.landing import Put

DUE = receipt_tables.ReceiptDue.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_DUE = Rows(DUE, ("report", "since_ms"))


def mark(tx: Connection, puts: Sequence[Put], now_ms: int) -> None:
    """Note the reports that are new among the rows written: each gets a receipt soon."""
    new = [put.id for put in puts if put.new and put.record is not None and put.record.kind == "report"]
    if new:
        _DUE.insert(tx, [(id, now_ms) for id in new])

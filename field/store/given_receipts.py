"""Receipts of reports on their way to tablets: a pull names the reports that it has none of."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.store import receipt_tables, rows

RECEIPTS = receipt_tables.ReportReceipt.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_OF = (
    select(RECEIPTS.c.report, RECEIPTS.c.text)
    .where(RECEIPTS.c.report.in_(bindparam("ids", expanding=True)))
    .order_by(RECEIPTS.c.report)
)


class _Given(msgspec.Struct):
    report: str
    text: str


class _Line(msgspec.Struct):
    report_receipt: _Given


def lines(tx: Connection, reports: Sequence[str], scopes: Collection[str]) -> list[bytes]:
    """The lines of a page for the reports asked for, of those that stand in the tablet's scopes."""
    mine = [id for id, _, _, scope in rows.places(tx, reports) if scope in scopes]
    if not mine:
        return []
    return [msgspec.json.encode(_Line(_Given(*row))) for row in tx.execute(_OF, {"ids": mine})]

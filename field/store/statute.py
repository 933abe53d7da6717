"""The dated rows of the law as they are kept: the shipped ones to begin with, and the office's own."""

import msgspec
from sqlalchemy import Connection, insert, select

from field.recovery import statute
from field.recovery.statute import RateRow, Statute
from field.store import tables

STATUTE = tables.StatuteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_decoder = msgspec.json.Decoder(RateRow)


def seed(tx: Connection) -> int:
    """Add the shipped rows that are missing; return how many.

    What is there is left as it is, and so is a day for which the office has a row of that kind of its own.
    """
    held = load(tx)
    ids = {row.id for row in held.rows}
    taken = {(row.kind, row.valid_from) for row in held.rows}
    missing = [
        {"id": row.id, "body": msgspec.json.encode(row).decode()}
        for row in statute.shipped().rows
        if row.id not in ids and (row.kind, row.valid_from) not in taken
    ]
    if missing:
        tx.execute(insert(STATUTE), missing)
    return len(missing)


def load(tx: Connection) -> Statute:
    """All rows. Raises Problem bad-request where they contradict each other."""
    return Statute(_decoder.decode(body) for body in tx.execute(select(STATUTE.c.body)).scalars())

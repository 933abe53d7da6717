"""What remarks about evidence keep of an erased photo: that there was one, and nothing that the file said."""

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from field.inspections import evidence, hash_bands
from field.inspections.evidence import Remark
from field.store import evidence_tables
from field.store.evidence_beside import PHOTOS, REMARKS
from field.store.near_hashes import HASHES

HISTORY = evidence_tables.EvidenceEntry.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_body = msgspec.json.Decoder(Remark)


def forget(tx: Connection, report: str, photo: str) -> None:
    """Take the picture's time and place out of a photo's remarks and their history; the rest stays."""
    for table in (REMARKS, HISTORY):
        mine = (table.c.report == report) & table.c.key.in_(evidence.keys_of_picture(photo))
        for row in tx.execute(select(table).where(mine)).all():
            told = msgspec.json.encode(evidence.without_picture(_body.decode(row.body))).decode()
            this = [column == getattr(row, column.name) for column in table.primary_key.columns]
            tx.execute(update(table).where(*this).values(body=told))


def forget_hash(tx: Connection, sha256: str, dhash: Any) -> None:
    """Have a difference hash found no more, unless another picture has the same.

    The photo's own row stays until its visit is looked at: by it those beside are found, to be told as well.
    """
    if dhash is None:
        return
    others = select(PHOTOS.c.photo).where(PHOTOS.c.hash == dhash, PHOTOS.c.sha256 != sha256).limit(1)
    if tx.execute(others).first() is None:
        tx.execute(_FORGET, {"of_hash": hash_bands.signed(dhash)})


_FORGET = delete(HASHES).where(HASHES.c.hash == bindparam("of_hash"))

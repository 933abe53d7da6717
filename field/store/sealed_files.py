"""Files of sealed work that were carried in: whose, by whom, and what became of them."""

import msgspec
from sqlalchemy import Connection, insert, select, update

from field.store import audit
from field.store.device_tables import SealedFile
from field.store.devices import DEVICES

FILES = SealedFile.__table__  # type: ignore[attr-defined]  # SQLModel adds it

FILES_MAX = 500


class SealedListed(msgspec.Struct, frozen=True):
    """A file of sealed work. `state`: `taken` whole, in `part`, or only `kept`; then `detail` says why."""

    id: str
    sha256: str
    size: int
    device: str | None
    device_name: str | None
    brought_by: str | None
    received_ms: int
    state: str
    detail: str | None


def note(
    tx: Connection,
    id: str,
    *,
    sha256: str,
    size: int,
    device: str | None,
    by: str | None,
    now_ms: int,
    state: str,
    detail: str | None,
) -> str:
    """Note what became of a file; the same file once more is noted anew. Gives its id."""
    told = {"device": device, "brought_by": by, "received_ms": now_ms, "state": state, "detail": detail}
    mine = FILES.c.sha256 == sha256
    found = tx.execute(select(FILES.c.id).where(mine).with_for_update()).scalar_one_or_none()
    if found is None:
        found = id
        tx.execute(insert(FILES), {"id": id, "sha256": sha256, "size": size, **told})
    else:
        tx.execute(update(FILES).where(mine).values(**told))
    about = [each for each in (found, device) if each is not None]
    audit.note(
        tx,
        "sealed-brought",
        now_ms,
        by=by,
        about=about,
        device=device,
        sha256=sha256,
        size=size,
        state=state,
    )
    return str(found)


def every(tx: Connection, districts: list[str] | None) -> list[SealedListed]:
    """The files carried in of the tablets of some districts, or of all, newest first.

    One whose tablet cannot be told is in every district's list: nobody else would look for it.
    """
    query = (
        select(FILES, DEVICES.c.name.label("device_name"))
        .join(DEVICES, DEVICES.c.id == FILES.c.device, isouter=True)
        .order_by(FILES.c.received_ms.desc(), FILES.c.id)
        .limit(FILES_MAX)
    )
    if districts is not None:
        query = query.where(DEVICES.c.district.in_(districts) | DEVICES.c.id.is_(None))
    return [msgspec.convert(row._mapping, SealedListed, from_attributes=True) for row in tx.execute(query)]

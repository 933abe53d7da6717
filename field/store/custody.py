"""In whose hands a report and its photos were: who captured them, when they came, who saw them since."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.problems import Problem
from field.store import people, rows
from field.store.bundles import ABOUT, AUDIT
from field.store.engine import Store
from field.store.holding import CHANGES, DEVICES
from field.store.uploads import PHOTO_BYTES
from field.sync import audit

ACTS_MAX = 1000
_TOLD = ("report-viewed", "photo-viewed", "exported", "photo-kept", "erased", "hold-placed", "hold-lifted")


class Captured(msgspec.Struct, frozen=True):
    """Where a report or a photo comes from.

    `captured_ms` is counted from the server's own time on the tablet, `tablet_clock_ms` what the tablet's
    clock said; `received_ms` is when the entry came, `bytes_ms` when a photo's bytes did. `sha256` is that of
    the entry, or of the photo's bytes as the entry describes them.
    """

    record: str
    kind: str
    by: str | None
    by_name: str | None
    device: str
    device_name: str
    captured_ms: int
    tablet_clock_ms: int | None
    received_ms: int
    bytes_ms: int | None
    bytes_by: str | None
    sha256: str
    status: str


class Act(msgspec.Struct, frozen=True):
    """Something that was done with it, out of the audit trail: `seq` is the entry's number there."""

    seq: int
    at_ms: int
    act: str
    by: str | None
    by_name: str | None
    records: tuple[str, ...]
    edition: str | None
    step: str | None


class Custody(msgspec.Struct, frozen=True):
    """A report's custody: the report and its photos in the order of capture, and the last 1,000 acts."""

    report: str
    captured: tuple[Captured, ...]
    changes: int
    acts: tuple[Act, ...]


class _Said(msgspec.Struct):
    op: str = ""
    wall_ms: int | None = None
    set: dict[str, Any] = {}


_said = msgspec.json.Decoder(_Said)

_LINES = (
    select(CHANGES, DEVICES.c.name.label("device_name"))
    .join(DEVICES, DEVICES.c.id == CHANGES.c.device)
    .where(CHANGES.c.record.in_(bindparam("ids", expanding=True)))
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)
_BYTES = select(PHOTO_BYTES).where(PHOTO_BYTES.c.photo.in_(bindparam("ids", expanding=True)))


def of(store: Store, tx: Connection, report: str) -> Custody:
    """The custody of a report. Raises Problem not-found."""
    places = rows.places(tx, [report])
    if not places or places[0][1] != "report":
        raise Problem("not-found", "There is no such report.")
    records, _ = rows.load(store, tx, [places[0][2]], by_root=True, bare=True)
    photos = [each.id for each in records.values() if each.kind == "photo" and each.parent == report]
    lines = [row for ids in rows.chunks([report, *photos]) for row in tx.execute(_LINES, {"ids": ids})]
    lines.sort(key=lambda row: (row._mapping["t"], row.device, row.seq))
    arrived = {row.photo: row for ids in rows.chunks(photos) for row in tx.execute(_BYTES, {"ids": ids})}
    entries = _acts(tx, [report, *photos])
    names = people.names(
        tx, {each for each in (*(row.by for row in lines), *(e.by for e in entries)) if each}
    )
    made = [(row, _read(bytes(row.line))) for row in lines]
    captured = [_captured(row, said, arrived, names) for row, said in made if said.op == "create"]
    return Custody(
        report=report,
        captured=tuple(captured),
        changes=len(lines) - len(captured),
        acts=tuple(_act(each, names, {report, *photos}) for each in entries),
    )


def _read(line: bytes) -> _Said:
    try:
        return _said.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return _Said()


def _captured(row: Any, said: _Said, arrived: dict[str, Any], names: dict[str, str]) -> Captured:
    sha256 = str(said.set.get("sha256", row.hash))
    came = arrived.get(row.record)
    if came is not None and came.sha256 != sha256:
        came = None
    return Captured(
        record=row.record,
        kind=row.kind,
        by=row.by,
        by_name=names.get(row.by or ""),
        device=row.device,
        device_name=row.device_name,
        captured_ms=row._mapping["t"],
        tablet_clock_ms=said.wall_ms,
        received_ms=row.received_ms,
        bytes_ms=came.received_ms if came is not None else None,
        bytes_by=came.device if came is not None else None,
        sha256=sha256,
        status=row.status,
    )


_ENTRIES = (
    select(AUDIT.c.line)
    .where(AUDIT.c.seq.in_(select(ABOUT.c.seq).where(ABOUT.c.about.in_(bindparam("ids", expanding=True)))))
    .where(AUDIT.c.act.in_(bindparam("acts", expanding=True)))
    .order_by(AUDIT.c.seq.desc())
    .limit(ACTS_MAX)
)


def _acts(tx: Connection, ids: Sequence[str]) -> list[audit.Entry]:
    found: dict[int, audit.Entry] = {}
    for some in rows.chunks(ids):
        for line in tx.execute(_ENTRIES, {"ids": some, "acts": _TOLD}).scalars():
            entry = audit.read(bytes(line))
            found[entry.seq] = entry
    return [found[seq] for seq in sorted(found, reverse=True)][:ACTS_MAX]


def _act(entry: audit.Entry, names: dict[str, str], mine: Iterable[str]) -> Act:
    return Act(
        seq=entry.seq,
        at_ms=entry.at_ms,
        act=entry.act,
        by=entry.by,
        by_name=names.get(entry.by or ""),
        records=tuple(each for each in entry.about if each in mine),
        edition=entry.facts.get("edition"),
        step=entry.facts.get("step"),
    )

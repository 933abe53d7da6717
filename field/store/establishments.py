"""Importing a register of establishments: read rows, decide what is new, write it as the office's changes.

A register that is imported again changes nothing. What somebody found out in the field, or a supervisor
decided, is never overwritten by a register: where the register says something new about it, that becomes a
candidate beside the other (fields under review) or a remark.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.clock import Clock
from field.inspections import registry_file
from field.inspections.fields import Place
from field.inspections.registry_file import Row
from field.inspections.table_file import Reject, Remark
from field.problems import Problem
from field.store import districts, office, rows
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.office import Entry
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX
from field.sync.kinds import KINDS
from field.sync.landing import derived_id
from field.sync.merge import Record

PLACE_ACCURACY_M = 100.0
"""A register does not say how good its places are; a tablet's fix says so, and is mostly better."""

_FIELDS = KINDS["establishment"].fields


class Imported(msgspec.Struct, frozen=True):
    """What an import did, row by row of the file."""

    added: int
    changed: int
    unchanged: int
    rejects: list[Reject]
    remarks: list[Remark]


class _Tally(msgspec.Struct):
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejects: list[Reject] = []
    remarks: list[Remark] = []


def import_file(
    store: Store,
    clock: Clock,
    office_id: str,
    source: bytes | Iterable[str],
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Import a register (CSV, see `registry_file.read`); `progress` hears how many rows are done.

    Raises Problem refused where there are no districts yet, and unknown-format for what is no register. A
    run that was cut off is repeated: what it wrote is recognised.
    """
    with store.read() as tx:
        index = districts.load_index(tx)
    missing = "" if index.districts else "There are no districts yet. Import their boundaries first."
    try:
        found = registry_file.read(source, index)
    except Problem as problem:
        # Whoever has two things to put right hears of both.
        raise Problem(problem.code, f"{problem.detail} {missing}".strip()) from problem
    if missing:
        raise Problem("refused", missing)
    tally = _Tally()
    for batch in _batches(found):
        tally.rejects += [row for row in batch if isinstance(row, Reject)]
        entries = _decide(store, office_id, [row for row in batch if isinstance(row, Row)], tally)
        office.write(store, clock, office_id, entries)
        if progress is not None:
            progress(tally.added + tally.changed + tally.unchanged + len(tally.rejects))
    return Imported(tally.added, tally.changed, tally.unchanged, tally.rejects, tally.remarks)


def record_id(registration_no: str) -> str:
    """The id of the establishment with a registration number, however that is spaced."""
    plain = re.sub(r"[\s-]", "", registration_no).casefold()
    return derived_id(f"establishment/{plain}")


def _batches(source: Iterator[Row | Reject]) -> Iterator[list[Row | Reject]]:
    while batch := list(islice(source, BATCH_LINES_MAX)):
        yield batch


def _decide(store: Store, office_id: str, batch: Sequence[Row], tally: _Tally) -> list[Entry]:
    """The office's changes that bring the records to what the rows say, and no further."""
    ids = [record_id(row.registration_no) for row in batch]
    with store.read() as tx:
        held, _ = rows.load(store, tx, ids)
        touched = [id for id, record in held.items() if _is_touched(record, office_id)]
        said_before = _said_before(tx, office_id, touched)
    entries = []
    for id, row in zip(ids, batch, strict=True):
        tally.remarks += [Remark(row.line, remark) for remark in row.remarks]
        record, values = held.get(id), _values(row)
        if record is None:
            tally.added += 1
            entries.append(Entry(kind="establishment", record=id, op="create", set=values))
            continue
        entry = _update(record, row, values, office_id, said_before.get(id, {}), tally)
        if entry is None:
            tally.unchanged += 1
        else:
            tally.changed += 1
            entries.append(entry)
    return entries


def _values(row: Row) -> dict[str, Any]:
    """What a row says; an empty cell says nothing."""
    place = None
    if row.lat is not None and row.lon is not None:
        place = msgspec.to_builtins(Place(row.lat, row.lon, PLACE_ACCURACY_M))
    named = {name: getattr(row, name) for name in registry_file.COLUMNS if name in _FIELDS}
    return {name: value for name, value in {**named, "location": place}.items() if value is not None}


def _is_own(record: Record, write: str, office_id: str) -> bool:
    """Whether a live write came from a register: by the office, and not by a person who decided."""
    author = record.authors[write]
    return author.device == office_id and author.by is None


def _is_touched(record: Record, office_id: str) -> bool:
    return any(not _is_own(record, write, office_id) for live in record.live.values() for write in live)


_LINES = (
    select(CHANGES.c.record, CHANGES.c.line)
    .where(CHANGES.c.record.in_(bindparam("ids", expanding=True)))
    .where(CHANGES.c.device == bindparam("office"), CHANGES.c.by.is_(None))
    .order_by(CHANGES.c.seq)
)


def _said_before(tx: Connection, office_id: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What registers said last about each field of some records, also where that is live no more."""
    said: dict[str, dict[str, Any]] = {}
    for some in rows.chunks(ids):
        for row in tx.execute(_LINES, {"ids": some, "office": office_id}):
            change = changes.read_line(bytes(row.line), 0).change
            if change is not None:
                said.setdefault(row.record, {}).update(msgspec.json.decode(change.set))
    return said


def _update(
    record: Record,
    row: Row,
    values: Mapping[str, Any],
    office_id: str,
    said: Mapping[str, Any],
    tally: _Tally,
) -> Entry | None:
    changed: dict[str, Any] = {}
    over: dict[str, list[str]] = {}
    for name, value in values.items():
        live = record.live.get(name, {})
        own = sorted(write for write in live if _is_own(record, write, office_id))
        others = len(live) > len(own)
        if value in live.values() or (others and said.get(name) == value):
            continue
        if others and _FIELDS[name].rule.name != "review":
            shown = record.values.get(name)
            tally.remarks.append(Remark(row.line, f"{name}: {value} is left out; {shown} was entered since."))
            continue
        changed[name] = value
        if own:
            over[name] = own
    if not changed:
        return None
    was = {name: record.values[name] for name in changed if record.values.get(name) is not None}
    return Entry(kind="establishment", record=record.id, set=changed, over=over, was=was)

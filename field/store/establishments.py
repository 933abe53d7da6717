"""Importing a register of establishments: read rows, decide what is new, write it as the office's changes.

A register that is imported again changes nothing. What somebody found out in the field, or a supervisor
decided, is never overwritten by a register: where the register says something new about it, that becomes a
candidate beside the other (fields under review) or a remark. Links to other establishments are looked up when
the whole file is in, so that a row may name one that stands below it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.clock import Clock
from field.inspections import registry_file
from field.inspections.establishments import LINKS
from field.inspections.fields import Place
from field.inspections.registry_file import Row, plain
from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.store import disagreements, districts, links, office, register_runs, rows
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.import_runs import Source
from field.store.links import Linked
from field.store.office import Entry
from field.store.register_runs import Registered, Run
from field.store.registrations import Registrations, record_id
from field.sync import changes
from field.sync.changes import BATCH_LINES_MAX
from field.sync.kinds import KINDS
from field.sync.merge import Record

__all__ = ["Registered", "import_file", "record_id"]

PLACE_ACCURACY_M = 100.0
"""A register does not say how good its places are; a tablet's fix says so, and is mostly better."""

_FIELDS = KINDS["establishment"].fields
_UNIONS = KINDS["establishment"].by_rule["union"]
_OF_ROW = tuple(
    name for name in registry_file.COLUMNS if name in _FIELDS and name not in LINKS and name != "aliases"
)


def import_file(
    store: Store,
    clock: Clock,
    office_id: str,
    source: Source,
    told: Callable[[Reject], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Registered:
    """Import a register (see `registry_file.read`), a batch of rows at a time.

    `told` hears of each reject, `progress` how many rows are done. Raises Problem refused where there are no
    districts yet, and unknown-format for what is no register. A run that was cut off is repeated: what it
    wrote is recognised.
    """
    with store.read() as tx:
        index = districts.load_index(tx)
        known = Registrations(tx)
    missing = "" if index.districts else "There are no districts yet. Import their boundaries first."
    found = fingerprint(source.file)
    try:
        read = registry_file.read(source.file, found.encoding, index, source.columns)
    except Problem as problem:
        # Whoever has two things to put right hears of both.
        raise Problem(problem.code, f"{problem.detail} {missing}".strip()) from problem
    if missing:
        raise Problem("refused", missing)
    run = register_runs.begin(store, clock, "establishments", source, found.sha256, told)
    importing = _Importing(store, clock, office_id, run, known)
    for batch in _batches(read):
        importing.write(batch)
        progress(run.done.rows)
    importing.link()
    register_runs.finish(store, run, clock.now_ms())
    return run.done


def _batches(source: Iterator[Row | Reject | Remark]) -> Iterator[list[Row | Reject | Remark]]:
    while batch := list(islice(source, BATCH_LINES_MAX)):
        yield batch


class _Importing:
    """A register on its way into the database."""

    def __init__(self, store: Store, clock: Clock, office_id: str, run: Run, known: Registrations) -> None:
        self._store, self._clock, self._office, self._run = store, clock, office_id, run
        self._known = known
        self._lines: dict[str, int] = {}
        self._linked: list[Linked] = []
        self._as_before: set[str] = set()
        """Of the units with links: those that are as before, as long as their links are."""

    def write(self, batch: Sequence[Row | Reject | Remark]) -> None:
        """Write what some rows say; remember their links for later."""
        some, ids = [], {}
        for each in batch:
            if isinstance(each, Row):
                id = self._meant(each)
                if id is not None:
                    some.append(each)
                    ids[each.line] = id
            elif isinstance(each, Reject):
                self._run.reject(each)
            else:
                self._run.remark(each)
        with self._store.read() as tx:
            open_ids = disagreements.open_of(tx, ids.values())
        wanted = []
        for row in some:
            id = ids[row.line]
            # A row without a place says nothing new about where the place is.
            undecided = row.lat is None and id in open_ids
            wanted.append(_Wanted(id, row.line, row.remarks, _values(row, without_district=undecided)))
            if row.branch_of is not None or row.principals:
                self._linked.append(Linked(id, row.line, row.branch_of, row.principals))
        outcomes = self._save(wanted)
        with_links = {ids[row.line] for row in some if row.branch_of is not None or row.principals}
        self._as_before |= with_links & {id for id, what in outcomes if what == "unchanged"}
        for _, what in outcomes:
            setattr(self._run.done, what, getattr(self._run.done, what) + 1)
        told = {ids[row.line]: row for row in some if row.lat is not None}
        disagreements.keep(
            self._store,
            self._run.id,
            self._clock.now_ms(),
            {id: (row.line, row.disagreement) for id, row in told.items()},
        )

    def _meant(self, row: Row) -> str | None:
        """The establishment of a row, also a new one; None where that cannot be told, which is a reject.

        Who was registered in the field, or has another number since, is not made a second time.
        """
        number = row.registration_no
        id = self._known.find(number) or record_id(number)
        first = self._lines.setdefault(id, row.line)
        if self._known.is_doubled(number):
            reason = self._known.why_not(number)
        elif first != row.line:
            reason = (
                f"The unit of line {first} has had this number too. Keep the line with its number of now."
            )
        else:
            return id
        self._run.reject(Reject(row.line, "registration_no", number[:80], reason))
        return None

    def link(self) -> None:
        """Write the links of all rows, now that every unit of the file is there."""
        if not self._linked:
            return
        with self._store.read() as tx:
            resolved = links.resolve(tx, self._linked)
        for reject in resolved.rejects:
            self._run.reject(reject)
        wanted = [_Wanted(each.id, each.line, (), each.values) for each in resolved.found if each.values]
        for start in range(0, len(wanted), BATCH_LINES_MAX):
            for id, what in self._save(wanted[start : start + BATCH_LINES_MAX]):
                if what == "changed" and id in self._as_before:
                    self._run.done.changed += 1
                    self._run.done.unchanged -= 1

    def _save(self, wanted: Sequence["_Wanted"]) -> list[tuple[str, str]]:
        """Bring the records to what the rows say and no further; what became of each."""
        outcomes: list[tuple[str, str]] = []
        remarks: list[Remark] = []

        def choose(tx: Connection) -> list[Entry]:
            # Asked anew where somebody else imports at the same time: what they made is there then.
            outcomes.clear()
            remarks.clear()
            return self._decided(tx, wanted, outcomes, remarks)

        office.decide(self._store, self._clock, self._office, choose)
        for remark in remarks:
            self._run.remark(remark)
        return outcomes

    def _decided(
        self,
        tx: Connection,
        wanted: Sequence["_Wanted"],
        outcomes: list[tuple[str, str]],
        remarks: list[Remark],
    ) -> list[Entry]:
        held, _ = rows.load(self._store, tx, [each.id for each in wanted])
        touched = [id for id, record in held.items() if _is_touched(record, self._office)]
        said_before = _said_before(tx, self._office, touched)
        entries: list[Entry] = []
        for each in wanted:
            remarks += [Remark(each.line, detail) for detail in each.remarks]
            record = held.get(each.id)
            if record is None:
                outcomes.append((each.id, "added"))
                entries.append(Entry(kind="establishment", record=each.id, op="create", set=each.values))
                continue
            entry, told = _update(record, each, self._office, said_before.get(each.id, {}))
            remarks += told
            outcomes.append((each.id, "unchanged" if entry is None else "changed"))
            entries += [] if entry is None else [entry]
        return entries


class _Wanted(msgspec.Struct, frozen=True):
    """What a row wants a record to say."""

    id: str
    line: int
    remarks: Sequence[str]
    values: Mapping[str, Any]


def _values(row: Row, *, without_district: bool) -> dict[str, Any]:
    """What a row says; an empty cell says nothing."""
    place = None
    if row.lat is not None and row.lon is not None:
        place = msgspec.to_builtins(Place(row.lat, row.lon, PLACE_ACCURACY_M))
    named = {name: getattr(row, name) for name in _OF_ROW}
    if without_district:
        named["district"] = None
    found = {**named, "location": place, "aliases": list(row.aliases) or None}
    return {name: value for name, value in found.items() if value is not None}


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
    """What registers said last about each field of some records, also where that is live no more.

    Of a list: all that they ever put on it.
    """
    said: dict[str, dict[str, Any]] = {}
    for some in rows.chunks(ids):
        for row in tx.execute(_LINES, {"ids": some, "office": office_id}):
            change = changes.read_line(bytes(row.line), 0).change
            if change is not None:
                known, now = said.setdefault(row.record, {}), msgspec.json.decode(change.set)
                for name in _UNIONS & now.keys():
                    now[name] = sorted({*(known.get(name) or ()), *(now[name] or ())})
                known.update(now)
    return said


def _update(
    record: Record, wanted: _Wanted, office_id: str, said: Mapping[str, Any]
) -> tuple[Entry | None, list[Remark]]:
    """The change that brings a record to what a row says, if any, and remarks on what is left out."""
    changed: dict[str, Any] = {}
    over: dict[str, list[str]] = {}
    remarks = []
    for name, value in wanted.values.items():
        live = record.live.get(name, {})
        own = sorted(write for write in live if _is_own(record, write, office_id))
        others = len(live) > len(own)
        if value in live.values() or (others and said.get(name) == value):
            continue
        if name == "status" and not live and value == "open":
            continue
        if name == "registration_no" and plain(value) in {plain(each or "") for each in live.values()}:
            continue  # the same number, spaced otherwise
        rule = _FIELDS[name].rule.name
        if rule == "union":
            shown = {each for writes in live.values() for each in writes or ()}
            # What somebody took off the list is not put on again because a register repeats it.
            value = [each for each in value if each in shown or each not in (said.get(name) or ())]
            mine = {each for write in own for each in live[write] or ()}
            if set(value) == mine or (not own and set(value) <= shown):
                continue
        elif others and rule != "review":
            entered = record.values.get(name)
            remarks.append(Remark(wanted.line, f"{name}: {value} is left out; {entered} was entered since."))
            continue
        changed[name] = value
        if own:
            over[name] = own
    if not changed:
        return None, remarks
    was = {name: record.values[name] for name in changed if record.values.get(name) is not None}
    if "status" in changed:
        was.setdefault("status", "open")
    return Entry(kind="establishment", record=record.id, set=changed, over=over, was=was), remarks

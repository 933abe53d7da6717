"""Bringing in a visit's wage register from a file: its rows become wage lines of the report.

What stands in the report already is not entered twice, and what somebody typed is never overwritten: a row
that says something else is told. The same file again changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from field.clock import Clock
from field.inspections.masking import hide_cnics
from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.recovery import register_file, register_matching
from field.recovery.money import show
from field.recovery.register_file import PAISA, RegisterRow, TotalRow
from field.recovery.register_matching import Entered, HeldLine, Match
from field.store import audit, checks_shown, office, register_checks, rows, tables
from field.store.checks_shown import Place
from field.store.engine import Store
from field.store.import_runs import LISTED_MAX, Source, day_of
from field.store.office import Entry
from field.store.register_checks import FILES
from field.sync.changes import BATCH_LINES_MAX, Private, commit
from field.sync.landing import derived_id
from field.sync.merge import Record
from field.sync.signing import b64

TOTALS = tables.RegisterTotal.__table__  # type: ignore[attr-defined]  # SQLModel adds it

SALT_BYTES = 16
ATTEMPTS = 3

_WORDS = {
    "wage_rs": "wage",
    "days": "days",
    "declared_wage_rs": "declared wage",
    "registered": "card",
    "by_day": "way of paying (by the month, by the day)",
}


class Brought(msgspec.Struct):
    """What became of the rows of a register's file.

    `unchanged` came from a file before; `repeated` stand in the report already, typed by somebody or
    withdrawn since, and a remark tells of each. `rejects` and `remarks` are the first 1,000 of each.
    `totals` are the file's own rows of totals beside what its lines make.
    """

    file_name: str
    added: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: int = 0
    remarked: int = 0
    rejects: list[Reject] = []
    remarks: list[Remark] = []
    totals: list[TotalRow] = []


class _File(msgspec.Struct, frozen=True):
    """A file that was read: its rows, and what is told about others."""

    sha256: str
    rows: tuple[RegisterRow, ...]
    totals: tuple[TotalRow, ...]
    rejects: tuple[Reject, ...]
    remarks: tuple[Remark, ...]


def import_file(
    store: Store,
    clock: Clock,
    office_id: str,
    report: str,
    source: Source,
    *,
    person: str | None = None,
    month: str = "",
    told: Callable[[Reject], None] = lambda _: None,
) -> Brought:
    """Bring in a register (see `register_file.read`) for a report; `month` is that of rows that name none.

    The lines are written by the office's device, for `person`, or for nobody where that is None; each one's
    history names the file and its line. `told` hears of each reject. Raises Problem not-found for no report,
    refused for a withdrawn one, unknown-format and too-large for a file that is no register, bad-request for
    no month.
    """
    place = _open_report(store, report)
    read = _read(source, clock, month)
    for reject in read.rejects:
        told(reject)
    written: set[str] = set()
    for attempt in range(ATTEMPTS):
        done = _told(source.name, read)
        entries = _decide(store, clock, office_id, report, place, source, read, person, done)
        try:
            _write(store, clock, office_id, entries, written)
        except _MeanwhileError:
            # Somebody else is bringing in the same rows: they are recognised when looked at anew.
            if attempt == ATTEMPTS - 1:
                detail = "Somebody else is bringing in this register. Wait for it, and then send it again."
                raise Problem("busy", detail) from None
            continue
        break
    # What a first attempt wrote is no line that stood in the report before.
    first = len(written) - len(entries)
    done.added, done.unchanged = done.added + first, done.unchanged - first
    _keep(store, clock, report, place, source, read, month, done, person)
    return done


class _MeanwhileError(Exception):
    """A line that was to be entered was entered by somebody else since."""


def _write(store: Store, clock: Clock, office_id: str, entries: Sequence[Entry], written: set[str]) -> None:
    """Enter lines, a batch in a transaction; note in `written` which. Nothing of a batch is sent in vain: a
    line refused as made twice would be shown to supervisors, who can do nothing about it.
    """
    for start in range(0, len(entries), BATCH_LINES_MAX):
        some = entries[start : start + BATCH_LINES_MAX]

        def new(tx: Connection, some: Sequence[Entry] = some) -> Sequence[Entry]:
            if rows.places(tx, [entry.record for entry in some]):
                raise _MeanwhileError
            return some

        office.decide(store, clock, office_id, new)
        written.update(entry.record for entry in some)


def _open_report(store: Store, report: str) -> Place:
    with store.read() as tx:
        place = checks_shown.place_of(tx, report)
        records, _ = rows.load(store, tx, [report] if place else [])
    if place is None:
        raise Problem("not-found", "There is no such report.")
    if rows.is_out(records[report]):
        raise Problem("refused", "This report is withdrawn: no lines can be brought in. Restore it first.")
    return place


def _read(source: Source, clock: Clock, month: str) -> _File:
    found = fingerprint(source.file)
    parts: dict[type, list[Any]] = {kind: [] for kind in (RegisterRow, TotalRow, Reject, Remark)}
    for each in register_file.read(source.file, found.encoding, day_of(clock), month, source.columns):
        parts[type(each)].append(each)
    read, totals, rejects, remarks = (tuple(parts[kind]) for kind in (RegisterRow, TotalRow, Reject, Remark))
    return _File(found.sha256, read, totals, rejects, remarks)


def _told(name: str, read: _File) -> Brought:
    return Brought(
        hide_cnics(name[:300]),
        rejected=len(read.rejects),
        remarked=len(read.remarks),
        rejects=list(read.rejects[:LISTED_MAX]),
        remarks=list(read.remarks[:LISTED_MAX]),
        totals=list(read.totals),
    )


def _decide(
    store: Store,
    clock: Clock,
    office_id: str,
    report: str,
    place: Place,
    source: Source,
    read: _File,
    person: str | None,
    done: Brought,
) -> list[Entry]:
    """The office's changes that enter what is new; the rest is counted and told in `done`."""
    with store.read() as tx:
        records, _ = rows.load(store, tx, [place.visit], by_root=True)
    lines = [each for each in records.values() if each.kind == "wage_line" and each.parent == report]
    held = [_held(store, each) for each in lines if not rows.is_out(each) and _is_whole(each)]
    matches = register_matching.match([_entered(store, row) for row in read.rows], held)
    entries = []
    for row, match in zip(read.rows, matches, strict=True):
        # Keyed: an id made of a CNIC without a key would tell it to whoever tries them all.
        id = derived_id(f"register {report} {store.sealer.match(match.key.encode()).hex()}")
        if match.held is None and id not in records:
            done.added += 1
            entries.append(_entry(clock, report, id, row, done.file_name, source.by, person))
            continue
        _tell(done, row, match, records[match.held.id if match.held else id], office_id)
    return entries


def _is_whole(record: Record) -> bool:
    return record.values.get("month") is not None and record.values.get("wage_rs") is not None


def _is_from_file(record: Record, office_id: str) -> bool:
    """Whether a line was made by the office: only files make it do that."""
    return any(record.authors[write].device == office_id for write in record.live.get("report", ()))


def _tell(done: Brought, row: RegisterRow, match: Match, record: Record, office_id: str) -> None:
    """Count a row that stands in the report already, and say what a person should look at."""
    if rows.is_out(record):
        words = "This line was brought in before and withdrawn since: it is not entered again."
    elif match.differs:
        differs = " and ".join(_WORDS[name] for name in match.differs)
        words = (
            f"This worker stands in the report for {row.month} with another {differs} than here (line "
            f"{record.id}). Nothing was changed: correct the line in the report if the register is right."
        )
    elif not _is_from_file(record, office_id):
        words = f"This line stands in the report already (line {record.id}): it is counted once."
    else:
        done.unchanged += 1
        return
    done.repeated += 1
    done.remarked += 1
    if len(done.remarks) < LISTED_MAX:
        done.remarks.append(Remark(row.line, words))


def _entry(
    clock: Clock, report: str, id: str, row: RegisterRow, file_name: str, by: str, person: str | None
) -> Entry:
    salt = b64(clock.token(SALT_BYTES))
    personal = {name: getattr(row, name) for name in ("worker_name", "cnic") if getattr(row, name)}
    opened: Private = {commit(salt, value): (salt, value) for value in personal.values()}
    said: dict[str, Any] = {
        "report": report,
        "month": row.month,
        "wage_rs": row.wage_rs,
        "days": row.days,
        "declared_wage_rs": row.declared_wage_rs,
        "registered": row.registered,
        "by_day": row.by_day,
        "remarks": _exact(row),
        **{name: commit(salt, value) for name, value in personal.items()},
    }
    return Entry(
        kind="wage_line",
        record=id,
        op="create",
        set={name: value for name, value in said.items() if value is not None},
        by=person,
        reason=f"{file_name}, line {row.line}, brought in by {by}",
        private=opened,
    )


def _exact(row: RegisterRow) -> str | None:
    """The wage as the register has it, where that is no whole rupees."""
    return f"The register has {show(Decimal(row.wage_paisa) / PAISA)}." if row.wage_paisa % PAISA else None


def _entered(store: Store, row: RegisterRow) -> Entered:
    return _compared(
        store, row.cnic, row.worker_name, {name: getattr(row, name) for name in ("month", *_WORDS)}
    )


def _held(store: Store, record: Record) -> HeldLine:
    cnic, name = (register_checks.opened(record, name) for name in ("cnic", "worker_name"))
    values = {name: record.values.get(name) for name in ("month", *_WORDS)}
    # A line that says nothing is one by the month.
    values["by_day"] = bool(values["by_day"])
    return HeldLine(record.id, _compared(store, cnic, name, values))


def _compared(store: Store, cnic: str, name: str, values: Mapping[str, Any]) -> Entered:
    """What is compared of a line: CNIC and name hashed, whatever signs are between their letters."""
    digits, _ = register_checks.cnic_of(cnic)
    plain = [digits or _letters(cnic), _letters(name)]
    hashed = [store.sealer.match(each.encode()).hex() if each else "" for each in plain]
    return Entered(cnic=hashed[0], name=hashed[1], **values)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _keep(
    store: Store,
    clock: Clock,
    report: str,
    place: Place,
    source: Source,
    read: _File,
    month: str,
    done: Brought,
    person: str | None,
) -> None:
    """Write down that the file was brought in, with its totals; once for the same file read the same way."""
    way = {"columns": dict(source.columns), "month": month, "reading": register_file.READING}
    key = {
        "report": report,
        "file_hash": read.sha256,
        "way": msgspec.json.encode(way, order="deterministic").decode(),
    }
    named = {"file_name": done.file_name, "by": source.by[:200], "at_ms": clock.now_ms()}
    counts = {name: getattr(done, name) for name in ("added", "unchanged", "repeated", "rejected")}
    with store.write() as tx:
        id = clock.uuid7()
        rows.insert_new(store, tx, FILES, [{"id": id, **key, **named, **counts}])
        if not _is_kept(tx, id):
            return
        facts = {"kind": "register", "file": read.sha256, **counts}
        actor = person or source.actor
        audit.note(tx, "imported", clock.now_ms(), by=actor, about=[report, id], **facts)
        if read.totals:
            tx.execute(insert(TOTALS), _totals(id, read.totals))
            rows.mark_stale(store, tx, {place.visit: id}, clock.now_ms())


def _is_kept(tx: Connection, id: str) -> bool:
    return tx.execute(select(FILES.c.id).where(FILES.c.id == id)).first() is not None


def _totals(id: str, totals: Sequence[TotalRow]) -> list[dict[str, Any]]:
    return [
        {
            "file": id,
            "line": total.line,
            "name": total.column,
            "month": total.month,
            "stated_paisa": total.stated_paisa,
            "found_paisa": total.found_paisa,
        }
        for total in totals
    ]

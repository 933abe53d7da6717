"""Receipts of reports: made once a report has landed, kept for ever, compared with what the report is now."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from field.store import pulls, receipt_tables, registry, rows
from field.store.due_receipts import DUE
from field.store.engine import Store
from field.store.holding import CHANGES
from field.store.rows import RECORDS, is_out
from field.sync import report_receipts
from field.sync.keyring import key_id
from field.sync.merge import Record
from field.sync.receipts import LANDED
from field.sync.report_receipts import LineSaid, ReportReceipt, Statement
from field.sync.signing import ServerKey

RECEIPTS = receipt_tables.ReportReceipt.__table__  # type: ignore[attr-defined]  # SQLModel adds it

ERASED = {"erased"}

State = Literal["as-received", "added-to", "corrected", "withdrawn", "disputed", "not-here", "not-issued"]


class Issued(msgspec.Struct, frozen=True):
    """A receipt as it was made, and the statement whose hash it bears."""

    report: str
    text: str
    statement: str
    issued_ms: int


class ReceiptStanding(msgspec.Struct, frozen=True):
    """What became of a report since its receipt: how many entries added to it, corrected it, erased in it."""

    state: State
    added: int = 0
    corrected: int = 0
    erased: int = 0


_DUE = select(DUE.c.report).order_by(DUE.c.since_ms, DUE.c.report).limit(bindparam("most"))
_DUE_OF = select(DUE.c.report).where(DUE.c.report.in_(bindparam("ids", expanding=True)))
_TAKE = delete(DUE).where(DUE.c.report == bindparam("id"))


def issue(store: Store, key: ServerKey, now_ms: int, at_once: int, only: Sequence[str] | None = None) -> int:
    """Make receipts for reports that have none, at most so many; how many were made.

    `only`: those of these reports. Any number of processes may do so at once: each report gets one.
    """
    with store.read() as tx:
        query = (_DUE, {"most": at_once}) if only is None else (_DUE_OF, {"ids": list(only)})
        due = [str(id) for (id,) in tx.execute(*query)]
    for report in due:
        with store.write() as tx:
            # Whoever removes the mark makes the receipt; others wait for it and find it gone.
            if tx.execute(_TAKE, {"id": report}).rowcount:
                _make(store, tx, key, report, now_ms)
    return len(due)


def _make(store: Store, tx: Connection, key: ServerKey, report: str, now_ms: int) -> None:
    known = tx.execute(select(RECEIPTS.c.report).where(RECEIPTS.c.report == report)).first()
    here = _Here.load(store, tx, report)
    if known is not None or here is None:
        return
    said = here.statement()
    receipt = ReportReceipt(
        key=key_id(key.public),
        report=report,
        received_s=max(line.received_ms for line in here.lines) // 1000,
        establishment_part=report_receipts.part(said.establishment),
        device_part=report_receipts.part(said.device),
        epoch_part=report_receipts.part(pulls.epoch(tx)),
        n=here.report.n,
        digest=said.digest(),
    )
    text = report_receipts.made(receipt, key)
    row = {"report": report, "text": text, "statement": said.text(), "issued_ms": now_ms}
    tx.execute(insert(RECEIPTS), row)


class _Line(msgspec.Struct, frozen=True):
    said: LineSaid
    record: str
    op: str
    set: frozenset[str]
    by: str | None
    received_ms: int


class _Body(msgspec.Struct):
    op: str = ""
    set: dict[str, msgspec.Raw] = {}


_body = msgspec.json.Decoder(_Body)

_LINES = (
    select(
        CHANGES.c.t,
        CHANGES.c.device,
        CHANGES.c.seq,
        CHANGES.c.hash,
        CHANGES.c.record,
        CHANGES.c.line,
        CHANGES.c.by,
        CHANGES.c.received_ms,
    )
    .where(CHANGES.c.record.in_(bindparam("ids", expanding=True)), CHANGES.c.status.in_(sorted(LANDED)))
    .order_by(CHANGES.c.t, CHANGES.c.device, CHANGES.c.seq)
)


class _Here(msgspec.Struct, frozen=True):
    """A report as it is now: its record, its visit, what belongs to it, and every line that made it so."""

    report: Record
    visit: Record
    photos: tuple[Record, ...]
    lines: tuple[_Line, ...]
    registration_no: str | None

    @classmethod
    def load(cls, store: Store, tx: Connection, id: str) -> "_Here | None":
        root = tx.execute(select(RECORDS.c.root).where(RECORDS.c.id == id, RECORDS.c.kind == "report"))
        visit_id = root.scalar_one_or_none()
        if visit_id is None:
            return None
        records, _ = rows.load(store, tx, [visit_id], by_root=True, bare=True)
        below = [each for each in records.values() if each.parent == id and each.kind != "conflict"]
        lines = _lines(tx, [id, *(each.id for each in below)])
        unit = registry.by_id(tx, [records[visit_id].values["establishment"]])
        number = next((each.values.get("registration_no") for each in unit.values()), None)
        photos = tuple(sorted((each for each in below if each.kind == "photo"), key=lambda each: each.id))
        return cls(records[id], records[visit_id], photos, tuple(lines), number)

    def statement(self) -> Statement:
        """What there is to attest."""
        made = next(each for each in self.lines if each.record == self.report.id and each.op == "create")
        return Statement(
            report=self.report.id,
            establishment=self.visit.values["establishment"],
            registration_no=self.registration_no,
            device=made.said.device,
            by=made.by,
            lines=report_receipts.ordered(each.said for each in self.lines),
            photos=tuple((each.id, each.values["sha256"]) for each in self.photos),
        )


def _lines(tx: Connection, ids: Iterable[str]) -> list[_Line]:
    found = []
    for some in rows.chunks(ids):
        for t, device, seq, hash, record, line, by, received_ms in tx.execute(_LINES, {"ids": some}):
            body = _body.decode(bytes(line))
            said = LineSaid(t, device, seq, hash)
            found.append(_Line(said, record, body.op, frozenset(body.set), by, received_ms))
    return found


_OF = select(RECEIPTS).where(RECEIPTS.c.report.in_(bindparam("ids", expanding=True)))


def of(tx: Connection, reports: Iterable[str]) -> list[Issued]:
    """The receipts of some reports, as far as they were made, by report."""
    return [
        Issued(row.report, row.text, bytes(row.statement).decode(), row.issued_ms)
        for ids in rows.chunks(reports)
        for row in tx.execute(_OF.order_by(RECEIPTS.c.report), {"ids": ids})
    ]


def standing(store: Store, tx: Connection, text: str, receipt: ReportReceipt) -> ReceiptStanding:
    """What became of the report of a genuine receipt since."""
    here = _Here.load(store, tx, receipt.report)
    issued = of(tx, [receipt.report])
    if here is None:
        return ReceiptStanding("not-here")
    if issued and issued[0].text == text:
        attested = {
            line.partition(" ")[2] for line in issued[0].statement.splitlines() if line.startswith("line ")
        }
    elif here.statement().digest() == receipt.digest:
        # The office's own copy is gone, as after a restore; what it stood for is here and the same.
        attested = {each.said.hash for each in here.lines}
    else:
        return ReceiptStanding("not-issued")
    later = [each for each in here.lines if each.said.hash not in attested]
    erased = [each for each in later if each.set and each.set <= ERASED]
    added = [each for each in later if each.op == "create"]
    corrected = len(later) - len(erased) - len(added)
    state: State = "corrected" if corrected else "added-to" if added else "as-received"
    if is_out(here.report) or is_out(here.visit):
        state = "withdrawn"
    elif "withdrawn" in (*here.report.disputed, *here.visit.disputed):
        state = "disputed"
    return ReceiptStanding(state, len(added), corrected, len(erased))

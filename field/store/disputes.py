"""A conflict, opened with all that a supervisor needs to decide it, or to take a decision back."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.inspections.masking import masked
from field.recovery.money import to_json
from field.recovery.statute import Statute
from field.store import decided, devices, effects, people, proofs, rows, statute
from field.store.decided import DecisionShown
from field.store.effects import Effect
from field.store.engine import Store
from field.store.flags import Rupees
from field.store.holding import CHANGES
from field.store.proofs import Proofs
from field.store.shown import EstablishmentBrief, VisitBrief, establishment_of, in_clear, visit_of
from field.sync import changes, wire
from field.sync.changes import Change, Private
from field.sync.kinds import KINDS
from field.sync.merge import Record


class Candidate(msgspec.Struct, frozen=True):
    """One side of a dispute: what was written, by whom, on which tablet, when (ms)."""

    write: str
    value: Any
    by: str | None
    device: str
    t: int


class Dispute(msgspec.Struct, frozen=True):
    """What a conflict is about: a field of a record, and what is written there side by side."""

    record: str
    of: str
    about: str
    open: bool
    candidates: list[Candidate]


class Side(msgspec.Struct, frozen=True):
    """A candidate, opened. `masked`: the value is personal and is shown in part.

    Where money hangs on it: what the wage line by itself, and what its whole report would make due if this
    candidate were kept, by which dated rows; `remarks` are those of the whole report.
    """

    write: str
    value: Any
    masked: bool
    by: str | None
    by_name: str | None
    device: str
    device_name: str | None
    t: int
    line_due_rs: Rupees | None = None
    report_due_rs: Rupees | None = None
    rate_row_ids: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Before(msgspec.Struct, frozen=True):
    """What all candidates saw and replaced."""

    write: str
    value: Any
    masked: bool
    by: str | None
    by_name: str | None
    t: int


class ConflictOpened(msgspec.Struct, frozen=True):
    """A conflict with all that it takes to decide it.

    `before` is None where nothing was replaced by all. `others` are the record's other values, on which all
    agree, personal ones (`masked`) in part; `disputed` its other fields in dispute, left out of `others`.
    `proofs` is the evidence of its report, `decisions` what was decided about it so far.
    """

    id: str
    open: bool
    district: str | None
    record: str
    of: str
    about: str
    establishment: EstablishmentBrief | None
    visit: VisitBrief | None
    before: Before | None
    candidates: tuple[Side, ...]
    others: dict[str, Any]
    masked: tuple[str, ...]
    disputed: tuple[str, ...]
    history: str
    proofs: Proofs | None = None
    decisions: tuple[DecisionShown, ...] = ()


def opened(
    store: Store, tx: Connection, id: str, districts: Collection[str] | None = None
) -> ConflictOpened | None:
    """One conflict, open or decided, for somebody who holds `districts` (None: all).

    None where there is no such one.
    """
    conflict = rows.load(store, tx, [id])[0].get(id)
    if conflict is None or conflict.kind != "conflict":
        return None
    dispute = msgspec.convert(conflict.values, Dispute)
    records, _ = rows.load(store, tx, [conflict.root], by_root=True)
    root, record = records[conflict.root], records[dispute.record]
    before = _before(store, tx, dispute)
    establishment = root.id if root.kind == "establishment" else root.values.get("establishment")
    authors = {each.by for each in dispute.candidates} | {root.values.get("inspector")}
    names = people.names(tx, {by for by in (*authors, before.by if before else None) if by is not None})
    tablets = devices.names(tx, {each.device for each in dispute.candidates})
    law = statute.load(tx)
    others, hidden = in_clear(record, record.disputed)
    others.pop(dispute.about, None)
    return ConflictOpened(
        id=id,
        open=dispute.open,
        district=root.values.get("district"),
        record=record.id,
        of=record.kind,
        about=dispute.about,
        establishment=establishment_of(tx, establishment),
        visit=visit_of(root, names),
        before=before and msgspec.structs.replace(before, by_name=names.get(before.by or "")),
        candidates=tuple(
            _side(each, dispute, conflict.private, records, names, tablets, law)
            for each in dispute.candidates
        ),
        others=others,
        masked=tuple(name for name in hidden if name != dispute.about),
        disputed=tuple(name for name in record.disputed if name != dispute.about),
        history=f"/api/records/{record.id}/history",
        proofs=proofs.of_record(tx, records, record, districts),
        decisions=decided.about(store, tx, record, dispute.about),
    )


def _side(
    candidate: Candidate,
    dispute: Dispute,
    private: Private,
    records: Mapping[str, Record],
    names: Mapping[str, str],
    tablets: Mapping[str, str],
    law: Statute,
) -> Side:
    value, hidden = _value(dispute, candidate.value, private)
    side = Side(
        write=candidate.write,
        value=value,
        masked=hidden,
        by=candidate.by,
        by_name=names.get(candidate.by or ""),
        device=candidate.device,
        device_name=tablets.get(candidate.device),
        t=candidate.t,
    )
    effect = effect_of(dispute, candidate.value, records, law)
    if effect is None:
        return side
    alone, whole = effect
    return msgspec.structs.replace(
        side,
        line_due_rs=None if alone is None else to_json(alone.due_rs),
        report_due_rs=to_json(whole.due_rs),
        rate_row_ids=(alone or whole).rate_row_ids,
        remarks=whole.remarks,
    )


def effect_of(
    dispute: Dispute, value: Any, records: Mapping[str, Record], law: Statute
) -> tuple[Effect | None, Effect] | None:
    """What the line by itself and its whole report would make due with a value in dispute.

    Of a report or an answer there is no line; None for what no money hangs on.
    """
    record = records.get(dispute.record)
    if record is None or dispute.of not in MONEY:
        return None
    after = effects.with_value(record, dispute.about, value)
    report = records.get(record.id if dispute.of == "report" else record.parent or "")
    visit = records.get(record.root)
    if report is None or visit is None:
        return None
    whole = effects.of_report({**records, after.id: after}, visit.id, report.id, law)
    return (effects.of_line(visit, report, after, law) if dispute.of == "wage_line" else None), whole


def span(dispute: Dispute, records: Mapping[str, Record], law: Statute) -> tuple[Decimal, Decimal] | None:
    """The least and the most that is due, whichever candidate is kept; None where no money hangs on it.

    Of a wage line what it makes due by itself: of `records` its report and visit are enough for that.
    """
    record = records.get(dispute.record)
    if record is None or dispute.of not in MONEY:
        return None
    report = records.get(record.id if dispute.of == "report" else record.parent or "")
    visit = records.get(record.root)
    if report is None or visit is None:
        return None
    due = []
    for each in dispute.candidates:
        after = effects.with_value(record, dispute.about, each.value)
        if dispute.of == "wage_line":
            due.append(effects.of_line(visit, report, after, law).due_rs)
        else:
            whole = effects.of_report({**records, after.id: after}, visit.id, report.id, law)
            due.append(whole.due_rs)
    if not due or (dispute.of != "wage_line" and min(due) == max(due)):
        return None
    return min(due), max(due)


MONEY = ("wage_line", "report", "answer")
"""The kinds of record on which money hangs."""


def _value(dispute: Dispute, value: Any, private: Private) -> tuple[Any, bool]:
    """A value for a supervisor's eyes, and whether it is personal. An erased one is None."""
    if dispute.about not in KINDS[dispute.of].personal or value is None:
        return value, False
    found = private.get(value)
    return (masked(dispute.about, found[1]) if found else None), True


def _before(store: Store, tx: Connection, dispute: Dispute) -> Before | None:
    """The write that all candidates name as replaced, the last one where there are several."""
    about = dispute.about
    written = _written(tx, [each.write for each in dispute.candidates])
    replaced = [set(each.change.over.get(about, ())) for each in written]
    common = set.intersection(*replaced) if len(replaced) == len(dispute.candidates) else set[str]()
    found = [each for each in _written(tx, sorted(common)) if about in each.values]
    if not found:
        return None
    last = max(found, key=lambda each: (each.t, each.change.device, each.change.seq))
    private = wire.decode_private(store.sealer.open(last.private))
    value, hidden = _value(dispute, last.values[about], private)
    by = last.change.by
    return Before(write=last.change.id, value=value, masked=hidden, by=by, by_name=None, t=last.t)


class _Written(msgspec.Struct, frozen=True):
    """A change as it arrived, with its capture time and its sealed private part."""

    change: Change
    t: int
    private: bytes | None

    @property
    def values(self) -> dict[str, Any]:
        return msgspec.json.decode(self.change.set, type=dict[str, Any])


_CHANGES = select(*(CHANGES.c[name] for name in ("seq", "line", "t", "private"))).where(
    CHANGES.c.id.in_(bindparam("ids", expanding=True))
)


def _written(tx: Connection, ids: Sequence[str]) -> list[_Written]:
    found = []
    for some in rows.chunks(ids):
        for seq, line, t, private in tx.execute(_CHANGES, {"ids": some}):
            change = changes.read_line(bytes(line), seq).change
            if change is not None:
                found.append(_Written(change, t, private))
    return found

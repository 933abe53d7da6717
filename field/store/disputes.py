"""Conflicts: the open ones as a list, and one opened with all that a supervisor needs to decide it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.inspections.masking import masked
from field.recovery.money import to_json
from field.recovery.statute import Statute
from field.store import devices, effects, people, registry, rows, statute
from field.store.effects import Effect
from field.store.engine import Store
from field.store.flags import Rupees
from field.store.holding import CHANGES
from field.store.registry import PAGE_MAX
from field.store.rows import FEED, OPEN_CONFLICTS, RECORDS, SCOPES, VISITS
from field.store.shown import EstablishmentBrief, VisitBrief, establishment_of, in_clear, visit_of
from field.sync import changes, scopes, wire
from field.sync.changes import Change, Private
from field.sync.kinds import KINDS
from field.sync.merge import Record

_SCOPE = "district/"


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


class Range(msgspec.Struct, frozen=True):
    """The least and the most that a wage line makes due by itself, whichever candidate is kept."""

    least_rs: Rupees
    most_rs: Rupees


class ConflictListed(msgspec.Struct, frozen=True):
    """An open conflict as it is listed. `record` is its own id; personal values are commitments."""

    record: str
    root: str
    values: Dispute
    district: str | None
    establishment: str | None
    establishment_name: str | None
    visit: str | None
    due: str | None
    earliest_ms: int
    effect: Range | None


class Side(msgspec.Struct, frozen=True):
    """A candidate, opened. `masked`: the value is personal and is shown in part.

    For a field of a wage line: what the line by itself, and what its whole report would make due if this
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


_OPEN = (
    select(
        FEED.c.body,
        SCOPES.c.name,
        VISITS.c.id.label("visit"),
        VISITS.c.due,
        VISITS.c.district,
        VISITS.c.establishment,
    )
    .select_from(
        OPEN_CONFLICTS.join(RECORDS, RECORDS.c.id == OPEN_CONFLICTS.c.id)
        .join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n))
        .join(SCOPES, SCOPES.c.id == RECORDS.c.scope)
        .outerjoin(VISITS, VISITS.c.id == OPEN_CONFLICTS.c.root)
    )
    .order_by(OPEN_CONFLICTS.c.id)
)


def listed(
    store: Store, tx: Connection, districts: Sequence[str] | None, after: str = "", limit: int = PAGE_MAX
) -> list[ConflictListed]:
    """Open conflicts of some districts, or of all, by id, after an id: about visits and establishments."""
    query = _OPEN.where(OPEN_CONFLICTS.c.id > after).limit(limit)
    if districts is not None:
        names = [scopes.district(district) for district in districts]
        query = query.where(VISITS.c.district.in_(districts) | SCOPES.c.name.in_(names))
    found = [(row, wire.decode_row(bytes(row.body))) for row in tx.execute(query)]
    disputes = {body.record: msgspec.convert(body.values, Dispute) for _, body in found}
    named = registry.by_id(tx, {row.establishment or body.root for row, body in found})
    ranges = _ranges(store, tx, disputes)
    return [
        ConflictListed(
            record=body.record,
            root=body.root,
            values=disputes[body.record],
            district=row.district or row.name.removeprefix(_SCOPE),
            establishment=row.establishment or body.root,
            establishment_name=named.get(row.establishment or body.root, registry.NOTHING).values.get("name"),
            visit=row.visit,
            due=row.due,
            earliest_ms=min(each.t for each in disputes[body.record].candidates),
            effect=ranges.get(body.record),
        )
        for row, body in found
    ]


def _ranges(store: Store, tx: Connection, disputes: Mapping[str, Dispute]) -> dict[str, Range]:
    """What the wage lines among the records in dispute make due, by conflict."""
    about_lines = {id: each for id, each in disputes.items() if each.of == "wage_line"}
    lines, _ = rows.load(store, tx, {each.record for each in about_lines.values()})
    above = {id for line in lines.values() for id in (line.parent, line.root) if id is not None}
    records, _ = rows.load(store, tx, above)
    law = statute.load(tx)
    found = {}
    for id, dispute in about_lines.items():
        line = lines[dispute.record]
        visit, report = records[line.root], records[line.parent or ""]
        due = [
            effects.of_line(visit, report, effects.with_value(line, dispute.about, each.value), law).due_rs
            for each in dispute.candidates
        ]
        found[id] = Range(to_json(min(due)), to_json(max(due)))
    return found


def opened(store: Store, tx: Connection, id: str) -> ConflictOpened | None:
    """One conflict, open or decided; None where there is no such one."""
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
    if dispute.of != "wage_line":
        return side
    line = effects.with_value(records[dispute.record], dispute.about, candidate.value)
    visit, report = records[line.root], records[line.parent or ""]
    alone: Effect = effects.of_line(visit, report, line, law)
    whole = effects.of_report({**records, line.id: line}, visit.id, report.id, law)
    return msgspec.structs.replace(
        side,
        line_due_rs=to_json(alone.due_rs),
        report_due_rs=to_json(whole.due_rs),
        rate_row_ids=alone.rate_row_ids,
        remarks=whole.remarks,
    )


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

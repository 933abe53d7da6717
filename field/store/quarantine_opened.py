"""A line in quarantine, opened: what it would write beside what is there, and what would follow from it."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection

from field.inspections.masking import hide_in, masked
from field.recovery.money import ZERO, to_json
from field.store import assessments, devices, people, proofs, quarantine, rows, statute, verdicts
from field.store.engine import Store
from field.store.flags import Rupees
from field.store.proofs import Proofs
from field.store.shown import EstablishmentBrief, VisitBrief, establishment_of, in_clear, visit_of
from field.sync.changes import Private
from field.sync.checks import Read
from field.sync.kinds import KINDS
from field.sync.landing import Draft, Held, Unit
from field.sync.merge import Record
from field.sync.receipts import LANDED
from field.sync.verdicts import Judged, Place

LINES_MAX = 200

ADVICE: Mapping[str, str] = {
    "unreadable": "Nobody can say what it would write. Ask its author to enter it again on the tablet.",
    "wrong-device": "It was captured under another tablet's name and could have been forged."
    " Ask its author to enter it again.",
    "seq-mismatch": "Its place in the tablet's line is not the one it names."
    " Ask its author to enter it again.",
    "id-reused": "Another entry landed under the same id. Ask its author to enter it again.",
    "storage-refused": "The database could not keep it. Ask whoever looks after the server.",
    "already-made": "The record is there already. If something in it is wrong, correct that record.",
    "server-field": "Only the office writes this. If it is right, enter it at the office.",
    "private-missing": "Its personal values did not come along, or were erased."
    " Ask its author to enter it again.",
    "cannot-undo": "The record was made by it. Withdraw the record.",
}
OTHERWISE = "It says something that cannot be, whoever allows it. If it is right, enter it anew as it can be."


class Written(msgspec.Struct, frozen=True):
    """One value that an entry writes, beside what is there now and what would be shown once it has landed.

    `masked`: personal, shown in part. `disputed`: released, it would stand beside others as a candidate.
    """

    field: str
    value: Any
    now: Any
    after: Any
    masked: bool
    disputed: bool


class HeldLine(msgspec.Struct, frozen=True):
    """One entry: who wrote it, when (ms), on which tablet, and what it writes."""

    entry: str
    id: str | None
    by: str | None
    by_name: str | None
    t: int
    kind: str | None
    record: str | None
    op: str | None
    reason: str | None
    status: str
    code: str | None
    detail: str | None
    verdict: str | None
    fields: tuple[Written, ...]


class Obstacle(msgspec.Struct, frozen=True):
    """Why an entry cannot be released, and what to do instead. `entry` is the one that it is about."""

    entry: str | None
    code: str
    detail: str
    advice: str


class ActShown(msgspec.Struct, frozen=True):
    """What a supervisor decided about the entry: release, reject or reopen (taken back), with the reason."""

    op: str
    verdict: str | None
    reason: str
    by: str | None
    by_name: str | None
    at_ms: int


class QuarantineOpened(msgspec.Struct, frozen=True):
    """An entry in quarantine with all that lands or is decided about together with it.

    `district` is the one that it concerns: its supervisors decide. `obstacle`: why it cannot be released.
    `waits_for`: released, it would wait for this record, which has not come. `due_now_rs` and `due_after_rs`
    are what the visit makes due as it stands and with the entry; None where no money hangs on it.
    `verdict` is what stands: null (undecided), released, rejected, undone.
    """

    entry: str
    device: str
    device_name: str | None
    received_ms: int
    district: str | None
    tablets_district: str | None
    verdict: str | None
    lines: tuple[HeldLine, ...]
    lines_left_out: int
    establishment: EstablishmentBrief | None
    visit: VisitBrief | None
    proofs: Proofs | None
    obstacle: Obstacle | None
    waits_for: str | None
    due_now_rs: Rupees | None
    due_after_rs: Rupees | None
    acts: tuple[ActShown, ...]


def opened(store: Store, tx: Connection, place: Place, districts: Collection[str] | None) -> QuarantineOpened:
    """One entry, for somebody who holds `districts` (None: all). Raises Problem not-found."""
    unit = quarantine.judged(store, tx, place)
    district, tablets = quarantine.districts_of(tx, place)
    trial = _Trial(store, tx, unit)
    seqs = [seq for _, seq in unit]
    acts = verdicts.acts(tx, place[0], seqs[:1])
    authors = {each.item.line.header.by for each in unit.values()} | {act.by for act in acts}
    root = trial.root
    inspector = root.values.get("inspector") if root is not None else None
    names = people.names(tx, {by for by in (*authors, inspector) if by is not None})
    now, after = trial.due()
    record = trial.first
    return QuarantineOpened(
        entry=_named(place),
        device=place[0],
        device_name=devices.names(tx, [place[0]]).get(place[0]),
        received_ms=max(each.received_ms for each in unit.values()),
        district=district,
        tablets_district=tablets,
        verdict=unit[place].verdict,
        lines=tuple(_line(at, each, trial, names) for at, each in list(unit.items())[:LINES_MAX]),
        lines_left_out=max(len(unit) - LINES_MAX, 0),
        establishment=establishment_of(tx, _establishment(root)),
        visit=visit_of(root, names) if root is not None else None,
        proofs=proofs.of_record(tx, trial.records, record, districts) if record is not None else None,
        obstacle=trial.obstacle,
        waits_for=trial.waits_for,
        due_now_rs=now,
        due_after_rs=after,
        acts=tuple(
            ActShown(act.op, act.verdict, act.reason, act.by, names.get(act.by or ""), act.at_ms)
            for act in acts
        ),
    )


def obstacle(store: Store, tx: Connection, unit: Mapping[Place, Judged]) -> Obstacle | None:
    """Why lines that are decided about together cannot be released; None where they can."""
    return _Trial(store, tx, unit).obstacle


class _Trial:
    """What would come of a release, tried on the records as they are and kept nowhere."""

    def __init__(self, store: Store, tx: Connection, unit: Mapping[Place, Judged]) -> None:
        items = [each.item for each in unit.values()]
        named = {id for item in items for id in _named_by(item.checked, item.line.header.record)}
        found, _ = rows.load(store, tx, named)
        below, _ = rows.load(store, tx, {each.root for each in found.values()}, by_root=True)
        self.records: dict[str, Record] = {**found, **below}
        self.law = statute.load(tx)
        self.obstacle: Obstacle | None = None
        self.waits_for: str | None = None
        self.after: dict[str, Record] = {}
        self.kinds = {item.checked.kind.name for item in items if isinstance(item.checked, Read)}
        waiting = [each.item for each in unit.values() if each.status not in LANDED]
        if waiting:
            self._try(waiting)
        one = items[0].line.header.record or ""
        self.first = self.after.get(one) or self.records.get(one)
        self.root = self._root(self.first)

    def _try(self, items: Sequence[Any]) -> None:
        draft = Draft(Held(records=self.records))
        outcome = draft.land(Unit(list(items)))
        self.waits_for = outcome.waits_for
        self.after = draft.records
        if outcome.refusal is not None:
            code, culprit = outcome.refusal.code, outcome.culprit
            about = None if culprit is None else _named((culprit.device, culprit.line.seq))
            self.obstacle = Obstacle(about, code, outcome.refusal.detail, ADVICE.get(code, OTHERWISE))

    def _root(self, record: Record | None) -> Record | None:
        return None if record is None else self.after.get(record.root) or self.records.get(record.root)

    def due(self) -> tuple[Rupees | None, Rupees | None]:
        """What the visit makes due as it stands, and once it has landed."""
        if self.root is None or self.root.kind != "visit" or self.kinds.isdisjoint(_MONEY) or not self.after:
            return None, None
        with_it = {**self.records, **self.after}
        return to_json(self._total(self.records)), to_json(self._total(with_it))

    def _total(self, records: Mapping[str, Record]) -> Decimal:
        assert self.root is not None
        of_root = {id: each for id, each in records.items() if each.root == self.root.id}
        if self.root.id not in of_root:
            return ZERO
        found = assessments.assess_visit(of_root, self.root.id, self.law)
        return sum((each.assessment.total_rs for each in found), ZERO)


_MONEY = ("report", "wage_line", "answer", "visit")


def _named_by(checked: object, record: str | None) -> set[str]:
    """The ids of the record that an entry is about and of the one that this would belong to."""
    ids = {record} if record else set()
    if isinstance(checked, Read) and checked.kind.parent_field is not None:
        parent = checked.set.get(checked.kind.parent_field)
        ids |= {parent} if isinstance(parent, str) else set()
    return ids


def _establishment(root: Record | None) -> str | None:
    if root is None:
        return None
    return root.id if root.kind == "establishment" else root.values.get("establishment")


def _named(place: Place) -> str:
    return f"{place[0]}:{place[1]}"


def _line(place: Place, one: Judged, trial: _Trial, names: Mapping[str, str]) -> HeldLine:
    line = one.item.line
    header, change = line.header, line.change
    return HeldLine(
        entry=_named(place),
        id=header.id,
        by=header.by,
        by_name=names.get(header.by or ""),
        t=one.item.t,
        kind=header.kind,
        record=header.record,
        op=change.op if change is not None else None,
        reason=hide_in(change.reason) if change is not None and change.reason else None,
        status=one.status,
        code=one.code,
        detail=None if one.detail is None else hide_in(one.detail),
        verdict=one.verdict,
        fields=_fields(one, trial),
    )


def _fields(one: Judged, trial: _Trial) -> tuple[Written, ...]:
    change = one.item.line.change
    if change is None:
        return ()
    try:
        said = msgspec.json.decode(change.set, type=dict[str, Any])
    except msgspec.DecodeError:
        return ()
    kind = KINDS.get(change.kind or "")
    now, after = trial.records.get(change.record or ""), trial.after.get(change.record or "")
    before = in_clear(now)[0] if now is not None else {}
    shown = in_clear(after)[0] if after is not None else {}
    return tuple(
        Written(
            field=name,
            value=_value(
                name, value, one.item.line.private, personal=kind is not None and name in kind.personal
            ),
            now=before.get(name),
            after=shown.get(name),
            masked=kind is not None and name in kind.personal,
            disputed=after is not None and name in after.disputed,
        )
        for name, value in said.items()
    )


def _value(name: str, value: Any, private: Private, *, personal: bool) -> Any:
    if not personal or not isinstance(value, str):
        return hide_in(value)
    opened = private.get(value)
    return masked(name, opened[1]) if opened else hide_in(value)

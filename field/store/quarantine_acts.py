"""What a supervisor does about lines in quarantine: release, reject, and take either back.

Each is an entry of the office's own line, so that it is chained, signed for, kept for ever, and lands or not
as all others do. Of two who decide at once, the second hears of the first (Problem changed-meanwhile).
"""

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection

from field.clock import Clock
from field.problems import Problem
from field.store import office, people, quarantine, quarantine_opened, rows, verdicts
from field.store.engine import Store
from field.store.office import Entry
from field.sync.changes import Op
from field.sync.checks import Read
from field.sync.kinds import WITHDRAWN
from field.sync.merge import Record
from field.sync.receipts import LANDED, Answer
from field.sync.undoing import undone
from field.sync.verdicts import Judged, Place

Allow = Callable[[str | None], None]
"""Raises Problem no-right where somebody may not decide for a district."""

Unit = Mapping[Place, Judged]


def release(
    store: Store, clock: Clock, office_id: str, place: Place, reason: str, by: str, allow: Allow
) -> list[Answer]:
    """Let an entry, with its whole group, land as it was captured. Give the answers about the office's own.

    What was released and taken back counts again. Raises Problem not-found, no-right, changed-meanwhile where
    somebody decided before, and refused where it cannot land, saying why.
    """

    def choose(tx: Connection) -> list[Entry]:
        unit = _unit(store, tx, place, allow)
        for each in unit.values():
            if each.verdict in ("released", "rejected") or (
                each.status != "quarantined" and each.verdict != "undone"
            ):
                raise _decided(tx, unit)
        obstacle = quarantine_opened.obstacle(store, tx, unit)
        if obstacle is not None:
            words = f"{obstacle.detail} {obstacle.advice}"
            raise Problem("refused", words, reason=obstacle.code)
        again = _back_again(store, tx, office_id, unit, reason, by)
        return [*again, _entry("release", unit, reason, by)]

    return office.decide(store, clock, office_id, choose)


def reject(
    store: Store, clock: Clock, office_id: str, place: Place, reason: str, by: str, allow: Allow
) -> list[Answer]:
    """Decide that an entry, with its whole group, is not to land. It is kept for ever.

    Raises Problem not-found, no-right, and changed-meanwhile where somebody decided before.
    """

    def choose(tx: Connection) -> list[Entry]:
        unit = _unit(store, tx, place, allow)
        if any(each.verdict is not None or each.status != "quarantined" for each in unit.values()):
            raise _decided(tx, unit)
        return [_entry("reject", unit, reason, by)]

    return office.decide(store, clock, office_id, choose)


def take_back(
    store: Store, clock: Clock, office_id: str, place: Place, reason: str, by: str, allow: Allow
) -> list[Answer]:
    """Take a release or a rejection back.

    What was rejected is in quarantine again, undecided. What was released stays in the history, and counts no
    more: records that it made are withdrawn, its other writes are taken out of their records, so that what
    they replaced comes back. Raises Problem not-found, no-right, changed-meanwhile where it was taken back
    before, and refused while what was released waits for its record.
    """

    def choose(tx: Connection) -> list[Entry]:
        unit = _unit(store, tx, place, allow)
        if any(each.verdict not in ("released", "rejected") for each in unit.values()):
            raise _decided(tx, unit)
        if any(each.status == "waiting" for each in unit.values()):
            raise Problem(
                "refused",
                "It was released and waits for its record: nothing has landed that could be taken back.",
                reason="waiting",
            )
        return [*_taking_back(store, tx, unit, reason, by), _entry("reopen", unit, reason, by)]

    return office.decide(store, clock, office_id, choose)


def _unit(store: Store, tx: Connection, place: Place, allow: Allow) -> Unit:
    unit = quarantine.judged(store, tx, place)
    allow(quarantine.districts_of(tx, place)[0])
    return unit


def _decided(tx: Connection, unit: Unit) -> Problem:
    """The words for whoever comes second."""
    device = next(iter(unit))[0]
    acts = verdicts.acts(tx, device, [seq for _, seq in unit])
    if not acts:
        return Problem("changed-meanwhile", "It has landed meanwhile. Look at it again.")
    last = acts[-1]
    who = people.names(tx, [last.by]).get(last.by) if last.by else None
    done = {"release": "released it", "reject": "rejected it", "reopen": "took the decision back"}[last.op]
    return Problem(
        "changed-meanwhile", f"{who or 'Somebody'} {done} already: {last.reason} Look at it again."
    )


def _entry(op: Op, unit: Unit, reason: str, by: str) -> Entry:
    first = next(iter(unit.values())).item.line.header
    return Entry(
        kind=first.kind or "",
        record=first.record or "",
        op=op,
        by=by,
        reason=reason,
        entries=list(unit),
    )


def _landed(unit: Unit) -> Iterator[Read]:
    for each in unit.values():
        if each.status in LANDED and isinstance(each.item.checked, Read):
            yield each.item.checked


def _taking_back(store: Store, tx: Connection, unit: Unit, reason: str, by: str) -> Iterator[Entry]:
    """The office's entries by which nothing counts any more that a unit wrote."""
    landed = list(_landed(unit))
    records, _ = rows.load(store, tx, [read.change.record or "" for read in landed])
    made = {read.change.record for read in landed if read.change.op == "create"}
    others: dict[tuple[str, str], list[str]] = {}
    for read in landed:
        record = records.get(read.change.record or "")
        if record is None or record.parent in made:
            continue  # what lies beneath a record that is withdrawn counts with it
        if read.change.op == "create":
            yield from _withdrawal(record, reason, by)
        elif record.id not in made:
            others.setdefault((record.kind, record.id), []).append(read.change.id)
    for (kind, id), changes in others.items():
        yield Entry(kind=kind, record=id, op="undo", undoes=sorted(changes), by=by, reason=reason)


def _withdrawal(record: Record, reason: str, by: str) -> Iterator[Entry]:
    if rows.is_out(record):
        return
    seen = {write for name, live in record.live.items() if name != WITHDRAWN for write in live}
    yield Entry(
        kind=record.kind,
        record=record.id,
        op="withdraw",
        set={WITHDRAWN: {"reason": reason, "seen": sorted(seen)}},
        over={WITHDRAWN: sorted(record.live.get(WITHDRAWN, {}))},
        by=by,
        reason=reason,
    )


def _back_again(
    store: Store, tx: Connection, office_id: str, unit: Unit, reason: str, by: str
) -> Iterator[Entry]:
    """The office's entries that take back what took a release back."""
    landed = list(_landed(unit))
    written = {read.change.id for read in landed}
    reasons = {act.reason for act in verdicts.acts(tx, *_of_device(unit)) if act.op == "reopen"}
    records, _ = rows.load(store, tx, [read.change.record or "" for read in landed])
    for record in records.values():
        history = verdicts.history(store, tx, record.id)
        gone = undone(history.undos)
        standing = [each.id for each in history.undos if each.id not in gone and written & set(each.undoes)]
        standing += [
            write
            for write, value in record.live.get(WITHDRAWN, {}).items()
            if value is not None and record.authors[write].device == office_id and value["reason"] in reasons
        ]
        if standing:
            yield Entry(
                kind=record.kind, record=record.id, op="undo", undoes=sorted(standing), by=by, reason=reason
            )


def _of_device(unit: Unit) -> tuple[str, list[int]]:
    return next(iter(unit))[0], [seq for _, seq in unit]

"""Keeping what employers paid. The same payment in two files is one; a dishonoured cheque stays, reversed.

A payment is the same where establishment, date, amount and challan are. Without a challan's number two equal
payments of a day cannot be told apart: within one file that is for the person who imports to say. So it is
where one challan is told of twice with different months: one of them dropped would be money lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from field.clock import Clock
from field.inspections.table_file import Reject, Remark, fingerprint
from field.recovery import payment_file
from field.recovery.payment_file import PaymentRow
from field.store import (
    assessments,
    import_runs,
    register_workers,
    registry,
    rows,
    stale_establishments,
    tables,
)
from field.store.assessments import ASSESSMENTS
from field.store.bulk import Rows
from field.store.engine import Store
from field.store.import_runs import IMPORTS, Imported, Run, Source, day_of
from field.store.schedules import SCHEDULES

PAYMENTS = tables.Payment.__table__  # type: ignore[attr-defined]  # SQLModel adds it

PAGE_MAX = 500

Key = tuple[str, str, int, str]
"""Establishment, date, amount in paisa, reference: by these a payment is the same."""


class Held(msgspec.Struct):
    """A payment as it is kept, and which line of which file told of it first."""

    id: str
    establishment: str
    value_date: str
    amount_paisa: int
    reference: str
    months: str
    source: str
    line: int
    reversed_on: str | None
    file_name: str

    @property
    def key(self) -> Key:
        """By what it is the same as another."""
        return self.establishment, self.value_date, self.amount_paisa, self.reference


_COLUMNS = ("id", "establishment", "value_date", "amount_paisa", "reference", "months", "source", "line")
_REVERSAL = ("reversed_on", "reversed_source", "reversed_line")
_INSERT = Rows(PAYMENTS, (*_COLUMNS, *_REVERSAL), once=True)
_HELD = select(*(PAYMENTS.c[name] for name in (*_COLUMNS, "reversed_on")), IMPORTS.c.file_name).join(
    IMPORTS, IMPORTS.c.id == PAYMENTS.c.source
)
_BETWEEN = _HELD.where(
    PAYMENTS.c.establishment.in_(bindparam("ids", expanding=True)),
    PAYMENTS.c.value_date.between(bindparam("first"), bindparam("last")),
)
_OF_CHALLANS = _HELD.where(
    PAYMENTS.c.establishment.in_(bindparam("ids", expanding=True)),
    PAYMENTS.c.reference.in_(bindparam("references", expanding=True)),
    PAYMENTS.c.reversed_on.is_(None),
)
_REVERSE = (
    update(PAYMENTS)
    .where(PAYMENTS.c.id == bindparam("key"), PAYMENTS.c.reversed_on.is_(None))
    .values(
        reversed_on=bindparam("on"),
        reversed_source=bindparam("by_source"),
        reversed_line=bindparam("by_line"),
    )
)


def import_file(
    store: Store,
    clock: Clock,
    source: Source,
    told: Callable[[Reject], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Import payments (see `payment_file.read`). The same file again changes nothing.

    `told` hears of each reject, `progress` how many rows are done. Raises Problem unknown-format for what is
    no list of payments.
    """
    found = fingerprint(source.file)
    read = payment_file.read(source.file, found.encoding, day_of(clock), source.columns)
    run = import_runs.begin(store, clock, "payments", payment_file.READING, source, found, told)
    for batch in import_runs.batches(read):
        named = []
        for row in batch:
            if isinstance(row, PaymentRow):
                establishment = run.establishment(row.registration_no, row.line)
                if establishment is not None:
                    named.append((establishment, row))
            elif isinstance(row, Reject):
                run.reject(row)
            else:
                run.remark(row)
        with store.write() as tx:
            outcome, touched = _save(tx, run, named, clock.uuid7)
            register_workers.mark_for_payments(store, tx, touched, clock.uuid7(), clock.now_ms())
            stale_establishments.mark(store, tx, touched, f"payments:{run.id}", clock.now_ms())
        # Only what is committed is told.
        for reject in outcome.rejects:
            run.reject(reject)
        for remark in outcome.remarks:
            run.remark(remark)
        for name in ("added", "unchanged", "repeated", "dishonoured"):
            setattr(run.done, name, getattr(run.done, name) + getattr(outcome, name))
        progress(run.done.rows)
    with store.write() as tx:
        import_runs.finish(tx, run, clock.now_ms())
    run.tell_unknown()
    return run.done


def _save(
    tx: Connection, run: Run, named: Sequence[tuple[str, PaymentRow]], new_id: Callable[[], str]
) -> tuple[Imported, set[str]]:
    """What came of the rows, and the establishments of which a payment was added or reversed."""
    first: dict[Key, tuple[str, PaymentRow]] = {}
    for establishment, row in named:
        first.setdefault(_key(establishment, row), (establishment, row))
    ids = {key: new_id() for key in first}
    _INSERT.insert(tx, [_row(ids[key], run.id, *each) for key, each in first.items()])
    held = _held(tx, named)
    equal: dict[tuple[str, str, int], list[Held]] = {}
    for each in held.values():
        equal.setdefault(each.key[:3], []).append(each)
    other_days = _other_days(tx, [payment for payment in held.values() if payment.source == run.id])
    outcome, touched = Imported(rejects=[], remarks=[]), set()
    for establishment, row in named:
        key = _key(establishment, row)
        before = held[key].reversed_on
        new = held[key].id == ids[key]
        _tell(tx, run.id, held[key], row, new=new, outcome=outcome)
        if new and held[key].line == row.line:
            outcome.remarks += _perhaps_twice(equal[key[:3]], held[key], row.line)
            outcome.remarks += _told_again(other_days, held[key], row.line)
        if new or held[key].reversed_on != before:
            touched.add(establishment)
    return outcome, touched


def _key(establishment: str, row: PaymentRow) -> Key:
    return establishment, row.value_date.isoformat(), row.amount_paisa, row.reference


def _row(id: str, run: str, establishment: str, row: PaymentRow) -> tuple[object, ...]:
    reversal = (row.dishonoured_on.isoformat(), run, row.line) if row.dishonoured_on else (None, None, None)
    return id, *_key(establishment, row), ",".join(row.months), run, row.line, *reversal


def _held(tx: Connection, named: Sequence[tuple[str, PaymentRow]]) -> dict[Key, Held]:
    """The payments of some establishments in the days of some rows."""
    days = [row.value_date.isoformat() for _, row in named]
    found: dict[Key, Held] = {}
    for some in rows.chunks(establishment for establishment, _ in named):
        for row in tx.execute(_BETWEEN, {"ids": some, "first": min(days), "last": max(days)}):
            held = msgspec.convert(row._mapping, Held)
            found[held.key] = held
    return found


def _tell(tx: Connection, run: str, held: Held, row: PaymentRow, *, new: bool, outcome: Imported) -> None:
    """Count a row by what the payment is that is kept now, and write its reversal down if it tells of one."""
    own = held.source == run and held.line == row.line
    if own and new:
        outcome.added += 1
        outcome.dishonoured += row.dishonoured_on is not None
        return
    if own:
        outcome.unchanged += 1
    elif held.source == run and not row.reference and row.dishonoured_on is None:
        reason = (
            f"The same establishment, day and amount stand on line {held.line}, and no challan number tells "
            "them apart. Enter it, or remove one of the two."
        )
        outcome.rejects.append(Reject(row.line, "reference", "", reason))
        return
    elif row.dishonoured_on is None and _other_months(held, row):
        reason = (
            f"The same establishment, day, amount and challan stand in {held.file_name}, line {held.line}, "
            f"for {held.months}. Enter a challan that is for several months as one payment: its whole "
            "amount, and all its months."
        )
        outcome.rejects.append(Reject(row.line, "months", ",".join(row.months), reason))
        return
    else:
        outcome.repeated += 1
        outcome.remarks.append(
            Remark(row.line, f"The same payment stands in {held.file_name}, line {held.line}: counted once.")
        )
    if row.dishonoured_on is not None:
        _dishonour(tx, run, held, row, row.dishonoured_on.isoformat(), outcome)


def _perhaps_twice(equal: Iterable[Held], new: Held, line: int) -> Iterable[Remark]:
    """What is said where a list with challans and one without may tell of the same money."""
    for other in equal:
        both_stand = other.reversed_on is None and new.reversed_on is None
        if other.id != new.id and both_stand and "" in (other.reference, new.reference):
            lacking = "that one" if new.reference else "this one"
            yield Remark(
                line,
                f"An equal payment of this day stands in {other.file_name}, line {other.line}; {lacking} has "
                "no challan number, and both are counted. If they are the same money, enter the one "
                "without a number once more, as dishonoured on its own day.",
            )


_Challan = tuple[str, str, int]
"""Establishment, challan and amount in paisa: the same money, if it were not for the day."""


def _other_days(tx: Connection, new: Sequence[Held]) -> dict[_Challan, list[Held]]:
    """The payments that stand and have the challans of some new ones, those among them."""
    found: dict[_Challan, list[Held]] = {}
    references: dict[str, set[str]] = {}
    for payment in new:
        if payment.reference:
            references.setdefault(payment.establishment, set()).add(payment.reference)
    for some in rows.chunks(references):
        asked = sorted(set[str]().union(*(references[establishment] for establishment in some)))
        for row in tx.execute(_OF_CHALLANS, {"ids": some, "references": asked}):
            held = msgspec.convert(row._mapping, Held)
            found.setdefault(_challan(held), []).append(held)
    return found


def _challan(held: Held) -> _Challan:
    return held.establishment, held.reference, held.amount_paisa


def _told_again(other_days: Mapping[_Challan, Iterable[Held]], new: Held, line: int) -> Iterable[Remark]:
    """What is said where two lists may give the same money two days: the challan's and the bank's."""
    for other in other_days.get(_challan(new), ()):
        if other.value_date != new.value_date and new.reversed_on is None:
            yield Remark(
                line,
                f"The same challan and amount stand in {other.file_name}, line {other.line}, of "
                f"{other.value_date}; both are counted. If they are the same money, enter the one with the "
                "wrong day once more, as dishonoured on its own day.",
            )


def _other_months(held: Held, row: PaymentRow) -> bool:
    """Whether both say what they are for, and not the same: parts of one challan, or a mistake in one."""
    return bool(held.months and row.months) and held.months != ",".join(row.months)


def _dishonour(tx: Connection, run: str, held: Held, row: PaymentRow, on: str, outcome: Imported) -> None:
    if held.reversed_on is None:
        tx.execute(_REVERSE, {"key": held.id, "on": on, "by_source": run, "by_line": row.line})
        held.reversed_on = on
        outcome.dishonoured += 1
    elif held.reversed_on != on:
        detail = f"This payment was told as dishonoured on {held.reversed_on} before; {on} is left out."
        outcome.remarks.append(Remark(row.line, detail))


class Unmatched(msgspec.Struct, frozen=True):
    """A payment without a schedule or an assessment of its month. `months` are those that lack one.

    Where a payment does not say what month it is for, its establishment has none at all, and `months` is ().
    `registration_no` and `name` are its establishment's.
    """

    payment: Held
    months: tuple[str, ...]
    registration_no: str | None
    name: str | None


_PAGE = _HELD.where(PAYMENTS.c.id > bindparam("after"), PAYMENTS.c.reversed_on.is_(None)).order_by(
    PAYMENTS.c.id
)
_SCHEDULED = (
    select(SCHEDULES.c.establishment, SCHEDULES.c.month)
    .where(SCHEDULES.c.establishment.in_(bindparam("ids", expanding=True)), SCHEDULES.c.complete.is_(True))
    .distinct()
)
_ASSESSED = select(ASSESSMENTS.c.establishment, ASSESSMENTS.c.body).where(
    ASSESSMENTS.c.establishment.in_(bindparam("ids", expanding=True))
)


def unmatched(tx: Connection, after: str = "", limit: int = PAGE_MAX) -> list[Unmatched]:
    """Payments that stand and belong to nothing, by id, after an id; at most `limit`."""
    found: list[Unmatched] = []
    while len(found) < limit:
        page = [
            msgspec.convert(row._mapping, Held) for row in tx.execute(_PAGE.limit(PAGE_MAX), {"after": after})
        ]
        if not page:
            break
        ids = {payment.establishment for payment in page}
        known, units = _known_months(tx, ids), registry.by_id(tx, ids)
        for payment in page:
            named = tuple(payment.months.split(",")) if payment.months else ()
            have = known.get(payment.establishment, set())
            lacking = tuple(month for month in named if month not in have)
            if lacking or not (named or have):
                told = (units.get(payment.establishment) or registry.NOTHING).values
                found.append(Unmatched(payment, lacking, told.get("registration_no"), told.get("name")))
        after = page[-1].id
    return found[:limit]


def _known_months(tx: Connection, establishments: Iterable[str]) -> dict[str, set[str]]:
    """The months for which there is a schedule or an assessment, by establishment."""
    found: dict[str, set[str]] = {}
    for some in rows.chunks(establishments):
        for row in tx.execute(_SCHEDULED, {"ids": some}):
            found.setdefault(row.establishment, set()).add(row.month)
        for row in tx.execute(_ASSESSED, {"ids": some}):
            body = assessments.read_body(row.body)
            months = {month.month for month in body.assessment.months} | set(body.line_months)
            found.setdefault(row.establishment, set()).update(months)
    return found


def of_establishment(tx: Connection, establishment: str, until: date) -> list[Held]:
    """All payments of an establishment up to a day, by date and id; also those that were dishonoured."""
    query = _HELD.where(PAYMENTS.c.establishment == establishment, PAYMENTS.c.value_date <= until.isoformat())
    ordered = query.order_by(PAYMENTS.c.value_date, PAYMENTS.c.id)
    return [msgspec.convert(row._mapping, Held) for row in tx.execute(ordered)]

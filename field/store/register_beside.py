"""The wage register of a report beside the employer's schedule (Form C-1), worker by worker, masked."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.inspections.masking import masked
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.money import ZERO, to_json
from field.recovery.register_facts import DeclaredLine, DeclaredMonth, RegisterLine
from field.recovery.statute import first_day
from field.store import register_checks, rows, schedules, statute
from field.store.checks_shown import Place
from field.store.engine import Store
from field.store.flags import Rupees
from field.store.register_workers import SCHEDULE_LINES, SCHEDULES
from field.sync.merge import Record

WORKERS_MAX = 5000
PAISA = 100


class WorkerBeside(msgspec.Struct, frozen=True, kw_only=True):
    """A worker in the register, on the schedule, or both. `worker` has name and CNIC, masked.

    `line` is the wage line's record, `schedule_line` the line of the schedule's file. `contribution_rs` is
    what the schedule asks (by the law on its wage, where it does not say), `by_register_rs` what the law asks
    on the register's wage; None where the law of the month is not on file, or there is no such line.
    `by_day` and `schedule_by_day`: the wage is agreed by the day there. `difference_rs` is the register's
    wage less the schedule's.
    """

    line: str | None = None
    schedule_line: int | None = None
    worker: dict[str, str] = {}
    days: int | None = None
    by_day: bool | None = None
    schedule_days: int | None = None
    schedule_by_day: bool | None = None
    register_wage_rs: Rupees | None = None
    schedule_wage_rs: Rupees | None = None
    difference_rs: Rupees | None = None
    card: bool | None = None
    contribution_rs: Rupees | None = None
    by_register_rs: Rupees | None = None
    disputed: list[str] = []


class RegisterShown(msgspec.Struct, frozen=True, kw_only=True):
    """A month of the register beside its schedule; `months` are all that have wage lines.

    `schedule_file` is None where no schedule of the month is on file. The sums are over all workers;
    `left_out` counts those beyond the first 5,000, who are not shown.
    """

    report: str
    month: str | None
    months: tuple[str, ...]
    schedule_file: str | None
    workers: tuple[WorkerBeside, ...]
    left_out: int
    register_wage_rs: Rupees
    schedule_wage_rs: Rupees
    contribution_rs: Rupees
    by_register_rs: Rupees
    paid_rs: Rupees


def register(store: Store, tx: Connection, report: str, place: Place, month: str | None) -> RegisterShown:
    """A month of a report's register (default: the last with lines) beside the schedule that counts.

    `paid_rs` is what payments that name this month alone brought. Raises Problem bad-request for no month.
    """
    records, _ = rows.load(store, tx, [place.visit], by_root=True)
    lines = register_checks.register_lines(store, records.values(), report)
    months = tuple(sorted({line.month for line in lines}))
    month = month or (months[-1] if months else None)
    if month is None:
        return _shown(report, None, (), None, [], ZERO)
    first_day(month)
    paid = register_checks.payments(tx, place.establishment)
    declared = register_checks.declared_months(tx, place.establishment, [month]).get(month)
    found = law_of(statute.load(tx), month)
    pairs = _pairs([line for line in lines if line.month == month], declared)
    personal = _personal(tx, place.establishment, month, pairs)
    workers = [
        _worker(store, pair, records, personal, None if isinstance(found, str) else found) for pair in pairs
    ]
    alone = sum(each.amount_paisa for each in paid if each.months == (month,))
    return _shown(report, month, months, declared, workers, Decimal(alone) / PAISA)


Pair = tuple[RegisterLine | None, DeclaredLine | None]


def _pairs(lines: Sequence[RegisterLine], declared: DeclaredMonth | None) -> list[Pair]:
    """Each wage line with the schedule's line of the same worker, if any; then the schedule's other lines."""
    by_worker: dict[str, list[DeclaredLine]] = defaultdict(list)
    every = declared.lines if declared is not None else ()
    for line in every:
        if line.worker:
            by_worker[line.worker].append(line)
    pairs: list[Pair] = []
    taken = set()
    for own in lines:
        beside = by_worker[own.worker].pop(0) if own.worker and by_worker[own.worker] else None
        if beside is not None:
            taken.add(beside.line)
        pairs.append((own, beside))
    return [*pairs, *((None, line) for line in every if line.line not in taken)]


_PERSONAL = (
    select(SCHEDULE_LINES.c.line, SCHEDULE_LINES.c.personal, SCHEDULES.c.version)
    .join(SCHEDULES, SCHEDULES.c.id == SCHEDULE_LINES.c.schedule)
    .where(
        SCHEDULES.c.establishment == bindparam("establishment"),
        SCHEDULES.c.month == bindparam("month"),
        SCHEDULES.c.complete.is_(True),
        SCHEDULE_LINES.c.line.in_(bindparam("lines", expanding=True)),
    )
    .order_by(SCHEDULES.c.version)
)


def _personal(
    tx: Connection, establishment: str, month: str, pairs: Sequence[Pair]
) -> dict[int, bytes | None]:
    """Names and CNICs, sealed, of those who stand on the schedule alone and are shown."""
    alone = [line.line for own, line in pairs[:WORKERS_MAX] if own is None and line is not None]
    found: dict[int, bytes | None] = {}
    for start in range(0, len(alone), rows.AT_ONCE):
        some = {"establishment": establishment, "month": month, "lines": alone[start : start + rows.AT_ONCE]}
        # The last version comes last, and stays.
        found.update({row.line: row.personal for row in tx.execute(_PERSONAL, some)})
    return found


def _worker(
    store: Store,
    pair: Pair,
    records: dict[str, Record],
    personal: dict[int, bytes | None],
    law: MonthLaw | None,
) -> WorkerBeside:
    own, beside = pair
    named: tuple[str, str] = ("", "")
    if own is not None:
        record = records[own.id]
        named = register_checks.opened(record, "worker_name"), register_checks.opened(record, "cnic")
    elif beside is not None and beside.line in personal:
        named = schedules.personal(store, personal[beside.line])
    wage = None if own is None else Decimal(own.wage_rs)
    declared = None if beside is None else Decimal(beside.wage_paisa) / PAISA
    return WorkerBeside(
        line=None if own is None else own.id,
        schedule_line=None if beside is None else beside.line,
        worker={
            name: masked(name, value)
            for name, value in zip(("worker_name", "cnic"), named, strict=True)
            if value
        },
        days=None if own is None else own.days,
        by_day=None if own is None else own.by_day,
        schedule_days=None if beside is None else beside.days,
        schedule_by_day=None if beside is None else beside.by_day,
        register_wage_rs=_text(wage),
        schedule_wage_rs=_text(declared),
        difference_rs=_text(None if wage is None or declared is None else wage - declared),
        card=None if own is None else own.registered,
        contribution_rs=_text(None if beside is None else _asked(beside, law)),
        by_register_rs=_text(
            None
            if own is None or law is None
            else law.contribution_for(own.wage_rs, own.days, by_day=own.by_day).amount_rs
        ),
        disputed=[] if own is None else list(records[own.id].disputed),
    )


def _due(line: RegisterLine, law: MonthLaw) -> Decimal:
    return law.contribution_for(line.wage_rs, line.days, by_day=line.by_day).amount_rs


def _asked(line: DeclaredLine, law: MonthLaw | None) -> Decimal | None:
    if line.contribution_paisa is not None:
        return Decimal(line.contribution_paisa) / PAISA
    if law is None:
        return None
    return law.contribution_for(Decimal(line.wage_paisa) / PAISA, line.days, by_day=line.by_day).amount_rs


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else to_json(amount)


def _shown(
    report: str,
    month: str | None,
    months: tuple[str, ...],
    declared: DeclaredMonth | None,
    workers: Sequence[WorkerBeside],
    paid: Decimal,
) -> RegisterShown:
    def sum_of(name: str) -> str:
        return to_json(sum((Decimal(getattr(each, name) or 0) for each in workers), ZERO))

    return RegisterShown(
        report=report,
        month=month,
        months=months,
        schedule_file=None if declared is None else declared.file_name,
        workers=tuple(workers[:WORKERS_MAX]),
        left_out=max(len(workers) - WORKERS_MAX, 0),
        register_wage_rs=sum_of("register_wage_rs"),
        schedule_wage_rs=sum_of("schedule_wage_rs"),
        contribution_rs=sum_of("contribution_rs"),
        by_register_rs=sum_of("by_register_rs"),
        paid_rs=to_json(paid),
    )

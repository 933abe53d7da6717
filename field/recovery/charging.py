"""What a schedule makes due by the law of its month: for one worker, and for all at a province's pace."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from field.recovery import ledger
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.ledger import Charge
from field.recovery.money import ZERO
from field.recovery.statute import RateRow, Statute

PAISA = 100
KNOWN_MAX = 50_000
"""So many different wages of a month are remembered."""


class MonthCharged(msgspec.Struct, frozen=True, kw_only=True):
    """What a schedule makes due.

    `declared_rs` is what it says itself, and `said_due_rs` what the law asks for the lines that say anything;
    where none does, both are 0.
    """

    month: str
    version: int
    workers: int
    due_rs: Decimal
    declared_rs: Decimal
    said_due_rs: Decimal
    row_ids: tuple[str, ...]


class ForWorker(msgspec.Struct, frozen=True):
    """A worker's contribution for a month, and the rows beside those that every contribution rests on."""

    due_rs: Decimal
    rows: tuple[RateRow, ...]


def for_worker(law: MonthLaw, wage_rs: Decimal, days: int | None, *, by_day: bool = False) -> ForWorker:
    """The contribution of a worker on a schedule, to the paisa."""
    base = wage_rs
    rows: tuple[RateRow, ...] = ()
    if not law.is_coverable(base) and law.over_upper_limit_rule is not None:
        rows = (*law.upper_limit_rows, law.over_upper_limit_rule)
        if law.over_upper_limit_rule.value == "no-longer-covered":
            return ForWorker(ZERO, rows)
    minimum, rule = law.minimum_for(days), law.under_minimum_rule
    if minimum is not None and base < minimum and rule is not None and rule.value == "minimum-wage":
        rows = (*rows, *(row for row in (law.minimum_wage, rule, law.working_days) if row is not None))
        base = minimum
    found = law.contribution_for(base, days, by_day=by_day)
    return ForWorker(found.amount_rs, (*rows, *found.rows))


Alike = tuple[int, int | None, bool | None, int, int, int]
"""Lines alike, in paisa: wage, days, whether it is agreed by the day, workers, how many name a contribution,
and what those name together."""


class _Law(msgspec.Struct):
    """The law of a month, a charge of nothing, and what was worked out: paisa and rows by wage, days and
    whether it is agreed by the day.
    """

    month: MonthLaw
    nothing: Charge
    late: tuple[RateRow, ...]
    known: dict[tuple[int, int | None, bool | None], tuple[int, tuple[RateRow, ...]]]


class Charger:
    """Works schedules out and remembers what it worked out: wages are alike in a whole province."""

    def __init__(self, statute: Statute) -> None:
        self.statute = statute
        self._laws: dict[str, _Law | str] = {}
        self._rows: dict[tuple[str, ...], tuple[RateRow, ...]] = {}

    def charged(self, month: str, version: int, lines: Iterable[Alike]) -> MonthCharged | str:
        """What a schedule makes due, each line rounded by itself; or which row of the law is missing."""
        law = self._law(month)
        if isinstance(law, str):
            return law
        workers = due = said = declared = 0
        used = {row.id: None for row in law.month.contribution_rows}
        # What is remembered has one tuple for all wages with the same rows: each is looked into once.
        more: dict[int, tuple[RateRow, ...]] = {}
        for wage, days, by_day, number, named, contribution in lines:
            each, rows = law.known.get((wage, days, by_day)) or self._work_out(law, wage, days, by_day)
            workers += number
            due += each * number
            said += each * named
            declared += contribution
            if rows:
                more[id(rows)] = rows
        used.update((row.id, None) for rows in more.values() for row in rows)
        used.update((row.id, None) for row in law.late)
        return MonthCharged(
            month=month,
            version=version,
            workers=workers,
            due_rs=Decimal(due) / PAISA,
            declared_rs=Decimal(declared) / PAISA,
            said_due_rs=Decimal(said) / PAISA,
            row_ids=tuple(used),
        )

    def charge(self, month: str, principal_rs: Decimal) -> Charge | None:
        """A charge of a month for the ledger; None where a row of the law is missing."""
        law = self._law(month)
        if isinstance(law, str):
            return None
        return msgspec.structs.replace(law.nothing, principal_rs=principal_rs)

    def _law(self, month: str) -> _Law | str:
        if month not in self._laws:
            self._laws[month] = self._read(month)
        return self._laws[month]

    def _read(self, month: str) -> _Law | str:
        law = law_of(self.statute, month)
        if isinstance(law, str):
            return law
        if self.statute.find("due_day_of_following_month", month) is None:
            return f"No due day is on file for {month}: the month is left out. Add it and look again."
        return _Law(law, *ledger.charge(self.statute, month, ZERO), {})

    def _work_out(
        self, law: _Law, wage: int, days: int | None, by_day: bool | None
    ) -> tuple[int, tuple[RateRow, ...]]:
        worker = for_worker(law.month, Decimal(wage) / PAISA, days, by_day=bool(by_day))
        rows = self._rows.setdefault(tuple(row.id for row in worker.rows), worker.rows)
        found = (int(worker.due_rs * PAISA), rows)
        if len(law.known) < KNOWN_MAX:
            law.known[wage, days, by_day] = found
        return found

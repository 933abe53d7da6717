"""What an inspector found, as an assessment takes it: one report with its wage lines."""

import msgspec


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One worker in one month, as found. Wages are whole rupees for the month, 0 or more.

    `declared_wage_rs` is None where the employer's schedule does not name the worker or was not seen.
    `registered` is None where nobody noted it. `worker_key` tells workers apart and nothing else about them;
    a line without one is a worker of its own. `disputed`: a value of the line is in an open conflict.
    `by_day`: the wage is agreed by the day, and `wage_rs` is what all `days` came to.
    """

    id: str
    month: str
    wage_rs: int
    days: int | None = None
    by_day: bool = False
    declared_wage_rs: int | None = None
    registered: bool | None = None
    worker_key: str = ""
    disputed: bool = False


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one report found. Months are as in "2024-07"; a checked month not among the paid is unpaid.

    `disputed_fields` names the report's fields with an open conflict.
    """

    report_id: str
    establishment_id: str
    visit_id: str
    months_checked: tuple[str, ...] = ()
    months_paid: tuple[str, ...] = ()
    records_refused: bool = False
    headcount_total: int | None = None
    disputed_fields: tuple[str, ...] = ()
    lines: tuple[LineFacts, ...] = ()

"""The checks of a report as they are shown: findings, the rows behind them, and what was not compared."""

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.recovery import check_settings
from field.recovery.check_settings import CheckSetting
from field.recovery.findings import Finding
from field.recovery.statute import RateRow
from field.store import register_workers, registry, rows, statute
from field.store.assessments import ASSESSMENTS, read_body
from field.store.register_checks import FILES
from field.store.register_workers import REGISTER, SCHEDULES, VISITS
from field.store.rows import STALE
from field.store.shown import EstablishmentBrief

ELSEWHERE_MAX = 500


class ElsewhereShown(msgspec.Struct, frozen=True):
    """A wage line whose worker stands with another employer in the month, on a schedule or in a register.

    `establishment` is None where the caller does not hold its district.
    """

    line: str
    month: str
    on: Literal["schedule", "register"]
    establishment: EstablishmentBrief | None


class RegisterFileShown(msgspec.Struct, frozen=True):
    """A file that was brought in as the register, and what came of its rows."""

    file_name: str
    by: str
    at_ms: int
    added: int
    unchanged: int
    repeated: int
    rejected: int


class ChecksShown(msgspec.Struct, frozen=True):
    """What the checks of a report found. `made_ms`: None where it was not assessed yet.

    `waiting`: something changed since, and it will be checked anew. `without_schedule`: months with wage
    lines of which no schedule is on file. `statute` and `settings` are the rows that the findings rest on.
    `elsewhere` has 500 at most.
    """

    report: str
    made_ms: int | None
    waiting: bool
    findings: tuple[Finding, ...]
    elsewhere: tuple[ElsewhereShown, ...]
    without_schedule: tuple[str, ...]
    files: tuple[RegisterFileShown, ...]
    statute: tuple[RateRow, ...]
    settings: tuple[CheckSetting, ...]


class Place(msgspec.Struct, frozen=True):
    """Where a report belongs."""

    visit: str
    district: str
    establishment: str


_PLACE = select(VISITS.c.id, VISITS.c.district, VISITS.c.establishment).where(VISITS.c.id == bindparam("id"))


def place_of(tx: Connection, report: str) -> Place | None:
    """Where a report belongs; None where there is no such one."""
    places = rows.places(tx, [report])
    if not places or places[0][1] != "report":
        return None
    row = tx.execute(_PLACE, {"id": places[0][2]}).one_or_none()
    return None if row is None else Place(row.id, row.district, row.establishment)


_MADE = select(ASSESSMENTS.c.made_ms, ASSESSMENTS.c.body).where(ASSESSMENTS.c.report == bindparam("report"))
_WAITING = select(STALE.c.root).where(STALE.c.root == bindparam("visit"))


def checks(tx: Connection, report: str, place: Place, districts: Collection[str] | None) -> ChecksShown:
    """The checks of a report, for somebody who holds `districts` (None: all of them)."""
    made = tx.execute(_MADE, {"report": report}).one_or_none()
    body = None if made is None else read_body(made.body)
    findings = () if body is None else body.findings
    used = {id for finding in findings for id in finding.rate_row_ids}
    return ChecksShown(
        report=report,
        made_ms=None if made is None else made.made_ms,
        waiting=tx.execute(_WAITING, {"visit": place.visit}).first() is not None,
        findings=findings,
        elsewhere=_elsewhere(tx, report, place, districts),
        without_schedule=_without_schedule(tx, place.establishment, () if body is None else body.line_months),
        files=_files(tx, report),
        statute=tuple(row for row in statute.load(tx).rows if row.id in used),
        settings=check_settings.shipped().rows,
    )


_WORKERS = select(REGISTER.c.line, REGISTER.c.month, REGISTER.c.worker).where(
    REGISTER.c.report == bindparam("report"), REGISTER.c.visit == bindparam("visit")
)


def _elsewhere(
    tx: Connection, report: str, place: Place, districts: Collection[str] | None
) -> tuple[ElsewhereShown, ...]:
    lines: dict[register_workers.Key, list[str]] = {}
    for row in tx.execute(_WORKERS, {"report": report, "visit": place.visit}):
        lines.setdefault((bytes(row.worker), row.month), []).append(row.line)
    keys = lines.keys()
    found = [
        *register_workers.on_schedules(tx, keys, place.establishment),
        *register_workers.in_registers(tx, keys, place.establishment),
    ]
    known = registry.by_id(tx, {each.establishment for each in found})
    shown = set()
    for each in found:
        values = known.get(each.establishment, registry.NOTHING).values
        brief = None
        if districts is None or values.get("district") in districts:
            named = (values.get(name) for name in ("name", "address", "registration_no"))
            brief = EstablishmentBrief(each.establishment, *named)
        source: Literal["schedule", "register"] = "schedule" if each.visit is None else "register"
        shown |= {ElsewhereShown(line, each.month, source, brief) for line in lines[each.key]}
    return tuple(sorted(shown, key=_order)[:ELSEWHERE_MAX])


def _order(each: ElsewhereShown) -> tuple[str, ...]:
    return each.month, each.line, each.on, each.establishment.id if each.establishment else ""


_SCHEDULED = select(SCHEDULES.c.month).where(
    SCHEDULES.c.establishment == bindparam("establishment"), SCHEDULES.c.complete.is_(True)
)


def _without_schedule(tx: Connection, establishment: str, months: Sequence[str]) -> tuple[str, ...]:
    there = set(tx.execute(_SCHEDULED, {"establishment": establishment}).scalars()) if months else set()
    return tuple(month for month in months if month not in there)


_FILES = (
    select(*(FILES.c[name] for name in RegisterFileShown.__struct_fields__))
    .where(FILES.c.report == bindparam("report"))
    .order_by(FILES.c.at_ms, FILES.c.id)
)


def _files(tx: Connection, report: str) -> tuple[RegisterFileShown, ...]:
    return tuple(RegisterFileShown(**row._mapping) for row in tx.execute(_FILES, {"report": report}))

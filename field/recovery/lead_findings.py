"""What reports say about who is not registered, and what follows for the leads that there are.

One lead for an establishment and cause. A report that was taken into account in a lead that is closed opens
no other: whoever closed it knew the report.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from field.inspections.leads import OPEN
from field.recovery.wording import count

Cause = Literal["unregistered-unit", "unregistered-workers"]
WHAT: Mapping[Cause, str] = {"unregistered-unit": "unit", "unregistered-workers": "workers"}
"""What kind of lead each cause makes."""


class ReportSays(msgspec.Struct, frozen=True, kw_only=True):
    """What one report says. `unregistered` are workers without a registration, `registered` those with one,
    as its wage lines have them in the month with most; `headcount` the people counted at work,
    `district` that of the visit.
    """

    id: str
    captured_ms: int
    unregistered: int = 0
    registered: int = 0
    headcount: int | None = None
    district: str | None = None


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """The establishment that the reports are about; `gone`: it was withdrawn. Values as in its record."""

    id: str
    values: Mapping[str, Any]
    gone: bool = False


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A lead of the establishment, in the order in which they were found. `office`: the office opened it."""

    id: str
    values: Mapping[str, Any]
    office: bool
    gone: bool = False


class Step(msgspec.Struct, frozen=True):
    """What is to be written: a new lead where `lead` is None, else new values of that one."""

    lead: str | None
    set: Mapping[str, Any]


def unregistered(says: ReportSays, unit: Unit) -> int:
    """How many workers at least a report shows to be without registration; 0: it shows none.

    Of the people counted at work those beyond the registered ones: on the register, or by the wage lines. A
    head-count alone tells nothing where nobody knows how many are registered.
    """
    declared = unit.values.get("workers_declared")
    known = max(says.registered, declared or 0)
    beyond = 0
    if says.headcount is not None and declared is not None:
        beyond = max(says.headcount - known, 0)
    return max(says.unregistered, beyond)


def follow(unit: Unit, reports: Iterable[ReportSays], known: Sequence[Known]) -> list[Step]:
    """What is to be written so that the leads say what the reports say; nothing where they do."""
    ordered = sorted(reports, key=lambda each: (each.captured_ms, each.id))
    workers = [(each, number) for each in ordered if (number := unregistered(each, unit))]
    # A branch may stand on the register under its head office's number.
    numbered = bool(unit.values.get("registration_no") or unit.values.get("branch_of"))
    people = [(each, each.headcount or unit.values.get("workers_declared") or 0) for each in ordered]
    found: Mapping[Cause, list[tuple[ReportSays, int]]] = {
        "unregistered-unit": [] if numbered else people,
        "unregistered-workers": workers,
    }
    steps = []
    for cause, says in found.items():
        steps += _of_cause(unit, cause, [] if unit.gone else says, known)
    return steps


def _of_cause(
    unit: Unit, cause: Cause, says: Sequence[tuple[ReportSays, int]], known: Sequence[Known]
) -> list[Step]:
    ever = [lead for lead in known if lead.values.get("cause") == cause]
    closed = {report for lead in ever if _closed(lead, ever) for report in lead.values.get("reports") or ()}
    leads, own = [lead for lead in known if not lead.gone], [lead for lead in ever if not lead.gone]
    fresh = [(each, number) for each, number in says if each.id not in closed]
    holder = _holder(cause, own, [lead for lead in leads if _is_at(lead, unit)])
    if not fresh:
        return [step for lead in own if _status(lead) in OPEN for step in _lift(lead, unit, cause)]
    facts = {
        "cause": cause,
        "workers_found": fresh[-1][1] or None,
        "reports": [each.id for each, _ in fresh],
    }
    if holder is None:
        return [Step(None, {**_new(unit, cause, fresh[0][0]), "report": fresh[0][0].id, **facts})]
    steps = [
        Step(other.id, {"status": "duplicate", "duplicate_of": holder.id, "reason": _SAME})
        for other in own
        if other is not holder and other.office and _status(other) == "found"
    ]
    again: dict[str, Any] = {}
    if _status(holder) == "lifted":
        again = {"status": "handed_over" if holder.values.get("reference") else "found", "reason": None}
    changed = {name: value for name, value in {**facts, **again}.items() if holder.values.get(name) != value}
    return [*([Step(holder.id, changed)] if changed else []), *steps]


_SAME = "Somebody entered a lead about the same; it is followed up there."


def _closed(lead: Known, of_cause: Sequence[Known]) -> bool:
    """Whether somebody is done with what a lead rests on. A duplicate's reports went on to the other lead."""
    if lead.gone:
        return True
    if _status(lead) == "duplicate":
        return lead.values.get("duplicate_of") not in {other.id for other in of_cause}
    return _status(lead) not in OPEN | {"lifted"}


def _is_at(lead: Known, unit: Unit) -> bool:
    """Whether who holds the unit's district sees the lead: one from elsewhere would hide what was found."""
    here = unit.values.get("district")
    return here is None or lead.values.get("district", here) == here


def _status(lead: Known) -> str:
    status: str = lead.values.get("status", "found")
    return status


def _holder(cause: Cause, own: Sequence[Known], leads: Sequence[Known]) -> Known | None:
    """The lead that bears the finding: what is handed over first, then somebody's own, then the office's."""
    entered = [lead for lead in leads if not lead.office and lead.values.get("what") == WHAT[cause]]
    fitting = list({lead.id: lead for lead in (*entered, *own)}.values())
    for status in ("handed_over", "found"):
        of_status = [lead for lead in fitting if _status(lead) == status]
        if of_status:
            return min(of_status, key=lambda lead: lead.office)
    lifted = [lead for lead in own if _status(lead) == "lifted"]
    return lifted[-1] if lifted else None


def _new(unit: Unit, cause: Cause, first: ReportSays) -> dict[str, Any]:
    copied = {name: unit.values.get(name) for name in ("name", "district", "address", "location", "sector")}
    return {
        "what": WHAT[cause],
        # A unit that stands in no district yet is followed up where it was visited.
        "district": first.district,
        "establishment": unit.id,
        "status": "found",
        **{name: value for name, value in copied.items() if value is not None},
    }


def _lift(lead: Known, unit: Unit, cause: Cause) -> list[Step]:
    """What becomes of an open lead that no report bears any more. What somebody entered stays open."""
    facts: dict[str, Any] = {"workers_found": None, "reports": []}
    number = unit.values.get("registration_no")
    if cause == "unregistered-unit" and number and _status(lead) == "handed_over":
        said = {"status": "registered", "registration_no": number, "registered_as": unit.id}
        return [Step(lead.id, {**said, "reason": "The register has its number now."})]
    if not lead.office:
        changed = {name: value for name, value in facts.items() if lead.values.get(name) != value}
        return [Step(lead.id, changed)] if changed else []
    return [Step(lead.id, {**facts, "status": "lifted", "reason": _why(lead, unit, cause)})]


def _why(lead: Known, unit: Unit, cause: Cause) -> str:
    if unit.gone:
        return "The establishment was withdrawn."
    if cause == "unregistered-unit" and unit.values.get("registration_no"):
        return f"The register has its number: {unit.values['registration_no']}."
    if cause == "unregistered-unit" and unit.values.get("branch_of"):
        return "It is a branch of another establishment."
    before = count(len(lead.values.get("reports") or ()), "report")
    told = (
        f" Tell the registration department: {lead.values['reference']}."
        if lead.values.get("reference")
        else ""
    )
    return f"New facts: of {before} that told of workers without registration, none does any more.{told}"


def says(
    id: str,
    captured_ms: int,
    headcount: int | None,
    lines: Iterable[tuple[str, str, bool | None]],
    not_registered: frozenset[str],
    district: str | None = None,
) -> ReportSays:
    """What a report says, from its wage lines (id, month, registered) and those the assessment counts."""
    without: dict[str, int] = {}
    with_card: dict[str, int] = {}
    for line, month, registered in lines:
        if line in not_registered:
            without[month] = without.get(month, 0) + 1
        elif registered:
            with_card[month] = with_card.get(month, 0) + 1
    return ReportSays(
        id=id,
        captured_ms=captured_ms,
        unregistered=max(without.values(), default=0),
        registered=max(with_card.values(), default=0),
        headcount=headcount,
        district=district,
    )

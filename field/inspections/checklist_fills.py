"""Which questions of a checklist are fields of the report itself, and how values pass between the two.

`web/tablet/logic/fills.ts` is the twin; `tests/vectors/checklists.json` holds both together.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from field.inspections.checklists import Checklist


class Fill(msgspec.Struct, frozen=True):
    """What a question must be to fill a field: its type, and its choices where the field says them."""

    type: str
    personal: bool = False
    choices: tuple[str, ...] = ()


FILLS: Mapping[str, Fill] = {
    "headcount.men": Fill("integer"),
    "headcount.women": Fill("integer"),
    # Months ("2026-05") are text, so that another XLSForm tool can ask for them too; here they are a list.
    "months_checked": Fill("text"),
    "months_paid": Fill("text"),
    "records_refused": Fill("select_one", choices=("no", "yes")),
    "records_produced": Fill("select_multiple"),
    "person_met": Fill("text", personal=True),
    "remarks": Fill("text"),
}
"""The fields of a report that a question may fill."""

MONTHS = frozenset({"months_checked", "months_paid"})
"""Fields that hold a list of months."""


def from_report(checklist: "Checklist", values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that stand in the report's own fields, by question. What is not there is left out.

    Yes/no becomes "yes" or "no", and a record's name its choice: "wage register" is `wage_register`.
    """
    found: dict[str, Any] = {}
    for each in checklist.questions:
        if not each.fills:
            continue
        field, _, member = each.fills.partition(".")
        value = values.get(field)
        if member:
            value = value.get(member) if isinstance(value, Mapping) else None
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if each.fills == "records_produced" and isinstance(value, list):
            value = [str(name).replace(" ", "_") for name in value]
        if value is not None:
            found[each.name] = value
    return found


def to_report(checklist: "Checklist", answers: Mapping[str, Any]) -> dict[str, Any]:
    """The report's own fields out of answers by question; the other way round than `from_report`.

    The head-count is only true as a whole: where one half is missing, it is left out, and `total` is their
    sum.
    """
    found: dict[str, Any] = {}
    halves: dict[str, Any] = {}
    for each in checklist.questions:
        value = answers.get(each.name)
        if not each.fills or value is None:
            continue
        field, _, member = each.fills.partition(".")
        if member:
            halves[member] = value
        elif field == "records_refused":
            found[field] = value == "yes"
        elif field == "records_produced":
            found[field] = _sorted(str(name).replace("_", " ") for name in value)
        elif field in MONTHS:
            found[field] = _sorted(value)
        else:
            found[field] = value
    if "men" in halves and "women" in halves:
        found["headcount"] = {**halves, "total": halves["men"] + halves["women"]}
    return found


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))

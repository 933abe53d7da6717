"""Links between establishments, which files give by registration number: branches and contractors."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from field.inspections.table_file import Reject
from field.store.registrations import Registrations


class Linked(msgspec.Struct, frozen=True):
    """A row with links: the record, its line, and the registration numbers that it names."""

    id: str
    line: int
    branch_of: str | None
    principals: Sequence[str]


class Found(msgspec.Struct, frozen=True):
    """What a row's links come to: `branch_of` and `principals` by record ids, as far as these are known."""

    id: str
    line: int
    values: Mapping[str, Any]


class Resolved(msgspec.Struct, frozen=True):
    """The links that can be written, and why others cannot: the rest of each row is taken all the same."""

    found: Sequence[Found]
    rejects: Sequence[Reject]


def resolve(tx: Connection, linked: Sequence[Linked]) -> Resolved:
    """Look up the numbers of links. One that nobody has, or that leads back to its own unit, is rejected."""
    known = Registrations(tx)
    rejects: list[Reject] = []

    def look(row: Linked, column: str, number: str, role: str) -> str | None:
        id = known.find(number)
        if id is None:
            reason = f"{known.why_not(number)} The rest of the line is taken."
            rejects.append(Reject(row.line, column, number[:80], reason))
        elif id == row.id:
            reason = f"An establishment cannot be its own {role}. The rest of the line is taken."
            rejects.append(Reject(row.line, column, number[:80], reason))
            return None
        return id

    values: list[dict[str, Any]] = []
    for row in linked:
        parent = look(row, "branch_of", row.branch_of, "branch") if row.branch_of is not None else None
        principals = [look(row, "principals", number, "contractor") for number in row.principals]
        chosen = sorted({id for id in principals if id is not None})
        values.append(
            ({"branch_of": parent} if parent is not None else {}) | ({"principals": chosen} if chosen else {})
        )
    branches = known.branch_of | {
        row.id: each["branch_of"] for row, each in zip(linked, values, strict=True) if "branch_of" in each
    }
    for row, each in zip(linked, values, strict=True):
        if "branch_of" in each and _leads_back(row.id, branches):
            del each["branch_of"]
            reason = "These units would be branches of each other. The rest of the line is taken."
            rejects.append(Reject(row.line, "branch_of", (row.branch_of or "")[:80], reason))
    found = [Found(row.id, row.line, each) for row, each in zip(linked, values, strict=True)]
    return Resolved(found, sorted(rejects, key=lambda reject: reject.line))


def _leads_back(start: str, branches: Mapping[str, str]) -> bool:
    """Whether the way from a branch to its unit, and on to that one's, comes back to where it began."""
    seen: set[str] = set()
    at: str | None = branches.get(start)
    while at is not None and at != start and at not in seen:
        seen.add(at)
        at = branches.get(at)
    return at == start

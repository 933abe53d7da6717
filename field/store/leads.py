"""Registration leads as the office lists them, and the office's acts about one: from hand-over to card."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Select, select, tuple_

from field.clock import Clock
from field.geo.districts import DistrictIndex
from field.inspections import leads as steps
from field.inspections.fields import Place
from field.inspections.leads import STEPS, Status
from field.inspections.masking import hide_cnics
from field.problems import Problem
from field.recovery.cells import plain_number
from field.store import districts, office, people, registry, rows
from field.store.engine import Store
from field.store.establishments import record_id
from field.store.import_runs import day_of
from field.store.lead_follow_up import change, is_out
from field.store.lead_rows import LEADS
from field.store.office import Entry
from field.store.registrations import Registrations
from field.store.registry import PAGE_MAX
from field.sync.kinds import WITHDRAWN
from field.sync.merge import Record
from field.sync.receipts import Answer
from field.sync.wire import Row

Asked = Literal[
    "open", "found", "handed_over", "registered", "card_issued", "rejected", "duplicate", "lifted"
]
"""Which leads are asked for; `open`: those found and those handed over."""


class LeadListed(msgspec.Struct, frozen=True, kw_only=True):
    """A lead with all that is needed to act on it. No person is named in it.

    `by_name`: who found it; None: the office, from reports. `place_district` is the district that the point
    lies in, where that is another than the one given. `next` are the statuses that may follow now. What is in
    an open conflict is named in `disputed`. CNICs that somebody typed into words are masked. The
    establishment's name and number are None where the caller does not hold its district.
    """

    id: str
    what: str
    name: str
    district: str
    place_district: str | None
    address: str | None
    location: Place | None
    sector: str | None
    workers_about: int | None
    workers_found: int | None
    principal: str | None
    establishment: str | None
    establishment_name: str | None
    establishment_no: str | None
    report: str | None
    reports: tuple[str, ...]
    remarks: str | None
    cause: str | None
    status: Status
    next: tuple[Status, ...]
    reason: str | None
    found_ms: int
    by_name: str | None
    handed_over_on: str | None
    reference: str | None
    registration_no: str | None
    registered_as: str | None
    registered_on: str | None
    cards: int | None
    cards_on: str | None
    duplicate_of: str | None
    disputed: tuple[str, ...]


def listed(
    tx: Connection,
    within: Sequence[str] | None,
    status: Asked | None = None,
    after: str = "",
    limit: int = PAGE_MAX,
) -> list[LeadListed]:
    """Leads of some districts, or of all, the oldest first, after the one named; withdrawn ones are left out.

    Raises Problem bad-request for an `after` that names none.
    """
    query = select(LEADS).where(LEADS.c.gone.is_(False)).order_by(LEADS.c.found_ms, LEADS.c.id).limit(limit)
    if within is not None:
        query = query.where(LEADS.c.district.in_(within))
    if status is not None:
        query = query.where(LEADS.c.status.in_(sorted(steps.OPEN) if status == "open" else [status]))
    found = tx.execute(_after(tx, query, after)).all()
    bodies = registry.by_id(tx, [row.id for row in found])
    units = {body.values.get("establishment") for body in bodies.values()}
    named = {
        id: unit
        for id, unit in registry.by_id(tx, {unit for unit in units if unit is not None}).items()
        if within is None or unit.values.get("district") in within
    }
    names = people.names(tx, {row.by for row in found if row.by is not None})
    places = _places(tx, bodies.values())
    return [
        _listed(bodies[row.id], row.found_ms, named, names.get(row.by or ""), places.get(row.id))
        for row in found
    ]


def _after(tx: Connection, query: Select[Any], after: str) -> Select[Any]:
    if not after:
        return query
    last = tx.execute(select(LEADS.c.found_ms).where(LEADS.c.id == after)).scalar_one_or_none()
    if last is None:
        raise Problem("bad-request", f"after={after!r} names no lead. Give that of the last one you saw.")
    return query.where(tuple_(LEADS.c.found_ms, LEADS.c.id) > tuple_(last, after))


def _places(tx: Connection, bodies: Iterable[Row]) -> dict[str, str]:
    """In which other district a lead's point lies, by id, where it does."""
    placed = [body for body in bodies if body.values.get("location")]
    if not placed:
        return {}
    index: DistrictIndex = districts.load_index(tx)
    points = [(body.values["location"]["lat"], body.values["location"]["lon"]) for body in placed]
    lying = zip(placed, index.districts_of(points), strict=True)
    return {body.record: id for body, id in lying if id is not None and id != body.values["district"]}


_COPIED = (
    "what", "district", "sector", "workers_about", "workers_found", "establishment", "report", "cause",
    "handed_over_on", "registration_no", "registered_as", "registered_on", "cards", "cards_on",
    "duplicate_of",
)  # fmt: skip
_WORDS = ("name", "address", "principal", "remarks", "reason", "reference")


def _listed(
    body: Row, found_ms: int, named: Mapping[str, Row], by_name: str | None, place: str | None
) -> LeadListed:
    values = body.values
    unit = named.get(values.get("establishment") or "", registry.NOTHING).values
    status = values.get("status", "found")
    words = {name: hide_cnics(values[name]) if values.get(name) else values.get(name) for name in _WORDS}
    copied: dict[str, Any] = {**{name: values.get(name) for name in _COPIED}, **words}
    return LeadListed(
        **copied,
        location=_place(values),
        place_district=place,
        establishment_name=unit.get("name"),
        establishment_no=unit.get("registration_no"),
        id=body.record,
        reports=tuple(values.get("reports") or ()),
        status=status,
        next=tuple(step for step in STEPS[status] if step not in ("lifted", "found")),
        found_ms=found_ms,
        by_name=by_name,
        disputed=tuple(body.disputed),
    )


def _place(values: Mapping[str, Any]) -> Place | None:
    return msgspec.convert(values["location"], Place) if values.get("location") else None


class Writer(msgspec.Struct, frozen=True):
    """Who acts in the office: the open store, the clock, the office's device, and the person."""

    store: Store
    clock: Clock
    office: str
    by: str | None

    @property
    def today(self) -> date:
        """Today at the office."""
        return day_of(self.clock)


class Cards(msgspec.Struct, frozen=True):
    """How many cards (R-5) in all were issued, and the day; None: today."""

    number: int
    day: date | None


Check = Callable[[str | None], None]
"""Raises Problem where somebody may not touch a district."""


def hand_over(writer: Writer, lead: str, check: Check, reference: str, day: date | None) -> Answer:
    """Note that a lead was handed to the registration department, under its reference.

    Raises Problem not-found, no-right (by `check`), and refused where it is not at that step; so do the other
    acts. Of two people who act at once the second hears what the first did.
    """
    today = writer.today
    return _act(writer, lead, check, lambda held: steps.hand_over(held, reference, day or today, today))


def issue_cards(writer: Writer, lead: str, check: Check, cards: int, day: date | None) -> Answer:
    """Note how many cards (R-5) in all were issued."""
    today = writer.today
    return _act(writer, lead, check, lambda held: steps.issue_cards(held, cards, day or today, today))


def reject(writer: Writer, lead: str, check: Check, reason: str, duplicate_of: str | None) -> Answer:
    """Close a lead of which nothing will come, with a reason; or as a duplicate of another one."""

    def choose(tx: Connection) -> list[Entry]:
        record = _open(writer.store, tx, lead, check)
        if duplicate_of is not None:
            _open(writer.store, tx, duplicate_of, check)
            if duplicate_of == lead:
                raise Problem("refused", "A lead is no duplicate of itself. Name the other one.")
        return [change(record, steps.reject(record.values, reason, duplicate_of), writer.by)]

    return office.decide(writer.store, writer.clock, writer.office, choose)[-1]


def register(
    writer: Writer,
    lead: str,
    check: Check,
    registration_no: str | None,
    day: date | None,
    numbers: Registrations | None = None,
    cards: Cards | None = None,
) -> Answer:
    """Note that a lead was registered: the establishment with the number is linked, or made.

    `cards` that were issued with it are noted by the same change: both, or nothing where one cannot be.

    A known establishment without a number gets it; one with another number is not changed, and that is
    refused. Without `registration_no` the number of the known establishment counts. `numbers`: the register's
    numbers, where somebody has read them already.
    """

    def choose(tx: Connection) -> list[Entry]:
        record = _open(writer.store, tx, lead, check)
        unit, made = _registered(writer, tx, record, registration_no, numbers)
        number = made or unit.values["registration_no"]
        today = writer.today
        values = steps.register(record.values, number, unit.id, day or today, today)
        if cards is not None:
            registered = {**record.values, **values}
            values |= steps.issue_cards(registered, cards.number, cards.day or today, today)
        entries = [change(record, values, writer.by)]
        if made and unit.n == 0:
            entries.insert(0, _new_unit(unit, writer.by))
        elif made:
            check(unit.values.get("district"))
            entries.insert(0, change(unit, {"registration_no": made}, writer.by))
        return entries

    return office.decide(writer.store, writer.clock, writer.office, choose)[-1]


def _act(writer: Writer, lead: str, check: Check, decide: Callable[[Mapping[str, Any]], Any]) -> Answer:
    def choose(tx: Connection) -> list[Entry]:
        record = _open(writer.store, tx, lead, check)
        return [change(record, decide(record.values), writer.by)]

    return office.decide(writer.store, writer.clock, writer.office, choose)[-1]


def _open(store: Store, tx: Connection, id: str, check: Check) -> Record:
    found, _ = rows.load(store, tx, [id])
    record = found.get(id)
    if record is None or record.kind != "lead":
        raise Problem("not-found", "There is no such lead.")
    check(record.values["district"])
    return record


def _registered(
    writer: Writer, tx: Connection, lead: Record, number: str | None, numbers: Registrations | None
) -> tuple[Record, str | None]:
    """The establishment that a lead was registered as, and the number to give it, if it has none yet.

    One that is to be made is a record without a position.
    """
    known = lead.values.get("establishment")
    if known is not None and lead.values["what"] != "contractor":
        unit = rows.load(writer.store, tx, [known])[0].get(known)
        if unit is not None and not is_out(unit):
            return unit, _fitting(unit, number, numbers or Registrations(tx))
    if not number:
        raise Problem("refused", "Give the registration number under which it was registered.")
    numbers = numbers or Registrations(tx)
    found = numbers.find(number)
    if found is None and numbers.doubled(number):
        raise Problem("refused", numbers.why_not(number))
    id = found or record_id(number)
    held = rows.load(writer.store, tx, [id])[0].get(id)
    if held is not None and held.values.get(WITHDRAWN) is not None:
        raise Problem("refused", "The establishment with this number was withdrawn. Restore it first.")
    if held is None:
        copied = {
            name: lead.values.get(name) for name in ("name", "district", "address", "location", "sector")
        }
        return Record(
            id=id, kind="establishment", root=id, values={**copied, "registration_no": number}
        ), number
    return held, None if held.values.get("registration_no") else number


def _fitting(unit: Record, number: str | None, numbers: Registrations) -> str | None:
    """The number that a known establishment is to get; None where it has it. Raises Problem refused."""
    own = unit.values.get("registration_no")
    if own and (not number or plain_number(own) == plain_number(number)):
        return None
    if own:
        raise Problem(
            "refused",
            f"The register has the number {own} for this establishment, not {number}. Correct one first.",
        )
    if not number:
        raise Problem("refused", "Give the registration number: the establishment has none on the register.")
    other = numbers.find(number)
    if numbers.doubled(number) or other not in (None, unit.id):
        raise Problem("refused", f"Another establishment has the number {number} already. Check the number.")
    return number


def _new_unit(unit: Record, by: str | None) -> Entry:
    values = {name: value for name, value in unit.values.items() if value is not None}
    return Entry(kind="establishment", record=unit.id, op="create", set=values, by=by)

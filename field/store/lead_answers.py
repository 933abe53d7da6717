"""The registration department's answers, taken into the leads one by one; the same file changes nothing."""

from collections.abc import Callable
from typing import IO

import msgspec

from field.inspections import table_file
from field.inspections.table_file import Reject, Remark
from field.problems import Problem
from field.recovery import lead_file
from field.recovery.cells import plain_number
from field.recovery.lead_file import AnswerRow
from field.store import leads, registry
from field.store.import_runs import LISTED_MAX
from field.store.leads import Cards, Writer
from field.store.registrations import Registrations
from field.sync.wire import Row


class Taken(msgspec.Struct):
    """What came of the answers, row by row. `pending`: rows without an answer.

    `rejects` and `remarks` are the first LISTED_MAX of each.
    """

    changed: int = 0
    unchanged: int = 0
    pending: int = 0
    rejected: int = 0
    rejects: list[Reject] = []
    remarks: list[Remark] = []


def import_file(writer: Writer, file: IO[bytes], told: Callable[[Reject], None]) -> Taken:
    """Take the answers of a file; `told` hears of each row that is not taken.

    What the lead says already is left as it is. Raises Problem unknown-format for what is no such table.
    """
    found = table_file.fingerprint(file)
    rows = lead_file.read(file, found.encoding, writer.today)
    with writer.store.read() as tx:
        numbers = Registrations(tx)
    done = Taken()
    for row in rows:
        match row:
            case AnswerRow():
                _take(writer, row, numbers, done, told)
            case Reject():
                _reject(row, done, told)
            case Remark():
                done.remarks.append(row)
            case _:
                done.pending += 1
    return done


def _take(
    writer: Writer, row: AnswerRow, numbers: Registrations, done: Taken, told: Callable[[Reject], None]
) -> None:
    with writer.store.read() as tx:
        lead = registry.by_id(tx, [row.lead]).get(row.lead)
    if lead is None or lead.kind != "lead":
        reason = "There is no such lead. Was it handed over by another office?"
        _reject(Reject(row.line, "lead", row.lead, reason), done, told)
        return
    try:
        changed = _write(writer, row, lead, numbers)
    except Problem as problem:
        if problem.code != "refused":
            raise
        _reject(Reject(row.line, "outcome", row.outcome, problem.detail), done, told)
    else:
        done.changed += changed
        done.unchanged += not changed


def _write(writer: Writer, row: AnswerRow, lead: Row, numbers: Registrations) -> bool:
    """Bring a lead to what the answer says; whether anything was written."""
    values, status = lead.values, lead.values.get("status", "found")
    if row.outcome == "rejected":
        if status == "rejected":
            return False
        leads.reject(writer, row.lead, _anywhere, row.reason or "", None)
        return True
    registered = status in ("registered", "card_issued")
    if registered and row.registration_no:
        _same_number(values["registration_no"], row.registration_no)
    told = row.outcome == "card_issued" and row.cards is not None
    cards = Cards(row.cards or 0, row.cards_on) if told else None
    if not registered:
        # In one: a row that is rejected for its cards must not have registered anybody.
        leads.register(writer, row.lead, _anywhere, row.registration_no, row.registered_on, numbers, cards)
        _learn(writer, row.lead, numbers)
        return True
    if row.outcome == "registered" or row.cards is None or values.get("cards") == row.cards:
        return False
    leads.issue_cards(writer, row.lead, _anywhere, row.cards, row.cards_on)
    return True


def _learn(writer: Writer, lead: str, numbers: Registrations) -> None:
    """Have the rows below know who has which number by this answer: nobody gets the same one."""
    with writer.store.read() as tx:
        values = registry.by_id(tx, [lead])[lead].values
    if values.get("registered_as") and values.get("registration_no"):
        numbers.learn(values["registration_no"], values["registered_as"])


def _same_number(known: str, told: str) -> None:
    if plain_number(known) != plain_number(told):
        detail = f"It was registered as {known}, and this answer says {told}. Ask the department."
        raise Problem("refused", detail)


def _anywhere(_: str | None) -> None:
    """Whoever sits at the server acts for every district."""


def _reject(reject: Reject, done: Taken, told: Callable[[Reject], None]) -> None:
    done.rejected += 1
    told(reject)
    if len(done.rejects) < LISTED_MAX:
        done.rejects.append(reject)

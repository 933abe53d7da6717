"""A registration lead: somebody who should be registered and is not, from being found to the cards (R-5).

An establishment without a registration number, workers of a known establishment who hold no card, people
who work at home or for themselves, workers of a contractor. Found on a tablet, or by the office from a
report; the registration department registers, and what it answers is tracked here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

import msgspec

from field.inspections.fields import FIXED, LATEST, REVIEW, SERVER, Count, Line, Place, RecordId, Text
from field.problems import Problem

What = Literal["unit", "workers", "home_based", "self_employed", "contractor"]
"""An establishment, workers of a known one, people at home, for themselves, or those of a contractor."""

Status = Literal["found", "handed_over", "registered", "card_issued", "rejected", "duplicate", "lifted"]

_WHAT = msgspec.Meta(pattern=f"^({'|'.join(get_args(What))})$", max_length=20)


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """A root record; lives in the scope of its district, on every tablet there.

    So it names a place and no person: no worker's name, telephone number or CNIC has a field here
    (docs/decisions/personal-data.md). `district` is where it was found: of an inspector's postings the one
    at work. `principal` is for whom a contractor's workers work, where no known establishment is.

    Everything from `cause` on is the office's: no tablet can close a lead. `cause` and `workers_found` say
    why the office took it up and how many workers at least it counted in `reports`. Days are as in
    2026-09-22. `cards` counts those issued up to `cards_on`.
    """

    what: Annotated[Annotated[str, _WHAT], REVIEW]
    name: Annotated[Line, REVIEW]
    district: Annotated[Line, FIXED]
    address: Annotated[Line | None, REVIEW] = None
    location: Annotated[Place | None, REVIEW] = None
    sector: Annotated[Line | None, LATEST] = None
    workers_about: Annotated[Count | None, REVIEW] = None
    principal: Annotated[Line | None, REVIEW] = None
    establishment: Annotated[RecordId | None, FIXED] = None
    report: Annotated[RecordId | None, FIXED] = None
    remarks: Annotated[Text | None, LATEST] = None
    cause: Annotated[Line | None, SERVER] = None
    workers_found: Annotated[Count | None, SERVER] = None
    reports: Annotated[list[RecordId] | None, SERVER] = None
    status: Annotated[Line, SERVER] = "found"
    reason: Annotated[Line | None, SERVER] = None
    handed_over_on: Annotated[Line | None, SERVER] = None
    reference: Annotated[Line | None, SERVER] = None
    registration_no: Annotated[Line | None, SERVER] = None
    registered_as: Annotated[RecordId | None, SERVER] = None
    registered_on: Annotated[Line | None, SERVER] = None
    cards: Annotated[Count | None, SERVER] = None
    cards_on: Annotated[Line | None, SERVER] = None
    duplicate_of: Annotated[RecordId | None, SERVER] = None


OPEN: frozenset[str] = frozenset({"found", "handed_over"})
"""Somebody has still to do something before there is a registration."""

STEPS: Mapping[str, tuple[Status, ...]] = {
    "found": ("handed_over", "rejected", "duplicate", "lifted"),
    "handed_over": ("registered", "rejected", "duplicate", "lifted"),
    "registered": ("card_issued",),
    "card_issued": ("card_issued",),
    "lifted": ("found", "handed_over", "registered"),
    "rejected": (),
    "duplicate": (),
}
"""What may follow. A lead that new facts lifted may come up again, or have been registered meanwhile."""

SAID: Mapping[str, str] = {
    "found": "found, not handed over yet",
    "handed_over": "handed over to the registration department",
    "registered": "registered",
    "card_issued": "registered, and cards are issued",
    "rejected": "rejected",
    "duplicate": "a duplicate of another lead",
    "lifted": "lifted by new facts",
}
"""Each status in words."""

Values = Mapping[str, Any]


def hand_over(lead: Values, reference: str, day: date, today: date) -> dict[str, Any]:
    """What is written when a lead goes to the registration department, under its reference.

    Raises Problem refused where the lead is not at that step, or the day cannot be; so do the others here.
    """
    _step(lead, "handed_over")
    _check_day(day, today, None, "")
    return {"status": "handed_over", "handed_over_on": day.isoformat(), "reference": _words(reference)}


def register(
    lead: Values, registration_no: str, registered_as: str, day: date, today: date
) -> dict[str, Any]:
    """What is written when the department has registered it; `registered_as` is the establishment."""
    _step(lead, "registered")
    _check_day(day, today, lead.get("handed_over_on"), "handed over")
    return {
        "status": "registered",
        "reason": None,
        "registration_no": _words(registration_no),
        "registered_as": registered_as,
        "registered_on": day.isoformat(),
    }


def issue_cards(lead: Values, cards: int, day: date, today: date) -> dict[str, Any]:
    """What is written when so many cards (R-5) in all were issued up to a day."""
    _step(lead, "card_issued")
    _check_day(day, today, lead.get("cards_on") or lead.get("registered_on"), "registered")
    before = lead.get("cards") or 0
    if cards < max(before, 1):
        told = f"{before} were told before" if before else "at least one must be"
        raise Problem("refused", f"{cards} cards cannot be: {told}. Give the number of all cards so far.")
    return {"status": "card_issued", "cards": cards, "cards_on": day.isoformat()}


def reject(lead: Values, reason: str, duplicate_of: str | None = None) -> dict[str, Any]:
    """What is written when nothing will come of a lead, or another says the same; always with a reason."""
    status: Status = "rejected" if duplicate_of is None else "duplicate"
    _step(lead, status)
    return {"status": status, "reason": _words(reason), "duplicate_of": duplicate_of}


def _step(lead: Values, to: Status) -> None:
    status = lead.get("status", "found")
    if lead.get("withdrawn") is not None:
        raise Problem("refused", "This lead was withdrawn. Restore it first.")
    if to not in STEPS[status]:
        raise Problem("refused", f"This lead is {SAID[status]}: it cannot be {SAID[to]} now.", step=status)
    if to == "registered" and not lead.get("reference"):
        raise Problem("refused", "This lead was never handed over. Hand it over first, with a reference.")


def _check_day(day: date, today: date, since: str | None, what: str) -> None:
    if day > today:
        raise Problem("refused", f"{day.isoformat()} is still to come. Give the day on which it was done.")
    if since is not None and day.isoformat() < since:
        raise Problem("refused", f"{day.isoformat()} is before {since}, when it was {what}. Check the day.")


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Problem("refused", "A word is missing here: give the reference, the number or the reason.")
    return words

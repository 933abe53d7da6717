"""Sets of answers to the full inspection that is shipped: units as an inspector meets them."""

from collections.abc import Mapping
from typing import Any

from tests.vectors.checklist_answers import answers, item

NAME = "full-inspection@1"

HONEST: Mapping[str, Any] = {
    "unit_status": "open",
    "particulars_agree": "yes",
    "activity": "garments",
    "other_places": "no",
    "visit_type": "routine",
    "identity_shown": "yes",
    "visit_scope": "complete",
    "records_refused": "no",
    "records_produced": ["wage_register", "attendance_register", "Form_C-1_schedules"],
    "months_checked": ["2026-09", "2026-10"],
    "months_paid": ["2026-09", "2026-10"],
    "records_here": "yes",
    "attendance_written_to": "2026-11-22",
    "men": 12,
    "women": 8,
    "contractors_workers": 0,
    "covered": 18,
    "coverable": 0,
    "not_coverable": 2,
    "count_method": "walked",
    "attendance_today": 20,
    "wage_month": "2026-10",
    "wage_workers": 21,
    "wage_total_rs": 880_000,
    "schedule_workers": 21,
    "schedule_total_rs": 880_000,
    "below_minimum": 0,
    "at_work_not_on_register": 0,
    "wages_receipted": "yes",
    "cards_held": 18,
    "cards_kept": "no",
    "earlier_any": "no",
    "person_met": "Manager",
    "person_capacity": "manager",
    "told": "yes",
    "employer_signed": "signed",
    "employer_signature": "photo-1",
    "inspector_signature": "photo-2",
}
"""A unit with which all is well, on 2026-11-22."""

WORKER: Mapping[str, Any] = {
    "interview_name": "Worker 1",
    "interview_kind": "permanent",
    "interview_since": "2024-02-01",
    "interview_days": 26,
    "interview_wage_rs": 42_000,
    "interview_pay_mode": "bank",
    "interview_deducted": "no",
    "interview_card": "yes",
    "interview_on_register": "yes",
    "interview_register_rs": 42_000,
}


def unit(name: str, *more: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    """A set of answers: the honest unit with what is changed; None takes an answer away."""
    given = {question: value for question, value in {**HONEST, **changed}.items() if value is not None}
    return {
        "name": name,
        "checklist": NAME,
        "answers": [*answers(**given), *(each for part in more for each in part)],
    }


def bare(name: str, **given: Any) -> dict[str, Any]:
    """A set of answers that has nothing but these."""
    return {"name": name, "checklist": NAME, "answers": answers(**given)}


def worker(name: str, **changed: Any) -> list[dict[str, Any]]:
    """The answers of one worker."""
    return item(
        name, **{question: value for question, value in {**WORKER, **changed}.items() if value is not None}
    )


SETS: list[dict[str, Any]] = [
    bare("nothing is answered yet"),
    unit("all is well", worker("w1"), worker("w2", interview_name="Worker 2")),
    bare(
        "the unit is closed",
        unit_status="closed",
        closed_since="2026-08-01",
        visit_type="routine",
        inspector_signature="p",
    ),
    bare(
        "it moved away",
        unit_status="shifted",
        moved_to="Korangi",
        visit_type="routine",
        inspector_signature="p",
    ),
    bare("it cannot be found", unit_status="untraceable", visit_type="follow_up", inspector_signature="p"),
    bare("only the status is known", unit_status="open"),
    unit(
        "entry is refused",
        answers(
            refused_what=["entry", "interviews"],
            refused_by="guard",
            refusal_reason="not allowed",
            refusal_explained="yes",
        ),
        visit_scope="refused",
        records_refused="yes",
        employer_signed="refused",
    ),
    unit("records are refused", records_refused="yes", records_produced=None),
    unit("records only: nobody is counted", visit_scope="records_only"),
    unit("a part was not seen", visit_scope="partial"),
    unit("workers are not covered", coverable=5, covered=13),
    unit("the three numbers do not add up", covered=19),
    unit("the three numbers are more than all", covered=20, coverable=20),
    unit("more covered than counted", covered=21),
    unit("nobody is at work", men=0, women=0, covered=0, not_coverable=0, cards_held=0, attendance_today=0),
    unit(
        "contractors",
        item("k1", contractor_name="Contractor 1", contractor_workers=4, contractor_registered="no"),
        item("k2", contractor_name="Contractor 2", contractor_workers=9, contractor_registered="yes"),
        contractors_workers=8,
    ),
    unit("a contractor is not named", item("k1", contractor_workers=8), contractors_workers=8),
    unit(
        "the attendance register is behind and short", attendance_written_to="2026-11-17", attendance_today=15
    ),
    unit("the attendance register is too good", attendance_today=31),
    unit("the attendance register is written ahead", attendance_written_to="2026-11-30"),
    unit(
        "workers tell otherwise",
        worker("w1", interview_card="no", interview_wage_rs=30_000),
        worker(
            "w2",
            interview_on_register="no",
            interview_deducted="yes",
            interview_card="no",
            interview_kind="trainee",
        ),
        worker("w3", interview_wage_rs=45_000, interview_name=None),
    ),
    unit("a worker who has not worked", worker("w1", interview_days=0, interview_wage_rs=None)),
    unit(
        "a worker of next year, 32 days long", worker("w1", interview_since="2027-01-01", interview_days=32)
    ),
    unit(
        "a CNIC that is none",
        worker("w1", interview_cnic="9-12"),
        worker("w2", interview_cnic="42101-1234567-1"),
    ),
    unit(
        "a worker whose name is sealed",
        worker("w1", interview_name=None),
        [{"question": "interview_name", "item": "w1", "sealed": True}],
    ),
    unit("the schedule is short", schedule_workers=15, schedule_total_rs=600_000),
    unit(
        "wages below the minimum, and nothing signed",
        below_minimum=3,
        at_work_not_on_register=2,
        wages_receipted="no",
    ),
    unit("a month that is none", wage_month="2026-13"),
    unit("no wage register", records_produced=["payment_challans"]),
    unit("cards are missing and kept", cards_held=4, cards_kept="yes"),
    unit("earlier findings are open", earlier_any="yes", earlier_settled="partly"),
    unit("earlier findings are settled", earlier_any="yes", earlier_settled="settled"),
    unit(
        "undertakings",
        item("u1", undertaking="register two workers", undertaking_by="2026-12-15"),
        item("u2", undertaking="pay October", undertaking_by="2026-11-21"),
        item("u3", undertaking="produce the ledger"),
    ),
    unit("nobody was told", item("u1", undertaking="pay"), told="no"),
    unit("nobody signs", employer_signed="nobody", employer_signature=None),
    unit("the signature is missing", employer_signature=None, inspector_signature=None),
    unit("other places are not told", other_places="yes", particulars_agree="no"),
    unit("typed in Urdu digits, as text", men="۱۲", women="۸"),
    unit("an answer of another time", records_produced=["wage_register", "diary"]),
]

REPORTS: list[dict[str, Any]] = [
    {
        "checklist": NAME,
        "report": {
            "headcount": {"men": 12, "women": 8, "total": 20},
            "months_checked": ["2026-10", "2026-09"],
            "months_paid": [],
            "records_refused": True,
            "records_produced": ["wage register", "R-5 cards register"],
            "person_met": "Manager",
            "remarks": "A line\nand another",
        },
    },
]

"""What an employer may have of the lines that tablets signed: all of a line, or its hash alone."""

import hashlib
from datetime import date
from typing import Any

import msgspec
import pytest

from field.evidence.editions import cut
from field.evidence.facts import LineKept, PhotoKept, ReportKept
from field.inspections.checklists import Checklist, Question, Words, shipped
from field.sync.receipts import LANDED

(FULL,) = [each for each in shipped() if each.name == "full-inspection@1"]
REPORT, VISIT, TOLD, GATE, PORTRAIT = (f"0000000{n}-0000-7000-8000-000000000000" for n in range(1, 6))


def line(kind: str, record: str, set: dict[str, Any], **more: Any) -> LineKept:
    said = {"id": "x", "op": "create", "kind": kind, "record": record, "set": set}
    status = more.pop("status", "applied")
    return raw(kind, record, msgspec.json.encode({**said, **more}), status)


def raw(kind: str | None, record: str, public: bytes, status: str = "applied") -> LineKept:
    hash = hashlib.sha256(public).hexdigest()
    return LineKept("tablet", 1, public, None, hash, "x", kind, record, 1, 1, status, "own/p", 1)


def report(*lines: LineKept, questions: dict[str, str] | None = None, **more: Any) -> ReportKept:
    values: dict[str, Any] = {
        "id": REPORT,
        "establishment": {"id": "e"},
        "visit": {},
        "visit_id": VISIT,
        "inspector": None,
        "captured_ms": 0,
        "day": "2026-11-22",
        "values": {},
        "masked": {},
        "checklist": FULL,
        "sections": (),
        "questions": questions or {},
        "wage_lines": (),
        "photos": (),
        "lines": lines,
        "batches": (),
        "devices": (),
        "findings": (),
        "remarks": (),
    }
    return ReportKept(**{**values, **more})


def handed(*lines: LineKept, **more: Any) -> list[LineKept]:
    return list(cut(report(*lines, **more), "employer").lines)


def test_the_court_has_every_line() -> None:
    lines = (line("report", REPORT, {"remarks": "told"}), raw(None, REPORT, b"no JSON", "quarantined"))
    found = cut(report(*lines), "court")
    assert (found.lines, found.left_out) == (lines, ())


def test_the_employer_has_what_tells_nobodys_words() -> None:
    wages = line("wage_line", TOLD, {"report": REPORT, "month": "2024-07", "wage_rs": 30_000})
    assert handed(wages) == [wages]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("report", {"set": {"remarks": "told"}}),
        ("report", {"set": {}, "was": {"remarks": "told"}}),
        ("report", {"set": {}, "over": {"checklist_note": ["x"]}}),
        ("visit", {"set": {"notes": "told"}}),
        ("wage_line", {"set": {"remarks": "told"}}),
        ("photo", {"set": {"caption": "told"}}),
        ("wage_line", {"set": {}, "reason": "she told me"}),
        ("wage_line", {"set": {"withdrawn": {"reason": "she told me", "seen": []}}}),
        ("wage_line", {"set": {"a_field_of_tomorrow": "told"}}),
        ("report", {"set": {"records_produced": ["copy of 42101-1234567-1"]}}),
        ("lead", {"set": {"name": "told"}}),
        ("complaint", {"set": {}}),
    ],
)
def test_a_line_with_words_that_are_the_institutions_own_stays_out(kind: str, said: dict[str, Any]) -> None:
    assert handed(line(kind, REPORT, **said)) == []


@pytest.mark.parametrize("status", ["quarantined", "held", "waiting", "lost", "duplicate"])
def test_a_line_that_did_not_land_may_say_anything_and_stays_out(status: str) -> None:
    assert status not in LANDED
    assert handed(line("wage_line", TOLD, {"wage_rs": 1}, status=status)) == []


def test_a_member_that_stands_there_twice_hides_nothing() -> None:
    """A reader of JSON takes the last of two members; the first one is in the bytes all the same."""
    twice = raw("report", REPORT, b'{"set":{"remarks":"told"},"set":{"records_refused":true}}')
    inner = raw("report", REPORT, b'{"set":{"records_refused":"told","records_refused":true}}')
    assert handed(twice, inner) == []


def test_answers_follow_the_marks_of_the_checklist_by_which_they_were_captured() -> None:
    asked = line("answer", TOLD, {"report": REPORT, "question": "covered", "value": 3})
    assert handed(asked, questions={TOLD: "covered"}) == [asked]
    assert handed(asked, questions={TOLD: "interview_kind"}) == []
    assert handed(asked, questions={TOLD: "nobody_knows"}) == []
    assert handed(asked, questions={TOLD: "covered"}, checklist=None) == []


def test_a_photo_that_an_interview_names_stays_out_also_once_the_answer_was_changed() -> None:
    photos = tuple(
        PhotoKept(id, {"sha256": "a", "purpose": "other"}, None, 0, None) for id in (GATE, PORTRAIT)
    )
    named = line("answer", TOLD, {"report": REPORT, "question": "interview_kind", "value": PORTRAIT})
    changed = line("answer", TOLD, {"value": "permanent"})
    own = [line("photo", id, {"report": REPORT, "sha256": "a" * 64}) for id in (GATE, PORTRAIT)]
    made = report(named, changed, *own, questions={TOLD: "interview_kind"}, photos=photos)
    found = cut(made, "employer")
    assert [each.id for each in found.photos] == [GATE]
    assert found.photos_left_out == 1
    assert found.lines == (own[0],)


def test_a_photo_taken_for_an_interviews_question_stays_out() -> None:
    taken = (PhotoKept(PORTRAIT, {"sha256": "a", "purpose": "interviews"}, None, 0, None),)
    assert cut(report(photos=taken), "employer").photos == ()


def test_a_mark_reaches_all_below_a_group_and_what_is_asked_because_of_it() -> None:
    def ask(name: str, **more: Any) -> Question:
        return Question(name=name, type=more.pop("type", "text"), label=Words(), **more)

    checklist = Checklist(
        id="c",
        version=1,
        valid_from=date(2026, 1, 1),
        title=Words(),
        legal_basis="",
        questions=(
            ask("complaint", type="group", confidential=True),
            ask("deep", type="group", group="complaint"),
            ask("what", group="deep"),
            ask("then", relevant="${what} = 'x'"),
            ask("people", type="repeat"),
            ask("who", group="people", personal=True),
            ask("since", group="people"),
            ask("plain"),
        ),
    )
    names = {each.name for each in checklist.questions}
    assert names - checklist.kept_from_employer == {"plain"}

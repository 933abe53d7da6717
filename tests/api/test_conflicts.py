"""Conflicts as work: looked for, opened with their evidence, decided, and a decision taken back."""

from typing import Any

from field.store import assessments, rows, stakes
from field.sync.merge import Record
from tests.api.conftest import Office
from tests.helpers import Tablet

SUPERVISOR = "supervisor-korangi"


def row(office: Office, record: str) -> Record:
    with office.world.store.read() as tx:
        return rows.load(office.world.store, tx, [record])[0][record]


def opened(office: Office, conflict: str) -> dict[str, Any]:
    answer = office.get(f"/api/conflicts/{conflict}", SUPERVISOR)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def listed(office: Office, **query: object) -> list[str]:
    answer = office.get("/api/conflicts", SUPERVISOR, **query)
    assert answer.status_code == 200, answer.text
    return [each["record"] for each in answer.json()]


def differ(
    office: Office, values: list[int], record: str, field: str, kind: str = "wage_line"
) -> list[Tablet]:
    """Several tablets say different things of a field, none having seen the other; give the tablets."""
    shown = row(office, record)
    over = {field: sorted(shown.live.get(field, {}))}
    tablets = []
    for value in values:
        tablet = office.world.tablet(office.work["korangi"].inspector, "korangi")
        office.world.clock.advance(1000)
        tablet.change(kind, record, {field: value}, over=over)
        tablet.push(office.client)
        tablets.append(tablet)
    return tablets


def wages(office: Office, values: list[int]) -> str:
    """A conflict about a wage; give its id."""
    work = office.work["korangi"]
    before = set(listed(office))
    differ(office, values, work.line, "wage_rs")
    (conflict,) = set(listed(office)) - before
    return conflict


def decide(office: Office, conflict: str, at: int) -> str:
    seen = [each["write"] for each in opened(office, conflict)["candidates"]]
    chosen = {"seen": seen, "choose": seen[at], "reason": "Seen the register."}
    answer = office.post(f"/api/conflicts/{conflict}/decide", SUPERVISOR, chosen)
    assert answer.status_code == 200, answer.text
    id: str = answer.json()["id"]
    return id


def undo(office: Office, conflict: str, decision: str, login: str = SUPERVISOR):
    body = {"decision": decision, "reason": "It was the other unit's register."}
    return office.post(f"/api/conflicts/{conflict}/undo", login, body)


def test_a_decision_taken_back_brings_the_same_candidates_back(office: Office) -> None:
    work = office.work["korangi"]
    conflict = wages(office, [31_000, 32_000])
    before = opened(office, conflict)
    decision = decide(office, conflict, 1)
    assert not opened(office, conflict)["open"]
    assert row(office, work.line).values["wage_rs"] == 32_000
    (said,) = opened(office, conflict)["decisions"]
    assert (said["id"], said["undone"], said["reopens"], said["replaced"]) == (decision, False, True, 2)
    assert undo(office, conflict, decision).status_code == 200
    after = opened(office, conflict)
    assert after["open"]
    assert after["candidates"] == before["candidates"]
    (said,) = after["decisions"]
    assert (said["undone"], said["undone_reason"]) == (True, "It was the other unit's register.")
    assert said["undone_by_name"] == "Name of supervisor"
    assert conflict in listed(office)
    assert undo(office, conflict, decision).json()["code"] == "changed-meanwhile"
    decide(office, conflict, 0)
    assert row(office, work.line).values["wage_rs"] == 31_000


def test_what_was_written_over_a_decision_stands_beside_what_comes_back(office: Office) -> None:
    work = office.work["korangi"]
    conflict = wages(office, [31_000, 32_000])
    decision = decide(office, conflict, 0)
    differ(office, [33_000], work.line, "wage_rs")
    (said,) = opened(office, conflict)["decisions"]
    assert said["later"] == 1
    assert undo(office, conflict, decision).status_code == 200
    assert sorted(each["value"] for each in opened(office, conflict)["candidates"]) == [
        31_000,
        32_000,
        33_000,
    ]


def test_only_who_may_decide_takes_a_decision_back(office: Office) -> None:
    conflict = wages(office, [31_000, 32_000])
    decision = decide(office, conflict, 0)
    assert undo(office, conflict, decision, "supervisor-sukkur").status_code == 403
    assert undo(office, conflict, decision, "directorate-korangi").status_code == 403
    assert undo(office, conflict, office.work["korangi"].line).status_code == 404


def test_conflicts_are_found_by_what_a_supervisor_looks_for(office: Office) -> None:
    work = office.work["korangi"]
    wage = wages(office, [31_000, 32_000])
    stakes.refresh(office.world.store)
    both = {wage, work.conflict}
    assert set(listed(office)) == both
    assert listed(office, of="wage_line") == listed(office, about="wage_rs") == [wage]
    assert set(listed(office, establishment=work.establishment)) == both
    assert listed(office, establishment=work.line) == []
    assert set(listed(office, inspector=work.inspector)) == both
    assert listed(office, inspector=office.work["sukkur"].inspector) == []
    assert listed(office, rupees=1) == [wage]
    assert listed(office, older_than_days=1) == []
    office.world.clock.advance(2 * 86_400_000)
    assert set(listed(office, older_than_days=1)) == both


def test_the_most_rupees_come_first_and_pages_add_up(office: Office) -> None:
    work = office.work["korangi"]
    little = wages(office, [31_000, 31_100])
    tablet = office.world.tablet(work.inspector, "korangi")
    _, (line,) = tablet.report(work.visit, [{"month": "2024-07", "wage_rs": 20_000, "registered": True}])
    tablet.push(office.client)
    before = set(listed(office))
    differ(office, [1_000, 35_000], line, "wage_rs")
    (much,) = set(listed(office)) - before
    while stakes.refresh(office.world.store):
        pass
    order = listed(office, order="rupees")
    assert order == [much, little, work.conflict]
    assert listed(office, order="rupees", limit=1) == order[:1]
    assert listed(office, order="rupees", after=order[0]) == order[1:]
    assert listed(office, order="age")[0] == work.conflict
    decide(office, much, 0)
    gone = office.get("/api/conflicts", SUPERVISOR, order="rupees", after=much)
    assert gone.json()["code"] == "changed-meanwhile"


def test_a_stake_is_worked_out_anew_with_its_visit(office: Office) -> None:
    conflict = wages(office, [31_000, 32_000])
    stakes.refresh(office.world.store)
    assert listed(office, rupees=1) == [conflict]
    assessments.refresh(office.world.store, office.world.clock.now_ms())
    assert listed(office, rupees=1) == []
    assert stakes.refresh(office.world.store) == 2
    assert listed(office, rupees=1) == [conflict]


def test_an_opened_conflict_has_the_evidence_of_its_report(office: Office) -> None:
    work = office.work["korangi"]
    fix = {"lat": 24.8, "lon": 67.1, "accuracy_m": 9}
    tablet = office.world.tablet(work.inspector, "korangi")
    tablet.change("report", work.report, {"place": fix})
    photo = {
        "report": work.report,
        "sha256": "a" * 64,
        "size": 5,
        "media_type": "image/jpeg",
        "caption": "Gate",
    }
    tablet.change("photo", office.world.clock.uuid7(), photo, "create")
    tablet.push(office.client)
    proofs = opened(office, wages(office, [31_000, 32_000]))["proofs"]
    assert (proofs["report"], proofs["fix"]) == (work.report, fix)
    assert [(each["caption"], each["here"]) for each in proofs["photos"]] == [("Gate", False)]

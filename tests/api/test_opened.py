"""A conflict and a report, opened: what a person needs to decide, to the rupee, and nothing personal."""

from decimal import Decimal

import pytest

from field.recovery.money import from_json
from field.store import assessments
from field.store.people import PEOPLE
from tests.api.conftest import CNIC, MET, SECRETS, WORKER, Office, Work
from tests.helpers import Tablet

SUPERVISOR = "supervisor-korangi"


def disputed(office: Office, name: str, *values: object, over: bool = True, **create: object) -> str:
    """Two tablets say different things about a wage line that a third has written; the conflict's id."""
    world, work = office.world, office.work["korangi"]
    tablets = [world.tablet(work.inspector, "korangi") for _ in range(3)]
    wages = {"month": "2024-07", "wage_rs": 30_000, "registered": True, "cnic": CNIC, "worker_name": WORKER}
    _, (line,) = tablets[0].report(work.visit, [{**wages, **create}])
    created = _id_of_last(tablets[0])
    tablets[0].push(office.client)
    for tablet, value in zip(tablets[1:], values, strict=True):
        world.clock.advance(1000)
        tablet.change("wage_line", line, {name: value}, over={name: [created]} if over else {})
        tablet.push(office.client)
    listed = office.get("/api/conflicts", SUPERVISOR).json()
    (conflict,) = (each["record"] for each in listed if each["values"]["record"] == line)
    return str(conflict)


def _id_of_last(tablet: Tablet) -> str:
    from field.sync import changes

    change = changes.read_line(tablet._lines[-1], 1).change
    assert change is not None
    return change.id


def opened(office: Office, conflict: str, login: str = SUPERVISOR) -> dict:
    answer = office.get(f"/api/conflicts/{conflict}", login)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_list_of_conflicts_says_where_when_and_how_much(office: Office) -> None:
    work = office.work["korangi"]
    conflict = disputed(office, "wage_rs", 32_000, 37_000)
    listed = {each["record"]: each for each in office.get("/api/conflicts", SUPERVISOR).json()}
    shown = listed[conflict]
    assert (shown["establishment"], shown["establishment_name"]) == (work.establishment, "Mill of korangi")
    assert (shown["visit"], shown["due"], shown["district"]) == (work.visit, None, "korangi")
    assert (shown["values"]["of"], shown["values"]["about"]) == ("wage_line", "wage_rs")
    times = [each["t"] for each in shown["values"]["candidates"]]
    assert len(times) == 2
    assert shown["earliest_ms"] == min(times)
    assert shown["effect"] == {"least_rs": "1920.00", "most_rs": "2220.00"}
    assert listed[work.conflict]["effect"] is None


def test_a_conflict_opens_with_what_both_saw_and_what_each_makes_due(office: Office) -> None:
    work = office.work["korangi"]
    found = opened(office, disputed(office, "wage_rs", 32_000, 37_000))
    assert found["open"]
    assert found["establishment"]["name"] == "Mill of korangi"
    assert (found["visit"]["id"], found["visit"]["inspector_name"]) == (work.visit, "Name of inspector")
    assert (found["of"], found["about"]) == ("wage_line", "wage_rs")
    before = found["before"]
    assert (before["value"], before["masked"], before["by_name"]) == (30_000, False, "Name of inspector")
    first, second = found["candidates"]
    assert (first["value"], second["value"]) == (32_000, 37_000)
    assert first["device_name"].startswith("tablet ")
    assert (first["by"], first["by_name"]) == (work.inspector, "Name of inspector")
    assert before["t"] < first["t"] < second["t"]
    assert (first["line_due_rs"], second["line_due_rs"]) == ("1920.00", "2220.00")
    assert (first["report_due_rs"], second["report_due_rs"]) == ("1920.00", "2220.00")
    known = {row["id"] for row in office.get("/api/statute", SUPERVISOR).json()}
    assert set(first["rate_row_ids"]) <= known
    assert first["rate_row_ids"]
    assert found["others"]["month"] == "2024-07"
    assert found["others"]["cnic"] == "42101-*******-*"
    assert sorted(found["masked"]) == ["cnic", "worker_name"]
    assert "wage_rs" not in found["others"]
    assert office.get(found["history"], SUPERVISOR).status_code == 200


@pytest.mark.parametrize("choice", [0, 1])
def test_what_was_said_to_be_due_is_due_once_it_is_decided(office: Office, choice: int) -> None:
    """The figure beside a candidate is the assessment's own, not a guess at it."""
    conflict = disputed(office, "wage_rs", 32_000, 37_000)
    found = opened(office, conflict)
    chosen = found["candidates"][choice]
    body = {
        "seen": [each["write"] for each in found["candidates"]],
        "choose": chosen["write"],
        "reason": "The register says so.",
    }
    assert office.post(f"/api/conflicts/{conflict}/decide", SUPERVISOR, body).status_code == 200
    assessments.refresh(office.world.store, office.world.clock.now_ms())
    flagged = office.get(f"/api/flags/{found['establishment']['id']}", SUPERVISOR).json()
    (due,) = (each["total_rs"] for each in flagged["reports"] if each["report"] == found["others"]["report"])
    assert due == chosen["report_due_rs"]
    decided = opened(office, conflict)
    assert not decided["open"]
    assert [each["value"] for each in decided["candidates"]] == [chosen["value"]]


def test_other_lines_of_the_report_are_in_its_sum(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    tablet = world.tablet(work.inspector, "korangi")
    wages = [
        {"month": "2024-07", "wage_rs": 30_000, "registered": True, "cnic": CNIC},
        {"month": "2024-07", "wage_rs": 20_000, "registered": True, "cnic": "1"},
        {"month": "2024-07", "wage_rs": 20_000, "registered": True, "cnic": CNIC},
    ]
    _, lines = tablet.report(work.visit, wages)
    tablet.change("wage_line", lines[0], {"wage_rs": 40_000})
    tablet.push(office.client)
    listed = office.get("/api/conflicts", SUPERVISOR).json()
    (id,) = (each["record"] for each in listed if each["values"]["record"] == lines[0])
    by_value = {each["value"]: each for each in opened(office, id)["candidates"]}
    dues = {value: from_json(each["report_due_rs"]) for value, each in by_value.items()}
    alone = {value: from_json(each["line_due_rs"]) for value, each in by_value.items()}
    assert dues[30_000] - alone[30_000] == dues[40_000] - alone[40_000] == Decimal("1200.00")


def test_the_remarks_beside_a_reports_sum_are_about_the_whole_report(office: Office) -> None:
    """A supervisor read "3 people were counted at work; 2024-07 has lines for 1", of a report with three."""
    world, work = office.world, office.work["korangi"]
    tablet = world.tablet(work.inspector, "korangi")
    wages = [{"month": "2024-07", "wage_rs": 30_000, "registered": True, "cnic": str(n)} for n in range(3)]
    counted = {"men": 2, "women": 2, "total": 4}
    _, lines = tablet.report(work.visit, wages, headcount=counted)
    tablet.change("wage_line", lines[0], {"wage_rs": 40_000})
    tablet.push(office.client)
    listed = office.get("/api/conflicts", SUPERVISOR).json()
    (id,) = (each["record"] for each in listed if each["values"]["record"] == lines[0])
    for side in opened(office, id)["candidates"]:
        (remark,) = (each for each in side["remarks"] if "counted at work" in each)
        assert "lines for 3" in remark


def test_where_nobody_replaced_anything_there_is_no_before(office: Office) -> None:
    found = opened(office, disputed(office, "days", 20, 25, over=False))
    assert found["before"] is None
    assert [each["value"] for each in found["candidates"]] == [20, 25]


def test_a_month_that_was_not_checked_makes_nothing_due_and_says_so(office: Office) -> None:
    found = opened(office, disputed(office, "month", "2024-07", "2024-06"))
    checked, other = found["candidates"]
    assert (checked["line_due_rs"], other["line_due_rs"]) == ("1800.00", "0.00")
    assert any("2024-06" in remark or "not checked" in remark for remark in other["remarks"])


def test_a_personal_value_in_dispute_is_masked_and_says_so(office: Office) -> None:
    found = opened(office, office.work["korangi"].conflict)
    assert found["about"] == "person_met"
    assert [(each["value"], each["masked"]) for each in found["candidates"]] == [(f"{MET[0]}…", True)] * 2
    assert [each["line_due_rs"] for each in found["candidates"]] == [None, None]


def test_a_withdrawal_in_dispute_opens_too(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    tablet = world.tablet(work.inspector, "korangi")
    withdrawn = {"withdrawn": {"reason": "Counted twice.", "seen": []}}
    tablet.change("wage_line", work.line, withdrawn, "withdraw")
    tablet.push(office.client)
    listed = {each["values"]["about"]: each for each in office.get("/api/conflicts", SUPERVISOR).json()}
    assert listed["withdrawn"]["effect"] == {"least_rs": "0.00", "most_rs": "1800.00"}
    found = opened(office, listed["withdrawn"]["record"])
    dues = {each["value"] is None: each["line_due_rs"] for each in found["candidates"]}
    assert dues == {True: "1800.00", False: "0.00"}


def test_a_conflict_about_an_establishment_has_no_visit(office: Office) -> None:
    work = office.work["korangi"]
    for name in ("Old Mill", "New Mill"):
        work.tablet.change("establishment", work.establishment, {"name": name})
    work.tablet.push(office.client)
    (listed,) = (each for each in office.get("/api/conflicts", SUPERVISOR).json() if each["visit"] is None)
    assert (listed["establishment"], listed["district"]) == (work.establishment, "korangi")
    found = opened(office, listed["record"], "directorate-korangi")
    assert (found["visit"], found["establishment"]["id"]) == (None, work.establishment)
    assert {each["device_name"] for each in found["candidates"]} >= {"office"}


@pytest.mark.parametrize("path", ["/api/conflicts/{}", "/api/reports/{}"])
def test_what_is_no_such_thing_is_not_found(office: Office, path: str) -> None:
    work = office.work["korangi"]
    for id in (work.line, office.world.clock.uuid7(), "x"):
        assert office.get(path.format(id), SUPERVISOR).json()["code"] == "not-found"


def test_a_report_opens_with_its_lines_photos_conflicts_and_receipts(office: Office) -> None:
    world, work = office.world, office.work["korangi"]
    photo = world.clock.uuid7()
    about = {
        "report": work.report,
        "sha256": "a" * 64,
        "size": 7,
        "media_type": "image/jpeg",
        "caption": "Gate",
    }
    work.tablet.change("photo", photo, about, "create")
    work.tablet.push(office.client)
    found = office.get(f"/api/reports/{work.report}", SUPERVISOR).json()
    assert (found["id"], found["district"], found["by_name"]) == (work.report, "korangi", "Name of inspector")
    assert found["establishment"]["name"] == "Mill of korangi"
    assert found["visit"]["status"] == "done"
    assert found["values"]["months_checked"] == ["2024-07"]
    assert (found["values"]["person_met"], found["masked"]) == (f"{MET[0]}…", ["person_met"])
    assert found["disputed"] == ["person_met"]
    (line,) = found["lines"]
    assert (line["id"], line["values"]["wage_rs"]) == (work.line, 30_000)
    assert line["worker"] == {"cnic": "42101-*******-*", "worker_name": "Z…"}
    (shown,) = found["photos"]
    assert (shown["id"], shown["values"]["caption"]) == (photo, "Gate")
    assert found["conflicts"] == [
        {"id": work.conflict, "record": work.report, "of": "report", "about": "person_met"}
    ]
    assert found["lines_left_out"] == 0
    places = {(each["record"], each["status"]) for each in found["receipts"]}
    assert {(work.report, "applied"), (work.line, "applied"), (work.line, "quarantined")} <= places
    first = found["receipts"][0]
    assert (first["device"], first["seq"], len(first["hash"])) == (work.tablet.id, 1, 64)
    assert found["captured_ms"] == first["t"]
    assert all(secret not in str(found) for secret in SECRETS)


def test_what_is_opened_tells_nothing_of_another_district(office: Office) -> None:
    """Names of people come by id: one of them could have been anybody's."""
    foreign: Work = office.work["sukkur"]
    with office.world.store.write() as tx:
        tx.execute(PEOPLE.update().where(PEOPLE.c.id == foreign.inspector).values(name="Foreign inspector"))
    own = office.work["korangi"]
    for path in (f"/api/reports/{own.report}", f"/api/conflicts/{own.conflict}", "/api/conflicts"):
        text = office.get(path, SUPERVISOR).text
        for word in ("sukkur", "Foreign", foreign.establishment, foreign.report, foreign.tablet.id):
            assert word not in text
    for path in (f"/api/reports/{foreign.report}", f"/api/conflicts/{foreign.conflict}"):
        assert office.get(path, SUPERVISOR).status_code == 403
        assert "Foreign" not in office.get(path, SUPERVISOR).text
        assert office.get(path, "directorate-None").status_code == 200

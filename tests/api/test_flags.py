"""What recovery officers see: the worst first, every rupee with its lines and its law."""

import re
from decimal import Decimal

from field.recovery.retelling import SENTENCES
from field.store import assessments
from tests.api.conftest import Office
from tests.helpers import sign_in

WAGES = {"month": "2024-07", "wage_rs": 37_000, "registered": True}


def test_the_highest_sum_comes_first_with_its_reasons_in_words(office: Office):
    world, work = office.world, office.work["korangi"]
    richer = world.establishment("korangi", name="Richer Mill", registration_no="2024019999")
    visit = world.visit(richer, "korangi", work.inspector)
    work.tablet.report(visit, [WAGES, WAGES])
    work.tablet.push(office.client)
    assessments.refresh(world.store, world.clock.now_ms())
    first, second = office.get("/api/flags", "recovery_officer-korangi").json()
    assert (first["name"], first["registration_no"], first["due_rs"]) == (
        "Richer Mill",
        "2024019999",
        "4440.00",
    )
    assert (second["name"], second["due_rs"], second["district"]) == ("Mill of korangi", "1800.00", "korangi")
    (reason,) = (each for each in first["reasons"] if each["code"] == "month-unpaid")
    assert "Rs 4,440" in reason["sentence"]
    assert (reason["amount_rs"], reason["months"]) == ("4440.00", ["2024-07"])
    assert first["unconfirmed"] is True
    assert first["provisional"] is True
    assert [
        flag["establishment"] for flag in office.get("/api/flags", "supervisor-korangi", skip="1").json()
    ] == [work.establishment]


def test_a_flag_opens_down_to_its_wage_lines_and_dated_rows(office: Office):
    work = office.work["korangi"]
    found = office.get(f"/api/flags/{work.establishment}", "recovery_officer-korangi").json()
    (report,) = found["reports"]
    (line,) = report["lines"]
    assert (found["due_rs"], report["total_rs"], report["counted_rs"]) == ("1800.00", "1800.00", "1800.00")
    assert line["id"] == work.line
    assert line["values"]["wage_rs"] == 30_000
    assert line["worker"] == {"cnic": "42101-*******-*", "worker_name": "Z…"}
    used = {row["id"] for row in found["statute"]}
    assert used == {id for reason in report["reasons"] for id in reason["rate_row_ids"]}
    assert any(not row["confirmed"] and row["note"] for row in found["statute"])
    assert sum(float(month["due_rs"]) for month in report["months"]) == 1800
    assert found["lines_left_out"] == 0


def test_compliance_counts_each_district_by_itself(office: Office):
    office.world.establishment("korangi")
    numbers = {each["district"]: each for each in office.get("/api/compliance", "directorate-None").json()}
    assert numbers["korangi"] == {
        "district": "korangi",
        "name": "Korangi",
        "establishments": 2,
        "visited": 1,
        "reports": 1,
        "flagged": 1,
        "due_rs": "1800.00",
        "open_conflicts": 1,
        "quarantined": 1,
    }
    assert numbers["sukkur"]["establishments"] == 1


def test_a_decided_conflict_is_listed_no_more(office: Office):
    work = office.work["korangi"]
    (conflict,) = office.get("/api/conflicts", "supervisor-korangi").json()
    writes = [candidate["write"] for candidate in conflict["values"]["candidates"]]
    body = {"seen": writes, "choose": writes[0], "reason": "He signed."}
    assert (
        office.post(f"/api/conflicts/{work.conflict}/decide", "supervisor-korangi", body).status_code == 200
    )
    assert office.get("/api/conflicts", "supervisor-korangi").json() == []
    (numbers,) = office.get("/api/compliance", "supervisor-korangi").json()
    assert numbers["open_conflicts"] == 0


def test_a_conflict_about_an_establishment_is_listed_in_its_district(office: Office):
    work = office.work["sukkur"]
    row = office.get(f"/api/records/{work.establishment}", "supervisor-sukkur").json()
    for name in ("Old Mill", "New Mill"):
        work.tablet.change("establishment", work.establishment, {"name": name})
    work.tablet.push(office.client)
    found = office.get("/api/conflicts", "supervisor-sukkur").json()
    assert {conflict["values"]["record"] for conflict in found} == {work.establishment, work.report}
    assert row["values"]["name"] == "Mill of sukkur"
    (numbers,) = office.get("/api/compliance", "supervisor-sukkur").json()
    assert numbers["open_conflicts"] == 2


def test_the_law_is_shown_with_its_basis_and_its_doubts(office: Office):
    rows = office.get("/api/statute", "inspector-korangi").json()
    assert all(row["legal_basis"] and (row["confirmed"] or row["note"]) for row in rows)


def test_lists_are_read_on_from_the_last_one_seen(office: Office):
    for _ in range(3):
        office.world.establishment("korangi")
    token = sign_in(office.client, "supervisor-korangi")
    whole = [row["record"] for row in office.client.get("/api/establishments", headers=token).json()]
    after = office.client.get("/api/establishments", params={"after": whole[1]}, headers=token).json()
    assert [row["record"] for row in after] == whole[2:]
    assert len(whole) == 4


def test_a_history_tells_who_wrote_what_and_when(office: Office):
    work = office.work["korangi"]
    found = office.get(f"/api/records/{work.line}/history", "supervisor-korangi").json()
    assert [entry["status"] for entry in found] == ["applied", "quarantined"]
    assert found[0]["by"] == work.inspector
    (kept,) = office.get(f"/api/records/{work.line}/history", "supervisor-korangi", skip="1").json()
    assert kept["code"] == "bad-value"
    assert office.get(f"/api/records/{work.line}/history", "supervisor-korangi", skip="-1").status_code == 400


def test_a_value_that_no_database_could_hold_is_a_bad_request_or_nothing(office: Office):
    answer = office.get("/api/visits", "directorate-None", district="a\0b")
    assert answer.status_code in (200, 400)
    assert answer.json() == [] or answer.json()["code"] == "bad-request"


def test_the_lines_of_each_reason_add_up_to_what_it_says(office: Office):
    world, work = office.world, office.work["korangi"]
    visit = world.visit(work.establishment, "korangi", work.inspector)
    lines = [WAGES, {**WAGES, "wage_rs": 20_000}, {**WAGES, "registered": False}]
    work.tablet.report(visit, lines)
    work.tablet.push(office.client)
    assessments.refresh(world.store, world.clock.now_ms())
    found = office.get(f"/api/flags/{work.establishment}", "recovery_officer-korangi").json()
    reasons = [reason for report in found["reports"] for reason in report["reasons"]]
    assert {"month-unpaid", "worker-not-registered", "wage-under-minimum"} <= {
        each["code"] for each in reasons
    }
    for reason in reasons:
        assert len(reason["line_amounts_rs"]) == len(reason["line_ids"])
        assert sum(map(Decimal, reason["line_amounts_rs"])) == Decimal(reason["amount_rs"])


def test_a_history_names_who_wrote_it_also_to_those_who_may_not_list_people(office: Office):
    work = office.work["korangi"]
    found = office.get(f"/api/records/{work.line}/history", "recovery_officer-korangi").json()
    assert {each["by_name"] for each in found} == {"Name of inspector"}
    assert all(each["device_name"].startswith("tablet ") for each in found)


def test_a_flag_tells_what_became_of_it_to_those_of_its_district_alone(office: Office):
    work = office.work["korangi"]
    path = f"/api/flags/{work.establishment}/history"
    entries = office.get(path, "recovery_officer-korangi").json()
    assert {(each["rule"], each["what"]) for each in entries} == {
        ("month-unpaid", "raised"),
        ("wage-under-minimum", "raised"),
    }
    assert {each["title"] for each in entries} == {"Month not paid", "Less than the minimum wage"}
    assert entries[0]["causes"] == [{"kind": "report", "ref": work.report}]
    assert office.get(path, "recovery_officer-sukkur").json()["code"] == "not-found"
    assert office.get(f"/api/flags/{work.establishment}", "recovery_officer-sukkur").status_code == 404
    seen = office.get("/api/flags", "recovery_officer-sukkur").json()
    assert [each["establishment"] for each in seen] == [office.work["sukkur"].establishment]
    for person in ("inspector-sukkur", "inspector-korangi"):
        assert office.get(path, person).json()["code"] == "no-right"
        assert office.get("/api/flags", person).status_code == 403


def test_a_flag_says_why_it_ranks_where_it_does(office: Office):
    work = office.work["korangi"]
    (flag,) = office.get("/api/flags", "recovery_officer-korangi").json()
    assert (flag["severity"], flag["as_of"]) == ("high", "2026-01-01")
    (part,) = flag["rank_parts"]
    assert (part["sure"], part["percent"], part["amount_rs"]) == ("certain", "80", "1800.00")
    open_rs = Decimal(part["amount_rs"]) + Decimal(part["increase_rs"])
    assert Decimal(flag["open_rs"]) == open_rs
    assert Decimal(flag["expected_rs"]) == open_rs * Decimal("0.8")
    opened = office.get(f"/api/flags/{work.establishment}", "recovery_officer-korangi").json()
    assert opened["standing"]["expected_rs"] == flag["expected_rs"]
    assert {each["rule"] for each in opened["rules"]} == {each["rule"] for each in flag["rules"]}
    assert all(each["sentences"] and each["records"] for each in opened["rules"])


def _sentences(found: object) -> list[str]:
    """Every sentence in an answer, however deep."""
    if isinstance(found, list):
        return [each for one in found for each in _sentences(one)]
    if not isinstance(found, dict):
        return []
    own = []
    for name, value in found.items():
        if name in SENTENCES:
            own += [value] if isinstance(value, str) else [each for each in value if isinstance(each, str)]
        own += _sentences(value)
    return own


def test_every_sentence_about_an_employer_comes_in_the_language_asked_for(office: Office):
    work = office.work["korangi"]
    urdu = re.compile("[\u0600-\u06ff]")
    flag, report = f"/api/flags/{work.establishment}", f"/api/reports/{work.report}"
    for path in ("/api/flags", flag, f"{flag}/history", f"{report}/checks", report):
        english = _sentences(office.get(path, "supervisor-korangi").json())
        told = _sentences(office.get(path, "supervisor-korangi", language="ur").json())
        assert len(told) == len(english), path
        assert not any(map(urdu.search, english)), path
        assert all(map(urdu.search, told)), (path, told)
    assert _sentences(office.get(flag, "supervisor-korangi", language="ur").json())
    lacking = office.get(f"{flag}/owed", "supervisor-korangi", day="2026-01-01", language="ur").json()[
        "lacking"
    ]
    assert all(map(urdu.search, lacking))
    assert office.get(flag, "supervisor-korangi", language="fr").status_code == 400

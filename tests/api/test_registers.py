"""A visit's register from a file, its checks, and the schedule beside it, through the door."""

import io
import re
from collections import Counter

import pytest
from sqlalchemy import select

from field.store import assessments, register_files, schedules
from field.store.holding import CHANGES
from field.store.import_runs import Source
from field.store.rows import load
from tests.api.conftest import CNIC, SECRETS, WORKER, Office
from tests.helpers import World, sign_in
from tests.recovery.workbooks import xlsx

HEAD = "Month,Name,CNIC,Days,Wages,Card\n"
OTHER = "42101-7654321-3"


def send(office: Office, content: str | bytes, login: str = "supervisor-korangi", report: str = "", **query):
    return office.client.post(
        f"/api/reports/{report or office.work['korangi'].report}/register",
        content=content.encode() if isinstance(content, str) else content,
        params={"file_name": "wages.csv", **query},
        headers=sign_in(office.client, login),
    )


def lines(office: Office, report: str = ""):
    work = office.work["korangi"]
    with office.world.store.read() as tx:
        records, _ = load(office.world.store, tx, [work.visit], by_root=True)
    own = report or work.report
    return {id: each for id, each in records.items() if each.kind == "wage_line" and each.parent == own}


def wages(office: Office) -> Counter[int]:
    return Counter(each.values["wage_rs"] for each in lines(office).values())


def refresh(world: World) -> None:
    while assessments.refresh(world.store, world.clock.now_ms()):
        pass


def tally(answer):
    assert answer.status_code == 200, answer.text
    done = answer.json()
    return done["added"], done["unchanged"], done["repeated"], done["rejected"]


def declare(office: Office, establishment: str, *workers: tuple[str, str, int]):
    with office.world.store.read() as tx:
        number = load(office.world.store, tx, [establishment])[0][establishment].values["registration_no"]
    text = "reg no,month,name,cnic,days,wages,contribution\n"
    text += "".join(
        f"{number},2024-07,{name},{cnic},26,{wage},{wage * 6 // 100}\n" for name, cnic, wage in workers
    )
    done = schedules.import_file(
        office.world.store, office.world.clock, Source(io.BytesIO(text.encode()), "c1.csv", "test")
    )
    assert done.rejected == 0
    refresh(office.world)


def test_a_register_becomes_lines_of_the_report_and_the_same_again_changes_nothing(office: Office):
    text = HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n2024-07,Worker C,,20,30000,\n"
    assert tally(send(office, text)) == (2, 0, 0, 0)
    assert wages(office) == {30_000: 2, 37_000: 1}
    before = lines(office)
    assert tally(send(office, text)) == (0, 2, 0, 0)
    assert tally(send(office, text, file_name="again.csv")) == (0, 2, 0, 0)
    assert lines(office) == before


def test_the_history_of_a_line_tells_the_file_the_line_and_who(office: Office):
    send(office, HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n")
    (id,) = lines(office).keys() - {office.work["korangi"].line}
    (entry,) = office.get(f"/api/records/{id}/history", "supervisor-korangi").json()
    assert entry["by_name"] == "Name of supervisor"
    assert "wages.csv, line 2, brought in by Name of supervisor" in entry["line"]
    assert entry["status"] == "applied"


def test_what_the_inspector_typed_is_told_and_neither_doubled_nor_overwritten(office: Office):
    line = office.work["korangi"].line
    done = send(office, HEAD + f"2024-07,{WORKER},{CNIC.replace('-', ' ')},,30000,\n")
    assert tally(done) == (0, 0, 1, 0)
    assert f"line {line}" in done.json()["remarks"][0]["detail"]
    done = send(office, HEAD + f"2024-07,{WORKER},{CNIC},,31000,\n")
    assert tally(done) == (0, 0, 1, 0)
    assert "another wage" in done.json()["remarks"][0]["detail"]
    assert not any(secret in done.text for secret in SECRETS)
    assert wages(office) == {30_000: 1}


def test_a_worker_twice_in_the_file_is_two_lines_and_a_finding(office: Office):
    text = HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n2024-07,Worker B,{OTHER},26,37000,yes\n"
    assert tally(send(office, text)) == (2, 0, 0, 0)
    assert tally(send(office, text)) == (0, 2, 0, 0)
    refresh(office.world)
    found = office.get(f"/api/reports/{office.work['korangi'].report}/checks", "supervisor-korangi").json()
    (twice,) = [each for each in found["findings"] if each["code"] == "register-cnic-twice"]
    assert len(twice["record_ids"]) == 2


def test_a_corrected_file_adds_what_is_new_and_tells_what_differs(office: Office):
    send(office, HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n2024-07,Worker C,,20,30000,\n")
    again = (
        HEAD
        + f"2024-07,Worker D,,20,25000,\n2024-07,Worker B,{OTHER},26,38000,yes\n2024-07,Worker C,,20,30000,\n"
    )
    assert tally(send(office, again)) == (1, 1, 1, 0)
    assert wages(office) == {30_000: 2, 37_000: 1, 25_000: 1}


def test_a_line_that_was_withdrawn_does_not_come_back_with_the_file(office: Office):
    text = HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n"
    send(office, text)
    (id,) = lines(office).keys() - {office.work["korangi"].line}
    live = lines(office)[id].live
    tablet = office.work["korangi"].tablet
    seen = sorted({write for writes in live.values() for write in writes})
    tablet.change(
        "wage_line", id, {"withdrawn": {"reason": "left in May", "seen": seen}}, "withdraw", reason="left"
    )
    assert tablet.push(office.client)["answers"][-1]["status"] == "applied"
    done = send(office, text)
    assert tally(done) == (0, 0, 1, 0)
    assert "withdrawn" in done.json()["remarks"][0]["detail"]


def test_a_typed_line_that_was_withdrawn_stands_in_nobodys_way(office: Office):
    work = office.work["korangi"]
    seen = sorted({write for writes in lines(office)[work.line].live.values() for write in writes})
    withdrawn = {"withdrawn": {"reason": "a slip", "seen": seen}}
    work.tablet.change("wage_line", work.line, withdrawn, "withdraw", reason="a slip")
    work.tablet.push(office.client)
    assert tally(send(office, HEAD + f"2024-07,{WORKER},{CNIC},26,30000,yes\n")) == (1, 0, 0, 0)


def test_rows_that_cannot_be_read_are_told_and_the_others_are_taken(office: Office):
    done = send(office, HEAD + "2024-07,Worker B,,26,37000,\n2024-13,Worker C,,26,37000,\n")
    assert tally(done) == (1, 0, 0, 1)
    (reject,) = done.json()["rejects"]
    assert (reject["line"], reject["column"], reject["value"]) == (3, "month", "2024-13")
    assert "no such month" in reject["reason"]


def test_columns_and_month_may_be_named_and_a_workbook_sent(office: Office):
    book = xlsx([["Name", "Gross Pay"], ["Worker B", 37_000]])
    assert tally(send(office, book, month="2024-07", column="wage=Gross Pay")) == (1, 0, 0, 0)
    wrong = send(office, book, column="salary=Gross Pay")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-request")
    assert send(office, b"\x00\x01nothing").json()["code"] == "unknown-format"
    assert send(office, "").json()["code"] == "unknown-format"


def test_a_total_of_the_file_that_does_not_add_up_is_a_finding_until_a_right_file_comes(office: Office):
    wrong = HEAD + "2024-07,Worker B,,26,37000,\nTotal,,,,74000,\n"
    answer = send(office, wrong)
    assert answer.json()["totals"] == [
        {"line": 3, "column": "wage", "month": "2024-07", "stated_paisa": 7_400_000, "found_paisa": 3_700_000}
    ]
    refresh(office.world)
    path = f"/api/reports/{office.work['korangi'].report}/checks"
    found = office.get(path, "supervisor-korangi").json()
    (total,) = [each for each in found["findings"] if each["code"] == "register-total-wrong"]
    assert "wages.csv, line 3" in total["sentence"]
    assert found["files"][0]["added"] == 1
    send(office, wrong.replace("74000", "37000"))
    refresh(office.world)
    found = office.get(path, "supervisor-korangi").json()
    assert not [each for each in found["findings"] if each["code"] == "register-total-wrong"]


@pytest.mark.parametrize(
    ("login", "status"),
    [("inspector-korangi", 200), ("supervisor-sukkur", 403), ("recovery_officer-korangi", 403)],
)
def test_a_register_is_brought_in_by_the_field_staff_of_the_district(office: Office, login: str, status: int):
    answer = send(office, HEAD + "2024-07,Worker B,,26,37000,\n", login)
    assert answer.status_code == status, answer.text
    assert len(lines(office)) == 1 + (status == 200)


def test_what_is_no_report_is_not_found(office: Office):
    visit = office.work["korangi"].visit
    assert send(office, HEAD, report=visit).status_code == 404
    assert office.get(f"/api/reports/{visit}/checks", "supervisor-korangi").status_code == 404
    assert office.get("/api/reports/nothing/register", "supervisor-korangi").status_code == 404


def test_the_other_employer_is_named_only_to_those_who_hold_its_district(office: Office):
    # The same worker is in the registers of both districts' mills.
    refresh(office.world)
    path = f"/api/reports/{office.work['korangi'].report}/checks"
    found = office.get(path, "supervisor-korangi").json()
    assert [each["code"] for each in found["findings"] if each["code"].endswith("elsewhere")]
    (hidden,) = found["elsewhere"]
    assert (hidden["line"], hidden["on"], hidden["establishment"]) == (
        office.work["korangi"].line,
        "register",
        None,
    )
    assert office.work["sukkur"].establishment not in office.get(path, "supervisor-korangi").text
    (shown,) = office.get(path, "directorate-None").json()["elsewhere"]
    assert shown["establishment"]["name"] == "Mill of sukkur"
    assert office.get(path, "supervisor-sukkur").status_code == 403
    assert not any(secret in office.get(path, "directorate-None").text for secret in SECRETS)


def test_checks_tell_what_they_rest_on_and_what_was_not_compared(office: Office):
    work = office.work["korangi"]
    refresh(office.world)
    found = office.get(f"/api/reports/{work.report}/checks", "supervisor-korangi").json()
    assert found["without_schedule"] == ["2024-07"]
    assert found["waiting"] is False
    below = next(each for each in found["findings"] if each["code"] == "register-below-minimum")
    assert below["record_ids"] == [work.line]
    assert set(below["rate_row_ids"]) <= {row["id"] for row in found["statute"]}
    assert not any(row["confirmed"] for row in found["settings"])
    declare(office, work.establishment, ("A", CNIC, 20_000))
    found = office.get(f"/api/reports/{work.report}/checks", "supervisor-korangi").json()
    assert found["without_schedule"] == []
    assert "register-wage-over-schedule" in {each["code"] for each in found["findings"]}


def test_the_register_is_shown_beside_the_schedule_worker_by_worker_and_masked(office: Office):
    work = office.work["korangi"]
    declare(
        office, work.establishment, ("Ghost Worker", OTHER, 10_000), (WORKER, CNIC.replace("-", ""), 20_000)
    )
    answer = office.get(f"/api/reports/{work.report}/register", "supervisor-korangi", month="2024-07")
    shown = answer.json()
    both, ghost = shown["workers"]
    assert (both["line"], both["schedule_line"]) == (work.line, 3)
    assert (both["register_wage_rs"], both["schedule_wage_rs"], both["difference_rs"]) == (
        "30000.00",
        "20000.00",
        "10000.00",
    )
    assert (both["contribution_rs"], both["by_register_rs"], both["card"]) == ("1200.00", "1800.00", True)
    assert both["worker"] == {"worker_name": "Z…", "cnic": "42101-*******-*"}
    assert (ghost["line"], ghost["schedule_line"], ghost["difference_rs"]) == (None, 2, None)
    assert ghost["worker"] == {"worker_name": "G…", "cnic": "42101-*******-*"}
    assert (shown["register_wage_rs"], shown["schedule_wage_rs"], shown["paid_rs"]) == (
        "30000.00",
        "30000.00",
        "0.00",
    )
    assert not re.search(r"1234567|7654321|Ghost", answer.text)
    assert office.get(f"/api/reports/{work.report}/register", "supervisor-korangi").json() == shown
    assert office.get(f"/api/reports/{work.report}/register", "inspector-korangi").status_code == 403
    wrong = office.get(f"/api/reports/{work.report}/register", "supervisor-korangi", month="2024-7")
    assert wrong.json()["code"] == "bad-request"


def test_no_cnic_of_a_file_stands_in_a_change_line_or_an_id(office: Office):
    send(office, HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n", file_name="wages of 42101-7654321-3.csv")
    with office.world.store.read() as tx:
        said = b"".join(bytes(line) for line in tx.execute(select(CHANGES.c.line)).scalars())
    assert b"7654321" not in said
    assert b"Worker B" not in said


def test_a_withdrawn_report_takes_no_register(office: Office):
    work = office.work["korangi"]
    with office.world.store.read() as tx:
        live = load(office.world.store, tx, [work.report])[0][work.report].live
    seen = sorted({write for writes in live.values() for write in writes})
    work.tablet.change(
        "report", work.report, {"withdrawn": {"reason": "twice", "seen": seen}}, "withdraw", reason="x"
    )
    work.tablet.push(office.client)
    assert send(office, HEAD + "2024-07,Worker B,,26,37000,\n").json()["code"] == "refused"


def test_two_who_bring_in_the_same_file_at_once_make_each_line_once(office: Office, monkeypatch):
    text = HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n"
    whole, other = register_files._decide, []

    def meanwhile(*given):
        entries = whole(*given)
        if not other:
            other.append(True)
            assert tally(send(office, text)) == (1, 0, 0, 0)
        return entries

    monkeypatch.setattr(register_files, "_decide", meanwhile)
    before = office.get("/api/quarantine", "directorate-None").json()
    assert tally(send(office, text)) == (0, 1, 0, 0)
    assert wages(office) == {30_000: 1, 37_000: 1}
    # Nobody is shown as refused what was only done by somebody else before.
    assert office.get("/api/quarantine", "directorate-None").json() == before


def test_of_two_who_bring_in_overlapping_files_each_hears_how_many_lines_are_new(office: Office, monkeypatch):
    monkeypatch.setattr(register_files, "BATCH_LINES_MAX", 2)
    rows = [f"2024-07,Worker {name},,26,37000,yes\n" for name in "BCDEF"]
    whole, other = register_files.office.decide, []

    def meanwhile(*given):
        done = whole(*given)
        if not other:
            other.append(True)
            assert tally(send(office, HEAD + rows[4])) == (1, 0, 0, 0)
        return done

    monkeypatch.setattr(register_files.office, "decide", meanwhile)
    assert tally(send(office, HEAD + "".join(rows))) == (4, 1, 0, 0)
    assert wages(office) == {30_000: 1, 37_000: 5}


def tried(office: Office, content: str | bytes, login: str = "supervisor-korangi", **query):
    return office.client.post(
        f"/api/reports/{office.work['korangi'].report}/register/preview",
        content=content.encode() if isinstance(content, str) else content,
        params=query,
        headers=sign_in(office.client, login),
    )


def test_a_file_is_seen_before_it_is_brought_in_and_nothing_of_it_is_kept(office: Office):
    text = HEAD + f"2024-07,Worker B,{OTHER},26,37000,yes\n2024-13,Worker C,,20,30000,\n"
    before = lines(office)
    seen = tried(office, text).json()
    assert seen["columns"] == ["month", "worker_name", "cnic", "days", "wage", "registered"]
    assert (seen["problem"], seen["lines"], seen["rejected"], seen["months"]) == ("", 1, 1, ["2024-07"])
    assert seen["rejects"][0]["line"] == 3
    assert OTHER not in str(seen)
    assert "Worker B" not in str(seen)
    assert lines(office) == before


def test_headings_that_nobody_knows_are_named_by_whoever_brings_the_file_in(office: Office):
    text = "Ghani Mills,,\nEmployee,Id,Gross Amount\nWorker B,1,37000\n"
    seen = tried(office, text).json()
    assert seen["headings"] == ["Employee", "Id", "Gross Amount"]
    assert (seen["line"], seen["lines"]) == (2, 0)
    assert seen["problem"]
    named = {"month": "2024-07", "column": ["wage=Gross Amount", "worker_name=Employee"]}
    again = tried(office, text, **named).json()
    assert (again["problem"], again["lines"]) == ("", 1)
    assert again["columns"][::2] == ["worker_name", "wage"]
    assert (
        tried(office, xlsx([["Month", "Name", "Wages"], ["2024-07", "Worker B", 37000]])).json()["lines"] == 1
    )
    assert "Worker B" not in str(seen)
    assert tried(office, "").json()["code"] == "unknown-format"
    assert tried(office, text, "supervisor-sukkur").status_code == 403

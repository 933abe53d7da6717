"""A day with two tablets, from the code to the figure that a directorate reads: in English, then in Urdu.

What breaks on the way is what breaks in the field: there is no signal, a browser is killed in the middle of a
line, the network cuts a push, and then the answer to one.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import held
from tests.browser.axe import Axe
from tests.browser.browsers import KORANGI, TabletBrowser, Tablets, Windows
from tests.browser.console_page import ConsolePage
from tests.browser.cutting_proxy import Cut
from tests.browser.office import HERE, PASSWORD, Office
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import HURRIED, LINES, ON_A, ON_B, Told, finished_months, owed, rupees
from tests.browser.until import becomes

PUSH = "/api/sync/push"
PHOTO = held.picture(200)
RECORDS = {"wage-register": "wage register", "form-c-1-schedules": "Form C-1 schedules"}
PERSONAL = ("worker_name", "cnic")
DIRECTIONS = {"en": "ltr", "ur": "rtl"}
REASON = "Counted again together with the manager."


@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_two_tablets_one_visit_one_conflict_and_every_rupee(
    language: str, office: Office, tablets: Tablets, windows: Windows
) -> None:
    axe = Axe()
    supervisor = ConsolePage(windows(language))
    axe.look(supervisor.page, "console: sign in")
    supervisor.sign_in("supervisor", PASSWORD)
    directorate = ConsolePage(windows(language))
    directorate.sign_in("directorate", PASSWORD)
    directorate.settled()
    assert [directorate.figure(HERE, name) for name in ("reports", "flagged", "due_rs")] == ["0", "0", "0.00"]
    codes = [supervisor.issue_code() for _ in range(2)]
    axe.look(supervisor.page, "console: today")

    address = f"/tablet/?lang={language}"
    first, second = tablets("a"), tablets("b")
    a, b = TabletPage(first.start(address)), TabletPage(second.start(address))
    axe.look(a.page, "tablet: enrol")
    for page, code, name in ((a, codes[0], "Tablet A"), (b, codes[1], "Tablet B")):
        page.enrol(code, name)
    axe.look(a.page, "tablet: sign in")
    for page in (a, b):
        page.sign_in("inspector-1", PASSWORD)
        page.counts(office=0, here=0, need=0)
    axe.look(a.page, "tablet: today")
    for shown in (supervisor.page, a.page, b.page):
        expect(shown.locator("html")).to_have_attribute("lang", language)
        expect(shown.locator("html")).to_have_attribute("dir", DIRECTIONS[language])
    becomes(a.page, lambda: a.visits() == b.visits(), True)
    visit = a.visits()[0]
    unpaid, paid = finished_months(office.today)

    for tablet in (first, second):
        tablet.go_offline()
    begin_report_on_a(a, axe, visit, unpaid, paid)
    a = killed_while_typing(first, a, address, unpaid)
    finish_report_on_a(a, axe, paid)
    a.counts(office=0, here=15, need=0)
    report_on_b(b, visit)
    b.counts(office=0, here=4, need=0)

    the_network_comes_back_and_breaks(first, a, axe)
    a.counts(office=15, here=0, need=0)
    second.come_back()
    b.counts(office=4, here=0, need=1)
    a.open_arrivals()
    a.sync()
    a.counts(office=15, here=0, need=1)
    axe.look(a.page, "tablet: arrivals with a conflict")

    the_server_holds_what_was_typed(office, visit, unpaid, paid)
    the_supervisor_reads(supervisor, axe, visit)
    employer = office.visit(visit)["establishment"]
    the_supervisor_decides(office, supervisor, axe, employer)
    for page in (a, b):
        the_decision_arrives(page, visit)
    axe.look(a.page, "tablet: a visit that is done, at the office")

    due = owed([(line, paid if line.paid else unpaid) for line in LINES], [paid], office.statute())
    recovery = ConsolePage(windows(language))
    recovery.sign_in("recovery", PASSWORD)
    the_employer_is_flagged(office, recovery, axe, employer, due)
    directorate.page.reload()
    the_figure_has_changed(directorate, axe, employer, due)
    axe.nothing_wrong()


def begin_report_on_a(a: TabletPage, axe: Axe, visit: str, unpaid: str, paid: str) -> None:
    """The answers, six lines of the month that is not paid, and the beginning of the seventh."""
    a.open_visit(visit)
    axe.look(a.page, "tablet: a visit that is planned")
    a.start_visit()
    a.answer(ON_A)
    a.answer_months(unpaid, paid)
    a.produced(*RECORDS)
    a.take_place()
    axe.look(a.page, "tablet: report")
    a.open_tab("wages")
    a.choose_month(unpaid)
    for row, line in enumerate(LINES[:HURRIED], 1):
        a.type_line(row, line)
    hurried = LINES[HURRIED]
    a.begin_line(HURRIED + 1, [hurried.worker_name, hurried.cnic, hurried.days, hurried.wage_rs[:2]])
    axe.look(a.page, "tablet: wage register")


def killed_while_typing(tablet: TabletBrowser, a: TabletPage, address: str, unpaid: str) -> TabletPage:
    """The browser is killed, started again where there is no signal, and shows what had been typed."""
    a.kept()
    where = a.page.url.partition("#")[2]
    tablet.kill()
    a = TabletPage(tablet.start(f"{address}#{where}"))
    hurried = LINES[HURRIED]
    expect(a.by("month-select")).to_have_value(unpaid)
    for row, line in enumerate(LINES[:HURRIED], 1):
        typed = [line.worker_name, line.cnic, line.days, line.wage_rs, line.declared_wage_rs, line.registered]
        becomes(a.page, partial(a.typed_in, row), typed)
    begun = [hurried.worker_name, hurried.cnic, hurried.days, hurried.wage_rs[:2], "", ""]
    becomes(a.page, partial(a.typed_in, HURRIED + 1), begun)
    return a


def finish_report_on_a(a: TabletPage, axe: Axe, paid: str) -> None:
    """The rest of the seventh line, the three lines of the paid month, a photo, and the end of the visit."""
    a.go_on(HURRIED + 1, "wage_rs", LINES[HURRIED].wage_rs[2:])
    a.choose_month(paid)
    for row, line in enumerate(LINES[HURRIED + 1 :], 1):
        a.type_line(row, line)
    a.open_tab("photos")
    a.add_photo(PHOTO)
    axe.look(a.page, "tablet: photos")
    a.open_tab("finish")
    axe.look(a.page, "tablet: finish")
    a.finish()
    axe.look(a.page, "tablet: a visit that is done")


def report_on_b(b: TabletPage, visit: str) -> None:
    """The same visit on the other tablet, with another number of workers and no lines."""
    b.open_visit(visit)
    b.start_visit()
    b.answer(ON_B)
    b.open_tab("finish")
    b.finish()


def the_network_comes_back_and_breaks(tablet: TabletBrowser, a: TabletPage, axe: Axe) -> None:
    """A push is cut; the next one arrives, and its answer is lost; the third one finds it all there."""
    tablet.proxy.cut(Cut("request", PUSH, 400), Cut("response", PUSH, 0))
    a.open_arrivals()
    axe.look(a.page, "tablet: arrivals without a network")
    tablet.come_back()
    a.page.wait_for_function("() => navigator.onLine")
    while tablet.proxy.waiting:
        a.sync()
        a.count("here", 15)
    a.sync()
    outcomes = [each.outcome for each in tablet.proxy.seen if each.path == PUSH]
    assert outcomes[:2] == ["request cut", "response cut"]
    assert "passed" in outcomes


def the_server_holds_what_was_typed(office: Office, visit: str, unpaid: str, paid: str) -> None:
    """Field by field, by the database and by the API; nothing twice, and nothing else."""
    there = held.of_visit(office, visit)
    assert {kind: len(records) for kind, records in there.items() if kind != "conflict"} == {
        "visit": 1, "report": 2, "wage_line": 10, "photo": 1,
    }  # fmt: skip
    reports = {held.opened(each)["person_met"]: each for each in there["report"]}
    on_a, on_b = reports[ON_A.person_met], reports[ON_B.person_met]
    more = {
        "months_checked": [paid, unpaid],
        "months_paid": [paid],
        "records_produced": sorted(RECORDS.values()),
        "place": {"lat": KORANGI["latitude"], "lon": KORANGI["longitude"], "accuracy_m": KORANGI["accuracy"]},
    }
    assert held.opened(on_a) == answers(visit, ON_A, more)
    assert held.opened(on_b) == answers(visit, ON_B, {})

    typed = [line.values(paid if line.paid else unpaid) | {"report": on_a.id} for line in LINES]
    assert [held.opened(each) for each in there["wage_line"]] == typed
    for record, values in zip(there["wage_line"], typed, strict=True):
        shown = held.by_api(office, record.id)
        assert {name: shown["values"][name] for name in values if name not in PERSONAL} == {
            name: value for name, value in values.items() if name not in PERSONAL
        }
        assert {shown["values"][name] for name in PERSONAL} == set(shown["personal"])
        assert values["cnic"] not in str(shown)

    [photo] = [held.opened(each) for each in there["photo"]]
    known = {**held.described(PHOTO), "report": on_a.id, "purpose": "page of register"}
    assert {name: photo[name] for name in known} == known
    assert held.opened(there["visit"][0])["status"] == "done"
    listed = office.desk("supervisor").get("/api/reports", visit=visit)
    assert {row["record"] for row in listed} == {on_a.id, on_b.id}
    assert sorted(each["acknowledged"] for each in office.desk("supervisor").get("/api/devices"))[-2:] == [
        4,
        15,
    ]


def answers(visit: str, told: Told, more: Mapping[str, Any]) -> dict[str, Any]:
    """What a report must hold for what was answered."""
    men, women = int(told.men), int(told.women)
    return {
        "visit": visit,
        "headcount": {"men": men, "women": women, "total": men + women},
        "records_refused": told.refused,
        "person_met": told.person_met,
        "remarks": told.remarks,
        "checklist": "full-inspection@1",
        **more,
    }


def the_supervisor_reads(supervisor: ConsolePage, axe: Axe, visit: str) -> None:
    """The visit has two reports, one of them with the ten lines; nothing was held back."""
    # The room asks the server by itself every 20 seconds; the story does not wait for it.
    supervisor.page.reload()
    supervisor.open_room("today")
    supervisor.of_record("visit-row", visit).get_by_role("link").click()
    expect(supervisor.by("report-open")).to_have_count(2)
    axe.look(supervisor.page, "console: a visit")
    lines = []
    for at in range(2):
        supervisor.by("report-open").nth(at).click()
        supervisor.page.locator("#report-title").wait_for()
        supervisor.settled()
        lines.append(supervisor.by("wage-line").count())
        axe.look(supervisor.page, f"console: report {at + 1}")
        supervisor.page.go_back()
    assert sorted(lines) == [0, 10]
    supervisor.open_room("quarantine")
    axe.look(supervisor.page, "console: quarantine")
    expect(supervisor.by("entry")).to_have_count(0)


def the_supervisor_decides(office: Office, supervisor: ConsolePage, axe: Axe, employer: str) -> None:
    """One conflict is open, about the number of workers; it is compared, and decided with a reason."""
    [conflict] = office.desk("supervisor").get("/api/conflicts")
    assert (conflict["values"]["record"], conflict["values"]["about"]) == (employer, "workers_declared")
    supervisor.open_room("conflicts")
    values = supervisor.open_conflict(conflict["record"])
    assert sorted(values) == sorted([ON_A.workers_declared, ON_B.workers_declared])
    axe.look(supervisor.page, "console: conflict")
    supervisor.decide(values.index(ON_B.workers_declared), REASON)
    supervisor.settled()
    axe.look(supervisor.page, "console: conflicts, decided")
    assert office.desk("supervisor").get("/api/conflicts") == []
    held_now = held.opened(office.stored(employer)[employer])
    assert held_now["workers_declared"] == int(ON_B.workers_declared)


def the_decision_arrives(page: TabletPage, visit: str) -> None:
    """After the next sync a tablet shows the decided value, and nothing in dispute."""
    if page.by("sync-now").count() == 0:
        page.open_arrivals()
    page.sync()
    expect(page.conflicts(open=True)).to_have_count(0)
    expect(page.conflicts(open=False)).to_have_count(1)
    expect(page.conflicts(open=False)).to_contain_text(ON_B.workers_declared)
    page.count("need", 0)
    page.by("nav-today").click()
    page.open_visit(visit)
    expect(page.fact(ON_B.workers_declared)).to_have_count(1)
    expect(page.fact(ON_A.workers_declared)).to_have_count(0)


def the_employer_is_flagged(
    office: Office, recovery: ConsolePage, axe: Axe, employer: str, due: Decimal
) -> None:
    """With the rupees worked out by hand, which open down to the wage lines and the rows of the law."""
    shown = rupees(due)
    opened = office.desk("recovery").get(f"/api/flags/{employer}")
    assert Decimal(opened["due_rs"]) == due
    row = recovery.of_record("flag-row", employer)
    expect(row).to_contain_text(shown.removeprefix("Rs "))
    axe.look(recovery.page, "console: flagged employers")
    recovery.open_flag(employer)
    assert recovery.text("flag-due") == shown
    for code, lines in (("month-unpaid", 6), ("worker-not-registered", 3), ("wage-under-declared", 3)):
        reason = recovery.open_reason(code)
        expect(reason.get_by_test_id("line-row")).to_have_count(lines)
        used = reason.get_by_test_id("rate-row").evaluate_all("rows => rows.map((row) => row.dataset.row)")
        [behind] = [
            each for report in opened["reports"] for each in report["reasons"] if each["code"] == code
        ]
        assert set(used) == set(behind["rate_row_ids"]) != set()
    assert recovery.by("gap").count() == recovery.by("unsound").count() == recovery.by("missing").count() == 0
    axe.look(recovery.page, "console: a flagged employer")


def the_figure_has_changed(directorate: ConsolePage, axe: Axe, employer: str, due: Decimal) -> None:
    """One employer more is flagged in the district, with the same rupees; the figure opens that employer."""
    directorate.settled()
    figures = [directorate.figure(HERE, name) for name in ("reports", "flagged", "due_rs")]
    assert figures == ["2", "1", rupees(due).removeprefix("Rs ")]
    axe.look(directorate.page, "console: districts")
    assert directorate.open_figure(HERE, "flagged") == [employer]
    axe.look(directorate.page, "console: the list behind a figure")

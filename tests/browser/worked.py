"""A day's work that was done without a browser, where a test is about what follows from it."""

import time
from contextlib import ExitStack, closing

import msgspec

from field.clock import SystemClock
from field.tablet.tablet import Tablet
from field.tablet.transport import HttpTransport
from tests.browser.office import PASSWORD, Office
from tests.browser.typed import LINES, ON_A, ON_B, finished_months

ASSESSED_WITHIN_S = 30


class Worked(msgspec.Struct, frozen=True):
    """What the day left: ids, and words that nobody elsewhere may read."""

    visit: str
    establishment: str
    report: str
    conflict: str
    secrets: tuple[str, ...]


def a_day_of_work(office: Office) -> Worked:
    """One visit with a report and wage lines, a conflict about the number of workers, a flagged employer."""
    unpaid, paid = finished_months(office.today)
    with ExitStack() as used:
        a, b = (_tablet(office, used, name) for name in ("Tablet A", "Tablet B"))
        visit = min(a.replica.records("visit"))
        row = a.row(visit)
        assert row is not None
        establishment = str(row["establishment"])
        with a.group():
            values = {"months_checked": [paid, unpaid], "months_paid": [paid], "person_met": ON_A.person_met}
            report = a.new_record("report", {"visit": visit, "remarks": ON_A.remarks, **values})
            for line in LINES:
                month = paid if line.paid else unpaid
                a.new_record("wage_line", {"report": report, **line.values(month)})
        for tablet, told in ((a, ON_A), (b, ON_B)):
            counted = {"workers_declared": int(told.workers_declared)}
            tablet.open_form(establishment).save(counted)
            tablet.open_form(visit).save({"status": "done"})
        for tablet in (a, b, a):
            assert tablet.sync().complete
    [conflict] = office.desk("supervisor").get("/api/conflicts")
    name, number = _flagged(office, establishment)
    return Worked(visit, establishment, report, conflict["record"], (name, number, ON_A.remarks))


def unsent_work(office: Office, used: ExitStack) -> Tablet:
    """A tablet that told the office of two entries about a visit which are only on it. Closed with `used`."""
    tablet = _tablet(office, used, "Tablet A")
    visit = min(tablet.replica.records("visit"))
    for notes in ("at the gate", "the owner is away"):
        tablet.open_form(visit).save({"notes": notes})
    tablet.pull()
    return tablet


def _tablet(office: Office, used: ExitStack, name: str) -> Tablet:
    road = used.enter_context(closing(HttpTransport(office.address)))
    tablet = used.enter_context(closing(Tablet(":memory:", road, SystemClock())))
    tablet.enrol(office.desk("supervisor").code(), name)
    tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    return tablet


def _flagged(office: Office, establishment: str) -> tuple[str, str]:
    """Wait until the employer is flagged; its name and its number."""
    end = time.monotonic() + ASSESSED_WITHIN_S
    while time.monotonic() < end:
        for flag in office.desk("recovery").get("/api/flags"):
            if flag["establishment"] == establishment:
                return flag["name"], flag["registration_no"]
        time.sleep(0.1)
    raise RuntimeError("the employer was not flagged in time")

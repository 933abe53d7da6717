"""Takes a picture of every screen, in English and in Urdu: `make screens` writes them into docs/screens.

The pictures are of the demonstration's day, and of one tablet that joins it and goes from its code to a visit
that is done.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

import hatch_build
from field.api.context import Context
from field.app import open_context
from field.cli import demo_folder, demo_server
from field.clock import Clock
from field.config import Settings
from field.sim import day, day_count, day_start
from field.sim.day_start import Account
from field.store import establishments
from field.store.import_runs import Source
from tests.browser import held
from tests.browser.browsers import Mishaps, TabletBrowser
from tests.browser.cutting_proxy import in_front_of
from tests.browser.office import Office
from tests.browser.screens_office import office_screens
from tests.browser.studio import SIZES, Studio
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import LINES, ON_A, finished_months

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "screens"
SEED, ESTABLISHMENTS, TABLETS = 1, 2000, 12
ELSEWHERE = ((24.945, 67.195), (24.921, 67.099))


def tablet_screens(studio: Studio, playwright: Playwright, office: Office, folder: Path) -> None:
    """One tablet, from its code to a visit that is done."""
    supervisor = next(each for each in office.accounts.values() if each.role == "supervisor")
    [inspector, *_] = [each for each in office.accounts.values() if each.role == "inspector"]
    # Beside those that the day has made.
    office.desk(supervisor.login).assign(office.today, day.PER_INSPECTOR + 4, SEED)
    with in_front_of(office.port) as proxy:
        tablet = TabletBrowser(playwright, folder, proxy, Mishaps())
        page = TabletPage(tablet.start("/tablet/?lang=en"))

        def take(name: str, sentence: str, *waits: str) -> None:
            def ready() -> None:
                for each in waits:
                    page.by(each).first.wait_for()
                page.settled()

            studio.take(page.page, "tablet", name, sentence, ready, SIZES)

        page.page.goto(f"{proxy.address}/tablet/")
        take("enrol", "A new tablet asks for the supervisor's code", "enrol-code")
        page.enrol(office.desk(supervisor.login).code(), "Tablet 13")
        take("sign-in", "Signing in on the tablet", "login")
        page.sign_in(inspector.login, inspector.password)
        page.open_arrivals()
        page.sync()
        page.by("nav-today").click()
        take("today", "The day's visits, the next one open", "visit-row")
        page.by("new-lead").click()
        page.by("lead-what-home_based").click()
        take("lead", "Somebody who should be registered and is not", "lead-name")
        page.by("lead-drop").click()
        open_one = page.page.locator('[data-testid="visit-row"][data-status="planned"]').first
        visit = str(open_one.get_attribute("data-record"))
        page.open_visit(visit)
        take("visit", "A visit before it has begun", "start-visit")
        _capture(page, take, office)
        page.open_arrivals()
        take("arrivals", "What arrived, what is only here, what needs somebody", "sync-now")
        page.page.goto(f"{proxy.address}/tablet/#/people")
        take("people", "Who uses the tablet", "use-person")
        tablet.close()


def _capture(page: TabletPage, take: Callable[..., None], office: Office) -> None:
    unpaid, paid = finished_months(office.today)
    page.start_visit()
    page.answer(ON_A)
    page.answer_months(unpaid, paid)
    page.produced("wage-register", "form-c-1-schedules")
    page.take_place()
    page.kept()
    take("report", "The report's questions", "q-men")
    page.open_tab("checklist")
    take("checklist", "The checklist, section by section", "checklist")
    page.open_tab("wages")
    page.choose_month(unpaid)
    for row, line in enumerate([line for line in LINES if not line.paid], 1):
        page.type_line(row, line)
    page.begin_line(8, ["Worker 8", "00000000000", "26", "40000"])
    page.kept()
    take("wages", "The wage register, with an entry to look at", "totals")
    page.cell(8, "cnic").fill("0000000000088")
    page.open_tab("photos")
    page.add_photo(held.picture(200))
    page.kept()
    take("photos", "Photos of the register", "photo")
    page.open_tab("finish")
    take("finish", "What will be sent", "summary")
    page.finish()
    take("done", "A visit that is done", "visit-kept")
    page.open_arrivals()
    page.sync()
    page.sync()
    page.page.go_back()
    page.by("receipt-show").click()
    take("receipt", "The office's signed receipt of a report, turned to the employer", "qr")
    page.by("back").click()


@contextmanager
def demonstration(folder: Path) -> Iterator[Office]:
    """The demonstration's office, after its day."""
    settings = Settings(data=folder, database_url=f"sqlite:///{folder / 'field.db'}", port=0)
    settings = demo_server.with_free_port(settings)
    with demo_folder.fresh(settings):
        clock = day_start.MorningClock(SEED)
        context = open_context(settings, clock)
        try:
            start = day_start.prepare(context, clock, SEED, None, ESTABLISHMENTS, TABLETS, _told)
            _doubt(context, clock)
        finally:
            context.store.close()
        with demo_server.running(settings) as address:
            day.run(address, start, folder / "tablets", SEED, _told)
            context = open_context(settings, clock)
            try:
                day_count.wait_for_assessments(context.store)
            finally:
                context.store.close()
            accounts: dict[str, Account] = {each.login: each for each in start.accounts}
            office = Office(folder, settings.port, accounts)
            try:
                yield office
            finally:
                office.close()


def _doubt(context: Context, clock: Clock) -> None:
    """A file of which the points lie elsewhere than its words say."""
    rows = [
        f"9026{number:06},Cold Store {number},Plot {number} Sector 12 Korangi,{lat},{lon},Korangi,Food"
        for number, (lat, lon) in enumerate(ELSEWHERE, 1)
    ]
    file = "\n".join(["registration_no,name,address,lat,lon,district,sector", *rows])
    source = Source(io.BytesIO(file.encode()), "moved.csv", "field demo")
    establishments.import_file(context.store, clock, context.office, source)


def _told(what: str, done: int, total: int) -> None:
    if done == total:
        sys.stderr.write(f"{what}: {done}\n")


def main() -> None:
    """Take them all anew."""
    hatch_build.build(ROOT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    studio = Studio(FOLDER)
    with (
        tempfile.TemporaryDirectory(prefix="field-screens-") as temporary,
        sync_playwright() as playwright,
        demonstration(Path(temporary) / "data") as office,
    ):
        tablet_screens(studio, playwright, office, Path(temporary) / "tablet")
        office_screens(studio, playwright, office)
    studio.list_them()


if __name__ == "__main__":
    main()

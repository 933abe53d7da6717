"""Takes a picture of every screen, in English and in Urdu: `make screens` writes them into docs/screens.

The pictures are of the demonstration's day, and of one tablet that joins it and goes from its code to a visit
that is done. Each is taken at one pixel a dot, and packed as small as a PNG goes without losing any.
"""

import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from playwright.sync_api import Page, Playwright, sync_playwright

import hatch_build
from field.app import open_context
from field.cli import demo_folder, demo_server
from field.config import Settings
from field.sim import day, day_count, day_start
from field.sim.day_start import Account
from tests.browser import held
from tests.browser.browsers import LANDSCAPE, LAPTOP, PORTRAIT, Mishaps, TabletBrowser, launching, office_page
from tests.browser.console_page import ConsolePage
from tests.browser.cutting_proxy import in_front_of
from tests.browser.office import Office
from tests.browser.tablet_page import TabletPage
from tests.browser.typed import LINES, ON_A, finished_months

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "screens"
LANGUAGES = ("en", "ur")
SEED, ESTABLISHMENTS, TABLETS = 1, 2000, 12
SIZES = {"landscape": LANDSCAPE, "portrait": PORTRAIT}
TURN = "(language) => { localStorage.setItem('field-language', language); location.reload(); }"

HEAD = """# The screens

Taken by `make screens` from the demonstration's day: made-up districts, establishments and wages.
"""


class Taken(msgspec.Struct, frozen=True):
    """A screen and the files of its pictures."""

    app: str
    sentence: str
    files: Sequence[str]


class Studio:
    """Takes pictures, and keeps the list of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: list[Taken] = []

    def take(
        self,
        page: Page,
        app: str,
        name: str,
        sentence: str,
        ready: Callable[[], object],
        sizes: dict[str, tuple[int, int]],
    ) -> None:
        """Take a screen in every language and size. `ready` waits for it, and sets up what a reload loses."""
        files = []
        for language in LANGUAGES:
            page.evaluate(TURN, language)
            page.wait_for_function("(language) => document.documentElement.lang === language", arg=language)
            for size, (width, height) in sizes.items():
                page.set_viewport_size({"width": width, "height": height})
                ready()
                page.evaluate("() => document.fonts.ready")
                page.wait_for_timeout(150)
                file = f"{app}-{name}-{language}{f'-{size}' if len(sizes) > 1 else ''}.png"
                (self.folder / file).write_bytes(packed(page.screenshot()))
                files.append(file)
        self.taken.append(Taken(app, sentence, files))
        sys.stderr.write(f"{app}: {name}\n")

    def list_them(self) -> None:
        """Write the list."""
        parts = [HEAD]
        for app, title in (("tablet", "The tablet"), ("console", "The office")):
            parts.append(f"\n## {title}\n")
            for screen in (each for each in self.taken if each.app == app):
                links = " ".join(f"[{Path(file).stem}]({file})" for file in screen.files)
                parts.append(f"\n**{screen.sentence}**\n{links}\n")
        (self.folder / "README.md").write_text("".join(parts), encoding="utf-8")


def packed(png: bytes) -> bytes:
    """The same picture in fewer bytes: its rows compressed anew, as small as they go."""
    parts, rows, at = [], b"", 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12
        if kind == b"IDAT":
            rows += content
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            parts.append((kind, content))
    parts += [(b"IDAT", zlib.compress(zlib.decompress(rows), 9)), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    ]
    return min(png[:8] + b"".join(written), png, key=len)


def tablet_screens(studio: Studio, playwright: Playwright, office: Office, folder: Path) -> None:
    """One tablet, from its code to a visit that is done."""
    supervisor = next(each for each in office.accounts.values() if each.role == "supervisor")
    [inspector, *_] = [each for each in office.accounts.values() if each.role == "inspector"]
    office.desk(supervisor.login).assign(office.today, 4, SEED)
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


def office_screens(studio: Studio, playwright: Playwright, office: Office) -> None:
    """Every room of the office, by those for whom it is."""
    browser = playwright.chromium.launch(**launching())

    def enter(role: str) -> ConsolePage:
        account = next(each for each in office.accounts.values() if each.role == role)
        window = ConsolePage(office_page(browser, Mishaps(), f"{office.address}/console/"))
        if role == "supervisor":
            take(window, "sign-in", "Signing in at the office")
        window.sign_in(account.login, account.password)
        window.settled()
        return window

    def take(
        window: ConsolePage,
        name: str,
        sentence: str,
        opened: str | None = None,
        ready: Callable[[ConsolePage], None] | None = None,
    ) -> None:
        def wait() -> None:
            window.settled()
            if opened is not None:
                window.by(opened).first.get_by_role("button").first.click()
            if ready is not None:
                ready(window)
                window.settled()

        studio.take(window.page, "console", name, sentence, wait, {"laptop": LAPTOP})

    supervisor = enter("supervisor")
    take(supervisor, "today", "The day's visits of a district")
    supervisor.by("visit-row").first.get_by_role("link").click()
    supervisor.by("report-open").first.click()
    take(supervisor, "report", "A report with its wage lines")
    supervisor.open_room("conflicts")
    supervisor.by("conflict-row").first.get_by_role("link").click()
    take(supervisor, "conflict", "Two values of one field, compared")
    supervisor.open_room("quarantine")
    take(supervisor, "quarantine", "What arrived and could not land")
    supervisor.open_room("leads")
    supervisor.by("lead-row").first.get_by_role("link").click()
    take(supervisor, "leads", "Who should be registered and is not, from lead to card")
    supervisor.page.context.close()

    recovery = enter("recovery_officer")
    recovery.open_room("flags")
    take(recovery, "flags", "Flagged employers, ranked by what is due")
    recovery.by("flag-row").first.get_by_role("link").click()
    recovery.by("flag-due").wait_for()
    take(recovery, "flag", "One employer, opened down to the law", opened="reason-row")
    establishment = recovery.page.url.rsplit("/", 1)[1]
    recovery.page.goto(f"{office.address}/console/registry?find=garment")
    recovery.by("registry-row").first.wait_for()
    take(recovery, "register", "Establishments, found by what is remembered of them")
    recovery.page.goto(f"{office.address}/console/registry/{establishment}")
    recovery.by("file-name").wait_for()
    take(recovery, "file", "An establishment's file, with its dues in short")
    recovery.page.context.close()

    directorate = enter("directorate")
    # Of the three measures the one of which the demonstration's day has enough to colour.
    directorate.page.goto(f"{office.address}/console/overview?measure=due")
    directorate.settled()
    take(directorate, "overview", "Districts in numbers and on a map")
    directorate.by("figure-flagged").locator("visible=true").first.click()
    take(directorate, "list", "The records behind a figure")
    directorate.page.context.close()

    administrator = enter("administrator")
    administrator.by("law-kind").select_option("minimum_wage_rs_month")
    take(administrator, "law", "The dated rows of the law, and what nobody has confirmed")
    take(administrator, "law-impact", "What a new row would change, before it is put in force", ready=_impact)
    administrator.page.context.close()
    browser.close()


def _impact(window: ConsolePage) -> None:
    window.page.goto(f"{window.page.url.split('/console')[0]}/console/law/new?kind=minimum_wage_rs_month")
    window.by("law-draft-value").fill("42000")
    window.by("law-valid_from").fill("2026-08-01")
    window.by("law-legal_basis").fill("Notification of the Labour Department")
    window.page.locator("#law-confirmed").get_by_role("button").first.click()
    window.by("law-look").click()
    window.by("law-impact").wait_for()


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

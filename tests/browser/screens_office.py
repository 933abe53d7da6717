"""The pictures of the office's rooms, by those for whom they are."""

from collections.abc import Callable

from playwright.sync_api import Playwright

from tests.browser.browsers import LAPTOP, Mishaps, launching, office_page
from tests.browser.console_page import ConsolePage
from tests.browser.office import Office
from tests.browser.studio import Studio

REGISTER = """Register of wages,,,
Employee,Identity,Duty,Gross Amount
Worker 21,42101-7654321-3,26,41000
Worker 22,42101-7654321-5,26,20000
Worker 23,42101-7654321-7,26,forty
"""


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
    take(supervisor, "receipt", "The receipt of a report, to be printed for the employer", ready=_receipt)
    take(supervisor, "custody", "Who captured a report, when it came, who looked at it", ready=_custody)
    take(supervisor, "register-file", "A wage register from a file, its columns named", ready=_register)
    supervisor.open_room("conflicts")
    supervisor.by("conflict-row").first.get_by_role("link").click()
    take(supervisor, "conflict", "Two values of one field, compared")
    take(supervisor, "conflicts", "Conflicts by the rupees at stake, narrowed", ready=_narrowing)
    supervisor.open_room("quarantine")
    take(supervisor, "quarantine", "What arrived and could not land", ready=_held)
    supervisor.open_room("tablets")
    take(supervisor, "tablets", "Tablets: a lost one is erased, its unsent work carried in")
    take(supervisor, "ledger", "What each tablet captured, beside what came", ready=_ledger)
    take(supervisor, "account", "One tablet's account, its word beside the office's", ready=_account)
    supervisor.open_room("people")
    supervisor.by("person-row").filter(has_text="inspector-").first.get_by_role("link").click()
    take(supervisor, "people", "People and their postings, for those who may post them")
    supervisor.open_room("leads")
    supervisor.by("lead-row").first.get_by_role("link").click()
    take(supervisor, "leads", "Who should be registered and is not, from lead to card")
    take(supervisor, "doubt", "Establishments of which the district is in doubt", ready=_tab("doubt"))
    supervisor.page.context.close()

    recovery = enter("recovery_officer")
    recovery.open_room("flags")
    take(recovery, "flags", "Flagged employers, ranked by what is due")
    recovery.by("flag-row").first.get_by_role("link").click()
    recovery.by("flag-due").wait_for()
    take(recovery, "flag", "One employer, opened down to the law", opened="reason-row")
    take(recovery, "bundle", "The evidence of a case, for a court or for the employer", ready=_bundle)
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
    take(directorate, "directorates", "Which directorate holds which districts", ready=_tab("directorates"))
    directorate.open_room("trail")
    take(directorate, "trail", "The audit trail: who did what to records and rights")
    directorate.page.context.close()

    administrator = enter("administrator")
    administrator.by("law-kind").select_option("minimum_wage_rs_month")
    take(administrator, "law", "The dated rows of the law, and what nobody has confirmed")
    take(administrator, "law-impact", "What a new row would change, before it is put in force", ready=_impact)
    administrator.open_room("people")
    administrator.by("person-row").filter(has_text="inspector-").first.get_by_role("link").click()
    take(
        administrator,
        "transfer",
        "A transfer: what goes to which tablets, before it is done",
        ready=_transfer,
    )
    administrator.page.context.close()
    browser.close()


def _ledger(window: ConsolePage) -> None:
    window.by("tablets-ledger").click()
    window.by("ledger-row").first.wait_for()


def _account(window: ConsolePage) -> None:
    _ledger(window)
    window.by("ledger-row").first.get_by_role("link").click()
    window.by("ledger-name").wait_for()


def _transfer(window: ConsolePage) -> None:
    window.by("posting-transfer").first.click()
    window.by("posting-district").select_option(index=1)
    window.by("posting-look").click()
    window.by("posting-preview").wait_for()


def _impact(window: ConsolePage) -> None:
    window.page.goto(f"{window.page.url.split('/console')[0]}/console/law/new?kind=minimum_wage_rs_month")
    window.by("law-draft-value").fill("42000")
    window.by("law-valid_from").fill("2026-08-01")
    window.by("law-legal_basis").fill("Notification of the Labour Department")
    window.page.locator("#law-confirmed").get_by_role("button").first.click()
    window.by("law-look").click()
    window.by("law-impact").wait_for()


def _custody(window: ConsolePage) -> None:
    window.by("custody-open").first.click()
    window.by("custody").scroll_into_view_if_needed()


def _receipt(window: ConsolePage) -> None:
    window.by("receipt-open").first.click()
    window.by("qr").wait_for()
    window.by("receipt-part").evaluate("(part) => part.scrollIntoView()")


def _bundle(window: ConsolePage) -> None:
    window.by("bundle-flags").first.click()
    window.by("bundle-form").scroll_into_view_if_needed()


def _narrowing(window: ConsolePage) -> None:
    window.by("narrowing").locator("summary").click()
    window.by("narrow-rupees").wait_for()


def _held(window: ConsolePage) -> None:
    window.by("held-row").first.get_by_role("link").click()
    window.by("held-opened").wait_for()


def _register(window: ConsolePage) -> None:
    window.by("register-open").first.click()
    file = {"name": "wages.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    window.by("register-choose").set_input_files([file])  # type: ignore[list-item]
    window.by("register-problem").wait_for()
    window.by("register-choose").scroll_into_view_if_needed()


def _tab(name: str) -> Callable[[ConsolePage], None]:
    def open_it(window: ConsolePage) -> None:
        window.open_room("registry")
        window.by(f"registry-{name}").click()

    return open_it

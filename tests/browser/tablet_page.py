"""The tablet's page, as a test uses it: what an inspector does there, and sees. Found in any language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.typed import Line, Told
from tests.browser.until import until

COLUMNS = ("worker_name", "cnic", "days", "wage_rs", "declared_wage_rs", "registered")


class TabletPage:
    """The page of one tablet. It is made anew after its browser was."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def by(self, id: str) -> Locator:
        """What bears a test id."""
        return self.page.get_by_test_id(id)

    def settled(self) -> None:
        """Wait until nothing on the screen is still on its way."""
        expect(self.page.locator("h1")).to_have_count(1)
        expect(self.page.locator(".loading")).to_have_count(0)

    def enrol(self, code: str, name: str) -> None:
        """Make the tablet ready by a supervisor's code."""
        self.by("enrol-code").fill(code)
        self.by("enrol-name").fill(name)
        self.by("enrol-submit").click()
        self.by("login").wait_for()

    def sign_in(self, login: str, password: str) -> None:
        """Sign in, and wait for the day's visits."""
        self.by("login").fill(login)
        self.by("password").fill(password)
        self.by("sign-in-submit").click()
        self.by("visit-row").first.wait_for()

    def visits(self) -> list[str]:
        """The day's visits in the order in which they are shown."""
        found = self.by("visit-row").evaluate_all("rows => rows.map((row) => row.dataset.record)")
        return [str(each) for each in found]

    def open_visit(self, visit: str) -> None:
        """Open a visit from the list of the day."""
        row = f'[data-testid="visit-row"][data-record="{visit}"]'
        self.page.locator(row).get_by_test_id("visit-open").click()
        expect(self.page).to_have_url(re.compile(visit))
        self.settled()

    def start_visit(self) -> None:
        """Begin the visit that is open; its report is shown."""
        self.by("start-visit").click()
        self.by("q-men").wait_for()

    def open_tab(self, tab: str) -> None:
        """Show another part of the visit."""
        self.by(f"tab-{tab}").click()
        expect(self.by(f"tab-{tab}")).to_have_attribute("aria-current", "page")

    def answer(self, told: Told) -> None:
        """Answer what both tablets of the story answer."""
        self.by("q-workers-declared").fill(told.workers_declared)
        self.by("q-men").fill(told.men)
        self.by("q-women").fill(told.women)
        self.by("q-person-met").fill(told.person_met)
        self.by("q-remarks").fill(told.remarks)
        self.by("q-refused").get_by_role("button").nth(0 if told.refused else 1).click()

    def answer_months(self, unpaid: str, paid: str) -> None:
        """Say that two months were checked, and that one of them was paid."""
        self.by(f"q-month-{unpaid}").click()
        self.by(f"q-month-{paid}").click()
        self.by(f"q-paid-{paid}").click()

    def produced(self, *slugs: str) -> None:
        """Tick the records that were produced."""
        for slug in slugs:
            self.by(f"q-record-{slug}").check()

    def take_place(self) -> None:
        """Note where the tablet is."""
        self.by("q-place").click()
        self.by("q-place-taken").wait_for()

    def choose_month(self, month: str) -> None:
        """Show a month of the wage register."""
        self.by("month-select").select_option(month)

    def cell(self, row: int, column: str) -> Locator:
        """A cell of the wage register; rows count from 1 within the month."""
        return self.by(f"cell-{row}-{column}")

    def type_line(self, row: int, line: Line) -> None:
        """Fill one line of the wage register."""
        for column in COLUMNS[:-1]:
            self.cell(row, column).fill(getattr(line, column))
        self.cell(row, "registered").select_option(line.registered)

    def begin_line(self, row: int, typed: Sequence[str]) -> None:
        """Type the first cells of a line by the keyboard, and stay in the last one."""
        self.cell(row, COLUMNS[0]).focus()
        for at, text in enumerate(typed):
            if at:
                self.page.keyboard.press("Enter")
            self.page.keyboard.type(text)

    def go_on(self, row: int, column: str, rest: str) -> None:
        """Type on at the end of what stands in a cell."""
        self.cell(row, column).focus()
        self.page.keyboard.press("End")
        self.page.keyboard.type(rest)

    def typed_in(self, row: int) -> list[str]:
        """What stands in a line of the wage register, bare of separators."""
        texts = [self.cell(row, column).input_value() for column in COLUMNS]
        return [text.replace(",", "").replace("-", "") for text in texts]

    def kept(self) -> None:
        """Wait until what is typed is on the disk."""
        expect(self.by("draft-kept")).to_have_attribute("data-kept", "yes")

    def add_photo(self, picture: Mapping[str, Any]) -> None:
        """Take a photo, and say that it is of a page of the register."""
        before = self.by("photo").count()
        self.by("photo-input").set_input_files(picture)  # type: ignore[arg-type]
        expect(self.by("photo")).to_have_count(before + 1)
        self.by("photo").last.get_by_role("group").get_by_role("button").first.click()

    def finish(self) -> None:
        """Finish the visit: from now on it is captured."""
        self.by("report-finish").click()
        self.by("visit-kept").wait_for()

    def count(self, which: str, number: int) -> None:
        """Wait until one of the meter's three numbers, office, here or need, is so."""
        expect(self.by("meter").locator(f'[data-count="{which}"] b')).to_have_text(str(number))

    def counts(self, *, office: int, here: int, need: int) -> None:
        """Wait until the meter says so."""
        for which, number in (("office", office), ("here", here), ("need", need)):
            self.count(which, number)

    def open_arrivals(self) -> None:
        """Show what arrived and what did not."""
        self.by("meter").click()
        self.by("sync-now").wait_for()
        self.settled()

    def sync(self) -> None:
        """Send and fetch now, and wait until that has ended, well or badly."""
        button = self.by("sync-now")
        expect(button).to_have_attribute("aria-busy", "false")
        before = self.syncs_ended()
        button.click()
        assert until(self.page, self.syncs_ended, lambda ended: ended > before) > before
        expect(button).to_have_attribute("aria-busy", "false")

    def syncs_ended(self) -> int:
        """How many syncs have ended since the page was loaded."""
        return int(self.by("sync-now").get_attribute("data-ended") or 0)

    def conflicts(self, *, open: bool) -> Locator:
        """What is in dispute on this tablet, or was."""
        return self.page.locator(f'[data-testid="conflict-row"][data-open="{"yes" if open else "no"}"]')

    def fact(self, said: str) -> Locator:
        """What is said in these words of the establishment of the visit that is open."""
        facts = self.page.locator('section[aria-labelledby="facts"] dd')
        return facts.filter(has_text=re.compile(rf"^\W*{re.escape(said)}\W*$"))

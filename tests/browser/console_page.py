"""The office's page, as a test uses it: what people do there, and what they see. Found in any language."""

import re

from playwright.sync_api import Locator, Page, expect

ISOLATES = re.compile("[\u2066-\u2069]")


def plain(text: str | None) -> str:
    """A text without the marks that keep numbers from turning round, and with one space between words."""
    return " ".join(ISOLATES.sub("", text or "").replace("\u00a0", " ").split())


class ConsolePage:
    """One window of the office's page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def by(self, id: str) -> Locator:
        """What bears a test id."""
        return self.page.get_by_test_id(id)

    def of_record(self, id: str, record: str) -> Locator:
        """What bears a test id and is about a record."""
        return self.page.locator(f'[data-testid="{id}"][data-record="{record}"]')

    def text(self, id: str) -> str:
        """What stands where a test id is."""
        return plain(self.by(id).text_content())

    def sign_in(self, login: str, password: str) -> None:
        """Sign in, as far as the first room."""
        self.by("login").fill(login)
        self.by("password").fill(password)
        self.by("sign-in-submit").click()
        self.by("who").wait_for()

    def open_room(self, room: str) -> None:
        """Open a room by the navigation."""
        self.by(f"nav-{room}").click()
        expect(self.by(f"nav-{room}")).to_have_attribute("aria-current", "page")
        self.settled()

    def settled(self) -> None:
        """Wait until nothing on the screen is still on its way."""
        expect(self.page.locator("h1")).to_have_count(1)
        expect(self.page.locator(".loading")).to_have_count(0)

    def issue_code(self) -> str:
        """A code for a tablet; its window is closed again."""
        self.by("issue-code").click()
        self.by("code-submit").click()
        code = self.text("code")
        self.page.keyboard.press("Escape")
        expect(self.by("code")).to_have_count(0)
        return code

    def open_conflict(self, record: str) -> list[str]:
        """Open a conflict from the list; the values of its sides in their order."""
        self.of_record("conflict-row", record).get_by_role("link").click()
        self.by("candidate-A").wait_for()
        self.settled()
        sides = self.page.locator('[data-testid^="candidate-"]').count()
        shown = self.page.locator(".compare__value").all_text_contents()
        return [plain(text) for text in shown[-sides:]]

    def decide(self, side: int, reason: str) -> None:
        """Decide an open conflict for one of its sides."""
        self.by("reason").fill(reason)
        self.by(f"keep-{chr(ord('A') + side)}").click()
        self.by("decided").wait_for()

    def open_flag(self, establishment: str) -> None:
        """Open one employer from the ranked list."""
        self.of_record("flag-row", establishment).get_by_role("link").click()
        self.by("reason-row").first.wait_for()
        self.settled()

    def open_reason(self, code: str) -> Locator:
        """Open one reason down to its wage lines and rate rows, which stand in what is returned."""
        row = self.page.locator(f'[data-testid="reason-row"][data-code="{code}"]')
        row.get_by_role("button").first.click()
        return row

    def figure(self, district: str, name: str) -> str:
        """A district's figure in the table of the directorate."""
        row = self.page.locator(f'[data-testid="district-row"][data-district="{district}"]')
        return plain(row.get_by_test_id(f"figure-{name}").text_content())

    def open_figure(self, district: str, name: str) -> list[str]:
        """Open the list behind a district's figure; its records."""
        row = self.page.locator(f'[data-testid="district-row"][data-district="{district}"]')
        row.get_by_test_id(f"figure-{name}").click()
        self.by("list-row").first.wait_for()
        self.settled()
        rows = self.by("list-row").evaluate_all("rows => rows.map((row) => row.dataset.record)")
        return [str(each) for each in rows]

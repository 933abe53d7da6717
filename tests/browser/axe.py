"""Looks at a screen as somebody does who cannot see it, or has no mouse: axe's rules, none of them broken."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`));
}"""


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


class Axe:
    """Gathers what is wrong with the screens that a test passes, so that all of it is told at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.looked: list[str] = []

    def look(self, page: Page, screen: str) -> None:
        """Look at what is on a page now; `screen` is what to call it."""
        self.looked.append(screen)
        # Run by the browser's own tools and not by the page: its policy lets no script in.
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(_script())
        wrong: Any = page.evaluate(RUN)
        if wrong:
            self.found[screen] = wrong

    def nothing_wrong(self) -> None:
        """Fail with everything that was found, screen by screen."""
        told = [f"{screen}: {each}" for screen, wrong in self.found.items() for each in wrong]
        assert not told, "\n".join(told)

"""What the demonstration shows: its figures, who is flagged, and a line to paste for every role."""

import io
import json
import re
import shlex
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from field.sim.day_count import Day
from field.sim.day_start import Account, Start
from field.sync.rights import ADMINISTRATOR, DIRECTORATE, INSPECTOR, RECOVERY, SUPERVISOR, Role

PICTURE_WIDTH = 94

ASKS: dict[Role, tuple[str, str]] = {
    SUPERVISOR: ("/api/conflicts", "the conflicts to decide"),
    INSPECTOR: ("/api/me", "who they are and where they are posted"),
    RECOVERY: ("/api/flags", "the flagged employers with the arithmetic"),
    DIRECTORATE: ("/api/compliance", "compliance by district"),
    ADMINISTRATOR: ("/api/devices", "the tablets"),
}
"""What each role asks for, and what that is."""

NAMES = {
    "districts": "districts on the map",
    "establishments": "establishments in the register",
    "tablets": "tablets in the field",
    "visits_assigned": "visits assigned by supervisors",
    "reports": "reports",
    "wage_lines": "wage lines",
    "photos": "photos described",
    "pictures": "pictures sent over the bad line, and here byte for byte",
    "changes_captured": "changes captured offline (on the tablets' disks)",
    "changes_received": "changes received (in the server's database)",
    "deliveries_repeated": "deliveries repeated, and recognised",
    "conflicts_open": "conflicts waiting for a supervisor",
    "quarantined": "changes in quarantine",
    "flagged": "employers flagged",
    "assessed_rs": "rupees assessed",
    "remarks": "remarks about evidence, shown at the reports",
    "photos_again": "of them: a photo that is in another report too, or nearly the same",
    "journeys_impossible": "of them: two places too far apart for the time between",
    "lost": "lost",
    "doubled": "doubled",
    "seconds": "seconds",
}

REASONS = {
    "month-unpaid": "month not paid",
    "worker-not-registered": "worker not registered",
    "wage-under-declared": "wage declared too low",
    "wage-under-minimum": "wage under the minimum",
    "records-refused": "records refused",
}
"""Why an employer is flagged, in a few words for each of `field.recovery.assessment.CODES`."""


def summary(day: Day) -> RenderableType:
    """The figures, and the flagged employers by what they owe."""
    figures = Table(box=None, show_header=False, pad_edge=False, title="A field day", title_justify="left")
    figures.add_column(justify="right", style="bold")
    figures.add_column()
    for name, words in NAMES.items():
        value = getattr(day.figures, name)
        style = ("green" if value == 0 else "bold red") if name in ("lost", "doubled") else None
        figures.add_row(Text(f"{value:,}", style or ""), Text(words, style or ""))
    ranked = Table(box=None, pad_edge=False, title="Flagged, by what can be expected", title_justify="left")
    ranked.add_column("Rs", justify="right", style="bold")
    ranked.add_column("employer")
    ranked.add_column("why")
    for each in day.flagged:
        why = Text(", ".join(REASONS[code] for code in each.reasons))
        ranked.add_row(f"{each.rupees:,}", Text(each.name), why)
    return Group(figures, Text(), ranked)


def accounts(start: Start) -> RenderableType:
    """Every account with its password: they are shown here and nowhere else."""
    table = Table(
        box=None, pad_edge=False, title="Accounts, with passwords drawn today", title_justify="left"
    )
    for heading in ("login", "password", "role", "district"):
        table.add_column(heading)
    for each in start.accounts:
        table.add_row(each.login, each.password, each.role, each.district or "everywhere")
    return table


def curl(address: str, account: Account) -> str:
    """A line for a second terminal: sign in, and ask what this role asks."""
    path, _ = ASKS[account.role]
    body = json.dumps({"login": account.login, "password": account.password})
    sign_in = f"curl -s {address}/api/sign-in -H 'Content-Type: application/json' -d {shlex.quote(body)}"
    token = f"""$({sign_in} | sed -n 's/.*"token":"\\([^"]*\\)".*/\\1/p')"""
    return f'curl -s {address}{path} -H "Authorization: Bearer {token}"'


def lines_to_paste(address: str, start: Start) -> list[tuple[str, str]]:
    """For each role, what it asks for and the line that asks."""
    first = {account.role: account for account in reversed(start.accounts)}
    return [
        (f"{first[role].login}: {words}", curl(address, first[role])) for role, (_, words) in ASKS.items()
    ]


def paint(day: Day, path: Path) -> None:
    """The summary as a picture, without fetching any letter from anywhere."""
    console = Console(record=True, width=PICTURE_WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ make demo", style="bold green"))
    console.print(summary(day))
    drawn = console.export_svg(title="field demo", unique_id="demo")
    drawn = re.sub(r"@font-face\s*\{[^}]*\}", "", drawn)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", encoding="utf-8")

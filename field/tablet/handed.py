"""Receipts of reports on this tablet, to hand to employers: asked for with a pull, checked, and kept."""

from collections.abc import Iterable

from field.sync.changes import Change
from field.sync.keyring import Key, key_id
from field.sync.receipts import LANDED
from field.sync.report_receipts import check
from field.tablet.database import Database
from field.tablet.replica import GivenReceipt
from field.tablet.trust import Trust

WANTED = "receipts_wanted"
AT_ONCE = 20


class Handed:
    """The receipts of the reports that were captured on this tablet."""

    def __init__(self, database: Database, trust: Trust) -> None:
        self._db = database
        self._trust = trust

    def captured(self, changes: Iterable[Change]) -> None:
        """Of each report among what was captured the receipt is wanted once it has landed."""
        new = {
            change.record: change.id
            for change in changes
            if change.kind == "report" and change.op == "create" and change.record is not None
        }
        if new:
            self._db.remember(WANTED, {**self._db.state(WANTED, dict[str, str], {}), **new})

    def wanted(self) -> list[str]:
        """The reports that landed and whose receipt did not come yet, newest first, a few at once."""
        found: list[str] = []
        for report, change in reversed(self._db.state(WANTED, dict[str, str], {}).items()):
            status = self._db.row("SELECT status FROM lines WHERE id = ? ORDER BY seq DESC", change)
            if status is not None and status[0] in LANDED and len(found) < AT_ONCE:
                found.append(report)
        return found

    def asked(self) -> dict[str, list[str]]:
        """What a pull asks for; nothing where no receipt is wanted."""
        reports = self.wanted()
        return {"reports": reports} if reports else {}

    def take(self, given: Iterable[GivenReceipt]) -> None:
        """Keep receipts that came, but for those that do not hold."""
        keys = [Key(id=key_id(public), public=public, since_ms=0) for public in self._trust.keys]
        for each in given:
            checked = check(each.text, keys)
            # By a key from before this tablet's enrolment: others can check it, this one cannot.
            if checked.fault not in (None, "unknown-key"):
                continue
            if checked.receipt is not None and checked.receipt.report == each.report:
                wanted = self._db.state(WANTED, dict[str, str], {})
                self._db.remember(WANTED, {id: one for id, one in wanted.items() if id != each.report})
                self._db.remember(f"receipt {each.report}", each.text)

    def of(self, report: str) -> str | None:
        """A report's receipt, 200 characters; None while it has not come."""
        return self._db.state(f"receipt {report}", str, "") or None

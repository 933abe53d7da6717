"""Whether what entries of the trail put in force still stands as they say: law, rules, holds, tablets."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from field.store import audit, flag_tables, retention_tables, tables
from field.store.audit_sealing import ABOUT, ENTRIES
from field.store.rows import chunks
from field.sync.audit import Entry, Note, noted, read, words_hash
from field.sync.audit_check import Fault

STATUTE = tables.StatuteRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
RULES = flag_tables.FlagRule.__table__  # type: ignore[attr-defined]
HOLDS = retention_tables.Hold.__table__  # type: ignore[attr-defined]
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]

_DATED = {"statute": (STATUTE, "row of the law"), "flag-rules": (RULES, "rule of flagging")}


class Standing:
    """Collects what entries put in force, and in the end looks at what is there of it."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self._dated: dict[str, dict[str, str]] = {act: {} for act in _DATED}
        self._holds: dict[str, tuple[str, Any]] = {}
        self._lifted: set[str] = set()
        self._revoked: set[str] = set()

    def follow(self, entries: Iterable[Entry | Note]) -> None:
        """Remember what some entries put in force or ended."""
        for entry in entries:
            if entry.act in self._dated:
                # Entries from before they had hashes name the rows alone.
                self._dated[entry.act].update(zip(entry.about, entry.facts.get("rows", ()), strict=False))
            elif entry.act == "hold-placed" and len(entry.about) == 2:
                self._holds[entry.about[1]] = (entry.about[0], entry.facts.get("reason"))
            elif entry.act == "hold-lifted" and len(entry.about) == 2:
                self._lifted.add(entry.about[1])
            elif entry.act == "device-revoked":
                self._revoked.update(entry.about)

    def rest(self) -> list[Fault]:
        """What no longer stands as it was put in force."""
        self.follow(noted(body) for body in self._tx.execute(select(audit.NOTES.c.body)).scalars())
        return [*self._rows(), *self._held(), *self._tablets()]

    def _rows(self) -> Iterable[Fault]:
        for act, (table, what) in _DATED.items():
            rows = self._tx.execute(select(table)).mappings()
            known = dict(zip(*audit.dated([dict(row) for row in rows]), strict=True))
            for name, hash in sorted(self._dated[act].items()):
                if name not in known:
                    yield Fault("the database", f"the {what} {name} was put in force, and is no longer there")
                elif known[name] != hash:
                    yield Fault("the database", f"the {what} {name} was altered")

    def _held(self) -> Iterable[Fault]:
        there = {row.id: row for row in self._tx.execute(select(HOLDS).order_by(HOLDS.c.id))}
        for id, (about, reason) in sorted(self._holds.items()):
            row = there.get(id)
            if row is None:
                yield Fault("the database", f"the legal hold {id} on {about} is no longer there")
            elif row.about != about or words_hash(row.reason) != reason:
                yield Fault("the database", f"the legal hold {id} was altered")
            elif row.lifted_ms is not None and id not in self._lifted:
                yield Fault("the database", f"the legal hold {id} on {about} was lifted without an entry")

    def _tablets(self) -> Iterable[Fault]:
        for ids in chunks(self._revoked):
            back = select(DEVICES.c.id).where(DEVICES.c.id.in_(ids), DEVICES.c.revoked_ms.is_(None))
            for id in self._tx.execute(back.order_by(DEVICES.c.id)).scalars():
                yield Fault("the database", f"the tablet {id} was revoked, and is admitted again")


def ever_came(tx: Connection, photo: str, sha256: str, at_ms: int) -> bool:
    """Whether any entry says that these bytes came for a photo at that moment."""
    query = select(ENTRIES.c.line).join(ABOUT, ABOUT.c.seq == ENTRIES.c.seq)
    lines = tx.execute(query.where(ABOUT.c.about == photo, ENTRIES.c.act == "photo-kept")).scalars()
    waiting = tx.execute(select(audit.NOTES.c.body)).scalars()
    said: Sequence[Entry | Note] = [*(read(line) for line in lines), *(noted(body) for body in waiting)]
    return any(
        each.act == "photo-kept"
        and photo in each.about
        and (each.at_ms, each.facts.get("sha256")) == (at_ms, sha256)
        for each in said
    )

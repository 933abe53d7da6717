"""Runs of imports into the register: which file, who, when, and what came of it, for good."""

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import bindparam, insert, update

from field.clock import Clock
from field.inspections.table_file import Reject
from field.store import audit, tables
from field.store.engine import Store
from field.store.import_runs import Counts, Source, Telling

RUNS = tables.RegisterRun.__table__  # type: ignore[attr-defined]  # SQLModel adds it

Kind = Literal["establishments", "directorates"]


class Registered(Counts):
    """What an import into the register did; `changed` counts what was there and was put right."""

    changed: int = 0

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return self.added + self.changed + self.unchanged + self.rejected


class Run(Telling[Registered]):
    """An import into the register under way."""

    def __init__(self, id: str, told: Callable[[Reject], None]) -> None:
        super().__init__(Registered(), told)
        self.id = id
        self.noted: dict[str, Any] = {}


def begin(
    store: Store,
    clock: Clock,
    kind: Kind,
    source: Source,
    sha256: str,
    told: Callable[[Reject], None],
) -> Run:
    """Write down that somebody begins to import a file."""
    run = Run(clock.uuid7(), told)
    run.noted = {"by": source.actor, "kind": kind, "file": sha256}
    row = {"id": run.id, "kind": kind, "file_hash": sha256, "started_ms": clock.now_ms()}
    counts = dict.fromkeys(("added", "changed", "unchanged", "rejected"), 0)
    with store.write() as tx:
        tx.execute(insert(RUNS), {**row, **counts, "file_name": source.name[:300], "by": source.by[:200]})
    return run


_FINISHED = update(RUNS).where(RUNS.c.id == bindparam("key"))


def finish(store: Store, run: Run, now_ms: int) -> None:
    """Write down that everything in the file has been looked at, and what came of it."""
    done = run.done
    counts = {name: getattr(done, name) for name in ("added", "changed", "unchanged", "rejected")}
    with store.write() as tx:
        tx.execute(_FINISHED.values(finished_ms=now_ms, **counts), {"key": run.id})
        audit.note(tx, "imported", now_ms, about=[run.id], **run.noted, **counts)

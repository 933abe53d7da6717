"""What imports of files have in common: the file's own row, what is told about its lines, what came of it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import IO, Any, Generic, Literal, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from field.clock import Clock
from field.inspections.table_file import Fingerprint, Reject, Remark
from field.store import audit, tables
from field.store.bulk import Rows
from field.store.engine import Store
from field.store.registrations import Registrations

IMPORTS = tables.Import.__table__  # type: ignore[attr-defined]  # SQLModel adds it

ROWS_AT_ONCE = 8_000
"""How many rows of a file stand in one transaction: the disk is waited for once, others wait a moment."""

LISTED_MAX = 1000
"""So many rejects and remarks are in the outcome; all of them are told as they come."""

UNKNOWN_MAX = 100_000
"""So many registration numbers that nobody has are told once each, more of them as they come."""

Kind = Literal["schedules", "payments"]
_T = TypeVar("_T")
_C = TypeVar("_C", bound="Counts")
PAKISTAN = timezone(timedelta(hours=5))
"""It has no summer time."""


class Source(msgspec.Struct, frozen=True):
    """A file to import: open for reading, its name, who imports it, and which heading stands for a column.

    `person`: the id of whoever does, where it is somebody signed in and not a command.
    """

    file: IO[bytes]
    name: str
    by: str
    columns: Mapping[str, str] = {}
    person: str | None = None

    @property
    def actor(self) -> str:
        """Who imports it, as the audit trail names them."""
        return self.person or self.by[:200]


class Counts(msgspec.Struct):
    """What every import tells, in rows of the file. `rejects` and `remarks`: the first LISTED_MAX of each."""

    added: int = 0
    unchanged: int = 0
    rejected: int = 0
    remarked: int = 0
    rejects: list[Reject] = []
    remarks: list[Remark] = []

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return self.added + self.unchanged + self.rejected


class Imported(Counts):
    """What an import of schedules or payments did. `further`: schedules of a month that had one already.

    `repeated`: payments that another line has told already. `dishonoured`: payments that turned out not to
    have been.
    """

    further: int = 0
    repeated: int = 0
    dishonoured: int = 0

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return self.added + self.unchanged + self.repeated + self.rejected


class Telling(Generic[_C]):
    """What is told to the person who imports, and counted, while an import is under way."""

    def __init__(self, done: _C, told: Callable[[Reject], None]) -> None:
        self.done = done
        self._told = told

    def reject(self, reject: Reject) -> None:
        """A row that is not taken."""
        self.done.rejected += 1
        self._tell(reject)

    def _tell(self, reject: Reject) -> None:
        self._told(reject)
        if len(self.done.rejects) < LISTED_MAX:
            self.done.rejects.append(reject)

    def remark(self, remark: Remark) -> None:
        """A sentence about a row that is taken, or about the file."""
        self.done.remarked += 1
        if len(self.done.remarks) < LISTED_MAX:
            self.done.remarks.append(remark)


class Run(Telling[Imported]):
    """An import under way: which establishment a row means, and what is told to the person who imports.

    `new`: nobody has begun to import this file before.
    """

    def __init__(
        self, id: str, new: bool, registrations: Registrations, told: Callable[[Reject], None]
    ) -> None:
        super().__init__(Imported(), told)
        self.id = id
        self.new = new
        self.noted: dict[str, Any] = {}
        self._registrations = registrations
        self._unknown: dict[str, list[int]] = {}

    def establishment(self, registration_no: str, line: int, lines: int = 1) -> str | None:
        """Whose rows they are, so many from a line on; where nobody has the number, they are rejected.

        That is told at the end, once for each number.
        """
        found = self._registrations.find(registration_no)
        if found is None:
            self._miss(registration_no, line, lines)
        return found

    def _miss(self, registration_no: str, line: int, lines: int) -> None:
        self.done.rejected += lines
        missed = self._unknown.get(registration_no)
        if missed is not None:
            missed[1] += lines
        elif len(self._unknown) < UNKNOWN_MAX:
            self._unknown[registration_no] = [line, lines]
        else:
            self._tell(
                Reject(
                    line,
                    "registration_no",
                    registration_no,
                    self._registrations.why_not(registration_no),
                )
            )

    def tell_unknown(self) -> None:
        """Each number that nobody has, once, with its first line and how many lines it has."""
        for number, (line, lines) in self._unknown.items():
            many = f" {lines:,} lines have it, this is the first." if lines > 1 else ""
            self._tell(
                Reject(line, "registration_no", number, f"{self._registrations.why_not(number)}{many}")
            )


def day_of(clock: Clock) -> date:
    """The day of the clock, in Pakistan: nothing that is later has happened yet."""
    return day_at(clock.now_ms())


def day_at(ms: int) -> date:
    """The day in Pakistan at a moment, in milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, PAKISTAN).date()


def batches(rows: Iterator[_T]) -> Iterator[list[_T]]:
    """The rows in portions of one transaction."""
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


_INSERT = Rows(
    IMPORTS,
    ("id", "kind", "file_hash", "way", "file_name", "by", "started_ms", "taken", "rejected"),
    once=True,
)
_FIND = select(IMPORTS.c.id).where(
    IMPORTS.c.file_hash == bindparam("file_hash"),
    IMPORTS.c.kind == bindparam("kind"),
    IMPORTS.c.way == bindparam("way"),
)


def begin(
    store: Store,
    clock: Clock,
    kind: Kind,
    reading: int,
    source: Source,
    found: Fingerprint,
    told: Callable[[Reject], None],
) -> Run:
    """Begin the import of a file, or take up the one that there is of it.

    The same bytes read in another way, by other columns or a newer `reading`, are another import.
    """
    read = {"columns": dict(source.columns), "reading": reading}
    way = msgspec.json.encode(read, order="deterministic").decode()
    key = {"file_hash": found.sha256, "kind": kind, "way": way}
    with store.write() as tx:
        named = (source.name[:300], source.by[:200])
        new = _INSERT.insert(tx, [(clock.uuid7(), kind, found.sha256, way, *named, clock.now_ms(), 0, 0)])
        id = str(tx.execute(_FIND, key).scalar_one())
    with store.read() as tx:
        run = Run(id, new == 1, Registrations(tx), told)
    run.noted = {"by": source.actor, "kind": kind, "file": found.sha256}
    return run


_FINISHED = update(IMPORTS).where(IMPORTS.c.id == bindparam("key"))


def finish(tx: Connection, run: Run, now_ms: int) -> None:
    """Write down that everything in the file has been looked at, and what came of it.

    It was finished when it was for the first time. When each of its schedules arrived stands with the
    schedule: the same file again changes no figure, and brings as of that day what it could not before.
    """
    done = run.done
    audit.note(tx, "imported", now_ms, about=[run.id], **run.noted, added=done.added, rejected=done.rejected)
    taken = done.added + done.unchanged + done.repeated
    counts: dict[str, Any] = {"taken": taken, "rejected": done.rejected}
    first = func.coalesce(IMPORTS.c.finished_ms, now_ms)
    tx.execute(_FINISHED.values(finished_ms=first, **counts), {"key": run.id})

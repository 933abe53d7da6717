"""The tables. Storage with constraints; what travels and what is decided upon are the Structs of other rooms.

Times are UTC milliseconds since 1970, money is paisa, both as 64-bit integers. docs/database.md tells what
each table is for. Others have files of their own: audit_tables.py, contribution_tables.py,
device_tables.py, evidence_tables.py, lead_tables.py, ledger_tables.py, photo_tables.py,
registry_tables.py, snapshot_tables.py, and register_tables.py for the wage-record check.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from field.store import (
    audit_tables,
    device_tables,
    evidence_tables,
    ledger_tables,
    life_tables,
    receipt_tables,
    retention_tables,
)
from field.store.columns import Table, partial_index
from field.store.columns import id_column as _id
from field.store.columns import ms_column as _ms
from field.store.contribution_tables import Import, Payment, Schedule, ScheduleLine
from field.store.flag_tables import Flag, FlagEntry, FlagRule, FlagTotal, StaleEstablishment
from field.store.lead_tables import Lead, LeadMark
from field.store.photo_tables import PhotoBytes, PhotoReading, Upload
from field.store.quarantine_tables import OpenConflict, QuarantineVerdict
from field.store.register_tables import RegisterFile, RegisterTotal, RegisterWorker, ScheduleWorker
from field.store.registry_tables import Directorate, DirectorateDistrict, DistrictDisagreement, RegisterRun
from field.store.snapshot_tables import Snapshot, SnapshotBuild

__all__ = [
    "Directorate",
    "DirectorateDistrict",
    "DistrictDisagreement",
    "Flag",
    "FlagEntry",
    "FlagRule",
    "FlagTotal",
    "Import",
    "Lead",
    "LeadMark",
    "OpenConflict",
    "Payment",
    "PhotoBytes",
    "PhotoReading",
    "QuarantineVerdict",
    "RegisterFile",
    "RegisterRun",
    "RegisterTotal",
    "RegisterWorker",
    "Schedule",
    "ScheduleLine",
    "ScheduleWorker",
    "Snapshot",
    "SnapshotBuild",
    "StaleEstablishment",
    "Table",
    "Upload",
    "audit_tables",
    "device_tables",
    "evidence_tables",
    "ledger_tables",
    "life_tables",
    "receipt_tables",
    "retention_tables",
]

STATUSES = "'applied', 'merged', 'conflict', 'duplicate', 'held', 'waiting', 'quarantined', 'lost'"
ROLES = "'inspector', 'supervisor', 'recovery_officer', 'directorate', 'administrator'"


class Epoch(Table, table=True):
    """One unbroken life of the database; the latest is in force."""

    __tablename__ = "epochs"
    id: str = Field(sa_column=_id(primary=True))
    started_ms: int = Field(sa_column=_ms())


class Mark(Table, table=True):
    """Facts about the database itself, by name: who made it and what it is for."""

    __tablename__ = "marks"
    name: str = Field(sa_column=Column(String(40), primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))


class District(Table, table=True):
    """A district with its polygon as WKB, in degrees WGS 84. `lat` and `lon` are its headquarters."""

    __tablename__ = "districts"
    id: str = Field(sa_column=Column(String(100), primary_key=True))
    name: str = Field(sa_column=Column(String(200), nullable=False))
    division: str | None = Field(default=None, sa_column=Column(String(200)))
    aliases: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    headquarters: str | None = Field(default=None, sa_column=Column(String(200)))
    lat: float | None = None
    lon: float | None = None
    shape: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Person(Table, table=True):
    """Somebody with an account. What they may do is in their postings."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("login"),)
    id: str = Field(sa_column=_id(primary=True))
    login: str = Field(sa_column=Column(String(100), nullable=False))
    name: str = Field(sa_column=Column(String(200), nullable=False))
    password_hash: str = Field(sa_column=Column(String(200), nullable=False))
    made_ms: int = Field(sa_column=_ms())


class Posting(Table, table=True):
    """A role in a district, or everywhere where the district is null, from (included) to (excluded)."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        CheckConstraint("to_ms IS NULL OR to_ms > from_ms", name="dates"),
        Index(None, "person"),
    )
    id: str = Field(sa_column=_id(primary=True))
    person: str = Field(sa_column=_id(refers="people.id"))
    role: str = Field(sa_column=Column(String(30), nullable=False))
    district: str | None = Field(default=None, sa_column=Column(String(100), ForeignKey("districts.id")))
    from_ms: int = Field(sa_column=_ms())
    to_ms: int | None = Field(default=None, sa_column=_ms(nullable=True))


class Device(Table, table=True):
    """An enrolment of a tablet, and how far its line of changes has come."""

    __tablename__ = "devices"
    __table_args__ = (
        UniqueConstraint("public_key"),
        CheckConstraint("acknowledged >= 0", name="acknowledged"),
        CheckConstraint("(group_first IS NULL) = (group_last IS NULL)", name="group"),
    )
    id: str = Field(sa_column=_id(primary=True))
    name: str = Field(sa_column=Column(String(200), nullable=False))
    public_key: str | None = Field(default=None, sa_column=Column(String(200)))
    office: bool = False
    district: str | None = Field(default=None, sa_column=Column(String(100), ForeignKey("districts.id")))
    enrolled_ms: int = Field(sa_column=_ms())
    revoked_ms: int | None = Field(default=None, sa_column=_ms(nullable=True))
    seen_ms: int | None = Field(default=None, sa_column=_ms(nullable=True))
    acknowledged: int = Field(sa_column=_ms())
    chain: str = Field(sa_column=Column(String(64), nullable=False))
    t: int = Field(sa_column=_ms())
    group_first: int | None = Field(default=None, sa_column=_ms(nullable=True))
    group_last: int | None = Field(default=None, sa_column=_ms(nullable=True))


class DevicePerson(Table, table=True):
    """Who has ever signed in on which device."""

    __tablename__ = "device_people"
    device: str = Field(sa_column=_id(primary=True, refers="devices.id"))
    person: str = Field(sa_column=_id(primary=True, refers="people.id"))
    since_ms: int = Field(sa_column=_ms())


class EnrolCode(Table, table=True):
    """A one-time code by which a tablet is enrolled, kept as its hash."""

    __tablename__ = "enrol_codes"
    code_hash: str = Field(sa_column=Column(String(64), primary_key=True))
    district: str | None = Field(default=None, sa_column=Column(String(100), ForeignKey("districts.id")))
    issued_by: str | None = Field(default=None, sa_column=_id(nullable=True, refers="people.id"))
    expires_ms: int = Field(sa_column=_ms())
    used_ms: int | None = Field(default=None, sa_column=_ms(nullable=True))
    device: str | None = Field(default=None, sa_column=_id(nullable=True, refers="devices.id"))


class Session(Table, table=True):
    """A signed-in person, on a tablet or in the console; the token is kept as its hash."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "device"),)
    token_hash: str = Field(sa_column=Column(String(64), primary_key=True))
    person: str = Field(sa_column=_id(refers="people.id"))
    device: str | None = Field(default=None, sa_column=_id(nullable=True, refers="devices.id"))
    made_ms: int = Field(sa_column=_ms())
    expires_ms: int = Field(sa_column=_ms())
    revoked_ms: int | None = Field(default=None, sa_column=_ms(nullable=True))


class SignInTry(Table, table=True):
    """Wrong passwords by login, so that guessing is slowed down on every worker alike."""

    __tablename__ = "sign_in_tries"
    login: str = Field(sa_column=Column(String(100), primary_key=True))
    failures: int = Field(sa_column=Column(Integer, nullable=False))
    last_ms: int = Field(sa_column=_ms())


class Scope(Table, table=True):
    """A unit of replication; its row is locked before a position in it is given."""

    __tablename__ = "scopes"
    __table_args__ = (UniqueConstraint("name"), CheckConstraint("n >= 0", name="n"))
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(String(140), nullable=False))
    n: int = Field(sa_column=_ms())
    checksum: int = Field(sa_column=_ms())


class Record(Table, table=True):
    """A record's place and merge state; its values are in its feed row."""

    __tablename__ = "records"
    # Its rows are small and asked for by id: on SQLite one tree holds both. Reports are listed by id, one
    # among hundreds of wage lines: they have an index of their own, which costs the lines nothing.
    __table_args__ = (
        Index(None, "root"),
        Index(None, "kind", "scope", "id"),
        partial_index("ix_records_reports", "id", where="kind = 'report'"),
        {"sqlite_with_rowid": False},
    )
    id: str = Field(sa_column=_id(primary=True))
    kind: str = Field(sa_column=Column(String(30), nullable=False))
    root: str = Field(sa_column=_id())
    parent: str | None = Field(default=None, sa_column=_id(nullable=True))
    scope: int = Field(sa_column=Column(Integer, ForeignKey("scopes.id"), nullable=False))
    n: int = Field(sa_column=_ms())
    state: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Feed(Table, table=True):
    """The latest row of each record of a scope, encoded, by position; or the mark that it is gone."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("scope", "record"),)
    scope: int = Field(sa_column=Column(Integer, ForeignKey("scopes.id"), primary_key=True))
    n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    record: str = Field(sa_column=_id())
    digest: int = Field(sa_column=_ms())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    private: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class Change(Table, table=True):
    """Every line that ever arrived, with its receipt. Lines are never altered; receipts only while open."""

    __tablename__ = "changes"
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        Index(None, "record"),
        partial_index("ix_changes_waits_for", "waits_for", where="waits_for IS NOT NULL"),
        partial_index("ix_changes_quarantined", "district", where="status = 'quarantined'"),
        # Most changes are applied: what else became of a device's, its ledger asks for.
        partial_index(
            "ix_changes_not_applied", "device", "status", "received_ms", where="status <> 'applied'"
        ),
        partial_index("ix_changes_decided", "verdict", where="verdict IS NOT NULL"),
    )
    device: str = Field(sa_column=_id(primary=True, refers="devices.id"))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    id: str | None = Field(default=None, sa_column=_id(nullable=True))
    same_as: str | None = Field(default=None, sa_column=_id(nullable=True))
    hash: str = Field(sa_column=Column(String(64), nullable=False))
    line: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    private: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    kind: str | None = Field(default=None, sa_column=Column(String(100)))
    record: str | None = Field(default=None, sa_column=_id(nullable=True))
    by: str | None = Field(default=None, sa_column=_id(nullable=True))
    t: int = Field(sa_column=_ms())
    received_ms: int = Field(sa_column=_ms())
    status: str = Field(sa_column=Column(String(12), nullable=False))
    code: str | None = Field(default=None, sa_column=Column(String(40)))
    detail: str | None = Field(default=None, sa_column=Column(Text))
    remarks: str | None = Field(default=None, sa_column=Column(Text))
    scope: str | None = Field(default=None, sa_column=Column(String(140)))
    n: int | None = Field(default=None, sa_column=_ms(nullable=True))
    waits_for: str | None = Field(default=None, sa_column=_id(nullable=True))
    district: str | None = Field(default=None, sa_column=Column(String(100)))
    verdict: str | None = Field(default=None, sa_column=Column(String(10)))


class Batch(Table, table=True):
    """The device's signature over each push, by the last seq that landed of it.

    `hashes` are those of all lines that were signed, 32 bytes each from `first_seq` on, so that the signature
    can be checked for ever, whatever became of the lines.
    """

    __tablename__ = "batches"
    device: str = Field(sa_column=_id(primary=True, refers="devices.id"))
    last_seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    first_seq: int = Field(sa_column=_ms())
    signature: str = Field(sa_column=Column(String(100), nullable=False))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_ms: int = Field(sa_column=_ms())


class Alarm(Table, table=True):
    """Something that a supervisor must hear of. One for each (device, code, seq)."""

    __tablename__ = "alarms"
    device: str = Field(sa_column=_id(primary=True, refers="devices.id"))
    code: str = Field(sa_column=Column(String(40), primary_key=True))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at_ms: int = Field(sa_column=_ms())
    detail: str = Field(sa_column=Column(Text, nullable=False))
    district: str | None = Field(default=None, sa_column=Column(String(100)))


class Visit(Table, table=True):
    """What planning asks of visits, written with each visit's feed row."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "district", "due"), Index(None, "establishment"))
    id: str = Field(sa_column=_id(primary=True))
    establishment: str = Field(sa_column=_id())
    district: str = Field(sa_column=Column(String(100), nullable=False))
    inspector: str | None = Field(default=None, sa_column=_id(nullable=True))
    due: str | None = Field(default=None, sa_column=Column(String(10)))
    status: str = Field(sa_column=Column(String(20), nullable=False))


class Stale(Table, table=True):
    """Visits whose assessment may be out of date, since something below them changed.

    `mark` is the scope and position of the latest change: no two changes of a visit have the same, so that
    one that lands during an assessment is seen. A worker holds the visit until `held_until_ms`.
    """

    __tablename__ = "stale"
    __table_args__ = (Index(None, "held_until_ms"),)
    root: str = Field(sa_column=_id(primary=True))
    since_ms: int = Field(sa_column=_ms())
    mark: str = Field(sa_column=Column(String(170), nullable=False))
    held_until_ms: int = Field(default=0, sa_column=_ms())


class StatuteRow(Table, table=True):
    """One dated rate, limit or rule, with its legal basis and whether it is confirmed.

    A correction, as a suspension, is a further version; the highest one is in force, none is ever altered.
    `accepted_by` is a person's id or a command with its user, `accepted` the figures that they saw; neither
    is there for what came with the program.
    """

    __tablename__ = "statute"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)
    id: str = Field(sa_column=Column(String(100), primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    added_ms: int = Field(sa_column=_ms())
    reason: str = Field(sa_column=Column(Text, nullable=False))
    accepted_by: str | None = Field(default=None, sa_column=Column(String(200)))
    accepted: str | None = Field(default=None, sa_column=Column(Text))


class Assessment(Table, table=True):
    """What one report makes due. `body` holds reasons and months, `total_paisa` their sum.

    `counted_paisa` leaves out the months for which another report of the establishment counts, so that sums
    over reports ask for no month twice. `captured_ms` is when the report was made.
    """

    __tablename__ = "assessments"
    __table_args__ = (Index(None, "visit"), Index(None, "establishment"))
    report: str = Field(sa_column=_id(primary=True))
    visit: str = Field(sa_column=_id())
    establishment: str = Field(sa_column=_id())
    captured_ms: int = Field(sa_column=_ms())
    made_ms: int = Field(sa_column=_ms())
    flagged: bool
    provisional: bool
    total_paisa: int = Field(sa_column=_ms())
    counted_paisa: int = Field(sa_column=_ms())
    body: str = Field(sa_column=Column(Text, nullable=False))

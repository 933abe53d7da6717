"""The tables of the audit trail. docs/audit.md tells what it proves."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class AuditNote(Table, table=True):
    """An act, noted in its own transaction; within seconds the sealer makes it an entry of the trail."""

    __tablename__ = "audit_notes"
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditEntry(Table, table=True):
    """A sealed entry: its line, byte for byte, and what is asked for of it. Never altered."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "at_ms"),
        Index(None, "by", "seq"),
        Index(None, "device", "seq"),
        Index(None, "district", "seq"),
        Index(None, "act", "seq"),
    )
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hash: str = Field(sa_column=Column(String(64), nullable=False))
    at_ms: int = Field(sa_column=ms_column())
    act: str = Field(sa_column=Column(String(40), nullable=False))
    by: str | None = Field(default=None, sa_column=Column(String(200)))
    device: str | None = Field(default=None, sa_column=id_column(nullable=True))
    district: str | None = Field(default=None, sa_column=Column(String(100)))
    line: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditAbout(Table, table=True):
    """Which entries speak of what; written with each entry, out of it."""

    __tablename__ = "audit_about"
    about: str = Field(sa_column=Column(String(100), primary_key=True))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class AuditPush(Table, table=True):
    """Which lines of a device an entry speaks of; written with each entry, out of it."""

    __tablename__ = "audit_pushes"
    device: str = Field(sa_column=id_column(primary=True))
    last_seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    first_seq: int = Field(sa_column=ms_column())
    seq: int = Field(sa_column=ms_column())


class AuditState(Table, table=True):
    """Where the trail stands: one row, which is locked while entries are sealed."""

    __tablename__ = "audit_state"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=ms_column())
    hash: str = Field(sa_column=Column(String(64), nullable=False))
    sealed_ms: int = Field(sa_column=ms_column())
    server_key: str | None = Field(default=None, sa_column=Column(String(100)))


class AuditHead(Table, table=True):
    """A day's signed head, and when it was written to the place that the operator cannot rewrite."""

    __tablename__ = "audit_heads"
    day: str = Field(sa_column=Column(String(10), primary_key=True))
    seq: int = Field(sa_column=ms_column())
    hash: str = Field(sa_column=Column(String(64), nullable=False))
    signed_ms: int = Field(sa_column=ms_column())
    signature: str = Field(sa_column=Column(String(100), nullable=False))
    server_key: str = Field(sa_column=Column(String(100), nullable=False))
    target: str | None = Field(default=None, sa_column=Column(String(300)))
    written_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))

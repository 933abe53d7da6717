"""The tables of the database's lives: heads that survived, the journal, backups, what tablets testify."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class EpochHead(Table, table=True):
    """How far a scope had come when an epoch began: what of the one before it survived."""

    __tablename__ = "epoch_heads"
    epoch: str = Field(sa_column=id_column(primary=True, refers="epochs.id"))
    scope: str = Field(sa_column=Column(String(140), primary_key=True))
    n: int = Field(sa_column=ms_column())


class JournalEntry(Table, table=True):
    """An act of the office that is no change of a record, as it is written outside the database as well.

    `n` counts in the order of the commits; `body` is sealed: the rows as they stand after the act.
    """

    __tablename__ = "journal"
    n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at_ms: int = Field(sa_column=ms_column())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BackupMade(Table, table=True):
    """A backup that was verified, and the moment up to which it holds everything."""

    __tablename__ = "backups"
    id: str = Field(sa_column=id_column(primary=True))
    as_of_ms: int = Field(sa_column=ms_column())
    verified_ms: int = Field(sa_column=ms_column())
    epoch: str = Field(sa_column=id_column())
    place: str = Field(sa_column=Column(Text, nullable=False))
    bytes: int = Field(sa_column=ms_column())


class DurableLine(Table, table=True):
    """How far a tablet's line of changes is held by a verified backup."""

    __tablename__ = "durable_lines"
    device: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    seq: int = Field(sa_column=ms_column())


class EarlierReceipt(Table, table=True):
    """A signed receipt of an earlier epoch for a change that this life of the database lacks."""

    __tablename__ = "earlier_receipts"
    device: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    change: str | None = Field(default=None, sa_column=id_column(nullable=True))
    epoch: str = Field(sa_column=id_column())
    acknowledged: int = Field(sa_column=ms_column())
    chain: str = Field(sa_column=Column(String(64), nullable=False))
    status: str = Field(sa_column=Column(String(12), nullable=False))
    code: str | None = Field(default=None, sa_column=Column(String(40)))
    detail: str | None = Field(default=None, sa_column=Column(Text))
    told_ms: int = Field(sa_column=ms_column())


class Testimony(Table, table=True):
    """A row that a tablet had received and that a restored database lacks, for a supervisor to look at."""

    __tablename__ = "testimony"
    __table_args__ = (UniqueConstraint("record", "hash"), Index(None, "told_ms"))
    id: str = Field(sa_column=id_column(primary=True))
    device: str = Field(sa_column=id_column(refers="devices.id"))
    scope: str = Field(sa_column=Column(String(140), nullable=False))
    epoch: str = Field(sa_column=id_column())
    n: int = Field(sa_column=ms_column())
    record: str = Field(sa_column=id_column())
    hash: str = Field(sa_column=Column(String(64), nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    private: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    told_ms: int = Field(sa_column=ms_column())

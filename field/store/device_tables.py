"""The tables of tablets that were lost, copied or broken: orders to wipe, counts of requests, sealed work."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class WipeOrder(Table, table=True):
    """The office orders a tablet to erase itself; `unsent`: entries that it could not hand in."""

    __tablename__ = "wipe_orders"
    __table_args__ = (Index(None, "device"),)
    id: str = Field(sa_column=id_column(primary=True))
    device: str = Field(sa_column=id_column(refers="devices.id"))
    ordered_ms: int = Field(sa_column=ms_column())
    ordered_by: str | None = Field(default=None, sa_column=Column(String(200)))
    told_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    wiped_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    handed_in: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    unsent: int | None = Field(default=None, sa_column=ms_column(nullable=True))


class RequestCount(Table, table=True):
    """How far a tablet has counted its signed requests: one that counts again was set back or copied."""

    __tablename__ = "request_counts"
    device: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    reached: int = Field(sa_column=ms_column())
    signature: str = Field(default="", sa_column=Column(String(100), nullable=False))
    noted_ms: int = Field(sa_column=ms_column())


class SealedFile(Table, table=True):
    """A file of sealed work that somebody carried in, by its SHA-256. What was not taken whole is kept."""

    __tablename__ = "sealed_files"
    __table_args__ = (
        UniqueConstraint("sha256"),
        CheckConstraint("state IN ('taken', 'part', 'kept')", name="state"),
        Index(None, "device"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    device: str | None = Field(default=None, sa_column=id_column(nullable=True))
    brought_by: str | None = Field(default=None, sa_column=Column(String(200)))
    received_ms: int = Field(sa_column=ms_column())
    state: str = Field(sa_column=Column(String(10), nullable=False))
    detail: str | None = Field(default=None, sa_column=Column(Text))

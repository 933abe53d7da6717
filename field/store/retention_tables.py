"""The tables of retention: how long what is kept, what may not be erased, and what was. docs/retention.md."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Text
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class RetentionPeriod(Table, table=True):
    """How long one sort of thing is kept after it came; the highest version holds, none is ever altered."""

    __tablename__ = "retention_periods"
    __table_args__ = (CheckConstraint("days IS NULL OR days >= 1", name="days"),)
    what: str = Field(sa_column=Column(String(40), primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    days: int | None = Field(default=None, sa_column=Column(Integer))
    legal_basis: str = Field(sa_column=Column(Text, nullable=False))
    confirmed: bool = False
    added_ms: int = Field(sa_column=ms_column())
    by: str = Field(sa_column=Column(String(200), nullable=False))


class Hold(Table, table=True):
    """A legal hold on an establishment, a visit or a report, and all below it."""

    __tablename__ = "holds"
    __table_args__ = (Index(None, "about"),)
    id: str = Field(sa_column=id_column(primary=True))
    about: str = Field(sa_column=id_column())
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by: str = Field(sa_column=Column(String(200), nullable=False))
    placed_ms: int = Field(sa_column=ms_column())
    lifted_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    lifted_by: str | None = Field(default=None, sa_column=Column(String(200)))
    lifted_reason: str | None = Field(default=None, sa_column=Column(Text))


class Erasure(Table, table=True):
    """What was erased of a record, why, and what is left: the hash. `copies`: bytes that go with a photo's.

    `told_ms`: when the record itself says so; `gone_ms`: when no byte is left, or another record keeps them.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint("what IN ('photo', 'values')", name="what"),
        Index(None, "sha256"),
    )
    record: str = Field(sa_column=id_column(primary=True))
    what: str = Field(sa_column=Column(String(10), nullable=False))
    kind: str = Field(sa_column=Column(String(30), nullable=False))
    sha256: str | None = Field(default=None, sa_column=Column(String(64)))
    size: int | None = Field(default=None, sa_column=Column(BigInteger))
    copies: str = Field(default="", sa_column=Column(String(200), nullable=False))
    lines: int = Field(sa_column=Column(Integer, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by: str = Field(sa_column=Column(String(200), nullable=False))
    at_ms: int = Field(sa_column=ms_column())
    told_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    gone_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))

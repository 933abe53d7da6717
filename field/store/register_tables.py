"""The tables of the wage-record check: which workers stand where, and the files that registers came from.

Workers are there by the keyed hash of their CNIC alone (docs/decisions/personal-data.md).
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

from field.store.columns import Table, id_column, ms_column


class RegisterWorker(Table, table=True):
    """A worker of a wage line, written when its visit is assessed: by it other employers' lines are found."""

    __tablename__ = "register_workers"
    __table_args__ = (Index(None, "worker", "month"), Index(None, "visit"))
    line: str = Field(sa_column=id_column(primary=True, refers="records.id"))
    report: str = Field(sa_column=id_column())
    visit: str = Field(sa_column=id_column())
    establishment: str = Field(sa_column=id_column())
    month: str = Field(sa_column=Column(String(7), nullable=False))
    worker: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ScheduleWorker(Table, table=True):
    """A worker of a schedule's line, in the order of workers: written once, before the schedule counts."""

    __tablename__ = "schedule_workers"
    # An index of `schedule_lines` would be rewritten all over, twenty thousand lines at a time.
    __table_args__ = ({"sqlite_with_rowid": False},)
    worker: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    month: str = Field(sa_column=Column(String(7), primary_key=True))
    schedule: int = Field(
        sa_column=Column(Integer, ForeignKey("schedules.id"), primary_key=True, autoincrement=False)
    )


class RegisterFile(Table, table=True):
    """A file that was brought in as the register of a report, by its content and the way it was read."""

    __tablename__ = "register_files"
    __table_args__ = (
        UniqueConstraint("report", "file_hash", "way"),
        CheckConstraint("added >= 0 AND unchanged >= 0 AND repeated >= 0 AND rejected >= 0", name="counts"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    report: str = Field(sa_column=id_column(refers="records.id"))
    file_hash: str = Field(sa_column=Column(String(64), nullable=False))
    way: str = Field(sa_column=Column(Text, nullable=False))
    file_name: str = Field(sa_column=Column(String(300), nullable=False))
    by: str = Field(sa_column=Column(String(200), nullable=False))
    at_ms: int = Field(sa_column=ms_column())
    added: int = Field(sa_column=Column(Integer, nullable=False))
    unchanged: int = Field(sa_column=Column(Integer, nullable=False))
    repeated: int = Field(sa_column=Column(Integer, nullable=False))
    rejected: int = Field(sa_column=Column(Integer, nullable=False))


class RegisterTotal(Table, table=True):
    """A row of totals in such a file, beside what the lines above it come to. `month`: "" for several."""

    __tablename__ = "register_totals"
    file: str = Field(sa_column=Column(String(36), ForeignKey("register_files.id"), primary_key=True))
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(String(20), primary_key=True))
    month: str = Field(sa_column=Column(String(7), nullable=False))
    stated_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    found_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))

"""The tables of what employers declare and pay: files, monthly schedules with their lines, payments.

What arrived is kept as it came: a newer schedule of a month is a further version, and a payment that was
reversed stays, with the day of its reversal.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column

_DIGIT = ", ".join(f"'{digit}'" for digit in range(10))
_MONTHS = ", ".join(f"'-{month:02d}'" for month in range(1, 13))
# Written so that SQLite and PostgreSQL both understand it: they share no regular expressions.
MONTH = (
    "length(month) = 7 AND substr(month, 1, 2) IN ('19', '20') "
    f"AND substr(month, 3, 1) IN ({_DIGIT}) AND substr(month, 4, 1) IN ({_DIGIT}) "
    f"AND substr(month, 5, 3) IN ({_MONTHS})"
)


class Import(Table, table=True):
    """A file that was imported, by its content and the way it was read. The same again is the same import.

    It is finished once everything in it has been looked at; until then none of its schedules counts.
    """

    __tablename__ = "imports"
    __table_args__ = (
        UniqueConstraint("file_hash", "kind", "way"),
        CheckConstraint("kind IN ('schedules', 'payments')", name="kind"),
        CheckConstraint("taken >= 0 AND rejected >= 0", name="counts"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    file_hash: str = Field(sa_column=Column(String(64), nullable=False))
    way: str = Field(sa_column=Column(String(2000), nullable=False))
    file_name: str = Field(sa_column=Column(String(300), nullable=False))
    by: str = Field(sa_column=Column(String(200), nullable=False))
    started_ms: int = Field(sa_column=ms_column())
    finished_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    taken: int = Field(sa_column=ms_column())
    rejected: int = Field(sa_column=ms_column())


class Schedule(Table, table=True):
    """What an employer declared for a month, as one file has it. The highest complete version counts.

    `arrived_ms` is when it was taken in whole: the schedules of one file arrive at different times where an
    establishment became known only later.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        UniqueConstraint("establishment", "month", "version"),
        UniqueConstraint("source", "establishment", "month"),
        Index(None, "month"),
        CheckConstraint(MONTH, name="month"),
        CheckConstraint("version >= 1", name="version"),
    )
    id: int | None = Field(default=None, primary_key=True)
    establishment: str = Field(sa_column=id_column(refers="records.id"))
    month: str = Field(sa_column=Column(String(7), nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    source: str = Field(sa_column=id_column(refers="imports.id"))
    complete: bool
    arrived_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))


class ScheduleLine(Table, table=True):
    """A worker of a schedule. `line` is that of the file.

    `personal` has name and CNIC, sealed; `worker` is a keyed hash of the CNIC, by which lines of one worker
    are found, and null where the file has none. `by_day`: the wage is agreed by the day; null: by the month.
    """

    __tablename__ = "schedule_lines"
    # They are read by schedule alone: on SQLite one tree holds key and row.
    __table_args__ = (
        CheckConstraint("days BETWEEN 0 AND 31", name="days"),
        CheckConstraint("wage_paisa > 0", name="wage"),
        CheckConstraint("contribution_paisa >= 0", name="contribution"),
        {"sqlite_with_rowid": False},
    )
    schedule: int = Field(
        sa_column=Column(Integer, ForeignKey("schedules.id"), primary_key=True, autoincrement=False)
    )
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    worker: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    personal: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    days: int | None = Field(default=None, sa_column=Column(Integer))
    by_day: bool | None = Field(default=None, sa_column=Column(Boolean))
    wage_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    contribution_paisa: int | None = Field(default=None, sa_column=Column(BigInteger))


class Payment(Table, table=True):
    """Money received from an establishment; the same payment in two files is one row.

    `reference` is the challan's number, "" where none is known; `months` those that it is meant for, parted
    by commas. `reversed_on` is the day on which it was dishonoured, told by a line of a file.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("establishment", "value_date", "amount_paisa", "reference"),
        Index(None, "value_date"),
        CheckConstraint("amount_paisa > 0", name="amount"),
        CheckConstraint("length(value_date) = 10", name="value_date"),
        CheckConstraint("length(reversed_on) = 10 AND reversed_on >= value_date", name="reversed_on"),
        CheckConstraint("(reversed_on IS NULL) = (reversed_source IS NULL)", name="reversal"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    establishment: str = Field(sa_column=id_column(refers="records.id"))
    value_date: str = Field(sa_column=Column(String(10), nullable=False))
    amount_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    reference: str = Field(sa_column=Column(String(100), nullable=False))
    months: str = Field(sa_column=Column(String(1000), nullable=False))
    source: str = Field(sa_column=id_column(refers="imports.id"))
    line: int = Field(sa_column=Column(Integer, nullable=False))
    reversed_on: str | None = Field(default=None, sa_column=Column(String(10)))
    reversed_source: str | None = Field(default=None, sa_column=id_column(nullable=True, refers="imports.id"))
    reversed_line: int | None = Field(default=None, sa_column=Column(Integer))

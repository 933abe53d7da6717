"""The tables of work for supervisors: open conflicts, and what was decided about lines in quarantine."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, Text
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class OpenConflict(Table, table=True):
    """Which conflicts are open, written with each conflict's feed row, and by what they are listed.

    `authors` are the people who wrote the candidates, by id, with spaces between; `stake_paisa` the
    difference that the decision makes to what is due, null until it is worked out or where there is none.
    """

    __tablename__ = "open_conflicts"
    __table_args__ = (Index(None, "root"),)
    id: str = Field(sa_column=id_column(primary=True))
    root: str = Field(sa_column=id_column())
    of: str | None = Field(default=None, sa_column=Column(String(30)))
    about: str | None = Field(default=None, sa_column=Column(String(60)))
    authors: str | None = Field(default=None, sa_column=Column(Text))
    earliest_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    stake_paisa: int | None = Field(default=None, sa_column=ms_column(nullable=True))


class QuarantineVerdict(Table, table=True):
    """One decision of a supervisor about one line in quarantine: by which entry of the office, and why.

    `verdict` is what stood from then on, null where nothing was decided any more; `code` and `detail` why
    the line was in quarantine then. None is ever altered or removed.
    """

    __tablename__ = "quarantine_verdicts"
    __table_args__ = (
        CheckConstraint("op IN ('release', 'reject', 'reopen')", name="op"),
        CheckConstraint("verdict IS NULL OR verdict IN ('released', 'rejected', 'undone')", name="verdict"),
        Index(None, "device", "seq"),
    )
    office: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    office_seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    device: str = Field(sa_column=id_column(primary=True))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    op: str = Field(sa_column=Column(String(10), nullable=False))
    verdict: str | None = Field(default=None, sa_column=Column(String(10)))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    by: str | None = Field(default=None, sa_column=id_column(nullable=True))
    at_ms: int = Field(sa_column=ms_column())
    code: str | None = Field(default=None, sa_column=Column(String(40)))
    detail: str | None = Field(default=None, sa_column=Column(Text))

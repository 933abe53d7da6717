"""The tables of registration leads: what is asked of them, and where they may be out of date."""

from sqlalchemy import Boolean, Column, Index, String
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class Lead(Table, table=True):
    """What the office asks of leads, written with each lead's feed row. `gone`: it is withdrawn.

    `found_ms` and `by` are those of the change that made it; `by` is null where the office's own work did.
    """

    __tablename__ = "leads"
    __table_args__ = (
        Index(None, "district", "status"),
        Index(None, "establishment"),
        Index(None, "found_ms"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    district: str = Field(sa_column=Column(String(300), nullable=False))
    status: str = Field(sa_column=Column(String(20), nullable=False))
    establishment: str | None = Field(default=None, sa_column=id_column(nullable=True))
    found_ms: int = Field(sa_column=ms_column())
    by: str | None = Field(default=None, sa_column=id_column(nullable=True))
    gone: bool = Field(sa_column=Column(Boolean, nullable=False))


class LeadMark(Table, table=True):
    """Establishments whose leads may not say what the reports say, since something changed.

    `mark` tells which change was the latest, so that one that lands meanwhile is seen; a failed one is tried
    again at `due_ms`.
    """

    __tablename__ = "lead_marks"
    __table_args__ = (Index(None, "due_ms"),)
    establishment: str = Field(sa_column=id_column(primary=True))
    mark: str = Field(sa_column=Column(String(250), nullable=False))
    due_ms: int = Field(sa_column=ms_column())

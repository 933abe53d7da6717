"""The tables of flags: the rules, what stands against whom, every change of it, and who must be looked at."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Text
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class FlagRule(Table, table=True):
    """A rule of flagging or a weight, version by version; the highest is in force, none is ever altered."""

    __tablename__ = "flag_rules"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)
    id: str = Field(sa_column=Column(String(100), primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    added_ms: int = Field(sa_column=ms_column())
    reason: str = Field(sa_column=Column(Text, nullable=False))


class Flag(Table, table=True):
    """A rule that speaks against an establishment, or did: then it was lifted at `since_ms`.

    `entries` counts its history; `body` has the reason as it stands now, or stood last.
    """

    __tablename__ = "flags"
    __table_args__ = (CheckConstraint("entries >= 1", name="entries"),)
    establishment: str = Field(sa_column=id_column(primary=True))
    rule: str = Field(sa_column=Column(String(100), primary_key=True))
    standing: bool
    since_ms: int = Field(sa_column=ms_column())
    entries: int = Field(sa_column=Column(Integer, nullable=False))
    amount_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))


class FlagEntry(Table, table=True):
    """One change of a flag: raised, changed or lifted, when, why, and the reason as it was from then on."""

    __tablename__ = "flag_history"
    __table_args__ = (
        CheckConstraint("what IN ('raised', 'changed', 'lifted')", name="what"),
        CheckConstraint("entry >= 1", name="entry"),
    )
    establishment: str = Field(sa_column=id_column(primary=True))
    rule: str = Field(sa_column=Column(String(100), primary_key=True))
    entry: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    what: str = Field(sa_column=Column(String(10), nullable=False))
    at_ms: int = Field(sa_column=ms_column())
    why: str = Field(sa_column=Column(Text, nullable=False))
    causes: str = Field(sa_column=Column(Text, nullable=False))
    amount_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))


class FlagTotal(Table, table=True):
    """An establishment's flags together, as of a day: what it is ranked by. Also of one without any.

    `edition` counts how often it was saved, so that nobody saves what was worked out from older facts.
    `due_paisa` is what reports make due and, in months that no report covers, what is open by schedules.
    """

    __tablename__ = "flag_totals"
    __table_args__ = (Index(None, "district"), Index(None, "as_of"))
    establishment: str = Field(sa_column=id_column(primary=True))
    edition: int = Field(sa_column=Column(Integer, nullable=False))
    as_of: str = Field(sa_column=Column(String(10), nullable=False))
    district: str = Field(sa_column=Column(String(100), nullable=False))
    standing: int = Field(sa_column=Column(Integer, nullable=False))
    severity: str | None = Field(default=None, sa_column=Column(String(10)))
    since_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    due_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    schedules_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    open_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    expected_paisa: int = Field(sa_column=Column(BigInteger, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))


class StaleEstablishment(Table, table=True):
    """An establishment whose flags may be out of date, and why: `causes` grows until somebody has looked.

    A worker holds it until `held_until_ms`.
    """

    __tablename__ = "stale_establishments"
    __table_args__ = (Index(None, "held_until_ms"),)
    establishment: str = Field(sa_column=id_column(primary=True))
    since_ms: int = Field(sa_column=ms_column())
    causes: str = Field(sa_column=Column(Text, nullable=False))
    held_until_ms: int = Field(default=0, sa_column=ms_column())

"""The tables of evidence: where and when fixes were taken, which photos there are, and what is remarked."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Float, Index, Integer, String, Text
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column

KEY = 200


class StaleEvidence(Table, table=True):
    """A visit whose remarks may be out of date, since something that they rest on has changed.

    No two changes give the same `mark`. A worker holds the visit until `held_until_ms`.
    """

    __tablename__ = "stale_evidence"
    __table_args__ = (Index(None, "held_until_ms"),)
    root: str = Field(sa_column=id_column(primary=True))
    since_ms: int = Field(sa_column=ms_column())
    mark: str = Field(sa_column=Column(String(200), nullable=False))
    held_until_ms: int = Field(default=0, sa_column=ms_column())


class EvidenceFix(Table, table=True):
    """A fix of a report or photo, with when and by whom: so that the ones before and after it are found."""

    __tablename__ = "evidence_fixes"
    __table_args__ = (
        Index(None, "device", "at_ms", "record"),
        Index(None, "person", "at_ms", "record"),
        Index(None, "lat", "lon", "at_ms", "record"),
        Index(None, "visit"),
    )
    record: str = Field(sa_column=id_column(primary=True))
    report: str = Field(sa_column=id_column())
    visit: str = Field(sa_column=id_column())
    district: str = Field(sa_column=Column(String(100), nullable=False))
    device: str = Field(sa_column=id_column())
    person: str | None = Field(default=None, sa_column=id_column(nullable=True))
    at_ms: int = Field(sa_column=ms_column())
    latest_ms: int = Field(sa_column=ms_column())
    boot: str = Field(sa_column=Column(String(100), nullable=False))
    lat: float = Field(sa_column=Column(Float(53), nullable=False))
    lon: float = Field(sa_column=Column(Float(53), nullable=False))
    accuracy_m: float = Field(sa_column=Column(Float(53), nullable=False))


class EvidencePhoto(Table, table=True):
    """A photo of a report: its bytes by SHA-256, and its difference hash where that may be compared."""

    __tablename__ = "evidence_photos"
    __table_args__ = (Index(None, "sha256", "at_ms", "photo"), Index(None, "hash"), Index(None, "visit"))
    photo: str = Field(sa_column=id_column(primary=True))
    report: str = Field(sa_column=id_column())
    visit: str = Field(sa_column=id_column())
    district: str = Field(sa_column=Column(String(100), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    at_ms: int = Field(sa_column=ms_column())
    hash: int | None = Field(default=None, sa_column=Column(BigInteger))


class PhotoHash(Table, table=True):
    """Each difference hash once, with its four bands of 16 bits, by which alike ones are found."""

    __tablename__ = "photo_hashes"
    __table_args__ = tuple(Index(None, f"band{number}", "hash") for number in range(4))
    hash: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    band0: int = Field(sa_column=Column(Integer, nullable=False))
    band1: int = Field(sa_column=Column(Integer, nullable=False))
    band2: int = Field(sa_column=Column(Integer, nullable=False))
    band3: int = Field(sa_column=Column(Integer, nullable=False))


class EvidenceRemark(Table, table=True):
    """A remark about a report's evidence, or one that was lifted at `since_ms`; `entries` counts its history.

    `other_visit` is the visit on the other side of a comparison: when its facts change, this is looked at.
    """

    __tablename__ = "evidence_remarks"
    __table_args__ = (
        CheckConstraint("entries >= 1", name="entries"),
        CheckConstraint("weight IN ('high', 'medium', 'low')", name="weight"),
        Index(None, "visit"),
        Index(None, "other_visit"),
    )
    report: str = Field(sa_column=id_column(primary=True))
    key: str = Field(sa_column=Column(String(KEY), primary_key=True))
    visit: str = Field(sa_column=id_column())
    code: str = Field(sa_column=Column(String(40), nullable=False))
    weight: str = Field(sa_column=Column(String(10), nullable=False))
    standing: bool
    since_ms: int = Field(sa_column=ms_column())
    entries: int = Field(sa_column=Column(Integer, nullable=False))
    other_visit: str | None = Field(default=None, sa_column=id_column(nullable=True))
    body: str = Field(sa_column=Column(Text, nullable=False))


class EvidenceEntry(Table, table=True):
    """One change of a remark: raised, changed or lifted, when, and the remark as it was from then on."""

    __tablename__ = "evidence_history"
    __table_args__ = (
        CheckConstraint("what IN ('raised', 'changed', 'lifted')", name="what"),
        CheckConstraint("entry >= 1", name="entry"),
    )
    report: str = Field(sa_column=id_column(primary=True))
    key: str = Field(sa_column=Column(String(KEY), primary_key=True))
    entry: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    what: str = Field(sa_column=Column(String(10), nullable=False))
    at_ms: int = Field(sa_column=ms_column())
    body: str = Field(sa_column=Column(Text, nullable=False))

"""The tables of photos' bytes: uploads under way, for which photos the bytes have come, and what they are."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column, partial_index


class Upload(Table, table=True):
    """An upload under way, known by the hash of its secret address. How far it is tells the file itself."""

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        CheckConstraint("size >= 1", name="size"),
        partial_index("ix_uploads_under_way", "device", where="done_ms IS NULL"),
        Index(None, "expires_ms"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    secret_hash: str = Field(sa_column=Column(String(64), nullable=False))
    device: str = Field(sa_column=id_column(refers="devices.id"))
    photo: str = Field(sa_column=id_column())
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    created_ms: int = Field(sa_column=ms_column())
    expires_ms: int = Field(sa_column=ms_column())
    done_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    direct: bool | None = Field(default=None, sa_column=Column(Boolean))


class PhotoBytes(Table, table=True):
    """The photos whose bytes are kept, by what they are, and which device brought them when."""

    __tablename__ = "photo_bytes"
    __table_args__ = (Index(None, "sha256"),)
    photo: str = Field(sa_column=id_column(primary=True))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    device: str = Field(sa_column=id_column(refers="devices.id"))
    received_ms: int = Field(sa_column=ms_column())


class PhotoReading(Table, table=True):
    """What photos' bytes turned out to be, once for each SHA-256; `waiting` until they were opened.

    `quarantined`: they could not be shown, for the reason; they are kept like all others. `taken`, `lat`,
    `lon` and `model` are what the file says of itself; `dhash` is the difference hash, signed. The small
    copies are kept where the photos are, by their own SHA-256. Who reads one holds it until `held_until_ms`.
    """

    __tablename__ = "photo_readings"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ok', 'quarantined')", name="state"),
        CheckConstraint("(state = 'quarantined') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint(
            "state <> 'ok' OR (format IS NOT NULL AND width >= 1 AND height >= 1 AND dhash IS NOT NULL"
            " AND thumbnail IS NOT NULL AND screen IS NOT NULL)",
            name="whole",
        ),
        Index(
            "ix_photo_readings_waiting",
            "held_until_ms",
            "since_ms",
            "sha256",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_photo_readings_quarantined",
            "read_ms",
            "sha256",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
    )
    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str = Field(sa_column=Column(String(20), nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(String(40)))
    format: str | None = Field(default=None, sa_column=Column(String(10)))
    width: int | None = Field(default=None, sa_column=Column(Integer))
    height: int | None = Field(default=None, sa_column=Column(Integer))
    taken: str | None = Field(default=None, sa_column=Column(String(100)))
    taken_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    taken_zoned: bool | None = Field(default=None, sa_column=Column(Boolean))
    lat: float | None = Field(default=None, sa_column=Column(Float))
    lon: float | None = Field(default=None, sa_column=Column(Float))
    model: str | None = Field(default=None, sa_column=Column(String(100)))
    dhash: int | None = Field(default=None, sa_column=Column(BigInteger))
    thumbnail: str | None = Field(default=None, sa_column=Column(String(64)))
    screen: str | None = Field(default=None, sa_column=Column(String(64)))
    since_ms: int = Field(sa_column=ms_column())
    read_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    tries: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    held_until_ms: int = Field(default=0, sa_column=ms_column())

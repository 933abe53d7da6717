"""The tables of photos' bytes: uploads under way, and for which photos the bytes have come."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, UniqueConstraint
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class Upload(Table, table=True):
    """An upload under way, known by the hash of its secret address. How far it is tells the file itself."""

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        CheckConstraint("size >= 1", name="size"),
        Index(None, "device"),
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


class PhotoBytes(Table, table=True):
    """The photos whose bytes are kept, by what they are, and which device brought them when."""

    __tablename__ = "photo_bytes"
    __table_args__ = (Index(None, "sha256"),)
    photo: str = Field(sa_column=id_column(primary=True))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    device: str = Field(sa_column=id_column(refers="devices.id"))
    received_ms: int = Field(sa_column=ms_column())

"""The tables of snapshots: which files there are, what opens them, and who is making one."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, String
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class Snapshot(Table, table=True):
    """A file of a scope's rows up to a position, kept as gzip and as zstd; never altered.

    `key` seals the personal values in it, and is sealed itself: without this row they cannot be opened by
    anybody. `handed_ms` is when somebody fetched it last, or when it was made.
    """

    __tablename__ = "snapshots"
    __table_args__ = (Index(None, "scope", "n"), CheckConstraint("n >= 1", name="n"))
    id: str = Field(sa_column=id_column(primary=True))
    scope: str = Field(sa_column=Column(String(140), nullable=False))
    epoch: str = Field(sa_column=id_column())
    n: int = Field(sa_column=ms_column())
    rows: int = Field(sa_column=Column(Integer, nullable=False))
    checksum: int = Field(sa_column=ms_column())
    key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    gzip_bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    gzip_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    zstd_bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    zstd_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    made_ms: int = Field(sa_column=ms_column())
    handed_ms: int = Field(sa_column=ms_column())


class SnapshotBuild(Table, table=True):
    """Who is making a scope's next snapshot: one process at a time. `holder` is the id it will have.

    Whoever is slower than `held_until_ms` loses the place to another, and what it made is thrown away. So it
    is where something was erased from the scope meanwhile.
    """

    __tablename__ = "snapshot_builds"
    scope: str = Field(sa_column=Column(String(140), primary_key=True))
    holder: str = Field(sa_column=id_column())
    held_until_ms: int = Field(sa_column=ms_column())

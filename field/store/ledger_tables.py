"""The tables of the nothing-lost ledger: what tablets tell of themselves, and which photos are awaited."""

from sqlalchemy import BigInteger, Column, Index, String, Text
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class DeviceTold(Table, table=True):
    """A tablet's last word about itself, as JSON, when it came, and the server's time that it knew."""

    __tablename__ = "device_told"
    device: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    at_ms: int = Field(sa_column=ms_column())
    anchor_ms: int = Field(sa_column=ms_column())
    told: str = Field(sa_column=Column(Text, nullable=False))


class DeviceFormer(Table, table=True):
    """An identity that ended, and the one under which the same tablet goes on, by the tablet's own word."""

    __tablename__ = "device_former"
    __table_args__ = (Index(None, "device"),)
    former: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    device: str = Field(sa_column=id_column(refers="devices.id"))


class AwaitedPhoto(Table, table=True):
    """A photo whose entry came from a device, landed or not, and whose bytes did not come yet."""

    __tablename__ = "awaited_photos"
    __table_args__ = (Index(None, "device"),)
    photo: str = Field(sa_column=id_column(primary=True))
    device: str = Field(sa_column=id_column(primary=True, refers="devices.id"))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    since_ms: int = Field(sa_column=ms_column())

"""The tables of the register beside its records: runs of imports, disagreements, directorates."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, text
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column

_OPEN = "settled_ms IS NULL"


class RegisterRun(Table, table=True):
    """One run of an import into the register: which file, by content and name, who, when, what came of it.

    It is finished once everything in the file has been looked at.
    """

    __tablename__ = "register_runs"
    __table_args__ = (
        CheckConstraint("kind IN ('establishments', 'directorates')", name="kind"),
        CheckConstraint("added >= 0 AND changed >= 0 AND unchanged >= 0 AND rejected >= 0", name="counts"),
    )
    id: str = Field(sa_column=id_column(primary=True))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    file_hash: str = Field(sa_column=Column(String(64), nullable=False))
    file_name: str = Field(sa_column=Column(String(300), nullable=False))
    by: str = Field(sa_column=Column(String(200), nullable=False))
    started_ms: int = Field(sa_column=ms_column())
    finished_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    added: int = Field(sa_column=ms_column())
    changed: int = Field(sa_column=ms_column())
    unchanged: int = Field(sa_column=ms_column())
    rejected: int = Field(sa_column=ms_column())


class DistrictDisagreement(Table, table=True):
    """What a file says of an establishment's district twice, and differently. Open until it is settled.

    `place` is the district of the point ("" where that lies outside all), `said` the one that `words` of the
    column or the address name ("" where they name several). Settled by a person, or by a file where
    `settled_by` is null.
    """

    __tablename__ = "district_disagreements"
    __table_args__ = (
        CheckConstraint("named_by IN ('district', 'address')", name="named_by"),
        CheckConstraint("settled_by IS NULL OR settled_ms IS NOT NULL", name="settled"),
        Index(
            "ix_district_disagreements_open",
            "establishment",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )
    establishment: str = Field(sa_column=id_column(primary=True, refers="records.id"))
    place: str = Field(sa_column=Column(String(100), primary_key=True))
    said: str = Field(sa_column=Column(String(100), primary_key=True))
    named_by: str = Field(sa_column=Column(String(20), nullable=False))
    words: str = Field(sa_column=Column(String(300), nullable=False))
    source: str = Field(sa_column=id_column(refers="register_runs.id"))
    line: int = Field(sa_column=Column(Integer, nullable=False))
    since_ms: int = Field(sa_column=ms_column())
    settled_ms: int | None = Field(default=None, sa_column=ms_column(nullable=True))
    settled_by: str | None = Field(default=None, sa_column=id_column(nullable=True, refers="people.id"))


class Directorate(Table, table=True):
    """An office that holds districts. It is none itself."""

    __tablename__ = "directorates"
    id: str = Field(sa_column=Column(String(100), primary_key=True))
    name: str = Field(sa_column=Column(String(200), nullable=False))


class DirectorateDistrict(Table, table=True):
    """A district that a directorate holds from a day to a day, both included; `area` names the part it holds.

    `area` is "" for the whole district, and `to_day` null where no end is known.
    """

    __tablename__ = "directorate_districts"
    __table_args__ = (
        CheckConstraint("length(from_day) = 10", name="from_day"),
        CheckConstraint("length(to_day) = 10 AND to_day >= from_day", name="to_day"),
        Index(None, "district"),
    )
    directorate: str = Field(
        sa_column=Column(String(100), ForeignKey("directorates.id"), primary_key=True, nullable=False)
    )
    district: str = Field(
        sa_column=Column(String(100), ForeignKey("districts.id"), primary_key=True, nullable=False)
    )
    area: str = Field(sa_column=Column(String(200), primary_key=True))
    from_day: str = Field(sa_column=Column(String(10), primary_key=True))
    to_day: str | None = Field(default=None, sa_column=Column(String(10)))
    source: str = Field(sa_column=id_column(refers="register_runs.id"))
    line: int = Field(sa_column=Column(Integer, nullable=False))

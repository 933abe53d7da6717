"""The tables of reports' receipts: what was attested, and for which reports none has been made yet."""

from sqlalchemy import Column, LargeBinary, String
from sqlmodel import Field

from field.store.columns import Table, id_column, ms_column


class ReportReceipt(Table, table=True):
    """A receipt as it was made, with the statement whose hash it bears. Neither is ever altered."""

    __tablename__ = "report_receipts"
    report: str = Field(sa_column=id_column(primary=True))
    text: str = Field(sa_column=Column(String(200), nullable=False))
    statement: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_ms: int = Field(sa_column=ms_column())


class ReceiptDue(Table, table=True):
    """A report that has landed and has no receipt yet."""

    __tablename__ = "receipts_due"
    report: str = Field(sa_column=id_column(primary=True))
    since_ms: int = Field(sa_column=ms_column())

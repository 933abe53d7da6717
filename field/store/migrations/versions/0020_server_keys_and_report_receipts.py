"""receipts of reports

The server's keys need no table: they are in the folder of its secrets, apart from the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_receipts",
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("issued_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_report_receipts")),
    )
    op.create_table(
        "receipts_due",
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_receipts_due")),
    )
    # Reports that came before there were receipts get theirs from the next server that runs.
    op.execute("INSERT INTO receipts_due (report, since_ms) SELECT id, 0 FROM records WHERE kind = 'report'")


def downgrade() -> None:
    op.drop_table("receipts_due")
    op.drop_table("report_receipts")

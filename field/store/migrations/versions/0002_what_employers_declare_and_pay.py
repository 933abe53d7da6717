"""what employers declare and pay"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=2000), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("finished_ms", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('schedules', 'payments')", name=op.f("ck_imports_kind")),
        sa.CheckConstraint("taken >= 0 AND rejected >= 0", name=op.f("ck_imports_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("file_hash", "kind", "way", name=op.f("uq_imports_file_hash_kind_way")),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("value_date", sa.String(length=10), nullable=False),
        sa.Column("amount_paisa", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("months", sa.String(length=1000), nullable=False),
        sa.Column("source", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reversed_on", sa.String(length=10), nullable=True),
        sa.Column("reversed_source", sa.String(length=36), nullable=True),
        sa.Column("reversed_line", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(reversed_on IS NULL) = (reversed_source IS NULL)", name=op.f("ck_payments_reversal")
        ),
        sa.CheckConstraint("amount_paisa > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint(
            "length(reversed_on) = 10 AND reversed_on >= value_date", name=op.f("ck_payments_reversed_on")
        ),
        sa.CheckConstraint("length(value_date) = 10", name=op.f("ck_payments_value_date")),
        sa.ForeignKeyConstraint(
            ["establishment"], ["records.id"], name=op.f("fk_payments_establishment_records")
        ),
        sa.ForeignKeyConstraint(
            ["reversed_source"], ["imports.id"], name=op.f("fk_payments_reversed_source_imports")
        ),
        sa.ForeignKeyConstraint(["source"], ["imports.id"], name=op.f("fk_payments_source_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "establishment",
            "value_date",
            "amount_paisa",
            "reference",
            name=op.f("uq_payments_establishment_value_date_amount_paisa_reference"),
        ),
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=36), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "length(month) = 7 AND substr(month, 1, 2) IN ('19', '20') AND substr(month, 3, 1) IN ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') AND substr(month, 4, 1) IN ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') AND substr(month, 5, 3) IN ('-01', '-02', '-03', '-04', '-05', '-06', '-07', '-08', '-09', '-10', '-11', '-12')",
            name=op.f("ck_schedules_month"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_schedules_version")),
        sa.ForeignKeyConstraint(
            ["establishment"], ["records.id"], name=op.f("fk_schedules_establishment_records")
        ),
        sa.ForeignKeyConstraint(["source"], ["imports.id"], name=op.f("fk_schedules_source_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
        sa.UniqueConstraint(
            "establishment", "month", "version", name=op.f("uq_schedules_establishment_month_version")
        ),
        sa.UniqueConstraint(
            "source", "establishment", "month", name=op.f("uq_schedules_source_establishment_month")
        ),
    )
    op.create_table(
        "schedule_lines",
        sa.Column("schedule", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.LargeBinary(), nullable=True),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("wage_paisa", sa.BigInteger(), nullable=False),
        sa.Column("contribution_paisa", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("contribution_paisa >= 0", name=op.f("ck_schedule_lines_contribution")),
        sa.CheckConstraint("days BETWEEN 0 AND 31", name=op.f("ck_schedule_lines_days")),
        sa.CheckConstraint("wage_paisa > 0", name=op.f("ck_schedule_lines_wage")),
        sa.ForeignKeyConstraint(
            ["schedule"], ["schedules.id"], name=op.f("fk_schedule_lines_schedule_schedules")
        ),
        sa.PrimaryKeyConstraint("schedule", "line", name=op.f("pk_schedule_lines")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("schedule_lines")
    op.drop_table("schedules")
    op.drop_table("payments")
    op.drop_table("imports")

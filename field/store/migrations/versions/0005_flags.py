"""flags with their history"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flag_rules",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_flag_rules_version")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_flag_rules")),
    )
    op.create_table(
        "flags",
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("amount_paisa", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("entries >= 1", name=op.f("ck_flags_entries")),
        sa.PrimaryKeyConstraint("establishment", "rule", name=op.f("pk_flags")),
    )
    op.create_table(
        "flag_history",
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("amount_paisa", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("entry >= 1", name=op.f("ck_flag_history_entry")),
        sa.CheckConstraint("what IN ('raised', 'changed', 'lifted')", name=op.f("ck_flag_history_what")),
        sa.PrimaryKeyConstraint("establishment", "rule", "entry", name=op.f("pk_flag_history")),
    )
    op.create_table(
        "flag_totals",
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=True),
        sa.Column("since_ms", sa.BigInteger(), nullable=True),
        sa.Column("due_paisa", sa.BigInteger(), nullable=False),
        sa.Column("schedules_paisa", sa.BigInteger(), nullable=False),
        sa.Column("open_paisa", sa.BigInteger(), nullable=False),
        sa.Column("expected_paisa", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("establishment", name=op.f("pk_flag_totals")),
    )
    op.create_index(op.f("ix_flag_totals_district"), "flag_totals", ["district"])
    op.create_index(op.f("ix_flag_totals_as_of"), "flag_totals", ["as_of"])
    op.create_table(
        "stale_establishments",
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("held_until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("establishment", name=op.f("pk_stale_establishments")),
    )
    op.create_index(op.f("ix_stale_establishments_held_until_ms"), "stale_establishments", ["held_until_ms"])
    # How far the office has schedules and payments is asked for every assessment.
    op.create_index(op.f("ix_schedules_month"), "schedules", ["month"])
    op.create_index(op.f("ix_payments_value_date"), "payments", ["value_date"])
    # Who was flagged before flags were kept is looked at by the first server that starts.
    op.execute(
        "INSERT INTO stale_establishments (establishment, since_ms, causes, held_until_ms) "
        "SELECT DISTINCT establishment, 0, 'report', 0 FROM assessments"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_payments_value_date"), "payments")
    op.drop_index(op.f("ix_schedules_month"), "schedules")
    op.drop_table("stale_establishments")
    op.drop_table("flag_totals")
    op.drop_table("flag_history")
    op.drop_table("flags")
    op.drop_table("flag_rules")

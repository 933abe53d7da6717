"""wage-record checks and files of registers"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep_who_accepted_the_law()
    _check_registers()


def downgrade() -> None:
    _forget_registers()
    _forget_who_accepted_the_law()


# Who accepted a dated row of the law, and which figures they saw.


def _keep_who_accepted_the_law() -> None:
    op.add_column("statute", sa.Column("accepted_by", sa.String(length=200), nullable=True))
    op.add_column("statute", sa.Column("accepted", sa.Text(), nullable=True))


def _forget_who_accepted_the_law() -> None:
    with op.batch_alter_table("statute") as statute:
        statute.drop_column("accepted")
        statute.drop_column("accepted_by")


# Which workers stand where, and the files that registers came from.


def _check_registers() -> None:
    op.create_table(
        "register_files",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "added >= 0 AND unchanged >= 0 AND repeated >= 0 AND rejected >= 0",
            name=op.f("ck_register_files_counts"),
        ),
        sa.ForeignKeyConstraint(["report"], ["records.id"], name=op.f("fk_register_files_report_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_files")),
        sa.UniqueConstraint(
            "report", "file_hash", "way", name=op.f("uq_register_files_report_file_hash_way")
        ),
    )
    op.create_table(
        "register_totals",
        sa.Column("file", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("stated_paisa", sa.BigInteger(), nullable=False),
        sa.Column("found_paisa", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file"], ["register_files.id"], name=op.f("fk_register_totals_file_register_files")
        ),
        sa.PrimaryKeyConstraint("file", "line", "name", name=op.f("pk_register_totals")),
    )
    op.create_table(
        "register_workers",
        sa.Column("line", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("visit", sa.String(length=36), nullable=False),
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("worker", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["line"], ["records.id"], name=op.f("fk_register_workers_line_records")),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_register_workers")),
    )
    op.create_index(op.f("ix_register_workers_visit"), "register_workers", ["visit"])
    op.create_index(op.f("ix_register_workers_worker_month"), "register_workers", ["worker", "month"])
    op.create_table(
        "schedule_workers",
        sa.Column("worker", sa.LargeBinary(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("schedule", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule"], ["schedules.id"], name=op.f("fk_schedule_workers_schedule_schedules")
        ),
        sa.PrimaryKeyConstraint("worker", "month", "schedule", name=op.f("pk_schedule_workers")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO schedule_workers (worker, month, schedule) "
        "SELECT DISTINCT schedule_lines.worker, schedules.month, schedules.id FROM schedule_lines "
        "JOIN schedules ON schedules.id = schedule_lines.schedule "
        "WHERE schedule_lines.worker IS NOT NULL ORDER BY 1, 2, 3"
    )


def _forget_registers() -> None:
    op.drop_table("schedule_workers")
    op.drop_table("register_workers")
    op.drop_table("register_totals")
    op.drop_table("register_files")

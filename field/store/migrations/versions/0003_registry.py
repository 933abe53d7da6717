"""districts and the directorates that hold them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directorates",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directorates")),
    )
    op.create_table(
        "register_runs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("finished_ms", sa.BigInteger(), nullable=True),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('establishments', 'directorates')", name=op.f("ck_register_runs_kind")),
        sa.CheckConstraint(
            "added >= 0 AND changed >= 0 AND unchanged >= 0 AND rejected >= 0",
            name=op.f("ck_register_runs_counts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_runs")),
    )
    op.create_table(
        "directorate_districts",
        sa.Column("directorate", sa.String(length=100), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("from_day", sa.String(length=10), nullable=False),
        sa.Column("to_day", sa.String(length=10), nullable=True),
        sa.Column("source", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(from_day) = 10", name=op.f("ck_directorate_districts_from_day")),
        sa.CheckConstraint(
            "length(to_day) = 10 AND to_day >= from_day", name=op.f("ck_directorate_districts_to_day")
        ),
        sa.ForeignKeyConstraint(
            ["directorate"],
            ["directorates.id"],
            name=op.f("fk_directorate_districts_directorate_directorates"),
        ),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.id"], name=op.f("fk_directorate_districts_district_districts")
        ),
        sa.ForeignKeyConstraint(
            ["source"], ["register_runs.id"], name=op.f("fk_directorate_districts_source_register_runs")
        ),
        sa.PrimaryKeyConstraint(
            "directorate", "district", "area", "from_day", name=op.f("pk_directorate_districts")
        ),
    )
    op.create_index(
        op.f("ix_directorate_districts_district"), "directorate_districts", ["district"], unique=False
    )
    op.create_table(
        "district_disagreements",
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("said", sa.String(length=100), nullable=False),
        sa.Column("named_by", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_ms", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "named_by IN ('district', 'address')", name=op.f("ck_district_disagreements_named_by")
        ),
        sa.CheckConstraint(
            "settled_by IS NULL OR settled_ms IS NOT NULL", name=op.f("ck_district_disagreements_settled")
        ),
        sa.ForeignKeyConstraint(
            ["establishment"], ["records.id"], name=op.f("fk_district_disagreements_establishment_records")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["people.id"], name=op.f("fk_district_disagreements_settled_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["source"], ["register_runs.id"], name=op.f("fk_district_disagreements_source_register_runs")
        ),
        sa.PrimaryKeyConstraint("establishment", "place", "said", name=op.f("pk_district_disagreements")),
    )
    op.create_index(
        "ix_district_disagreements_open",
        "district_disagreements",
        ["establishment"],
        unique=False,
        sqlite_where=sa.text("settled_ms IS NULL"),
        postgresql_where=sa.text("settled_ms IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_district_disagreements_open",
        table_name="district_disagreements",
        sqlite_where=sa.text("settled_ms IS NULL"),
        postgresql_where=sa.text("settled_ms IS NULL"),
    )
    op.drop_table("district_disagreements")
    op.drop_index(op.f("ix_directorate_districts_district"), table_name="directorate_districts")
    op.drop_table("directorate_districts")
    op.drop_table("register_runs")
    op.drop_table("directorates")

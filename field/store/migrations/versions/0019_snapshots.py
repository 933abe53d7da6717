"""snapshots"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("scope", sa.String(140), nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("gzip_bytes", sa.BigInteger(), nullable=False),
        sa.Column("gzip_sha256", sa.String(64), nullable=False),
        sa.Column("zstd_bytes", sa.BigInteger(), nullable=False),
        sa.Column("zstd_sha256", sa.String(64), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("handed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.CheckConstraint("n >= 1", name=op.f("ck_snapshots_n")),
    )
    op.create_index(op.f("ix_snapshots_scope_n"), "snapshots", ["scope", "n"])
    op.create_table(
        "snapshot_builds",
        sa.Column("scope", sa.String(140), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("held_until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_snapshot_builds")),
    )


def downgrade() -> None:
    op.drop_table("snapshot_builds")
    op.drop_table("snapshots")

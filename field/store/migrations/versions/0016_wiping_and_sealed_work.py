"""wiping and sealed work"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.String(36)


def upgrade() -> None:
    op.create_table(
        "wipe_orders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("device", _ID, nullable=False),
        sa.Column("ordered_ms", sa.BigInteger(), nullable=False),
        sa.Column("ordered_by", sa.String(200), nullable=True),
        sa.Column("told_ms", sa.BigInteger(), nullable=True),
        sa.Column("wiped_ms", sa.BigInteger(), nullable=True),
        sa.Column("handed_in", sa.BigInteger(), nullable=True),
        sa.Column("unsent", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_wipe_orders_device_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wipe_orders")),
    )
    op.create_index(op.f("ix_wipe_orders_device"), "wipe_orders", ["device"])
    op.create_table(
        "request_counts",
        sa.Column("device", _ID, nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(100), nullable=False),
        sa.Column("noted_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_request_counts_device_devices")),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_request_counts")),
    )
    op.create_table(
        "sealed_files",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("device", _ID, nullable=True),
        sa.Column("brought_by", sa.String(200), nullable=True),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('taken', 'part', 'kept')", name=op.f("ck_sealed_files_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_files")),
        sa.UniqueConstraint("sha256", name=op.f("uq_sealed_files_sha256")),
    )
    op.create_index(op.f("ix_sealed_files_device"), "sealed_files", ["device"])


def downgrade() -> None:
    op.drop_table("sealed_files")
    op.drop_table("request_counts")
    op.drop_table("wipe_orders")

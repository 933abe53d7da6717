"""the bytes of photos"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("photo", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("size >= 1", name=op.f("ck_uploads_size")),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_uploads_device_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_uploads_secret_hash")),
    )
    op.create_index(op.f("ix_uploads_device"), "uploads", ["device"])
    op.create_index(op.f("ix_uploads_expires_ms"), "uploads", ["expires_ms"])
    op.create_table(
        "photo_bytes",
        sa.Column("photo", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_photo_bytes_device_devices")),
        sa.PrimaryKeyConstraint("photo", name=op.f("pk_photo_bytes")),
    )
    op.create_index(op.f("ix_photo_bytes_sha256"), "photo_bytes", ["sha256"])


def downgrade() -> None:
    op.drop_table("photo_bytes")
    op.drop_table("uploads")

"""photo readings"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WHOLE = (
    "state <> 'ok' OR (format IS NOT NULL AND width >= 1 AND height >= 1 AND dhash IS NOT NULL"
    " AND thumbnail IS NOT NULL AND screen IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "photo_readings",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("format", sa.String(length=10), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("taken", sa.String(length=100), nullable=True),
        sa.Column("taken_ms", sa.BigInteger(), nullable=True),
        sa.Column("taken_zoned", sa.Boolean(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("dhash", sa.BigInteger(), nullable=True),
        sa.Column("thumbnail", sa.String(length=64), nullable=True),
        sa.Column("screen", sa.String(length=64), nullable=True),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("read_ms", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("held_until_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'ok', 'quarantined')", name=op.f("ck_photo_readings_state")),
        sa.CheckConstraint(
            "(state = 'quarantined') = (reason IS NOT NULL)", name=op.f("ck_photo_readings_reason")
        ),
        sa.CheckConstraint(_WHOLE, name=op.f("ck_photo_readings_whole")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_photo_readings")),
    )
    for state, columns in (
        ("waiting", ["held_until_ms", "since_ms", "sha256"]),
        ("quarantined", ["read_ms", "sha256"]),
    ):
        op.create_index(
            f"ix_photo_readings_{state}",
            "photo_readings",
            columns,
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    # What came before is opened too, the oldest first.
    op.execute(
        "INSERT INTO photo_readings (sha256, size, state, since_ms, tries, held_until_ms)"
        " SELECT sha256, MAX(size), 'waiting', MIN(received_ms), 0, 0 FROM photo_bytes GROUP BY sha256"
    )


def downgrade() -> None:
    op.drop_table("photo_readings")

"""evidence remarks"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.String(length=36)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def upgrade() -> None:
    op.create_table(
        "stale_evidence",
        sa.Column("root", _ID, nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.String(length=200), nullable=False),
        sa.Column("held_until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("root", name=op.f("pk_stale_evidence")),
    )
    _index("stale_evidence", "held_until_ms")
    op.create_table(
        "evidence_fixes",
        sa.Column("record", _ID, nullable=False),
        sa.Column("report", _ID, nullable=False),
        sa.Column("visit", _ID, nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("device", _ID, nullable=False),
        sa.Column("person", _ID, nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("latest_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.String(length=100), nullable=False),
        sa.Column("lat", sa.Float(53), nullable=False),
        sa.Column("lon", sa.Float(53), nullable=False),
        sa.Column("accuracy_m", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_evidence_fixes")),
    )
    _index("evidence_fixes", "device", "at_ms", "record")
    _index("evidence_fixes", "person", "at_ms", "record")
    _index("evidence_fixes", "lat", "lon", "at_ms", "record")
    _index("evidence_fixes", "visit")
    op.create_table(
        "evidence_photos",
        sa.Column("photo", _ID, nullable=False),
        sa.Column("report", _ID, nullable=False),
        sa.Column("visit", _ID, nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("photo", name=op.f("pk_evidence_photos")),
    )
    _index("evidence_photos", "sha256", "at_ms", "photo")
    _index("evidence_photos", "hash")
    _index("evidence_photos", "visit")
    op.create_table(
        "photo_hashes",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(f"band{number}", sa.Integer(), nullable=False) for number in range(4)),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_photo_hashes")),
    )
    for number in range(4):
        _index("photo_hashes", f"band{number}", "hash")
    op.create_table(
        "evidence_remarks",
        sa.Column("report", _ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("visit", _ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.String(length=10), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("other_visit", _ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("entries >= 1", name=op.f("ck_evidence_remarks_entries")),
        sa.CheckConstraint("weight IN ('high', 'medium', 'low')", name=op.f("ck_evidence_remarks_weight")),
        sa.PrimaryKeyConstraint("report", "key", name=op.f("pk_evidence_remarks")),
    )
    _index("evidence_remarks", "visit")
    _index("evidence_remarks", "other_visit")
    op.create_table(
        "evidence_history",
        sa.Column("report", _ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('raised', 'changed', 'lifted')", name=op.f("ck_evidence_history_what")),
        sa.CheckConstraint("entry >= 1", name=op.f("ck_evidence_history_entry")),
        sa.PrimaryKeyConstraint("report", "key", "entry", name=op.f("pk_evidence_history")),
    )
    # What is there already was never compared with anything: all of it is looked at once.
    op.execute(
        "INSERT INTO stale_evidence (root, since_ms, mark, held_until_ms) "
        "SELECT id, 0, 'first', 0 FROM visits"
    )


def downgrade() -> None:
    for table in (
        "evidence_history",
        "evidence_remarks",
        "photo_hashes",
        "evidence_photos",
        "evidence_fixes",
        "stale_evidence",
    ):
        op.drop_table(table)

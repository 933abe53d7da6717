"""quarantine as work"""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_DECIDED = sa.text("verdict IS NOT NULL")
_MORE = ("of", "about", "authors", "earliest_ms", "stake_paisa")


def upgrade() -> None:
    op.create_table(
        "quarantine_verdicts",
        sa.Column("office", sa.String(length=36), nullable=False),
        sa.Column("office_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("op", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("op IN ('release', 'reject', 'reopen')", name=op.f("ck_quarantine_verdicts_op")),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('released', 'rejected', 'undone')",
            name=op.f("ck_quarantine_verdicts_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["office"], ["devices.id"], name=op.f("fk_quarantine_verdicts_office_devices")
        ),
        sa.PrimaryKeyConstraint("office", "office_seq", "device", "seq", name=op.f("pk_quarantine_verdicts")),
    )
    op.create_index(op.f("ix_quarantine_verdicts_device"), "quarantine_verdicts", ["device", "seq"])
    op.add_column("changes", sa.Column("verdict", sa.String(length=10), nullable=True))
    op.create_index(
        "ix_changes_decided", "changes", ["verdict"], sqlite_where=_DECIDED, postgresql_where=_DECIDED
    )
    op.add_column("open_conflicts", sa.Column("of", sa.String(length=30), nullable=True))
    op.add_column("open_conflicts", sa.Column("about", sa.String(length=60), nullable=True))
    op.add_column("open_conflicts", sa.Column("authors", sa.Text(), nullable=True))
    op.add_column("open_conflicts", sa.Column("earliest_ms", sa.BigInteger(), nullable=True))
    op.add_column("open_conflicts", sa.Column("stake_paisa", sa.BigInteger(), nullable=True))
    _fill(op.get_bind())


def _fill(connection: Any) -> None:
    """What the open conflicts are about stands in their rows, which a list cannot be sorted by."""
    if op.get_context().as_sql:
        return
    found = connection.execute(
        sa.text(
            "SELECT c.id, f.body FROM open_conflicts c JOIN records r ON r.id = c.id "
            "JOIN feed f ON f.scope = r.scope AND f.n = r.n"
        )
    ).all()
    for id, body in found:
        values = msgspec.json.decode(bytes(body))["values"]
        candidates = values["candidates"]
        connection.execute(
            sa.text(
                'UPDATE open_conflicts SET "of" = :of, about = :about, authors = :authors, '
                "earliest_ms = :earliest_ms WHERE id = :id"
            ),
            {
                "id": id,
                "of": values["of"],
                "about": values["about"],
                "authors": " ".join(sorted({each["by"] for each in candidates if each["by"]})),
                "earliest_ms": min(each["t"] for each in candidates),
            },
        )


def downgrade() -> None:
    for name in _MORE:
        op.drop_column("open_conflicts", name)
    op.drop_index("ix_changes_decided", "changes")
    op.drop_column("changes", "verdict")
    op.drop_table("quarantine_verdicts")

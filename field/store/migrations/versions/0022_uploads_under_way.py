"""uploads under way are found without those that are done"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_uploads_device"), "uploads")
    op.create_index(
        "ix_uploads_under_way",
        "uploads",
        ["device"],
        sqlite_where=sa.text("done_ms IS NULL"),
        postgresql_where=sa.text("done_ms IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_uploads_under_way", "uploads")
    op.create_index(op.f("ix_uploads_device"), "uploads", ["device"])

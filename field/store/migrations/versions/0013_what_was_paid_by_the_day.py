"""what was paid by the day, and when each schedule arrived"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Until now a schedule was taken as arrived when its file was first read to the end.
_ARRIVED = """
UPDATE schedules SET arrived_ms = (
    SELECT COALESCE(imports.finished_ms, imports.started_ms) FROM imports WHERE imports.id = schedules.source
) WHERE complete
"""


def upgrade() -> None:
    op.add_column("schedule_lines", sa.Column("by_day", sa.Boolean(), nullable=True))
    op.add_column("schedules", sa.Column("arrived_ms", sa.BigInteger(), nullable=True))
    op.execute(_ARRIVED)


def downgrade() -> None:
    op.drop_column("schedules", "arrived_ms")
    op.drop_column("schedule_lines", "by_day")

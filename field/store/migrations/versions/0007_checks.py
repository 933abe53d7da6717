"""wage-record checks and files of registers"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep_who_accepted_the_law()


def downgrade() -> None:
    _forget_who_accepted_the_law()


# Who accepted a dated row of the law, and which figures they saw.


def _keep_who_accepted_the_law() -> None:
    op.add_column("statute", sa.Column("accepted_by", sa.String(length=200), nullable=True))
    op.add_column("statute", sa.Column("accepted", sa.Text(), nullable=True))


def _forget_who_accepted_the_law() -> None:
    with op.batch_alter_table("statute") as statute:
        statute.drop_column("accepted")
        statute.drop_column("accepted_by")

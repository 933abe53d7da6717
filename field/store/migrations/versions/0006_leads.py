"""registration leads"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("district", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("establishment", sa.String(length=36), nullable=True),
        sa.Column("found_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    op.create_index(op.f("ix_leads_district_status"), "leads", ["district", "status"], unique=False)
    op.create_index(op.f("ix_leads_found_ms"), "leads", ["found_ms"], unique=False)
    op.create_index(op.f("ix_leads_establishment"), "leads", ["establishment"], unique=False)
    op.create_table(
        "lead_marks",
        sa.Column("establishment", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=250), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("establishment", name=op.f("pk_lead_marks")),
    )
    op.create_index(op.f("ix_lead_marks_due_ms"), "lead_marks", ["due_ms"], unique=False)
    # Reports that were assessed before there were leads are looked at too.
    op.execute(
        "INSERT INTO lead_marks (establishment, mark, due_ms) "
        "SELECT DISTINCT establishment, 'before there were leads', 0 FROM assessments"
    )


def downgrade() -> None:
    op.drop_table("lead_marks")
    op.drop_table("leads")

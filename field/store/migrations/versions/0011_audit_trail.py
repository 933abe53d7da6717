"""audit trail"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFUSED = "entries of the audit trail are never altered or removed"
REFUSE = f"RAISE EXCEPTION '{REFUSED}'"
VERBS = "UPDATE OR DELETE OR TRUNCATE"
REFUSE_ALL = "EXECUTE FUNCTION audit_refuse()"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_notes",
        sa.Column("id", number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_notes")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("district", sa.String(length=100), nullable=True),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at_ms"), "audit", ["at_ms"])
    for column in ("by", "device", "district", "act"):
        op.create_index(op.f(f"ix_audit_{column}_seq"), "audit", [column, "seq"])
    op.create_table(
        "audit_about",
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("about", "seq", name=op.f("pk_audit_about")),
    )
    op.create_table(
        "audit_pushes",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "last_seq", name=op.f("pk_audit_pushes")),
    )
    op.create_table(
        "audit_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_ms", sa.BigInteger(), nullable=False),
        sa.Column("server_key", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_state")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("signed_ms", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.Column("server_key", sa.String(length=100), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=True),
        sa.Column("written_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_heads")),
    )
    op.execute("INSERT INTO audit_state (id, seq, hash, sealed_ms) VALUES (1, 0, '%s', 0)" % ("0" * 64))
    for statement in _guards():
        op.execute(statement)


def _guards() -> list[str]:
    """The database itself refuses to alter entries. Who may drop a trigger may do it all the same: a mistake
    is stopped here, a forger is found by the chain."""
    if op.get_bind().dialect.name == "sqlite":
        return [
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {REFUSE}; END $$",
        f"CREATE TRIGGER audit_no_change BEFORE {VERBS} ON audit FOR EACH STATEMENT {REFUSE_ALL}",
    ]


def downgrade() -> None:
    for table in ("audit_heads", "audit_state", "audit_pushes", "audit_about", "audit", "audit_notes"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_refuse()")

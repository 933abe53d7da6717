"""the nothing-lost ledger of devices"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "device_told",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("anchor_ms", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_device_told_device_devices")),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_device_told")),
    )
    op.create_table(
        "device_former",
        sa.Column("former", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["former"], ["devices.id"], name=op.f("fk_device_former_former_devices")),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_device_former_device_devices")),
        sa.PrimaryKeyConstraint("former", name=op.f("pk_device_former")),
    )
    op.create_index(op.f("ix_device_former_device"), "device_former", ["device"])
    op.create_table(
        "awaited_photos",
        sa.Column("photo", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.id"], name=op.f("fk_awaited_photos_device_devices")),
        sa.PrimaryKeyConstraint("photo", "device", name=op.f("pk_awaited_photos")),
    )
    op.create_index(op.f("ix_awaited_photos_device"), "awaited_photos", ["device"])
    not_applied = sa.text("status <> 'applied'")
    op.create_index(
        "ix_changes_not_applied",
        "changes",
        ["device", "status", "received_ms"],
        sqlite_where=not_applied,
        postgresql_where=not_applied,
    )
    await_photos(op.get_bind())


def await_photos(connection: sa.Connection) -> None:
    """Await the bytes that photos' entries promised before there was a list of them."""
    changes = sa.table(
        "changes",
        *(sa.column(name) for name in ("device", "seq", "kind", "record", "status", "line", "received_ms")),
    )
    kept = sa.table("photo_bytes", sa.column("photo"))
    erased = sa.table("erasures", sa.column("record"))
    awaited = sa.table(
        "awaited_photos", *(sa.column(name) for name in ("photo", "device", "sha256", "size", "since_ms"))
    )
    query = (
        sa.select(changes)
        .where(changes.c.kind == "photo", changes.c.status != "duplicate", changes.c.record.is_not(None))
        .where(~sa.exists().where(kept.c.photo == changes.c.record))
        .where(~sa.exists().where(erased.c.record == changes.c.record))
        .order_by(changes.c.device, changes.c.seq)
        .limit(AT_ONCE)
    )
    place = sa.tuple_(changes.c.device, changes.c.seq)
    some = connection.execute(query).all()
    done: set[tuple[str, str]] = set()
    while some:
        found = [each for row in some if (each := _described(row)) is not None]
        fresh = {(each["photo"], each["device"]): each for each in found}
        rows = [each for key, each in fresh.items() if key not in done]
        done |= fresh.keys()
        if rows:
            connection.execute(sa.insert(awaited), rows)
        after = query.where(place > sa.tuple_(some[-1].device, some[-1].seq))
        some = connection.execute(after).all()


def _described(row: Any) -> dict[str, Any] | None:
    try:
        line = json.loads(bytes(row.line))
        sha256, size = line["set"]["sha256"], line["set"]["size"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if line.get("op") != "create" or not isinstance(sha256, str) or type(size) is not int:
        return None
    if len(sha256) != 64 or not 0 < size < 2**53:
        return None
    said = {"photo": row.record, "device": row.device, "sha256": sha256, "size": size}
    return {**said, "since_ms": row.received_ms}


def downgrade() -> None:
    op.drop_index("ix_changes_not_applied", "changes")
    op.drop_table("awaited_photos")
    op.drop_table("device_former")
    op.drop_table("device_told")

"""Snapshots in the database: which there are, who makes the next, and the rows that go into one.

Rows are read a portion at a time, each in a short transaction of its own. Together they show no single
moment, and need not: what was written after the position at which the reading began comes by the pull from
there, all of it.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from field.problems import Problem
from field.store import pulls, rows, snapshot_tables
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.rows import FEED, SCOPES
from field.sync.scopes import OWN, POOL
from field.sync.signing import b64
from field.sync.snapshots import TYPES, File, Kept, Offer

SNAPSHOTS = snapshot_tables.Snapshot.__table__  # type: ignore[attr-defined]  # SQLModel adds it
BUILDS = snapshot_tables.SnapshotBuild.__table__  # type: ignore[attr-defined]

GONE = b'{"gone"'
URL = "/api/sync/snapshots/"


class Head(msgspec.Struct, frozen=True):
    """A scope of which a snapshot may be made: its key in the feed, and the position of its last row."""

    name: str
    key: int
    n: int


class Made(msgspec.Struct, frozen=True):
    """A snapshot whose files are written. `files` by "gzip" and "zstd"; `key` opens what is personal."""

    id: str
    scope: str
    epoch: str
    n: int
    rows: int
    checksum: int
    key: bytes
    files: dict[str, File]


_KEPT = select(
    SNAPSHOTS.c.id,
    SNAPSHOTS.c.scope,
    SNAPSHOTS.c.epoch,
    SNAPSHOTS.c.n,
    SNAPSHOTS.c.rows,
    (SNAPSHOTS.c.gzip_bytes + SNAPSHOTS.c.zstd_bytes).label("bytes"),
    SNAPSHOTS.c.made_ms,
    SNAPSHOTS.c.handed_ms,
).order_by(SNAPSHOTS.c.scope, SNAPSHOTS.c.n.desc(), SNAPSHOTS.c.id)


def kept(tx: Connection) -> list[Kept]:
    """Every snapshot that there is, the newest of each scope first."""
    return [Kept(**row._mapping) for row in tx.execute(_KEPT)]


def heads(tx: Connection, rows_min: int, only: str | None = None) -> list[Head]:
    """The scopes that tablets enter and that have seen so many positions, or one of them by name."""
    query = select(SCOPES.c.name, SCOPES.c.id, SCOPES.c.n).where(SCOPES.c.n >= rows_min)
    query = query.where(SCOPES.c.name.not_like(f"{POOL}/%")).order_by(SCOPES.c.name)
    if only is not None:
        query = query.where(SCOPES.c.name == only)
    return [Head(row.name, row.id, row.n) for row in tx.execute(query)]


def holds_rows(tx: Connection, head: Head, rows_min: int) -> bool:
    """Whether a scope has so many rows now; its position counts those too that were replaced since."""
    some = select(FEED.c.n).where(FEED.c.scope == head.key).limit(rows_min).subquery()
    return tx.execute(select(func.count()).select_from(some)).scalar_one() >= rows_min


def begin(store: Store, tx: Connection, scope: str, holder: str, now_ms: int, until_ms: int) -> bool:
    """Take the place of whoever makes a scope's snapshot; False where another has it."""
    tx.execute(delete(BUILDS).where(BUILDS.c.scope == scope, BUILDS.c.held_until_ms <= now_ms))
    row = {"scope": scope, "holder": holder, "held_until_ms": until_ms}
    rows.insert_new(store, tx, BUILDS, [row])
    held = select(BUILDS.c.holder).where(BUILDS.c.scope == scope)
    return tx.execute(held).scalar_one_or_none() == holder


def go_on(tx: Connection, scope: str, holder: str, until_ms: int) -> bool:
    """Keep the place for longer; False where it was lost."""
    mine = update(BUILDS).where(BUILDS.c.scope == scope, BUILDS.c.holder == holder)
    return tx.execute(mine.values(held_until_ms=until_ms)).rowcount == 1


def end(tx: Connection, scope: str, holder: str) -> bool:
    """Give the place back; False where it was lost before."""
    return tx.execute(delete(BUILDS).where(BUILDS.c.scope == scope, BUILDS.c.holder == holder)).rowcount == 1


def finish(store: Store, tx: Connection, made: Made, now_ms: int) -> bool:
    """Let a snapshot be handed out from now on; False where it must not be, and its files are to go.

    So it is where another took the place, something was erased meanwhile, or the database began a new life.
    """
    if not end(tx, made.scope, made.id) or pulls.epoch(tx) != made.epoch:
        return False
    gzip, zstd = made.files["gzip"], made.files["zstd"]
    row = {"id": made.id, "scope": made.scope, "epoch": made.epoch, "n": made.n, "rows": made.rows}
    row |= {"checksum": made.checksum, "key": store.sealer.seal(made.key)}
    row |= {"gzip_bytes": gzip.bytes, "gzip_sha256": gzip.sha256}
    row |= {"zstd_bytes": zstd.bytes, "zstd_sha256": zstd.sha256}
    tx.execute(insert(SNAPSHOTS), {**row, "made_ms": now_ms, "handed_ms": now_ms})
    return True


class Portion(msgspec.Struct, frozen=True):
    """Some rows as a tablet receives them, with position and checksum part, and how far the reading came."""

    rows: list[tuple[int, bytes, bytes | None, int]]
    last: int


_PORTION = (
    select(FEED.c.n, FEED.c.body, FEED.c.private, FEED.c.digest)
    .where(FEED.c.scope == bindparam("scope"), FEED.c.n > bindparam("after"), FEED.c.n <= bindparam("upto"))
    .order_by(FEED.c.n)
    .limit(bindparam("most"))
)


def portion(store: Store, tx: Connection, head: Head, after: int, most: int) -> Portion:
    """The next rows of a scope up to its head; none at the end. What has left the scope is not among them."""
    asked = {"scope": head.key, "after": after, "upto": head.n, "most": most}
    found = tx.execute(_PORTION, asked).all()
    read = [
        (n, bytes(body), store.sealer.open(private), digest)
        for n, body, private, digest in found
        if not bytes(body).startswith(GONE)
    ]
    return Portion(read, found[-1][0] if found else head.n)


_LATEST = Prepared(
    select(SNAPSHOTS)
    .where(SNAPSHOTS.c.scope.in_(bindparam("ids", expanding=True)))
    .where(SNAPSHOTS.c.epoch == bindparam("epoch"))
    .order_by(SNAPSHOTS.c.n, SNAPSHOTS.c.id)
)


def offers(store: Store, tx: Connection, scopes: Sequence[str], epoch: str) -> dict[str, Offer]:
    """The latest snapshot of each of some scopes that has one."""
    if not scopes:
        return {}
    return {
        row.scope: Offer(
            scope=row.scope,
            id=row.id,
            epoch=row.epoch,
            n=row.n,
            rows=row.rows,
            checksum=row.checksum,
            key=b64(store.sealer.open(row.key) or b""),
            url=URL + row.id,
            files=[_file(row, name) for name in TYPES],
        )
        for row in _LATEST.run(tx, ids=list(scopes), epoch=epoch)
    }


def _file(row: object, name: str) -> File:
    return File(TYPES[name], getattr(row, f"{name}_bytes"), getattr(row, f"{name}_sha256"))


class Found(msgspec.Struct, frozen=True):
    """A snapshot that is asked for: of which scope, its files by "gzip" and "zstd", when last fetched."""

    scope: str
    files: dict[str, File]
    handed_ms: int


_ASKED_FOR = Prepared(
    pulls.REACHED.add_columns(
        SNAPSHOTS.c.scope,
        SNAPSHOTS.c.handed_ms,
        *(SNAPSHOTS.c[f"{name}_{what}"] for name in TYPES for what in ("bytes", "sha256")),
    ).outerjoin(SNAPSHOTS, SNAPSHOTS.c.id == bindparam("id"))
)


def asked_for(tx: Connection, device: str, token: str, id: str, now_ms: int) -> Found | None:
    """A snapshot by its id, for a tablet on which a token is signed in: in one question, for every file.

    Raises Problem as `pulls.reach` does, and no-right where nobody there may have it.
    """
    found = _ASKED_FOR.run(tx, device=device, now=now_ms, id=id)
    allowed = pulls.reach(found, token, now_ms)
    row = found[0]
    if row.scope is None:
        return None
    if row.scope not in allowed:
        raise Problem("no-right", "Nobody who is signed in on this tablet has what is in this snapshot.")
    return Found(row.scope, {name: _file(row, name) for name in TYPES}, row.handed_ms)


def handed(tx: Connection, id: str, now_ms: int) -> None:
    """Note that somebody fetches of a snapshot now."""
    tx.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.id == id).values(handed_ms=now_ms))


def remove(tx: Connection, ids: Iterable[str]) -> None:
    """Hand snapshots out no more; with their keys goes what was personal in them."""
    for some in rows.chunks(ids):
        tx.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.id.in_(some)))


def forget_personal(tx: Connection) -> None:
    """Hand out no snapshot any more that may hold a personal value, nor one that is being made.

    Something was erased: with the keys of these snapshots it is gone from their files too. Where a record was
    before it moved cannot be asked cheaply, and new ones are made within a minute: so all of them go.
    """
    tx.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.scope.like(f"{OWN}/%")))
    tx.execute(delete(BUILDS).where(BUILDS.c.scope.like(f"{OWN}/%")))


def expire(tx: Connection, now_ms: int) -> None:
    """Take the place from whoever was too slow, or was ended in the middle."""
    tx.execute(delete(BUILDS).where(BUILDS.c.held_until_ms <= now_ms))


def known(tx: Connection) -> set[str]:
    """The ids of all snapshots, and of those being made."""
    found = set(tx.execute(select(SNAPSHOTS.c.id)).scalars())
    return found | set(tx.execute(select(BUILDS.c.holder)).scalars())

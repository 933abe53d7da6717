"""Records as they stand in the database: loading them with their state, and saving what a draft wrote."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from field.store import due_receipts, lead_rows, stale_establishments, stale_evidence, tables
from field.store.bulk import Prepared, Rows
from field.store.engine import Store
from field.sync import merge, wire
from field.sync.kinds import WITHDRAWN
from field.sync.landing import Draft, Put, Scope
from field.sync.merge import Record

RECORDS = tables.Record.__table__  # type: ignore[attr-defined]  # SQLModel adds it
FEED = tables.Feed.__table__  # type: ignore[attr-defined]
SCOPES = tables.Scope.__table__  # type: ignore[attr-defined]
VISITS = tables.Visit.__table__  # type: ignore[attr-defined]
OPEN_CONFLICTS = tables.OpenConflict.__table__  # type: ignore[attr-defined]
STALE = tables.Stale.__table__  # type: ignore[attr-defined]

_FEED = Rows(FEED, ("scope", "n", "record", "digest", "body", "private"))
_RECORDS = Rows(RECORDS, ("id", "kind", "root", "parent", "scope", "n", "state"))

AT_ONCE = 500
"""Ids asked for in one statement: far below any database's limit on parameters."""


def insert_new(store: Store, tx: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet."""
    if rows:
        dialect = sqlite if store.sqlite else postgresql
        tx.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    """Ids in a stable order, in portions that fit into a statement."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


_FULL: Select[Any] = select(
    RECORDS.c.id,
    RECORDS.c.kind,
    RECORDS.c.root,
    RECORDS.c.parent,
    RECORDS.c.n,
    RECORDS.c.state,
    SCOPES.c.name,
    FEED.c.body,
    FEED.c.private,
    FEED.c.digest,
).select_from(
    RECORDS.join(SCOPES, SCOPES.c.id == RECORDS.c.scope).join(
        FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)
    )
)
_FULL_BY_ID = Prepared(_FULL.where(RECORDS.c.id.in_(bindparam("ids", expanding=True))))
_FULL_BY_ROOT = Prepared(_FULL.where(RECORDS.c.root.in_(bindparam("ids", expanding=True))))
_PLACES = select(RECORDS.c.id, RECORDS.c.kind, RECORDS.c.root, SCOPES.c.name).join(
    SCOPES, SCOPES.c.id == RECORDS.c.scope
)
_PLACES_BY_ID = Prepared(_PLACES.where(RECORDS.c.id.in_(bindparam("ids", expanding=True))))


def places(tx: Connection, ids: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """(id, kind, root, scope) of the records that are there."""
    found: list[tuple[str, str, str, str]] = []
    for some in chunks(ids):
        found.extend(_PLACES_BY_ID.run(tx, ids=some))
    return found


def load(
    store: Store, tx: Connection, ids: Iterable[str], *, by_root: bool = False, bare: bool = False
) -> tuple[dict[str, Record], dict[str, int]]:
    """The records with these ids (or roots), with merge state, and the checksum part of each one's row.

    `bare`: without merge state, for whoever only reads what the values are.
    """
    records, digests = {}, {}
    for some in chunks(ids):
        for row in (_FULL_BY_ROOT if by_root else _FULL_BY_ID).run(tx, ids=some):
            body = wire.decode_row(bytes(row.body))
            record = Record(
                id=row.id,
                kind=row.kind,
                root=row.root,
                parent=row.parent,
                scope=row.name,
                n=row.n,
                values=body.values,
                disputed=body.disputed,
                private=wire.decode_private(store.sealer.open(row.private)),
            )
            records[row.id] = record if bare else merge.unpack(record, bytes(row.state))
            digests[row.id] = row.digest
    return records, digests


def is_out(record: Record) -> bool:
    """Whether a record is withdrawn; while that is disputed it counts, and what follows is provisional."""
    return record.values.get(WITHDRAWN) is not None and WITHDRAWN not in record.disputed


def lock_missing(store: Store, tx: Connection, ids: Iterable[str]) -> None:
    """Lock records that are not there yet, in order: to make one, or to wait for it.

    Whoever comes second sees what the first did. Otherwise a change could wait for a record that is there.
    """
    ordered = sorted(ids)
    if ordered and not store.sqlite:
        _LOCK_MISSING.run(tx, wanted=ordered)


_LOCK_MISSING = Prepared(
    text(
        "SELECT count(*) FROM (SELECT pg_advisory_xact_lock(hashtextextended(id, 0)) "
        "FROM unnest(CAST(:wanted AS text[])) AS id) locked"
    )
)


def lock_scopes(
    store: Store, tx: Connection, names: Iterable[str]
) -> tuple[dict[str, Scope], dict[str, int]]:
    """Lock scopes in sorted order, each by its own statement, making new ones. Their heads and keys.

    Positions are given under this lock, so that their order is the order of commits (S3).
    """
    wanted = sorted(set(names))
    heads, keys = {}, {}
    for name in wanted:
        found = _LOCK.run(tx, name=name)
        if not found:
            insert_new(store, tx, SCOPES, [{"name": name, "n": 0, "checksum": 0}])
            found = _LOCK.run(tx, name=name)
        (row,) = found
        heads[name] = Scope(name, row.n, row.checksum)
        keys[name] = row.id
    return heads, keys


_LOCK = Prepared(
    select(SCOPES.c.id, SCOPES.c.n, SCOPES.c.checksum)
    .where(SCOPES.c.name == bindparam("name"))
    .with_for_update()
)


def save(
    store: Store,
    tx: Connection,
    draft: Draft,
    keys: Mapping[str, int],
    now_ms: int,
    seal: Callable[[bytes | None], bytes | None],
) -> None:
    """Write what a draft holds: feed rows, records, scope heads, and what is derived from them."""
    if not draft.puts:
        return
    _save_feed(tx, draft.puts, keys, seal)
    _save_records(tx, draft.puts, keys)
    for head in draft.scopes.values():
        _SAVE_SCOPE.run(tx, key=keys[head.name], to_n=head.n, to_checksum=head.checksum)
    _save_visits(tx, draft.puts)
    lead_rows.save(tx, draft.puts, now_ms)
    due_receipts.mark(tx, draft.puts, now_ms)
    _save_conflicts(tx, draft.puts)
    _save_stale(store, tx, draft, now_ms)
    _save_stale_establishments(store, tx, draft.puts, now_ms)
    stale_evidence.mark_written(store, tx, draft.puts, now_ms)


_SAVE_SCOPE = Prepared(
    update(SCOPES)
    .where(SCOPES.c.id == bindparam("key"))
    .values(n=bindparam("to_n"), checksum=bindparam("to_checksum"))
)
_DROP = delete(FEED).where(FEED.c.scope == bindparam("key"), FEED.c.record == bindparam("id"))


def _save_feed(
    tx: Connection,
    puts: Sequence[Put],
    keys: Mapping[str, int],
    seal: Callable[[bytes | None], bytes | None],
) -> None:
    dropped = [{"key": keys[put.scope], "id": put.id} for put in puts if not put.new]
    if dropped:
        tx.execute(_DROP, dropped)
    _FEED.insert(
        tx,
        [(keys[put.scope], put.n, put.id, put.digest, put.body, seal(put.private)) for put in puts],
    )


_SAVE_RECORD = (
    update(RECORDS)
    .where(RECORDS.c.id == bindparam("key"))
    .values(scope=bindparam("to_scope"), n=bindparam("to_n"), state=bindparam("to_state"))
)


def _save_records(tx: Connection, puts: Sequence[Put], keys: Mapping[str, int]) -> None:
    _RECORDS.insert(
        tx,
        [
            (
                put.id,
                put.record.kind,
                put.record.root,
                put.record.parent,
                keys[put.scope],
                put.n,
                merge.pack(put.record),
            )
            for put in puts
            if put.record is not None and put.new
        ],
    )
    changed = [
        {"key": put.id, "to_scope": keys[put.scope], "to_n": put.n, "to_state": merge.pack(put.record)}
        for put in puts
        if put.record is not None and not put.new
    ]
    if changed:
        tx.execute(_SAVE_RECORD, changed)


def _save_visits(tx: Connection, puts: Sequence[Put]) -> None:
    visits = [put.record for put in puts if put.record is not None and put.record.kind == "visit"]
    if not visits:
        return
    names = ("establishment", "district", "inspector", "due", "status")
    tx.execute(delete(VISITS).where(VISITS.c.id == bindparam("key")), [{"key": visit.id} for visit in visits])
    tx.execute(
        insert(VISITS),
        [
            {
                "id": visit.id,
                **{name: visit.values.get(name) for name in names},
                "status": visit.values.get("status", "planned"),
            }
            for visit in visits
        ],
    )


def _save_conflicts(tx: Connection, puts: Sequence[Put]) -> None:
    """Keep the list of open conflicts: which are open cannot be asked of encoded rows."""
    conflicts = [put.record for put in puts if put.record is not None and put.record.kind == "conflict"]
    if not conflicts:
        return
    tx.execute(_DROP_CONFLICT, [{"key": conflict.id} for conflict in conflicts])
    opened = [_open_conflict(each) for each in conflicts if each.values["open"]]
    if opened:
        tx.execute(insert(OPEN_CONFLICTS), opened)


def _open_conflict(conflict: Record) -> dict[str, Any]:
    candidates = conflict.values["candidates"]
    return {
        "id": conflict.id,
        "root": conflict.root,
        "of": conflict.values["of"],
        "about": conflict.values["about"],
        "authors": " ".join(sorted({each["by"] for each in candidates if each["by"]})),
        "earliest_ms": min(each["t"] for each in candidates),
    }


_DROP_CONFLICT = delete(OPEN_CONFLICTS).where(OPEN_CONFLICTS.c.id == bindparam("key"))


def _save_stale(store: Store, tx: Connection, draft: Draft, now_ms: int) -> None:
    """Mark visits for assessment; a mark that is there is moved on, which also holds it until the commit."""
    marks = {put.record.root: f"{put.scope}@{put.n}" for put in draft.puts if put.record is not None}
    mark_stale(store, tx, {root: marks[root] for root in draft.stale}, now_ms)


def _save_stale_establishments(store: Store, tx: Connection, puts: Sequence[Put], now_ms: int) -> None:
    """A unit that was closed, opened or moved is looked at again; a new one has nothing to look at yet."""
    for put in puts:
        if put.record is not None and put.record.kind == "establishment" and not put.new:
            cause = f"register:{put.scope}@{put.n}"
            stale_establishments.mark(store, tx, [put.record.id], cause, now_ms)


def mark_stale(store: Store, tx: Connection, marks: Mapping[str, str], now_ms: int) -> None:
    """Mark visits for assessment, each by what changed last: no two changes may have the same mark."""
    save_one = _STALE_ON_SQLITE if store.sqlite else _STALE_ON_POSTGRES
    for root in sorted(marks):
        save_one.run(tx, root=root, since_ms=now_ms, mark=marks[root], held_until_ms=0)


def _move_mark_on(dialect: Any) -> Prepared:
    names = ("root", "since_ms", "mark", "held_until_ms")
    made = dialect.insert(STALE).values({name: bindparam(name) for name in names})
    return Prepared(made.on_conflict_do_update(index_elements=["root"], set_={"mark": made.excluded.mark}))


_STALE_ON_SQLITE, _STALE_ON_POSTGRES = _move_mark_on(sqlite), _move_mark_on(postgresql)

"""Pulling 1,000 changed records, with little and with much stored beside them."""

import statistics
import time
from collections.abc import Callable

import httpx
import msgspec
from sqlalchemy import Connection, bindparam, select, text

from bench.harness import Databases, Figure, databases, server
from bench.world import DISTRICT, Tablet, build
from field.api.bodies import pack
from field.store import pulls, rows
from field.store.engine import Store
from field.sync import scopes
from field.sync.signing import request_message

STORED = (10_000, 1_000_000)
PULLED = 1000
ROUNDS = 31
GROWTH_TARGET = 1.3
THROUGHPUT_TARGET = 0.5

_NUMBERS = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < :count)"
_ID = {
    "sqlite": "'00000000-0000-8000-8000-' || substr('000000000000' || i, -12)",
    "postgres": "'00000000-0000-8000-8000-' || lpad(i::text, 12, '0')",
}
_BYTES = {"sqlite": "CAST({} AS BLOB)", "postgres": "convert_to({}, 'UTF8')"}
_BODY = """'{{"record":"' || {id} || '","kind":"establishment","n":' || {n} || ',"root":"' || {id} ||
    '","values":{{"name":"Unit ' || i || '","district":"bench","status":"open","sector":"textile",' ||
    '"registration_no":"2024' || i || '","workers_declared":' || (i % 700) || ',"remarks":"' || :filler ||
    '"}},"write":"' || {id} || '"}}'"""
FILLER = " ".join(str(number * number) for number in range(60))


class Side(msgspec.Struct):
    """One database with a server on it."""

    store: Store
    tablet: Tablet
    epoch: str
    stored: int


def measure(kind: str) -> list[Figure]:
    """The figures of pulling on one kind of database."""
    with databases(kind) as (data, made):
        sides = [_filled(kind, made, count) for count in STORED]
        with (
            server(data, sides[0].store.url) as (little_address, _),
            server(data, sides[1].store.url) as (much_address, _),
        ):
            little, much, bare = _race(
                [_puller(little_address, sides[0]), _puller(much_address, sides[1]), _bare(sides[1])]
            )
        for side in sides:
            side.store.close()
    return [
        Figure(
            name=f"pull, {kind}: time with {STORED[1]:,} stored to {STORED[0]:,}",
            value=much * 1000, unit="ms", baseline=little * 1000, baseline_name="with little stored",
            ratio=much / little, target=GROWTH_TARGET, at_least=False,
        ),
        Figure(
            name=f"pull, {kind}: records/s through HTTP",
            value=PULLED / much, unit="records/s", baseline=PULLED / bare,
            baseline_name="bare SELECT, joined and compressed",
            ratio=bare / much, target=THROUGHPUT_TARGET, at_least=True,
        ),
    ]  # fmt: skip


def _race(contestants: list[Callable[[], None]]) -> list[float]:
    """The median seconds of each, taken in turns, so that a slow moment of the machine hits all."""
    taken: list[list[float]] = [[] for _ in contestants]
    for _ in range(ROUNDS):
        for index, contestant in enumerate(contestants):
            started = time.perf_counter()
            contestant()
            taken[index].append(time.perf_counter() - started)
    return [statistics.median(times[3:]) for times in taken]


def _filled(kind: str, made: Databases, count: int) -> Side:
    url = made.fresh(f"pull_{count}")
    context, (tablet,) = build(made.folder, url, 1)
    with context.store.write() as tx:
        _, keys = rows.lock_scopes(context.store, tx, [scopes.district(DISTRICT)])
        _fill(tx, kind, keys[scopes.district(DISTRICT)], count)
        epoch = pulls.epoch(tx)
    with context.store.engine.connect() as connection:
        if kind == "postgres":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
        else:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.rollback()
    return Side(context.store, tablet, epoch, count)


def _fill(tx: Connection, kind: str, scope: int, count: int) -> None:
    """`count` records in a scope, of which 1,000, spread over all, were changed last."""
    id, every = _ID[kind], count // PULLED
    place = f"CASE WHEN i % {every} = 0 THEN {count} + i / {every} ELSE i END"
    body = _BYTES[kind].format(_BODY.format(id=id, n=place))
    order = f"ORDER BY {place}"
    empty = _BYTES[kind].format("''")
    given = {"count": count, "scope": scope}
    tx.execute(
        text(
            f"INSERT INTO feed (scope, n, record, digest, body) {_NUMBERS} "
            f"SELECT :scope, {place}, {id}, 0, {body} FROM c {order}"
        ),
        {**given, "filler": FILLER},
    )
    tx.execute(
        text(
            f"INSERT INTO records (id, kind, root, scope, n, state) {_NUMBERS} "
            f"SELECT {id}, 'establishment', {id}, :scope, {place}, {empty} FROM c"
        ),
        given,
    )
    tx.execute(text("UPDATE scopes SET n = :n WHERE id = :scope"), {"n": count + PULLED, "scope": scope})


def _puller(address: str, side: Side) -> Callable[[], None]:
    client = httpx.Client(base_url=address, timeout=60)
    cursors = {scopes.district(DISTRICT): (side.epoch, side.stored)}
    own = scopes.own(side.tablet.person)
    cursors[own] = (side.epoch, 0)
    body = msgspec.json.encode({"cursors": cursors})
    headers = {
        "Authorization": f"Bearer {side.tablet.token}",
        "Field-Device": side.tablet.device,
        "Field-Signature": side.tablet.key.sign(request_message("pull", side.tablet.device, body)),
        "Accept-Encoding": "zstd",
    }
    lines = client.post("/api/sync/pull", content=body, headers=headers).text.count('"record"')
    if lines != PULLED:
        raise RuntimeError(f"{lines} records came instead of {PULLED}")

    def pull() -> None:
        with client.stream("POST", "/api/sync/pull", content=body, headers=headers) as answer:
            for _ in answer.iter_raw():
                pass

    return pull


_SELECT = (
    select(rows.FEED.c.body)
    .where(rows.FEED.c.scope == bindparam("scope"), rows.FEED.c.n > bindparam("after"))
    .order_by(rows.FEED.c.n)
    .limit(PULLED)
)


def _bare(side: Side) -> Callable[[], None]:
    with side.store.write() as tx:
        _, keys = rows.lock_scopes(side.store, tx, [scopes.district(DISTRICT)])
    asked = {"scope": keys[scopes.district(DISTRICT)], "after": side.stored}

    def read() -> None:
        with side.store.read() as tx:
            found = [bytes(row.body) for row in tx.execute(_SELECT, asked)]
        pack(b"\n".join(found), "zstd")

    return read

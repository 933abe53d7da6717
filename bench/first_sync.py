"""The first sync of a large scope, idle syncs, and the memory of a worker with a thousand tablets."""

import random
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import insert, update

from bench.harness import Databases, Figure, databases, family, server, static_server
from bench.load import Lines, Talk, request
from bench.world import DISTRICT, Tablet, build
from field.api.context import Context
from field.api.snapshot_building import Builder, path_of
from field.store import pulls, rows, snapshots
from field.sync import scopes, wire
from field.sync.merge import Record
from field.sync.signing import request_message

ESTABLISHMENTS = 20_000
AT_ONCE = 500
TABLETS = 1000
ROUNDS = 15
ROUNDS_AT_ONCE = 3
IDLE_EACH = 3
ALONE_TARGET, AT_ONCE_TARGET, IDLE_TARGET = 0.8, 0.7, 0.5
WITH_PULLS_TARGET = 0.35
"""Of a whole first sync: two pulls, before and after the file, cost as much as a file of a megabyte."""

IDLE_BYTES_MAX = 1000
MEMORY_MAX_MB = 300
UNLIMITED = {"FIELD_DEVICE_REQUESTS_S": "100000", "FIELD_WAITING_MAX": "2000"}
WORDS = "Textile Garments Denim Knit Spinning Weaving Dyeing Leather Foods Chemical Steel Plastic"


class Place(msgspec.Struct):
    """A filled database with tablets that know nothing yet, and the snapshot of its district."""

    context: Context
    tablets: list[Tablet]
    epoch: str
    offer: snapshots.Offer
    file: Path


def measure(kind: str) -> list[Figure]:
    """The figures on one kind of database."""
    with databases(kind) as (data, made):
        place = _filled(data, made)
        try:
            return [*_first(kind, data, place), *_idle(kind, data, place)]
        finally:
            place.context.store.close()


def _filled(data: Path, made: Databases) -> Place:
    url = made.fresh("first_sync")
    context, tablets = build(data, url, TABLETS)
    chance = random.Random(1)
    with context.store.write() as tx:
        name = scopes.district(DISTRICT)
        heads, keys = rows.lock_scopes(context.store, tx, [name])
        n, checksum = heads[name].n, heads[name].checksum
        feed, records = [], []
        for _ in range(ESTABLISHMENTS):
            n += 1
            id, body = _establishment(context, chance, n)
            digest = wire.digest(body)
            checksum = wire.add(checksum, digest)
            feed.append({"scope": keys[name], "n": n, "record": id, "digest": digest, "body": body})
            records.append(
                {"id": id, "kind": "establishment", "root": id, "scope": keys[name], "n": n, "state": b""}
            )
        tx.execute(insert(rows.FEED), feed)
        tx.execute(insert(rows.RECORDS), records)
        tx.execute(update(rows.SCOPES).where(rows.SCOPES.c.name == name).values(n=n, checksum=checksum))
    Builder(context).refresh()
    with context.store.read() as tx:
        epoch = pulls.epoch(tx)
        offer = snapshots.offers(context.store, tx, [name], epoch)[name]
    assert context.snapshots is not None
    return Place(context, tablets, epoch, offer, path_of(context.snapshots, offer.id, "gzip"))


def _word(chance: random.Random) -> str:
    return chance.choice(WORDS.split())


def _establishment(context: Context, chance: random.Random, n: int) -> tuple[str, bytes]:
    id = context.clock.uuid7()
    values = {
        "name": f"{_word(chance)} {_word(chance)} Mills {chance.randrange(10**6)}",
        "district": DISTRICT,
        "registration_no": f"{chance.randrange(10**9):09}",
        "address": f"Plot {chance.randrange(900)}, Sector {chance.randrange(90)}, {_word(chance)} Rd",
        "owner": f"Proprietor {chance.randrange(10**6)}",
        "phone": f"021 {chance.randrange(10**8):08}",
        "sector": _word(chance).lower(),
        "workers_declared": chance.randrange(900),
        "status": "open",
        "location": {"lat": round(24 + chance.random(), 6), "lon": round(67 + chance.random(), 6)},
    }
    write = context.clock.uuid7()
    record = Record(id=id, kind="establishment", root=id, parent=None, scope="", n=n, values=values)
    body = msgspec.json.decode(wire.encode_row(record)) | {"write": write}
    return id, msgspec.json.encode(body)


def _signed(tablet: Tablet, purpose: str, body: bytes) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {tablet.token}",
        "Field-Device": tablet.device,
        "Field-Signature": tablet.key.sign(request_message(purpose, tablet.device, body)),
    }


def _pull(tablet: Tablet, place: Place, at: int | None) -> bytes:
    cursors = dict.fromkeys(("common", scopes.own(tablet.person)), (place.epoch, 0))
    with_common = {**cursors, "common": (place.epoch, _common(place))}
    if at is not None:
        with_common[scopes.district(DISTRICT)] = (place.epoch, at)
    body = msgspec.json.encode({"cursors": with_common, "snapshots": True})
    return request(
        "POST", "/api/sync/pull", {**_signed(tablet, "pull", body), "Accept-Encoding": "gzip"}, body
    )


def _common(place: Place) -> int:
    with place.context.store.read() as tx:
        return next((head.n for head in snapshots.heads(tx, 1, scopes.COMMON)), 0)


def _first_sync(tablet: Tablet, place: Place) -> list[bytes]:
    """What a new tablet asks: the offer, the file, and what changed since."""
    id = place.offer.id
    fetch = request("GET", place.offer.url, _signed(tablet, "snapshot", id.encode()))
    return [_pull(tablet, place, None), fetch, _pull(tablet, place, place.offer.n)]


@contextmanager
def _lines(address: str, count: int) -> Iterator[Lines]:
    lines = Lines(address, count)
    try:
        yield lines
    finally:
        lines.close()


def _first(kind: str, data: Path, place: Place) -> list[Figure]:
    """A new tablet's first sync by turns with the same file from a server that does nothing else."""
    whole = [_first_sync(tablet, place) for tablet in place.tablets[:AT_ONCE]]
    files = [[each[1]] for each in whole]
    plain = [[request("GET", f"/static/{place.file.name}", {})]] * AT_ONCE
    figures = []
    with (
        server(data, place.context.store.url, **UNLIMITED) as (ours, _),
        static_server(place.file.parent, data) as static,
    ):
        for count, rounds, target in ((1, ROUNDS, ALONE_TARGET), (AT_ONCE, ROUNDS_AT_ONCE, AT_ONCE_TARGET)):
            with _lines(ours, count) as mine, _lines(static, count) as theirs:
                turns = [(mine, files[:count]), (mine, whole[:count]), (theirs, plain[:count])]
                taken = [[_told(lines, asked, place) for lines, asked in turns] for _ in range(rounds + 1)]
            who = "alone" if count == 1 else f"{count} at once"
            for at, what, wanted in ((0, "sent", target), (1, "with its two pulls", WITH_PULLS_TARGET)):
                figures.append(
                    _sent(f"first sync, {kind}, {who}: {what}", taken[1:], at, count, place, wanted)
                )
    return figures


def _told(lines: Lines, asked: list[list[bytes]], place: Place) -> float:
    """The seconds in which all got all that they asked for."""
    talks = [Talk(each) for each in asked]
    seconds = lines.run(talks)
    if min(talk.received for talk in talks) < place.file.stat().st_size:
        raise RuntimeError("the snapshot did not come")
    return seconds


def _sent(name: str, taken: list[list[float]], at: int, count: int, place: Place, target: float) -> Figure:
    megabytes = count * place.file.stat().st_size / 1e6
    return Figure(
        name=name,
        value=megabytes / statistics.median(each[at] for each in taken),
        unit="MB/s",
        baseline=megabytes / statistics.median(each[2] for each in taken),
        baseline_name="the same file, static",
        ratio=statistics.median(each[2] / each[at] for each in taken),
        target=target,
        at_least=True,
    )


def _idle(kind: str, data: Path, place: Place) -> list[Figure]:
    """Tablets that ask and have nothing to fetch, by turns with bare requests of somebody signed in."""
    pulled = [_pull(tablet, place, place.offer.n) for tablet in place.tablets]
    bare = [
        request("GET", "/api/me", {"Authorization": f"Bearer {tablet.token}"}) for tablet in place.tablets
    ]
    taken, barely, most = [], [], 0
    with (
        server(data, place.context.store.url, **UNLIMITED) as (address, pid),
        _lines(address, TABLETS) as all,
    ):
        for _ in range(ROUNDS_AT_ONCE + 1):
            talks = [Talk([each] * IDLE_EACH) for each in pulled]
            taken.append(all.run(talks))
            barely.append(all.run([Talk([each] * IDLE_EACH) for each in bare]))
            most = max(most, talks[0].received // IDLE_EACH)
        body = len(pulled[0].partition(b"\r\n\r\n")[2])
        # And a page of a thousand rows each, which is the most that a tablet can ask for by rows.
        all.run([Talk([_by_rows(tablet)]) for tablet in place.tablets])
        memory = max(_peak_mb(each) for each in family(pid))
    requests = TABLETS * IDLE_EACH
    return [
        Figure(
            name=f"idle sync, {kind}: bytes of request and answer",
            value=body + most, unit="bytes", baseline=IDLE_BYTES_MAX, baseline_name="the most they may be",
            ratio=(body + most) / IDLE_BYTES_MAX, target=1.0, at_least=False,
        ),
        Figure(
            name=f"idle sync, {kind}: syncs/s of {TABLETS:,} tablets",
            value=requests / statistics.median(taken[1:]), unit="syncs/s",
            baseline=requests / statistics.median(barely[1:]), baseline_name="bare authenticated requests",
            ratio=statistics.median(b / a for a, b in zip(taken[1:], barely[1:], strict=True)),
            target=IDLE_TARGET, at_least=True,
        ),
        Figure(
            name=f"memory, {kind}: a worker, {TABLETS:,} tablets pulling",
            value=memory, unit="MB", baseline=MEMORY_MAX_MB, baseline_name="the most it may take",
            ratio=memory / MEMORY_MAX_MB, target=1.0, at_least=False,
        ),
    ]  # fmt: skip


def _by_rows(tablet: Tablet) -> bytes:
    body = msgspec.json.encode({"cursors": {}})
    return request(
        "POST", "/api/sync/pull", {**_signed(tablet, "pull", body), "Accept-Encoding": "gzip"}, body
    )


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

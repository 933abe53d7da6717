"""Nearly the same photo among a million: the time of one search, on both databases."""

import random
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from bench.harness import Figure, databases
from field.inspections import hash_bands
from field.store import near_hashes
from field.store.bulk import plain
from field.store.engine import Store
from field.store.near_hashes import _HASHES, HASHES
from field.store.sealing import KEY_BYTES, Sealer

HASHES_KEPT = 1_000_000
SEARCHES = 500
BITS = hash_bands.BITS_MAX
TARGET_MS = 10.0
PORTION = 50_000
TRIES = 3


def run(kinds: Iterable[str] = ("sqlite", "postgresql"), seed: int = 1) -> Iterator[Figure]:
    """The median and the worst of 500 searches among 1,000,000 hashes, by database.

    Half of the searches are for a kept hash with up to 5 bits changed, and must find it; half for strangers.
    Each is done three times, and its best time counts: what else the machine does is not the search's.
    """
    for kind in kinds:
        with databases(kind) as (_, fresh), _store(fresh.fresh("alike")) as store:
            kept = _fill(store, seed)
            times = sorted(_search(store, kept, seed))
        for name, found in (("median", statistics.median(times)), ("worst", times[-1])):
            yield Figure(
                name=f"near-duplicates among 1,000,000, {kind}, {name}",
                value=found,
                unit="ms",
                baseline=TARGET_MS,
                baseline_name="ms allowed for a search",
                ratio=found / TARGET_MS,
                target=1.0,
                at_least=False,
            )


@contextmanager
def _store(url: str) -> Iterator[Store]:
    store = Store(url, Sealer(bytes(KEY_BYTES), random.Random(1).randbytes), durable=False)
    try:
        yield store
    finally:
        store.close()


def made_up(draw: random.Random) -> int:
    """A hash as pictures have it: neighbouring rows are alike, and one side of the picture is often plain."""
    row = draw.getrandbits(8)
    hash = 0
    for _ in range(hash_bands.SIDE):
        row ^= draw.getrandbits(8) & draw.getrandbits(8)
        hash = hash << 8 | row
    if draw.random() < 0.25:
        hash &= draw.choice((0x00000000FFFFFFFF, 0xFFFFFFFF00000000, 0x0F0F0F0F0F0F0F0F))
    return hash


def _fill(store: Store, seed: int) -> list[int]:
    draw = random.Random(f"hashes {seed}")
    kept: set[int] = set()
    while len(kept) < HASHES_KEPT:
        hash = made_up(draw)
        if hash_bands.tells(hash, 12, 5):
            kept.add(hash)
    ordered = sorted(kept)
    draw.shuffle(ordered)
    for start in range(0, len(ordered), PORTION):
        with store.write() as tx:
            some = ordered[start : start + PORTION]
            _HASHES.pour(tx, [(hash_bands.signed(each), *hash_bands.bands(each)) for each in some])
    _settle(store)
    return ordered[:SEARCHES]


def _settle(store: Store) -> None:
    """What the database does by itself in the night: look at its tables."""
    if store.sqlite:
        with store.write() as tx:
            plain(tx, "ANALYZE")
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ANALYZE {HASHES.name}"))


def _search(store: Store, kept: list[int], seed: int) -> Iterator[float]:
    draw = random.Random(f"searches {seed}")
    with store.read() as tx:
        near_hashes.near(tx, kept[0], BITS)  # the first one opens the connection and prepares the statements
        for number in range(SEARCHES):
            hash = kept[number]
            if number % 2:
                yield _timed(tx, made_up(draw), None)
            else:
                changed = hash
                for bit in draw.sample(range(hash_bands.BITS), draw.randint(0, BITS)):
                    changed ^= 1 << bit
                yield _timed(tx, changed, hash_bands.signed(hash))


def _timed(tx: Connection, hash: int, meant: int | None) -> float:
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        found = near_hashes.near(tx, hash, BITS)
        times.append((time.perf_counter() - start) * 1000)
    if meant is not None and meant not in found:
        raise RuntimeError(f"the search missed a hash within {BITS} bits")
    return min(times)


if __name__ == "__main__":
    for figure in run():
        print(figure.line, flush=True)

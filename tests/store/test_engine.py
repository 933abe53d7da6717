"""Transactions: what is shared, what is undone, and what an error tells."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from field.store import engine
from field.store.bulk import Prepared
from field.store.engine import Store
from field.store.sealing import Sealer
from field.store.tables import Mark

MARKS = Mark.__table__


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url, Sealer(bytes(32), bytes), durable=False)
    yield opened
    opened.close()


def mark(name: str) -> Callable[[Connection], str]:
    def work(tx: Connection) -> str:
        tx.execute(insert(MARKS), {"name": name, "value": "here"})
        return name

    return work


def names(store: Store) -> set[str]:
    with store.read() as tx:
        return set(tx.execute(select(MARKS.c.name)).scalars())


def test_an_error_in_one_piece_of_shared_work_undoes_that_piece_alone(store: Store) -> None:
    """Twenty tablets push at once; one push is bad. Nineteen are stored, and only the one hears of it."""
    gate, told = threading.Barrier(20), []

    def bad(tx: Connection) -> None:
        mark("half of something")(tx)
        raise LookupError("the second half is missing")

    def push(number: int) -> None:
        gate.wait()
        try:
            store.land(bad if number == 7 else mark(f"push {number}"))
        except LookupError as error:
            told.append((number, str(error)))

    threads = [threading.Thread(target=push, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [(7, "the second half is missing")]
    assert names(store) == {f"push {number}" for number in range(20) if number != 7}


def test_a_question_sees_what_is_committed_and_leaves_its_connection_as_it_was(store: Store) -> None:
    """It is asked without a transaction; whoever writes by the same connection after it has one again."""
    ask = Prepared(select(MARKS.c.name))
    store.land(mark("first"))
    with store.ask() as tx:
        assert [row.name for row in ask.run(tx)] == ["first"]
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.execute(insert(MARKS), [{"name": name, "value": "here"} for name in ("second", "first")])
    assert names(store) == {"first"}


def test_what_land_returned_is_committed(store: Store) -> None:
    assert store.land(mark("kept")) == "kept"
    assert names(store) == {"kept"}


def test_work_that_comes_in_during_a_transaction_shares_the_next_one(sqlite_url: str) -> None:
    """Waiting for the disk once for sixteen pushes is what makes an embedded database quick enough."""
    store = Store(sqlite_url, Sealer(bytes(32), bytes), durable=False)
    started, go_on = threading.Event(), threading.Event()
    transactions: list[Any] = []

    def first(tx: Connection) -> None:
        started.set()
        go_on.wait(10)

    def later(tx: Connection) -> None:
        transactions.append(tx.get_transaction())

    threads = [threading.Thread(target=store.land, args=(first,))]
    threads[0].start()
    started.wait(10)
    threads += [threading.Thread(target=store.land, args=(later,)) for _ in range(5)]
    for thread in threads[1:]:
        thread.start()
    while len(store._jobs) < 5:
        pass
    go_on.set()
    for thread in threads:
        thread.join()
    store.close()
    assert len(transactions) == 5
    assert len(set(map(id, transactions))) == 1


def test_whoever_comes_last_in_a_crowd_is_served_too(sqlite_url: str) -> None:
    """A transaction takes sixteen pieces of work. The forty-first was once answered without being done."""
    store = Store(sqlite_url, Sealer(bytes(32), bytes), durable=False)
    crowd = [engine._Job(mark(f"push {number}")) for number in range(40)]
    store._jobs.extend(crowd)
    assert store.land(mark("the last")) == "the last"
    assert [job.result for job in crowd] == [f"push {number}" for number in range(40)]
    assert names(store) == {"the last", *(job.result for job in crowd)}
    store.close()


def test_a_program_that_writes_in_order_keeps_little_of_the_database_at_hand(sqlite_url: str) -> None:
    """An import had 64 MB of pages at hand for each connection, and was no faster for them."""
    store = Store(sqlite_url, Sealer(bytes(32), bytes), durable=False, cache_mb=16)
    with store.read() as reading, store.write() as writing:
        sizes = {tx.exec_driver_sql("PRAGMA cache_size").scalar_one() for tx in (reading, writing)}
    store.close()
    assert sizes == {-16 * 1024}


def test_two_pieces_of_work_never_write_at_the_same_moment_on_sqlite(sqlite_url: str) -> None:
    store = Store(sqlite_url, Sealer(bytes(32), bytes), durable=False)

    def count(tx: Connection) -> int:
        before = tx.execute(select(func.count()).select_from(MARKS)).scalar_one()
        mark(f"mark {before}")(tx)
        return int(before)

    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(store.land(count))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert sorted(seen) == list(range(30))

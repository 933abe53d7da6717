"""A database that cannot keep anything: said in words, nothing acknowledged, and well again by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from field.store.engine import Store
from field.store.holding import CHANGES
from tests.helpers import Tablet, World, sign_in

REFUSING = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION '{words}' USING ERRCODE = '{code}';
END $$;
CREATE TRIGGER no_room BEFORE INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION no_room();
CREATE TRIGGER no_room BEFORE INSERT ON enrol_codes FOR EACH STATEMENT EXECUTE FUNCTION no_room();
"""
"""PostgreSQL's own errors, as a full disk and a standby raise them: both take a machine to bring about."""

WELL_AGAIN = "DROP FUNCTION no_room CASCADE"


def told(store: Store, *statements: str) -> None:
    """Tell PostgreSQL something, in a session of its own."""
    engine = sa.create_engine(store.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def pragma(store: Store, words: str) -> int:
    """Ask or tell the one connection by which SQLite is written to."""
    with store._writer.connect() as connection:
        result = connection.exec_driver_sql(f"PRAGMA {words}")
        return int(result.scalar() or 0) if result.returns_rows else 0


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    """The database may only be read, as a standby or a disk that was mounted again after an error."""
    if store.sqlite:
        pragma(store, "query_only = ON")
    else:
        words = "cannot execute INSERT in a read-only transaction"
        told(store, REFUSING.format(words=words, code="read_only_sql_transaction"))
    yield
    if store.sqlite:
        pragma(store, "query_only = OFF")
    else:
        told(store, WELL_AGAIN)


@contextmanager
def full(store: Store) -> Iterator[None]:
    """The database's disk has no room for one page more."""
    if store.sqlite:
        pragma(store, f"max_page_count = {pragma(store, 'page_count')}")
    else:
        words = 'could not extend file "base/1/2": No space left on device'
        told(store, REFUSING.format(words=words, code="disk_full"))
    yield
    if store.sqlite:
        pragma(store, "max_page_count = 1000000")
    else:
        told(store, WELL_AGAIN)


def captured(world: World, tablet: Tablet) -> None:
    """More work than fits into the room that a page has left."""
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    for _ in range(3):
        tablet.report(visit, [{"month": "2025-01", "wage_rs": 1, "remarks": "x" * 900} for _ in range(40)])


def kept(world: World, tablet: Tablet) -> int:
    query = sa.select(sa.func.count()).select_from(CHANGES).where(CHANGES.c.device == tablet.id)
    with world.store.read() as tx:
        return int(tx.execute(query).scalar_one())


@pytest.mark.parametrize(
    ("trouble", "status", "code", "words"),
    [(read_only, 503, "storage-failed", "may only be read"), (full, 507, "storage-full", "disk is full")],
)
def test_nothing_is_acknowledged_that_was_not_kept_and_all_is_well_when_there_is_room(
    world: World, client: TestClient[Litestar], tablet: Tablet, trouble, status, code, words
) -> None:
    captured(world, tablet)
    lines = list(tablet._lines)
    with trouble(world.store):
        answer = tablet.handed_in(client)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert words in answer.json()["detail"]
        assert "Nothing is lost" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"
        assert kept(world, tablet) == 0
        # What only reads goes on.
        assert client.get("/api/health").status_code == 200
    assert tablet._lines == lines
    assert tablet.push(client)["acknowledged"] == len(lines) == kept(world, tablet)


def test_the_console_says_so_too(world: World, client: TestClient[Litestar]) -> None:
    world.person("supervisor", "korangi")
    headers = sign_in(client, "supervisor-korangi")
    asked = {"district": "korangi"}
    with read_only(world.store):
        answer = client.post("/api/devices/codes", json=asked, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage-failed")
        assert client.get("/api/visits", headers=headers).status_code == 200
    assert client.post("/api/devices/codes", json=asked, headers=headers).status_code == 201

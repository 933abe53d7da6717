"""A tablet's storage fails: it holds other than it was given. One scope comes anew; the office hears."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from field.store.rows import SCOPES
from field.sync.told import Drift
from field.tablet.tablet import Tablet
from field.tablet.transport import Response
from tests.tablet.conftest import Office

Harm = Callable[[sqlite3.Connection], object]
DISTRICT = "district/korangi"


def _one(connection: sqlite3.Connection, query: str) -> bytes:
    return bytes(connection.execute(query).fetchone()[0])


def _changed(connection: sqlite3.Connection) -> None:
    body = _one(connection, f"SELECT body FROM rows WHERE scope = '{DISTRICT}'")
    other = body.replace(b'"Mill ', b'"Till ')
    assert other != body
    connection.execute("UPDATE rows SET body = ? WHERE scope = ?", (other, DISTRICT))


def _unreadable(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE rows SET body = substr(body, 1, 40) WHERE scope = ?", (DISTRICT,))


def _private(connection: sqlite3.Connection) -> None:
    other = b'{"a":["salt","Somebody else"]}'
    connection.execute("UPDATE rows SET private = ? WHERE scope = ?", (other, DISTRICT))


def _removed(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM rows WHERE scope = ?", (DISTRICT,))


def _added(connection: sqlite3.Connection) -> None:
    body = _one(connection, f"SELECT body FROM rows WHERE scope = '{DISTRICT}'")
    row = msgspec.json.decode(body)
    row["record"] = "01990000-0000-7000-8000-00000000ffff"
    added = (row["record"], msgspec.json.encode(row), DISTRICT)
    connection.execute(
        "INSERT INTO rows "
        "SELECT scope, ?, kind, n, parent, ?, private, digest, arrived FROM rows WHERE scope = ?",
        added,
    )


def _ahead(connection: sqlite3.Connection) -> None:
    """The rows of the last page are gone, and with them the sum; the cursor stands behind them."""
    connection.execute("DELETE FROM rows WHERE scope = ?", (DISTRICT,))
    connection.execute("UPDATE cursors SET checksum = 0 WHERE scope = ?", (DISTRICT,))


def _beyond(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE cursors SET n = n + 1000 WHERE scope = ?", (DISTRICT,))


def _behind(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE cursors SET n = 0 WHERE scope = ?", (DISTRICT,))


def _wrong_sum(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE cursors SET checksum = checksum + 1 WHERE scope = ?", (DISTRICT,))


def _wrong_place(connection: sqlite3.Connection) -> None:
    connection.execute(
        "UPDATE rows SET kind = 'visit', parent = 'x', digest = 7 WHERE scope = ?", (DISTRICT,)
    )


def _no_cursor(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM cursors WHERE scope = ?", (DISTRICT,))


REFETCHED: tuple[Harm, ...] = (_changed, _unreadable, _private, _removed, _added, _ahead)
MENDED: tuple[Harm, ...] = (_beyond, _behind, _wrong_sum, _wrong_place, _no_cursor)
"""What is put right without a scope being thrown away as not to be trusted."""


def harm(path: Path, harm: Harm) -> None:
    """Do harm to a tablet's file."""
    connection = sqlite3.connect(path)
    harm(connection)
    connection.commit()
    connection.close()


def scopes_sent(office: Office, tablet: Tablet) -> list[str]:
    """Sync, and give the scopes whose rows came."""
    came: list[str] = []

    def note(path: str, answer: Response) -> Response:
        if path == "/api/sync/pull":
            lines = [
                msgspec.json.decode(line.partition(b"\t")[0]) for line in answer.body.split(b"\n") if line
            ]
            rows = 0
            for line in lines:
                rows += "record" in line
                if "checkpoint" in line:
                    came.extend([line["checkpoint"]] if rows else [])
                    rows = 0
        return answer

    office.line.after = note
    assert tablet.sync().complete
    office.line.mend()
    return came


@pytest.mark.parametrize("done", [*REFETCHED, *MENDED], ids=lambda done: done.__name__[1:])
def test_what_a_failing_storage_does_to_the_rows_is_found_at_the_next_start_and_costs_one_scope(
    office: Office, done: Harm
) -> None:
    tablet = office.tablet("one")
    before = tablet.replica.everything()
    tablet.close()
    harm(office.folder / "one.db", done)
    tablet = office.open("one")
    assert set(scopes_sent(office, tablet)) <= {DISTRICT}
    assert tablet.replica.everything() == before
    assert tablet.replica.refetched() == (1 if done in REFETCHED else 0)
    assert tablet.replica.alarms() == 0
    # It is over: the next sync costs nothing more.
    assert scopes_sent(office, tablet) == []


@pytest.mark.parametrize("done", [*REFETCHED, *MENDED], ids=lambda done: done.__name__[1:])
def test_what_is_not_sent_survives_a_storage_that_loses_rows_and_lies_over_them(
    office: Office, done: Harm
) -> None:
    tablet = office.tablet("one")
    tablet.open_form(office.establishment).save({"remarks": "painted"})
    tablet.close()
    harm(office.folder / "one.db", done)
    office.line.cut()
    tablet = office.open("one")
    assert not tablet.sync().complete
    assert tablet.status().only_here == 1
    office.line.mend()
    tablet.pull()
    tablet.pull()
    assert tablet.row(office.establishment)["remarks"] == "painted"  # type: ignore[index]
    assert tablet.sync().complete
    assert office.row(office.establishment)["remarks"] == "painted"


def test_without_a_network_a_doubtful_row_stays_on_the_screen(office: Office) -> None:
    """Dropping a district because one row is wrong would leave an inspector in the street with nothing."""
    tablet = office.tablet("one")
    tablet.close()
    harm(office.folder / "one.db", _changed)
    office.line.cut()
    tablet = office.open("one")
    tablet.sync()
    assert str(tablet.row(office.establishment)["name"]).startswith("Till")  # type: ignore[index]


def test_the_office_hears_of_the_drift_at_the_next_pull(office: Office) -> None:
    tablet = office.tablet("one")
    tablet.close()
    harm(office.folder / "one.db", _changed)
    tablet = office.open("one")
    tablet.sync()
    told = msgspec.json.decode(office.line.sent[-1][2])["told"]
    assert told["drift"] == {DISTRICT: {"times": 1}}


def test_a_wrong_sum_at_the_office_is_an_alarm_until_it_is_put_right(office: Office) -> None:
    tablet = office.tablet("one")

    def add(number: int) -> None:
        with office.world.context.store.write() as tx:
            tx.execute(
                update(SCOPES).where(SCOPES.c.name == DISTRICT).values(checksum=SCOPES.c.checksum + number)
            )

    add(1)
    for _ in range(2):
        assert tablet.sync().complete
        assert tablet.replica.refetched() == 1
    assert tablet.replica.drift() == {DISTRICT: Drift(1, True)}
    assert tablet.replica.alarms() == 2
    assert "drift-stays" in office.world.ask("supervisor-1", "GET", "/api/alarms").body.decode()
    add(-1)
    assert tablet.sync().complete
    assert tablet.replica.drift() == {DISTRICT: Drift(1)}

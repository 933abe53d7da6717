"""An app that falls behind the office, or runs ahead of it, loses nothing; newer fields come back to it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from field.store import tables
from field.sync import apps, upcasting
from field.sync.apps import LeastApp
from field.sync.changes import START
from field.tablet import capturing, door
from field.tablet.tablet import Tablet
from tests.tablet.conftest import Office

CHANGES = tables.Change.__table__  # type: ignore[attr-defined]


def _serve_from(office: Office, schema: int) -> None:
    state = office.world.server.app.state
    state.context = msgspec.structs.replace(state.context, least_app=LeastApp(schema))


def _age(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """The app is one of this version."""
    monkeypatch.setattr(door, "_VERSION", {apps.HEADER: str(version)})
    monkeypatch.setattr(capturing, "SCHEMA", version)


def test_an_app_that_is_too_old_keeps_its_work_and_sends_it_when_it_was_updated(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _age(monkeypatch, 1)
    tablet = office.tablet("one")
    _serve_from(office, 2)
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    synced = tablet.sync()
    assert (synced.complete, synced.code) == (False, apps.TOO_OLD)
    assert (tablet.status().only_here, tablet.status().unserved) == (1, apps.TOO_OLD)
    # It still says so where there is no signal, and goes on with the work.
    office.line.cut()
    tablet.open_form(office.visit).save({"notes": "gate open"})
    assert not tablet.sync().complete
    assert (tablet.status().only_here, tablet.status().unserved) == (2, apps.TOO_OLD)
    office.line.mend()
    _age(monkeypatch, 2)
    assert tablet.sync().complete
    assert (tablet.status().only_here, tablet.status().unserved) == (0, "")
    assert office.row(office.visit)["notes"] == "gate open"


def test_the_work_of_an_app_that_is_too_old_can_be_carried_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _age(monkeypatch, 1)
    tablet = office.tablet("one")
    _serve_from(office, 2)
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    assert not tablet.sync().complete
    sealed = tablet.sealed_work()
    assert sealed is not None
    carried = office.world.ask("supervisor-1", "POST", "/api/sync/sealed", sealed)
    assert (carried.status, msgspec.json.decode(carried.body)["arrived"]) == (200, 1)
    assert office.row(office.visit)["notes"] == "gate shut"
    # What it sends itself later is known already.
    _age(monkeypatch, 2)
    assert tablet.sync().complete
    assert set(tablet.outbox.receipts().values()) == {"applied"}


def test_an_app_newer_than_the_office_waits_for_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = office.tablet("one")
    _age(monkeypatch, upcasting.SCHEMA + 1)
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    assert tablet.sync().code == apps.TOO_NEW
    assert (tablet.status().only_here, tablet.status().unserved) == (1, apps.TOO_NEW)
    monkeypatch.setattr(upcasting, "SCHEMA", upcasting.SCHEMA + 1)
    assert tablet.sync().complete
    assert set(tablet.outbox.receipts().values()) == {"applied"}


def _step(values: Mapping[str, Any]) -> dict[str, Any]:
    """To the next version, made up for this: notes are in capitals."""
    return {name: value.upper() if name == "notes" else value for name, value in values.items()}


def test_a_line_of_the_version_before_is_upcast_and_kept_as_it_was_signed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server goes one version further while a tablet is out; another tablet has the newer app already."""
    older, newer = office.tablet("older"), office.tablet("newer", "inspector-2", "inspector-1")
    before = upcasting.SCHEMA
    older.open_form(office.visit).save({"notes": "gate shut"})
    older.open_form(office.visit).save({"minutes_on_site": 40})
    monkeypatch.setattr(upcasting, "SCHEMA", before + 1)
    monkeypatch.setattr(upcasting, "UPCASTERS", {**upcasting.UPCASTERS, ("visit", before): _step})

    weather = {"of": ["crew", 3], "note": "خوش"}
    with monkeypatch.context() as renewed:
        _age(renewed, before + 1)
        _say(newer, office.visit, {"weather": weather, "notes": "Already New"})
        assert newer.sync().complete
    assert older.sync().complete
    # The older app saw the newer one's row, edits it, and sends its own values alone.
    older.open_form(office.visit).save({"notes": "gate open"})
    assert older.sync().complete

    with monkeypatch.context() as renewed:
        _age(renewed, before + 1)
        assert newer.sync().complete
        shown = newer.row(office.visit)
    assert shown is not None
    assert shown["weather"] == weather
    assert shown["notes"] == "GATE OPEN"
    assert shown["minutes_on_site"] == 40
    view = newer.view(office.visit)
    assert view is not None
    assert len(view.live["weather"]) == 1

    with office.world.context.store.read() as tx:
        query = sa.select(CHANGES).where(CHANGES.c.device == older.device).order_by(CHANGES.c.seq)
        kept = list(tx.execute(query))
    assert [row.status for row in kept] == ["merged", "applied", "applied"]
    sent = [bytes(line) for (line,) in older._db.rows("SELECT line FROM lines ORDER BY seq")]
    assert [bytes(row.line) for row in kept] == [line.partition(b"\t")[0] for line in sent]
    assert [hashlib.sha256(row.line).hexdigest() for row in kept] == [row.hash for row in kept]
    lines = [msgspec.json.decode(row.line) for row in kept]
    assert [line["prev"] for line in lines] == [START, *(row.hash for row in kept[:-1])]
    assert {line["schema"] for line in lines} == {before}
    assert (lines[0]["set"]["notes"], lines[2]["set"]["notes"]) == ("gate shut", "gate open")


def _say(tablet: Tablet, record: str, values: dict[str, Any]) -> None:
    """An edit by an app that knows more fields than this server."""
    tablet.open_form(record).save(values, checked=False)

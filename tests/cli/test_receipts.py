"""A receipt as it is typed: shown by whoever has the database, checked by whoever has the published key."""

from pathlib import Path

import pytest

from field.app import open_context
from field.cli.opening import settings_of
from field.clock import SystemClock
from field.store import districts
from field.store.office import Entry, write
from field.sync.report_receipts import grouped
from tests.cli.conftest import Type
from tests.helpers import KORANGI


@pytest.fixture
def report(field: Type, data: Path) -> str:
    """A report that has landed, in the database of `data`."""
    field("migrate")
    clock = SystemClock()
    context = open_context(settings_of(data), clock)
    establishment, visit, report = clock.uuid7(), clock.uuid7(), clock.uuid7()
    districts.save(context.store, [KORANGI])
    places = {"district": "korangi"}
    sets = {
        establishment: ("establishment", {"name": "Unit 1", "registration_no": "S-7", **places}),
        visit: ("visit", {"establishment": establishment, "status": "planned", **places}),
        report: ("report", {"visit": visit, "months_checked": ["2024-07"]}),
    }
    entries = [Entry(kind=kind, record=id, op="create", set=said) for id, (kind, said) in sets.items()]
    write(context.store, clock, context.office, entries)
    context.store.close()
    return report


def test_a_receipt_is_shown_and_checked_offline(field: Type, report: str, tmp_path: Path) -> None:
    code = tmp_path / "receipt.svg"
    shown = field("receipt", "show", report, "--qr", str(code), "--json", "-")
    assert shown.code == 0
    text = shown.json()["receipt"]
    assert "This receipt is genuine." in shown.err
    assert grouped(text)[0] in shown.err
    assert b"<svg" in code.read_bytes()
    pem = tmp_path / "server.pem"
    field("keys", "rotate")
    field("keys", "publish", "--to", str(pem))
    assert field("receipt", "verify", text, "--key", str(pem)).code == 0
    typed = " ".join(grouped(text)).lower().replace("o", "0")
    found = field("receipt", "verify", typed, "--key", str(pem))
    assert (found.code, f"Report {report}" in found.out) == (0, True)
    wrong = field("receipt", "verify", text[:-5] + "AAAAA", "--key", str(pem))
    assert (wrong.code, "does not hold" in wrong.out) == (1, True)
    assert field("receipt", "verify", "short", "--key", str(pem)).code == 1


def test_a_revoked_key_is_seen_in_the_published_list(field: Type, report: str, tmp_path: Path) -> None:
    text = field("receipt", "show", report, "--json", "-").json()["receipt"]
    (one,) = field("keys", "list", "--json", "-").json()
    field("keys", "revoke", one["id"], "--since", "2026-01-01")
    listed = tmp_path / "keys.json"
    field("keys", "publish", "--json", str(listed))
    found = field("receipt", "verify", text, "--key", str(listed), "--json", "-")
    assert (found.code, found.json()["fault"]) == (1, "key-revoked")
    assert "not valid" in field("receipt", "show", report).out
    nothing = tmp_path / "nothing"
    nothing.write_text("no key")
    assert field("receipt", "verify", text, "--key", str(nothing)).code == 2

"""Postings at the command line, by the logins that people know."""

from pathlib import Path

from field.cli.opening import settings_of
from field.store import districts
from field.store.engine import Store
from field.store.sealing import KEY_BYTES, Sealer
from tests.cli.conftest import Type
from tests.helpers import KORANGI, SUKKUR


def test_an_inspector_is_posted_transferred_and_ended_by_login(field: Type, data: Path) -> None:
    assert field("migrate").code == 0
    store = Store(settings_of(data).database_url, Sealer(bytes(KEY_BYTES), lambda size: bytes(size)))
    districts.save(store, [KORANGI, SUKKUR])
    store.close()
    assert field("user", "add", "inspector-3", "--posting", "inspector:korangi").code == 0
    posting = ("--posting", "inspector:korangi")
    told = field("scope", "preview", "--person", "inspector-3", "--ends", "inspector:korangi", "--json", "-")
    assert told.json() == {"tablets": [], "freed": []}
    moved = field("user", "transfer", "inspector-3", *posting, "--to", "sukkur", "--json", "-")
    assert [post["district"] for post in moved.json()["postings"]] == ["korangi", "sukkur"]
    assert "inspector in sukkur from now on" in moved.err
    (listed,) = field("user", "list", "--district", "sukkur", "--json", "-").json()
    assert listed["login"] == "inspector-3"
    assert field("user", "list", "--district", "korangi", "--json", "-").json() == []
    again = field("user", "end", "inspector-3", *posting)
    assert again.code == 1
    assert "not posted as inspector in korangi" in again.err
    assert field("user", "give", "inspector-3", *posting).code == 0
    drawn = field("user", "password", "inspector-3", "--json", "-").json()
    assert len(drawn["password"]) >= 12

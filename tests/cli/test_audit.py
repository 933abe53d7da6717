"""The trail as it is typed: who typed what stands in it, and `verify` tells with its exit code."""

import getpass
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Type


@pytest.fixture
def heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "heads"
    folder.mkdir()
    monkeypatch.setenv("FIELD_AUDIT_TARGET", str(folder))
    return folder


@pytest.mark.usefixtures("heads")
def test_what_is_typed_is_in_the_trail_with_the_systems_user(field: Type) -> None:
    field("migrate")
    field("user", "add", "office", "--posting", "administrator", "--name", "The Office Itself")
    assert field("audit", "seal").code == 0
    entries = field("audit", "list", "--json", "-").json()
    assert [entry["act"] for entry in entries][:1] == ["person-added"]
    assert entries[0]["by"] == f"field user add ({getpass.getuser()})"
    assert entries[-1]["act"] == "begun"
    assert "The Office" not in str(entries)
    person = entries[0]["about"][0]
    assert len(field("audit", "list", "--about", person, "--json", "-").json()) == 1
    assert field("audit", "list", "--act", "signed-in", "--json", "-").json() == []
    assert field("audit", "list", "--day", "yesterday").code == 1


@pytest.mark.usefixtures("heads")
def test_verify_ends_with_0_or_with_1_and_the_place_of_the_fault(field: Type, data: Path) -> None:
    field("migrate")
    field("user", "add", "office", "--posting", "administrator")
    field("audit", "seal")
    head = field("audit", "head", "--json", "-").json()["head"]
    run = field("audit", "verify", "--head", head)
    assert (run.code, "Nothing is wrong." in run.err + run.out) == (0, True)
    other = head.partition(".")[0] + "." + "0" * 64
    assert field("audit", "verify", "--head", other).code == 1
    assert field("audit", "verify", "--head", "nonsense").code == 2
    connection = sqlite3.connect(data / "field.db")
    connection.executescript("DROP TRIGGER audit_no_update; UPDATE audit SET line = x'7b7d' WHERE seq = 2;")
    connection.close()
    found = field("audit", "verify", "--json", "-")
    assert found.code == 1
    assert found.json()["faults"][0]["where"] == "entry 2"
    assert found.json()["sound"] is False

"""`field backup`, `field restore`, `field epoch`, as an operator types them."""

from pathlib import Path

import pytest

from field.store import backups
from tests.cli.conftest import Type

SQUARE = """{"type": "FeatureCollection", "features": [{"type": "Feature",
 "properties": {"id": "korangi", "name": "Korangi"},
 "geometry": {"type": "Polygon", "coordinates": [[[67, 24], [67.2, 24], [67.2, 24.2], [67, 24.2], [67, 24]]]}
 }]}"""


@pytest.fixture
def office(field: Type, data: Path, tmp_path: Path) -> Path:
    """A database with a district, and a folder for backups."""
    assert field("migrate").code == 0
    (tmp_path / "districts.geojson").write_text(SQUARE)
    assert field("import", "districts", "districts.geojson").code == 0
    assert field("user", "add", "inspector-1", "--posting", "inspector:korangi").code == 0
    return tmp_path / "backups"


def _latest(place: Path) -> Path:
    return backups.every(place)[-1]


def _logins(field: Type) -> list[str]:
    run = field("user", "add", "inspector-1", "--posting", "inspector:korangi")
    return ["inspector-1"] if run.code == 1 else []


def test_a_backup_is_whole_and_says_what_it_holds(field: Type, office: Path) -> None:
    run = field("backup", str(office), "--json", "-")
    assert run.code == 0
    told = run.json()
    assert isinstance(told, dict)
    assert told["faults"] == []
    folder = Path(told["folder"])
    manifest = backups.read(folder)
    assert manifest.counts["people"] == 1
    assert manifest.schema >= "0021"
    assert manifest.files["field.db"].bytes > 0
    assert not (folder / "secrets").exists()
    assert field("backup", "verify", str(folder)).code == 0


def test_a_byte_that_changed_is_found_and_nothing_is_restored_from_it(
    field: Type, office: Path, data: Path
) -> None:
    assert field("backup", str(office)).code == 0
    database = _latest(office) / "field.db"
    raw = bytearray(database.read_bytes())
    raw[len(raw) // 2] ^= 1
    database.write_bytes(raw)
    run = field("backup", "verify", str(_latest(office)))
    assert run.code == 1
    assert "field.db" in run.out
    before = (data / "field.db").read_bytes()
    assert field("restore", str(_latest(office)), "--overwrite").code == 1
    assert (data / "field.db").read_bytes() == before


def test_only_so_many_backups_are_kept(field: Type, office: Path) -> None:
    for _ in range(3):
        assert field("backup", str(office), "--keep", "2").code == 0
    assert len(backups.every(office)) == 2


def test_a_database_is_put_aside_only_when_that_is_said(field: Type, office: Path, data: Path) -> None:
    assert field("backup", str(office)).code == 0
    assert field("user", "add", "inspector-2", "--posting", "inspector:korangi").code == 0
    refused = field("restore", str(_latest(office)))
    assert refused.code == 1
    assert "--overwrite" in refused.err
    assert field("restore", str(_latest(office)), "--overwrite").code == 0
    assert list(data.glob("field.db.before-*"))
    # Who was employed after the backup is not there, and there was no journal to tell.
    assert field("user", "add", "inspector-2", "--posting", "inspector:korangi").code == 0


def test_the_journal_brings_back_who_was_employed_after_the_backup(
    field: Type, office: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FIELD_JOURNAL", str(tmp_path / "journal"))
    assert field("backup", str(office)).code == 0
    assert field("user", "add", "inspector-2", "--posting", "inspector:korangi").code == 0
    run = field("restore", str(_latest(office)), "--overwrite", "--json", "-")
    assert run.code == 0, run.err
    told = run.json()
    assert isinstance(told, dict)
    assert told["acts"] == 1
    again = field("user", "add", "inspector-2", "--posting", "inspector:korangi")
    assert again.code == 1
    assert "already" in again.err


def test_an_older_database_is_not_opened_beside_its_journal(
    field: Type, office: Path, data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FIELD_JOURNAL", str(tmp_path / "journal"))
    assert field("backup", str(office)).code == 0
    copy = (_latest(office) / "field.db").read_bytes()
    assert field("user", "add", "inspector-2", "--posting", "inspector:korangi").code == 0
    for path in data.glob("field.db*"):
        path.unlink()
    (data / "field.db").write_bytes(copy)
    run = field("user", "add", "inspector-3", "--posting", "inspector:korangi")
    assert run.code != 0
    assert "field epoch new" in run.err
    assert "Journal" in field("doctor").out
    assert field("epoch", "new", "--reason", "by-hand").code == 0
    assert field("user", "add", "inspector-3", "--posting", "inspector:korangi").code == 0
    assert field("user", "add", "inspector-2", "--posting", "inspector:korangi").code == 1
    assert field("epoch", "testimony", "--json", "-").json() == []


def test_without_the_right_keys_nothing_is_restored(field: Type, office: Path, data: Path) -> None:
    assert field("backup", str(office)).code == 0
    (data / "secrets" / "personal.key").write_bytes(b"x" * 32)
    run = field("restore", str(_latest(office)), "--overwrite")
    assert run.code == 3
    assert "personal.key" in run.err

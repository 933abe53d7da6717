"""Bringing in districts and registers, from files as offices have them."""

import json
from pathlib import Path

import pytest

from field.sim import demo_data
from tests.cli.conftest import Type

HEADING = "registration_no,name,lat,lon,district\n"


@pytest.fixture
def prepared(field: Type, tmp_path: Path) -> Type:
    """A migrated database with the made-up districts."""
    (tmp_path / "districts.geojson").write_bytes(demo_data.districts_geojson())
    assert field("migrate").code == 0
    assert field("import", "districts", "districts.geojson").code == 0
    return field


def test_importing_districts_again_changes_nothing(prepared: Type) -> None:
    again = prepared("import", "districts", "districts.geojson", "--json", "-")
    assert again.code == 0
    assert again.json() == {"districts": 30, "added": 0, "changed": 0, "unchanged": 30, "remarks": []}


def test_importing_a_register_again_changes_nothing(prepared: Type, tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_bytes(demo_data.establishments_csv(seed=1, count=40))
    first = prepared("import", "establishments", "register.csv", "--json", "-")
    assert first.code == 0
    counts = {"added": 40, "changed": 0, "unchanged": 0, "rejected": 0, "remarked": 0}
    assert first.json() == {**counts, "rejects": [], "remarks": []}
    again = prepared("import", "establishments", "register.csv", "--json", "again.json")
    assert json.loads((tmp_path / "again.json").read_text())["unchanged"] == 40
    assert "40 as before" in again.out


def test_bad_rows_are_told_and_the_good_ones_are_in(prepared: Type, tmp_path: Path) -> None:
    rows = HEADING + "1,Mill,,,Korangi\n2,=HYPERLINK(1),,,Atlantis\n3,Works,95,67,\n"
    (tmp_path / "register.csv").write_text(rows)
    done = prepared("import", "establishments", "register.csv", "--rejects", "rejects.csv")
    assert done.code == 1
    assert "1 new, 0 changed, 0 as before, 2 rejected" in done.out
    rejects = (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()
    assert rejects[0] == "line,column,value,reason"
    assert rejects[1].startswith("3,district,Atlantis,")
    assert rejects[2].startswith("4,lat,95,")


def test_a_cell_that_a_spreadsheet_would_carry_out_is_written_harmless(
    prepared: Type, tmp_path: Path
) -> None:
    (tmp_path / "register.csv").write_text(HEADING + '1,Mill,,,"=HYPERLINK(""x"")"\n2,Mill,-95,67,\n')
    prepared("import", "establishments", "register.csv", "--rejects", "rejects.csv")
    rejects = (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()
    assert "'=HYPERLINK" in rejects[1]
    assert rejects[2].startswith("3,lat,-95,")
    (tmp_path / "heading.csv").write_text(HEADING.strip() + ",=cmd()\n1,Mill,,,Korangi,x\n")
    prepared("import", "establishments", "heading.csv", "--rejects", "rejects.csv")
    assert (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()[1].startswith("1,'=cmd(),")


@pytest.mark.parametrize("what", ["districts", "establishments"])
def test_a_file_of_another_kind_is_refused_in_words(prepared: Type, tmp_path: Path, what: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(bytes(range(256)) * 10)
    refused = prepared("import", what, "photo.jpg")
    assert refused.code == 1
    assert refused.err.strip()
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("what", ["districts", "establishments"])
def test_a_file_that_is_not_there_is_told_in_words(prepared: Type, what: str) -> None:
    refused = prepared("import", what, "nowhere.csv")
    assert refused.code == 1
    assert "nowhere.csv cannot be read" in refused.err


def test_a_register_before_the_districts_is_refused(field: Type, tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(HEADING + "1,Mill,,,Korangi\n")
    field("migrate")
    refused = field("import", "establishments", "register.csv")
    assert refused.code == 1
    assert "no districts yet" in refused.err


def test_a_file_of_another_kind_is_told_before_the_districts_are_missed(field: Type, tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text("shoes,hats\n1,2\n")
    field("migrate")
    refused = field("import", "establishments", "register.csv")
    assert refused.code == 1
    assert "registration_no" in refused.err
    assert "no districts yet" in refused.err


def test_a_tablet_may_be_enrolled_and_revoked_at_the_office(prepared: Type) -> None:
    issued = prepared("device", "enrol", "--district", "korangi", "--json", "-")
    assert issued.code == 0
    code = issued.json()
    assert isinstance(code, dict)
    assert code["code"] in issued.err
    assert prepared("device", "enrol", "--district", "atlantis").code == 1
    assert prepared("device", "list", "--json", "-").json() == []
    added = prepared("user", "add", "somebody", "--posting", "inspector:korangi", "--until", "2026-12-31")
    assert added.code == 0
    assert "Is korangi meant?" in prepared("user", "add", "other", "--posting", "inspector:korang").err

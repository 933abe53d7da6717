"""The law as it is typed: listed, tried out, and put in force only when somebody accepts what changes."""

import json
from pathlib import Path

from tests.cli.conftest import Type


def rows(field: Type, *more: str) -> list[dict]:
    return field("statute", "list", "--json", "-", *more).json()


def raised(field: Type, tmp_path: Path) -> str:
    (row,) = [row for row in rows(field) if row["id"] == "minimum-wage-2024"]
    path = tmp_path / "new.json"
    path.write_text(json.dumps([{**row, "value": "38000"}]))
    return str(path)


def test_every_row_is_listed_with_its_basis_and_its_doubt(field: Type) -> None:
    field("migrate")
    shown = field("statute", "list", "--kind", "minimum_wage_rs_month").out
    assert "40000 Rs/month" in shown
    assert "unconfirmed" in shown
    assert "contribution" not in shown


def test_a_kind_that_is_none_is_said_and_not_answered_with_an_empty_table(field: Type) -> None:
    field("migrate")
    refused = field("statute", "list", "--kind", "contribution_rate")
    assert refused.code == 2
    assert "contribution_rate_percent" in refused.err


def test_trying_out_changes_nothing(field: Type, tmp_path: Path) -> None:
    field("migrate")
    before = rows(field)
    run = field("statute", "impact", raised(field, tmp_path), "--json", "-")
    assert (run.code, run.json()["assessments"], run.json()["accounts"]) == (0, [], [])
    assert "0 assessments would change" in run.err
    assert rows(field) == before


def test_a_row_in_force_has_a_reason_and_the_earlier_version_stays(field: Type, tmp_path: Path) -> None:
    field("migrate")
    path = raised(field, tmp_path)
    added = field("statute", "add", path, "--reason", "Gazette, page 12", "--yes")
    assert added.code == 0
    assert "1 of 1 rows are new" in added.out
    shown = field("statute", "list", "--history", "--kind", "minimum_wage_rs_month").out
    assert "minimum-wage-2024, version 1: 37000" in shown
    assert "minimum-wage-2024, version 2: 38000. Gazette, page 12" in shown


def test_without_a_yes_nothing_is_put_in_force(field: Type, tmp_path: Path, monkeypatch) -> None:
    field("migrate")
    before = rows(field)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    refused = field("statute", "add", raised(field, tmp_path), "--reason", "Gazette")
    assert (refused.code, rows(field)) == (1, before)


def test_a_file_that_cannot_be_used_is_told_by_row(field: Type, tmp_path: Path) -> None:
    field("migrate")
    (row,) = [row for row in rows(field) if row["id"] == "minimum-wage-2024"]
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps([{**row, "value": "about 38,000"}]))
    refused = field("statute", "impact", str(path))
    assert refused.code == 1
    assert "minimum-wage-2024: the value must be a number" in refused.err


def test_of_a_file_with_bad_rows_each_is_told_and_none_is_used(field: Type, tmp_path: Path) -> None:
    field("migrate")
    before = rows(field)
    (row,) = [row for row in before if row["id"] == "minimum-wage-2024"]
    good = {**row, "id": "later", "valid_from": "2027-07-01"}
    path = tmp_path / "wrong.json"
    path.write_text(
        json.dumps([good, {**row, "value": "۳۸۰۰۰"}, {**row, "id": "x", "valid_to": "2020-01-01"}])
    )
    refused = field("statute", "add", str(path), "--reason", "Gazette", "--yes")
    assert refused.code == 1
    assert "Write 38000." in refused.err
    assert "x: it ends before it begins: 2024-07-01 to 2020-01-01." in refused.err
    assert "no row of it was used" in refused.err
    assert rows(field) == before


def test_an_account_without_inspection_is_shown_before_a_row_is_accepted_and_who_did_is_kept(
    field: Type, tmp_path: Path
) -> None:
    """6 % of Rs 37,000 is Rs 2,220, of Rs 38,000 Rs 2,280; after 90 days half as much again."""
    field("migrate")
    (tmp_path / "units.csv").write_text("registration_no,name,district\n2024070001,Mill,karachi\n")
    (tmp_path / "c1.csv").write_text("reg no,month,name,cnic,days,wage\n2024070001,2024-07,A,,26,50000\n")
    square = [[[67, 24], [68, 24], [68, 25], [67, 25], [67, 24]]]
    shape = {"type": "Feature", "properties": {"id": "karachi", "name": "Karachi"}}
    shape["geometry"] = {"type": "Polygon", "coordinates": square}
    (tmp_path / "d.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    for what, file in (("districts", "d.geojson"), ("establishments", "units.csv"), ("schedules", "c1.csv")):
        assert field("import", what, str(tmp_path / file)).code == 0, what
    path = raised(field, tmp_path)
    tried = field("statute", "impact", path, "--json", "-")
    (book,) = tried.json()["accounts"]
    assert (book["old_rs"], book["new_rs"]) == ("2220.00", "2280.00")
    assert (book["old_open_rs"], book["new_open_rs"]) == ("3330.00", "3420.00")
    assert "account of Mill: Rs 2,220 -> Rs 2,280, owed Rs 3,330 -> Rs 3,420" in tried.err
    assert "1 account would change: Rs 2,220 -> Rs 2,280." in tried.err
    assert field("statute", "add", path, "--reason", "Gazette, page 12", "--yes").code == 0
    kept = field("statute", "list", "--history", "--kind", "minimum_wage_rs_month", "--json", "-").json()
    _, version = [each for each in kept if each["row"]["id"] == "minimum-wage-2024"]
    assert version["accepted_by"].startswith("field statute add")
    assert version["accepted"]["accounts_new_rs"] == "2280.00"

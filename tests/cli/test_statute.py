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

"""Judging everybody from the command line, and the rules by which that is done."""

import json
from pathlib import Path

import pytest

from field.sim import demo_data
from tests.cli.conftest import Type

C1 = "reg no,month,name,cnic,days,wages,contribution\n"
BANK = "reg no,date,amount,challan,month\n"
MONTHS = ("2025-03", "2025-04")


@pytest.fixture
def imported(field: Type, tmp_path: Path) -> Type:
    """Two mills that declare two months; one of them pays."""
    (tmp_path / "districts.geojson").write_bytes(demo_data.districts_geojson())
    (tmp_path / "register.csv").write_text(
        "registration_no,name,district\n2004070001,Mill,Korangi\n2004070002,Other Mill,Korangi\n"
    )
    lines = [f"200407000{unit},{month},Worker {unit},,26,37000,2220" for unit in (1, 2) for month in MONTHS]
    (tmp_path / "c1.csv").write_text(C1 + "\n".join(lines) + "\n")
    paid = [f"2004070002,{month[:-1]}{int(month[-1]) + 1}-10,2220,A,{month}" for month in MONTHS]
    late = "2004070002,2025-08-10,1,B,\n"
    (tmp_path / "bank.csv").write_text(BANK + "\n".join(paid) + "\n" + late)
    for command in (
        ("migrate",),
        ("import", "districts", "districts.geojson"),
        ("import", "establishments", "register.csv"),
        ("import", "schedules", "c1.csv"),
        ("import", "payments", "bank.csv"),
    ):
        assert field(*command).code == 0
    return field


@pytest.mark.parametrize("workers", ["1", "2"])
def test_everybody_is_judged_once_whatever_the_number_of_processes(imported: Type, workers: str) -> None:
    done = imported("flags", "evaluate", "--workers", workers, "--json", "-")
    assert done.code == 0
    told = done.json()
    assert isinstance(told, dict)
    summary = told["summary"]
    assert (summary["establishments"], summary["flagged"], summary["raised"]) == (2, 1, 1)
    assert summary["months"] == {
        month: {"establishments": 2, "workers": 2, "due_paisa": 444_000, "open_paisa": 222_000}
        for month in MONTHS
    }
    assert told["payments_until"] == "2025-08-10"
    assert "1 of 2 establishments are flagged. 1 flags raised, 0 changed, 0 lifted." in done.err
    again = imported("flags", "evaluate", "--workers", workers)
    assert "1 of 2 establishments are flagged. 0 flags raised, 0 changed, 0 lifted." in again.out


def test_a_rule_is_listed_switched_off_and_told_with_its_reason(imported: Type, tmp_path: Path) -> None:
    imported("flags", "evaluate", "--workers", "1")
    listed = imported("flags", "rules", "--json", "rules.json")
    assert "declared-not-paid: Declared and not paid (high, certain; section not read)" in listed.out
    assert "days_after_due 30 from 2004-07-01" in listed.out
    rules = json.loads((tmp_path / "rules.json").read_text())
    off = [{**each, "on": False} for each in rules if each["id"] == "declared-not-paid"]
    (tmp_path / "off.json").write_text(json.dumps(off))
    set_off = imported("flags", "set", "off.json", "--reason", "Circular 7")
    assert set_off.out == "1 of 1 rules and weights are new.\n"
    assert "0 of 1 rules" in imported("flags", "set", "off.json", "--reason", "Circular 7").out
    assert "1 lifted" in imported("flags", "evaluate", "--workers", "1").out
    history = imported("flags", "rules", "--history").out
    assert "declared-not-paid, version 2: Circular 7" in history


def test_rules_that_cannot_be_read_are_refused_with_what_is_wrong(imported: Type, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(
        json.dumps(
            [{"what": "weight", "id": "weight-certain", "sure": "certain", "percent": "180", "note": "x"}]
        )
    )
    done = imported("flags", "set", "bad.json", "--reason", "Circular 7")
    assert done.code == 1
    assert "a weight is a percentage from 0 to 100, not '180'" in done.err
    (tmp_path / "bad.json").write_text('[{"what": "rule", "idd": "x"}]')
    assert "cannot be read" in imported("flags", "set", "bad.json", "--reason", "Circular 7").err

"""`field import register`: a visit's register from the command line."""

import csv
from pathlib import Path

import pytest

from field.cli.opening import opened, settings_of
from field.store import office, registry
from field.store.office import Entry
from tests.cli.conftest import Type
from tests.recovery.workbooks import xlsx

SQUARE = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Korangi"}, '
    '"geometry": {"type": "Polygon", "coordinates": [[[67,24],[68,24],[68,25],[67,25],[67,24]]]}}]}'
)
REGISTER = "Month,Name,CNIC,Wages\n2025-03,Worker A,42101-1234567-1,37000\n"


@pytest.fixture
def report(field: Type, tmp_path: Path) -> str:
    """A report of a visit, in a database of its own."""
    (tmp_path / "korangi.geojson").write_text(SQUARE)
    (tmp_path / "units.csv").write_text("registration_no,name,district\n2004070001,Star Mills,Korangi\n")
    for command in (
        ("migrate",),
        ("import", "districts", "korangi.geojson"),
        ("import", "establishments", "units.csv"),
    ):
        assert field(*command).code == 0
    with opened(settings_of(None, None)) as context:
        with context.store.read() as tx:
            (unit,) = registry.establishments(tx, None)
        visit, report = context.clock.uuid7(), context.clock.uuid7()
        planned = {"establishment": unit.record, "district": "korangi", "inspector": None, "status": "done"}
        made = [
            Entry(kind="visit", record=visit, op="create", set=planned),
            Entry(
                kind="report", record=report, op="create", set={"visit": visit, "months_checked": ["2025-03"]}
            ),
        ]
        office.write(context.store, context.clock, context.office, made)
    return report


def test_a_register_is_brought_in_once_with_its_rejects_in_a_file(
    field: Type, report: str, tmp_path: Path
) -> None:
    (tmp_path / "wages.csv").write_text(REGISTER + "2025-13,Worker B,,20000\n")
    command = ("import", "register", "wages.csv", "--report", report)
    first = field(*command, "--rejects", "rejects.csv", "--json", "-")
    assert first.code == 1
    done = first.json()
    assert isinstance(done, dict)
    assert (done["added"], done["rejected"]) == (1, 1)
    rows = list(csv.reader((tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["line", "column", "value", "reason"]
    assert rows[1][:3] == ["3", "month", "2025-13"]
    again = field(*command)
    assert "0 lines new, 1 as before, 0 in the report already, 1 rejected" in again.out
    assert "Worker" not in first.out + first.err + again.out


def test_month_and_columns_may_be_named(field: Type, report: str, tmp_path: Path) -> None:
    (tmp_path / "wages.xlsx").write_bytes(xlsx([["Name", "Gross Pay"], ["Worker A", 37_000]]))
    command = ("import", "register", "wages.xlsx", "--report", report)
    assert "month is missing" in field(*command, "--column", "wage=Gross Pay").err
    assert field(*command, "--column", "wage=Gross Pay", "--month", "2025-03").code == 0
    assert "NAME=HEADING" in field(*command, "--column", "pay=Gross Pay").err


def test_a_wrong_report_or_file_is_told_in_words(field: Type, report: str, tmp_path: Path) -> None:
    (tmp_path / "wages.csv").write_text(REGISTER)
    assert "no such report" in field("import", "register", "wages.csv", "--report", "x").err
    refused = field("import", "register", "nowhere.csv", "--report", report)
    assert (refused.code, "nowhere.csv cannot be read" in refused.err) == (1, True)

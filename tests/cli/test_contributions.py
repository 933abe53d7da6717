"""Bringing in schedules and payments from the command line."""

import csv
from pathlib import Path

import pytest

from field.sim import demo_data
from tests.cli.conftest import Type
from tests.recovery.workbooks import xlsx

C1 = "reg no,month,name,cnic,days,wages,contribution\n"
GOOD = "2004070001,2025-03,Worker 1,42101-1234567-1,26,37000,2220\n"
BAD = "2004070001,2025-13,Worker 2,42101-1234567-1,26,37000,2220\n"
BANK = "reg no,date,amount,challan,month\n2004070001,2025-04-10,2220,A-1,2025-03\n"


@pytest.fixture
def prepared(field: Type, tmp_path: Path) -> Type:
    """A migrated database with the made-up districts and one establishment."""
    (tmp_path / "districts.geojson").write_bytes(demo_data.districts_geojson())
    (tmp_path / "register.csv").write_text("registration_no,name,district\n2004070001,Mill,Korangi\n")
    for command in (
        ("migrate",),
        ("import", "districts", "districts.geojson"),
        ("import", "establishments", "register.csv"),
    ):
        assert field(*command).code == 0
    return field


def test_schedules_and_payments_are_brought_in_and_once_only(prepared: Type, tmp_path: Path) -> None:
    (tmp_path / "march.csv").write_text(C1 + GOOD)
    (tmp_path / "bank.csv").write_text(BANK)
    first = prepared("import", "schedules", "march.csv", "--json", "-")
    assert first.code == 0
    done = first.json()
    assert isinstance(done, dict)
    assert (done["march.csv"]["added"], done["march.csv"]["rejected"]) == (1, 0)
    assert "march.csv: schedules, 1 new, 0 as before, 0 rejected." in first.err
    assert "0 new, 1 as before" in prepared("import", "schedules", "march.csv").out
    assert "bank.csv: payments, 1 new" in prepared("import", "payments", "bank.csv").out
    (tmp_path / "register-of-challans.csv").write_text(BANK + "\n")
    again = prepared("import", "payments", "register-of-challans.csv")
    assert again.code == 0
    assert "The same payment stands in bank.csv, line 2: counted once." in again.out
    assert "1 told before" in again.out
    assert "0 payments without a schedule" in prepared("payments", "unmatched").out


def test_bad_rows_are_in_the_rejects_file_with_the_name_of_theirs(prepared: Type, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(C1 + GOOD + BAD)
    (tmp_path / "b.csv").write_text(C1 + GOOD.replace("0001,", "0002,").replace("1234567-1", "123-1") * 2)
    (tmp_path / "c.csv").write_text("shoes,hats\n")
    (tmp_path / "d.csv").write_text(C1 + GOOD.replace("2004070001", "=cmd()") * 2)
    done = prepared("import", "schedules", "a.csv", "b.csv", "c.csv", "d.csv", "--rejects", "rejects.csv")
    assert done.code == 1
    assert "c.csv: The first line must name the columns, and registration_no is missing" in done.out
    text = (tmp_path / "rejects.csv").read_text("utf-8-sig")
    heading, *rows = csv.reader(text.splitlines())
    assert heading == ["file", "line", "column", "value", "reason"]
    assert [row[:4] for row in rows] == [
        ["a.csv", "3", "month", "2025-13"],
        ["b.csv", "2", "cnic", "42101-***-*"],
        ["b.csv", "3", "cnic", "42101-***-*"],
        ["d.csv", "2", "registration_no", "'=cmd()"],
    ]
    assert "2 lines have it" in rows[3][4]
    assert "Worker" not in done.out + text


def test_a_workbook_and_a_column_of_another_name_are_read(prepared: Type, tmp_path: Path) -> None:
    rows = [["reg no", "month", "Net pay", "cnic"], [2004070001, "2025-03", 37000, 4210112345671]]
    (tmp_path / "march.xlsx").write_bytes(xlsx(rows))
    assert "and wage is missing" in prepared("import", "schedules", "march.xlsx").out
    done = prepared("import", "schedules", "march.xlsx", "--column", "wage=Net pay")
    assert (done.code, "1 new" in done.out) == (0, True)
    wrong = prepared("import", "schedules", "march.xlsx", "--column", "wages=Net pay")
    assert wrong.code == 2
    assert "NAME is one of registration_no, month" in " ".join(wrong.err.split())


def test_payments_that_belong_to_nothing_are_listed(prepared: Type, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text(BANK)
    prepared("import", "payments", "bank.csv")
    listed = prepared("payments", "unmatched", "--json", "-")
    assert listed.code == 0
    found = listed.json()
    assert isinstance(found, list)
    assert (found[0]["payment"]["reference"], found[0]["months"]) == ("A-1", ["2025-03"])
    number, name = found[0]["registration_no"], found[0]["name"]
    assert f"  2025-04-10, {number}, {name}: Rs 2,220, challan A-1 (2025-03)" in listed.err
    assert "1 payment without a schedule" in listed.err


def test_no_text_of_a_file_commands_the_terminal(prepared: Type, tmp_path: Path) -> None:
    """A heading that renames the window and clears the screen was printed as it stood."""
    (tmp_path / "bank.csv").write_text("reg no\x1b]0;all is well\x07\x1b[2J,date\n1,2\n")
    refused = prepared("import", "payments", "bank.csv")
    assert refused.code == 1
    assert "It reads: reg no\ufffd]0;all is well" in refused.out
    assert "\x1b" not in refused.out + refused.err


@pytest.mark.parametrize("what", ["schedules", "payments"])
def test_a_file_that_is_not_there_is_told_in_words(prepared: Type, what: str) -> None:
    refused = prepared("import", what, "nowhere.csv")
    assert refused.code == 1
    assert "nowhere.csv cannot be read" in refused.err

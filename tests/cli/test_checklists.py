"""Checklists as they are typed: written out, changed by a clerk, and checked."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from field.inspections import checklists, workbook
from tests.cli.conftest import Type


@pytest.mark.parametrize("name", ["full.xlsx", "full.json"])
def test_a_shipped_checklist_goes_out_and_can_be_checked(field: Type, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    assert field("checklist", "export", "full-inspection", str(file)).code == 0
    run = field("checklist", "check", str(file))
    assert (run.code, run.err) == (0, "")
    assert "full-inspection@1 can be used: 74 questions, 24 findings. It is not confirmed." in run.out


def test_a_clerk_learns_every_fault_with_its_cell_and_the_command_fails(field: Type, tmp_path: Path) -> None:
    file = tmp_path / "full.xlsx"
    field("checklist", "export", "full-inspection@1", str(file))
    sheets = workbook.read_all(io.BytesIO(file.read_bytes()))
    heading = sheets["survey"][0]
    sheets["survey"][2][heading.index("label::Sindhi (sd)")] = ""
    sheets["survey"][3][heading.index("relevant")] = "${unit} = 'open'"
    with xlsxwriter.Workbook(file) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(line, column, cell)
    run = field("checklist", "check", str(file), "--json", "-")
    told = run.json()
    assert run.code == 1
    assert isinstance(told, dict)
    assert told["checklist"] is None
    assert told["faults"] == [
        "Sheet survey, row 3, column E (label::Sindhi (sd)): the Sindhi text is missing.",
        "Sheet survey, row 4, column J (relevant): unit is a group and has no answer.",
    ]
    assert all(each in run.err for each in told["faults"])


def test_faults_in_json_are_told_too(field: Type, tmp_path: Path) -> None:
    (full,) = checklists.shipped()
    file = tmp_path / "full.json"
    file.write_bytes(checklists.write(full).replace(b'"visit_scope"', b'"visit scope"'))
    run = field("checklist", "check", str(file))
    assert run.code == 1
    assert "question visit scope, name: a name is a letter" in run.out


def test_a_checklist_that_is_not_there_is_said_with_those_that_are(field: Type, tmp_path: Path) -> None:
    run = field("checklist", "export", "fire-safety", str(tmp_path / "x.xlsx"))
    assert run.code == 1
    assert "There is no checklist fire-safety. There are: full-inspection@1." in run.err
    assert not (tmp_path / "x.xlsx").exists()

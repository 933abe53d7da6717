"""Workbooks that would take more memory than there is are refused in words; the process outlives them."""

import io
import subprocess
import sys

import pytest

from field.inspections import sheet_reach, workbook
from field.problems import Problem
from tests.recovery.workbooks import packed, xlsx


def test_a_cell_forgotten_far_out_is_told_and_does_not_end_the_process():
    code = (
        "import io, sys\n"
        "from field.inspections import workbook\n"
        "from field.problems import Problem\n"
        "given = sys.stdin.buffer.read()\n"
        "for read in workbook.read, workbook.read_all:\n"
        "    try:\n"
        "        read(io.BytesIO(given))\n"
        "    except Problem as problem:\n"
        "        print(problem.code, problem.detail)\n"
    )
    sheet = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    done = subprocess.run([sys.executable, "-c", code], input=packed(sheet), capture_output=True, check=False)
    told = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert [line.split()[0] for line in told] == ["too-large", "too-large"]
    assert "row 1,048,576" in told[0]


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="50000"><c r="XFD50000"><v>1</v></c></row>',
        "<row r='1'><c s='1' r='A1'><v>1</v></c></row><row r='50000'><c  r='XFD50000'><v>1</v></c></row>",
        '<x:row r="2"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD50000"><x:v>1</x:v></x:c></x:row>',
        '<row r="1">' + "<c><v>1</v></c>" * 9_000 + '</row><row r="50000"><c><v>1</v></c></row>',
        '<row r="1"><c r="XFC1"/><c><v>1</v></c></row><row r="50000"><c><v>1</v></c></row>',
    ],
)
def test_however_a_sheet_spells_its_places_what_stands_far_out_is_seen(sheet):
    with pytest.raises(Problem, match=r"reaches down to row 50,000 .*Remove what stands far below"):
        workbook.read(io.BytesIO(packed(sheet)))


@pytest.mark.parametrize("block_bytes", [1 << 20, 7])
def test_what_only_looks_far_out_is_read(block_bytes, monkeypatch):
    monkeypatch.setattr(sheet_reach, "_BLOCK_BYTES", block_bytes)
    styled = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    tall = '<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="C90000"><v>1</v></c></row>'
    wide = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>'
    assert [len(list(workbook.read(io.BytesIO(packed(each))).rows)) for each in (styled, tall, wide)] == [
        1,
        90_000,
        2,
    ]
    assert len(list(workbook.read(io.BytesIO(xlsx([["A", 1], ["B", 2]]))).rows)) == 2

"""Schedules as employers and offices save them, and what becomes of each row."""

import contextlib
import io
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.recovery.schedule_file import ScheduleLine, read
from tests.recovery.workbooks import xlsx

TODAY = date(2026, 11, 22)
HEAD = "Reg. No.,Month,Name of Worker,CNIC,Days,Wages,Contribution\n"
GOOD = "2004070001,2026-03,Worker One,42101-1234567-1,26,37000,2220\n"


def rows(text, **chosen):
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(read(file, fingerprint(file).encoding, TODAY, chosen))


def the_line(text):
    (line,) = rows(text)
    assert isinstance(line, ScheduleLine), line
    return line


def the_reject(text):
    (reject,) = rows(text)
    assert isinstance(reject, Reject), reject
    return reject


def with_cell(place, cell):
    cells = GOOD.rstrip("\n").split(",")
    cells[place] = f'"{cell}"' if "," in cell else cell
    return HEAD + ",".join(cells) + "\n"


ONE = ScheduleLine(2, "2004070001", "2026-03", "Worker One", "4210112345671", 26, 3_700_000, 222_000)


@pytest.mark.parametrize(
    "file",
    [
        (HEAD + GOOD).encode(),
        b"\xef\xbb\xbf" + (HEAD + GOOD).encode().replace(b"\n", b"\r\n"),
        (HEAD + GOOD).replace(",", ";").encode(),
        (HEAD + GOOD).replace(",", "\t").encode("utf-16"),
        HEAD.encode()
        + b'"2004070001","2026-03","Worker\nOne","42101-1234567-1","26","37,000","Rs 2,220/-"\n',
        (
            "regn no,wages month,emp name,nic no,wd,salary,contri\n"
            "۲۰۰۴۰۷۰۰۰۱,مارچ ۲۰۲۶,Worker One,۴۲۱۰۱-۱۲۳۴۵۶۷-۱,۲۶,۳۷۰۰۰,۲۲۲۰\n"
        ),
        xlsx(
            [
                HEAD.strip().split(","),
                [2004070001, date(2026, 3, 1), "Worker One", 4210112345671, 26, 37000, 2220.0],
            ]
        ),
    ],
)
def test_every_spreadsheets_dialect_gives_the_same_line(file):
    assert the_line(file) == ONE


def test_a_heading_below_the_forms_title_is_found():
    title = "FORM C-1,,,,,,\nMonthly schedule of contributions,,,,,,\n\n"
    (line,) = rows(title + HEAD + GOOD)
    assert line.line == 5
    (line,) = rows(xlsx([["FORM C-1"], [], HEAD.strip().split(","), GOOD.strip().split(",")]))
    assert line.line == 4


def test_a_mapping_says_which_heading_is_meant():
    text = "Reg. No.,Month,Basic,Monthly wages\n1,2026-03,20000,37000\n"
    (remark, line) = rows(text, wage="Monthly wages")
    assert (remark.detail, line.wage_paisa) == ("Columns that are not known are left out: Basic.", 3_700_000)
    with pytest.raises(Problem, match="No column is called Gross, for wage"):
        rows(text, wage="Gross")


def test_old_windows_letters_are_read_and_a_damaged_line_of_utf_8_is_rejected():
    assert the_line((HEAD + GOOD).replace("One", "José").encode("cp1252")).worker_name == "Worker José"
    urdu = (HEAD + GOOD.replace("Worker One", "کارکن")).encode()
    broken = GOOD.encode().replace(b"One", b"Jos\xe9")
    line, reject = rows(urdu + broken)
    assert (line.worker_name, reject.line, reject.column, reject.value) == ("کارکن", 3, "worker_name", "")


@pytest.mark.parametrize(
    "cell", ["2026-03", "03/2026", "3-2026", "2026/3", "March 2026", "Mar-26", "mar 2026", "MAR.2026",
             "Mar'26", "2026-03-01", "۰۳/۲۰۲۶", "مارچ 2026", "2026 March"],
)  # fmt: skip
def test_a_month_is_read_in_every_shape_that_people_type(cell):
    assert the_line(with_cell(1, cell)).month == "2026-03"


@pytest.mark.parametrize(
    "cell", ["42101-1234567-1", "4210112345671", "42101 1234567 1", "'4210112345671", "۴۲۱۰۱-۱۲۳۴۵۶۷-۱",
             "٤٢١٠١١٢٣٤٥٦٧١", "42101–1234567–1", " 42101-1234567-1 ", "\u200e42101-1234567-1",
             "42101.1234567.1"],
)  # fmt: skip
def test_a_cnic_is_read_in_every_shape_that_people_type(cell):
    assert the_line(with_cell(3, cell)).cnic == "4210112345671"


@pytest.mark.parametrize(
    ("place", "cell", "column", "value", "words"),
    [
        (0, "", "registration_no", "", "missing"),
        (0, "2.00407E+09", "registration_no", "2.00407E+09", "as text"),
        (1, "", "month", "", "missing"),
        (1, "2026-13", "month", "2026-13", "no such month"),
        (1, "00/2026", "month", "00/2026", "no such month"),
        (1, "26-Mar", "month", "26-Mar", "cannot be read as a month"),
        (1, "2026-03-26", "month", "2026-03-26", "cannot be read as a month"),
        (1, "Mars 2026", "month", "Mars 2026", "no such month"),
        (1, "2026-12", "month", "2026-12", "not begun"),
        (1, "0206-03", "month", "0206-03", "before 1966"),
        (3, "4.21011E+12", "cnic", "4.2101*E+**", "shortened"),
        (3, "42101-123456-1", "cnic", "42101-******-*", "has 12 digits"),
        (3, "02101-1234567-1", "cnic", "02101-*******-*", "first digit"),
        (3, "applied for", "cnic", "*****e* ***", "other signs"),
        (4, "32", "days", "32", "0 to 31"),
        (4, "-1", "days", "-1", "0 to 31"),
        (4, "25.5", "days", "25.5", "0 to 31"),
        (5, "0", "wage", "0", "cannot be 0"),
        (5, "-37000", "wage", "-37000", "below 0"),
        (5, "37.000,00", "wage", "37.000,00", "no amount"),
        (5, "#REF!", "wage", "#REF!", "no amount"),
        (5, "", "wage", "", "missing"),
        (6, "-1", "contribution", "-1", "below 0"),
        (6, "2220,,9", "", "", "cells for 7 columns"),
    ],
)  # fmt: skip
def test_a_row_in_doubt_is_rejected_with_line_column_value_and_what_to_do(place, cell, column, value, words):
    text = with_cell(place, cell) if column else HEAD + GOOD.replace("2220", cell)
    reject = the_reject(text)
    assert (reject.line, reject.column, reject.value) == (2, column, value)
    assert words in reject.reason


def test_a_line_without_cnic_name_days_or_contribution_is_a_line():
    assert the_line("reg no,month,wage\n1,2026-03,37000.5\n") == ScheduleLine(
        2, "1", "2026-03", "", "", None, 3_700_050, None
    )


def test_a_formulas_noise_in_the_seventeenth_digit_is_no_wage():
    assert (
        the_line(xlsx([["reg no", "month", "wage"], ["1", "2026-03", 37000 * 1.1]])).wage_paisa == 4_070_000
    )


def test_totals_are_no_lines_and_one_that_does_not_add_up_is_told():
    two = GOOD + GOOD.replace("2004070001", "2004070002").replace("37000", "40000")
    found = rows(
        HEAD + two + ",,Total,,,77000,4440\n" + GOOD + "Total:,,,,,37000,2220\n,,Grand Total,,,114000,6660\n"
    )
    assert [type(row) for row in found] == [ScheduleLine] * 3
    *_, remark = rows(HEAD + two + "2004070001,2026-03,TOTAL,,,78000,4440\n")
    assert remark == Remark(
        4, "This total does not add up: wage Rs 78,000, and the lines above make Rs 77,000."
    )


def test_a_total_is_not_blamed_for_the_lines_that_were_rejected_above_it():
    """The form adds up; once its first line is mended and the file brought in anew, nothing is remarked."""
    bad, total = GOOD.replace("2026-03", "2026-13"), ",,Total,,,74000,4440\n"
    *_, remark = rows(HEAD + bad + GOOD + total)
    assert isinstance(remark, Remark)
    assert remark.detail == (
        "This total does not add up: wage Rs 74,000, and the lines above make Rs 37,000; contribution "
        "Rs 4,440, and the lines above make Rs 2,220; without 1 rejected line."
    )
    assert not [row for row in rows(HEAD + GOOD + GOOD + total) if isinstance(row, Remark)]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 and nothing more", "cannot be read"),
        (b"\xd0\xcf\x11\xe0 and nothing more", "cannot be read"),
        (b"name,wage\nA,1\n", "registration_no is missing"),
        (b"shoes,hats\n1,2\n", "registration_no is missing"),
        (b"reg no,month,wage,salary\n", "Two columns mean wage"),
        (bytes(range(256)) * 20, "missing|empty"),
    ],
)
def test_what_is_no_schedule_is_refused_at_once(file, words):
    with pytest.raises(Problem, match=words) as caught:
        read(io.BytesIO(file), fingerprint(io.BytesIO(file)).encoding, TODAY)
    assert caught.value.code == "unknown-format"


def test_another_sheet_is_told_and_left_out():
    remark, line = rows(xlsx([HEAD.strip().split(","), GOOD.strip().split(",")], sheets=3))
    assert "Only the first sheet, Sheet1, is read; 2 more" in remark.detail
    assert line == ONE


def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr("field.inspections.workbook.UNPACKED_BYTES_MAX", 1000)
    with pytest.raises(Problem, match="Save it as CSV"):
        rows(xlsx([HEAD.split(",")]))


class Endless(io.RawIOBase):
    """A file of many lines of which none is kept."""

    def __init__(self, count):
        self._lines, self._rest = (GOOD.replace("One", str(n)).encode() for n in range(count)), HEAD.encode()

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, *_):
        return 0

    def readinto(self, into):
        while len(self._rest) < len(into) and (line := next(self._lines, None)):
            self._rest += line
        size = min(len(into), len(self._rest))
        into[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def test_many_lines_stream_through_with_flat_memory():
    source = Endless(50_000)
    monkeyed = io.BufferedReader(source)
    monkeyed.peek(4)
    tracemalloc.start()
    found = read(monkeyed, "utf-8-sig", TODAY)
    assert sum(isinstance(line, ScheduleLine) for line in found) == 50_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


cells = st.text(max_size=14) | st.sampled_from(
    ["1", "2026-03", "37000", "Total", '"', ";", "۱۲", "42101-1234567-1"]
)


@given(st.lists(st.lists(cells, max_size=8), max_size=10), st.sampled_from([",", ";", "\t"]))
def test_whatever_stands_below_the_heading_every_answer_is_a_line_or_said_in_words(table, delimiter):
    body = "\n".join(delimiter.join(line) for line in table)
    found = rows((HEAD.replace(",", delimiter) + body).encode("utf-8", "surrogatepass"))
    assert all(isinstance(row, ScheduleLine | Reject | Remark) for row in found)
    for row in found:
        if isinstance(row, ScheduleLine):
            assert row.wage_paisa > 0
            assert row.cnic == "" or (len(row.cnic) == 13 and row.cnic.isdigit())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(file):
    with contextlib.suppress(Problem):
        rows(file)
    with contextlib.suppress(Problem):
        rows(HEAD.encode() + file)

"""Payments as banks and offices list them."""

import io
from datetime import date

import msgspec
import pytest

from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.recovery.payment_file import PaymentRow, read
from tests.recovery.workbooks import xlsx

TODAY = date(2026, 11, 22)
HEAD = "Reg No,Paid on,Amount,Challan No,For month,Dishonoured on\n"
GOOD = "2004070001,2026-03-31,2220,CH-77,2026-02,\n"


def rows(text):
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(read(file, fingerprint(file).encoding, TODAY))


def the_row(text):
    (row,) = rows(text)
    return row


def with_cell(place, cell):
    cells = GOOD.rstrip("\n").split(",")
    cells[place] = f'"{cell}"' if "," in cell else cell
    return HEAD + ",".join(cells) + "\n"


ONE = PaymentRow(2, "2004070001", date(2026, 3, 31), 222_000, "CH-77", ("2026-02",), None)


@pytest.mark.parametrize(
    "file",
    [
        HEAD + GOOD,
        HEAD.replace(",", ";") + "2004070001;31/03/2026;Rs 2,220.00;ch-77;Feb-26;\n",
        HEAD + "۲۰۰۴۰۷۰۰۰۱,۳۱-۰۳-۲۰۲۶,۲۲۲۰,ch - 77,فروری 2026,\n",
        xlsx([HEAD.strip().split(","), ["2004070001", date(2026, 3, 31), 2220, "CH-77", date(2026, 2, 1)]]),
    ],
)
def test_every_spreadsheets_dialect_gives_the_same_payment(file):
    assert the_row(file) == ONE


@pytest.mark.parametrize(
    "cell",
    ["2026-03-31", "31/03/2026", "31.3.2026", "31 3 2026", "31-Mar-2026", "31 March 2026", "31-Mar-26"],
)
def test_a_date_is_read_with_its_day_first(cell):
    assert the_row(with_cell(1, cell)).value_date == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        ("", ()),
        ("Dec-25 to Feb-26", ("2025-12", "2026-01", "2026-02")),
        ("2026-01, 2026-03", ("2026-01", "2026-03")),
        ("March 2026 & Jan 2026", ("2026-01", "2026-03")),
    ],
)
def test_the_months_that_a_payment_is_meant_for_are_read(cell, months):
    assert the_row(with_cell(4, cell)).months == months


def test_a_dishonoured_cheque_has_its_day():
    assert the_row(with_cell(5, "15/04/2026")).dishonoured_on == date(2026, 4, 15)


@pytest.mark.parametrize(
    ("place", "cell", "column", "words"),
    [
        (0, "", "registration_no", "missing"),
        (1, "", "date", "missing"),
        (1, "03/31/2026", "date", "no such day"),
        (1, "31/02/2026", "date", "no such day"),
        (1, "2026-12-01", "date", "in the future"),
        (1, "March", "date", "cannot be read"),
        (2, "", "amount", "missing"),
        (2, "0", "amount", "cannot be 0"),
        (2, "-2220", "amount", "below 0"),
        (3, "1.2E+11", "reference", "shortened"),
        (3, "x" * 101, "reference", "longer"),
        (4, "2026-03 to 2026-01", "months", "in order"),
        (4, "2026-13", "months", "no such month"),
        (5, "2026-03-30", "dishonoured_on", "before it was made"),
    ],
)
def test_a_payment_in_doubt_is_rejected(place, cell, column, words):
    reject = the_row(with_cell(place, cell))
    assert isinstance(reject, Reject)
    assert (reject.line, reject.column) == (2, column)
    assert words in reject.reason


def test_a_row_of_totals_is_no_payment():
    assert rows(HEAD + GOOD + ",Total,2220,,,\nGrand total,,2220,,,\n,,,,,\n") == [ONE]


@pytest.mark.parametrize("junk", [b"\xff", b"\x81"], ids=["damaged UTF-8", "no Windows letter"])
def test_damaged_bytes_in_a_heading_or_beyond_the_last_column_can_be_told(junk: bytes):
    """What is told goes into answers and files: a byte that is no letter is shown by a mark."""
    end = "علی".encode() if junk == b"\xff" else b"A"
    heading, good = HEAD.encode().rstrip(b"\n"), GOOD.encode().rstrip(b"\n")
    told = rows(heading + b",re" + junk + b"marks,x\n" + good + b"," + end + b",,b" + junk + b"\n")
    assert ["re\ufffdmarks" in each.detail for each in told if isinstance(each, Remark)] == [True]
    assert [each.value for each in told if isinstance(each, Reject)] == ["b\ufffd"]
    msgspec.json.encode([each for each in told if isinstance(each, Remark | Reject)])
    with pytest.raises(Problem) as lacking:
        rows(b"reg n" + junk + b"o,paid on\n" + end + b",1\n")
    assert "\ufffd" in lacking.value.detail

"""Reading a wage register's file: as employers have it, without guessing, no row lost silently."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.recovery import register_file
from field.recovery.register_file import RegisterRow, TotalRow, chosen_columns
from field.recovery.register_matching import Entered, HeldLine, match
from tests.recovery.workbooks import xlsx

TODAY = date(2026, 7, 10)
HEAD = "S.No,Month,Name,CNIC,Days,Wages,Card\n"


def read(content: str | bytes, month: str = "", **chosen: str):
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    found = list(register_file.read(file, fingerprint(file).encoding, TODAY, month, chosen))
    return {
        kind: [each for each in found if isinstance(each, kind)]
        for kind in (RegisterRow, TotalRow, Reject, Remark)
    }


def test_a_register_is_read_as_offices_write_it():
    text = (
        "Star Mills - wages\n\n" + HEAD + '1,Mar-26,Zainab Bibi,42101-1234567-1,26,"37,000",yes\n'
        "2,2026-03,عمران,۴۲۱۰۱۱۲۳۴۵۶۷۳,۲۶,۳۷۰۰۰,نہیں\n\n3,March 2026,A. Karim,,,Rs 20000/-,4521873\n"
    )
    rows = read(text)[RegisterRow]
    assert [(row.line, row.month, row.days, row.wage_rs, row.registered) for row in rows] == [
        (4, "2026-03", 26, 37_000, True),
        (5, "2026-03", 26, 37_000, False),
        (7, "2026-03", None, 20_000, True),
    ]
    assert rows[1].cnic == "۴۲۱۰۱۱۲۳۴۵۶۷۳"


def test_a_wrong_cnic_is_taken_as_it_stands_and_a_spoilt_one_is_not():
    found = read(HEAD + "1,2026-03,A,42101-123456-1,26,37000,\n2,2026-03,B,4.21E+12,26,37000,\n")
    assert [row.cnic for row in found[RegisterRow]] == ["42101-123456-1"]
    (reject,) = found[Reject]
    assert (reject.line, reject.column) == (3, "cnic")
    assert "shortened" in reject.reason


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("1,2026-13,A,,26,37000,", "month", "no such month"),
        ("1,2026-09,A,,26,37000,", "month", "not begun"),
        ("1,,A,,26,37000,", "month", "missing"),
        ("1,2026-03,A,,45,37000,", "days", "0 to 31"),
        ("1,2026-03,A,,26,,", "wage", "missing"),
        ("1,2026-03,A,,26,-5,", "wage", "below 0"),
        ("1,2026-03,A,,26,#REF!,", "wage", "an error"),
        ("1,2026-03,=B3,,26,500,", "worker_name", "formula"),
        ("1,2026-03,A,,26,37000,perhaps", "registered", "yes, no"),
        ("1,2026-03,A,,26,37000,yes,9", "", "8 cells for 7 columns"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_column_and_what_to_do(row, column, words):
    found = read(HEAD + "1,2026-03,Before,,26,37000,\n" + row + "\n3,2026-03,After,,26,37000,\n")
    (reject,) = found[Reject]
    assert (reject.line, reject.column) == (3, column)
    assert words in reject.reason
    assert [each.worker_name for each in found[RegisterRow]] == ["Before", "After"]


def test_a_wage_of_nothing_is_a_line():
    assert read(HEAD + "1,2026-03,A,,26,0,\n")[RegisterRow][0].wage_rs == 0


def test_paisa_are_rounded_and_told():
    found = read(HEAD + '1,2026-03,A,,26,"37,000.50",\n')
    assert (found[RegisterRow][0].wage_rs, found[RegisterRow][0].wage_paisa) == (37_001, 3_700_050)
    assert "Rs 37,000.50" in found[Remark][0].detail


def test_one_month_for_the_whole_file():
    assert read("name,wages\nA,500\n", month="Mar-26")[RegisterRow][0].month == "2026-03"
    with pytest.raises(Problem, match="month is missing"):
        read("name,wages\nA,500\n")
    with pytest.raises(Problem, match="month"):
        read("name,wages\nA,500\n", month="2026-13")


def test_a_file_that_names_no_workers_is_no_register():
    with pytest.raises(Problem, match="names the workers"):
        read("month,wages\n2026-03,500\n")


def test_headings_may_be_chosen():
    assert read("name,wages,Gross Pay\nA,1,500\n", "2026-03", wage="gross pay")[RegisterRow][0].wage_rs == 500
    assert chosen_columns(["wage=Gross Pay"]) == {"wage": "Gross Pay"}
    with pytest.raises(Problem, match="NAME=HEADING"):
        chosen_columns(["salary=Gross Pay"])


def totals(content: str | bytes, month: str = ""):
    return [
        (row.line, row.column, row.month, row.stated_paisa, row.found_paisa)
        for row in read(content, month)[TotalRow]
    ]


def test_totals_are_no_lines_and_are_compared_with_those_above():
    text = (
        HEAD
        + "1,2026-03,A,,26,100,\n2,2026-03,B,,26,200,\n,,Total,,,350,\n"
        + "3,2026-04,C,,26,50,\n,,Total,,,50,\n,,Grand Total,,,350,\n"
    )
    assert totals(text) == [
        (4, "wage", "2026-03", 35_000, 30_000),
        (6, "wage", "", 5_000, 5_000),
        (7, "wage", "", 35_000, 35_000),
    ]
    assert len(read(text)[RegisterRow]) == 3


def test_a_total_counts_the_wage_of_a_row_that_was_rejected_for_something_else():
    text = HEAD + "1,2026-03,A,,45,100,\n2,2026-03,B,,26,200,\nمیزان,,,,,300,\n"
    assert [each[3:] for each in totals(text)] == [(30_000, 30_000)]
    unread = HEAD + "1,2026-03,A,,26,1OO,\n2,2026-03,B,,26,200,\nTotal,,,,,300,\n"
    assert totals(unread) == []
    assert "cannot be compared" in read(unread)[Remark][-1].detail


def test_merged_cells_stand_for_all_their_lines_where_they_name_the_worker_or_the_month_and_nowhere_else():
    book = xlsx(
        [
            ["Month", "Name", "CNIC", "Days", "Wages"],
            ["2026-03", "A", "4210112345671", 26, 100],
            [None, None, None, 26, 200],
            [None, "C", "4210112345675", 26, 300],
            [None, "D", "4210112345677", 26, None],
        ],
        merged=["A2:A4", "B2:B3", "C2:C3", "E4:E5"],
    )
    found = read(book)
    assert [(row.month, row.worker_name, row.cnic, row.wage_rs) for row in found[RegisterRow]] == [
        ("2026-03", "A", "4210112345671", 100),
        ("2026-03", "A", "4210112345671", 200),
    ]
    assert [(each.line, each.column) for each in found[Reject]] == [(4, "wage"), (5, "wage")]
    assert "merged over lines 4 to 5" in found[Reject][0].reason


def test_merged_cells_are_found_below_titles_and_beside_an_empty_column():
    book = xlsx(
        [[], [], [None, "Month", "Name", "Wages"], [None, "2026-03", "A", 100], [None, None, "B", 200]],
        merged=["B4:B5"],
    )
    assert [(row.line, row.month) for row in read(book)[RegisterRow]] == [(4, "2026-03"), (5, "2026-03")]


def test_a_worker_over_many_months_and_a_thousand_merged_cells_are_read_line_by_line():
    lines = 12_000
    head = [["Name", "CNIC", "Month", "Wages"]]
    rows = [["A" if at % 12 == 0 else None, None, "2026-03", at + 1] for at in range(lines)]
    merged = [f"A{top}:A{top + 11}" for top in range(2, lines, 12)]
    # And a hostile one: each would be looked at for each line.
    merged += [f"D{2 * at}:D{2 * at + 1}" for at in range(lines, lines + 300_000)]
    found = read(xlsx(head + rows, merged=merged))
    assert [row.wage_rs for row in found[RegisterRow]] == list(range(1, lines + 1))
    assert {row.worker_name for row in found[RegisterRow]} == {"A"}


def test_a_formula_counts_by_the_value_that_it_was_saved_with():
    book = xlsx(
        [
            ["Name", "Wages"],
            ["A", 100],
            ["B", "=B2*2 -> 200"],
            ["C", "=B2*3"],
            ["Total", "=SUM(B2:B4) -> 600"],
        ]
    )
    found = read(book, "2026-03")
    assert [row.wage_rs for row in found[RegisterRow]] == [100, 200]
    assert [(each.line, each.column) for each in found[Reject]] == [(4, "wage")]


def test_a_heading_that_says_the_same_without_end_is_refused_in_words():
    with pytest.raises(Problem, match="Two columns mean wage"):
        read("Month,Name" + ",Wages" * 500_000 + "\n")


def test_a_register_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(register_file, "ROWS_MAX", 3)
    with pytest.raises(Problem, match="by month"):
        read(HEAD + "1,2026-03,A,,26,100,\n" * 4)


def entered(cnic: str = "", name: str = "", wage_rs: int = 1, **more) -> Entered:
    return Entered(month="2026-03", cnic=cnic, name=name, wage_rs=wage_rs, **more)


def test_a_row_goes_to_the_line_that_says_the_same_before_one_that_differs():
    held = [HeldLine("1", entered("a", wage_rs=5)), HeldLine("2", entered("a", wage_rs=7))]
    first, second, third = match(
        [entered("a", wage_rs=6), entered("a", wage_rs=5), entered("a", wage_rs=5)], held
    )
    assert (first.held, first.differs) == (held[1], ("wage_rs",))
    assert (second.held, second.differs) == (held[0], ())
    assert third.held is None


def test_names_tell_workers_apart_only_where_one_side_has_no_cnic():
    held = [HeldLine("1", entered("a", "ali"))]
    assert match([entered("", "ali")], held)[0].held == held[0]
    assert match([entered("b", "ali")], held)[0].held is None
    assert match([entered("", "")], [HeldLine("1", entered())])[0].held is None


def test_what_a_file_does_not_say_is_no_difference():
    held = [HeldLine("1", entered("a", days=26, registered=True))]
    assert match([entered("a")], held)[0].differs == ()
    assert match([entered("a", days=25)], held)[0].differs == ("days",)


_entered = st.builds(
    entered, st.sampled_from(["", "a", "b"]), st.sampled_from(["", "x", "y"]), st.integers(0, 2)
)


@given(st.lists(_entered, max_size=12), st.lists(_entered, max_size=6))
def test_what_was_brought_in_is_recognised_whole_when_it_comes_again(rows, typed):
    held = [HeldLine(f"typed {at}", each) for at, each in enumerate(typed)]
    first = match(rows, held)
    new = {
        each.key: HeldLine(each.key, row) for each, row in zip(first, rows, strict=True) if each.held is None
    }
    assert len(new) == sum(each.held is None for each in first), "no two new rows get one key"
    again = match(rows, [*held, *new.values()])
    assert all(each.held is not None or each.key in new for each in again)
    taken = [each.held.id for each in again if each.held is not None]
    assert len(taken) == len(set(taken))


def test_no_cnic_in_a_wrong_column_or_in_a_file_without_a_heading_is_told():
    other = "42101-7654321-3"
    text = (
        HEAD + f"1,2026-03,A,26,{other},37000,\n2,{other},A,,26,37000,\n3,2026-03,A,,26,{other},\n"
        "4,2026-03,A,,26,4210176543213,\n5,2026-03,A,,26,37000,no 42101 7654321 3\n"
    )
    found = read(text)
    assert [each.line for each in found[Reject]] == [2, 3, 4, 5]
    assert not any("7654321" in str(each) or "765432" in str(each) for each in found[Reject])
    with pytest.raises(Problem) as caught:
        read(f"1,2026-03,A,{other},26,37000\n")
    assert "42101-*******-*" in caught.value.detail
    assert "7654321" not in caught.value.detail


def test_a_worker_beside_whom_the_word_total_stands_is_neither_lost_nor_guessed():
    found = read(
        "Month,Name,Designation,Wages\n2026-03,Zainab,Total station operator,37000\n2026-03,B,,100\n"
        "Total,,,37100\n2026-03,C,,200\nGrand total,Total,,300\n"
    )
    assert [row.wage_rs for row in found[RegisterRow]] == [100, 200]
    (reject,) = found[Reject]
    assert (reject.line, reject.column, reject.value) == (2, "worker_name", "")
    assert "give the CNIC" in reject.reason
    assert found[TotalRow] == []
    assert [each.line for each in found[Remark] if "cannot be compared" in each.detail] == [6]


@pytest.mark.parametrize("cut", [1, 3, 9])
def test_a_file_in_utf16_that_was_cut_off_is_read_up_to_there(cut):
    text = HEAD + "1,2026-03,A,,26,37000,\n2,2026-03,B,,26,37000,yes\n"
    found = read(text.encode("utf-16")[:-cut])
    assert found[RegisterRow][0].worker_name == "A"
    assert len(found[RegisterRow]) + len(found[Reject]) == 2
    assert all("UTF-8" in each.reason or "middle" in each.reason for each in found[Reject])

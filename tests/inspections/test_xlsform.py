"""Checklists as XLSForm workbooks: read back as they were written, and every slip told by its cell."""

import io
from collections.abc import Callable, Mapping
from datetime import date

import msgspec
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from field.inspections import checklists, workbook, xlsform, xlsform_file
from field.inspections.checklists import Checklist, Choice, FindingRule, Question, Words
from field.inspections.xlsform_file import Reading
from field.problems import Problem
from tests.vectors.checklist_answers import SMALL

Grid = dict[str, list[list[str]]]
CHECKLIST = msgspec.convert(SMALL, Checklist)


def grid() -> Grid:
    """The small checklist's workbook, as its cells."""
    return workbook.read_all(io.BytesIO(xlsform.write(CHECKLIST)))


def book(sheets: Mapping[str, list[list[str]]]) -> bytes:
    kept = io.BytesIO()
    made = xlsxwriter.Workbook(kept, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, column, cell)
    made.close()
    return kept.getvalue()


def read(sheets: Mapping[str, list[list[str]]]) -> Reading:
    return xlsform_file.read(io.BytesIO(book(sheets)))


def cell(sheets: Grid, sheet: str, name: str, heading: str, value: str) -> None:
    """Write into the row of a name, in the column of a heading."""
    rows = sheets[sheet]
    at = rows[0].index("name") if "name" in rows[0] else 0
    (row,) = [each for each in rows[1:] if each[at] == name and not each[0].startswith("end ")] or rows[1:2]
    row[rows[0].index(heading)] = value


def added(sheets: Grid, sheet: str, heading: str, value: str = "") -> None:
    """A column at the right end, with a value in each row."""
    for line, row in enumerate(sheets[sheet]):
        row.append(heading if line == 0 else value)


@pytest.mark.parametrize("checklist", [CHECKLIST, *checklists.shipped()], ids=lambda each: each.name)
def test_what_was_written_is_read_back_the_same(checklist: Checklist) -> None:
    written = xlsform.write(checklist)
    found = xlsform_file.read(io.BytesIO(written))
    assert (found.checklist, found.faults, found.remarks) == (checklist, (), ())
    assert xlsform.write(checklist) == written, "the same bytes each time, so that copies can be compared"


def test_the_sheets_are_what_other_tools_expect() -> None:
    sheets = grid()
    assert list(sheets) == ["survey", "choices", "settings"]
    assert sheets["survey"][0][:5] == [
        "type",
        "name",
        "label::English (en)",
        "label::Urdu (ur)",
        "label::Sindhi (sd)",
    ]
    types = [row[0] for row in sheets["survey"][1:]]
    assert types[:3] == ["select_one yes_no", "begin group", "integer"]
    assert types[-3:] == ["text", "image", "image"]
    assert types.count("end group") == types.count("begin group") == 1
    assert types.count("end repeat") == types.count("begin repeat") == 1
    strange = {each for each in sheets["survey"][0] if not each.startswith("field_")}
    own = {"type", "name", "required", "relevant", "constraint", "appearance"}
    assert {each.partition("::")[0] for each in strange} - own == {"label", "hint", "constraint_message"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+5", "@a", "0042", "https://example.org/a", "TRUE", "{=1}", "_x0041_"]
)
def test_a_text_stays_text_whatever_a_spreadsheet_takes_it_for(text: str) -> None:
    checklist = msgspec.structs.replace(CHECKLIST, title=Words(text, text, text), legal_basis=text)
    assert xlsform_file.read(io.BytesIO(xlsform.write(checklist))).checklist == checklist


TEXT = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], include_characters="\n\u2066\u2069"),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(text.strip()))
WORDS = st.builds(Words, TEXT, TEXT, TEXT)


@given(title=WORDS, label=WORDS, hint=WORDS, choice=WORDS, sentence=WORDS, section=TEXT, note=TEXT)
@settings(max_examples=40, deadline=None)
def test_no_text_changes_on_the_way_through_a_workbook(
    title: Words, label: Words, hint: Words, choice: Words, sentence: Words, section: str, note: str
) -> None:
    rule = FindingRule(when="'=1+1' = .", code="a", sentence=sentence, section=section)
    checklist = Checklist(
        id="any",
        version=3,
        valid_from=date(2026, 2, 28),
        valid_to=date(2027, 1, 1),
        title=title,
        legal_basis="x",
        confirmed=False,
        note=note,
        choices={"list": (Choice(name="1", label=choice), Choice(name="0.5", label=choice))},
        questions=(
            Question(
                name="q",
                type="text",
                label=label,
                hint=hint,
                findings=(rule, msgspec.structs.replace(rule, code="b")),
            ),
            Question(name="one", type="select_one", choices="list", label=label, required="${q} != ''"),
        ),
    )
    found = xlsform_file.read(io.BytesIO(xlsform.write(checklist)))
    assert (found.faults, found.checklist) == ((), checklist)


@pytest.mark.parametrize(
    ("sheet", "name", "heading", "value", "fault"),
    [
        (
            "survey",
            "men",
            "type",
            "intger",
            "Sheet survey, row 4, column A (type): the type intger is not known here.",
        ),
        ("survey", "men", "type", "", "Sheet survey, row 4, column A (type): the type is missing."),
        (
            "survey",
            "men",
            "type",
            "calculate",
            "Sheet survey, row 4, column A (type): the type calculate is not",
        ),
        (
            "survey",
            "refused",
            "type",
            "select_one jes_no",
            "Sheet survey, row 2, column A (type): there is no list",
        ),
        (
            "survey",
            "refused",
            "type",
            "select_one",
            "Sheet survey, row 2, column A (type): its list of choices is not",
        ),
        (
            "survey",
            "men",
            "label::Sindhi (sd)",
            " ",
            "Sheet survey, row 4, column E (label::Sindhi (sd)): the Sindhi text is",
        ),
        (
            "survey",
            "men",
            "relevant",
            "${mne} > 1",
            "Sheet survey, row 4, column J (relevant): there is no question named mne.",
        ),
        (
            "survey",
            "men",
            "relevant",
            "${men} > 1",
            "Sheet survey, row 4, column J (relevant): whether it is asked depends",
        ),
        (
            "survey",
            "men",
            "constraint",
            "once(.)",
            "Sheet survey, row 4, column K (constraint): the function once() is",
        ),
        (
            "survey",
            "men",
            "appearance",
            "minimal",
            "Sheet survey, row 4, column O (appearance): the appearance minimal",
        ),
        (
            "survey",
            "men",
            "field_personal",
            "maybe",
            "Sheet survey, row 4, column P (field_personal): maybe is neither",
        ),
        (
            "survey",
            "men",
            "field_fills",
            "heads",
            "Sheet survey, row 4, column R (field_fills): heads is none of",
        ),
        (
            "survey",
            "men",
            "name",
            "women",
            "Sheet survey, row 5, column B (name): two questions have this name",
        ),
        ("survey", "men", "name", "", "Sheet survey, row 4, column B (name): a name is a letter"),
        (
            "survey",
            "covered",
            "field_finding1_when",
            "",
            "Sheet survey, row 6, column S (field_finding1_when): it does not say",
        ),
        (
            "survey",
            "covered",
            "field_finding1_sure",
            "quite",
            "Sheet survey, row 6, column Y (field_finding1_sure): quite is none",
        ),
        (
            "survey",
            "covered",
            "field_finding1_sentence_ur",
            "",
            "Sheet survey, row 6, column V (field_finding1_sentence_ur): the Urdu text is missing.",
        ),
        (
            "survey",
            "heads",
            "type",
            "text",
            "Sheet survey, row 8, column A (type): there is no begin group that this",
        ),
        (
            "survey",
            "heads",
            "type",
            "begin repeat",
            "Sheet survey, row 8, column A (type): there is no begin group that",
        ),
        (
            "choices",
            "no",
            "name",
            "n o",
            "Sheet choices, row 3, column B (name): the choice 'n o': a name is",
        ),
        (
            "choices",
            "no",
            "label::Urdu (ur)",
            "",
            "Sheet choices, row 3, column D (label::Urdu (ur)): no: the Urdu text",
        ),
        (
            "choices",
            "no",
            "list_name",
            "",
            "Sheet choices, row 3, column A (list_name): the list of this choice is not",
        ),
        (
            "settings",
            "",
            "version",
            "2.1",
            "Sheet settings, row 2, column C (version): the version is a number",
        ),
        (
            "settings",
            "",
            "form_id",
            "Small",
            "Sheet settings, row 2, column B (form_id): the id is small letters",
        ),
        (
            "settings",
            "",
            "field_valid_from",
            "1/2/26",
            "Sheet settings, row 2, column G (field_valid_from): 1/2/26 is no",
        ),
        (
            "settings",
            "",
            "field_legal_basis",
            "",
            "Sheet settings, row 2, column I (field_legal_basis): it needs a legal",
        ),
        (
            "settings",
            "",
            "field_title_sd",
            "",
            "Sheet settings, row 2, column F (field_title_sd): the Sindhi text is",
        ),
        (
            "settings",
            "",
            "field_confirmed",
            "no",
            "Sheet settings, row 2, column K (field_note): it is not confirmed",
        ),
    ],
    ids=str,
)
def test_a_slip_is_told_by_sheet_row_and_column(
    sheet: str, name: str, heading: str, value: str, fault: str
) -> None:
    sheets = grid()
    cell(sheets, sheet, name, heading, value)
    found = read(sheets)
    assert found.checklist is None
    assert any(str(each).startswith(fault) for each in found.faults), [str(each) for each in found.faults]


def test_a_column_that_nobody_knows_is_told_and_not_dropped() -> None:
    """A form of another author counts on its calculations; without them it would ask something else."""
    sheets = grid()
    added(sheets, "survey", "calculation", "${men} * 2")
    (fault,) = read(sheets).faults
    assert str(fault) == (
        "Sheet survey, row 1, column AA (calculation): this column is not known here, and what stands in it "
        "would be lost. Remove it."
    )


def test_an_empty_column_of_a_template_and_a_sheet_of_notes_are_left_aside_and_that_is_said() -> None:
    sheets = grid()
    added(sheets, "survey", "media::image")
    sheets["My notes"] = [["to do"]]
    found = read(sheets)
    assert found.checklist == CHECKLIST
    assert found.remarks == (
        "The sheet My notes is left aside.",
        "Sheet survey, column AA (media::image) is empty and left aside.",
    )


def test_a_form_in_one_language_is_told_once_what_is_missing() -> None:
    sheets: Grid = {
        "survey": [["type", "name", "label"], ["text", "a", "A"], ["text", "b", "B"]],
        "settings": [["form_title", "form_id"], ["A form", "a-form"]],
    }
    faults = [str(each) for each in read(sheets).faults]
    assert (
        "Sheet survey, row 1, column C (label): the language is missing. Write it as label::English (en)"
        in faults[0]
    )
    assert len([each for each in faults if "label::Urdu (ur)" in each]) == 1
    assert "Sheet settings, column version: this column is missing." in faults


def test_a_missing_column_of_hints_is_told_once_and_not_for_each_row() -> None:
    sheets = grid()
    for name in ("men", "women"):
        cell(sheets, "survey", name, "hint::English (en)", "type it")
    at = sheets["survey"][0].index("hint::Sindhi (sd)")
    for row in sheets["survey"]:
        del row[at]
    faults = [str(each) for each in read(sheets).faults]
    assert faults.count("Sheet survey, column hint::Sindhi (sd): this column is missing.") == 1
    assert not [each for each in faults if "row" in each and "Sindhi" in each]


@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [
        ("survey", "label::Urdu (ur)", "Label::urdu"),
        ("survey", "label::Urdu (ur)", "label::ur"),
        ("survey", "label::Urdu (ur)", "label::Urdu(ur)"),
        ("survey", "begin group", "begin_group"),
        ("survey", "end repeat", "End repeat"),
        ("survey", "select_one yes_no", "select one  yes_no"),
        ("survey", "integer", " Integer "),
        ("survey", "yes", "TRUE"),
        ("survey", "yes", "true()"),
        ("choices", "list_name", "list name"),
        ("settings", "form_id", "Form_ID"),
    ],
)
def test_what_other_authors_write_otherwise_is_read_alike(sheet: str, old: str, new: str) -> None:
    sheets = grid()
    for row in sheets[sheet]:
        row[:] = [new if each == old else each for each in row]
    assert [str(each) for each in read(sheets).faults] == []
    assert read(sheets).checklist == CHECKLIST


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda sheets: sheets.pop("survey"), "Sheet survey: this sheet is missing."),
        (lambda sheets: sheets.pop("settings"), "Sheet settings: this sheet is missing."),
        (lambda sheets: sheets["settings"].pop(), "Sheet settings, row 2: this sheet has no row of values."),
        (
            lambda sheets: sheets["settings"].append(["Other", "other", "2"]),
            "Sheet settings, row 3: only one row",
        ),
        (lambda sheets: sheets["survey"].insert(0, []), "Sheet survey: its first row holds no headings."),
        (
            lambda sheets: sheets["survey"].append(["end group"]),
            "Sheet survey, row 20, column A (type): there is no begin",
        ),
        (
            lambda sheets: sheets["survey"].append(["begin repeat", "more", "x", "x", "x"]),
            "Sheet survey, row 20, column A (type): this repeat has no end repeat.",
        ),
        (
            lambda sheets: sheets["survey"].insert(4, ["begin group", "inner", "x", "x", "x"]),
            "Sheet survey, row 5, column A (type): heads has not ended; a group or repeat cannot",
        ),
        (
            lambda sheets: added(sheets, "survey", "relevant", "1"),
            "Sheet survey, row 1, column AA (relevant): two columns",
        ),
        (
            lambda sheets: added(sheets, "choices", "", "x"),
            "Sheet choices, row 1, column F (without a heading): this",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_workbook_that_lacks_something_says_what(change: Callable[[Grid], object], fault: str) -> None:
    sheets = grid()
    change(sheets)
    found = read(sheets)
    assert found.checklist is None
    assert any(str(each).startswith(fault) for each in found.faults), [str(each) for each in found.faults]


def test_all_faults_of_a_workbook_are_told_at_once() -> None:
    sheets = grid()
    cell(sheets, "survey", "men", "relevant", "${mne} > 1")
    cell(sheets, "survey", "women", "type", "number")
    cell(sheets, "choices", "yes", "label::Sindhi (sd)", "")
    assert {each.row for each in read(sheets).faults} >= {2, 4, 5}


@pytest.mark.parametrize("content", [b"PK\x03\x04 torn", b"", b"\xd0\xcf\x11\xe0", b"type,name\n"])
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Problem, match=r"This workbook cannot be read\. Save it as an Excel workbook"):
        xlsform_file.read(io.BytesIO(content))


def test_a_cell_far_below_does_not_fill_the_memory() -> None:
    kept = io.BytesIO()
    made = xlsxwriter.Workbook(kept, {"in_memory": True})
    made.add_worksheet("survey").write_string(9_000, 99, "x")
    made.close()
    with pytest.raises(Problem, match="Remove what stands far below"):
        xlsform_file.read(io.BytesIO(kept.getvalue()))


def test_rows_of_a_workbook_are_counted_from_the_first_one_also_where_it_is_empty() -> None:
    """A list that began in row 3 was reported two rows too low, and the clerk mended the wrong one."""
    rows = workbook.read(io.BytesIO(book({"list": [[], [], ["heading"], ["value"]]}))).rows
    assert [(line, cells) for line, cells in rows if any(cells)] == [(3, ["heading"]), (4, ["value"])]

"""Reads an XLSForm workbook as a checklist; what cannot be read is told by sheet, row and column, and not
guessed.

Columns and types beyond the subset (docs/checklists.md) are faults, unless the whole column is empty: then it
is only remarked that it is left aside.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, get_args

import msgspec

from field.inspections import checklist_faults, workbook
from field.inspections.checklist_faults import UNNAMED, Fault
from field.inspections.checklists import Checklist, Choice, FindingRule, Question, QuestionType, Sure, Words
from field.inspections.conditions import as_date
from field.inspections.xlsform import (
    CHOICES,
    FINDING_PARTS,
    FINDINGS_MAX,
    LANGUAGE_COLUMNS,
    SETTINGS,
    SIGNATURE,
    SURVEY,
    finding_columns,
    in_languages,
)

_KNOWN: Mapping[str, tuple[str, ...]] = {
    "survey": (*SURVEY, *(name for at in range(FINDINGS_MAX) for name in finding_columns(at + 1))),
    "choices": CHOICES,
    "settings": SETTINGS,
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "survey": ("type", "name", *in_languages("label")),
    "choices": CHOICES,
    "settings": ("form_title", "form_id", "version", "field_valid_from"),
}
_LANGUAGES = {"english": "en", "urdu": "ur", "sindhi": "sd", "en": "en", "ur": "ur", "sd": "sd"}
_TRANSLATED = re.compile(r"(label|hint|constraint_message)::([a-z]+)(?: ?\(([a-z]+)\))?")
_PLAIN_TYPES = {"note", "text", "integer", "decimal", "date"}
_MARK = re.compile(r"(begin|end)[ _](group|repeat)")
_SELECT = re.compile(r"(select[_ ]one|select[_ ]multiple)(?: +(\S+))?")
_YES, _NO = {"yes", "true", "true()", "1"}, {"", "no", "false", "false()", "0"}


class SheetFault(msgspec.Struct, frozen=True):
    """A fault by its place in the workbook. `row` counts as a spreadsheet does; 0 where it is about no
    row."""

    sheet: str
    words: str
    row: int = 0
    column: str = ""
    heading: str = ""

    def __str__(self) -> str:
        """As a clerk finds it: "Sheet survey, row 7, column F (relevant): ..."."""
        place = [f"Sheet {self.sheet}"]
        place += [f"row {self.row}"] if self.row else []
        if self.heading and self.column:
            place.append(f"column {self.column} ({self.heading})")
        elif self.heading:
            place.append(f"column {self.heading}")
        return f"{', '.join(place)}: {self.words}"


class Reading(msgspec.Struct, frozen=True):
    """What a workbook holds: a checklist where it has no fault, and else all faults; and what was left
    aside."""

    checklist: Checklist | None
    faults: tuple[SheetFault, ...]
    remarks: tuple[str, ...] = ()


def read(file: IO[bytes]) -> Reading:
    """Read a workbook. Raises Problem("unknown-format") where it is none, and too-large."""
    return _Reader(workbook.read_all(file)).reading()


class _Row(msgspec.Struct, frozen=True):
    """A row with its number, and its cells by heading."""

    number: int
    cells: Mapping[str, str]

    def text(self, heading: str) -> str:
        """A cell as it stands; "" for one of blanks alone."""
        text = self.cells.get(heading, "")
        return text if text.strip() else ""

    def word(self, heading: str) -> str:
        """A cell without the blanks around it."""
        return self.text(heading).strip()


class _Reader:
    def __init__(self, sheets: Mapping[str, list[list[str]]]) -> None:
        self.faults: list[SheetFault] = []
        self.remarks: list[str] = []
        self.columns: dict[str, dict[str, int]] = {}
        named = {name.strip().casefold(): rows for name, rows in sheets.items()}
        for name in sheets:
            if name.strip().casefold() not in _KNOWN:
                self.remarks.append(f"The sheet {name} is left aside.")
        self.rows = {sheet: self._rows(sheet, named.get(sheet)) for sheet in _KNOWN}
        self.question_rows: dict[str, _Row] = {}
        self.finding_numbers: dict[str, list[int]] = {}
        self.choice_rows: dict[tuple[str, int], _Row] = {}

    def reading(self) -> Reading:
        choices = self._choices()
        questions = self._questions()
        settings = self.rows["settings"][0] if self.rows["settings"] else None
        if "settings" in self.columns and settings is None:
            self._fault(
                "settings", "this sheet has no row of values. Fill in the row below the heading.", row=2
            )
        checklist = None if settings is None else self._checklist(settings, choices, questions)
        if checklist is not None:
            for fault in checklist_faults.faults(checklist):
                if placed := self._placed(fault):
                    self.faults.append(placed)
        return Reading(None if self.faults else checklist, tuple(self.faults), tuple(self.remarks))

    def _fault(self, sheet: str, words: str, row: int = 0, heading: str = "") -> None:
        at = self.columns.get(sheet, {}).get(heading)
        fault = SheetFault(sheet, words, row, "" if at is None else _letters(at), heading)
        if fault not in self.faults:
            self.faults.append(fault)

    def _rows(self, sheet: str, rows: list[list[str]] | None) -> list[_Row]:
        if not rows or not any(cell.strip() for cell in rows[0]):
            # A form without choices has no such sheet.
            if sheet != "choices" or rows:
                said = "this sheet is missing." if not rows else "its first row holds no headings."
                self._fault(sheet, said)
            return []
        columns: dict[str, int] = {}
        self.columns[sheet] = columns
        for at, cell in enumerate(rows[0]):
            if cell.strip() or _filled(rows, at):
                self._column(sheet, rows, at, cell, columns)
        for heading in _NEEDED[sheet]:
            if heading not in columns:
                self._fault(sheet, "this column is missing.", heading=heading)
        return [
            _Row(number, {heading: row[at] for heading, at in columns.items() if at < len(row)})
            for number, row in enumerate(rows[1:], 2)
            if any(cell.strip() for cell in row)
        ]

    def _column(self, sheet: str, rows: list[list[str]], at: int, cell: str, columns: dict[str, int]) -> None:
        """Take a column by its heading, with a fault or remark where it is not one of ours."""
        heading = _heading(cell)
        if heading in _KNOWN[sheet] and heading not in columns:
            columns[heading] = at
            return
        shown = cell.strip() or "without a heading"
        if heading in columns:
            said = "two columns have this heading. Keep one."
        elif not _filled(rows, at):
            self.remarks.append(f"Sheet {sheet}, column {_letters(at)} ({shown}) is empty and left aside.")
            return
        elif heading in ("label", "hint", "constraint_message"):
            said = (
                f"the language is missing. Write it as {heading}::English (en), or Urdu (ur), or Sindhi (sd)."
            )
        else:
            said = "this column is not known here, and what stands in it would be lost. Remove it."
        self.faults.append(SheetFault(sheet, said, 1, _letters(at), shown))

    def _choices(self) -> dict[str, tuple[Choice, ...]]:
        lists: dict[str, list[Choice]] = {}
        for row in self.rows["choices"]:
            name = row.word("list_name")
            if not name:
                self._fault("choices", "the list of this choice is not named.", row.number, "list_name")
                continue
            found = lists.setdefault(name, [])
            self.choice_rows[name, len(found)] = row
            found.append(Choice(name=row.word("name"), label=self._words(row, "label") or Words()))
        return {name: tuple(found) for name, found in lists.items()}

    def _questions(self) -> list[Question]:
        found: list[Question] = []
        around: _Row | None = None
        kind = ""
        for row in self.rows["survey"]:
            written = row.word("type")
            mark = _MARK.fullmatch(written.casefold())
            if mark and mark[1] == "end":
                if around is None or kind != mark[2]:
                    self._fault(
                        "survey", f"there is no begin {mark[2]} that this would end.", row.number, "type"
                    )
                around = None
                continue
            if mark and around is not None:
                said = f"{around.word('name')} has not ended; a group or repeat cannot stand in another."
                self._fault("survey", said, row.number, "type")
            question = self._question(row, written, "" if mark or around is None else around.word("name"))
            if mark:
                around, kind = row, mark[2]
            found.append(question)
            self.question_rows[question.name or UNNAMED] = row
        if around is not None:
            self._fault("survey", f"this {kind} has no end {kind}.", around.number, "type")
        return found

    def _question(self, row: _Row, written: str, group: str) -> Question:
        type, choices = self._type(row, written)
        required = row.text("required")
        if required.strip().casefold() in _YES:
            required = "true"
        elif required.strip().casefold() in _NO:
            required = ""
        return Question(
            name=row.word("name"),
            type=type,
            label=self._words(row, "label") or Words(),
            hint=self._words(row, "hint"),
            group=group,
            choices=choices,
            required=required,
            relevant=row.text("relevant"),
            constraint=row.text("constraint"),
            constraint_message=self._words(row, "constraint_message"),
            personal=self._yes(row, "survey", "field_personal"),
            confidential=self._yes(row, "survey", "field_confidential"),
            fills=row.word("field_fills"),
            findings=tuple(self._findings(row)),
        )

    def _type(self, row: _Row, written: str) -> tuple[QuestionType, str]:
        """The type and list of choices. One that is not known is a fault, and read on as a text."""
        plain = written.casefold()
        appearance = row.word("appearance")
        if appearance and not (plain == "image" and appearance == SIGNATURE):
            said = f"the appearance {appearance} is not known here; an image may have {SIGNATURE}."
            self._fault("survey", said, row.number, "appearance")
        if mark := _MARK.fullmatch(plain):
            return _one_of(mark[2]), ""
        if plain == "image":
            return ("signature" if appearance == SIGNATURE else "photo"), ""
        if plain in _PLAIN_TYPES:
            return _one_of(plain), ""
        if select := _SELECT.fullmatch(written):
            return _one_of(select[1].replace(" ", "_")), select[2] or ""
        known = "text, integer, decimal, date, note, image, select_one LIST, select_multiple LIST"
        said = f"the type {written} is not known here. Known are {known}, begin and end group or repeat."
        self._fault("survey", said if written else "the type is missing.", row.number, "type")
        return "text", ""

    def _findings(self, row: _Row) -> Iterator[FindingRule]:
        numbers = self.finding_numbers.setdefault(row.word("name") or UNNAMED, [])
        for number in range(1, FINDINGS_MAX + 1):
            when, code, en, ur, sd, section, sure, _ = (row.text(each) for each in finding_columns(number))
            if not any(row.text(each) for each in finding_columns(number)):
                continue
            numbers.append(number)
            if sure.strip() not in ("", *get_args(Sure)):
                said = f"{sure} is none of {', '.join(get_args(Sure))}."
                self._fault("survey", said, row.number, f"field_finding{number}_sure")
                sure = ""
            yield FindingRule(
                when=when,
                code=code.strip(),
                sentence=Words(en, ur, sd),
                section=section,
                sure=msgspec.convert(sure.strip() or "likely", Sure),
                confirmed=self._yes(row, "survey", f"field_finding{number}_confirmed"),
            )

    def _yes(self, row: _Row, sheet: str, heading: str) -> bool:
        word = row.word(heading).casefold()
        if word not in _YES | _NO:
            self._fault(sheet, f"{row.word(heading)} is neither yes nor no.", row.number, heading)
        return word in _YES

    def _words(self, row: _Row, name: str) -> Words | None:
        texts = [row.text(heading) for heading in in_languages(name)]
        return Words(*texts) if any(texts) else None

    def _checklist(
        self, row: _Row, choices: dict[str, tuple[Choice, ...]], questions: list[Question]
    ) -> Checklist:
        if len(self.rows["settings"]) > 1:
            self._fault("settings", "only one row of values is read.", self.rows["settings"][1].number)
        valid_to = self._date(row, "field_valid_to") if row.word("field_valid_to") else None
        version = row.word("version")
        if not (version.isascii() and version.isdigit() and len(version) <= 6):
            self._fault("settings", "the version is a number from 1 on.", row.number, "version")
            version = "1"
        return Checklist(
            id=row.word("form_id"),
            version=int(version),
            valid_from=self._date(row, "field_valid_from"),
            valid_to=valid_to,
            title=Words(row.text("form_title"), row.text("field_title_ur"), row.text("field_title_sd")),
            legal_basis=row.text("field_legal_basis"),
            confirmed=self._yes(row, "settings", "field_confirmed"),
            note=row.text("field_note"),
            choices=choices,
            questions=tuple(questions),
        )

    def _date(self, row: _Row, heading: str) -> date:
        found = as_date(row.word(heading))
        if found is None:
            said = f"{row.word(heading) or 'nothing'} is no date. Write it as in 2026-01-31."
            self._fault("settings", said, row.number, heading)
        return found or date.min

    def _placed(self, fault: Fault) -> SheetFault | None:
        """A fault of the checklist in the workbook; None where the column is missing, which was told once."""
        if fault.question or fault.field == "questions":
            row = self.question_rows.get(fault.question)
            sheet, number, heading = "survey", row.number if row else 0, self._survey_heading(fault)
        elif fault.choices:
            held = self.choice_rows.get((fault.choices, fault.index or 0))
            sheet, number = "choices", held.number if held else 0
            heading = _translated(fault.field) if fault.index is not None else "list_name"
        else:
            row = self.rows["settings"][0]
            sheet, number, heading = "settings", row.number, _setting(fault.field)
        columns = self.columns.get(sheet, {})
        if heading not in columns and (heading in _NEEDED[sheet] or "::" in heading):
            # Told once, and not for each row.
            self._fault(sheet, "this column is missing.", heading=heading)
            return None
        at = columns.get(heading)
        placed = SheetFault(sheet, fault.words, number, "" if at is None else _letters(at), heading)
        return None if placed in self.faults else placed

    def _survey_heading(self, fault: Fault) -> str:
        if fault.field.startswith("findings"):
            part = fault.field.removeprefix("findings").removeprefix(".").replace(".", "_") or "when"
            number = self.finding_numbers[fault.question][fault.index or 0]
            return f"field_finding{number}_{part}" if part in FINDING_PARTS else ""
        own = {"choices": "type", "group": "type", "personal": "field_personal", "fills": "field_fills"}
        return own.get(fault.field) or ("" if fault.field == "questions" else _translated(fault.field))


def _heading(cell: str) -> str:
    """A heading as it is kept: small letters but for the languages, which may be written in several ways."""
    plain = re.sub(r"\s+", " ", cell.strip()).casefold()
    if plain == "list name":
        return "list_name"
    if match := _TRANSLATED.fullmatch(plain):
        language = _LANGUAGES.get(match[3] or match[2])
        return f"{match[1]}::{LANGUAGE_COLUMNS[language]}" if language else plain
    return plain


def _translated(field: str) -> str:
    name, _, language = field.partition(".")
    return f"{name}::{LANGUAGE_COLUMNS[language]}" if language else name


def _setting(field: str) -> str:
    named = {"id": "form_id", "title.en": "form_title", "version": "version"}
    return named.get(field) or f"field_{field.replace('.', '_')}"


def _filled(rows: list[list[str]], at: int) -> bool:
    return any(at < len(row) and row[at].strip() for row in rows[1:])


def _letters(at: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, left = divmod(at - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters


def _one_of(name: str) -> QuestionType:
    found: QuestionType = msgspec.convert(name, QuestionType)
    return found

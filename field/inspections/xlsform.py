"""A checklist as an XLSForm workbook: what the sheets and columns are called, and writing one.

The subset is told in docs/checklists.md. What XLSForm has no word for stands in columns whose names begin
with `field_`; other tools leave them aside. `field.inspections.xlsform_file` reads such a workbook back to
the same checklist.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

from field.inspections.checklists import Checklist, Choice, FindingRule, Question, Words

LANGUAGE_COLUMNS: Mapping[str, str] = {"en": "English (en)", "ur": "Urdu (ur)", "sd": "Sindhi (sd)"}
"""How a language is written behind the name of a column."""

FINDINGS_MAX = 9
"""Findings that one question may have in a workbook."""

FINDING_PARTS = (
    "when",
    "code",
    "sentence_en",
    "sentence_ur",
    "sentence_sd",
    "section",
    "sure",
    "confirmed",
)
SETTINGS = (
    "form_title",
    "form_id",
    "version",
    "default_language",
    "field_title_ur",
    "field_title_sd",
    "field_valid_from",
    "field_valid_to",
    "field_legal_basis",
    "field_confirmed",
    "field_note",
)
SIGNATURE = "signature"
"""XLSForm's signature is an image of this appearance."""

Row = Mapping[str, str]


def in_languages(name: str) -> tuple[str, ...]:
    """The columns of a text, one for each language: "label::English (en)" ..."""
    return tuple(f"{name}::{language}" for language in LANGUAGE_COLUMNS.values())


SURVEY: tuple[str, ...] = (
    "type",
    "name",
    *in_languages("label"),
    *in_languages("hint"),
    "required",
    "relevant",
    "constraint",
    *in_languages("constraint_message"),
    "appearance",
    "field_personal",
    "field_confidential",
    "field_fills",
)
CHOICES: tuple[str, ...] = ("list_name", "name", *in_languages("label"))


def finding_columns(number: int) -> tuple[str, ...]:
    """The columns of a question's finding, counted from 1."""
    return tuple(f"field_finding{number}_{part}" for part in FINDING_PARTS)


def write(checklist: Checklist) -> bytes:
    """The workbook of a checklist, the same bytes each time.

    Raises ValueError for a question with more than `FINDINGS_MAX` findings.
    """
    most = max((len(each.findings) for each in checklist.questions), default=0)
    if most > FINDINGS_MAX:
        raise ValueError(f"a question of a workbook has at most {FINDINGS_MAX} findings")
    survey = [*SURVEY, *(name for at in range(max(most, 1)) for name in finding_columns(at + 1))]
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    # Its own idea of when it was made would make every copy another file.
    book.set_properties(
        {"created": datetime.combine(checklist.valid_from, time()), "title": checklist.title.en}
    )
    _sheet(book, "survey", survey, _survey(checklist))
    _sheet(book, "choices", CHOICES, _choices(checklist.choices))
    _sheet(book, "settings", SETTINGS, [_settings(checklist)])
    book.close()
    return kept.getvalue()


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 2)
    for column, title in enumerate(columns):
        sheet.write_string(0, column, title, heading)
        sheet.set_column(column, column, 40 if "::" in title or "sentence" in title else 18, wrapped)
    for line, row in enumerate(rows, 1):
        for column, title in enumerate(columns):
            if row.get(title):
                # As text: what begins with = is no formula here.
                sheet.write_string(line, column, row[title])


def _survey(checklist: Checklist) -> Iterator[Row]:
    around = ""
    kinds = {each.name: each.type for each in checklist.questions}
    for each in checklist.questions:
        if around and each.group != around:
            yield {"type": f"end {kinds[around]}", "name": around}
            around = ""
        if each.type in ("group", "repeat"):
            around = each.name
        yield _question(each)
    if around:
        yield {"type": f"end {kinds[around]}", "name": around}


def _question(question: Question) -> Row:
    row = {
        "type": _type(question),
        "name": question.name,
        **_texts("label", question.label),
        **_texts("hint", question.hint),
        "required": "yes" if question.required == "true" else question.required,
        "relevant": question.relevant,
        "constraint": question.constraint,
        **_texts("constraint_message", question.constraint_message),
        "appearance": SIGNATURE if question.type == "signature" else "",
        "field_personal": "yes" if question.personal else "",
        "field_confidential": "yes" if question.confidential else "",
        "field_fills": question.fills,
    }
    for number, rule in enumerate(question.findings, 1):
        row |= dict(zip(finding_columns(number), _finding(rule), strict=True))
    return row


def _type(question: Question) -> str:
    if question.type in ("group", "repeat"):
        return f"begin {question.type}"
    if question.type in ("signature", "photo"):
        return "image"
    return f"{question.type} {question.choices}" if question.choices else question.type


def _finding(rule: FindingRule) -> tuple[str, ...]:
    sentence = (rule.sentence.en, rule.sentence.ur, rule.sentence.sd)
    return rule.when, rule.code, *sentence, rule.section, rule.sure, "yes" if rule.confirmed else "no"


def _texts(name: str, words: Words | None) -> Row:
    if words is None:
        return {}
    return dict(zip(in_languages(name), (words.en, words.ur, words.sd), strict=True))


def _choices(lists: Mapping[str, tuple[Choice, ...]]) -> Iterator[Row]:
    for name, choices in lists.items():
        for each in choices:
            yield {"list_name": name, "name": each.name, **_texts("label", each.label)}


def _settings(checklist: Checklist) -> Row:
    return {
        "form_title": checklist.title.en,
        "form_id": checklist.id,
        "version": str(checklist.version),
        "default_language": LANGUAGE_COLUMNS["en"],
        "field_title_ur": checklist.title.ur,
        "field_title_sd": checklist.title.sd,
        "field_valid_from": checklist.valid_from.isoformat(),
        "field_valid_to": checklist.valid_to.isoformat() if checklist.valid_to else "",
        "field_legal_basis": checklist.legal_basis,
        "field_confirmed": "yes" if checklist.confirmed else "no",
        "field_note": checklist.note,
    }

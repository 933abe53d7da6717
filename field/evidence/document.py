"""A report as its pages show it: texts in one language, in the order in which they stand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from field.evidence.editions import Cut
from field.evidence.facts import AnswerKept, PhotoKept, ReportKept, WageLineKept
from field.evidence.words import WORDS, DocumentWords, Language
from field.inspections.checklists import Words
from field.sync.kinds import WITHDRAWN

PAKISTAN = timezone(timedelta(hours=5))

_SELDOM = frozenset({"visit", "establishment", "district", "inspector", "due", WITHDRAWN})
"""Shown elsewhere on the page, or not at all: ids tell a reader nothing."""


class Placed(msgspec.Struct, frozen=True):
    """A photo with the name of its file in the bundle, None where there is none."""

    photo: PhotoKept
    file: str | None


def when(ms: int | None) -> str:
    """A moment on the clocks of Pakistan, to the second."""
    if ms is None:
        return ""
    moment = datetime.fromtimestamp(ms / 1000, UTC).astimezone(PAKISTAN)
    return f"{moment:%Y-%m-%d %H:%M:%S} +05:00"


def pages(
    report: ReportKept, cut: Cut, placed: list[Placed], counts: Mapping[str, int], language: Language
) -> dict[str, Any]:
    """What the template needs to draw a report's pages. `counts`: entries handed over by the file's name."""
    words, lines = WORDS[language], portions(report, cut)
    return {
        **_frame(report, cut, language),
        "head": _head(report, words),
        "found": _found(report, cut, words),
        "sections": [
            {"label": _in(section.label, language), "answers": answers}
            for section in report.sections
            if (
                answers := [_answer(each, cut, words, language) for each in filter(cut.open, section.answers)]
            )
        ],
        "lines": [_wage_line(each, cut, words) for each in lines[0]],
        "more": _more(lines, language, words),
        "photos": [_photo(each, cut, words) for each in placed],
        "court": cut.court,
        "findings": [[each.sentence, each.section] for each in report.findings] if cut.court else [],
        "remarks": list(report.remarks) if cut.court else [],
        "entries": [
            words.entries_told.format(device=device, count=counts[file], file=file)
            for device, file in _files(report, counts)
        ],
        "left_out": words.left_out.format(count=len(cut.left_out)) if cut.left_out else "",
    }


LINES_AT_ONCE = 500
"""Wage lines set in one document: setting 5,000 at once takes half a gigabyte of memory."""


def portions(report: ReportKept, cut: Cut) -> list[list[WageLineKept]]:
    """The wage lines that are handed over, a document's worth at a time; the first are the report's own."""
    every = [each for each in report.wage_lines if cut.court or not each.withdrawn]
    starts = range(0, max(len(every), 1), LINES_AT_ONCE)
    return [every[start : start + LINES_AT_ONCE] for start in starts]


def further(report: ReportKept, cut: Cut, number: int, language: Language) -> dict[str, Any]:
    """What the template needs to draw the wage lines of a further portion, counted from 1 as the first."""
    words = WORDS[language]
    lines = portions(report, cut)[number - 1]
    return {**_frame(report, cut, language), "lines": [_wage_line(each, cut, words) for each in lines]}


def lines_file(number: int, language: Language) -> str:
    """The name of the document with a further portion."""
    return f"wage-lines-{number}.{language}.pdf"


def _more(lines: list[list[WageLineKept]], language: Language, words: DocumentWords) -> str:
    if len(lines) == 1:
        return ""
    files = words.comma.join(lines_file(number, language) for number in range(2, len(lines) + 1))
    count = f"{sum(map(len, lines)):,}"
    return words.more_wage_lines.format(count=count, first=len(lines[0]), files=files)


def _frame(report: ReportKept, cut: Cut, language: Language) -> dict[str, Any]:
    words = WORDS[language]
    return {
        "language": language,
        "words": msgspec.to_builtins(words),
        "title": words.report,
        "edition": words.court if cut.court else words.employer,
        "id": report.id,
        "day": [int(part) for part in report.day.split("-")],
    }


def _head(report: ReportKept, words: DocumentWords) -> list[list[str]]:
    first = next((each for each in report.lines if each.record == report.id), None)
    devices = {each.id: each.name for each in report.devices}
    rows = [
        (words.establishment, report.establishment.get("name")),
        (words.registration, report.establishment.get("registration_no")),
        (words.address, report.establishment.get("address")),
        (words.fields["due"], report.visit.get("due")),
        (words.inspector, report.inspector),
        (words.captured, when(report.captured_ms)),
        (words.device, devices.get(first.device) if first else None),
        (words.received, when(first.received_ms) if first else None),
    ]
    return [[label, str(value)] for label, value in rows if value]


def _found(report: ReportKept, cut: Cut, words: DocumentWords) -> list[list[str]]:
    rows = []
    for kind, values in (("visit", report.visit), ("report", report.values)):
        for name, value in cut.fields(kind, values).items():
            if name in _SELDOM or value is None or name not in words.fields:
                continue
            said = report.masked.get(name, value) if kind == "report" and not cut.court else value
            text = shown(said, words, is_time=name.endswith("_ms"))
            rows.append([words.fields[name], words.statuses.get(text, text) if name == "status" else text])
    return rows


def _answer(answer: AnswerKept, cut: Cut, words: DocumentWords, language: Language) -> list[str]:
    value = answer.value if cut.court or answer.masked is None else answer.masked
    if value is None:
        said = words.not_answered if answer.missing else ""
    else:
        chosen = value if isinstance(value, list) else [value]
        labels = [_in(answer.choices[each], language) if each in answer.choices else each for each in chosen]
        said = words.comma.join(shown(each, words) for each in labels)
    return [_in(answer.label, language) or answer.question, said]


def _wage_line(line: WageLineKept, cut: Cut, words: DocumentWords) -> list[str]:
    values = cut.fields("wage_line", line.values)
    if not cut.court:
        values |= line.masked
    marks = [words.withdrawn] * line.withdrawn + [words.disputed] * line.disputed
    texts = [str(values["remarks"])] if values.get("remarks") else []
    columns = ("month", "worker_name", "cnic", "days", "wage_rs", "declared_wage_rs", "registered")
    return [*(shown(values.get(name), words) for name in columns), ", ".join([*marks, *texts])]


def _photo(placed: Placed, cut: Cut, words: DocumentWords) -> list[str]:
    values = cut.fields("photo", placed.photo.values)
    said = [str(values[name]) for name in ("purpose", "caption") if values.get(name)]
    return [
        placed.file or (words.erased if placed.photo.erased else words.awaited),
        ", ".join(said),
        when(values.get("taken_ms")),
        shown(values.get("place"), words),
        str(values.get("sha256", "")),
    ]


def _files(report: ReportKept, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    names = {f"lines-device-{each.id}.ndjson": each.name for each in report.devices}
    return [(names[file], file) for file in counts if file in names]


def _in(words: Words, language: Language) -> str:
    found: str = getattr(words, language)
    return found or words.en


def shown(value: Any, words: DocumentWords, *, is_time: bool = False) -> str:
    """A value as a reader takes it in."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, int):
        return when(value) if is_time else f"{value:,}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        # What reads from left to right is listed so, in whatever language.
        texts = [shown(each, words) for each in value]
        return (", " if all(map(str.isascii, texts)) else words.comma).join(texts) or words.nothing
    if isinstance(value, Mapping):
        if "lat" in value:
            return f"{value['lat']:.6f}, {value['lon']:.6f} (±{value['accuracy_m']:g} m)"
        names = {"men": words.men, "women": words.women, "total": words.total}
        return words.comma.join(
            f"{names.get(name, name)} {shown(each, words)}" for name, each in value.items()
        )
    return str(value)

"""A report's pages: all of its wage lines, in both languages, without taking ever more memory."""

from pathlib import Path

import pytest

from field.evidence import typesetting
from field.evidence.document import LINES_AT_ONCE, further, pages, portions
from field.evidence.editions import cut
from field.evidence.facts import ReportKept, WageLineKept
from field.evidence.words import LANGUAGES, WORDS
from tests import pdf_text
from tests.evidence.test_editions import report

MANY = 2 * LINES_AT_ONCE + 7


def crowded(number: int) -> ReportKept:
    lines = tuple(
        WageLineKept(f"line {n}", {"month": "2024-07", "wage_rs": 100_000 + n}, {}, n == 3, False)
        for n in range(number)
    )
    return report(wage_lines=lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wage_line_is_on_some_page(language) -> None:
    made = crowded(MANY)
    court = cut(made, "court")
    data = [pages(made, court, [], {}, language)]
    data += [further(made, court, number, language) for number in (2, 3)]
    drawn = "".join(
        pdf_text.text(typesetting.pdf(template, each))
        for template, each in zip(("report", "lines", "lines"), data, strict=True)
    )
    assert [n for n in range(MANY) if f"{100_000 + n:,}" not in drawn] == []
    assert "wage-lines-2" in data[0]["more"]
    assert "wage-lines-3" in data[0]["more"]


def test_the_employer_gets_no_withdrawn_line_and_the_court_sees_that_it_was() -> None:
    made = crowded(5)
    assert [each.id for each in portions(made, cut(made, "employer"))[0]] == [
        "line 0",
        "line 1",
        "line 2",
        "line 4",
    ]
    data = pages(made, cut(made, "court"), [], {}, "en")
    assert data["lines"][3][-1] == "withdrawn"


def test_a_bundle_of_many_large_documents_takes_no_more_memory_than_of_a_few() -> None:
    def resident_mb() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

    def make(number: int) -> None:
        made = crowded(LINES_AT_ONCE - number)
        typesetting.pdf("report", pages(made, cut(made, "court"), [], {}, "en"))

    for number in range(2):
        make(number)
    before = resident_mb()
    for number in range(2, 8):
        make(number)
    assert resident_mb() - before < 60  # it was 230, when typst remembered them all


def test_both_languages_name_the_same_fields() -> None:
    assert WORDS["en"].fields.keys() == WORDS["ur"].fields.keys()
    assert WORDS["en"].statuses.keys() == WORDS["ur"].statuses.keys()

"""Figures in plain words: every phrase in three languages, and every figure open down to its evidence."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.recovery import book, explain, figures, shares
from field.recovery.book import Doubt, Proof
from field.recovery.contribution import MonthLaw, law_of
from field.recovery.explain import Count, Figure, Months
from field.recovery.figures import Behind, PhotoKept
from field.recovery.law_kinds import KINDS
from field.recovery.ledger import late_law
from field.recovery.phrases import TABLES
from field.recovery.phrases.table import Phrases
from tests.recovery.books import day, received, schedule
from tests.recovery.test_assessment import LAW, line, report, reports
from tests.recovery.test_book import histories
from tests.recovery.test_worked_sheets import found

PHRASES = [name for name, kind in Phrases.__annotations__.items() if kind is str or kind == "str"]
ON = day("2024-12-20")
_URDU = set("آابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئؤۂأ")
_SINDHI_ALONE = set("ڪڄڃڀٿٺڦڻڳڱڏڌڙ۾۽ٻٽھ")


def told(facts, language="en", declared=(), money=(), on=ON, photos=()):
    from field.recovery.assessment import assess

    survey = shares.survey(facts, LAW)
    held = book.settle(found(assess(facts, LAW)), declared, money, LAW, on)
    return explain.explain(figures.of_book(held, {"report": Behind(survey, photos)}), language)


def places(phrase: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", phrase))


@pytest.mark.parametrize("language", [language for language in TABLES if language != "en"])
@pytest.mark.parametrize("name", PHRASES)
def test_every_phrase_has_the_same_places_for_values_in_every_language(language, name):
    """A sentence without the day or the sum would be true in one language and empty in another."""
    theirs, english = getattr(TABLES[language], name), getattr(TABLES["en"], name)
    assert places(theirs) == places(english)
    assert theirs.strip()
    assert theirs != english or name == "comma"


@pytest.mark.parametrize("language", TABLES)
def test_every_row_that_a_figure_can_rest_on_has_words_in_every_language(language):
    """The rows of a month's law, of delay, of the due day, of the order of payments and of best judgement."""
    law = law_of(LAW, "2024-08")
    assert isinstance(law, MonthLaw)
    rows = [getattr(law, name) for name in law.__struct_fields__ if name != "month"]
    rows += late_law(LAW, "2024-08").rows
    asked = {row.kind for row in rows if row is not None}
    asked |= {"upper_limit_rs_month", "contribution_base_limit_rs_month", "contribution_base_limit_rs_day"}
    asked |= {"due_day_of_following_month", "payment_order_rule"}
    asked |= {"judgement_workers_rule", "judgement_wage_rule"}
    table = TABLES[language]
    assert asked <= table.kinds.keys()
    choices = {choice for kind in asked for choice in KINDS[kind].choices}
    assert choices <= table.choices.keys()
    assert table.kinds.keys() == TABLES["en"].kinds.keys()
    assert table.choices.keys() == TABLES["en"].choices.keys()


def test_each_table_is_written_in_its_own_letters():
    """Sindhi copied from Urdu, or the other way round, was how two languages came to be one."""
    texts = {language: "".join(getattr(TABLES[language], name) for name in PHRASES) for language in TABLES}
    assert not set(texts["en"]) & _URDU
    assert not set(texts["ur"]) & (_SINDHI_ALONE - _URDU)
    assert len(set(texts["sd"]) & _SINDHI_ALONE) >= 8
    for text in texts.values():
        assert not set(text) & set("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")


def test_every_phrase_that_the_code_names_is_there_and_every_phrase_is_named():
    """Some are named piece by piece, by the proof of a month or by what is in doubt about it."""
    from typing import get_args

    folder = Path(figures.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    named = set(re.findall(r"\"([a-z]+(?:_[a-z]+)*)\"", code))
    named |= {f"proof_{proof.replace('-', '_')}" for proof in get_args(Proof)}
    named |= {f"doubt_{doubt.replace('-', '_')}" for doubt in get_args(Doubt)}
    named |= {"settles_principal", "settles_increase", "judged_refused", "judged_missing"}
    counted = {name for name in PHRASES if re.fullmatch(r"(worker|day|line|photo|row)_(one|many)", name)}
    assert set(PHRASES) - counted - {"comma", "months_run"} <= named


@given(reports(), histories(), st.dates(date(2024, 7, 1), date(2026, 1, 1)), st.sampled_from(sorted(TABLES)))
def test_whatever_is_owed_can_be_told_and_its_parts_add_up(facts, history, on, language):
    said = told(facts, language, history[1], history[2], on)
    by_number = {step.number: step for step in said}
    assert len(by_number) == len(said)
    assert not any("{" in step.sentence for step in said)
    for step in said:
        parts = [each for number, each in by_number.items() if number.rpartition(".")[0] == step.number]
        amounts = [each.amount_rs for each in parts if each.amount_rs is not None]
        if step.phrase in ("principal", "increase", "month_increase"):
            assert sum(amounts, Decimal(0)) == step.amount_rs
        if step.phrase.startswith("proof_found"):
            assert sum(amounts, Decimal(0)) == step.amount_rs


def test_a_figure_opens_down_to_its_lines_rows_and_photos():
    """Two workers at 37,000 unpaid in August 2024, one of 41,000 of which 37,000 counts: 3 x 2,220 = 6,660.

    On 20 December it is 96 days late: flat 50 % = 3,330.
    """
    lines = [
        line("a", "2024-08", 37_000, worker_key="a"),
        line("b", "2024-08", 37_000, worker_key="b"),
        line("c", "2024-08", 41_000, worker_key="c"),
    ]
    said = told(
        report(*lines, checked=("2024-08",), paid=()),
        photos=(PhotoKept("photo-1", "wage register, page 3"),),
    )
    sentences = [step.sentence for step in said]
    assert sentences[:8] == [
        (
            "On 2024-12-20 Rs 9,990 is owed: contribution Rs 6,660 and increase for delay Rs 3,330, of which "
            "Rs 0 was received."
        ),
        "Contribution of 2024-08: Rs 6,660.",
        "2024-08: contribution Rs 6,660, to be paid by 2024-09-15. Still open with its increase: Rs 9,990.",
        "The report found the month unpaid: by its wage lines Rs 6,660 is due.",
        "2 workers with a wage of Rs 37,000: 6 % of it is Rs 2,220 for each, together Rs 4,440.",
        (
            "1 worker with a wage of Rs 41,000, of which Rs 37,000 counts: 6 % of that is Rs 2,220 for each, "
            "together Rs 2,220."
        ),
        "The report behind it has 3 wage lines for these months and 1 photo.",
        "Photo: wage register, page 3.",
    ]
    assert "96 days late on 2024-12-20: after 90 days it is a flat 50 % of Rs 6,660: Rs 3,330." in sentences
    assert said[4].evidence.line_ids == ("a", "b")
    assert "minimum-wage-2024" in said[4].evidence.row_ids
    assert said[7].evidence.photo_ids == ("photo-1",)
    rows = [step for step in said if step.phrase in ("row", "row_unconfirmed")]
    named = {id for step in said for id in step.evidence.row_ids}
    assert named == {id for step in rows for id in step.evidence.row_ids}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ur", "\u20662024-08\u2069: اضافہ \u2066Rs 1,110\u2069۔"),
        ("sd", "\u20662024-08\u2069: واڌارو \u2066Rs 1,110\u2069."),
    ],
)
def test_months_and_rupees_keep_their_direction_and_their_western_digits(language, sentence):
    """Without the marks "2024-07" is read from the right, as the 7th month of nothing."""
    said = told(report(line("a", "2024-08", 37_000), checked=("2024-08",), paid=()), language)
    assert sentence in [step.sentence for step in said]


def test_what_was_paid_in_parts_is_told_portion_by_portion():
    """Rs 10,000 of 22,200 came on 25 September, ten days late: 5 % = 500. The rest, 96 days late: 50 % of
    12,200 = 6,100. Together 6,600.
    """
    money = [received("p", "2024-09-25", 10_000)]
    said = told(report(), declared=[schedule("2024-08", 10)], money=money)
    late = [(step.sentence, step.amount_rs) for step in said if step.phrase.startswith("late")]
    assert late == [
        ("Rs 10,000 of the contribution came on 2024-09-25, 10 days late: 5 % of that is Rs 500.", 500),
        ("96 days late on 2024-12-20: after 90 days it is a flat 50 % of Rs 12,200: Rs 6,100.", 6_100),
    ]
    assert "On 2024-09-25 Rs 10,000 of it settled contribution of 2024-08." in [
        step.sentence for step in said
    ]


def test_a_dishonoured_cheque_and_every_doubt_are_told():
    money = [received("p", "2024-09-10", 22_200, dishonoured="2024-09-20")]
    facts = report(line("a", "2024-08", 37_000, disputed=True), checked=("2024-08",), paid=())
    sentences = " ".join(step.sentence for step in told(facts, money=money))
    assert "Rs 22,200 of 2024-09-10 was dishonoured on 2024-09-20: it has settled nothing" in sentences
    assert "In 1 wage line of these a value is in dispute: the figure is provisional." in sentences
    assert "2024-08: a value of the report is in dispute" in sentences
    assert "are not confirmed. They are marked below." in sentences
    assert "NOT CONFIRMED: Another institution gives the end of the following month" in sentences


def test_values_of_different_kinds_are_never_taken_for_each_other():
    """Rs 2, two workers and the number 2 are equal for Python, and not for a court."""
    two = Figure(
        phrase="proof_schedule", values={"version": 2, "workers": Count(2, "worker"), "amount": Decimal(2)}
    )
    words = explain.sentence(two)
    assert words == "The employer's own schedule (version 2) names 2 workers: by the law Rs 2 is due."


def test_runs_of_months_are_said_as_runs():
    figure = Figure(phrase="judged_months", values={"months": Months(("2024-08", "2024-07", "2024-11"))})
    assert "2024-07 to 2024-08, 2024-11," in explain.sentence(figure)


def test_portions_of_an_increase_add_up_although_it_is_rounded_once():
    """Rs 1.51: 1.01 comes a day late, 0.5 % = 0.00505; 0.50 two days late, 1 % = 0.005. Together 0.01005,
    which is Rs 0.01; each rounded by itself would make Rs 0.02.
    """
    money = [received("a", "2024-09-16", "1.01"), received("b", "2024-09-17", "0.50")]
    said = told(report(), declared=[schedule("2024-08", 1, wage="25.17")], money=money)
    assert [step.amount_rs for step in said if step.phrase == "late_paid"] == [
        Decimal("0.01"),
        Decimal("0.00"),
    ]
    assert [step.amount_rs for step in said if step.phrase == "month_increase"] == [Decimal("0.01")]

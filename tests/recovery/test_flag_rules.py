"""The rules by themselves: no rupee twice, nothing that a day alone changes, and thresholds that count."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.problems import Problem
from field.recovery import account, exposure, flagging, rulebook, rules, statute
from field.recovery.account import Declared, MonthDeclared
from field.recovery.charging import Charger
from field.recovery.exposure import Facts
from field.recovery.flagging import Cause, Held
from field.recovery.ledger import Payment
from field.recovery.rulebook import Rulebook

BOOK = rulebook.shipped()
LAW = statute.shipped()
DAY = date(2026, 7, 10)
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")

wages = st.integers(1_000_00, 90_000_00)
lines = st.lists(
    st.tuples(
        wages, st.none() | st.integers(1, 31), st.none() | st.just(True), st.integers(1, 5), st.booleans()
    ),
    min_size=1,
    max_size=6,
)
schedules = st.dictionaries(st.sampled_from(MONTHS), lines, max_size=4)
payments = st.lists(
    st.tuples(st.dates(date(2026, 2, 1), date(2026, 6, 30)), st.integers(1, 40_000_00), st.booleans()),
    max_size=6,
)


def made(declared, paid, day: date = DAY) -> Facts:
    """The facts of an establishment with schedules and payments. A line says a contribution, or does not."""
    charger = Charger(LAW)
    months = []
    for month, rows in sorted(declared.items()):
        alike = [
            (wage, days, daily, workers, workers * says, 50_00 * says)
            for wage, days, daily, workers, says in rows
        ]
        charged = charger.charged(month, 1, alike)
        assert not isinstance(charged, str)
        months.append(charged)
    received = [
        Payment(
            id=str(number),
            value_date=on,
            amount_rs=Decimal(paisa) / 100,
            reversed_on=on + timedelta(days=3) if bounced else None,
        )
        for number, (on, paisa, bounced) in enumerate(paid)
    ]
    return Facts(
        establishment_id="e",
        day=day,
        months=tuple(months),
        payments=tuple(received),
        payments_until=day,
        schedules_until="2026-04",
    )


def judged(facts: Facts, book: Rulebook = BOOK):
    position = exposure.position(facts, Charger(LAW))
    return position, rules.evaluate(facts, position, book)


@given(schedules, payments)
def test_the_amounts_of_all_flags_never_come_to_more_than_is_open(declared, paid):
    position, found = judged(made(declared, paid))
    open_rs = sum(each.open_rs for each in position.months.values())
    increase = sum(each.increase_rs for each in position.months.values())
    assert sum(each.amount_rs for each in found) <= open_rs
    assert sum(each.increase_rs for each in found) <= increase
    assert all(each.amount_rs >= 0 and each.increase_rs >= 0 for each in found)
    ranked = flagging.rank(found, BOOK)
    assert ranked.amount_rs + ranked.increase_rs <= open_rs + increase
    assert ranked.expected_rs <= ranked.amount_rs + ranked.increase_rs


@given(schedules, payments)
def test_what_is_open_is_what_the_account_says_line_by_line(declared, paid):
    """The province's pace and the account of one establishment are the same arithmetic."""
    facts = made(declared, paid)
    months = [
        MonthDeclared(
            month=month,
            version=1,
            lines=tuple(
                Declared(
                    workers=workers,
                    wage_rs=Decimal(wage) / 100,
                    days=days,
                    by_day=bool(daily),
                    contribution_rs=Decimal(50 if says else 0),
                    without=0 if says else workers,
                )
                for wage, days, daily, workers, says in rows
            ),
        )
        for month, rows in declared.items()
    ]
    settled = account.settle(months, facts.payments, LAW, DAY)
    position, _ = judged(facts)
    assert {each.month: each.open_rs + each.increase_rs for each in position.months.values()} == {
        state.month: state.open_rs for state in settled.ledger.months
    }
    assert facts.months == settled.months


@given(schedules, payments, st.integers(1, 60))
def test_a_day_that_passes_changes_no_sentence_unless_a_term_has_passed(declared, paid, days):
    """Where all terms have passed already, only the increase grows, and the history stays as it is."""
    facts = made(declared, paid)
    later = msgspec.structs.replace(facts, day=DAY + timedelta(days=days), payments_until=DAY)
    before = msgspec.structs.replace(facts, payments_until=DAY)
    off = [msgspec.structs.replace(each, on=False) for each in BOOK.rules if each.id in _BY_SIZE]
    book = BOOK.amended(*off)
    (_, first), (_, second) = judged(before, book), judged(later, book)
    held = {each.rule: Held(standing=True, since_ms=1, entries=1, reason=each) for each in first}
    assert not [each for each in flagging.changes(held, second, [Cause("day")], 2) if each.what is not None]


_BY_SIZE = ("rest-not-paid", "cheque-dishonoured", "no-schedule")
"""These look at increase, at months gone by, at who is silent: for them a day may be news."""


def test_a_rule_with_a_later_threshold_counts_from_its_day():
    rule = BOOK.by_id["declared-not-paid"]
    later = msgspec.structs.replace(rule.thresholds[0], value="90", valid_from=date(2026, 8, 1))
    both = msgspec.structs.replace(rule, thresholds=(*rule.thresholds, later))
    assert both.threshold("days_after_due", date(2026, 7, 31)) == 30
    assert both.threshold("days_after_due", date(2026, 8, 1)) == 90
    with pytest.raises(Problem, match="has no threshold"):
        both.threshold("days_after_due", date(1999, 1, 1))


def test_a_rule_that_is_off_says_nothing_and_its_money_goes_to_no_other_by_mistake():
    facts = made({"2026-03": [(40_000_00, 26, None, 2, False)]}, [])
    _, found = judged(facts)
    assert [(each.rule, each.amount_rs) for each in found] == [("declared-not-paid", Decimal(4800))]
    off = msgspec.structs.replace(BOOK.by_id["declared-not-paid"], on=False)
    _, rest = judged(facts, BOOK.amended(off))
    assert [(each.rule, each.amount_rs) for each in rest] == [("rest-not-paid", Decimal(4800))]


def test_every_shipped_rule_says_that_its_section_is_not_confirmed():
    assert all(not rule.section_confirmed and rule.note for rule in BOOK.rules)
    assert set(BOOK.weights.values()) == {Decimal(80), Decimal(50), Decimal(20)}

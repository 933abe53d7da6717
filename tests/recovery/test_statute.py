"""The law as dated rows: what held in a month, and what happens when nobody knows."""

import json
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from field.problems import Problem
from field.recovery import statute
from field.recovery.law_kinds import KINDS
from field.recovery.statute import RateRow, Statute

LAW = statute.shipped()


def row(row_id="mw", value="40000", valid_from=date(2025, 7, 1), **more):
    told = {
        "kind": "minimum_wage_rs_month",
        "unit": "Rs/month",
        "legal_basis": "Notification",
        "source": "Gazette",
        "confirmed": True,
        **more,
    }
    return RateRow(id=row_id, value=value, valid_from=valid_from, **told)


@pytest.mark.parametrize(
    ("month", "wage"),
    [("2014-07", 12000), ("2015-06", 12000), ("2015-07", 13000), ("2016-07", 14000), ("2018-06", 15000),
     ("2018-07", 16200), ("2019-07", 17500), ("2021-06", 17500), ("2021-07", 25000), ("2021-12", 19000),
     ("2022-05", 19000), ("2022-06", 25000), ("2023-07", 32000), ("2024-07", 37000), ("2025-06", 37000),
     ("2025-07", 40000)],
)  # fmt: skip
def test_the_minimum_wage_of_a_month_is_the_one_in_force_on_its_first_day(month, wage):
    assert LAW.at("minimum_wage_rs_month", month).number == wage


def test_the_rate_was_7_percent_until_the_finance_act_of_2008_and_is_6_since():
    assert LAW.at("contribution_rate_percent", "2008-06").number == 7
    assert LAW.at("contribution_rate_percent", "2008-07").number == 6
    assert LAW.at("contribution_rate_percent", "2025-07").number == 6


def test_the_limit_of_coverage_rose_while_the_contribution_stayed_on_rs_10_000():
    assert LAW.at("upper_limit_rs_month", "2013-11").number == 15_000
    assert LAW.at("contribution_base_limit_rs_month", "2013-11").number == 10_000
    assert LAW.at("upper_limit_rs_month", "2017-06").number == 22_400


def test_from_may_2018_the_limit_is_the_minimum_wage_and_5_000():
    assert LAW.find("upper_limit_rs_month", "2018-06") is None
    assert LAW.at("upper_limit_addition_rs", "2018-06").number == 5_000
    assert LAW.at("contribution_base_rule", "2018-06").value == "up-to-minimum-wage"


def test_a_limit_that_changes_within_a_month_counts_from_the_next():
    assert LAW.at("upper_limit_rs_month", "2013-10").number == 10_000
    assert LAW.at("contribution_base_rule", "2018-05").value == "up-to-base-limit"


def test_a_month_that_no_row_covers_is_told_with_what_to_add():
    with pytest.raises(Problem) as caught:
        LAW.at("contribution_rate_percent", "1965-05")
    assert caught.value.code == "not-found"
    assert "No rate of contribution is on file for 1965-05" in caught.value.detail
    assert caught.value.extra == {"kind": "contribution_rate_percent", "month": "1965-05"}


@pytest.mark.parametrize("month", ["2024-13", "2024-7", "24-07", "", "2024-07-01", "0000-01", "٢٠٢٤-٠٧"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(Problem, match="is no month"):
        LAW.at("contribution_rate_percent", month)


def test_a_kind_that_nobody_knows_is_a_mistake_of_the_programmer():
    with pytest.raises(KeyError):
        LAW.find("minimum_wage", "2024-07")


def test_a_suspended_row_does_not_hold_while_it_is_suspended():
    suspended = row(suspended_from=date(2025, 9, 1), suspended_to=date(2025, 11, 1))
    interim = row("interim", "38000", date(2025, 9, 1), valid_to=date(2025, 11, 1))
    law = Statute([suspended, interim])
    found = [law.at("minimum_wage_rs_month", f"2025-{month:02}").value for month in (8, 9, 10, 11)]
    assert found == ["40000", "38000", "38000", "40000"]


def test_a_suspension_without_an_interim_rate_leaves_the_month_without_a_row():
    law = Statute([row(suspended_from=date(2025, 9, 1))])
    assert law.find("minimum_wage_rs_month", "2025-08") is not None
    assert law.find("minimum_wage_rs_month", "2026-08") is None


def test_a_new_notification_needs_no_old_row_to_be_closed():
    law = LAW.amended(
        row("minimum-wage-2026-notified", "42000", date(2026, 8, 1), notified_on=date(2026, 12, 3))
    )
    assert law.at("minimum_wage_rs_month", "2026-07").number == 40_000
    assert law.at("minimum_wage_rs_month", "2026-08").number == 42_000
    assert LAW.at("minimum_wage_rs_month", "2026-08").number == 40_000


def test_an_amended_row_stands_in_place_of_the_one_with_its_id():
    corrected = msgspec.structs.replace(LAW["minimum-wage-2016"], value="14500", confirmed=True, note="")
    law = LAW.amended(corrected)
    assert law.at("minimum_wage_rs_month", "2016-07").number == Decimal(14_500)
    assert len(law.rows) == len(LAW.rows)


def test_what_was_not_read_is_marked_and_says_what_is_in_doubt():
    doubtful = [row for row in LAW.rows if not row.confirmed]
    assert {"minimum-wage-2015", "base-rule-2018", "minimum-wage-2026", "due-day"} <= {
        row.id for row in doubtful
    }
    assert all(row.note for row in doubtful)
    assert all(row.legal_basis and row.source for row in LAW.rows)


def test_every_kind_that_the_code_knows_has_a_row():
    assert {row.kind for row in LAW.rows} == set(KINDS)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"value": "forty"}, "must be a number"),
        ({"value": "-1"}, "must be a number"),
        ({"value": "NaN"}, "must be a number"),
        ({"kind": "minimum_wage"}, "is not known"),
        (
            {"kind": "contribution_base_rule", "unit": "rule", "value": "whatever"},
            "must be one of actual-wage",
        ),
        ({"unit": "Rs"}, "unit"),
        ({"valid_to": date(2025, 7, 1)}, "ends before it begins"),
        ({"valid_to": date(2025, 6, 1)}, "ends before it begins: 2025-07-01 to 2025-06-01"),
        ({"suspended_to": date(2025, 9, 1)}, "suspension ends, but never begins"),
        (
            {"suspended_from": date(2025, 9, 1), "suspended_to": date(2025, 8, 1)},
            "suspension ends before it begins: 2025-09-01 to 2025-08-01",
        ),
        ({"suspended_from": date(2025, 6, 1)}, "suspension lies outside the time in which it holds, 2025-07"),
        (
            {"valid_to": date(2026, 7, 1), "suspended_from": date(2026, 7, 1)},
            "suspension lies outside the time in which it holds, 2025-07-01 to 2026-07-01",
        ),
        (
            {
                "valid_to": date(2026, 7, 1),
                "suspended_from": date(2026, 1, 1),
                "suspended_to": date(2026, 8, 1),
            },
            "suspension lies outside",
        ),
        ({"value": "۱۹۰۰۰"}, "in the digits 0 to 9 and without commas, not '۱۹۰۰۰'. Write 19000."),
        ({"value": "19,000"}, "Write 19000."),
        ({"kind": "minimum_wage_rs_mnth"}, "Is it minimum_wage_rs_month?"),
        ({"kind": "contribution_rate_percent", "unit": "percent", "value": "101"}, "between 0 and 100"),
        (
            {"kind": "due_day_of_following_month", "unit": "day of the next month", "value": "0"},
            "between 1 and 31",
        ),
        ({"kind": "working_days_in_month", "unit": "days", "value": "0"}, "between 1 and 31"),
        ({"kind": "complaint_days", "unit": "days", "value": "30.5"}, "must be a whole number"),
        ({"note": "x" * 2001}, "2,000 letters"),
        ({"confirmed": False}, "what is in doubt"),
        ({"legal_basis": " "}, "legal basis"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_its_id(fault, words):
    with pytest.raises(Problem) as caught:
        Statute([row(**fault)])
    assert "mw: " in caught.value.detail
    assert words in caught.value.detail


def test_two_rows_that_begin_on_one_day_are_refused_because_neither_is_the_law():
    with pytest.raises(Problem, match="begins on the same day as a"):
        Statute([row("a"), row("b", "41000")])


def test_what_a_court_puts_in_the_place_of_a_row_may_begin_with_it_while_that_is_suspended():
    suspended = row(suspended_from=date(2025, 7, 1), suspended_to=date(2026, 1, 1))
    interim = row("interim", "38000", valid_to=date(2026, 1, 1))
    law = Statute([suspended, interim])
    assert [law.at("minimum_wage_rs_month", month).value for month in ("2025-07", "2025-12", "2026-01")] == [
        "38000",
        "38000",
        "40000",
    ]
    with pytest.raises(Problem, match="both would hold"):
        Statute([suspended, msgspec.structs.replace(interim, valid_to=None)])


def test_two_rows_with_one_id_are_refused():
    with pytest.raises(Problem, match="two rows have this id"):
        Statute([row("a"), row("a", valid_from=date(2026, 7, 1))])


def test_a_misspelt_field_in_a_file_of_rates_is_refused():
    told = msgspec.to_builtins(row())
    told["valid_until"] = told.pop("valid_to")
    with pytest.raises(Problem, match="valid_until"):
        statute.read(json.dumps([told]).encode())


def test_rows_survive_the_way_through_a_file():
    assert statute.read(msgspec.json.encode(LAW.rows)).rows == LAW.rows


def test_of_a_file_with_bad_rows_each_is_told_by_its_place_and_nothing_is_taken():
    good, odd, spelt = (
        msgspec.to_builtins(row(f"r{year}", valid_from=date(year, 7, 1))) for year in (1, 2, 3)
    )
    odd["valid_from"] = "۲۰۲۶-۰۷-۰۱"
    spelt["value"] = 38000
    with pytest.raises(Problem) as caught:
        statute.read(json.dumps([good, odd, spelt, 7]).encode())
    second, third, fourth = caught.value.extra["remarks"]
    assert second.startswith("row 2 (r2): ")
    assert "valid_from" in second
    assert "Write a day as in 2024-07-01, in the digits 0 to 9." in second
    assert third.startswith("row 3 (r3): ")
    assert 'Write it in quotes, as in "17500".' in third
    assert fourth.startswith("row 4: ")
    assert caught.value.detail.endswith("And 2 more.")


@pytest.mark.parametrize("source", [b"", b"{}", b"[]", b"[1]", b'[{"id": "x"}]', b"\xff", b'["\xff"]'])
def test_what_is_no_list_of_rows_is_refused_in_words(source):
    with pytest.raises(Problem, match="cannot be read"):
        statute.read(source)

"""What is owed on a day: contribution and increase apart, with the rows behind both."""

from decimal import Decimal

import pytest

from field.store import assessments
from tests.api.conftest import Office

OFFICER = "recovery_officer-korangi"


def owed(office: Office, day: str, who: str = OFFICER, establishment: str | None = None):
    id = establishment or office.work["korangi"].establishment
    return office.get(f"/api/flags/{id}/owed", who, day=day)


@pytest.mark.parametrize(
    ("day", "late", "percent", "increase"),
    [
        # Rs 1,800 for July 2024, due on 15 August 2024.
        ("2024-08-15", 0, "0", "0.00"),
        ("2024-08-25", 10, "5", "90.00"),
        ("2024-11-13", 90, "45", "810.00"),
        ("2024-11-14", 91, "50", "900.00"),
    ],
)
def test_the_increase_is_that_of_the_dated_rows(office: Office, day, late, percent, increase):
    found = owed(office, day).json()
    (month,) = found["months"]
    assert (month["principal_rs"], month["due_on"]) == ("1800.00", "2024-08-15")
    assert (month["days_late"], month["percent"], month["increase_rs"]) == (late, percent, increase)
    assert Decimal(found["owed_rs"]) == Decimal("1800.00") + Decimal(increase)
    used = {row["id"]: row for row in found["statute"]}
    assert used.keys() == set(month["rate_row_ids"])
    assert not used["late-increase-day"]["confirmed"]


def test_a_month_for_which_a_later_report_counts_is_owed_by_that_report_alone(office: Office):
    world, work = office.world, office.work["korangi"]
    visit = world.visit(work.establishment, "korangi", work.inspector)
    later, _ = work.tablet.report(visit, [{"month": "2024-07", "wage_rs": 37_000, "registered": True}])
    work.tablet.push(office.client)
    assessments.refresh(world.store, world.clock.now_ms())
    found = owed(office, "2024-08-25").json()
    assert [(month["report"], month["principal_rs"]) for month in found["months"]] == [(later, "2220.00")]
    shown = office.get(f"/api/flags/{work.establishment}", OFFICER).json()
    assert shown["due_rs"] == found["principal_rs"]


def test_before_the_month_is_over_nothing_is_owed_and_that_is_said(office: Office):
    found = owed(office, "2024-07-20").json()
    assert (found["months"], found["owed_rs"]) == ([], "0.00")
    assert "2024-07 was not over" in found["lacking"][0]


def test_another_districts_employer_is_not_there_and_a_day_must_be_one(office: Office):
    foreign = office.work["sukkur"].establishment
    assert owed(office, "2024-08-25", establishment=foreign).status_code == 404
    assert owed(office, "soon").status_code == 400
    assert owed(office, "2024-08-25", who="inspector-korangi").status_code == 403

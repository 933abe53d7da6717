"""Figures opened: one ledger, words in three languages down to lines and photos, and best judgement."""

import io
from collections.abc import Mapping

import pytest

from field.store import assessments, payments, schedules
from field.store.import_runs import Source
from field.sync.rights import RECOVERY, SUPERVISOR
from tests.api.conftest import SECRETS, Office
from tests.helpers import Tablet

OFFICER = f"{RECOVERY}-korangi"
DAY = "2024-12-20"
C1 = "reg no,month,name,cnic,days,wage,contribution\n"
BANK = "reg no,date,amount,challan,dishonoured on,months\n"


def load(office: Office, kind, text: str, name: str = "file.csv") -> None:
    """Bring in a file that names korangi's mill as MILL."""
    shown = office.get(f"/api/records/{office.work['korangi'].establishment}", f"{SUPERVISOR}-korangi").json()
    number = shown["values"]["registration_no"]
    world = office.world
    world.clock.advance(190 * 86_400_000)
    source = Source(io.BytesIO(text.replace("MILL", number).encode()), name, "test")
    done = kind.import_file(world.store, world.clock, source)
    assert not done.rejects, done.rejects


def inspect(office: Office, lines=(), photo: bool = False, **values) -> str:
    """A further report on korangi's mill, assessed; its id."""
    world, work = office.world, office.work["korangi"]
    visit = world.visit(work.establishment, "korangi", work.inspector)
    report, _ = work.tablet.report(visit, lines, **values)
    if photo:
        _photo(work.tablet, report)
    assert {each["status"] for each in work.tablet.push(office.client)["answers"]} == {"applied"}
    assessments.refresh(world.store, world.clock.now_ms())
    return report


def _photo(tablet: Tablet, report: str) -> None:
    about = {"report": report, "sha256": "0" * 64, "size": 9, "media_type": "image/jpeg", "purpose": "page 3"}
    tablet.change("photo", tablet.world.clock.uuid7(), about, "create")


def figure(office: Office, what: str, who: str = OFFICER, **query: str) -> Mapping:
    answer = office.get(f"/api/flags/{office.work['korangi'].establishment}/{what}", who, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_payments_settle_by_the_stated_order_and_a_dishonoured_one_settles_nothing(
    office: Office,
):
    """Rs 1,800 for July 2024, due on 15 August. Rs 2,000 came on 20 September, 36 days late: 18 % = 324.

    1,800 settles the contribution, 200 of the increase; 124 is open. The cheque of Rs 100,000 bounced.
    """
    load(
        office, payments, BANK + "MILL,2024-09-20,2000,A-1,,2024-07\nMILL,2024-10-01,100000,A-2,2024-10-08,\n"
    )
    found = figure(office, "owed", day=DAY)
    assert (found["received_rs"], found["owed_rs"], found["credit_rs"]) == ("2000.00", "124.00", "0.00")
    (month,) = found["months"]
    assert (month["principal_paid_rs"], month["increase_rs"]) == ("1800.00", "324.00")
    assert month["increase_paid_rs"] == "200.00"
    assert [paid["stands"] for paid in found["payments"]] == [True, False]
    assert [paid["months"] for paid in found["payments"]] == [["2024-07"], []]
    assert figure(office, "owed", day="2024-10-07")["credit_rs"] == "99876.00"
    assert "payment-order" in {row["id"] for row in found["statute"]}


def test_months_of_schedules_and_of_reports_stand_in_one_ledger_and_none_is_asked_for_twice(office: Office):
    """The schedule of August has five workers at 37,000 = 11,100; the report found one more beyond them.

    The report's own lines, two that are declared and the one that is not, are 6,660: 11,100 + 2,220 = 13,320,
    and not 17,760. For October there is a schedule alone.
    """
    load(office, schedules, C1 + "MILL,2024-08,A,,26,37000,\n" * 5 + "MILL,2024-10,A,,26,37000,\n")
    lines = [
        {"month": "2024-08", "wage_rs": 37_000, "registered": True, "declared_wage_rs": 37_000},
        {"month": "2024-08", "wage_rs": 37_000, "registered": True, "declared_wage_rs": 37_000},
        {"month": "2024-08", "wage_rs": 37_000, "registered": False},
    ]
    inspect(office, lines, months_checked=["2024-08"])
    months = {month["month"]: month for month in figure(office, "owed", day=DAY)["months"]}
    assert {name: month["principal_rs"] for name, month in months.items()} == {
        "2024-07": "1800.00",
        "2024-08": "13320.00",
        "2024-10": "2220.00",
    }
    august = months["2024-08"]
    assert (august["proof"], august["declared_rs"]) == ("schedule-and-beyond", "11100.00")
    assert (august["beyond_rs"], august["whole_rs"]) == ("2220.00", "6660.00")
    assert (months["2024-10"]["proof"], months["2024-10"]["report"]) == ("schedule", None)


def test_a_worker_who_stands_twice_in_a_schedule_is_told_with_the_figure(office: Office):
    load(office, schedules, C1 + "MILL,2024-08,A,42101-1234567-1,26,37000,\n" * 2)
    found = figure(office, "owed", day=DAY)
    (said,) = [each for each in found["lacking"] if "more than one line for a worker" in each]
    assert said.startswith("2024-08: ")
    assert found["provisional"]
    for language in ("en", "ur", "sd"):
        steps = figure(office, "explain", day=DAY, language=language)["steps"]
        assert [step["phrase"] for step in steps].count("doubt_worker_twice") == 1


def test_bringing_the_same_schedules_in_again_changes_no_figure(office: Office):
    """A schedule of one worker was there at the visit, which found another one: 2,220 + 2,220 for ever."""
    c1 = C1 + "MILL,2024-08,A,,26,37000,\n"
    load(office, schedules, c1)
    inspect(
        office, [{"month": "2024-08", "wage_rs": 37_000, "registered": False}], months_checked=["2024-08"]
    )
    before = figure(office, "owed", day=DAY)
    assert {each["month"]: each["principal_rs"] for each in before["months"]}["2024-08"] == "4440.00"
    load(office, schedules, c1)
    assert figure(office, "owed", day=DAY) == before


def test_everybody_who_may_see_an_establishment_sees_the_same_figure(office: Office):
    load(office, payments, BANK + "MILL,2024-09-20,2000,A-1,,\n")
    seen = [
        figure(office, "owed", who, day=DAY) for who in (OFFICER, "supervisor-korangi", "directorate-None")
    ]
    assert seen[0] == seen[1] == seen[2]
    foreign = office.get(
        f"/api/flags/{office.work['korangi'].establishment}/explain", f"{RECOVERY}-sukkur", day=DAY
    )
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("language", "words", "right_to_left"),
    [("en", "is owed", False), ("ur", "واجب الادا", True), ("sd", "واجب الادا آهن", True)],
)
def test_what_is_owed_opens_in_three_languages_to_lines_rows_and_photos(
    office, language, words, right_to_left
):
    wages = {"month": "2024-08", "wage_rs": 41_000, "registered": True}
    report = inspect(office, [wages], photo=True, months_checked=["2024-08"])
    found = figure(office, "explain", day=DAY, language=language)
    assert (found["language"], found["right_to_left"]) == (language, right_to_left)
    assert words in found["steps"][0]["sentence"]
    assert "Rs 2,220" in " ".join(step["sentence"] for step in found["steps"])
    assert found["owed_rs"] == figure(office, "owed", day=DAY)["owed_rs"]
    lines = {id for step in found["steps"] for id in step["line_ids"]}
    assert office.work["korangi"].line in lines
    photos = [step for step in found["steps"] if step["phrase"] == "photo"]
    assert len(photos) == 1
    assert (photos[0]["reports"], "page 3" in photos[0]["sentence"]) == ([report], True)
    shown = {row["id"] for row in found["statute"]}
    assert {id for step in found["steps"] for id in step["rate_row_ids"]} <= shown
    assert not any(secret in str(found) for secret in SECRETS)
    assert office.get("/api/flags/x/explain", OFFICER, day=DAY, language="fr").status_code == 400


def test_a_disputed_value_makes_the_figure_provisional_and_the_explanation_says_so(office: Office):
    """The office's report has an open conflict about the person who was met."""
    found = figure(office, "owed", day=DAY)
    assert found["provisional"]
    assert found["months"][0]["provisional"]
    assert "in dispute" in found["lacking"][0]
    said = [step["phrase"] for step in figure(office, "explain", day=DAY)["steps"]]
    assert {"doubts", "doubt_report_provisional", "doubt_unconfirmed", "row_unconfirmed"} <= set(said)


def test_every_worker_and_month_behind_a_figure_is_listed(office: Office):
    (entry,) = figure(office, "workers")["entries"]
    assert (entry["line"], entry["month"]) == (office.work["korangi"].line, "2024-07")
    assert (entry["wage_rs"], entry["base_rs"], entry["percent"]) == (30_000, "30000.00", "6")
    assert (entry["principal_rs"], entry["cap_rs"]) == ("1800.00", "37000.00")
    assert "minimum-wage-2024" in entry["rate_row_ids"]
    assert figure(office, "workers", month="2024-09")["entries"] == []


def test_refused_records_are_judged_apart_from_what_actual_records_make_due(office: Office):
    """63 people counted: 63 x 2,220 = 139,860 for October, due on 15 November, 35 days late: 17.5 %.

    July has wage lines and is left out; what is owed by them is the same as before.
    """
    before = figure(office, "owed", day=DAY)
    assert figure(office, "judgement", day=DAY)["proposals"] == []
    counted = {"men": 60, "women": 3, "total": 63}
    report = inspect(office, months_checked=["2024-07", "2024-10"], records_refused=True, headcount=counted)
    (proposal,) = figure(office, "judgement", day=DAY)["proposals"]
    assert (proposal["report"], proposal["basis"]) == (report, "best-judgement")
    assert (proposal["provisional"], proposal["why"]) == (True, "refused")
    assert (proposal["principal_rs"], proposal["increase_rs"]) == ("139860.00", "24475.50")
    assert [month["month"] for month in proposal["months"]] == ["2024-10"]
    said = [step["sentence"] for step in proposal["assumptions"]]
    assert "Assumed number of workers: 63 workers, the people counted at work at the visit." in said
    assert "2024-07: left out, because actual wage lines are on file." in said
    after = figure(office, "owed", day=DAY)
    assert (after["owed_rs"], after["months"]) == (before["owed_rs"], before["months"])
    assert after["records_refused"] == [report]


def test_unpaid_months_without_any_record_are_judged_too(office: Office):
    load(office, schedules, C1 + "MILL,2024-05,A,,26,37000,\n" * 12)
    inspect(office, months_checked=["2024-10"])
    (proposal,) = figure(office, "judgement", day=DAY)["proposals"]
    assert (proposal["why"], proposal["months"][0]["workers"]) == ("missing", 12)
    assert "in the employer's schedule of 2024-05" in proposal["assumptions"][0]["sentence"]


def test_a_month_that_a_later_visit_found_paid_is_judged_no_more(office: Office):
    """Records were refused for October and November; whoever came later saw the challan of October."""
    counted = {"men": 2, "women": 0, "total": 2}
    months = ["2024-10", "2024-11"]
    inspect(office, months_checked=months, records_refused=True, headcount=counted)
    office.world.clock.advance(86_400_000)
    inspect(office, months_checked=["2024-10"], months_paid=["2024-10"])
    (proposal,) = figure(office, "judgement", day=DAY)["proposals"]
    assert [month["month"] for month in proposal["months"]] == ["2024-11"]
    assert any(step["sentence"].startswith("2024-10: left out") for step in proposal["assumptions"])

"""The law at the door: what new rows change is seen first, and only what was seen is put in force."""

from typing import Any

import pytest

from field.store import assessments
from tests.api.conftest import Office
from tests.store.test_assessments import line, report

ADMINISTRATOR = "administrator-None"
DIRECTORATE = "directorate-None"


def row(office: Office, **members: Any) -> dict[str, Any]:
    """The minimum wage of 2023, as it is in force in June 2024 too, with members changed."""
    rows = office.get("/api/statute", "inspector-korangi").json()
    (found,) = [each for each in rows if each["id"] == "minimum-wage-2024"]
    return {**found, "value": "25000", **members}


def tried(office: Office, *rows: dict[str, Any], who: str = ADMINISTRATOR) -> Any:
    return office.post("/api/statute/impact", who, {"rows": rows, "day": "2024-08-25"})


def accepted(
    office: Office, figures: Any, *rows: dict[str, Any], who: str = ADMINISTRATOR, **more: Any
) -> Any:
    body = {"rows": rows, "reason": "Gazette of 3 October, page 12", "accepted": figures, **more}
    return office.post("/api/statute", who, body)


def value(office: Office) -> str:
    rows = office.get("/api/statute", "inspector-korangi").json()
    return next(each["value"] for each in rows if each["id"] == "minimum-wage-2024")


def test_what_was_seen_is_put_in_force_with_who_when_and_why(office: Office):
    """Each district has a worker at Rs 30,000 in July 2024: 6 % of Rs 30,000 = 1,800, of Rs 25,000 = 1,500.

    Ten days late, 5 %: Rs 90, then Rs 75.
    """
    new = row(office)
    shown = tried(office, new, who=DIRECTORATE).json()
    assert [each["district"] for each in shown["assessments"]] == ["korangi", "sukkur"]
    first = shown["assessments"][0]
    assert (first["old_rs"], first["new_rs"], first["months"]) == ("1800.00", "1500.00", ["2024-07"])
    assert (first["old_increase_rs"], first["new_increase_rs"]) == ("90.00", "75.00")
    assert (shown["figures"]["assessments_old_rs"], shown["figures"]["assessments_new_rs"]) == (
        "3600.00",
        "3000.00",
    )
    assert value(office) == "37000"
    done = accepted(office, shown["figures"], new)
    assert (done.status_code, done.json()) == (200, {"rows": 1, "visits": 2})
    assert value(office) == "25000"
    kept = office.get("/api/statute/versions", "recovery_officer-korangi").json()
    _, version = [each for each in kept if each["row"]["id"] == "minimum-wage-2024"]
    assert (version["version"], version["reason"]) == (2, "Gazette of 3 October, page 12")
    assert version["accepted_by"] == "Name of administrator"
    assert version["added_ms"] == office.world.clock.now_ms()
    assert version["accepted"] == shown["figures"]


def test_a_further_page_of_an_impact_has_the_figures_of_all(office: Office):
    body = {"rows": [row(office)], "day": "2024-08-25"}
    first = office.post("/api/statute/impact", ADMINISTRATOR, body).json()
    rest = office.post("/api/statute/impact", ADMINISTRATOR, {**body, "skip": 1}).json()
    assert rest["figures"] == first["figures"]
    assert rest["assessments"] == first["assessments"][1:] != []
    assert office.post("/api/statute/impact", ADMINISTRATOR, {**body, "skip": -1}).status_code == 400


def test_every_kind_says_what_its_value_may_be(office: Office):
    kinds = {each["kind"]: each for each in office.get("/api/statute/kinds", "inspector-korangi").json()}
    for each in office.get("/api/statute", "inspector-korangi").json():
        kind = kinds[each["kind"]]
        assert each["unit"] == kind["unit"]
        assert each["value"] in kind["choices"] if kind["choices"] else kind["most"] >= float(each["value"])
    assert kinds["due_day_of_following_month"]["whole"] is True


def test_an_impact_that_is_no_longer_what_was_seen_is_refused_and_changes_nothing(office: Office):
    new = row(office)
    seen = tried(office, new).json()["figures"]
    world, work = office.world, office.work["korangi"]
    visit = world.visit(world.establishment("korangi"), "korangi", work.inspector)
    line(world, report(world, visit), 40_000)
    assessments.refresh(world.store, world.clock.now_ms())
    refused = accepted(office, seen, new)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed-meanwhile")
    assert refused.json()["seen"] == seen
    # The worker at Rs 40,000 is above Rs 37,000: Rs 2,220, then Rs 1,500.
    assert refused.json()["now"]["assessments_old_rs"] == "5820.00"
    assert refused.json()["now"]["assessments_new_rs"] == "4500.00"
    assert value(office) == "37000"
    assert len(office.get("/api/statute/versions", ADMINISTRATOR).json()) == len(
        office.get("/api/statute", ADMINISTRATOR).json()
    )
    assert accepted(office, refused.json()["now"], new).status_code == 200


def test_other_rows_than_those_that_were_seen_are_refused(office: Office):
    seen = tried(office, row(office)).json()["figures"]
    assert accepted(office, seen, row(office, note="Another note.")).json()["code"] == "changed-meanwhile"


def test_a_suspension_is_a_further_version_that_is_seen_and_accepted_like_any_other(office: Office):
    suspended = row(office, value="37000", suspended_from="2024-07-01")
    shown = tried(office, suspended).json()
    # Rs 32,000 of 2023 holds on: the worker at Rs 30,000 is below it, the sums stay, the rows behind do not.
    assert shown["figures"]["assessments_new_rs"] == "3600.00"
    assert accepted(office, shown["figures"], suspended).json() == {"rows": 1, "visits": 2}


def test_a_directorate_of_a_district_sees_that_district_and_nobody_of_one_puts_law_in_force(office: Office):
    shown = tried(office, row(office), who="directorate-korangi").json()
    assert [each["district"] for each in shown["assessments"]] == ["korangi"]
    seen = tried(office, row(office)).json()["figures"]
    refused = accepted(office, seen, row(office), who="administrator-korangi")
    assert (refused.status_code, refused.json()["code"]) == (403, "no-right")
    assert accepted(office, seen, row(office), who=DIRECTORATE).status_code == 403
    assert value(office) == "37000"


BAD = {
    "Urdu digits": ({"value": "۱۹۰۰۰"}, "Write 19000."),
    "a comma": ({"value": "19,000"}, "Write 19000."),
    "another unit": ({"unit": "Rs/day"}, "the unit of a minimum_wage_rs_month is Rs/month, not 'Rs/day'"),
    "no kind": ({"kind": "minimum_wages"}, "'minimum_wages' is not known"),
    "an end before its beginning": ({"valid_to": "2024-06-01"}, "ends before it begins"),
    "a suspension before it": ({"suspended_from": "2024-06-01"}, "suspension lies outside"),
    "no day": ({"valid_from": "1 July 2024"}, "Write a day as in 2024-07-01"),
    "a number for a text": ({"value": 19000}, 'Write it in quotes, as in "17500".'),
    "a field that nobody knows": ({"valid_until": None}, "valid_until"),
    "a clash": ({"id": "another"}, "it begins on the same day as"),
    "too long an id": ({"id": "x" * 101}, "at most 100 letters"),
    "a NUL": ({"note": "a\0b"}, "2,000 letters"),
}


@pytest.mark.parametrize("fault", BAD)
def test_of_rows_with_a_bad_one_none_is_taken_and_the_bad_one_is_named(office: Office, fault: str):
    members, words = BAD[fault]
    good = row(office, id="minimum-wage-2099", valid_from="2099-07-01")
    seen = tried(office, good).json()["figures"]
    before = office.get("/api/statute", ADMINISTRATOR).json()
    for answer in (
        tried(office, good, row(office, **members)),
        accepted(office, seen, good, row(office, **members)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
        assert words in answer.json()["detail"]
        assert answer.json()["remarks"]
    assert office.get("/api/statute", ADMINISTRATOR).json() == before


@pytest.mark.parametrize("body", [{}, {"rows": []}, {"rows": "all"}, {"rows": [None]}, {"rows": [1] * 101}])
def test_what_is_no_list_of_rows_is_refused(office: Office, body: Any):
    answer = office.post("/api/statute/impact", ADMINISTRATOR, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_two_rows_with_one_id_are_refused(office: Office):
    answer = tried(office, row(office), row(office, value="26000"))
    assert answer.status_code == 400
    assert "two rows have this id" in answer.json()["detail"]


def test_without_a_reason_nothing_is_put_in_force(office: Office):
    new = row(office)
    seen = tried(office, new).json()["figures"]
    for reason in ("", " "):
        assert accepted(office, seen, new, reason=reason).status_code == 400
    assert value(office) == "37000"

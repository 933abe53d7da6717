"""The register as people ask it: a unit is found by what is remembered of it, and its file is opened."""

import io

import pytest

from field.store import establishments
from field.store.import_runs import Source
from tests.api.conftest import Office

REGISTER = b"""registration_no,name,address,district,aliases,branch_of,principals,workers_declared
2004-07 0001,Korangi Garment Works,"Plot 1, Sector 16",Korangi,KGW;Blue Thread,,,12
2004070002,Korangi Garment Works Branch,"Plot 9, Sector 16",Korangi,,2004070001,,4
2004070003,Sukkur Stitchers,"Ghanta Ghar",Sukkur,,,2004070001,9
2004070004,Garments and Sons,"Plot 3",Korangi,,,,7
"""
HERE, THERE, ANYWHERE = "supervisor-korangi", "supervisor-sukkur", "recovery_officer-korangi"


@pytest.fixture
def register(office: Office) -> Office:
    context = office.world.context
    source = Source(io.BytesIO(REGISTER), "register.csv", "test")
    establishments.import_file(context.store, context.clock, context.office, source)
    return office


def found(office: Office, text: str, who: str = HERE, **more: str) -> list[str]:
    answer = office.get("/api/establishments/search", who, text=text, **more)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()]


def test_an_establishment_is_found_by_number_name_alias_and_address(register: Office):
    assert found(register, "2004 07 0001") == ["Korangi Garment Works"]
    assert found(register, "۲۰۰۴۰۷۰۰۰۴") == ["Garments and Sons"]
    assert found(register, "20040700") == [
        "Garments and Sons",
        "Korangi Garment Works",
        "Korangi Garment Works Branch",
    ]
    assert found(register, "garment") == [
        "Garments and Sons",
        "Korangi Garment Works",
        "Korangi Garment Works Branch",
    ]
    assert found(register, "BLUE thread") == ["Korangi Garment Works"]
    assert found(register, "garment sector 16 branch") == ["Korangi Garment Works Branch"]
    assert found(register, "nobody at all") == []


def test_a_search_ends_at_the_border_of_the_district(register: Office):
    assert found(register, "stitchers") == []
    assert found(register, "stitchers", THERE) == ["Sukkur Stitchers"]
    answer = register.get("/api/establishments/search", HERE, text="stitchers", district="sukkur")
    assert answer.json()["code"] == "no-right"


def test_one_letter_is_not_looked_for(register: Office):
    answer = register.get("/api/establishments/search", HERE, text=" k ")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_a_file_tells_what_hangs_together_and_no_name_of_another_district(register: Office):
    (unit,) = register.get("/api/establishments/search", HERE, text="blue thread").json()
    opened = register.get(f"/api/establishments/{unit['id']}/file", HERE).json()
    assert opened["values"]["workers_declared"] == 12
    assert [each["name"] for each in opened["branches"]] == ["Korangi Garment Works Branch"]
    (contractor,) = opened["contractors"]
    assert (contractor["name"], contractor["district"]) == (None, "sukkur")
    (branch,) = opened["branches"]
    back = register.get(f"/api/establishments/{branch['id']}/file", HERE).json()
    assert (back["branch_of"]["name"], back["branches"], back["in_doubt"]) == (
        "Korangi Garment Works",
        [],
        False,
    )
    away = register.get(f"/api/establishments/{contractor['id']}/file", THERE).json()
    assert [(each["name"], each["district"]) for each in away["principals"]] == [(None, "korangi")]
    assert register.get(f"/api/establishments/{unit['id']}/file", THERE).status_code == 404
    assert register.get("/api/establishments/no-such-id/file", HERE).status_code == 404


def test_a_file_has_the_visits_with_their_reports_the_latest_first(office: Office):
    unit = office.get("/api/visits", HERE).json()[0]["establishment"]
    opened = office.get(f"/api/establishments/{unit}/file", HERE).json()
    assert opened["visits"]
    assert opened["visits"] == sorted(opened["visits"], key=lambda each: each["due"] or "", reverse=True)

"""Periods, holds and erasure as they are typed."""

from tests.cli.conftest import Type


def test_periods_are_listed_with_their_doubt_and_a_new_one_keeps_the_old(field: Type) -> None:
    field("migrate")
    run = field("retention", "list")
    assert "unconfirmed" in run.out + run.err
    set_one = field("retention", "set", "photos", "--days", "400", "--basis", "Circular 12", "--confirmed")
    assert set_one.code == 0
    listed = field("retention", "list", "--json", "-").json()["periods"]
    [photos] = [each for each in listed if each["what"] == "photos"]
    assert (photos["days"], photos["legal_basis"], photos["confirmed"], photos["version"]) == (
        400,
        "Circular 12",
        True,
        1,
    )
    assert field("retention", "set", "everything", "--days", "4", "--basis", "none").code == 1


def test_an_empty_office_has_nothing_to_erase(field: Type) -> None:
    field("migrate")
    assert field("retention", "run", "--dry-run", "--json", "-").json()["due"] == []
    assert field("retention", "run", "--json", "-").json()["erased"] == 0
    assert field("hold", "list", "--json", "-").json() == []
    nobody = "0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e"
    assert field("erase", nobody, "--reason", "why").code == 1
    assert field("hold", "add", nobody, "--reason", "why").code == 1
    assert field("hold", "lift", nobody, "--reason", "why").code == 1

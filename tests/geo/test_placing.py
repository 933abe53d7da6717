"""Which district something belongs to, and when nobody may guess it."""

import pytest

from field.geo.districts import DistrictIndex
from field.geo.placing import Disagreement, Placing, place
from tests.helpers import square

INDEX = DistrictIndex(
    [
        square("korangi", 24.0, 67.0, headquarters="Korangi Industrial Area"),
        square("sukkur", 27.0, 68.0),
        square("mirpur-khas", 25.0, 69.0, name="Mirpur Khas", aliases=("MPK",)),
    ]
)
IN_KORANGI, IN_SUKKUR = (24.5, 67.5), (27.5, 68.5)


@pytest.mark.parametrize(
    ("text", "districts"),
    [
        ("Plot 7, Sector 12, Korangi", {"korangi"}),
        ("Near Mirpur Khas Sugar Mills, Zila Mirpur Khas", {"mirpur-khas"}),
        ("Korangi Industrial Area", {"korangi"}),
        ("Sukkur Road, Korangi", {"korangi"}),
        ("Korangi Road", set()),
        ("from Korangi to Sukkur", {"korangi", "sukkur"}),
        ("MPK house", set()),
        ("", set()),
    ],
)
def test_an_address_names_the_districts_that_stand_in_it_but_not_those_of_its_roads(text, districts):
    assert INDEX.mentioned(text) == districts


def test_a_place_alone_tells_the_district():
    assert place(INDEX, IN_KORANGI, None, None) == Placing("korangi")
    assert place(INDEX, IN_KORANGI, None, "Plot 7, Sector 12") == Placing("korangi")


def test_the_column_tells_it_where_there_is_no_place_and_the_address_where_there_is_no_column():
    assert place(INDEX, None, "Sukkur", "Plot 7, Korangi").district == "sukkur"
    found = place(INDEX, None, None, "Plot 7, Korangi")
    assert (found.district, found.remark) == ("korangi", "The address names korangi, which is taken.")


def test_an_address_of_two_districts_is_for_the_office_to_read():
    found = place(INDEX, None, None, "from Korangi to Sukkur")
    assert (found.district, found.missing) == (None, "district")
    assert found.remark == "The address names korangi and sukkur. Give its place or its district."


def test_place_and_column_that_disagree_are_not_guessed_whatever_the_address_says():
    found = place(INDEX, IN_KORANGI, "Sukkur", "Plot 7, Korangi")
    assert found == Placing(None, "", Disagreement("korangi", "sukkur", "district", "Sukkur"))


def test_place_and_address_that_disagree_are_not_guessed_where_no_column_tells():
    found = place(INDEX, IN_KORANGI, None, "Minara Road, Sukkur")
    assert found.disagreement == Disagreement("korangi", "sukkur", "address", "Minara Road, Sukkur")
    assert place(INDEX, IN_KORANGI, "Korangi", "Minara Road, Sukkur") == Placing("korangi")
    assert place(INDEX, IN_KORANGI, None, "from Korangi to Sukkur") == Placing("korangi")


def test_numbers_that_were_exchanged_are_told_with_where_they_would_lie():
    lat, lon = IN_SUKKUR
    found = place(INDEX, (lon, lat), "Sukkur", None)
    assert found.district == "sukkur"
    assert found.remark.endswith("Exchanged, the two numbers lie in sukkur.")
    assert found.disagreement == Disagreement("", "sukkur", "district", "Sukkur")
    assert place(INDEX, (lon, lat), None, None).missing == "lat"


def test_a_place_just_outside_is_held_against_the_column_like_one_inside():
    jetty = (23.99, 67.5)
    assert place(INDEX, jetty, "Korangi", None).district == "korangi"
    assert place(INDEX, jetty, "Sukkur", None).disagreement == Disagreement(
        "korangi", "sukkur", "district", "Sukkur"
    )
